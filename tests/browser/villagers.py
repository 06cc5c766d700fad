"""Households written out by hand that join the invented city, so that what a whole case must lead to can be said beforehand.

They come as differential feeds (差分): the city's own files have been read, so that what a data set does not say of them
is known to be no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from app.demo.city import CITY_CODE, CITY_NAME, PREFECTURE
from app.intake.layouts import load_layouts
from app.intake.writer import write_feed

Row = dict[str, str]
TOWN, OTHER_TOWN = "葦辺", "舟戸"
"""Towns of the invented city: where the villagers live, and where somebody moves to."""
GIVEN = {
    "太一": ("タイチ", "1"), "花枝": ("ハナエ", "2"), "陽太": ("ヨウタ", "1"), "結衣": ("ユイ", "2"),
    "正雄": ("マサオ", "1"), "和代": ("カズヨ", "2"),
}  # fmt: skip
RELATION = {"世帯主": "02", "夫": "11", "妻": "12", "子": "20", "父": "51", "母": "52"}
FIRST_NUMBER = 900_000_001
_ANNOUNCED = {
    "国保": "kokuhoshikakuumu", "後期": "kokikoreishikakuumu", "介護": "kaigoshikakuumu", "年金": "nenkinshikakuumu",
    "児手": "jidoteateshikakuumu", "カード": "kojinbangokadoumu",
}  # fmt: skip
_HEAD = {"shikuchosonkodo": CITY_CODE, "rirekibango": "1", "saishinfuragu": "1", "sakujofuragu": "0"}
_SINCE = "2015-04-01"


class Villagers:
    """Who is written in the table: their numbers by name, and their feeds.

    ``households`` and ``notices`` are lines of people by family (name and reading): given name, age, relationship to the
    householder, then what the registers know of them: 国保 後期 年金 介護 児手 印, and カード in a notice.
    """

    def __init__(
        self, households: Mapping[str, Sequence[str]], notices: Mapping[str, Sequence[str]], today: date
    ) -> None:
        self.today = today
        self.numbers: dict[str, str] = {}
        self.feeds: dict[str, list[Row]] = {
            data_set: [] for data_set in ("01a", "01c", "02", "05", "08", "09", "10", "11", "20a", "20b")
        }
        for place, (family, lines) in enumerate(households.items(), start=1):
            for line in lines:
                self._add(family, line, f"{800_000_000 + place:015d}", f"{900 + place}番地")
        for place, (family, lines) in enumerate(notices.items(), start=1):
            self._announce(f"T{9000 + place}", family, lines)

    def write(self, folder: Path) -> None:
        """One file for each data set that has something new, and that of the protected, to whom nobody comes."""
        layouts = load_layouts()
        moment = datetime.combine(self.today, datetime.min.time())
        for data_set, rows in self.feeds.items():
            if rows or data_set == "01c":
                write_feed(
                    folder, layouts[data_set], rows, lg_code=CITY_CODE, kind="diff", stamp=moment, serial=1,
                    as_of=moment,
                )  # fmt: skip

    def birth(self, age: str) -> str:
        """A birthday that is some way off, so that nobody grows older while the tests run."""
        born = self.today - timedelta(days=100)
        return date(born.year - int(age), born.month, min(born.day, 28)).isoformat()

    def _person(self, family: str, line: str) -> tuple[Row, set[str]]:
        surname, reading = family.split()[:2]
        given, age, relation, *marks = line.split()
        kana, sex = GIVEN[given]
        row = {
            "shimei": f"{surname}　{given}", "uji_nihonjin": surname, "na_nihonjin": given,
            "shimei_furigana": f"{reading}　{kana}", "seibetsu": sex, "seinengappi": self.birth(age),
            "zokugarahyoki": relation,
        }  # fmt: skip
        return row, set(marks)

    def _add(self, family: str, line: str, household: str, lot: str) -> None:
        row, marks = self._person(family, line)
        number = f"{FIRST_NUMBER + len(self.numbers):015d}"
        self.numbers[row["shimei"].replace("　", " ")] = number
        mine = {**_HEAD, "atenabango": number}
        self.feeds["01a"].append({
            **mine, "setaibango": household, "juminshubetsu": "1", "juminjotai": "1", "idonengappi": _SINCE,
            "idojiyu": "01", "zokugarakodo1": RELATION[row["zokugarahyoki"]], **row, **_address(TOWN, lot),
        })  # fmt: skip
        for data_set, cells in _known(marks, number):
            self.feeds[data_set].append({**mine, **cells})

    def _announce(self, receipt: str, family: str, lines: Sequence[str]) -> None:
        """A move-out notice (転出証明書情報); the third word of ``family`` is its kind: 0, 1 by card, 2 one-stop."""
        kind = [*family.split(), "0"][2]
        planned = (self.today - timedelta(days=2)).isoformat()
        self.feeds["20a"].append({
            "shikuchosonkodo": CITY_CODE, "uketsukebango": receipt, "todokedebi": planned,
            "tenshutsuyoteinengappi": planned, "tennyuyoteinengappi": planned,
            "tenshutsumotoshikuchosonkodo": "431001", "tokureitennyukubun": kind, "jotai": "2",
            **({"raichoyoteibi": self.today.isoformat()} if kind == "2" else {}),
            **_address("港町", "5番地", "tenshutsumotojusho", "431001", "熊本県", "隣市"),
            **_address(OTHER_TOWN, "12番地", "tennyusakijusho"),
        })  # fmt: skip
        for place, line in enumerate(lines, start=1):
            row, marks = self._person(family, line)
            flags = {column: "1" if mark in marks else "0" for mark, column in _ANNOUNCED.items()}
            self.feeds["20b"].append(
                {"shikuchosonkodo": CITY_CODE, "uketsukebango": receipt, "renban": str(place), **row, **flags}
            )


def _address(
    town: str, lot: str, prefix: str = "jusho", code: str = CITY_CODE, prefecture: str = PREFECTURE,
    city: str = CITY_NAME,
) -> Row:  # fmt: skip
    return {
        f"{prefix}_shikuchosonkodo": code, f"{prefix}_todofuken": prefecture, f"{prefix}_shikugunchosonmei": city,
        f"{prefix}_choaza": town, f"{prefix}_banchigohyoki": lot,
    }  # fmt: skip


def _known(marks: set[str], number: str) -> Iterator[tuple[str, Row]]:
    """What the registers know of somebody: data set and cells."""
    if "印" in marks:
        yield "02", {"inkantorokubango": number[-6:], "torokunengappi": _SINCE, "torokujotai": "1"}
    if "年金" in marks:
        yield "05", {
            "hihokenshashubetsu": "1", "shikakushutokunengappi": _SINCE, "kisonenkinbango": f"0000{number[-6:]}",
        }  # fmt: skip
    if "介護" in marks:
        yield "08", {
            "kaigohokenshabango": CITY_CODE, "hihokenshabango": number[-10:], "shikakurirekibango": "1",
            "hihokenshakubunkodo": "1", "shikakushutokubi": _SINCE, "yokaigoninteijokyokodo": "04",
            "yokaigojotaikubunkodo": "22", "ninteiyukokikanshuryonengappi": "9999-12-31",
        }  # fmt: skip
    if "国保" in marks:
        yield "09", {
            "kokuhokigobango": number[-8:], "kokuhoshikakukubun": "1", "kokuhoshikakushutokunengappi": _SINCE,
        }  # fmt: skip
    if "後期" in marks:
        yield "10", {"hihokenshabango": number[-8:], "hihokenshashikakushutokunengappi": _SINCE}
    if "児手" in marks:
        yield "11", {
            "jukyushakubun": "1", "shikakujotai": "40", "ninteibango": number[-8:], "ninteinengappi": _SINCE,
        }  # fmt: skip
