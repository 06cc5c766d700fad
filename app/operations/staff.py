"""Setting up counters and staff."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.data import audit, staff
from app.data.models.opening import OfficeRow
from app.data.models.staff import AssignmentRow, CounterRow, StaffRow
from app.data.transactions import transaction
from app.domain.authority import ROBOT, ROLES, SYSTEM
from app.domain.content import ContentPack
from app.domain.errors import Invalid, NotFound
from app.domain.passwords import LONGEST, SHORTEST, check_password
from app.domain.transfers import LONGEST_NAME, MOST_ROLES, STAFF_ID
from app.operations import authority, packs
from app.operations.password_hashes import hash_password


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


def set_counters_of_content(pack: ContentPack | None = None) -> tuple[str, ...]:
    """Bring in the offices (庁舎) and counters (窓口) of a content, the published one where none is given: their codes.

    Raises NotFound before the first publication.
    """
    content = pack or packs.current().pack
    offices = sorted(content.offices, key=lambda one: one.order)
    counters = sorted(content.counters, key=lambda one: one.order)
    set_counters(
        ((one.code, one.title) for one in offices), ((one.code, one.title, one.office) for one in counters)
    )
    return tuple(one.code for one in counters)


def add_staff(person: NewStaff, password: str, valid_from: date, valid_to: date | None) -> None:
    """Make a member of staff who can sign in from one day to another (both included; None: without end).

    Raises Invalid saying what does not fit: an id that is taken or malformed, a counter or role that does not exist.
    """
    _check_person(person, valid_from, valid_to)
    check_password(password, [person.id, person.name])
    hashed = hash_password(password)
    with transaction() as session:
        if staff.find_staff(person.id) is not None:
            raise Invalid(f"職員ID {person.id} はすでに使われています。別の職員IDにしてください。")
        known = dict(staff.list_counters())
        session.add(
            StaffRow(
                id=person.id, name=person.name, password_hash=hashed, valid_from=valid_from, valid_to=valid_to, demo=False
            )
        )  # fmt: skip
        session.flush()
        for counter, role in dict.fromkeys(person.assignments):
            if counter not in known:
                raise Invalid(
                    f"窓口「{counter}」はありません。次から選んでください: {'、'.join(known) or '（staff counters を先に実行）'}"
                )
            session.add(AssignmentRow(staff_id=person.id, counter=counter, role=role))
        audit.record(
            "staff.created", actor=SYSTEM,
            detail={"staff": person.id, "roles": [":".join(pair) for pair in person.assignments]},
        )  # fmt: skip


def _check_person(person: NewStaff, valid_from: date, valid_to: date | None) -> None:
    if STAFF_ID.fullmatch(person.id) is None:
        raise Invalid("職員IDは、半角の英小文字・数字・ハイフンで3〜40文字にしてください（例: shimin-012）。")
    unseen = any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in person.name)
    if not person.name.strip() or len(person.name) > LONGEST_NAME or unseen:
        raise Invalid(f"氏名は1文字以上{LONGEST_NAME}文字以内で、改行などを入れずに指定してください。")
    if valid_to is not None and valid_to < valid_from:
        raise Invalid("有効期間の終わりが、始まりより前です。")
    if not 0 < len(person.assignments) <= MOST_ROLES:
        raise Invalid(f"窓口と役割の組は、1つ以上{MOST_ROLES}個以内で指定してください。")
    for _counter, role in person.assignments:
        if role not in authority.roles() or role == ROBOT:
            given = "、".join(name for name in authority.roles() if name != ROBOT)
            raise Invalid(f"役割「{role}」はありません。次から選んでください: {given}")


def check_password_length(password: str) -> None:
    """Raise Invalid for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            f"パスワードは{SHORTEST}文字以上{LONGEST}文字以内にしてください（入力: {len(password)}文字）。"
        )


def create_demo_staff(people: Iterable[NewStaff], password: str, today: date) -> list[str]:
    """Create those who are not there yet, and give every demo account the password. Raises Invalid."""
    check_password_length(password)
    shared_hash = hash_password(password)
    made = []
    with transaction() as session:
        for person in people:
            row = staff.find_staff(person.id)
            if row is None:
                section = staff.counter_title(person.assignments[0][0])
                row = StaffRow(id=person.id, name=person.name, section=section, valid_from=today, demo=True)
                session.add(row)
                session.flush()
                made.append(person.id)
            elif not row.demo:
                raise Invalid(f"職員ID {person.id} は実在の職員が使っています。デモ用には使えません。")
            robot = all(role == ROBOT for _counter, role in person.assignments)
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
