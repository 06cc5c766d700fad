"""Rules for what a supervisor should ask about (点検): looks at persons that no reception explains, and the like (AC-82).

They find reasons to ask, never proof: each finding names a clerk, a day and a rule, and leaves the judgement to people.
Only looks outside a reception count where a reception would explain them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from statistics import median

LATE, EARLY = time(20, 30), time(7, 30)
"""From the one to the other nobody works at a counter."""

EXPLAINED_WITHIN = timedelta(minutes=10)
"""A reception with the person that begins so soon after the look explains it; so does an earlier one of the day."""

MANY_A_DAY = 15
"""Looks outside a reception by one clerk on one day from which on they are worth a question."""

TIMES_OWN_MEDIAN = 3
LEAST_FOR_MEDIAN = 20
MANY_CLERKS = 5
MANY_REFUSALS = 10
SAME_ON_DAYS = 3


class Rule(StrEnum):
    """Why somebody is on the sheet, the gravest first."""

    DECOY = "decoy"
    WATCHED = "watched"
    PROTECTED = "protected"
    OWN_HOUSEHOLD = "own_household"
    SAME_SURNAME = "same_surname"
    MANY_CLERKS = "many_clerks"
    AGAIN = "again"
    HOURS = "hours"
    MANY = "many"
    MORE_THAN_USUAL = "more_than_usual"
    LIMIT = "limit"
    REFUSED = "refused"


RULE_TEXTS: Mapping[Rule, str] = {
    Rule.DECOY: "実在しない確認用の住民を表示した",
    Rule.WATCHED: "見守りの対象の方を、受付なしに表示した",
    Rule.PROTECTED: "取扱注意の方を、受付なしに表示した",
    Rule.OWN_HOUSEHOLD: "本人と同じ氏名の方、またはその世帯の方を表示した",
    Rule.SAME_SURNAME: "同じ氏の方を、受付なしに表示した",
    Rule.MANY_CLERKS: f"1日に{MANY_CLERKS}人以上の職員が、同じ方を受付なしに表示した",
    Rule.AGAIN: f"同じ方を{SAME_ON_DAYS}日以上、受付なしに表示した",
    Rule.HOURS: "20:30から7:30までの間に、住民の情報を表示した",
    Rule.MANY: f"1日に{MANY_A_DAY}人以上の方を、受付なしに表示した",
    Rule.MORE_THAN_USUAL: f"1日に表示した人数が、ふだんの{TIMES_OWN_MEDIAN}倍を超えた",
    Rule.LIMIT: "宛名検索・照会の上限に達した",
    Rule.REFUSED: f"1日に{MANY_REFUSALS}回以上、権限のない操作を試みた",
}


@dataclass(frozen=True)
class Look:
    """A clerk saw persons, at local time: one with everybody shown beside him. ``in_case``: inside a reception."""

    at: datetime
    staff: str
    persons: tuple[str, ...]
    in_case: bool

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True)
class Subject:
    """What the rules know of a person who was looked at; ``household`` is empty where nobody lives with him."""

    name: str
    household: str = ""
    protected: bool = False
    watched: bool = False
    decoy: bool = False


@dataclass(frozen=True)
class Week:
    """What is judged. ``usual`` are the persons a clerk saw on each of his days before; ``refusals`` and ``limits``
    are the times at which an act was refused and a search limit reached, by clerk."""

    looks: Sequence[Look]
    subjects: Mapping[str, Subject]
    staff_names: Mapping[str, str]
    usual: Mapping[str, Sequence[int]]
    refusals: Mapping[str, Sequence[datetime]]
    limits: Mapping[str, Sequence[datetime]]


@dataclass(frozen=True)
class Finding:
    """Somebody to ask: which clerk, which day, which rule, about whom (one or several), how often."""

    rule: Rule
    day: date
    staff: str
    persons: tuple[str, ...]
    count: int


def find_misuse(week: Week) -> tuple[Finding, ...]:
    """Every finding of the week, the gravest rule first, then by day and clerk."""
    alone = _unexplained(week.looks)
    found = [
        *_about_persons(week, alone),
        *_many_clerks(alone),
        *_again(alone),
        *_hours(week.looks),
        *_many(alone),
        *_more_than_usual(week),
        *_counted(Rule.LIMIT, week.limits, 1),
        *_counted(Rule.REFUSED, week.refusals, MANY_REFUSALS),
    ]
    order = {rule: at for at, rule in enumerate(Rule)}
    return tuple(sorted(found, key=lambda one: (order[one.rule], one.day, one.staff)))


def surname(name: str) -> str:
    """The first part of a name written with a space; empty where it is written in one."""
    parts = name.split()
    return parts[0] if len(parts) > 1 else ""


def _unexplained(looks: Sequence[Look]) -> list[Look]:
    """Looks outside a reception that no reception of the same clerk with one of the persons explains."""
    received: dict[tuple[str, str, date], datetime] = {}
    for look in looks:
        if look.in_case:
            for person in look.persons:
                key = (look.staff, person, look.day)
                received[key] = min(look.at, received.get(key, look.at))
    return [
        look
        for look in looks
        if not look.in_case
        and not any(
            (begun := received.get((look.staff, person, look.day))) and begun <= look.at + EXPLAINED_WITHIN
            for person in look.persons
        )
    ]


def _about_persons(week: Week, alone: Sequence[Look]) -> Iterable[Finding]:
    homes: dict[str, set[str]] = defaultdict(set)
    for subject in week.subjects.values():
        if subject.household:
            homes[_plain(subject.name)].add(subject.household)
    unexplained = {id(look) for look in alone}
    found: dict[tuple[Rule, date, str], list[str]] = defaultdict(list)
    for look in week.looks:
        clerk = week.staff_names.get(look.staff, "")
        for person in look.persons:
            if (seen := week.subjects.get(person)) is not None:
                own = bool(clerk) and _is_own(clerk, seen, homes)
                for rule in _rules_about(seen, clerk, own=own, unexplained=id(look) in unexplained):
                    found[rule, look.day, look.staff].append(person)
    return [_finding(rule, day, staff, persons) for (rule, day, staff), persons in found.items()]


def _is_own(clerk: str, seen: Subject, homes: Mapping[str, set[str]]) -> bool:
    return _plain(seen.name) == _plain(clerk) or seen.household in homes.get(_plain(clerk), ())


def _rules_about(seen: Subject, clerk: str, *, own: bool, unexplained: bool) -> Iterable[Rule]:
    if seen.decoy:
        yield Rule.DECOY
    if own:
        yield Rule.OWN_HOUSEHOLD
    if not unexplained:
        return
    if seen.watched:
        yield Rule.WATCHED
    if seen.protected:
        yield Rule.PROTECTED
    if not own and surname(clerk) and surname(seen.name) == surname(clerk):
        yield Rule.SAME_SURNAME


def _plain(name: str) -> str:
    return "".join(name.split())


def _finding(rule: Rule, day: date, staff: str, persons: Iterable[str], count: int = 0) -> Finding:
    listed = tuple(persons)
    return Finding(rule, day, staff, tuple(sorted(set(listed))), count or len(listed))


def _many_clerks(alone: Sequence[Look]) -> Iterable[Finding]:
    clerks: dict[tuple[date, str], set[str]] = defaultdict(set)
    for look in alone:
        for person in look.persons:
            clerks[look.day, person].add(look.staff)
    together: dict[tuple[date, frozenset[str]], list[str]] = defaultdict(list)
    for (day, person), staff in clerks.items():
        if len(staff) >= MANY_CLERKS:
            together[day, frozenset(staff)].append(person)
    for (day, staff_set), persons in together.items():
        yield _finding(Rule.MANY_CLERKS, day, "、".join(sorted(staff_set)), persons, len(staff_set))


def _again(alone: Sequence[Look]) -> Iterable[Finding]:
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    for look in alone:
        for person in look.persons:
            days[look.staff, person].add(look.day)
    together: dict[tuple[str, frozenset[date]], list[str]] = defaultdict(list)
    for (staff, person), seen in days.items():
        if len(seen) >= SAME_ON_DAYS:
            together[staff, frozenset(seen)].append(person)
    for (staff, seen_on), persons in together.items():
        yield _finding(Rule.AGAIN, max(seen_on), staff, persons, len(seen_on))


def _hours(looks: Sequence[Look]) -> Iterable[Finding]:
    found: dict[tuple[date, str], list[Look]] = defaultdict(list)
    for look in looks:
        if look.at.time() >= LATE or look.at.time() < EARLY:
            found[look.day, look.staff].append(look)
    for (day, staff), late in found.items():
        yield _finding(Rule.HOURS, day, staff, {one for look in late for one in look.persons}, len(late))


def _many(alone: Sequence[Look]) -> Iterable[Finding]:
    for (day, staff), count in count_by_day(alone).items():
        if count >= MANY_A_DAY:
            yield Finding(Rule.MANY, day, staff, (), count)


def _more_than_usual(week: Week) -> Iterable[Finding]:
    for (day, staff), count in count_by_day(week.looks).items():
        before = week.usual.get(staff, ())
        usual = median(before) if before else 0
        if before and count >= LEAST_FOR_MEDIAN and count > TIMES_OWN_MEDIAN * usual:
            yield Finding(Rule.MORE_THAN_USUAL, day, staff, (), count)


def count_by_day(looks: Iterable[Look]) -> dict[tuple[date, str], int]:
    """How many different groups of persons shown together each clerk saw on each day."""
    found: dict[tuple[date, str], set[tuple[str, ...]]] = defaultdict(set)
    for look in looks:
        found[look.day, look.staff].add(look.persons)
    return {key: len(groups) for key, groups in found.items()}


def _counted(rule: Rule, times: Mapping[str, Sequence[datetime]], least: int) -> Iterable[Finding]:
    for staff, moments in times.items():
        days: dict[date, int] = defaultdict(int)
        for at in moments:
            days[at.date()] += 1
        for day, count in days.items():
            if count >= least:
                yield Finding(rule, day, staff, (), count)
