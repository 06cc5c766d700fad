"""The days of a notice (届出) against the register: order of changes, births, and notices that come too late (R18)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from app.data import register
from app.domain import notice_dates
from app.domain.authority import Actor
from app.domain.case import Case, Channel, Kind
from app.domain.dates import PartialDate
from app.domain.households import Part
from app.domain.notices import LATE_REASON, SHAPES
from app.operations import moves
from app.operations.notice_fields import FactTexts
from app.operations.notice_members import Entry

_REGISTER = "01a"
_CHANGED = "idonengappi"


def check_days(
    case: Case, actor: Actor, entries: Sequence[Entry], changed: date, facts: FactTexts, wrong: dict[str, str]
) -> None:
    """What of the days contradicts the register or itself goes into ``wrong`` by field, the first of each."""
    for field, problem in (*_of_persons(case, actor, entries, changed), *_of_fields(case, changed, facts)):
        if problem:
            wrong.setdefault(field, problem)


def check_late(case: Case, changed: date, notified: date, reason: str, wrong: dict[str, str]) -> None:
    """Who notifies after the deadline is asked why (住基法52条2項)."""
    fields = SHAPES[case.kind].fields if case.kind else ()
    if LATE_REASON not in {field.name for field in fields} or reason.strip():
        return
    late = moves.late_notice(case, changed, notified)
    if late:
        wrong.setdefault(LATE_REASON, f"{late}届出が遅れた理由を聞き取って入力してください。")


def _of_persons(
    case: Case, actor: Actor, entries: Sequence[Entry], changed: date
) -> Iterator[tuple[str, str]]:
    kind = case.kind
    if kind is None:
        return
    label = SHAPES[kind].changed.label
    movers = [entry for entry in entries if entry.part is Part.MOVER]
    if kind is Kind.BIRTH:
        for entry in entries:
            if entry.typed.parent:
                yield "changed_on", notice_dates.before_parent(changed, entry.name, _born(entry))
        return
    for entry in movers:
        yield "changed_on", notice_dates.before_birth(label, changed, entry.name, _born(entry))
        if kind is Kind.MARRIAGE:
            yield "changed_on", notice_dates.too_young_to_marry(changed, entry.name, _born(entry))
    # What the city records of its own accord may mend what stands in the register.
    if case.channel is not Channel.EX_OFFICIO:
        for name, last in _last_changes(case, actor, movers):
            yield "changed_on", notice_dates.before_last_change(label, changed, name, last)


def _of_fields(case: Case, changed: date, facts: FactTexts) -> Iterator[tuple[str, str]]:
    died, funeral = facts.get("move.died_on"), facts.get("move.funeral_on")
    if case.kind is Kind.DEATH and died and funeral:
        day = date.fromisoformat(str(funeral))
        yield "funeral_on", notice_dates.before_death("葬祭を行う日", day, changed)


def _born(entry: Entry) -> PartialDate | None:
    return entry.birth or (entry.person.birth if entry.person else None)


def _last_changes(case: Case, actor: Actor, movers: Sequence[Entry]) -> Iterator[tuple[str, date]]:
    """The day of the last change of each resident who moves, by name, where it is certain."""
    names = {
        entry.person.number: entry.name
        for entry in movers
        if entry.person is not None and entry.person.number and not entry.editable
    }
    rows = register.list_rows_of(sorted(names), [_REGISTER], actor.disclosure(f"case:{case.id}"))
    for number, name in names.items():
        for row in rows.get(number, {}).get(_REGISTER, []):
            try:
                yield name, date.fromisoformat(row.get(_CHANGED, ""))
            except ValueError:
                continue
