"""A random walk of clerks through the city: whatever they do in whatever order, the invariants hold after every step.

Eight walks of two hundred and fifty steps on each database, always the same ones. `KAKANAI_WALKS=100` walks longer, and
`--hypothesis-profile=default` walks elsewhere each time.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app import create_app
from app.documents.renderer import Renderer
from app.domain.authority import Right
from tests.conftest import COMPILED
from tests.integration.walk_model import HOUSEHOLD_OF, Reception, Seat
from tests.integration.walk_plan import (
    ACTS,
    LEAPS,
    LEAST,
    MOST_PAPERS,
    NAMES,
    PERSONS,
    POSSIBLE,
    REACHED,
    STAGES,
    VISITORS,
    pressing,
)
from tests.integration.walk_releases import Releases
from tests.integration.walked_city import Reader, WalkedCity, prepare_walk_template, walk
from tests.stores import Store

WALKS, STEPS = int(os.environ.get("KAKANAI_WALKS", "8")), 250


class Walk(Releases):
    """What may happen next, and what has to come of it."""

    store: Store
    folder: Path
    printer: Renderer
    counted: int

    def __init__(self) -> None:
        super().__init__()
        self._walk = walk(self.store, self.folder, self.printer)
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

    @initialize(seed=st.integers(0, 2**64 - 1))
    def begin(self, seed: int) -> None:
        """One draw decides the whole walk: of many draws Hypothesis likes to repeat some, and walks became marches on the spot."""
        self.chance = Random(seed)

    @rule()
    def step(self) -> None:
        """One of the acts that are possible now."""
        chance = self.chance
        possible = [one for one in ACTS if one not in POSSIBLE or POSSIBLE[one](self.world)]
        hurry = pressing(self.world) if chance.random() < 0.75 else []
        chosen = chance.choice(hurry or possible)
        which, other, yes = chance.randrange(12), chance.randrange(12), chance.random() < 0.5
        getattr(self, chosen)(which, other, yes)

    # Persons -------------------------------------------------------------------------------------------------

    def search(self, which: int, other: int, yes: bool) -> None:
        """By name everybody is found; by the place where he lives only who is not protected."""
        whom = PERSONS[other % len(PERSONS)]
        seat = self.someone(which, Right.FIND_PERSON)
        if seat is None:
            return
        home, browser = HOUSEHOLD_OF[whom], seat.desk.browser
        assert isinstance(browser, Reader)
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
        self.took["search"] += answer.status_code == 200

    def look_at_a_person(self, which: int, other: int, yes: bool) -> None:
        whom, part = PERSONS[other % len(PERSONS)], "/qualifications/arrears" if yes else ""
        seat = self.someone(which, Right.FIND_PERSON)
        if seat:
            answer = seat.desk.get(f"/residents/{self.world.ids[whom]}{part}")
            if not self.may(seat, Right.FIND_PERSON):
                assert answer.status_code == 403
            elif not part:
                assert NAMES[whom] in answer.text
            self.took["look_at_a_person"] += answer.status_code == 200

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
            self.took["flag"] += home not in self.world.flagged
            self.world.flagged.add(home)

    # Cases ---------------------------------------------------------------------------------------------------

    def open_a_case(self, which: int, other: int, yes: bool) -> None:
        whom = VISITORS[other % len(VISITORS)]
        seat = self.someone(which, Right.RECEIVE)
        if seat is None:
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
            self.took["open_a_case"] += 1

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
        self.took["look_at_a_case"] += answer.status_code == 200

    def go_on_with_a_case(self, which: int, other: int, yes: bool) -> None:
        """The next stage of a certificate request, up to its paper: allowed to who has it, as long as nothing stops it."""
        going = self.world.to_go_on_with(len(STAGES), MOST_PAPERS)
        released = [one for one in going if one.releases and self.world.may_go_on(one, one.staff)]
        one = (released or going)[other % len(released or going)]
        seat = self.whose(which, Right.RECEIVE, one.staff)
        # Who stands before the sheet of a protected person mostly stops there: there his address is asked for.
        last = len(STAGES) - (bool(released) and other % 4 != 0)
        at_once = yes or bool(released)
        while seat and one.stage < last and one in self.world.to_go_on_with(len(STAGES), MOST_PAPERS):
            if not self._next_stage(seat, one) or not at_once:
                return

    def _next_stage(self, seat: Seat, one: Reception) -> bool:
        answer = STAGES[one.stage](seat, one)
        allowed = self.may(seat, Right.RECEIVE) and self.world.may_go_on(one, seat.staff)
        if not allowed:
            assert answer == 403
        elif seat.staff != one.staff:
            assert answer in {403, 409}
        elif "counter" in self.world.held_roles(seat.staff, seat.counter):
            assert answer == 303
        if answer == 303:
            one.stage += 1
            self.took["go_on_with_a_case"] += 1
            if one.stage == len(STAGES):
                self.paper_made(seat, one)
        return answer == 303

    def open_a_paper(self, which: int, other: int, yes: bool) -> None:
        """Ten minutes, the session that made it, and nobody on it protected since: otherwise not a byte of it."""
        one = self.world.papers[-1 if yes else other % len(self.world.papers)]
        seat = self.someone(which, Right.PRINT, one.case.staff)
        if seat is None:
            return
        mine = [r.document for r in one.case.releases if r.staff == seat.staff and self.world.now < r.until]
        free = HOUSEHOLD_OF[one.case.person] not in self.world.flagged or bool({"", one.id} & {*mine})
        # Where an address stands on it, only the release it was made under opens it.
        under = one.address not in self.world.disclosed or one.id in mine
        own = seat.token == one.token and self.world.now - one.made_at <= timedelta(minutes=10)
        answer = seat.desk.browser.get(one.address)
        if not self.may(seat, Right.PRINT) or not free:
            assert answer.status_code == 403
        else:
            assert answer.status_code == (200 if own and under else 404)
        assert (answer.mimetype == "application/pdf") == (answer.status_code == 200)
        self.reached[f"paper {answer.status_code}"] += 1
        self.reached["address read"] += answer.status_code == 200 and one.address in self.world.disclosed
        self.took["open_a_paper"] += 1

    # The night, the clock, the server ------------------------------------------------------------------------

    def import_a_measure(self, which: int, other: int, yes: bool) -> None:
        """A measure (支援措置) comes with the files of the night: he and his household are protected from the switch on."""
        whom = PERSONS[other % len(PERSONS)]
        self.world.imports += 1
        self.world.measured.add(whom)
        assert self.world.import_night()
        self.world.flagged.add(HOUSEHOLD_OF[whom])
        self.took["import_a_measure"] += 1

    def import_without_measures(self, which: int, other: int, yes: bool) -> None:
        self.world.refused += 1
        assert not self.world.import_night(measures=False)
        self.took["import_without_measures"] += 1

    def let_time_pass(self, which: int, other: int, yes: bool) -> None:
        self.world.tick(LEAPS[other % len(LEAPS)])
        self.took["let_time_pass"] += 1

    def restart(self, which: int, other: int, yes: bool) -> None:
        self.world.restarts += 1
        app = create_app(self.world.app.config["KAKANAI"])
        app.testing, app.jinja_env.bytecode_cache = True, COMPILED
        app.extensions["kakanai_renderer"] = self.printer
        self.world.restart(app)
        self.took["restart"] += 1


@pytest.mark.timeout(900)
def test_whatever_happens_the_invariants_hold(store: Store, tmp_path: Path, printer: Renderer) -> None:
    prepare_walk_template(store, tmp_path)

    class Here(Walk):
        counted, reached, took = 0, Counter(), Counter()

    Here.store, Here.folder, Here.printer = store, tmp_path, printer
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=WALKS, stateful_step_count=STEPS, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    done = Here.took + Here.reached
    seldom = {name: done[name] for name, least in (LEAST | REACHED).items() if done[name] < least}
    assert Here.counted >= WALKS * STEPS and not seldom, (Here.counted, seldom, done)
