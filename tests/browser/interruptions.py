"""What comes between a clerk and his case: the power, the end of his session, a colleague, the browser's own buttons."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, settled
from tests.browser.walking import CONTENT, HOME, IDENTITY, KIND, LIST, QUESTIONS, Walk, WholeCase

Interruption = Callable[[Walk, str, str], str | None]
_DECIDES = re.compile("changed_on|one$|included-|relationship-")
WITHIN_PRINTING = 250
"""Milliseconds after the key that prints: somewhere between the request and the stored paper."""


class Interruptions:
    """By the word of the table. ``colleague`` opens a window of the second clerk."""

    def __init__(
        self, server: Server, sign_in: Callable[[Page], None], colleague: Callable[[], Page]
    ) -> None:
        self._server, self._sign_in, self._colleague = server, sign_in, colleague

    def of(self, case: WholeCase) -> Interruption:
        """What befalls a case; a booking is put aside until its visitor comes."""
        word = "booking" if case.is_booked else case.interrupted
        found: dict[str, Interruption] = {
            "": lambda *_: None, "kill": self.kill, "logout": self.logout, "second clerk": self.second_clerk,
            "back": self.back, "reload": self.reload, "booking": self.booking,
        }  # fmt: skip
        return found[word]

    def kill(self, walk: Walk, step: str, when: str) -> str | None:
        """The server dies while a step is sent, and while the paper is made."""
        page = walk.page
        if (step, when) == (CONTENT, "typed"):
            self._server.kill()
            walk.press("F12")
            page.get_by_text("サーバーにつながりません。入力は残っています").wait_for()
            self._server.start()
        elif (step, when) == (LIST, "arrived"):
            case = walk.case_id()
            walk.press("F9")
            page.wait_for_timeout(WITHIN_PRINTING)
            self._server.kill()
            # Left open, the page would send by itself what it has, in the middle of what follows.
            page.goto("about:blank")
            self._server.start()
            page.goto(f"/cases/{case}")
            return walk.arrive()
        return None

    def logout(self, walk: Walk, step: str, when: str) -> str | None:
        """In the middle of the request, and back through the list on the home screen."""
        if step != CONTENT:
            return None
        page, number = walk.page, walk.number()
        kept = page.locator("table#lines input.copies").count()
        page.get_by_role("button", name="ログアウト").press("Enter")
        page.wait_for_url("**/login")
        self._sign_in(page)
        page.get_by_role("button", name=f"再開する：{number}").press("Enter")
        assert walk.arrive(HOME) == CONTENT
        assert page.locator("table#lines input.copies").count() == kept
        return None

    def second_clerk(self, walk: Walk, step: str, when: str) -> str | None:
        """A colleague takes the case over with what was typed; the first is told, and writes nothing any more."""
        if (step, when) != (CONTENT, "typed"):
            return None
        self._kept(walk)
        first, address, number = walk.page, walk.page.url, walk.number()
        walk.page = self._colleague()
        walk.page.goto(address)
        take = walk.page.get_by_role("button", name="引き取る")
        assert number in walk.page.inner_text("main")
        take.press("Enter")
        assert walk.arrive() == CONTENT
        first.keyboard.press("F12")
        expect(first.get_by_role("main")).to_contain_text("引き取りました")
        first.goto("/")
        return None

    def booking(self, walk: Walk, step: str, when: str) -> str | None:
        """All is typed before anybody has come; opened from the list of bookings when he stands there."""
        if (step, when) != (CONTENT, "typed"):
            return None
        if not walk.case.is_request:
            self._kept(walk)
        number = walk.number()
        assert walk.leave("Alt+q") == HOME
        walk.press("Alt+l")
        walk.page.get_by_role("button", name=f"受付を開く：{number}").press("Enter")
        assert walk.arrive("/予約の一覧") == IDENTITY
        walk.put("document", "my_number_card")
        assert walk.leave() == CONTENT
        return None

    def back(self, walk: Walk, step: str, when: str) -> str | None:
        """Back to the screen before and on again: sent a second time where that is the way on, otherwise looked at."""
        if when == "typed" or step in {IDENTITY, CONTENT}:
            return None
        page, here = walk.page, walk.shown
        page.go_back()
        before = walk.arrive(here)
        if (before, step) in {(IDENTITY, KIND), (CONTENT, QUESTIONS)}:
            assert walk.leave() == step
        else:
            there = walk.shown
            page.go_forward()
            assert walk.arrive(there) == step
        return None

    def reload(self, walk: Walk, step: str, when: str) -> str | None:
        """At every step, with what was typed still there."""
        page = walk.page
        if when == "typed" and step == CONTENT:
            self._kept(walk)
        elif when == "typed":
            return None
        before = page.evaluate(_TYPED)
        page.reload()
        assert walk.arrive() == step
        if when == "typed":
            assert page.evaluate(_TYPED) == before
        return None

    def _kept(self, walk: Walk) -> None:
        """The day, who is chosen and how each stands to the householder have been saved beside the step."""
        settled(walk.page)
        shown = walk.page.evaluate(_TYPED)
        typed = {name: text for name, text in shown.items() if _DECIDES.match(name)}.items()
        database = self._server.site.database.removeprefix("sqlite:///")
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            with sqlite3.connect(database, timeout=30) as city:
                rows = city.execute(
                    "SELECT value FROM case_fact WHERE case_id = ? AND name = 'draft.content'",
                    (walk.case_id(),),
                ).fetchall()
            if any(typed <= json.loads(value).items() for (value,) in rows):
                return
            time.sleep(0.05)
        raise AssertionError("what was typed was not saved")


_TYPED = """() => Object.fromEntries([...new FormData(document.getElementById("step") ?? document.createElement("form"))]
  .filter(([name]) => !/token|version|made_for|^step$/.test(name)))"""
