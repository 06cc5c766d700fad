"""The form of a notice: fields above, and a grid of persons whose rows are numbered fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from app.domain import relationships
from app.domain.case import Case, CasePerson
from app.domain.dates import format_wareki
from app.domain.household_derivations import HOUSEHOLDER
from app.domain.households import Part, people_of
from app.domain.new_households import FIRST, KEYS
from app.domain.notices import Asks, Shape
from app.operations.notice_households import COUNT
from app.operations.notice_members import (
    MOST_MEMBERS,
    Entry,
    Fill,
    MemberInput,
    entries_of,
    stored_rows,
    suggested,
)
from app.operations.notices import NoticeInput

ROW_FIELDS = (
    "person",
    "name",
    "kana",
    "birth",
    "sex",
    "relationship",
    "parent",
    "new_name",
    "new_kana",
    "weight",
    "household",
)
_TYPED_INTO = ("person", "name", "kana", "birth")
FAMILY = 4
"""Rows offered at least, so that a family that nobody announced is typed without asking for more."""
_SPOUSES = frozenset({"夫", "妻", "夫（未届）", "妻（未届）"})
_MOST_ROWS = 3 * MOST_MEMBERS
THE_ONE = "one"
"""The field that names the row of the one person it is about."""
Form = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """A row of the grid as the screen shows it."""

    at: int
    typed: MemberInput
    person: CasePerson | None
    part: Part | None
    name: str
    birth: str
    before: str
    editable: bool
    household: str = FIRST
    proposed: bool = False
    """His relationship was filled in just now and has to be looked at."""


def read_notice(form: Form) -> NoticeInput:
    """What was posted."""
    return NoticeInput({name: str(value) for name, value in form.items()}, read_rows(form))


def _household(form: Form, place: int) -> str:
    """The household chosen in a row; the first where it is not one of those there are."""
    chosen = str(form.get(f"household-{place}", FIRST))
    count = str(form.get(COUNT, FIRST))
    return chosen if chosen in KEYS and count in KEYS and chosen <= count else FIRST


def read_rows(form: Form) -> list[MemberInput]:
    """The rows that were posted; those in which nothing is typed are left out."""
    members = []
    for place in range(_MOST_ROWS):
        row = {name: form.get(f"{name}-{place}", "") for name in ROW_FIELDS} | {
            "household": _household(form, place),
            "relationship": relationships.read(form.get(f"relationship-{place}", "")),
        }
        if any(row[name].strip() for name in _TYPED_INTO):
            chosen = (
                form.get(THE_ONE) == str(place) if THE_ONE in form else bool(form.get(f"included-{place}"))
            )
            members.append(MemberInput(included=chosen, **row))
    return members


def grid_rows(
    case: Case, shape: Shape, form: Form | None, *, empty: int | None = None, fill: Fill = Fill.KEEP
) -> tuple[list[Row], bool]:
    """The rows to show: what was just typed (or kept as a draft), otherwise the persons of the case, then empty ones;
    and whether relationships were filled in that have to be looked at."""
    typed: Form | None = form if form is not None else case.fact("draft.content")
    members = read_rows(MultiDict(typed)) if typed else _begun(case, shape)
    if not typed and not case.fact("move.changed_on"):
        fill = Fill.BEGIN
    found = entries_of(case, shape, members)
    if fill is Fill.KEEP and any(one.part is Part.JOINED and one.place < 0 for one in found):
        # What was typed is of the time before they joined this household.
        fill = Fill.FRESH
    entries, arranged = suggested(case, shape, found, fill)
    shown = [entry for entry in entries if _is_shown(shape, entry)]
    typed_before = {entry.place: entry.typed.relationship for entry in found}
    rows = [
        _row(shape, at, entry, typed_before.get(entry.place, ""))
        for at, entry in enumerate(sorted(shown, key=_order))
    ]
    if shape.asks not in {Asks.ENTRY, Asks.NEWBORN}:
        return rows, arranged
    free = sum(row.person is None or row.editable for row in rows)
    wanted = (
        max((FAMILY if shape.asks is Asks.ENTRY else 1) - free, 0 if typed else 1) if empty is None else empty
    )
    if shape.asks is Asks.ENTRY and empty is None:
        wanted = max(wanted, 1)
    first = len(rows)
    return rows + [_empty(first + number) for number in range(min(wanted, MOST_MEMBERS - free))], arranged


def _begun(case: Case, shape: Shape) -> list[MemberInput]:
    """The persons of the case, those who are announced and were left out among them."""
    rows = stored_rows(case)
    present = {row.person for row in rows}
    left_out = [one for one in case.persons if one.source == "move_out_notice" and one.id not in present]
    rows += [MemberInput(one.id, False, relationship=one.value("relationship")) for one in left_out]
    candidates = [row for row in rows if row.person != (case.visitor.id if case.visitor else "")]
    if shape.asks is Asks.ONE and not case.subjects and len(candidates) == 1:
        return [replace(row, included=row is candidates[0]) for row in rows]
    if shape.asks is Asks.NEWBORN and not any(row.parent for row in rows):
        return [replace(row, parent=_likely_parent(case, row)) for row in rows]
    return rows


def _likely_parent(case: Case, row: MemberInput) -> str:
    """A couple at the head of the household is nearly always the parents."""
    person = case.person(row.person)
    terms = {one.value("relationship") for one, _part in people_of(case)}
    couple = (
        terms & _SPOUSES and person is not None and person.value("relationship") in {HOUSEHOLDER, *_SPOUSES}
    )
    return (
        {"1": "father", "2": "mother"}.get(person.value("sex"), "") if couple and person is not None else ""
    )


def _is_shown(shape: Shape, entry: Entry) -> bool:
    if shape.asks is Asks.NAMES:
        return entry.part is Part.MOVER
    return entry.part is not None or entry.person is None or entry.editable


def _order(entry: Entry) -> tuple[int, int]:
    last = {None: 0, Part.MOVER: 0, Part.STAYS: 0, Part.JOINED: 1}[entry.part]
    position = entry.person.position if entry.person else 1000 + entry.place
    return (1 if entry.person is None else 0) if last == 0 else 2, position


def _row(shape: Shape, at: int, entry: Entry, typed_before: str) -> Row:
    typed, person = entry.typed, entry.person
    birth = typed.birth
    if person is not None:
        birth = typed.birth or (format_wareki(person.birth) if person.birth else "")
        typed = replace(
            typed,
            birth=birth,
            name=typed.name or person.name,
            kana=typed.kana or person.value("kana"),
            sex=typed.sex or person.value("sex"),
        )
    old = str(person.seen.get("name", "")) if person is not None and shape.asks is Asks.NAMES else entry.name
    # A relationship that nobody typed and that is not the register's.
    new = entry.typed.relationship
    proposed = bool(new) and new not in {typed_before, entry.before}
    return Row(
        at,
        typed,
        person,
        entry.part,
        old or entry.name,
        birth,
        entry.before,
        entry.editable,
        entry.joined or typed.household,
        proposed,
    )


def _empty(at: int) -> Row:
    return Row(at, MemberInput(included=True), None, Part.MOVER, "", "", "", True)


def part_rows(rows: Sequence[Row], part: Part) -> list[Row]:
    return [row for row in rows if row.part is part]
