"""The columns of the qualification matrix (資格一覧): how the rows of a data set become a word beside a member's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.memos import memo_runs
from app.domain.register_facts import CARE_LEVELS, handbook_grade, held_handbooks

Row = Mapping[str, str]

_OPEN_END = "9999-12-31"
_RECEIVING, _APPLYING = "40", "10"


@dataclass(frozen=True)
class Word:
    """What a cell says: short for the table, full for readers and titles; ``quiet`` where it is over or still open."""

    short: str
    full: str
    quiet: bool = False


NOTHING = Word("―", "なし", quiet=True)
NOT_ARRIVED = Word("？", "データ未着のため不明", quiet=True)
NOT_REGISTERED = Word("？", "転入前のため不明", quiet=True)


@dataclass(frozen=True)
class Qualification:
    """One column: its key in addresses, head, full title, the data set behind it, and its reader.

    ``delicate`` ones are masked again some seconds after they were opened.
    """

    key: str
    head: str
    title: str
    data_set: str
    read: Callable[[Sequence[Row], date], Word | None]
    delicate: bool = False


def _runs(row: Row, start: str, end: str, on: date) -> bool:
    begun = row.get(start, "")
    return bool(begun) and begun <= on.isoformat() < (row.get(end, "") or _OPEN_END)


def _period(
    start: str, end: str, title: str, word: Callable[[Row], Word]
) -> Callable[[Sequence[Row], date], Word | None]:
    """A qualification with a first and a last day; one that is over says so."""

    def read(rows: Sequence[Row], on: date) -> Word | None:
        running = next((row for row in rows if _runs(row, start, end, on)), None)
        if running is not None:
            return word(running)
        return Word("喪失", f"{title}の資格を喪失", quiet=True) if rows else None

    return read


def _nhi(row: Row) -> Word:
    if row.get("kokuhoshikakukubun") == "2":
        return Word("擬主", "擬制世帯主（本人は国民健康保険に加入していない）", quiet=True)
    part = "世帯主" if row.get("kokuhoshikakukubun") == "1" else "世帯員"
    return Word("加入", f"国民健康保険に加入（{part}）")


def _late_elderly(row: Row) -> Word:
    share = row.get("futanwariai", "")
    return Word(
        f"{share}割" if share else "加入", "後期高齢者医療に加入" + (f"（{share}割負担）" if share else "")
    )


_PENSION = {"1": "第1号", "2": "第2号", "3": "第3号", "4": "任意"}


def _pension(row: Row) -> Word:
    kind = _PENSION.get(row.get("hihokenshashubetsu", ""), "加入")
    return Word(kind, f"国民年金 {kind}被保険者" + ("（免除・猶予あり）" if row.get("menjokubun") else ""))


def _care(row: Row) -> Word:
    if row.get("yokaigoninteijokyokodo") == "01":
        return Word("申請中", "要介護認定を申請中")
    level = CARE_LEVELS.get(row.get("yokaigojotaikubunkodo", ""), "")
    if level and row.get("yokaigoninteijokyokodo") in {"04", "05"}:
        return Word(level.replace("支援", "支").replace("介護", "介"), f"要介護認定 {level}")
    return Word("加入", "介護保険の被保険者（認定なし）")


def _resident_tax(rows: Sequence[Row], on: date) -> Word | None:
    year = max((row.get("kazeinendo", "") for row in rows), default="")
    row = next((row for row in rows if row.get("kazeinendo") == year), None)
    if row is None:
        return None
    if row.get("mishinkokukubun") in {"1", "2"}:
        return Word("未申告", f"{year}年度 住民税の申告が済んでいない")
    if row.get("kazeihikazeikubun") == "1":
        return Word("課税", f"{year}年度 住民税課税")
    return Word("非課税", f"{year}年度 住民税非課税")


def _arrears(rows: Sequence[Row], on: date) -> Word | None:
    return Word("あり", "滞納あり") if any(row.get("tainoumu") == "1" for row in rows) else None


def _assistance(rows: Sequence[Row], on: date) -> Word | None:
    start, end = "seikatsuhogokaishinengappi", "seikatsuhogohaishinengappi"
    running = next((row for row in rows if _runs(row, start, end, on)), None)
    if running is None:
        return Word("廃止", "生活保護は廃止済み", quiet=True) if rows else None
    stopped = running.get("seikatsuhogoteishinengappi", "")
    again = running.get("seikatsuhogoteishikaijonengappi", "")
    if stopped and stopped <= on.isoformat() and not (again and again <= on.isoformat()):
        return Word("停止", "生活保護は停止中", quiet=True)
    return Word("受給", "生活保護を受給")


_HANDBOOKS = {"1": "身体", "2": "療育", "3": "精神"}


def _handbook(rows: Sequence[Row], on: date) -> Word | None:
    held = held_handbooks(rows)
    words = [_HANDBOOKS[row["techoshubetsu"]] + handbook_grade(row) for row in held]
    if not words:
        return Word("返還等", "手帳は返還・廃止済み", quiet=True) if rows else None
    return Word(words[0] if len(words) == 1 else f"{words[0]}他", "障害者手帳 " + "・".join(words))


def _allowance(
    end: str, payments: Mapping[str, str], title: str
) -> Callable[[Sequence[Row], date], Word | None]:
    """An allowance of recipients and children; ``payments`` are the words of 支給区分 where there is one."""

    def read(rows: Sequence[Row], on: date) -> Word | None:
        running = [
            row
            for row in rows
            if row.get("shikakujotai") == _RECEIVING and on.isoformat() < (row.get(end) or _OPEN_END)
        ]
        own = next((row for row in running if row.get("jukyushakubun") == "1"), None)
        if own is not None:
            word = payments.get(own.get("shikyukubun", ""), "受給")
            return Word(word, f"{title}を受給" + (f"（{word}）" if word != "受給" else ""))
        if running:
            return Word("児童", f"{title}の対象児童")
        if any(row.get("shikakujotai") == _APPLYING for row in rows):
            return Word("申請中", f"{title}を申請中")
        return Word("終了", f"{title}の資格は終了", quiet=True) if rows else None

    return read


_AIDS = {
    "1": ("重度", "重度心身障害者"),
    "2": ("子ども", "子ども"),
    "3": ("ひとり親", "ひとり親"),
    "4": ("母子", "母子"),
}


def _medical_aid(rows: Sequence[Row], on: date) -> Word | None:
    day = on.isoformat()
    kinds = [
        row.get("joseishubetsu", "")
        for row in rows
        if row.get("shikakujotai") == _RECEIVING
        and (row.get("shikakukaishinengappi") or "0000")
        <= day
        <= (row.get("shikakushuryonengappi") or _OPEN_END)
    ]
    known = [_AIDS[kind] for kind in kinds if kind in _AIDS]
    if not known:
        return Word("終了", "医療費助成の資格は終了", quiet=True) if rows else None
    short = known[0][0] if len(known) == 1 else f"{known[0][0]}他"
    return Word(short, "医療費助成 " + "・".join(full for _short, full in known))


_NURSERY = {"1": "申込", "2": "待機", "3": "利用"}


def _nursery(rows: Sequence[Row], on: date) -> Word | None:
    for row in rows:
        if row.get("riyojotai") in _NURSERY:
            word = _NURSERY[row["riyojotai"]]
            kind = row.get("ninteikubun", "")
            return Word(word, f"保育所・幼稚園 {word}" + (f"（{kind}号認定）" if kind else ""))
    return Word("退所", "保育所・幼稚園は退所済み", quiet=True) if rows else None


_SEALS = {"1": Word("登録", "印鑑登録あり"), "3": Word("停止", "印鑑登録は停止中")}


def _seal(rows: Sequence[Row], on: date) -> Word | None:
    for state in ("3", "1"):
        if any(row.get("torokujotai") == state for row in rows):
            return _SEALS[state]
    return Word("廃止", "印鑑登録は廃止済み", quiet=True) if rows else None


def _memo(rows: Sequence[Row], on: date) -> Word | None:
    count = sum(memo_runs(row, on) for row in rows)
    return Word(f"{count}件", f"住基メモ {count}件") if count else None


def _hold(rows: Sequence[Row], on: date) -> Word | None:
    kinds = {row.get("memokubun") for row in rows}
    if "02" in kinds:
        return Word("禁止", "証明書の発行禁止")
    return Word("停止", "発行停止（成年後見等の確認が必要）") if "03" in kinds else None


def _card(rows: Sequence[Row], on: date) -> Word | None:
    return (
        Word("あり", "マイナンバーカードあり")
        if any(row.get("kojinbangokadoumu") == "1" for row in rows)
        else None
    )


_SUPPORT = {"1": "全部", "2": "一部", "3": "停止"}

QUALIFICATIONS: tuple[Qualification, ...] = (
    Qualification("nhi", "国保", "国民健康保険", "09",
                  _period("kokuhoshikakushutokunengappi", "kokuhoshikakusoshitsunengappi", "国民健康保険", _nhi)),
    Qualification("late-elderly", "後期", "後期高齢者医療", "10",
                  _period("hihokenshashikakushutokunengappi", "hihokenshashikakusoshitsunengappi", "後期高齢者医療", _late_elderly)),
    Qualification("pension", "年金", "国民年金", "05",
                  _period("shikakushutokunengappi", "shikakusoshitsunengappi", "国民年金", _pension)),
    Qualification("care", "介護", "介護保険", "08",
                  _period("shikakushutokubi", "shikakusoshitsubi", "介護保険", _care)),
    Qualification("resident-tax", "住民税", "個人住民税", "03", _resident_tax, delicate=True),
    Qualification("arrears", "滞納", "滞納の有無", "04", _arrears, delicate=True),
    Qualification("assistance", "生保", "生活保護", "06", _assistance, delicate=True),
    Qualification("disability", "障害", "障害者手帳・障害福祉", "07", _handbook, delicate=True),
    Qualification("child-allowance", "児童手当", "児童手当", "11", _allowance("shometsunengappi", {}, "児童手当")),
    Qualification("medical-aid", "医療助成", "医療費助成", "12", _medical_aid),
    Qualification("nursery", "保育", "保育所・幼稚園", "13", _nursery),
    Qualification("support-allowance", "児扶手当", "児童扶養手当", "14",
                  _allowance("soshitsunengappi", _SUPPORT, "児童扶養手当"), delicate=True),
    Qualification("seal", "印鑑", "印鑑登録", "02", _seal),
    Qualification("memo", "メモ", "住基メモ", "19", _memo, delicate=True),
    Qualification("card", "カード", "マイナンバーカード", "20b", _card),
    Qualification("hold", "発行", "発行禁止・停止", "19", _hold, delicate=True),
)  # fmt: skip
"""The columns in their order; the mark of support measures stands beside the name, where everybody sees it."""

BY_KEY = {one.key: one for one in QUALIFICATIONS}
