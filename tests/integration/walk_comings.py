"""Signing in and out, counters and roles: the part of the random walk that decides who may do what."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis.stateful import RuleBasedStateMachine

from app.domain.authority import Right
from tests.conftest import DEMO_PASSWORD
from tests.desk import hidden
from tests.integration.walk_plan import PAGES, PLACES
from tests.integration.walked_city import Seat, WalkedCity


class Comings(RuleBasedStateMachine):
    """Who is where, and what that lets him do. An act takes three draws and makes of them what it needs."""

    world: WalkedCity
    reached: Counter[str]

    def someone(self, which: int, right: Right | None = None, staff: str = "") -> Seat | None:
        """One of those who are signed in, mostly one who may do it; None when he turns out to be signed out by now."""
        working = self.world.working()
        fitting = [seat for seat in working if right is None or self.may(seat, right)]
        named = [seat for seat in fitting if seat.staff == staff]
        chosen = working if which % 4 == 3 else named or fitting or working
        seat = chosen[which % len(chosen)] if chosen else None
        return seat if seat and self.world.arrive(seat) else None

    def may(self, seat: Seat, right: Right) -> bool:
        return right in self.world.rights(seat)

    def sign_in(self, which: int, other: int, yes: bool) -> None:
        world, (staff, counter) = self.world, PLACES[other % len(PLACES)]
        seat = next((one for one in world.seats if not one.staff), None)
        if seat is None:
            return
        answer = seat.desk.try_sign_in(staff, counter, DEMO_PASSWORD)
        assert (answer.status_code == 303) == bool(
            world.held_roles(staff, counter) and not self.shut(seat, staff)
        )
        if answer.status_code == 303:
            world.seat_taken(seat, staff, counter)
            seat.desk.token = hidden(seat.desk.browser.get("/"), "csrf_token")
            world.failures = [one for one in world.failures if one[:2] != (staff, seat.number)]
        else:
            world.failures.append((staff, seat.number, world.now))

    def shut(self, seat: Seat, staff: str) -> bool:
        since = self.world.now - timedelta(minutes=15)
        return sum(one[:2] == (staff, seat.number) and one[2] >= since for one in self.world.failures) >= 5

    def sign_in_wrongly(self, which: int, other: int, yes: bool) -> None:
        place = PLACES[other % len(PLACES)]
        seat = self.world.seats[which % len(self.world.seats)]
        if not seat.staff:
            assert seat.desk.try_sign_in(*place, "not the password of anybody").status_code == 422
            self.world.failures.append((place[0], seat.number, self.world.now))

    def sign_out(self, which: int, other: int, yes: bool) -> None:
        seat = self.someone(which)
        if seat and len(self.world.working()) > 1:
            self.world.dead.append(seat.token)
            assert seat.desk.post("/logout").headers["Location"] == "/login"
            seat.leave()

    def be_displaced(self, which: int, other: int, yes: bool) -> None:
        """Somebody signs in at a second PC."""
        place = PLACES[other % len(PLACES)]
        free = next((seat for seat in self.world.seats if not seat.staff), None)
        if free and any(seat.staff == place[0] for seat in self.world.seats):
            self.sign_in(which, other, yes)

    def switch_counter(self, which: int, other: int, yes: bool) -> None:
        counter = ("main", "taimei", "tax")[other % 3]
        seat = self.someone(which)
        if seat is None:
            return
        before, form = seat.token, seat.desk.token
        answer = seat.desk.post("/counter", counter=counter, open_cases="keep")
        own = bool(self.world.held_roles(seat.staff, counter))
        assert answer.status_code == (303 if own else 403)
        if own:
            assert seat.token != before
            self.world.dead.append(before)
            self.world.stale.append((seat, form))
            seat.counter = counter
            self.reached["counter switched"] += 1
            seat.desk.token = hidden(seat.desk.browser.get("/"), "csrf_token")

    def send_a_form_of_before(self, which: int, other: int, yes: bool) -> None:
        seat, form = self.world.stale[which % len(self.world.stale)]
        if seat.staff and self.world.arrive(seat) and form != seat.desk.token:
            fields = {"csrf_token": form, "token": "0" * 32, "person": "", "channel": "counter"}
            assert seat.desk.browser.post("/cases", data=fields).status_code == 409
            self.reached["old form refused"] += 1

    def use_a_token_of_before(self, which: int, other: int, yes: bool) -> None:
        assert not self.world.somebody_with(self.world.dead[which % len(self.world.dead)])
        self.reached["old token refused"] += 1

    def take_a_role_away(self, which: int, other: int, yes: bool) -> None:
        rows = sorted(self.world.assigned)
        row = rows[which % len(rows)]
        if row[0] != "demo-counter" or which % 3 == 0:
            self.world.assign(row, given=False)
            self.world.taken_away.append(row)

    def give_a_role_back(self, which: int, other: int, yes: bool) -> None:
        self.world.assign(self.world.taken_away.pop(which % len(self.world.taken_away)), given=True)

    def look_at_a_page(self, which: int, other: int, yes: bool) -> None:
        page = sorted(PAGES)[other % len(PAGES)]
        seat = self.someone(which)
        if seat:
            wanted = 200 if PAGES[page] & self.world.rights(seat) else 403
            assert seat.desk.browser.get(page).status_code == wanted, (page, seat.staff, seat.counter)
