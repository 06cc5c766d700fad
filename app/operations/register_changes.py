"""What changed in the register since the persons of a case were chosen: shown before work on the case goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.data import audit, cases, persons, register
from app.data.models.case import CasePersonRow
from app.domain.authority import Actor
from app.domain.case import Case, State
from app.domain.dates import PartialDate, format_wareki
from app.extensions import db
from app.operations.cases import changing, seen

_COMPARED: dict[str, str] = {
    "name": "氏名",
    "kana": "フリガナ",
    "birth": "生年月日",
    "sex": "性別",
    "address": "住所",
    "relationship": "続柄",
    "household_number": "世帯番号",
    "status": "異動区分",
}
_WORDS = {
    "resident": "住民",
    "expected": "転入予定",
    "moved_out": "転出",
    "dead": "死亡",
    "removed": "消除",
    "non_resident": "住登外",
    "1": "男",
    "2": "女",
}


@dataclass(frozen=True)
class RegisterChange:
    """One value of one person that is another now than when he was chosen."""

    person: str
    label: str
    before: str
    after: str


def list_changes(case: Case, actor: Actor) -> tuple[RegisterChange, ...]:
    """The differences, without a question to the register as long as nothing was imported since."""
    if case.state is not State.OPEN or case.register_import == register.current_import_id():
        return ()
    return tuple(
        RegisterChange(person.name, label, _shown(name, old[name]), _shown(name, new[name]))
        for person in case.persons
        if person.number and (new := _now(person.number, actor)) is not None
        for old in [dict(person.seen)]
        for name, label in _COMPARED.items()
        if not old.get("withheld") and old.get(name, "") != new.get(name, "") and {name} <= old.keys()
    )


def _now(number: str, actor: Actor) -> dict[str, Any] | None:
    """The person as he would be chosen now; None when he is in no register any more, or not for this counter."""
    found = persons.list_persons_by_number([number], actor.disclosure("case.resume"))
    return seen(found[0]) if found else None


def _shown(name: str, value: object) -> str:
    text = str(value or "")
    if name == "birth" and text:
        return format_wareki(PartialDate.from_iso(text, text))
    return _WORDS.get(text, text) or "（なし）"


def renew(case_id: str, actor: Actor, version: int | None) -> None:
    """Take over what the register says now; what staff corrected for the case stays. Raises Conflict, Stopped."""
    with changing(case_id, actor, version) as row:
        case = cases.get_case(case_id)
        numbers = []
        for person in case.persons:
            new = _now(person.number, actor) if person.number else None
            stored = db.session.get_one(CasePersonRow, person.id)
            if new is None or stored.seen == new:
                continue
            stored.seen = new
            numbers.append(person.number or "")
        row.register_import_id = register.current_import_id()
        audit.record("case.register_renewed", actor=actor, case_id=case_id, persons=numbers)
