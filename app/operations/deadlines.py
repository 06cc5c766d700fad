"""The deadlines (期限) of a case: which dates they count from, and the calendar of the office that decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.case import Case
from app.domain.content import ContentPack, DeadlineRule, Procedure
from app.domain.dates import today_in_japan
from app.domain.deadlines import (
    DAY_OF_EVENT,
    Deadline,
    base_titles,
    counting_in,
    find_deadline,
    find_deadline_rule,
    last_day_text,
    rule_text,
    why_text,
)
from app.domain.errors import Invalid
from app.domain.facts import CHANGED_ON, FactSet, FactValue, read_date
from app.domain.opening import OpeningCalendar
from app.domain.validity import valid_rows
from app.operations import calendar, packs

_TYPED_AS_CHANGE = frozenset({"married_on", "divorced_on"})
"""Days that stand in the case as its change date. The day of a birth or a death stands there itself, if it is certain."""


@dataclass(frozen=True)
class ShownDeadline:
    """A deadline as screens and papers tell it: the last day, how it was counted, and what follows when it passes.

    `deadline` is None where no day can be counted; `last_day` then says the rule or the words of the catalogue. `rule` is the
    one it is counted by, with the limits of the event.
    """

    deadline: Deadline | None
    last_day: str
    why: str = ""
    note: str = ""
    rule: DeadlineRule | None = None

    @property
    def text(self) -> str:
        """What a visitor is told: the day and how it was counted, or the rule where there is no day."""
        return f"{self.last_day}\n{self.why}" if self.deadline is not None else self.last_day


@dataclass(frozen=True)
class DeadlineBook:
    """Counts the deadlines of one case: its dates and its office's calendar are read once."""

    case: Case
    pack: ContentPack
    facts: FactSet
    calendar: OpeningCalendar

    @classmethod
    def of(cls, case: Case, pack: ContentPack, facts: FactSet) -> DeadlineBook:
        """The book of a case; the office of the counter that received it decides what a closed day is."""
        return cls(case, pack, facts, calendar.of_counter(case.counter))

    def find(self, procedure: Procedure, people: Iterable[str] = ()) -> Deadline | None:
        """The deadline of a procedure for the persons it concerns; None when it has none or no date is known."""
        rule = self._rule(procedure)
        return self._count(rule, people) if rule is not None else None

    def show(self, procedure: Procedure, people: Iterable[str] = ()) -> ShownDeadline:
        """The deadline of a procedure in words; the words of the catalogue stand beside it or in its place."""
        rule = self._rule(procedure)
        if rule is None:
            return ShownDeadline(None, procedure.deadline_note)
        found = self._count(rule, people)
        note = "".join(part for part in (procedure.deadline_note, rule.note) if part)
        if found is None:
            missing = base_titles(self.pack, tuple(dict.fromkeys(limit.base for limit in rule.limits)))
            return ShownDeadline(None, rule_text(self.pack, rule), f"{missing}が未入力", note, rule)
        return ShownDeadline(found, last_day_text(found), why_text(self.pack, found), note, rule)

    def _rule(self, procedure: Procedure) -> DeadlineRule | None:
        if not procedure.deadline:
            return None
        rule = find_deadline_rule(self.pack, procedure.deadline, self.case.received_on)
        return counting_in(rule, self.case.kind or "") if rule is not None else None

    def _count(self, rule: DeadlineRule, people: Iterable[str]) -> Deadline | None:
        concerned = tuple(people)
        dates = {limit.base: self._date(limit.base, concerned) for limit in rule.limits}
        return find_deadline(rule, dates, self.calendar.not_for_deadlines)

    def _date(self, base: str, people: tuple[str, ...]) -> date | None:
        """The day a base stands for: of the case, otherwise the earliest of the persons concerned; None if uncertain."""
        if base == "received_on":
            return self.case.received_on
        text = self.case.fact(f"move.{base}")
        if not text and base in _TYPED_AS_CHANGE and DAY_OF_EVENT.get(self.case.kind or "") == base:
            text = self.case.fact(f"move.{CHANGED_ON}")
        if text:
            return date.fromisoformat(text)
        # Single procedures have no day of change: the facts take today for it, from which no deadline runs.
        known = self.facts.find(base, None) if base != CHANGED_ON else None
        if known is not None:
            return _certain(known)
        ids = {person.id for person in self.facts.people}
        found = [self.facts.find(base, person) for person in people if person in ids]
        days = [_certain(value) for value in found if value is not None]
        certain = [day for day in days if day is not None]
        return min(certain) if certain and len(certain) == len(days) else None


def find_notice_deadline(case: Case, pack: ContentPack, changed_on: date) -> Deadline | None:
    """Until when the move of a case has to be notified when it happened, or became known, on a day (住基法22条から25条、戸籍法)."""
    event = pack.event_by_code.get(case.kind or "")
    rule = find_deadline_rule(pack, event.deadline, case.received_on) if event is not None else None
    if rule is None:
        return None
    days = {
        **dict.fromkeys((limit.base for limit in rule.limits), changed_on),
        "received_on": case.received_on,
    }
    return find_deadline(rule, days, calendar.of_counter(case.counter).not_for_deadlines)


def _certain(value: FactValue) -> date | None:
    read = read_date(value.value)
    return read if isinstance(read, date) else None


def list_rules() -> tuple[tuple[str, str], ...]:
    """The published rules valid today as (code, title with what it counts from), to try the calendar with."""
    pack = packs.current().pack
    rules = valid_rows(pack.deadlines, today_in_japan())
    return tuple((rule.code, f"{rule.title}（{rule_text(pack, rule)}）") for rule in rules)


def try_rule(office: str, code: str, start: date) -> tuple[str, str]:
    """The last day of a rule when all its dates are one day, and how it was counted, at an office. Raises Invalid."""
    pack = packs.current().pack
    rule = find_deadline_rule(pack, code, start) or find_deadline_rule(pack, code, today_in_japan())
    if rule is None:
        raise Invalid("期限を選んでください。", {"rule": "期限を選んでください。"})
    dates = {limit.base: start for limit in rule.limits}
    found = find_deadline(rule, dates, calendar.of_office(office).not_for_deadlines)
    if found is None:
        raise Invalid("この期限は数えられません。", {"rule": "この期限は数えられません。"})
    return last_day_text(found), why_text(pack, found)
