"""A random walk of clerks through the city: whatever they do in whatever order, the invariants hold after every step.

Twenty walks of fifty steps on each database, always the same ones. `KAKANAI_WALKS=2000` walks longer, and
`--hypothesis-profile=default` walks elsewhere each time.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    rule,
    run_state_machine_as_test,
)

from app import create_app
from app.config import Settings
from app.documents.renderer import Renderer
from app.domain.authority import Right
from app.domain.releases import LASTS
from tests.conftest import COMPILED, DEMO_PASSWORD, application, settings_for
from tests.integration.walk_comings import Comings
from tests.integration.walk_plan import (
    ACTS,
    LEAPS,
    NAMES,
    PERSONS,
    POSSIBLE,
    REACHED,
    STAGES,
    VISITORS,
)
from tests.integration.walked_city import (
    HOUSEHOLD_OF,
    START,
    PrintedPaper,
    Reception,
    Released,
    Seat,
    WalkedCity,
    prepare_walk_template,
)
from tests.stores import Store

WALKS, STEPS = int(os.environ.get("KAKANAI_WALKS", "20")), 50
few = st.integers(0, 11)
MOST_PAPERS = 2
"""In one walk: printing takes longer than anything else."""


class Walk(Comings):
    """What may happen next, and what has to come of it."""

    store: Store
    folder: Path
    printer: Renderer
    counted: int
    acts: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self._walk = _walk(self.store, self.folder, self.printer)
        self.world: WalkedCity = self._walk.__enter__()
        # Two are there when the day begins: otherwise many walks would be spent before a closed door.
        self.sign_in(0, 0, True)
        self.sign_in(0, 5, True)

    def teardown(self) -> None:
        try:
            self.world.check_at_the_end()
        finally:
            type(self).counted += self.world.steps
            self._walk.__exit__(None, None, None)

    @invariant()
    def everything_holds(self) -> None:
        self.world.check()
        self.world.tick()

    @rule(act=st.sampled_from(ACTS), which=few, other=few, yes=st.booleans())
    def step(self, act: str, which: int, other: int, yes: bool) -> None:
        """One act; another one where it is not possible now."""
        if act in POSSIBLE and not POSSIBLE[act](self.world):
            act = "open_a_case" if other % 2 else "look_at_a_person"
        self.acts[act] += 1
        getattr(self, act)(which, other, yes)

    # Persons -------------------------------------------------------------------------------------------------

    def search(self, which: int, other: int, yes: bool) -> None:
        """By name everybody is found; by the place where he lives only who is not protected."""
        whom = PERSONS[other % len(PERSONS)]
        seat = self.someone(which, Right.FIND_PERSON)
        if seat is None:
            return
        home, browser = HOUSEHOLD_OF[whom], seat.desk.browser
        browser.typed = home if yes else 0
        if yes:
            answer = seat.desk.post("/residents/search/details", building=f"標識荘{home}棟", past="1")
        else:
            answer = seat.desk.post("/residents/search", query=NAMES[whom])
        browser.typed = 0
        if not self.may(seat, Right.FIND_PERSON):
            assert answer.status_code == 403
        elif yes:
            assert (NAMES[whom] in answer.text) == (home not in self.world.flagged)
        else:
            assert NAMES[whom] in answer.text

    def look_at_a_person(self, which: int, other: int, yes: bool) -> None:
        whom, part = PERSONS[other % len(PERSONS)], "/qualifications/arrears" if yes else ""
        seat = self.someone(which, Right.FIND_PERSON)
        if seat:
            answer = seat.desk.get(f"/residents/{self.world.ids[whom]}{part}")
            if not self.may(seat, Right.FIND_PERSON):
                assert answer.status_code == 403
            elif not part:
                assert NAMES[whom] in answer.text

    def flag(self, which: int, other: int, yes: bool) -> None:
        whom = PERSONS[other % len(PERSONS)]
        seat = self.someone(which, Right.FIND_PERSON)
        if seat is None:
            return
        home = HOUSEHOLD_OF[whom]
        answer = seat.desk.post(f"/residents/{self.world.ids[whom]}/protect")
        if not self.may(seat, Right.FIND_PERSON):
            assert answer.status_code == 403
        else:
            assert answer.status_code == (409 if home in self.world.flagged else 303)
            self.reached["flagged"] += home not in self.world.flagged
            self.world.flagged.add(home)

    # Cases ---------------------------------------------------------------------------------------------------

    def open_a_case(self, which: int, other: int, yes: bool) -> None:
        whom = VISITORS[other % len(VISITORS)]
        seat = self.someone(which, Right.RECEIVE)
        if seat is None or len(self.world.cases) > 8:
            return
        fields = {
            "token": f"{len(self.world.cases):032x}",
            "person": self.world.ids[whom],
            "channel": "counter",
        }
        answer = seat.desk.post("/cases", **fields)
        assert answer.status_code == (303 if self.may(seat, Right.RECEIVE) else 403)
        if answer.status_code == 303:
            identity = str(answer.headers["Location"]).rsplit("/", 1)[1]
            stopped = HOUSEHOLD_OF[whom] in self.world.flagged
            self.world.cases.append(Reception(identity, whom, seat.staff, stopped))

    def look_at_a_case(self, which: int, other: int, yes: bool) -> None:
        one = self.world.cases[other % len(self.world.cases)]
        seat = self.someone(which, Right.RECEIVE, one.staff)
        if seat is None:
            return
        answer = seat.desk.get(f"/cases/{one.id}")
        if not self.may(seat, Right.RECEIVE):
            assert answer.status_code == 403
        elif not self.world.may_go_on(one, seat.staff):
            assert NAMES[one.person] not in answer.text
            self.reached["stop seen"] += 1
            assert "取扱注意" in answer.text or "許可された1回の出力" in answer.text
        else:
            assert NAMES[one.person] in answer.text

    def go_on_with_a_case(self, which: int, other: int, yes: bool) -> None:
        """The next stage of a certificate request, up to its paper: allowed to who has it, as long as nothing stops it."""
        one = self.world.cases[-1 if yes else other % len(self.world.cases)]
        seat = self.someone(which, Right.RECEIVE, one.staff)
        while seat and one.stage < len(STAGES) and (one.stage < 3 or len(self.world.papers) < MOST_PAPERS):
            if not self._next_stage(seat, one) or not yes:
                return

    def _next_stage(self, seat: Seat, one: Reception) -> bool:
        answer = STAGES[one.stage](seat, one)
        allowed = self.may(seat, Right.RECEIVE) and self.world.may_go_on(one, seat.staff)
        if not allowed:
            assert answer is None or answer == 403
        elif seat.staff != one.staff:
            assert answer in {None, 403, 409}
        elif "counter" in self.world.held_roles(seat.staff, seat.counter):
            assert answer == 303
        if answer == 303:
            one.stage += 1
            if one.stage == len(STAGES):
                self._paper_made(seat, one)
        return answer == 303

    def _paper_made(self, seat: Seat, one: Reception) -> None:
        found = re.search(rf"/cases/{one.id}/documents/\w+", seat.desk.see(one.id).text)
        assert found
        self.world.papers.append(PrintedPaper(found[0], one, seat.token, self.world.now))
        for released in one.releases:
            if released.staff == seat.staff and not released.document and self.world.now < released.until:
                released.document = self.world.papers[-1].id
                self.reached["paper under a release"] += HOUSEHOLD_OF[one.person] in self.world.flagged

    def open_a_paper(self, which: int, other: int, yes: bool) -> None:
        """Ten minutes, the session that made it, and nobody on it protected since: otherwise not a byte of it."""
        one = self.world.papers[other % len(self.world.papers)]
        seat = self.someone(which, Right.PRINT, one.case.staff)
        if seat is None:
            return
        made = any(
            (r.document, r.staff) == (one.id, seat.staff) and self.world.now < r.until
            for r in one.case.releases
        )
        free = HOUSEHOLD_OF[one.case.person] not in self.world.flagged or made
        own = seat.token == one.token and self.world.now - one.made_at <= timedelta(minutes=10)
        answer = seat.desk.browser.get(one.address)
        if not self.may(seat, Right.PRINT) or not free:
            assert answer.status_code == 403
        else:
            assert answer.status_code == (200 if own else 404)
        assert (answer.mimetype == "application/pdf") == (answer.status_code == 200)
        self.reached[f"paper {answer.status_code}"] += 1

    # Releases ------------------------------------------------------------------------------------------------

    def ask_for_a_release(self, which: int, other: int, yes: bool) -> None:
        one = self.world.cases[other % len(self.world.cases)]
        if yes:
            held = [case for case in self.world.cases if not self.world.may_go_on(case, case.staff)]
            one = held[other % len(held)] if held else one
        seat = self.someone(which, Right.RECEIVE, one.staff)
        if seat is None:
            return
        answer = seat.desk.post(f"/cases/{one.id}/release", reason="self", made_for="")
        if not self.may(seat, Right.RECEIVE):
            assert answer.status_code == 403
            return
        open_to_him = self.world.may_go_on(one, seat.staff)
        assert answer.status_code == (409 if open_to_him else 303)
        if not open_to_him:
            one.stopped, one.asked_by = True, one.asked_by or seat.staff

    def decide_on_a_release(self, which: int, other: int, yes: bool) -> None:
        waiting = [one for one in self.world.cases if one.asked_by]
        one = waiting[other % len(waiting)]
        allow, seat = yes or which < 6, self.someone(which, Right.DECIDE_RELEASE)
        if seat is None:
            return
        with self.world.reading() as read:
            ((release,),) = read(
                f"SELECT id FROM case_release WHERE case_id = '{one.id}' AND state = 'asked'"
            )
        decision = "allow" if allow else "refuse"
        answer = seat.desk.post(f"/release/{release}", decision=decision, password=DEMO_PASSWORD)
        if not self.may(seat, Right.DECIDE_RELEASE) or one.asked_by == seat.staff:
            assert answer.status_code == 403
            return
        assert answer.status_code == 303
        if allow:
            one.releases.append(Released(one.asked_by, self.world.now + LASTS))
            one.stopped = False
        one.asked_by = ""
        self.reached["release allowed" if allow else "release refused"] += 1

    # The night, the clock, the server ------------------------------------------------------------------------

    def import_a_measure(self, which: int, other: int, yes: bool) -> None:
        """A measure (支援措置) comes with the files of the night: he and his household are protected from the switch on."""
        whom = PERSONS[other % len(PERSONS)]
        self.world.imports += 1
        self.world.measured.add(whom)
        assert self.world.import_night()
        self.world.flagged.add(HOUSEHOLD_OF[whom])
        self.reached["measure imported"] += 1

    def import_without_measures(self, which: int, other: int, yes: bool) -> None:
        self.world.refused += 1
        assert not self.world.import_night(measures=False)

    def let_time_pass(self, which: int, other: int, yes: bool) -> None:
        self.world.tick(LEAPS[other % len(LEAPS)])

    def restart(self, which: int, other: int, yes: bool) -> None:
        self.world.restarts += 1
        app = create_app(self.world.app.config["KAKANAI"])
        app.testing, app.jinja_env.bytecode_cache = True, COMPILED
        app.extensions["kakanai_renderer"] = self.printer
        self.world.restart(app)


@contextmanager
def _walk(store: Store, folder: Path, printer: Renderer) -> Iterator[WalkedCity]:
    """A walk at its start, on a copy of the template; the clock stands still but for the steps."""
    with time_machine.travel(START, tick=False) as clock:
        for app in application(store, "walk", lambda url: _settings(folder, url)):
            app.extensions["kakanai_renderer"] = printer
            world = WalkedCity(app, folder, clock)
            try:
                yield world
            finally:
                world.close()


def _settings(folder: Path, url: str) -> Settings:
    # A demo does not start on the code of a real city, which the files of the small city have.
    return replace(settings_for(folder / "instance", url), demo=False)


@pytest.mark.timeout(900)
def test_whatever_happens_the_invariants_hold(store: Store, tmp_path: Path, printer: Renderer) -> None:
    prepare_walk_template(store, tmp_path)

    class Here(Walk):
        counted, reached, acts = 0, Counter(), Counter()

    Here.store, Here.folder, Here.printer = store, tmp_path, printer
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=WALKS, stateful_step_count=STEPS, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    missing = REACHED - set(Here.reached)
    assert Here.counted >= WALKS * STEPS and not missing, (Here.counted, missing, Here.acts)
