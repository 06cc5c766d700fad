"""The explanation of one procedure in one case (判定の理由): each condition, what it met, and where that comes from, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.data import content
from app.domain.authority import Actor
from app.domain.case import Case
from app.domain.content import ContentPack, Rule
from app.domain.errors import NotFound
from app.domain.explanation import Evidence, Explanation, MetCondition, MetRow, explain
from app.domain.facts import FactSet
from app.operations import packs, why
from app.operations.navigation import facts_of
from app.operations.provenance import Provenance

Sourced = tuple[str, str]
"""A value with whose it is and what it is called, and where it comes from."""


@dataclass(frozen=True)
class ToldCondition:
    """A condition in words, what it met, whether it holds (None: not known yet), and what that rests on."""

    words: str
    met: str
    holds: bool | None
    derived: str
    sources: tuple[Sourced, ...]


@dataclass(frozen=True)
class ToldRow:
    """A row of the table: all its conditions must hold. Rows of a procedure are alternatives."""

    rule: Rule
    holds: bool | None
    reason: str
    conditions: tuple[ToldCondition, ...]


@dataclass(frozen=True)
class ToldPerson:
    """What was decided for one person (empty name: for the case as a whole), and by which rows."""

    name: str
    need: str
    reason: str
    rows: tuple[ToldRow, ...]


@dataclass(frozen=True)
class Told:
    """The whole explanation: how the procedure stands, person by person, by which version of the content."""

    finding: why.Finding
    people: tuple[ToldPerson, ...]
    legal_basis: str
    version: int
    pack_version: str
    published_at: datetime


def tell(case: Case, actor: Actor, code: str) -> Told:
    """Explain a procedure of the catalogue in a case. Raises NotFound when its content has no such procedure."""
    pack = packs.of_case(case)
    found = why.of_procedures(case, actor, [code])
    if not found:
        raise NotFound("この手続きは、この受付の業務定義にありません。")
    facts = facts_of(case, pack, actor)
    try:
        explained = explain(pack, facts, code, case.received_on)
    except KeyError:
        explained = ()
    teller = _Teller(pack, facts, Provenance.of(case, pack))
    basis = dict.fromkeys(one.verdict.legal_basis for one in explained if one.verdict.legal_basis)
    return Told(
        found[0], tuple(teller.person(one) for one in explained),
        "、".join(basis) or pack.procedure_by_code[code].legal_basis,
        case.content_version, pack.version, content.published_at(case.content_version),
    )  # fmt: skip


class _Teller:
    """Says in words what the rules met; the sources of the case are read once."""

    def __init__(self, pack: ContentPack, facts: FactSet, sources: Provenance) -> None:
        self._pack, self._facts, self._sources = pack, facts, sources

    def person(self, one: Explanation) -> ToldPerson:
        rows = sorted(one.rows, key=_telling_order)
        return ToldPerson(one.person, one.verdict.value, one.verdict.reason, tuple(map(self._row, rows)))

    def _row(self, row: MetRow) -> ToldRow:
        return ToldRow(row.rule, row.value, row.reason, tuple(map(self._condition, row.conditions)))

    def _condition(self, met: MetCondition) -> ToldCondition:
        return ToldCondition(
            met.words, met.shown, met.value, met.derived, tuple(self._evidence(met.evidence))
        )

    def _evidence(self, evidence: Iterable[Evidence]) -> Iterable[Sourced]:
        for one in evidence:
            stored = self._facts.find(*one.key)
            source = self._sources.words(*one.key, stored) if stored is not None else "未回答・データなし"
            whose = f"{one.person}さんの" if one.person else ""
            yield f"{whose}{one.label}：{one.value}", source


def _telling_order(row: MetRow) -> tuple[int, int]:
    """The row that decided comes first, then the one that came nearest to it."""
    return (0 if row.value else 1 if row.value is None else 2), sum(
        one.value is False for one in row.conditions
    )
