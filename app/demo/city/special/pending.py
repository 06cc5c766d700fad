"""Move-ins that other municipalities have announced (転出証明書情報): the notices of 20a and the movers of 20b.

Their move-in days lie around the as-of day, most of them within the fourteen days in which they are to be notified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.demo.city import people
from app.demo.city.foreigners import wide_latin
from app.demo.city.histories import leave
from app.demo.city.numbers import phone, resident_record_code
from app.demo.city.people import CHILD, FEMALE, HEAD, MALE, WIFE, Entry, Name, Person
from app.demo.city.places import CITY_CODE, Address, wide
from app.demo.city.special.stage import Role, Stage, employed, full_name, own_business

CERTIFICATE, CARD, ONE_STOP = "0", "1", "2"
_SATURDAY = 5
RECEIVED, EXPECTED, DONE, CANCELLED = "1", "2", "3", "9"


@dataclass(frozen=True)
class Mover:
    """One person of a notice. ``has``: letters n 国保, l 後期, c 介護, p 年金, a 児童手当, k card."""

    relation: str
    sex: str
    born: int | date
    has: str = ""
    name: str = ""
    former_surname: str = ""
    birth_cells: tuple[tuple[str, str], ...] = ()


def add_pending(stage: Stage, extra: int) -> None:
    """Every announced move-in with a label, and ``extra`` plain ones."""
    desk = _Notices(stage)
    _everyday(desk)
    _with_children(desk)
    _deadlines(desk)
    _odd_births(desk)
    _with_elders(desk)
    _into_households(stage, desk)
    _returning(stage, desk)
    _foreign(desk)
    _closed(desk)
    for _ in range(extra):
        desk.announce(
            "",
            "",
            [
                Mover(
                    "世帯主",
                    MALE if stage.registry.chance(0.6) else FEMALE,
                    stage.registry.between(19, 44),
                    "npk",
                )
            ],
        )


class _Notices:
    """Writes notices: one receipt number each, an address to leave and one to come to."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._serial = 0

    def announce(
        self, label: str, shows: str, movers: Sequence[Mover], *, days_ago: int = 5, out_days_ago: int | None = None,
        kind: str = CERTIFICATE, inside: bool | None = None, to: Address | None = None, state: str = EXPECTED,
        persons: Sequence[Person] = (), family: Name | None = None, visit: int = 0,
    ) -> None:  # fmt: skip
        """One notice with its movers; ``days_ago`` is the move-in day, ``visit`` how many days from now they come."""
        stage = self.stage
        registry = stage.registry
        self._serial += 1
        origin = registry.places.away(inside=inside)
        goal = to or registry.home(0.6)
        family = family or registry.names.surname(registry.rng)
        number = f"{origin.lg_code}-{stage.as_of.year}-{self._serial:06d}"
        out = stage.ago(days_ago if out_days_ago is None else out_days_ago)
        cells = {
            "uketsukebango": number,
            "todokedebi": min(stage.ago(days_ago + registry.between(2, 12)), stage.as_of).isoformat(),
            "tenshutsuyoteinengappi": out.isoformat(),
            "tennyuyoteinengappi": stage.ago(days_ago).isoformat(),
            "tenshutsumotoshikuchosonkodo": origin.lg_code,
            "todokedenindenwabango": phone(registry.rng),
            "tokureitennyukubun": kind,
            "jotai": state,
            **origin.cells("tenshutsumotojusho"),
            **goal.cells("tennyusakijusho"),
        }
        if kind == ONE_STOP:
            cells["raichoyoteibi"] = stage.ago(-visit).isoformat()
        domicile = f"{origin.prefecture}{origin.city}{origin.town}{wide(registry.between(10, 1900))}番地"
        rows = [{"honseki": domicile, **self._mover(mover, family)} for mover in movers]
        for place, row in enumerate(rows, start=1):
            row |= {"uketsukebango": number, "renban": str(place), "setainushishimei": rows[0]["shimei"]}
            row.setdefault("hittosha", rows[0]["shimei"])
            self._put("20b", row)
        cells["todokedeninshimei"] = rows[0]["shimei"]
        self._put("20a", cells)
        if label:
            stage.label(label, shows, persons, notice=number)

    def _put(self, layout: str, cells: dict[str, str]) -> None:
        self.stage.city.rows.setdefault(layout, []).append({"shikuchosonkodo": CITY_CODE, **cells})

    def _mover(self, mover: Mover, family: Name) -> dict[str, str]:
        registry = self.stage.registry
        birth = registry.birth(mover.born) if isinstance(mover.born, int) else mover.born
        if mover.name:
            family, given = full_name(mover.name)
        else:
            given = registry.names.given(registry.rng, mover.sex, birth.year, family)
        row = {
            "juminhyokodo": resident_record_code(registry.rng),
            "shimei": f"{family.written}　{given.written}",
            "uji_nihonjin": family.written,
            "na_nihonjin": given.written,
            "shimei_furigana": f"{family.reading}　{given.reading}",
            "seinengappi": birth.isoformat(),
            "seibetsu": mover.sex,
            "zokugarahyoki": mover.relation,
            **dict(mover.birth_cells),
            **_qualifications(mover.has),
        }
        if mover.former_surname:
            written, reading = mover.former_surname.split("/")
            row |= {"kyuji": written, "kyuji_furigana": reading}
        return row


def _qualifications(has: str) -> dict[str, str]:
    columns = {
        "n": "kokuhoshikakuumu", "l": "kokikoreishikakuumu", "c": "kaigoshikakuumu", "p": "nenkinshikakuumu",
        "a": "jidoteateshikakuumu", "k": "kojinbangokadoumu",
    }  # fmt: skip
    return {column: "1" if letter in has else "0" for letter, column in columns.items()}


def _everyday(desk: _Notices) -> None:
    desk.announce(
        "movein_family_of_four", "4人家族、小学生と保育園児: 転入、児童手当、子ども医療、転校、保育",
        [
            Mover("世帯主", MALE, 36, "ak"), Mover("妻", FEMALE, 34, "k"), Mover("子", FEMALE, 8, "k"), Mover("子", MALE, 4, "k"),
        ],
        days_ago=4,
    )  # fmt: skip
    desk.announce(
        "movein_card_single",
        "カードによる特例転入、1人",
        [Mover("世帯主", FEMALE, 28, "npk")],
        days_ago=3,
        kind=CARD,
    )
    desk.announce(
        "movein_one_stop_couple",
        "引越しワンストップ、来庁は今日",
        [Mover("世帯主", MALE, 31, "k"), Mover("妻", FEMALE, 30, "k", former_surname="鳴海/ナルミ")],
        days_ago=2,
        kind=ONE_STOP,
    )
    desk.announce(
        "movein_part_on_nhi",
        "夫と子は社保、妻だけ国保",
        [
            Mover("世帯主", MALE, 41, "a"),
            Mover("妻", FEMALE, 39, "np"),
            Mover("子", MALE, 11),
            Mover("子", FEMALE, 6),
        ],
        days_ago=6,
    )


def _with_children(desk: _Notices) -> None:
    desk.announce(
        "movein_five_with_student", "5人、長子は20歳の大学生: 3人目の加算",
        [
            Mover("世帯主", MALE, 48, "npak"), Mover("妻", FEMALE, 46, "npk"), Mover("子", MALE, 20, "npk"),
            Mover("子", FEMALE, 16, "n"), Mover("子", FEMALE, 12, "n"),
        ],
        days_ago=8,
    )  # fmt: skip
    desk.announce(
        "movein_one_parent",
        "母と子2人: 児童扶養手当とひとり親医療",
        [Mover("世帯主", FEMALE, 33, "npak"), Mover("子", FEMALE, 7, "n"), Mover("子", MALE, 2, "n")],
        days_ago=7,
    )


def _deadlines(desk: _Notices) -> None:
    as_of = desk.stage.as_of
    first = as_of.replace(day=1)
    weekend = next(days for days in range(13, -1, -1) if desk.stage.ago(days - 14).weekday() >= _SATURDAY)
    desk.announce(
        "movein_limit_on_holiday",
        "届出期限の14日目が閉庁日に当たる（起算は翌日）",
        [Mover("世帯主", MALE, 24, "npk")],
        days_ago=weekend,
        kind=CARD,
    )
    desk.announce(
        "movein_sixteenth_day",
        "16日目: 介護の受給資格証明と児童手当の15日特例を過ぎている",
        [
            Mover("世帯主", MALE, 45, "a"),
            Mover("妻", FEMALE, 43),
            Mover("子", MALE, 9),
            Mover("母", FEMALE, 77, "lc"),
        ],
        days_ago=16,
    )
    desk.announce(
        "movein_month_end",
        "前月末の転入: 児童手当は15日特例の計算",
        [Mover("世帯主", FEMALE, 32, "npa"), Mover("子", FEMALE, 1, "n")],
        days_ago=(as_of - first).days + 1,
    )
    desk.announce(
        "movein_not_yet",
        "転入予定日がまだ来ていない",
        [Mover("世帯主", FEMALE, 26, "npk")],
        days_ago=-3,
        state=RECEIVED,
    )


def _odd_births(desk: _Notices) -> None:
    as_of = desk.stage.as_of
    day = as_of.day + 5 if as_of.day <= 23 else 28
    desk.announce(
        "movein_turns_75",
        "今月75歳になる人の転入",
        [Mover("世帯主", MALE, date(as_of.year - 75, as_of.month, day), "nc")],
        days_ago=1,
    )
    desk.announce(
        "movein_unknown_birth", "生年月日の日が不詳の人の転入",
        [
            Mover(
                "世帯主", FEMALE, date(as_of.year - 81, 5, 1), "lc",
                birth_cells=(
                    ("seinengappi", f"{as_of.year - 81}-05-00"), ("seinengappi_fushofuragu", "1"),
                    ("seinengappi_fushohyoki", f"昭和{wide(as_of.year - 81 - 1925)}年５月日不詳"),
                ),
            )
        ],
        days_ago=9,
    )  # fmt: skip


def _with_elders(desk: _Notices) -> None:
    desk.announce(
        "movein_late_elderly_inside",
        "県内からの後期高齢者: 広域連合は変わらない",
        [Mover("世帯主", MALE, 80, "lc")],
        days_ago=5,
        inside=True,
    )
    desk.announce(
        "movein_late_elderly_outside",
        "県外からの後期高齢者、要介護認定あり: 負担区分証明と受給資格証明",
        [Mover("世帯主", FEMALE, 84, "lck")],
        days_ago=10,
        inside=False,
    )


def _into_households(stage: Stage, desk: _Notices) -> None:
    registry = stage.registry
    home = stage.home(
        [Role(HEAD, MALE, 55, own_business()), Role(WIFE, FEMALE, 53, employed(1_000_000))],
        since=stage.ago(8000),
    )
    desk.announce(
        "movein_joins_household", "母が息子の世帯に入る: 既存世帯への編入、国保の世帯", [Mover("世帯主", FEMALE, 79, "lc")],
        days_ago=6, to=home.address, persons=home.members, family=home.head.family,
    )  # fmt: skip
    family = registry.names.surname(registry.rng)
    first = stage.home(
        [Role(HEAD, FEMALE, 34, employed(1_200_000)), Role(CHILD, MALE, 5), Role(CHILD, FEMALE, 1)],
        since=stage.ago(55), away=True, family=family,
    )  # fmt: skip
    father = stage.outsider(MALE, family, 36)
    for child in first.members[1:]:
        child.father = child.recipient = father
    desk.announce(
        "movein_father_joins", "先に転入した妻子の世帯に父が入る: 児童手当の受給者", [Mover("世帯主", MALE, 36, "ak")],
        days_ago=3, to=first.address, persons=first.members, family=family,
    )  # fmt: skip
    groom = stage.home([Role(HEAD, MALE, 32, employed())], since=stage.ago(1900))
    desk.announce(
        "movein_marriage_same_day", "同日に転入、婚姻、夫と一緒に市内で転居", [Mover("世帯主", FEMALE, 31, "npk")],
        days_ago=0, to=groom.address, persons=groom.members,
    )  # fmt: skip


def _former_resident(stage: Stage, sex: str, age: int, family: Name) -> Person:
    """Someone who lived here eight years and left four years ago."""
    registry = stage.registry
    came, left = stage.ago(4400), stage.ago(1450)
    home = registry.household(registry.places.flat(), came)
    person = registry.person(home, HEAD, sex, registry.birth(age), family)
    person.since, person.origin = came, registry.places.away()
    person.entries = [Entry(people.MOVED_IN, came, came, home.number, HEAD, home.address, family)]
    leave(registry, person, left, registry.places.away(inside=False))
    return person


def _returning(stage: Stage, desk: _Notices) -> None:
    registry = stage.registry
    same = _former_resident(stage, MALE, 40, registry.names.surname(registry.rng))
    name = f"{same.family.written}　{same.given.written}/{same.family.reading}　{same.given.reading}"
    desk.announce(
        "movein_returning", "以前の住民の再転入: 前の宛名番号を使う", [Mover("世帯主", MALE, same.birth, "npk", name)],
        days_ago=4, persons=[same], family=same.family,
    )  # fmt: skip
    renamed = _former_resident(stage, FEMALE, 36, registry.names.surname(registry.rng))
    family = registry.names.surname_for(registry.rng, renamed.given)
    name = f"{family.written}　{renamed.given.written}/{family.reading}　{renamed.given.reading}"
    former = f"{renamed.family.written}/{renamed.family.reading}"
    desk.announce(
        "movein_returning_renamed", "氏が変わった以前の住民の再転入", [Mover("世帯主", FEMALE, renamed.birth, "npk", name, former)],
        days_ago=11, persons=[renamed],
    )  # fmt: skip


def _foreign(desk: _Notices) -> None:
    """A family of three from Viet Nam: the wife has a common name, the child was born in Japan."""
    stage = desk.stage
    desk.announce(
        "movein_foreign_family",
        "外国人の3人家族: 在留カード、続柄の証明、住居地の届出",
        [Mover("世帯主", MALE, 33, "npk"), Mover("妻", FEMALE, 31, "npk"), Mover("子", MALE, 5, "n")],
        days_ago=9,
    )
    rows = stage.city.rows["20b"][-3:]
    latin = ("NGUYEN DUC ANH", "TRAN THI HUONG", "NGUYEN MINH TUAN")
    for row, name, status in zip(rows, latin, ("T26", "T44", "T44"), strict=True):
        for cell in ("uji_nihonjin", "na_nihonjin", "honseki", "hittosha"):
            del row[cell]
        row |= {
            "shimei": wide_latin(name), "shimei_gaikokujinromaji": wide_latin(name), "setainushishimei": wide_latin(latin[0]),
            "shimei_furigana": "", "gaikokujinjumintonattanengappi": stage.ago(1800).isoformat(),
            "kokusekito_kokumeikodo": "VNM", "kokusekimeito": "ベトナム", "dai30jo45kiteikubun": "01",
            "zairyushikakutokodo": status, "zairyukikan_nen": "3", "zairyukikan_tsuki": "0", "zairyukikan_hi": "0",
            "zairyukikan_manryonohi": stage.ago(-400).isoformat(),
        }  # fmt: skip
    rows[1] |= {"tsusho": "川上　桜", "tsusho_furigana": "カワカミ　サクラ"}
    stage.city.rows["20a"][-1]["todokedeninshimei"] = wide_latin(latin[0])


def _closed(desk: _Notices) -> None:
    desk.announce(
        "movein_done",
        "転入済みの通知: もう受け付けない",
        [Mover("世帯主", MALE, 50, "k")],
        days_ago=12,
        state=DONE,
    )
    desk.announce(
        "movein_cancelled",
        "転出を取りやめた通知",
        [Mover("世帯主", FEMALE, 45, "np")],
        days_ago=2,
        state=CANCELLED,
    )
