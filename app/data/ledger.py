"""The ledger of cases (対応履歴): bounded lists over periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.data.models.case import CasePersonRow, CaseProcedureRow, CaseRow
from app.data.models.staff import CounterRow, StaffRow
from app.domain.case import Channel, Kind, State, Step
from app.extensions import db

ROWS = 100


@dataclass(frozen=True)
class LedgerFilter:
    """What to look for; every part that is given must hold.

    ``person`` is an addressee number (宛名番号) or a part of a name or reading; ``start`` is how many lines to pass over.
    """

    since: date
    until: date
    number: str = ""
    person: str = ""
    counter: str = ""
    staff: str = ""
    kind: str = ""
    state: str = ""
    channel: str = ""
    procedure: str = ""
    start: int = 0


@dataclass(frozen=True)
class LedgerLine:
    """A case in the ledger, with the name of its first subject (or visitor) and how many subjects (or persons) it has.

    ``numbers`` are the addressee numbers of everybody in it.
    """

    case_id: str
    number: str
    opened_at: datetime
    changed_at: datetime
    kind: Kind | None
    channel: Channel
    state: State
    step: Step
    counter: str
    staff: str
    name: str
    people: int
    numbers: tuple[str, ...] = ()


def list_cases(wanted: LedgerFilter, rows: int = ROWS) -> tuple[tuple[LedgerLine, ...], bool]:
    """Newest first, at most so many; the flag says that there are more."""
    conditions: list[ColumnElement[bool]] = [
        CaseRow.received_on >= wanted.since,
        CaseRow.received_on <= wanted.until,
    ]
    columns: Mapping[str, InstrumentedAttribute[Any]] = {
        "number": CaseRow.number,
        "counter": CaseRow.counter,
        "staff": CaseRow.opened_by,
        "kind": CaseRow.kind,
        "state": CaseRow.state,
        "channel": CaseRow.channel,
    }
    conditions += [
        column == getattr(wanted, name) for name, column in columns.items() if getattr(wanted, name)
    ]
    if wanted.person:
        conditions.append(exists().where(CasePersonRow.case_id == CaseRow.id, _is(wanted.person)))
    if wanted.procedure:
        conditions.append(
            exists().where(
                CaseProcedureRow.case_id == CaseRow.id,
                CaseProcedureRow.procedure == wanted.procedure,
                CaseProcedureRow.needed.is_(True),
            )
        )
    return list_lines(conditions, rows, wanted.start)


def _is(person: str) -> ColumnElement[bool]:
    """By number, or by a part of the name or the reading as the case has them; spaces are passed over."""
    if person.isascii() and person.isdecimal():
        return CasePersonRow.person_number == person
    part = "".join(person.split())
    texts = (
        CasePersonRow.seen["name"],
        CasePersonRow.seen["kana"],
        CasePersonRow.corrected["name"],
        CasePersonRow.corrected["kana"],
    )
    return or_(
        *(
            func.replace(func.replace(text.as_string(), "\u3000", ""), " ", "").contains(
                part, autoescape=True
            )
            for text in texts
        )
    )


def list_resumable(counter: str, staff_id: str) -> tuple[LedgerLine, ...]:
    """Cases that are open or suspended: one's own and those of the counter, newest first."""
    here = (CaseRow.counter == counter) | (CaseRow.held_by == staff_id)
    lines, _more = list_lines([CaseRow.state.in_([State.OPEN, State.SUSPENDED]), here])
    return lines


def list_open(counter: str, staff_id: str) -> tuple[LedgerLine, ...]:
    """The cases a member of staff has open at a counter, newest first."""
    lines, _more = list_lines(
        [CaseRow.state == State.OPEN, CaseRow.counter == counter, CaseRow.held_by == staff_id]
    )
    return lines


@dataclass(frozen=True)
class VisitorCase:
    """A case of a visitor, without anybody's name."""

    id: str
    number: str
    kind: Kind | None
    state: State
    received_on: date
    changed_at: datetime
    closed_at: datetime | None


def list_of_visitor(number: str, since: date, *, but: str, most: int) -> tuple[VisitorCase, ...]:
    """Cases since a day that a person came with, closed or suspended, the newest first."""
    rows = db.session.scalars(
        select(CaseRow)
        .join(CasePersonRow, CasePersonRow.case_id == CaseRow.id)
        .where(
            CasePersonRow.person_number == number,
            CasePersonRow.is_visitor.is_(True),
            CaseRow.id != but,
            CaseRow.received_on >= since,
            CaseRow.state.in_([State.CLOSED, State.SUSPENDED]),
        )
        .order_by(CaseRow.opened_at.desc())
        .limit(most)
    )
    return tuple(
        VisitorCase(
            row.id, row.number, Kind(row.kind) if row.kind else None, State(row.state), row.received_on, row.changed_at,
            row.closed_at,
        )
        for row in rows
    )  # fmt: skip


def list_lines(
    conditions: Sequence[ColumnElement[bool]], most: int = ROWS, start: int = 0
) -> tuple[tuple[LedgerLine, ...], bool]:
    """Cases that meet all the conditions, newest first, so many at most; the flag says that there are more."""
    rows = db.session.execute(
        select(CaseRow, CounterRow.title, StaffRow.name)
        .join(CounterRow, CounterRow.code == CaseRow.counter)
        .join(StaffRow, StaffRow.id == CaseRow.held_by)
        .where(*conditions)
        .order_by(CaseRow.opened_at.desc(), CaseRow.number.desc())
        .offset(start)
        .limit(most + 1)
    ).all()
    people = list_people([row.CaseRow.id for row in rows[:most]])
    lines = tuple(
        LedgerLine(
            case.id, case.number, case.opened_at, case.changed_at, Kind(case.kind) if case.kind else None,
            Channel(case.channel), State(case.state), Step(case.step), counter, staff,
            *_first_name(people.get(case.id, []), case),
            tuple(one.person_number for one in people.get(case.id, []) if one.person_number),
        )
        for case, counter, staff in rows[:most]
    )  # fmt: skip
    return lines, len(rows) > most


def list_people(case_ids: Sequence[str]) -> dict[str, list[CasePersonRow]]:
    """The persons of some cases, by case and in their order."""
    found: dict[str, list[CasePersonRow]] = {}
    rows = db.session.scalars(
        select(CasePersonRow).where(CasePersonRow.case_id.in_(case_ids)).order_by(CasePersonRow.position)
    )
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def _first_name(people: list[CasePersonRow], case: CaseRow) -> tuple[str, int]:
    # A stopped case names nobody in a list that is read with a visitor opposite.
    if case.state == State.STOPPED:
        return "（取扱注意）", len(people)
    named = [person for person in people if person.is_subject] or people
    name = (named[0].corrected.get("name") or named[0].seen.get("name", "")) if named else ""
    return str(name), len(named)
