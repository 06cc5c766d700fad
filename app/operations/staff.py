"""Setting up counters and staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.data import audit, staff
from app.data.models.opening import OfficeRow
from app.data.models.staff import AssignmentRow, CounterRow, StaffRow
from app.data.transactions import transaction
from app.domain.authority import ROLES, SYSTEM
from app.domain.errors import Invalid, NotFound
from app.operations.sessions import hash_password

MINIMUM_PASSWORD = 15


@dataclass(frozen=True)
class NewStaff:
    """A member of staff to create: id, name, and the (counter code, role) pairs he has."""

    id: str
    name: str
    assignments: Sequence[tuple[str, str]]


def set_counters(offices: Iterable[tuple[str, str]], counters: Iterable[tuple[str, str, str]]) -> None:
    """Bring in offices (code, title) and counters (code, title, office) in this order; existing ones get what is given."""
    with transaction() as session:
        for position, (code, title) in enumerate(offices, start=1):
            session.merge(OfficeRow(code=code, title=title, position=position))
        for position, (code, title, office) in enumerate(counters, start=1):
            session.merge(CounterRow(code=code, title=title, position=position, office=office))
        audit.record("staff.changed", actor=SYSTEM, detail={"what": "counters"})


def create_demo_staff(people: Iterable[NewStaff], password: str, today: date) -> list[str]:
    """Create those who are not there yet, and give every demo account the password. Raises Invalid."""
    if len(password) < MINIMUM_PASSWORD:
        raise Invalid(f"パスワードは{MINIMUM_PASSWORD}文字以上にしてください（入力: {len(password)}文字）。")
    shared_hash = hash_password(password)
    made = []
    with transaction() as session:
        for person in people:
            row = staff.find_staff(person.id)
            if row is None:
                row = StaffRow(id=person.id, name=person.name, valid_from=today, demo=True)
                session.add(row)
                session.flush()
                made.append(person.id)
            elif not row.demo:
                raise Invalid(f"職員ID {person.id} は実在の職員が使っています。デモ用には使えません。")
            robot = all(role == "robot" for _counter, role in person.assignments)
            row.password_hash, row.must_unlock = (None if robot else shared_hash), False
            for counter, role in person.assignments:
                if role not in ROLES:
                    raise Invalid(f"職員ID {person.id}: 役割「{role}」はありません。")
                session.merge(AssignmentRow(staff_id=person.id, counter=counter, role=role))
            audit.record("staff.created", actor=SYSTEM, detail={"staff": person.id})
    return made


def unlock(staff_id: str) -> None:
    """Let a member of staff sign in again after too many failures. Raises NotFound."""
    with transaction():
        row = staff.find_staff(staff_id)
        if row is None:
            raise NotFound(f"職員ID {staff_id} は登録されていません。")
        row.must_unlock = False
        staff.clear_all_failures(staff_id)
        audit.record("staff.changed", actor=SYSTEM, detail={"staff": staff_id, "what": "unlocked"})
