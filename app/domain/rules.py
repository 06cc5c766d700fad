"""Which procedures are needed (要否判定): decision tables over facts, in three values.

A verdict is `needed`, `not_needed` or `open`; what is missing or only partly known makes a verdict open, never false.
Rows of one procedure are alternatives, the conditions of a row must all hold. Rows are tried on the household after the
change and on the change date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.domain.conditions import holds, phrase, shown_value
from app.domain.content import Condition, ContentPack, Procedure, Rule, Subject, Who
from app.domain.derivation import MOVES
from app.domain.facts import IN_AFTER, IN_BEFORE, FactKey, FactSet, Span
from app.domain.reading import Reader
from app.domain.validity import valid_rows

IS_MOVER = Condition(MOVES, "is", True)
"""Tried before the conditions of a row for persons who move."""
IS_MEMBER = Condition(IN_AFTER, "is", True)
"""Tried before the conditions of a row for members of the household after the move."""
STAYS = Condition(MOVES, "is", False)
WAS_MEMBER = Condition(IN_BEFORE, "is", True)
"""Tried, both, before the conditions of a row for those who stay in the household that others leave."""

_MEANT_FOR = {
    IS_MOVER: ("今回は異動しない", "今回異動する方が対象です"),
    IS_MEMBER: ("異動後の世帯にいない", "異動後の世帯の方が対象です"),
    STAYS: ("今回異動する", "元の世帯に残る方が対象です"),
    WAS_MEMBER: ("異動前の世帯にいない", "元の世帯に残る方が対象です"),
}
"""Why a row is not meant for somebody, and for whom it is."""
_MEANT: dict[Who, tuple[Condition, ...]] = {
    Who.MOVERS: (IS_MOVER,),
    Who.MEMBERS: (IS_MEMBER,),
    Who.STAYERS: (STAYS, WAS_MEMBER),
}


class Need(StrEnum):
    """The three values of a verdict."""

    NEEDED = "needed"
    NOT_NEEDED = "not_needed"
    OPEN = "open"


@dataclass(frozen=True)
class Verdict:
    """Whether a procedure is needed for a person (None: for the case), why, and by which row.

    `open_facts` are the stored facts that would decide an open verdict. `people` are the ids of those the procedure
    concerns: the person himself, or for a case procedure everyone it is known to be about. `forms` are those the rows ask
    for by which it is needed; none where one of them leaves them to the procedure.
    """

    procedure: str
    person: str | None
    value: Need
    reason: str
    legal_basis: str = ""
    open_facts: tuple[FactKey, ...] = ()
    rule_id: str = ""
    people: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowOutcome:
    """A rule row tried on a person or the case: the result, the first condition that failed, and what is missing.

    `missing` has one entry per undecided condition, in the order of the row.
    """

    rule: Rule
    value: bool | None
    failed: Condition | None = None
    passed: int = 0
    missing: tuple[tuple[FactKey, ...], ...] = ()


@dataclass(frozen=True)
class Judgement:
    """The rows of a procedure tried on one person or on the case."""

    procedure: Procedure
    person: str | None
    rows: tuple[RowOutcome, ...]
    used: frozenset[FactKey]

    @property
    def value(self) -> Need:
        if any(row.value is True for row in self.rows):
            return Need.NEEDED
        return Need.OPEN if any(row.value is None for row in self.rows) else Need.NOT_NEEDED

    @property
    def missing(self) -> tuple[FactKey, ...]:
        """Every stored fact an undecided row still needs."""
        found = (key for row in self.rows if row.value is None for keys in row.missing for key in keys)
        return tuple(dict.fromkeys(found))


def evaluate(pack: ContentPack, facts: FactSet, on: date) -> list[Verdict]:
    """The verdict on every procedure valid on a day, in the order of the catalogue; per person where it is decided so.

    `on` chooses the version of the content; ages and the like are taken on the change date of the facts.
    Raises `KeyError` when a rule names a fact the pack does not define (`content_check` finds that beforehand).
    """
    readers = [Reader(pack, view) for view in facts.views()]
    return [
        verdict
        for procedure, rows in procedures_with_rows(pack, facts.event, on)
        for verdict in _of_all([evaluate_procedure(reader, procedure, rows) for reader in readers])
    ]


def _of_all(found: Sequence[Sequence[Verdict]]) -> Sequence[Verdict]:
    """The verdicts on one procedure in every household as those of the case: needed in one, it is needed."""
    if len(found) == 1:
        return found[0]
    every = [verdict for verdicts in found for verdict in verdicts]
    own = [verdict for verdict in every if verdict.person is None]
    needed = [verdict for verdict in own if verdict.value is Need.NEEDED]
    # A household without anybody it concerns has nothing to say where another one has.
    told = [verdict for verdict in needed if verdict.people] or needed[:1]
    still_open = [verdict for verdict in own if verdict.value is Need.OPEN]
    return [
        *(told or still_open[:1] or own[:1]),
        *(verdict for verdict in every if verdict.person is not None),
    ]


def evaluate_procedure(reader: Reader, procedure: Procedure, rows: Sequence[Rule]) -> list[Verdict]:
    """The verdicts on one procedure by its rows of the event: for the case, or for each person of it."""
    if not rows:
        return [_without_rows(reader.pack, procedure, reader.facts.event)]
    return [
        _verdict(reader, judge(reader, procedure, rows, who)) for who in subjects(procedure, reader.facts)
    ]


def procedures_with_rows(
    pack: ContentPack, event: str, on: date
) -> Iterator[tuple[Procedure, tuple[Rule, ...]]]:
    """Every procedure valid on a day in route order, with its rows for the event; none for one that staff add by hand."""
    for procedure in sorted(valid_rows(pack.procedures, on), key=lambda one: one.order):
        rows = valid_rows(pack.rules_by_procedure.get(procedure.code, ()), on)
        yield procedure, () if procedure.by_hand else tuple(row for row in rows if event in row.events)


def subjects(procedure: Procedure, facts: FactSet) -> Sequence[str | None]:
    """Whom a procedure is decided for: the case, or each person of it."""
    if procedure.per is Subject.CASE:
        return (None,)
    return [person.id for person in facts.people if facts.is_here(person.id)]


def judge(reader: Reader, procedure: Procedure, rows: Iterable[Rule], person: str | None) -> Judgement:
    """Tries the rows of a procedure on a person, or on the case."""
    used: set[FactKey] = set()
    outcomes = tuple(_try_row(reader, row, person, used) for row in rows)
    return Judgement(procedure, person, outcomes, frozenset(used))


def conditions_of(rule: Rule, person: str | None) -> tuple[Condition, ...]:
    """What is tried of a row, in order: for a person first whether the row is meant for the like of him."""
    if person is None:
        return rule.conditions
    return (*_MEANT[rule.who], *rule.conditions)


def _try_row(reader: Reader, rule: Rule, person: str | None, used: set[FactKey]) -> RowOutcome:
    missing: list[tuple[FactKey, ...]] = []
    passed = 0
    for condition in conditions_of(rule, person):
        reading = reader.read(condition.fact, person)
        used |= reading.used
        result = holds(condition, reading.value)
        if result is False:
            return RowOutcome(rule, False, condition, passed)
        if result is None:
            missing.append(reading.missing)
        else:
            passed += 1
    return RowOutcome(rule, None if missing else True, None, passed, tuple(missing))


def _verdict(reader: Reader, judged: Judgement) -> Verdict:
    procedure = judged.procedure
    made = Verdict(procedure.code, judged.person, judged.value, "", procedure.legal_basis)
    match made.value:
        case Need.NEEDED:
            held = [row.rule for row in judged.rows if row.value]
            rule = held[0]
            people = _concerned(reader, judged, rule)
            return replace(
                made,
                reason=fill(rule.reason, reader, judged.person, people),
                legal_basis=rule.legal_basis or procedure.legal_basis,
                rule_id=rule.id,
                people=people,
                forms=_asked([one.forms for one in held]),
            )
        case Need.OPEN:
            rule = next(row.rule for row in judged.rows if row.value is None)
            return replace(
                made,
                reason=_open_reason(reader, judged),
                open_facts=judged.missing,
                rule_id=rule.id,
                people=_concerned(reader, judged, rule),
            )
    rule, failed = max(
        ((row.passed, row.rule, row.failed) for row in judged.rows if row.failed), key=lambda found: found[0]
    )[1:]
    return replace(made, reason=_failed_reason(reader, judged, failed), rule_id=rule.id)


def _asked(named: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The forms of several that are named; none where one names none, which means all there are."""
    return tuple(dict.fromkeys(form for one in named for form in one)) if all(named) else ()


def forms_of(procedure: Procedure, verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The forms that a procedure calls for, in its own order: those its rows name by which it is needed, otherwise all."""
    needed = [one for one in verdicts if one.procedure == procedure.code and one.value is Need.NEEDED]
    asked = _asked([one.forms for one in needed])
    return tuple(form for form in procedure.forms if form in asked) if asked else procedure.forms


def _without_rows(pack: ContentPack, procedure: Procedure, event: str) -> Verdict:
    title = pack.event_by_code[event].title if event in pack.event_by_code else event
    if procedure.by_hand:
        reason = "ご希望やお申し出があったときに、職員が追加する手続きです。"
    else:
        reason = f"「{title}」にともなう手続きではありません。"
    return Verdict(procedure.code, None, Need.NOT_NEEDED, reason, procedure.legal_basis)


def _concerned(reader: Reader, judged: Judgement, rule: Rule) -> tuple[str, ...]:
    if judged.person is not None:
        return (judged.person,)
    tested = rule.concerns or judged.procedure.concerns or MOVES
    people = [one.id for one in reader.facts.people if reader.facts.is_here(one.id)]
    return tuple(one for one in people if reader.read(tested, one).value is True)


def fill(template: str, reader: Reader, person: str | None, people: Sequence[str]) -> str:
    """A template of the content with {name} and {age} of a person and {people}, those concerned, filled in."""
    names = [reader.facts.person(one).name for one in people]
    words = {"people": "、".join(f"{name}さん" for name in names), "name": "", "age": ""}
    if person is not None:
        words["name"] = reader.facts.person(person).name
        words["age"] = age_words(reader, person) if "{age}" in template else ""
    return template.format_map(words)


def age_words(reader: Reader, person: str) -> str:
    """The age of a person as it is known: 34, or 33～34 where only the year of birth is."""
    age = reader.read("age", person).value
    if isinstance(age, Span):
        return f"{age.low}～{age.high}"
    return "不明" if age is None else str(age)


def _open_reason(reader: Reader, judged: Judgement) -> str:
    labels = dict.fromkeys(f"「{reader.definition(fact).label}」" for fact, _ in judged.missing)
    return f"{_subject_words(reader, judged.person)}{'・'.join(labels)}がまだ分からないため、要否が決まりません。"


def _failed_reason(reader: Reader, judged: Judgement, failed: Condition) -> str:
    definition = reader.definition(failed.fact)
    if failed in _MEANT_FOR:
        return f"{_subject_words(reader, judged.person)}{_MEANT_FOR[failed][0]}ため、不要です。"
    actual = shown_value(reader.read(failed.fact, judged.person).value, definition)
    wanted = phrase(failed, definition)
    return f"{_subject_words(reader, judged.person)}{wanted}の場合に必要な手続きですが、{actual}のため、不要です。"


def condition_words(reader: Reader, condition: Condition) -> str:
    """A condition of `conditions_of` in Japanese."""
    if condition in _MEANT_FOR:
        return _MEANT_FOR[condition][1]
    return phrase(condition, reader.definition(condition.fact))


def _subject_words(reader: Reader, person: str | None) -> str:
    return "" if person is None else f"{reader.facts.person(person).name}さんは、"


@dataclass(frozen=True)
class NeededProcedure:
    """A line of the list of procedures (手続き一覧): a needed procedure with the persons and reasons behind it."""

    procedure: Procedure
    people: tuple[str, ...]
    reasons: tuple[str, ...]


def needed_procedures(pack: ContentPack, verdicts: Iterable[Verdict]) -> list[NeededProcedure]:
    """The needed procedures, one line each in route order."""
    lines: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.value is Need.NEEDED:
            lines.setdefault(verdict.procedure, []).append(verdict)
    made = [
        NeededProcedure(
            pack.procedure_by_code[code],
            tuple(dict.fromkeys(person for one in found for person in one.people)),
            tuple(dict.fromkeys(one.reason for one in found)),
        )
        for code, found in lines.items()
    ]
    return sorted(made, key=lambda line: line.procedure.order)
