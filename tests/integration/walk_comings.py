"""Signing in and out, counters and roles: the part of the random walk that decides who may do what."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis.stateful import RuleBasedStateMachine

from app.domain.authority import Right
from tests.conftest import DEMO_PASSWORD
from tests.integration.walk_model import Seat
from tests.integration.walk_plan import PAGES, PLACES
from tests.integration.walked_city import WalkedCity


class Comings(RuleBasedStateMachine):
    """Who is where, and what that lets him do. An act takes three draws and makes of them what it needs.

    What was really done by it, and not only tried, is counted in ``took``.
    """

    world: WalkedCity
    reached: Counter[str]
    took: Counter[str]

    def someone(self, which: int, right: Right | None = None, staff: str = "") -> Seat | None:
        """One of those who are signed in, mostly one who may do it; None when he turns out to be signed out by now."""
        working = self.world.working()
        fitting = [seat for seat in working if right is None or self.may(seat, right)]
        named = [seat for seat in fitting if seat.staff == staff]
        chosen = working if which % 4 == 3 else named or fitting or working
        seat = chosen[which % len(chosen)] if chosen else None
        return seat if seat and self.world.arrive(seat) else None

    def whose(self, which: int, right: Right, staff: str) -> Seat | None:
        """Mostly the one whose work it is, who is called when he is not there; otherwise anybody."""
        places = [counter for who, counter in PLACES if who == staff]
        here = any(seat.staff == staff for seat in self.world.working())
        if which % 4 == 3 or here or not places:
            return self.someone(which, right, staff)
        return self.call(staff, places[0])

    def may(self, seat: Seat, right: Right) -> bool:
        return right in self.world.rights(seat)

    def sign_in(self, which: int, other: int, yes: bool) -> None:
        world, (staff, counter) = self.world, PLACES[other % len(PLACES)]
        seat = next((one for one in world.seats if not one.staff), None)
        if seat is None:
            return
        self.sit_down(seat, staff, counter)

    def sit_down(self, seat: Seat, staff: str, counter: str) -> bool:
        """Somebody signs in at a free seat; whether he was let in."""
        world, before = self.world, seat.token
        if self.nearly_locked(staff):
            return False
        answer = world.try_sign_in(seat, staff, counter, DEMO_PASSWORD)
        allowed = bool(world.held_roles(staff, counter) and not self.shut(seat, staff))
        assert (answer == 303) == allowed
        if not allowed:
            world.failures.append((staff, seat.number, world.now))
            return False
        assert seat.token not in {"", before}, "the session is still that of before the sign-in"
        world.seat_taken(seat, staff, counter)
        seat.desk.token = world.form_token(seat)
        world.failures = [one for one in world.failures if one[:2] != (staff, seat.number)]
        self.took["sign_in"] += 1
        return True

    def call(self, staff: str, counter: str) -> Seat | None:
        """Somebody is asked to come: to a free seat, or to that of who has been quiet longest."""
        here = next(
            (seat for seat in self.world.working() if (seat.staff, seat.counter) == (staff, counter)), None
        )
        if here is not None and self.world.arrive(here):
            return here
        free = [seat for seat in self.world.seats if not seat.staff]
        seat = free[0] if free else min(self.world.working(), key=lambda one: one.used)
        if seat.staff and self.world.arrive(seat):
            self.sign_out_at(seat)
        return seat if self.sit_down(seat, staff, counter) else None

    def shut(self, seat: Seat, staff: str) -> bool:
        since = self.world.now - timedelta(minutes=15)
        return sum(one[:2] == (staff, seat.number) and one[2] >= since for one in self.world.failures) >= 5

    def nearly_locked(self, staff: str) -> bool:
        """Whether one more failure might lock him out for the day, which only an administrator ends."""
        return sum(one[0] == staff for one in self.world.failures) >= 10

    def sign_in_wrongly(self, which: int, other: int, yes: bool) -> None:
        place = PLACES[other % len(PLACES)]
        seat = self.world.seats[which % len(self.world.seats)]
        if not seat.staff and not self.nearly_locked(place[0]):
            assert self.world.try_sign_in(seat, *place, "not the password of anybody") == 422
            self.world.failures.append((place[0], seat.number, self.world.now))
            self.took["sign_in_wrongly"] += 1

    def sign_out(self, which: int, other: int, yes: bool) -> None:
        seat = self.someone(which)
        if seat and len(self.world.working()) > 1:
            self.sign_out_at(seat)
            self.took["sign_out"] += 1

    def sign_out_at(self, seat: Seat) -> None:
        self.world.dead.append(seat.token)
        assert seat.desk.post("/logout").headers["Location"] == "/login"
        seat.leave()

    def be_displaced(self, which: int, other: int, yes: bool) -> None:
        """Somebody signs in at a second PC."""
        free = next((seat for seat in self.world.seats if not seat.staff), None)
        working = self.world.working()
        if free and working:
            one = working[which % len(working)]
            held, dead = one.staff, len(self.world.dead)
            if self.sit_down(free, one.staff, one.counter):
                assert one.staff != held and len(self.world.dead) > dead
                self.took["be_displaced"] += 1

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
            self.took["switch_counter"] += 1
            seat.desk.token = self.world.form_token(seat)

    def send_a_form_of_before(self, which: int, other: int, yes: bool) -> None:
        seat, form = self.world.stale[which % len(self.world.stale)]
        if seat.staff and self.world.arrive(seat) and form != seat.desk.token:
            fields = {"csrf_token": form, "token": "0" * 32, "person": "", "channel": "counter"}
            assert seat.desk.browser.post("/cases", data=fields).status_code == 409
            self.took["send_a_form_of_before"] += 1

    def use_a_token_of_before(self, which: int, other: int, yes: bool) -> None:
        assert not self.world.somebody_with(self.world.dead[which % len(self.world.dead)])
        self.took["use_a_token_of_before"] += 1

    def take_a_role_away(self, which: int, other: int, yes: bool) -> None:
        rows = sorted(self.world.assigned)
        row = rows[which % len(rows)]
        if row[0] != "demo-counter" or which % 3 == 0:
            self.world.assign(row, given=False)
            self.world.taken_away.append(row)
            self.took["take_a_role_away"] += 1

    def give_a_role_back(self, which: int, other: int, yes: bool) -> None:
        self.world.assign(self.world.taken_away.pop(which % len(self.world.taken_away)), given=True)
        self.took["give_a_role_back"] += 1

    def look_at_a_page(self, which: int, other: int, yes: bool) -> None:
        page = sorted(PAGES)[other % len(PAGES)]
        seat = self.someone(which)
        if seat:
            wanted = 200 if PAGES[page] & self.world.rights(seat) else 403
            assert seat.desk.browser.get(page).status_code == wanted, (page, seat.staff, seat.counter)
            self.took["look_at_a_page"] += 1
