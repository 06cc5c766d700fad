"""What a change of the content does to a list of procedures: the same facts under two packs, compared and explained.

Explanations name rows and conditions, never what is known of a person: they may be read by who may see no resident.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.domain.conditions import phrase
from app.domain.content import ContentPack, FactDefinition, Procedure, Rule
from app.domain.derivations import DERIVATIONS
from app.domain.facts import FactSet
from app.domain.reading import Reader
from app.domain.rules import IS_MOVER, Judgement, Need, RowOutcome, judge, procedures_with_rows, subjects


class Change(StrEnum):
    """How a line of a list differs under the newer content."""

    GAINED = "gained"
    LOST = "lost"
    OPENED = "opened"
    SETTLED = "settled"
    PEOPLE = "people"


CHANGE_LABELS = {
    Change.GAINED: "増える",
    Change.LOST: "減る",
    Change.OPENED: "未定になる",
    Change.SETTLED: "不要に決まる",
    Change.PEOPLE: "対象の方が変わる",
}


class Stands(Protocol):
    """What is compared of a procedure in a case: its need, and the persons it is needed for."""

    @property
    def need(self) -> Need: ...

    @property
    def people(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Standing:
    """How a procedure stands in a case: its need, the persons it is needed for, and the judgements behind it."""

    need: Need
    people: tuple[str, ...]
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True)
class LineChange:
    """A procedure that stands differently: how, since when whom it concerns, and which rows or conditions make it so."""

    procedure: str
    change: Change
    before: int
    after: int
    because: str


def touched_procedures(old: ContentPack, new: ContentPack) -> frozenset[str]:
    """The procedures whose need can differ between two settled packs: their rows or a fact these rest on differ.

    All others get the same verdicts for the same facts, so that comparing two contents means judging these only.
    """
    marks = [_Marks(pack) for pack in (old, new)]
    codes = {one.code for pack in (old, new) for one in pack.procedures}
    return frozenset(code for code in codes if marks[0].of(code) != marks[1].of(code))


class _Marks:
    """What decides a procedure in a pack, as a value that can be compared."""

    def __init__(self, pack: ContentPack) -> None:
        self._pack = pack

    def of(self, code: str) -> object:
        procedure = self._pack.procedure_by_code.get(code)
        if procedure is None:
            return None
        rows = self._pack.rules_by_procedure.get(code, ())
        decided = (
            procedure.per,
            procedure.by_hand,
            procedure.concerns,
            procedure.valid_from,
            procedure.valid_to,
        )
        return decided, frozenset(map(_row_mark, rows)), frozenset(self._facts(procedure, rows))

    def _facts(self, procedure: Procedure, rows: Iterable[Rule]) -> Iterator[object]:
        """Every fact the rows rest on, through all derivations."""
        waiting = [one.fact for row in rows for one in row.conditions] + [procedure.concerns]
        seen: set[str] = set()
        while waiting:
            fact = self._pack.fact_by_id.get(waiting.pop())
            if fact is None or fact.id in seen:
                continue
            seen.add(fact.id)
            yield (
                fact.id,
                fact.type,
                fact.subject,
                fact.source,
                fact.args,
                tuple(one.code for one in fact.choices),
            )
            waiting += _rests_on(fact)


def _row_mark(rule: Rule) -> object:
    return rule.events, rule.conditions, rule.who, rule.valid_from, rule.valid_to


def _rests_on(fact: FactDefinition) -> list[str]:
    made = DERIVATIONS.get(fact.derivation or "")
    return [*(made.reads if made else ()), *(str(one) for one in fact.args)]


def standings(pack: ContentPack, facts: FactSet, on: date, codes: frozenset[str]) -> dict[str, Standing]:
    """How each of these procedures stands for the facts; one that the pack does not have on the day is missing."""
    reader = Reader(pack, facts)
    found = {}
    for procedure, rows in procedures_with_rows(pack, facts.event, on):
        if procedure.code in codes:
            judged = tuple(judge(reader, procedure, rows, who) for who in subjects(procedure, facts) if rows)
            found[procedure.code] = _standing(judged)
    return found


def _standing(judged: tuple[Judgement, ...]) -> Standing:
    values = [one.value for one in judged]
    need = next((one for one in (Need.NEEDED, Need.OPEN) if one in values), Need.NOT_NEEDED)
    people = tuple(one.person for one in judged if one.value is Need.NEEDED and one.person)
    return Standing(need, people, judged)


_NOWHERE = Standing(Need.NOT_NEEDED, (), ())


def changed_lines(
    old: ContentPack, new: ContentPack, before: Mapping[str, Standing], after: Mapping[str, Standing]
) -> list[LineChange]:
    """What differs between two standings of the same facts, in the order of the newer pack's route."""
    orders = {one.code: one.order for one in (*old.procedures, *new.procedures)}
    found = []
    for code in sorted({*before, *after}, key=lambda code: (orders[code], code)):
        was, now = before.get(code, _NOWHERE), after.get(code, _NOWHERE)
        change = change_between(was, now)
        if change is not None:
            why = _because(old, new, code, change, was, now)
            found.append(LineChange(code, change, len(was.people), len(now.people), why))
    return found


def change_between(was: Stands, now: Stands) -> Change | None:
    """How a line differs; None when it does not, or was and is on no list."""
    if was.need is now.need:
        return Change.PEOPLE if now.need is Need.NEEDED and set(was.people) != set(now.people) else None
    if Need.NEEDED in {was.need, now.need} and now.need is not Need.OPEN:
        return Change.GAINED if now.need is Need.NEEDED else Change.LOST
    return Change.OPENED if now.need is Need.OPEN else Change.SETTLED


def _because(
    old: ContentPack, new: ContentPack, code: str, change: Change, was: Standing, now: Standing
) -> str:
    if code not in new.procedure_by_code:
        return "この手続きがなくなります。"
    match change:
        case Change.GAINED:
            return _holding(new, now)
        case Change.OPENED:
            return _asking(new, now)
        case Change.PEOPLE:
            gone, come = set(was.people) - set(now.people), set(now.people) - set(was.people)
            return "".join(
                [_holding(new, now, come) if come else "", _failing(old, new, was, now, gone) if gone else ""]
            )
    return _failing(old, new, was, now, set(was.people))


def _holding(pack: ContentPack, standing: Standing, people: Iterable[str] = ()) -> str:
    """The rows that make it needed."""
    wanted = set(people)
    rows = dict.fromkeys(
        row.rule
        for one in standing.judgements
        if not wanted or one.person in wanted
        for row in one.rows
        if row.value is True
    )
    return "".join(f"行「{rule.id}」（{row_words(pack, rule)}）に当てはまります。" for rule in list(rows)[:3])


def _asking(pack: ContentPack, standing: Standing) -> str:
    missing = [fact for one in standing.judgements if one.value is Need.OPEN for fact, _who in one.missing]
    labels = dict.fromkeys(f"「{pack.fact_by_id[fact].label}」" for fact in missing)
    return f"{'・'.join(list(labels)[:5])}をこの受付では聞いていないため、決まりません。"


def _failing(old: ContentPack, new: ContentPack, was: Standing, now: Standing, people: set[str]) -> str:
    """The row it was needed by, and where the rows of now fail for the same persons."""
    rows = dict.fromkeys(row.rule for one in was.judgements for row in one.rows if row.value is True)
    held = f"行「{next(iter(rows)).id}」で必要でしたが、" if rows else ""
    judged = [one for one in now.judgements if not people or one.person is None or one.person in people]
    nearest = max((row for one in judged for row in one.rows if row.failed), key=_passed, default=None)
    if nearest is None or nearest.failed is None:
        return f"{held}この用件で必要とする行がありません。"
    condition = (
        "異動する方であること"
        if nearest.failed == IS_MOVER
        else phrase(nearest.failed, new.fact_by_id[nearest.failed.fact])
    )
    return f"{held}行「{nearest.rule.id}」の条件（{condition}）に当てはまりません。"


def _passed(row: RowOutcome) -> int:
    return row.passed


def row_words(pack: ContentPack, rule: Rule) -> str:
    """The conditions of a row in Japanese, joined."""
    words = [phrase(one, pack.fact_by_id[one.fact]) for one in rule.conditions]
    return "、".join(words) if words else "条件なし"
