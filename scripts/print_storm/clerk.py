"""A clerk of the storm: takes receptions, prints without a pause, and does everything one should not do."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import random
import re
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from print_storm.papers import FOREIGN, Asked, faults_of
from print_storm.people import marks_of, new_name
from print_storm.stage import COUNTER, Household, Stage
from print_storm.tally import Tally
from tests.desk import Answer, Desk, hidden
from tests.http import HttpAnswer, HttpBrowser

GONE = (OSError, http.client.HTTPException)
CERTIFICATES, MOVES = 2, 1
"""Receptions a clerk keeps open at once, as tabs."""
OPENS_A_MOVE = 0.1
PRINTS_PER_RECEPTION = 40
AS_PRINTED = "reprint as_printed"
_MADE = re.compile(r'src="/cases/(\w+)/documents/([^"#/]+)')
_PAGES = re.compile(r"帳票 \d+種類・(\d+)ページ")


class Lost(Exception):
    """The reception or the session cannot be gone on with; the clerk begins another."""


class Browser(HttpBrowser):
    """Sends each request to another of the servers, as behind a balancer."""

    def __init__(self, stage: Stage, rng: random.Random) -> None:
        super().__init__(0)
        self._stage, self._rng = stage, rng

    def _ask(self, method: str, path: str, body: bytes | None) -> HttpAnswer:
        for attempt in range(8):
            self.port = self._stage.port(self._rng.random())
            try:
                return super()._ask(method, path, body)
            except GONE:
                # What was only looked at is asked again; what was sent may have been done.
                if method == "POST" and attempt == 0:
                    raise
        raise Lost("no server answers")


@dataclass
class Reception:
    """A reception as its clerk knows it."""

    case: str
    number: str
    allowed: frozenset[str]
    must: frozenset[str]
    moves: bool
    clerk: str
    version: str = ""
    latest: str = ""
    identity: str = ""
    prints: int = 0
    ticked: list[str] = field(default_factory=list)


class Clerk(threading.Thread):
    """Works until the storm is over."""

    def __init__(self, stage: Stage, tally: Tally, user: str, seed: int, desk_pool: list[Reception]) -> None:
        super().__init__(name=user, daemon=True)
        self.stage, self.tally, self.user = stage, tally, user
        self.rng = random.Random(seed)  # noqa: S311 - a storm that can be repeated
        self.browser = Browser(stage, self.rng)
        self.desk = Desk(self.browser)
        self.open: list[Reception] = []
        self.everybody = desk_pool
        self.households = stage.households

    def run(self) -> None:
        """Sign in, and act; whatever goes wrong on the way is no paper, and work goes on."""
        signed_in = False
        while not self.tally.is_over:
            try:
                if not signed_in:
                    self.browser.cookies.clear()
                    self.desk.sign_in(self.user, COUNTER)
                    signed_in = True
                self._act()
            except Lost as why:
                self.tally.give_up(str(why))
                self._forget()
            except GONE:
                self.tally.refuse("server gone")
            except AssertionError as why:
                self.tally.give_up(str(why).split("<")[0].split(":")[0] or "answer 500")
                self._forget()
                signed_in = self._is_signed_in()

    def _is_signed_in(self) -> bool:
        try:
            return self.browser.get("/").status_code == 200
        except (Lost, *GONE):
            return True

    def _forget(self) -> None:
        if self.open:
            self.open.pop(self.rng.randrange(len(self.open)))

    def _act(self) -> None:
        certificates = [one for one in self.open if not one.moves]
        moves = [one for one in self.open if one.moves]
        if len(certificates) < CERTIFICATES:
            self._open_certificate()
        elif len(moves) < MOVES and self.rng.random() < OPENS_A_MOVE:
            self._open_move()
        reception = self.rng.choice([one for one in self.open if one.moves] or self.open) if (
            self.rng.random() < 0.35
        ) else self.rng.choice(self.open)  # fmt: skip
        weighted: tuple[tuple[int, Callable[[Reception], None]], ...] = (
            (60, self._print), (10, self._print_again), (4, self._print_twice), (4, self._go_back), (4, self._two_tabs),
            (4, self._fetch_foreign), (3, self._abort), (5, self._edit_another),
        )  # fmt: skip
        act = self.rng.choices([one for _weight, one in weighted], [weight for weight, _one in weighted])[0]
        act(reception)
        if reception.prints > PRINTS_PER_RECEPTION and reception in self.open:
            self.open.remove(reception)

    def _add(self, reception: Reception) -> None:
        self.open.append(reception)
        self.everybody.append(reception)
        if len(self.everybody) > 400:
            del self.everybody[:100]

    def _open_certificate(self) -> None:
        """A certificate of the householder, or of somebody of the household."""
        household: Household = self.rng.choice(self.households)
        case = self.desk.open_case(household.person)
        self._went(self.desk.identify(case))
        self._went(self.desk.choose(case, "certificate"))
        page = self.desk.see(case)
        subject = re.search(r'name="person"[^>]*value="(\w+)"', page.text)
        if subject is None:
            raise Lost("no person on the screen")
        sent = self.desk.post(
            f"/cases/{case}/certificates", version=hidden(page, "version"), quick="j1", person=subject[1]
        )
        version = hidden(sent, "version")
        self._add(
            Reception(
                case,
                _number(sent.text),
                household.marks,
                marks_of([household.name]),
                False,
                self.user,
                version,
            )
        )

    def _open_move(self) -> None:
        """A family that moves in, typed, and every procedure on the list."""
        names = [new_name() for _ in range(self.rng.randint(1, 5))]
        members = [
            (name, "アラシ　タロウ", f"S{50 + at}.{at + 1}.2" if at < 2 else f"H{20 + at}.4.{at}", str(at % 2 + 1),
             ("世帯主", "妻", "長男", "長女", "二男")[at])
            for at, name in enumerate(names)
        ]  # fmt: skip
        case = self.desk.open_case()
        name, kana, birth, sex, _relation = members[0]
        typed = {"name": name, "kana": kana, "birth": birth, "sex": sex, "address": "熊本県隣市港町1-2"}
        self._went(self.desk.identify(case, **typed))
        self._went(self.desk.choose(case, "move_in"))
        self._went(self.desk.move(case, members))
        self.desk.answer_all(case)
        self._went(self.desk.save(case, "questions"))
        page = self.desk.see(case)
        ticked = re.findall(r'name="print" value="(\w+)"[^>]*? checked', page.text)
        marks = marks_of(names)
        self._add(
            Reception(
                case,
                _number(page.text),
                marks,
                marks,
                True,
                self.user,
                hidden(page, "version"),
                ticked=ticked,
            )
        )

    def _went(self, answer: Answer) -> None:
        if answer.status_code != 303:
            raise Lost(f"{answer.status_code}")

    # Printing

    def _order(self, reception: Reception) -> Answer:
        if not reception.moves:
            return self._post(
                f"/cases/{reception.case}/documents",
                version=reception.version,
                part="details",
                duplicates_seen="1",
            )
        chosen = (
            [] if self.rng.random() < 0.2 else reception.ticked
        )  # nothing ticked: the guide sheet and the notice
        return self._post(
            f"/cases/{reception.case}/documents", version=reception.version, print=chosen, duplicates_seen="1"
        )

    def _post(self, path: str, /, **fields: object) -> Answer:
        answer = self.desk.post(path, **fields)
        if answer.status_code != 303 and b"%PDF" in answer.data:
            self.tally.fault(f"{FOREIGN}: a refusal carries a paper")
        return answer

    def _print(self, reception: Reception) -> None:
        self._receive(reception, self._order(reception), "bundle" if reception.moves else "single")

    def _print_again(self, reception: Reception) -> None:
        if not reception.latest:
            return self._print(reception)
        data = self.rng.choice(("as_printed", "today"))
        path = f"/cases/{reception.case}/documents/{reception.latest}/reprint"
        answer = self._post(
            path, data=data, reason="嵐", token=secrets.token_hex(16), version=reception.version
        )
        self._receive(reception, answer, f"reprint {data}")

    def _receive(self, reception: Reception, answer: Answer, kind: str) -> None:
        """Fetch what was made and look at it; a refusal is counted, and the screen read again."""
        if answer.status_code != 303:
            self.tally.refuse(_why(answer))
            if answer.status_code in {401, 403, 404}:
                raise Lost(str(answer.status_code))
        found = self._look(reception)
        if answer.status_code == 303 and found:
            self._fetch(reception, found[0], found[1], kind)

    def _look(self, reception: Reception) -> tuple[str, int] | None:
        """The print step: the latest document and its pages, and the case's version."""
        page = self.desk.get(f"/cases/{reception.case}/steps/print")
        if page.status_code != 200 or 'name="version"' not in page.text:
            raise Lost(str(page.status_code))
        if reception.number not in page.text:
            self.tally.fault(f"{FOREIGN}: the screen is of another reception")
        reception.version = hidden(page, "version")
        made, pages = _MADE.search(page.text), _PAGES.search(page.text)
        if made is None or pages is None:
            return None
        if made[1] != reception.case:
            self.tally.fault(f"{FOREIGN}: the screen shows a document of another reception")
        return made[2], int(pages[1])

    def _fetch(self, reception: Reception, document: str, pages: int, kind: str) -> None:
        answer = self.desk.browser.get(f"/cases/{reception.case}/documents/{document}")
        if answer.status_code != 200:
            # Somebody else printed the same reception meanwhile: theirs is not ours to open.
            self.tally.refuse(f"document {answer.status_code}")
            return
        # A copy of the pages as first printed bears the identity of the document they were first printed as.
        if kind != AS_PRINTED:
            reception.identity = document[1:9].upper()
        asked = Asked(reception.number, reception.identity, pages, reception.allowed, reception.must)
        wrong = faults_of(answer.data, asked)
        self.tally.sample = (answer.data, asked)
        self.tally.deliver(kind, pages, document, hashlib.sha256(answer.data).hexdigest(), wrong)
        reception.latest, reception.prints = document, reception.prints + 1

    # What one should not do

    def _print_twice(self, reception: Reception) -> None:
        """The key pressed twice: two requests at the same time."""
        self.tally.broke("double submit")
        answers: list[Answer] = []

        def press() -> None:
            with contextlib.suppress(*GONE, Lost):
                answers.append(self._order(reception))

        presses = [threading.Thread(target=press) for _ in range(2)]
        for one in presses:
            one.start()
        for one in presses:
            one.join()
        made = [one for one in answers if one.status_code == 303]
        if made:
            self._receive(reception, made[0], "double submit")
        else:
            self._look(reception)

    def _go_back(self, reception: Reception) -> None:
        """The button of the browser: an earlier screen is sent again, with the version it was made of."""
        self.tally.broke("back button")
        if reception.version.isdecimal():
            reception.version = str(max(int(reception.version) - 1, 0))
        answer = self._order(reception)
        if answer.status_code == 303:
            self.tally.fault("stale: a screen of an earlier version was printed")
        self.tally.refuse(_why(answer))
        self._look(reception)

    def _two_tabs(self, reception: Reception) -> None:
        """Two receptions ordered one after the other, then fetched in the same order."""
        other = self.rng.choice(self.open)
        if other is reception:
            return self._print(reception)
        self.tally.broke("two tabs")
        answers = [(one, self._order(one)) for one in (reception, other)]
        for one, answer in answers:
            self._receive(one, answer, "two tabs")
        return None

    def _fetch_foreign(self, _reception: Reception) -> None:
        """The address of somebody else's paper."""
        other = self.rng.choice(self.everybody)
        if other.clerk == self.user or not other.latest:
            return
        self.tally.broke("address of another session")
        answer = self.desk.browser.get(f"/cases/{other.case}/documents/{other.latest}")
        if answer.status_code == 200:
            self.tally.fault(f"{FOREIGN}: a paper of another session was opened")

    def _abort(self, reception: Reception) -> None:
        """The window closed while the paper comes."""
        if not reception.latest:
            return
        self.tally.broke("download broken off")
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        with socket.create_connection(("127.0.0.1", self.stage.port(self.rng.random())), 10) as line:
            path = f"/cases/{reception.case}/documents/{reception.latest}"
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n\r\n".encode())
            line.recv(self.rng.randint(1, 2000))

    def _edit_another(self, _reception: Reception) -> None:
        """Somebody else changes a reception while its clerk prints it."""
        other = self.rng.choice(self.everybody)
        self.tally.broke("edit by another clerk")
        if other.moves:
            kept = {"kind": "reception", "memo": "嵐"}
            self.desk.post(f"/cases/{other.case}/memos", **kept)
            return
        page = self.desk.see(other.case, "content")
        if page.status_code == 200 and 'name="version"' in page.text:
            subject = re.search(r'name="person"[^>]*value="(\w+)"', page.text)
            quick = {"quick": "j1", "person": subject[1]} if subject else {}
            self.desk.post(f"/cases/{other.case}/certificates", version=hidden(page, "version"), **quick)


def _number(page: str) -> str:
    found = re.search(r"R\d+-\d{2}-\d{6}-\d", page)
    if found is None:
        raise Lost("no reception number")
    return found[0]


def _why(answer: Answer) -> str:
    """The class of a refusal: of the status, and of what the screen says."""
    for words, name in (
        ("時間がかかりすぎ", "time-out"), ("破棄しました", "renderer ended"), ("更新されています", "changed meanwhile"),
        ("取りやめました", "blocked by the gate"),
    ):  # fmt: skip
        if words in answer.text:
            return name
    return f"answer {answer.status_code}"
