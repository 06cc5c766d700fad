"""Why a procedure is needed, or why not (判定の理由): every condition of every row with the value it met and its origin.

What is shown here is what the rules themselves read: the same facts, the same three values, the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.conditions import holds, shown_value
from app.domain.content import Condition, ContentPack, Rule
from app.domain.derivations import DERIVATIONS
from app.domain.facts import FactKey, FactSet, Source
from app.domain.reading import Reader
from app.domain.rules import (
    Verdict,
    condition_words,
    conditions_of,
    evaluate_procedure,
    fill,
    procedures_with_rows,
)

SOURCE_WORDS: dict[str, str] = {
    Source.REGISTER: "住民情報などの連携データ",
    Source.NOTICE: "転出証明書情報",
    Source.CARD: "カードの読取り",
    Source.CASE: "受付で入力した内容",
    Source.ASKED: "聞き取り",
    Source.CORRECTED: "職員の訂正",
    Source.DERIVED: "計算",
}
"""Where a value came from, as staff are told."""


@dataclass(frozen=True)
class Evidence:
    """A stored fact that a condition rests on: whose, its value in Japanese, where it came from, when and by whom.

    `data_set` is the number of the linked data set (連携データ) the fact is defined to come from, empty for others.
    `known` is False for what is missing.
    """

    key: FactKey
    label: str
    person: str
    value: str
    known: bool
    source: str
    data_set: str
    at: datetime | None
    by: str | None

    @property
    def source_words(self) -> str:
        """Where the value came from, in Japanese; empty when it is missing."""
        return SOURCE_WORDS.get(self.source, self.source)


@dataclass(frozen=True)
class MetCondition:
    """A condition of a row as it was met: in words, whether it holds (None: not known yet), the value and its evidence.

    `derived` is how the value is computed, empty for a stored fact.
    """

    condition: Condition
    words: str
    value: bool | None
    shown: str
    derived: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class MetRow:
    """A row of the table as it was met. Every condition is listed, also behind one that failed."""

    rule: Rule
    value: bool | None
    reason: str
    conditions: tuple[MetCondition, ...]


@dataclass(frozen=True)
class Explanation:
    """The verdict on a procedure for one person (or the case) with all its rows; no rows: it is not of this event."""

    verdict: Verdict
    person: str
    rows: tuple[MetRow, ...]


def explain(pack: ContentPack, facts: FactSet, code: str, on: date) -> tuple[Explanation, ...]:
    """The verdicts on one procedure, each with the rows and conditions behind it, for each person of the case.

    Raises `KeyError` when the pack has no such procedure valid on that day.
    """
    found = next((one for one in procedures_with_rows(pack, facts.event, on) if one[0].code == code), None)
    if found is None:
        raise KeyError(code)
    procedure, rules = found
    return tuple(
        Explanation(
            verdict,
            facts.person(verdict.person).name if verdict.person else "",
            tuple(_row(reader, rule, verdict) for rule in rules),
        )
        for reader in (Reader(pack, view) for view in facts.views())
        for verdict in evaluate_procedure(reader, procedure, rules)
    )


def _row(reader: Reader, rule: Rule, verdict: Verdict) -> MetRow:
    met = tuple(
        _condition(reader, condition, verdict.person) for condition in conditions_of(rule, verdict.person)
    )
    values = {one.value for one in met}
    value = False if False in values else None if None in values else True
    return MetRow(rule, value, fill(rule.reason, reader, verdict.person, verdict.people), met)


def _condition(reader: Reader, condition: Condition, person: str | None) -> MetCondition:
    definition = reader.definition(condition.fact)
    reading = reader.read(condition.fact, person)
    value = holds(condition, reading.value)
    derivation = DERIVATIONS.get(definition.derivation or "")
    return MetCondition(
        condition,
        condition_words(reader, condition),
        value,
        shown_value(reading.value, definition),
        derivation.title if derivation else "",
        tuple(_evidence(reader, _in_order(reader, reading.used))),
    )


def _in_order(reader: Reader, keys: Iterable[FactKey]) -> list[FactKey]:
    """Facts of the case first, then person by person; in the order of the catalogue."""
    facts = {fact.id: at for at, fact in enumerate(reader.pack.facts)}
    people = {person.id: at for at, person in enumerate(reader.facts.people)}
    return sorted(keys, key=lambda key: (people.get(key[1] or "", -1), facts.get(key[0], 0)))


def _evidence(reader: Reader, keys: Iterable[FactKey]) -> Iterable[Evidence]:
    for fact, person in keys:
        definition = reader.definition(fact)
        stored = reader.facts.find(fact, person)
        kind, _, data_set = definition.source.partition(":")
        reading = reader.read(fact, person)
        yield Evidence(
            (fact, person),
            definition.label,
            reader.facts.person(person).name if person else "",
            shown_value(reading.value, definition).strip("「」"),
            reading.value is not None,
            stored.source if stored else "",
            data_set if kind == "register" and stored and stored.source == Source.REGISTER else "",
            stored.at if stored else None,
            stored.by if stored else None,
        )
