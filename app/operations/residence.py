"""Where and with whom somebody has lived: the history of a person, and his household as it was on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.data import audit, residence
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.dates import DateProblem, PartialDate, format_wareki, parse_date
from app.domain.disclosure import Disclosure
from app.domain.errors import Invalid
from app.domain.person import Category, Person
from app.domain.residence import Entry, in_order, lived_in, state_on
from app.operations import layout_words
from app.operations.households import allowed

MOST_ENTRIES = 60
"""Rows of a history that are shown; nobody has moved more often, a faulty file may say so."""


@dataclass(frozen=True)
class HistoryLine:
    """One row of the history in words. ``changed``: what differs from the row before, by the names of the columns."""

    entry: Entry
    changed_on: str
    notified_on: str
    reason: str
    changed: frozenset[str]


@dataclass(frozen=True)
class MemberOn:
    """A member of the household of a day: the person as he is now, and his state then."""

    person: Person
    state: Entry


@dataclass(frozen=True)
class HouseholdOn:
    """The household as of a day; ``state`` is the asked person's own, None where the register does not reach back so far."""

    day: PartialDate
    said: str
    state: Entry | None
    members: tuple[MemberOn, ...]


def history_of(person: Person, disclosure: Disclosure) -> tuple[HistoryLine, ...]:
    """The history of a resident or former resident, newest first; empty for everybody else."""
    if person.category not in {Category.JAPANESE, Category.FOREIGN}:
        return ()
    entries = residence.list_entries([person.number], disclosure)[person.number]
    older = [*entries[1:], None]
    return tuple(_line(entry, before) for entry, before in zip(entries, older, strict=True))[:MOST_ENTRIES]


def _line(entry: Entry, before: Entry | None) -> HistoryLine:
    changed = set()
    if before is not None:
        for column in ("name", "address", "household_number", "relationship"):
            if getattr(entry, column) != getattr(before, column):
                changed.add(column)
    return HistoryLine(
        entry,
        format_wareki(entry.changed_on) if entry.changed_on else "",
        format_wareki(entry.notified_on) if entry.notified_on else "",
        layout_words.code_label("01a", "idojiyu", entry.reason),
        frozenset(changed),
    )


def read_day(text: str, today: date) -> date:
    """The day that was typed for the household of a day. Raises Invalid for what is no day, and for the future."""
    try:
        read = parse_date(text, today=today, field="change")
    except DateProblem as problem:
        raise Invalid(
            problem.message.replace("異動日", "日付"), {"on": problem.message.replace("異動日", "日付")}
        ) from None
    day = read.certain
    if day is None or day > today:
        message = f"「{text.strip()}」は今日より後の日付です。今日までの日付を入れてください。例: H25.4.1"
        raise Invalid(message, {"on": message})
    return day


def household_on(person_id: str, actor: Actor, purpose: str, text: str, today: date) -> HouseholdOn:
    """The household that a person belonged to on a day, with the relationships and addresses of that day; recorded.

    Protected persons and others are never listed together (see `app.data.residence.one_side`). Raises Invalid,
    NotFound, Refused.
    """
    person = allowed(person_id, actor, purpose).person
    day = read_day(text, today)
    disclosure = actor.disclosure(purpose)
    own = in_order(residence.list_entries([person.number], disclosure)[person.number])
    state = state_on(own, day)
    members = _members(person, state, day, disclosure) if state is not None else ()
    with transaction():
        numbers = sorted({person.number, *(one.person.number for one in members)})
        audit.record(
            "resident.household_viewed", actor=actor, persons=numbers, detail={"on": day.isoformat()}
        )
    return HouseholdOn(PartialDate.of(day), format_wareki(day), state, members)


def _members(person: Person, state: Entry, day: date, disclosure: Disclosure) -> tuple[MemberOn, ...]:
    number = state.household_number
    ever = residence.one_side(residence.list_ever_members(number, disclosure), person.protected)
    entries = residence.list_entries([one.number for one in ever], disclosure)
    found = [
        MemberOn(one, then)
        for one in ever
        if (then := lived_in(entries[one.number], number, day)) is not None
    ]
    return tuple(sorted(found, key=_place))


def _place(member: MemberOn) -> tuple[bool, str, str]:
    """The householder of that day first, then the older."""
    return not member.state.is_householder, member.person.birth.iso, member.person.number
