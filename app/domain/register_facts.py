"""Facts from the rows of the core system (基幹システム), by data set.

A data set that was read and has no row for a person says *no*; one that was not read (feed missing, no authority) says
nothing, so its facts stay unknown and can be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from app.domain.dates import PartialDate
from app.domain.facts import FactValue, Source, StoredValue

Row = Mapping[str, str]

_OPEN_END = "9999-12-31"
_RECEIVING = "40"
_RESIDENCE_CARD = frozenset({"01", "02"})
_SEXES = {"1": "male", "2": "female"}
_MOVE_IN_TYPES = {"0": "certificate", "1": "card", "2": "one_stop"}
_HANDBOOKS = {"1": "physical", "2": "intellectual", "3": "mental"}
_HANDBOOK_ORDER = ("physical", "intellectual", "mental")
_CERTIFIED = frozenset({"04", "05"})
_CERTIFIED_LEVELS = frozenset({"11", "12", "13", "19", "21", "22", "23", "24", "25", "31"})
_JUDGED = {"11": "A1", "12": "A2", "21": "B1", "22": "B2"}
CARE_LEVELS = {
    "01": "非該当", "09": "非該当", "11": "経過的要介護", "12": "要支援1", "13": "要支援2", "19": "要支援", "21": "要介護1",
    "22": "要介護2", "23": "要介護3", "24": "要介護4", "25": "要介護5",
}  # fmt: skip
"""The words of 要介護状態区分."""


def facts_from_register(
    rows: Mapping[str, Sequence[Row]], on: date, *, resident: bool = True
) -> dict[str, FactValue]:
    """The facts of one person from his rows by data set id, as they stand on a day.

    Keys of `rows` are the data sets that were read, each with the person's rows, perhaps none. For somebody who is not
    a resident (a former one who moves in again) only who he is counts: what the city's registers say or do not say about
    insurance, allowances and support is of the time before he left.
    """
    found: dict[str, StoredValue] = {}
    for data_set, read in _READERS.items():
        if data_set in rows and (resident or data_set == "01a"):
            kept = [
                row
                for row in rows[data_set]
                if row.get("sakujofuragu") != "1" and row.get("saishinfuragu") != "0"
            ]
            found |= read(kept, on)
    if not resident:
        found.pop("relationship", None)
    return {name: FactValue(value, Source.REGISTER) for name, value in found.items() if value is not None}


def facts_from_move_in(person: Row, notice: Row) -> dict[str, FactValue]:
    """The facts of one announced mover (転出証明書情報: the row of 20b with its notice of 20a).

    The insurance is taken over only where he was in 国保 or 後期: who was in neither may be in any other, so he is asked.
    """
    found: dict[str, StoredValue] = _person(person)
    nhi, late, care = (_flag(person, f"{name}shikakuumu") for name in ("kokuho", "kokikorei", "kaigo"))
    found["insurance"] = "late_elderly" if late else "nhi" if nhi else None
    found["pension_first"] = _flag(person, "nenkinshikakuumu")
    found["allowance_recipient"] = _flag(person, "jidoteateshikakuumu")
    found["has_card"] = _flag(person, "kojinbangokadoumu")
    found["care_status"] = "none" if care is False else None
    return {name: FactValue(value, Source.NOTICE) for name, value in found.items() if value is not None}


def case_facts_from_move_in(notice: Row) -> dict[str, FactValue]:
    """The facts of the case that a move-out notice (20a) tells."""
    kind = _MOVE_IN_TYPES.get(notice.get("tokureitennyukubun", ""))
    return {} if kind is None else {"move_in_type": FactValue(kind, Source.NOTICE)}


def case_facts_from_schools(before: Sequence[str], after: Sequence[str]) -> dict[str, FactValue]:
    """Whether a move within the city leads to other schools (学校区), from the districts of the old and the new address.

    Nothing where the district of one of the schools is not known on both sides.
    """
    if not before or len(before) != len(after) or not all((*before, *after)):
        return {}
    return {"school_changes": FactValue(tuple(before) != tuple(after), Source.REGISTER)}


def _flag(row: Row, name: str) -> bool | None:
    """A 0/1 item; None when it is empty."""
    return {"1": True, "0": False}.get(row.get(name, ""))


def _person(row: Row) -> dict[str, StoredValue]:
    """Birth date, sex, relationship and what a foreign resident's items say (01a and 20b share them)."""
    foreign = bool(
        row.get("kokusekito_kokumeikodo") or row.get("kokusekimeito") or row.get("dai30jo45kiteikubun")
    )
    return {
        "birth": _birth(row),
        "sex": _SEXES.get(row.get("seibetsu", "")),
        "relationship": row.get("zokugarahyoki") or None,
        "foreigner": foreign,
        "residence_card_holder": row.get("dai30jo45kiteikubun", "") in _RESIDENCE_CARD,
    }


def _birth(row: Row) -> PartialDate | None:
    name = "seinengappi"
    try:
        return PartialDate.from_standard(
            row.get(name, ""), row.get(f"{name}_fushofuragu", ""), row.get(f"{name}_fushohyoki", "")
        )
    except ValueError:
        return None


def _number(rows: Sequence[Row], column: str) -> str | None:
    """The number on a card or certificate that forms repeat; several, as of two handbooks, are printed side by side."""
    return "・".join(dict.fromkeys(row[column] for row in rows if row.get(column))) or None


def _within(row: Row, start: str, end: str, on: date) -> bool:
    """Whether a qualification runs on a day: it has begun and has not ended. The last day is the one before the end."""
    day = on.isoformat()
    begun, ended = row.get(start, ""), row.get(end, "") or _OPEN_END
    return bool(begun) and begun <= day < ended


def _resident(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    return _person(rows[0]) if rows else {}


def _seal(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    held = [row for row in rows if row.get("torokujotai") in {"1", "3"}]
    return {"seal_registered": bool(held), "seal_number": _number(held, "inkantorokubango")}


def _pension(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    first = any(
        row.get("hihokenshashubetsu") == "1"
        and _within(row, "shikakushutokunengappi", "shikakusoshitsunengappi", on)
        for row in rows
    )
    return {"pension_first": first, "pension_number": _number(rows, "kisonenkinbango")}


def _assistance(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    running = any(
        _within(row, "seikatsuhogokaishinengappi", "seikatsuhogohaishinengappi", on) for row in rows
    )
    return {"public_assistance": running}


def held_handbooks(rows: Sequence[Row]) -> list[Row]:
    """The rows of handbooks (障害者手帳) of a known kind that are neither returned nor withdrawn."""
    return [
        row
        for row in rows
        if row.get("techoshubetsu") in _HANDBOOKS
        and row.get("shikakujotaikodo", _RECEIVING) == _RECEIVING
        and not row.get("henkanbi")
    ]


def handbook_grade(row: Row) -> str:
    """The grade (等級) or judgement (判定) of a handbook: 2級, A1."""
    match row.get("techoshubetsu"):
        case "2":
            code = row.get("ryoikuhantei", "")
            return _JUDGED.get(code, code)
        case "3":
            grade = row.get("seishintokyu", "")
        case _:
            grade = row.get("sogotokyukodo", "")
    return f"{grade}級" if grade and grade != "0" else ""


def _disability(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    held = held_handbooks(rows)
    kinds = {_HANDBOOKS[row["techoshubetsu"]] for row in held}
    return {
        **_each_handbook(held),
        "handbook": _handbook(kinds),
        "handbook_number": _number(held, "techobango"),
        "handbook_grade": "・".join(filter(None, map(handbook_grade, held))) or None,
        "severe_grade": any(_is_severe(row) for row in held),
        "self_support": any(row.get("jiritsushieniryo", "") not in {"", "00"} for row in rows),
        "special_child": any(row.get("tokujiteate", "") not in {"", "0"} for row in rows),
        "disability_service": any(row.get("sabisushikyukettei") == "1" for row in rows),
    }


def _each_handbook(held: Sequence[Row]) -> dict[str, StoredValue]:
    """Number and grade of each kind by itself: the paper about one handbook says nothing of another."""
    found: dict[str, StoredValue] = {}
    for code, kind in _HANDBOOKS.items():
        rows = [row for row in held if row["techoshubetsu"] == code]
        found[f"{kind}_number"] = _number(rows, "techobango")
        found[f"{kind}_grade"] = "・".join(filter(None, map(handbook_grade, rows))) or None
    return found


def _handbook(kinds: set[str]) -> str:
    if len(kinds) == len(_HANDBOOK_ORDER):
        return "all"
    return "_".join(kind for kind in _HANDBOOK_ORDER if kind in kinds) or "none"


def _is_severe(row: Row) -> bool:
    """身体 1・2級, 療育 A, 精神 1級."""
    match row.get("techoshubetsu"):
        case "1":
            return row.get("sogotokyukodo") in {"1", "2"}
        case "2":
            return row.get("ryoikuhantei", "").startswith(("1", "A"))
    return row.get("seishintokyu") == "1"


def _care(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    """Certification (要介護認定). Whether somebody stays in a facility is known only from 住所地特例 and 減額認定."""
    insured = [row for row in rows if _within(row, "shikakushutokubi", "shikakusoshitsubi", on)]
    number: dict[str, StoredValue] = {"care_number": _number(insured, "hihokenshabango")}
    if any(row.get("yokaigoninteijokyokodo") == "01" for row in insured):
        return number | {"care_status": "applying"}
    certified = [
        row
        for row in insured
        if row.get("yokaigoninteijokyokodo") in _CERTIFIED
        and row.get("yokaigojotaikubunkodo") in _CERTIFIED_LEVELS
        and on.isoformat() <= (row.get("ninteiyukokikanshuryonengappi") or _OPEN_END)
    ]
    facility = any(row.get("jushochitokurei") == "1" or row.get("gengakunintei") == "1" for row in insured)
    if certified:
        level, until = (
            certified[0].get(name, "") for name in ("yokaigojotaikubunkodo", "ninteiyukokikanshuryonengappi")
        )
        number |= {"care_level": CARE_LEVELS.get(level), "care_until": until or None}
        return number | {"care_status": "certified_facility" if facility else "certified"}
    return number | {"care_status": "facility" if facility else "none"}


def _nhi(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    """国保. A householder who only answers for others (擬制世帯主, 2) is not insured himself."""
    insured = [
        row
        for row in rows
        if row.get("kokuhoshikakukubun") != "2"
        and _within(row, "kokuhoshikakushutokunengappi", "kokuhoshikakusoshitsunengappi", on)
    ]
    return {"nhi_member": bool(insured), "nhi_number": _number(insured, "kokuhokigobango")}


def _late_elderly(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    start, end = "hihokenshashikakushutokunengappi", "hihokenshashikakusoshitsunengappi"
    insured = [row for row in rows if _within(row, start, end, on)]
    return {"late_elderly_member": bool(insured), "late_elderly_number": _number(insured, "hihokenshabango")}


def _allowance(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    return _receives(rows, "shometsunengappi", on, "allowance_recipient", "allowance_number", "ninteibango")


def _support_allowance(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    return _receives(
        rows, "soshitsunengappi", on, "support_allowance_recipient", "support_allowance_number", "shoshobango"
    )


def _receives(
    rows: Sequence[Row], end: str, on: date, fact: str, number: str, column: str
) -> dict[str, StoredValue]:
    running = [
        row
        for row in rows
        if row.get("jukyushakubun") == "1"
        and row.get("shikakujotai") == _RECEIVING
        and on.isoformat() < (row.get(end) or _OPEN_END)
    ]
    return {fact: bool(running), number: _number(running, column)}


def _medical_aid(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    running = [
        row
        for row in rows
        if row.get("shikakujotai") == _RECEIVING
        and (row.get("shikakukaishinengappi") or "0000") <= on.isoformat()
        and on.isoformat() <= (row.get("shikakushuryonengappi") or _OPEN_END)
    ]
    kinds = {row.get("joseishubetsu") for row in running}
    return {
        "severe_medical": "1" in kinds,
        "single_parent_medical": "3" in kinds,
        "medical_aid_number": _number(running, "jukyushabango"),
    }


def _resident_tax(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    """市県民税 of the latest year. Who pays none may still pay 軽自動車税, of which this data set does not tell."""
    latest = max(rows, key=lambda row: row.get("kazeinendo", ""), default=None)
    return {"taxed": True if latest is not None and latest.get("kazeihikazeikubun") == "1" else None}


def _arrears(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    return {"tax_arrears": any(row.get("tainoumu") == "1" for row in rows)}


def _nursery(rows: Sequence[Row], on: date) -> dict[str, StoredValue]:
    using = [row for row in rows if row.get("riyojotai") in {"1", "2", "3"}]
    return {"nursery_user": bool(using), "nursery_name": _number(using, "shisetsumei")}


_READERS: dict[str, Callable[[Sequence[Row], date], dict[str, StoredValue]]] = {
    "01a": _resident,
    "02": _seal,
    "03": _resident_tax,
    "04": _arrears,
    "05": _pension,
    "06": _assistance,
    "07": _disability,
    "08": _care,
    "09": _nhi,
    "10": _late_elderly,
    "11": _allowance,
    "12": _medical_aid,
    "13": _nursery,
    "14": _support_allowance,
}
