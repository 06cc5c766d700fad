"""The list of procedures (手続き一覧) of a case: reading it for screens and papers, and what staff change in it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.data import audit, cases, reviews
from app.data.models.base import utc_now
from app.data.models.case import CaseProcedureRow
from app.domain.authority import Actor
from app.domain.case import Case, CasePerson, CaseProcedure, Kind, ProcedureState, Step
from app.domain.content import ContentPack, Procedure
from app.domain.errors import Invalid, Refused
from app.domain.handovers import TICKS
from app.domain.households import Part, part_of
from app.domain.new_households import are_several, household_of, title_of
from app.domain.readiness import (
    BROUGHT,
    IDENTITY,
    MISSING,
    SPARED,
    BringItem,
    Readiness,
    bring_items,
    readiness,
)
from app.domain.review import SETTLED, STATE_WORDS
from app.domain.rules import Need, Verdict, evaluate
from app.operations import calendar, duplicates, packs
from app.operations.cases import changing
from app.operations.deadlines import DeadlineBook, ShownDeadline
from app.operations.navigation import facts_of, joined_reasons, names_of, refresh
from app.operations.route import counter_of, in_route_order, is_here
from app.operations.single import CHOSEN, scoped
from app.operations.ticks import note_tick

BRING = "bring.items"
"""The fact of a case under which it is kept what was brought: a state of `app.domain.readiness` by the text of the thing."""

LONGEST_REASON = 200
MANUAL = "manual"


@dataclass(frozen=True)
class ListedProcedure:
    """A line of the list as a screen or a paper shows it; `here`: it is done at the counter of the case.

    `by_hand`: staff put it there, neither the rules nor what the visitor came for.
    """

    line: CaseProcedure
    procedure: Procedure
    names: tuple[str, ...]
    deadline: ShownDeadline
    section: str
    floor: str
    phone: str
    here: bool
    readiness: Readiness
    by_hand: bool


@dataclass(frozen=True)
class Undecided:
    """A procedure that is not decided yet, with what would decide it in words."""

    procedure: Procedure
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ProcedureList:
    """The list of procedures: needed ones in route order, excluded ones, those not decided yet, and what to bring."""

    needed: tuple[ListedProcedure, ...]
    excluded: tuple[ListedProcedure, ...]
    undecided: tuple[Undecided, ...]
    bring: tuple[BringItem, ...]
    verdicts: tuple[Verdict, ...]


def procedure_list(case: Case, actor: Actor) -> ProcedureList:
    """The stored list with what is still open."""
    pack = packs.of_case(case)
    facts = facts_of(case, pack, actor)
    verdicts = tuple(evaluate(scoped(case, pack), facts, case.received_on))
    lines = {line.code: line for line in case.procedures if line.code in pack.procedure_by_code}
    procedures = in_route_order(pack, case.counter, (pack.procedure_by_code[code] for code in lines))
    wanted = [one for one in procedures if lines[one.code].needed]
    bring = bring_items(wanted, case.fact(BRING, default={}), _known_items(case, pack))
    names = names_of(case)
    reasons: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.value is Need.OPEN:
            reasons.setdefault(verdict.procedure, []).append(verdict.reason)
    reasons = {code: joined_reasons(found, names) for code, found in reasons.items()}
    made = _Lines(
        case, pack, DeadlineBook.of(case, pack, facts), {item.text: item for item in bring}, reasons
    )
    listed = [made.line(lines[one.code], one) for one in procedures]
    return ProcedureList(
        tuple(item for item in listed if item.line.needed),
        tuple(item for item in listed if not item.line.needed),
        tuple(
            Undecided(pack.procedure_by_code[code], tuple(found))
            for code, found in reasons.items()
            if code not in lines
        ),
        bring,
        verdicts,
    )


def _known_items(case: Case, pack: ContentPack) -> dict[str, str]:
    """What is known to be here: the papers the visitor was identified by."""
    if not case.fact("identity.summary"):
        return {}
    shown = set(case.fact("identity.documents", default=[]))
    seen = "本人確認で確認済み"
    return {IDENTITY: seen, **{one.title: seen for one in pack.identity_documents if one.code in shown}}


class _Lines:
    """Makes the lines of one list; what they share is read once."""

    def __init__(
        self,
        case: Case,
        pack: ContentPack,
        book: DeadlineBook,
        items: Mapping[str, BringItem],
        open_reasons: Mapping[str, list[str]],
    ) -> None:
        self._case, self._pack, self._book = case, pack, book
        self._items, self._open, self._closed = items, open_reasons, dict[str, str]()

    def line(self, line: CaseProcedure, procedure: Procedure) -> ListedProcedure:
        """One line."""
        section = self._pack.section_by_code.get(procedure.section)
        people = {person.id: person.name + self._whereabouts(person) for person in self._case.persons}
        here = is_here(self._pack, self._case.counter, procedure)
        return ListedProcedure(
            line, procedure, tuple(people[one] for one in line.people if one in people),
            self._book.show(procedure, line.people),
            section.title if section else "", section.floor if section else "", section.phone if section else "",
            here, self._readiness(procedure, here), is_added(self._case, line),
        )  # fmt: skip

    def _whereabouts(self, person: CasePerson) -> str:
        """Which household somebody is in, where the event leads to several."""
        if not are_several(self._case) or part_of(self._case, person) in {None, Part.STAYS}:
            return ""
        return f"（{title_of(household_of(self._case, person))}）"

    def _readiness(self, procedure: Procedure, here: bool) -> Readiness:
        if procedure.automatic:
            return Readiness()
        others = list(self._open.get(procedure.code, ()))
        if not here:
            others += [text for text in [self._away(procedure.section)] if text]
        return readiness(procedure, self._items, others)

    def _away(self, section: str) -> str:
        """Why a section cannot be gone to today; empty when it can."""
        if section not in self._closed:
            counter = counter_of(self._pack, section)
            if counter is None:
                self._closed[section] = "市役所の外の窓口で手続きします。"
            else:
                self._closed[section] = calendar.opening(counter, utc_now()).text
        return self._closed[section]


def is_added(case: Case, line: CaseProcedure) -> bool:
    """Whether staff put a line on the list, beyond what the rules need and what the visitor came for."""
    return line.origin == MANUAL and line.code not in case.fact(CHOSEN, default=[])


def check_items(case_id: str, actor: Actor, checked: Mapping[str, str]) -> None:
    """Record which things were brought and which are missing, by their text. Raises Invalid for one no procedure asks for."""
    with changing(case_id, actor, None, Step.PROCEDURES, content=False):
        case = cases.get_case(case_id)
        pack = packs.of_case(case)
        lines = [line.code for line in case.procedures if line.needed and line.code in pack.procedure_by_code]
        asked = {text for code in lines for text in pack.procedure_by_code[code].bring}
        if not set(checked) <= asked or not set(checked.values()) <= {BROUGHT, MISSING, SPARED}:
            raise Invalid("持ち物の一覧が変わっています。画面を開き直してください。")
        kept = {**case.fact(BRING, default={}), **checked}
        cases.set_fact(case_id, "", BRING, kept, "asked", actor.staff_id)
        missing = sum(state == MISSING for state in kept.values())
        audit.record(
            "case.bring_checked",
            actor=actor,
            case_id=case_id,
            detail={"checked": len(kept), "missing": missing},
        )


def add_procedure(case_id: str, actor: Actor, version: int | None, code: str, reason: str) -> None:
    """Put a procedure on the list by hand, with the reason. Raises Invalid."""
    with changing(case_id, actor, version, Step.PROCEDURES):
        case = cases.get_case(case_id)
        procedure = packs.of_case(case).procedure_by_code.get(code)
        wrong = {} if procedure else {"procedure": "追加する手続きを一覧から選んでください。"}
        reason = _reason(reason, "reason", wrong)
        if procedure is None or wrong:
            raise Invalid("入力内容を確認してください。", wrong)
        cases.add_procedure(case_id, code, reason, procedure.legal_basis, [one.id for one in case.subjects])
        audit.record("case.procedure_added", actor=actor, case_id=case_id, detail={"procedure": code})


def withdraw_procedure(case_id: str, actor: Actor, version: int | None, code: str) -> None:
    """Take back what staff added: the line goes, unless the rules ask for it as well."""
    with changing(case_id, actor, version, Step.PROCEDURES):
        case = cases.get_case(case_id)
        row = _at_the_counter(case_id, code)
        if not any(line.code == code and is_added(case, line) for line in case.procedures):
            raise Invalid("この手続きは、職員が追加したものではありません。")
        row.origin, row.staff_reason = "rule", ""
        if case.kind is Kind.SINGLE:
            cases.remove_procedure(case_id, code)
        audit.record("case.procedure_withdrawn", actor=actor, case_id=case_id, detail={"procedure": code})
        refresh(case_id, actor)


def exclude_procedure(case_id: str, actor: Actor, version: int | None, code: str, reason: str) -> None:
    """Take a procedure off the list by hand; it stays below with the reason and can be put back. Raises Invalid."""
    with changing(case_id, actor, version, Step.PROCEDURES):
        row = _at_the_counter(case_id, code)
        wrong: dict[str, str] = {}
        reason = _reason(reason, f"exclude-{code}", wrong)
        if wrong:
            raise Invalid("入力内容を確認してください。", wrong)
        row.needed, row.staff_reason = False, reason
        audit.record("case.procedure_excluded", actor=actor, case_id=case_id, detail={"procedure": code})


def _reason(text: str, field: str, wrong: dict[str, str]) -> str:
    """A reason as it is kept: whoever looks at the case later has to see why the list was changed by hand."""
    text = text.strip()
    if not text:
        wrong[field] = "理由を入力してください（例: ご本人の希望、ほかの窓口で済み）。"
    elif len(text) > LONGEST_REASON:
        wrong[field] = f"理由は{LONGEST_REASON}文字以内にしてください（入力: {len(text)}文字）。"
    return text


def restore_procedure(case_id: str, actor: Actor, version: int | None, code: str) -> None:
    """Put an excluded procedure back; the rules decide again whether it belongs there."""
    with changing(case_id, actor, version, Step.PROCEDURES):
        row = cases.get_procedure(case_id, code)
        row.needed, row.staff_reason = True, ""
        audit.record("case.procedure_restored", actor=actor, case_id=case_id, detail={"procedure": code})
        refresh(case_id, actor)


def set_procedure_state(
    case_id: str,
    actor: Actor,
    version: int | None,
    code: str,
    state: ProcedureState,
    *,
    duplicates_seen: bool = False,
) -> None:
    """How far a procedure has come at the counter (R22).

    Raises Refused where the procedure is not received at this counter (R49), or is a reviewer's now; Invalid for a state
    that is not the counter's to give, and for one that was applied for today already and the clerk has not seen so.
    """
    with changing(case_id, actor, version, Step.PROCEDURES, content=False) as case_row:
        row = _at_the_counter(case_id, code)
        if state not in _OF_THE_COUNTER:
            raise Invalid("操作を選び直してください。")
        if state is ProcedureState.RECEIVED:
            _check_receives(packs.of_case(cases.get_case(case_id)), actor, code)
            duplicates.confirm(case_id, actor, seen=duplicates_seen, code=code)
        reviews.mark(row, state, actor)
        if state in TICKS:
            note_tick(case_row, actor, packs.of_case(cases.get_case(case_id)), code, state, "")
        audit.record(
            "case.procedure_state_changed",
            actor=actor,
            case_id=case_id,
            detail={"procedure": code, "state": state},
        )


_OF_THE_COUNTER = frozenset(
    {
        ProcedureState.NOT_STARTED,
        ProcedureState.PRINTED,
        ProcedureState.RECEIVED,
        ProcedureState.GUIDED,
    }
)


def _at_the_counter(case_id: str, code: str) -> CaseProcedureRow:
    """A line that the counter may change. Raises NotFound, and Refused where it is a reviewer's."""
    row = cases.get_procedure(case_id, code)
    state = ProcedureState(row.state)
    if state in SETTLED:
        raise Refused(
            f"この手続きは「{STATE_WORDS[state]}」です。変えるときは、審査する職員に差し戻してもらってください。"
        )
    if state is ProcedureState.SENT_BACK:
        raise Refused(
            "この手続きは差し戻されています。理由を確かめ、「差戻しに答える」から再提出してください。"
        )
    return row


def _check_receives(pack: ContentPack, actor: Actor, code: str) -> None:
    procedure = pack.procedure_by_code.get(code)
    if procedure is None or is_here(pack, actor.counter, procedure):
        return
    section = pack.section_by_code.get(procedure.section)
    raise Refused(
        f"「{procedure.title}」は、この窓口では受け付けられません。{section.title if section else '担当の窓口'}へ案内してください。"
    )
