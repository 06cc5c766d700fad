"""A case as everyone with authority may read it, whoever works on it: what it is about, how far it is, who has it."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import cases, corrections, handovers, staff
from app.data.corrections import Correction
from app.domain.authority import Actor
from app.domain.case import Case, CaseProcedure, State
from app.domain.content import ContentPack, Procedure
from app.domain.handovers import Handover, HandoverState, Progress, Tick
from app.operations import holders, packs
from app.operations.holding import may_resume
from app.operations.resuming import may_hold
from app.operations.route import counter_of, in_route_order
from app.operations.ticks import is_own, progress_of


@dataclass(frozen=True)
class OverviewLine:
    """A procedure with the counter it belongs to and what was said about it; ``own``: this counter ticks it."""

    line: CaseProcedure
    procedure: Procedure
    counter: str
    names: tuple[str, ...]
    tick: Tick | None
    ticked_by: str
    handed_to: str
    own: bool


@dataclass(frozen=True)
class Overview:
    """A case with its hands: who has it, what was handed where, which version is valid."""

    case: Case
    pack: ContentPack
    lines: tuple[OverviewLine, ...]
    progress: Progress
    holder: str
    since: str
    is_mine: bool
    may_resume: bool
    may_take_over: bool
    may_correct: bool
    handovers: tuple[Handover, ...]
    staff_names: dict[str, str]
    counters: dict[str, str]
    replaced_by: str | None
    correction: Correction | None
    corrects: str
    corrections: tuple[tuple[Correction, str, State], ...]
    continues: str

    @property
    def is_under_way(self) -> bool:
        return self.case.state in {State.OPEN, State.SUSPENDED}

    @property
    def own_lines(self) -> tuple[OverviewLine, ...]:
        return tuple(one for one in self.lines if one.own)

    @property
    def may_tick(self) -> bool:
        return self.is_under_way or (self.case.state is State.CLOSED and self.replaced_by is None)


def read_overview(case: Case, actor: Actor) -> Overview:
    """Everything of it, read once. The case was released to the actor before (`cases.show`)."""
    pack = packs.of_case(case)
    counters = dict(staff.list_counters())
    handed = handovers.list_of_case(case.id)
    ticks = handovers.last_ticks(case.id)
    made = tuple(
        (one, found.number, found.state)
        for one in corrections.list_of(case.id)
        for found in [cases.get_case(one.case_id)]
    )
    correction = corrections.get(case.id)
    people = {case.held_by, case.opened_by} | {tick.by for tick in ticks.values()}
    people |= {name for one in handed for name in (one.from_staff, one.answered_by) if name}
    names = staff.list_staff_names(people)
    holds = may_hold(case, actor)
    replaced = corrections.replaced_by(case.id)
    under_way = case.state in {State.OPEN, State.SUSPENDED}
    pending = any(
        one.decided_at is None and state in {State.OPEN, State.SUSPENDED, State.AWAITING}
        for one, _number, state in made
    )
    return Overview(
        case=case, pack=pack, lines=_lines(case, pack, actor, ticks, handed, names, counters),
        progress=progress_of(case, pack), holder=holders.staff_text(case.held_by, case.counter),
        since=holders.moment_text(case.held_since or case.opened_at), is_mine=case.held_by == actor.staff_id,
        may_resume=may_resume(case, actor) and case.state is State.SUSPENDED,
        may_take_over=holds and under_way and not (case.held_by == actor.staff_id and case.state is State.OPEN),
        may_correct=holds and case.state is State.CLOSED and replaced is None and not pending,
        handovers=handed, staff_names=names, counters=counters, replaced_by=replaced, correction=correction,
        corrects=cases.get_case(correction.corrects).number if correction else "", corrections=made,
        continues=cases.get_case(case.continues).number if case.continues else "",
    )  # fmt: skip


def _lines(
    case: Case,
    pack: ContentPack,
    actor: Actor,
    ticks: dict[str, Tick],
    handed: tuple[Handover, ...],
    names: dict[str, str],
    counters: dict[str, str],
) -> tuple[OverviewLine, ...]:
    found = {
        line.code: line for line in case.procedures if line.needed and line.code in pack.procedure_by_code
    }
    people = {person.id: person.name for person in case.persons}
    waiting = {
        one.procedure: counters.get(one.to_counter, one.to_counter)
        for one in reversed(handed)
        if one.procedure and one.state in {HandoverState.WAITING, HandoverState.ACCEPTED}
    }
    lines = []
    for procedure in in_route_order(pack, case.counter, [pack.procedure_by_code[code] for code in found]):
        tick = ticks.get(procedure.code)
        own = is_own(pack, case, actor, procedure) and not procedure.automatic
        lines.append(
            OverviewLine(
                found[procedure.code], procedure, _counter(pack, case, procedure, counters),
                tuple(people[one] for one in found[procedure.code].people if one in people), tick,
                f"{names.get(tick.by, tick.by)}・{holders.moment_text(tick.at)}" if tick else "",
                waiting.get(procedure.code, ""), own,
            )
        )  # fmt: skip
    return tuple(lines)


def _counter(pack: ContentPack, case: Case, procedure: Procedure, counters: dict[str, str]) -> str:
    """The title of the counter a procedure belongs to."""
    if procedure.automatic:
        return ""
    if procedure.place == "here":
        return counters.get(case.counter, case.counter)
    code = counter_of(pack, procedure.section)
    section = pack.section_by_code.get(procedure.section)
    return counters.get(code, "") if code else (section.title if section else "")
