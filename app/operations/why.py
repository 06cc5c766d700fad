"""Why a procedure is on the list of a case, why it is not, or what would decide it: for any procedure of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.authority import Actor
from app.domain.case import Case, CaseProcedure
from app.domain.content import ContentPack, Procedure
from app.domain.interview import QuestionInstance, open_questions
from app.domain.rules import Need, Verdict, evaluate
from app.operations import catalogue, packs
from app.operations.navigation import facts_of, joined_reasons, names_of
from app.operations.procedure_list import MANUAL, is_added
from app.operations.single import scoped


class Standing(StrEnum):
    """How a procedure stands in a case: as the rules decide, or as staff decided by hand."""

    NEEDED = "needed"
    NOT_NEEDED = "not_needed"
    OPEN = "open"
    ADDED = "added"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Finding:
    """A procedure of the catalogue in a case: how it stands, the reasons in words, and the questions that would decide."""

    procedure: Procedure
    section: str
    standing: Standing
    reasons: tuple[str, ...]
    questions: tuple[QuestionInstance, ...] = ()


def find(case: Case, actor: Actor, query: str) -> tuple[Finding, ...]:
    """What a query finds, each with how it stands in the case; the best first."""
    entries = catalogue.find(case.content_version, query, (catalogue.PROCEDURE,))
    return of_procedures(case, actor, [entry.code for entry in entries])


def of_procedures(case: Case, actor: Actor, codes: Sequence[str]) -> tuple[Finding, ...]:
    """How procedures of the catalogue stand in the case, in the order they were named; unknown codes are left out."""
    pack = packs.of_case(case)
    facts = facts_of(case, pack, actor)
    verdicts: dict[str, list[Verdict]] = {}
    for verdict in evaluate(pack, facts, case.received_on):
        verdicts.setdefault(verdict.procedure, []).append(verdict)
    asked = open_questions(scoped(case, pack), facts, case.received_on)
    names = names_of(case)
    lines = {line.code: line for line in case.procedures}
    return tuple(
        _finding(
            pack,
            pack.procedure_by_code[code],
            lines.get(code),
            verdicts.get(code, []),
            asked,
            names,
            code in lines and is_added(case, lines[code]),
        )
        for code in codes
        if code in pack.procedure_by_code
    )


def _finding(
    pack: ContentPack,
    procedure: Procedure,
    line: CaseProcedure | None,
    verdicts: Sequence[Verdict],
    asked: Iterable[QuestionInstance],
    names: Sequence[str],
    added: bool,
) -> Finding:
    section = pack.section_by_code.get(procedure.section)
    title = section.title if section else ""
    need = decided(verdicts)
    reasons = tuple(joined_reasons([one.reason for one in verdicts if one.value is need], names))
    if line is not None and not line.needed:
        return Finding(procedure, title, Standing.EXCLUDED, (f"職員が対象外にしました：{line.staff_reason}",))
    if line is not None and line.origin == MANUAL:
        said = (
            (f"職員が追加しました：{line.staff_reason}",) if added else tuple(line.staff_reason.splitlines())
        )
        return Finding(procedure, title, Standing.ADDED if added else Standing.NEEDED, said)
    if not verdicts:
        return Finding(procedure, title, Standing.NOT_NEEDED, ("受付日に有効な手続きではありません。",))
    deciding = {key for one in verdicts if one.value is Need.OPEN for key in one.open_facts}
    questions = tuple(one for one in asked if one.key in deciding)
    return Finding(procedure, title, Standing(need.value), reasons, questions)


def decided(verdicts: Sequence[Verdict]) -> Need:
    """The verdicts of a procedure over all persons as one: needed by one is needed, otherwise open for one is open."""
    values = {one.value for one in verdicts}
    return next((need for need in (Need.NEEDED, Need.OPEN) if need in values), Need.NOT_NEEDED)
