"""Releases (解除) and addresses on one paper (住所の印字): the part of the random walk in which a second person decides."""

from __future__ import annotations

from app.domain.authority import Right
from app.domain.releases import LASTS
from tests.conftest import DEMO_PASSWORD
from tests.integration.walk_comings import Comings
from tests.integration.walk_model import HOUSEHOLD_OF, START, PrintedPaper, Reception, Released, Seat
from tests.integration.walk_plan import STAGES


class Releases(Comings):
    """Who asks, who decides, and what then comes onto a paper."""

    def ask_for_a_release(self, which: int, other: int, yes: bool) -> None:
        one = self.world.cases[other % len(self.world.cases)]
        if yes:
            held = [case for case in self.world.cases if not self.world.may_go_on(case, case.staff)]
            held = [case for case in held if case.stage < len(STAGES)] or held
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
            self.took["ask_for_a_release"] += 1

    def decide_on_a_release(self, which: int, other: int, yes: bool) -> None:
        """Of a stop, or of an address; whoever may decide is called when he is not there."""
        waiting = [one for one in self.world.cases if one.asked_by or one.asks_address]
        waiting = [one for one in waiting if one.asks_address] or waiting
        one = waiting[other % len(waiting)]
        seat = self.someone(which, Right.DECIDE_RELEASE)
        if seat is None or not (self.may(seat, Right.DECIDE_RELEASE) or which % 4 == 3):
            seat = self.call("demo-guardian", "main") or seat
        if seat is None:
            return
        address = one.asks_address
        asked_by = one.address.staff if address and one.address else one.asked_by
        allow = other < 9
        which_row = (
            f"case_id = '{one.id}' AND state = 'asked' AND (form <> '') = {'true' if address else 'false'}"
        )
        with self.world.reading() as read:
            release = read(f"SELECT id FROM case_release WHERE {which_row}")[0][0]
        decision = "allow" if allow else "refuse"
        answer = seat.desk.post(f"/release/{release}", decision=decision, password=DEMO_PASSWORD)
        if not self.may(seat, Right.DECIDE_RELEASE) or asked_by == seat.staff:
            assert answer.status_code == 403
            return
        assert answer.status_code == 303
        self.took["decide_on_a_release"] += 1
        self.reached[
            "address allowed" if address and allow else "release allowed" if allow else "release refused"
        ] += 1
        self._decided(one, address, allow)

    def _decided(self, one: Reception, address: bool, allow: bool) -> None:
        until = self.world.now + LASTS
        if address:
            assert one.address
            one.address.waiting = False
            if allow:
                one.address.until = until
                one.releases.append(one.address)
            return
        if allow:
            one.releases.append(Released(one.asked_by, until))
            one.stopped = False
        one.asked_by = ""

    def ask_for_an_address(self, which: int, other: int, yes: bool) -> None:
        """On the paper of a request that lacks nothing else, of the protected visitor himself."""
        found = self.world.at_the_sheet(len(STAGES) - 1)
        going = [one for one in found if self.world.may_go_on(one, one.staff) and one.address is None]
        one = (going or found)[other % len(going or found)]
        seat = self.whose(which, Right.PRINT, one.staff)
        if seat is None:
            return
        version = self.world.version_of(one)
        person = self.world.visitor_of(one)
        answer = seat.desk.post(
            f"/cases/{one.id}/address-release", chosen=f"1:{person}", address_reason="self", version=str(version), made_for=""
        )  # fmt: skip
        if not self.may(seat, Right.PRINT) or not self.world.may_go_on(one, seat.staff):
            assert answer.status_code == 403
        elif seat.staff != one.staff or one.asks_address:
            assert answer.status_code == 409
        else:
            assert answer.status_code == 303
            one.address = Released(seat.staff, START, version=version, waiting=True)
            self.took["ask_for_an_address"] += 1

    def print_with_an_address(self, which: int, other: int, yes: bool) -> None:
        """Once, by who asked, on the case as it was, within ten minutes: otherwise nothing is made."""
        asked = [one for one in self.world.cases if one.address]
        ready = [one for one in asked if one.address and one.address.counts(self.world.now)]
        chosen = ready if ready and yes else asked
        one = chosen[other % len(chosen)]
        assert one.address
        seat = self.whose(which, Right.PRINT, one.address.staff)
        if seat is None:
            return
        version = self.world.version_of(one)
        answer = seat.desk.post(
            f"/cases/{one.id}/address-release/print", version=str(version), duplicates_seen="1", made_for=""
        )
        mine = one.address.staff == seat.staff and one.address.counts(self.world.now)
        if not self.may(seat, Right.PRINT) or not self.world.may_go_on(one, seat.staff):
            assert answer.status_code == 403
        elif seat.staff != one.staff:
            assert answer.status_code == 409
        elif not mine:
            assert answer.status_code == 403
        elif version != one.address.version:
            assert answer.status_code == 409
        else:
            assert answer.status_code == 303
            one.stage = len(STAGES)
            self.took["print_with_an_address"] += 1
            paper = self.paper_made(seat, one)
            self.world.disclosed[paper.address] = HOUSEHOLD_OF[one.person]
        self.reached["address refused"] += answer.status_code in {403, 409}

    def paper_made(self, seat: Seat, one: Reception) -> PrintedPaper:
        """The newest paper of the case: whoever made it has used up what he was allowed."""
        with self.world.reading() as read:
            made = {identity for (identity,) in read(f"SELECT id FROM document WHERE case_id = '{one.id}'")}
        (new,) = made - {paper.id for paper in self.world.papers}
        paper = PrintedPaper(f"/cases/{one.id}/documents/{new}", one, seat.token, self.world.now)
        self.world.papers.append(paper)
        for released in one.releases:
            if released.staff == seat.staff and released.counts(self.world.now):
                released.document = new
                self.reached["paper under a release"] += HOUSEHOLD_OF[one.person] in self.world.flagged
        return paper
