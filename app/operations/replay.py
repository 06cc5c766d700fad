"""Replay of past cases (過去の受付での試行): the lists they would have had under other content, compared with the version in force.

Both contents judge the same facts: those stored with the case, and the register as it is read today. The result names
reception numbers, procedures and rows; nothing known of a person is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from time import monotonic
from typing import Any

from app.data import cases, trials
from app.domain.authority import SYSTEM
from app.domain.case import Case, Kind
from app.domain.content import ContentPack
from app.domain.list_difference import LineChange, Standing, changed_lines, standings, touched_procedures
from app.domain.rules import Need
from app.domain.trials import ReplayTally, Trial, TrialPart, TrialState
from app.operations import packs
from app.operations.navigation import facts_of
from app.operations.single import scoped

READER = replace(SYSTEM, roles=frozenset({"counter"}))
"""Reads what a counter that receives moves may read of the register; what it reads goes into verdicts only."""

CASES_AT_ONCE = 200


class Replay:
    """Judges cases under the version in force and under the content that is tried."""

    def __init__(self, trial: Trial, pack: ContentPack) -> None:
        self._trial = trial
        self._new = pack
        self._old = (
            packs.published(trial.base).pack
            if trial.base is not None
            else replace(pack, procedures=(), rules=())
        )
        self._touched = touched_procedures(self._old, self._new)
        # Facts are read once for both; each pack looks at those it knows.
        others = tuple(one for one in self._old.facts if one.id not in self._new.fact_by_id)
        self._known = replace(self._new, facts=(*self._new.facts, *others))

    def part(self, place: str, until: float) -> TrialPart:
        """Goes on behind a case until the clock (monotonic seconds) says to stop, at least by one case."""
        trial, tally = self._trial, ReplayTally.read(self._trial.tally)
        if not self._touched or trial.since is None or trial.until is None:
            return TrialPart(trial.total - trial.done, place, [], tally.stored(), TrialState.DONE)
        ids = trials.list_case_ids(trial.since, trial.until, trial.asked_at, place, CASES_AT_ONCE)
        lines: list[tuple[str, str, Mapping[str, Any]]] = []
        done = 0
        for case_id in ids:
            lines += self._replay(cases.get_case(case_id), tally)
            done, place = done + 1, case_id
            if monotonic() >= until:
                break
        ended = TrialState.DONE if done == len(ids) < CASES_AT_ONCE else None
        return TrialPart(done, place, lines, tally.stored(), ended)

    def _replay(self, case: Case, tally: ReplayTally) -> list[tuple[str, str, Mapping[str, Any]]]:
        try:
            before, changes = self._compare(case)
        except (KeyError, ValueError):
            # A fact of long ago that no content knows any more: this case tells nothing.
            tally.unread += 1
            return []
        tally.add(case.kind or "", changes, self._is_as_then(case, before))
        return [(case.number, one.procedure, {"event": case.kind, **asdict(one)}) for one in changes]

    def _compare(self, case: Case) -> tuple[dict[str, Standing], list[LineChange]]:
        facts = facts_of(case, self._known, READER)
        codes = self._touched
        if case.kind is Kind.SINGLE:
            # Only what was wished for is judged there.
            codes &= {one.code for pack in (self._old, self._new) for one in scoped(case, pack).procedures}
        before = standings(self._old, facts, case.received_on, codes)
        after = standings(self._new, facts, self._trial.judged_on or case.received_on, codes)
        return before, changed_lines(self._old, self._new, before, after)

    def _is_as_then(self, case: Case, before: Mapping[str, Standing]) -> bool:
        """Whether the version in force still gives the lines that the rules gave then, as far as they are compared."""
        if case.kind is Kind.SINGLE:
            return True  # the wish made the list, not the rules
        then = {line.code for line in case.procedures if line.origin == "rule"} & self._touched
        return then == {code for code, one in before.items() if one.need is Need.NEEDED}
