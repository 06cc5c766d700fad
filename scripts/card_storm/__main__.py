"""``python -m card_storm``: see ``scripts/storm.py``."""

from __future__ import annotations

import argparse
import http.client
import json
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from print_storm.stage import COUNTER, Stage, running_stage
from sqlalchemy import update

from app.data.models.base import utc_now
from app.data.models.device import CardSlotRow
from app.extensions import db
from cardreader_agent.wire.terminal import NEXT
from environment import say
from tests.card_agent import CardAgent
from tests.desk import Answer, Desk
from tests.http import HttpBrowser

DEVICES = "/admin/counters/devices"
HOUSEHOLDS = 20
MARKS = "甲乙丙丁戊己庚辛壬癸"
"""What the names at a seat are marked with; two seats are a couple."""
OFTEN = 20
"""Each so many readings are attacked in every way; another terminal's answer comes with one reading of each pair."""
LOOKED_AT = 5
"""Each so many readings are also looked at as the page that the clerk gets; what the slot holds is compared at every one."""
REFUSALS = {401, 404, 409}
PATIENCE = 5
Told = TypeVar("Told", int, tuple[int, bytes], Answer)
WITHOUT_LIMITS = {"KAKANAI_SEARCH_LIMIT_HOUR": "0", "KAKANAI_SEARCH_LIMIT_DAY": "0"}


class Stopped(Exception):
    """Something answered in a way that has no place here."""


@dataclass
class Counted:
    """What came of it. ``accepted`` names what ought to have been refused."""

    pairs: int = 0
    crossed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    again: int = 0
    """What was asked once more because the server, short of time, answered with an error."""
    stopped: bool = False
    guard: threading.Lock = field(default_factory=threading.Lock)

    def attack(self, name: str, status: int) -> None:
        """An attack was answered with this status."""
        with self.guard:
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                self.again += 1
            else:
                (self.refused if status in REFUSALS else self.accepted)[name] += 1

    def patiently(self, ask: Callable[[], Told]) -> Told:
        """What is answered in the end: clerks and readers ask again when a busy server gives up on them."""
        for _ in range(PATIENCE):
            said = ask()
            if _status(said) < HTTPStatus.INTERNAL_SERVER_ERROR:
                return said
            with self.guard:
                self.again += 1
        raise Stopped(f"the server answers {_status(said)}")

    def pair(self) -> None:
        """Two readings of the same moment are through."""
        with self.guard:
            self.pairs += 1
            if self.pairs % 200 == 0:
                say(f"{self.pairs} pairs, {self.crossed} crossed")


class Watched(CardAgent):
    """A reader whose last answer can be sent again. Its messages go to the servers in turn, one at a time."""

    def __init__(self, stage: Stage) -> None:
        self.last: tuple[str, bytes, Mapping[str, str]] = ("", b"", {})
        self._sent: tuple[str, bytes, Mapping[str, str]] = self.last
        self._stage, self._turn, self._one_at_a_time = stage, 0, threading.RLock()
        super().__init__(self._over_http)

    def send(self, path: str, sent: Any = None, *, late: int = 0) -> tuple[int, bytes]:
        """Counts have to arrive in their order, also when the other counter's thread plays this reader."""
        with self._one_at_a_time:
            return super().send(path, sent, late=late)

    def answer(self, slot: str, **values: str) -> int:
        """As it is; what was sent is kept for a replay."""
        with self._one_at_a_time:
            status = super().answer(slot, **values)
            self.last = self._sent
            return status

    def _over_http(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self._sent = (path, body, headers)
        self._turn += 1
        port = self._stage.servers[self._turn % len(self._stage.servers)].port
        way = http.client.HTTPConnection("127.0.0.1", port)
        try:
            way.request("POST", path, body, {**headers, "Content-Type": "application/json"})
            answer = way.getresponse()
            return answer.status, answer.read()
        finally:
            way.close()


def _status(said: int | tuple[int, bytes] | Answer) -> int:
    """The status of an answer, in whichever way it came."""
    if isinstance(said, int):
        return said
    return said[0] if isinstance(said, tuple) else said.status_code


def main() -> int:
    """0 when nothing crossed and nothing was accepted that ought not to be."""
    parser = argparse.ArgumentParser(prog="storm.py cards", description="Read cards at two counters at once.")
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument(
        "--couples", type=int, default=4, choices=range(1, len(MARKS) // 2 + 1), metavar="1-5"
    )
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    say("preparing the database and the servers …")
    counted, began = Counted(), time.monotonic()

    def stop(_signal: int, _frame: object) -> None:
        say("stopping …")
        counted.stopped = True

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, stop)
    with running_stage(4 * options.couples, options.processes, HOUSEHOLDS, WITHOUT_LIMITS) as stage:
        began = time.monotonic()
        faults = rage(stage, counted, options.pairs, options.couples)
        errors = stage.errors()
    say(f"{counted.pairs} pairs in {time.monotonic() - began:.0f} s, {counted.crossed} crossed")
    say("refused: " + ", ".join(f"{name} {times}" for name, times in sorted(counted.refused.items())))
    say("accepted: " + (", ".join(f"{name} {times}" for name, times in counted.accepted.items()) or "none"))
    say(
        f"asked again: {counted.again} ("
        + ", ".join(f"{name} {times}" for name, times in errors.items())
        + ")"
    )
    for fault in faults:
        say(f"fault: {fault}")
    return 1 if faults or counted.crossed or counted.accepted or counted.pairs < options.pairs else 0


@dataclass
class Seat:
    """One clerk with a reader beside him."""

    stage: Stage
    mark: str
    desk: Desk
    agent: Watched
    stranger: Desk
    """A tab of somebody else at the same counter."""
    session: str = ""
    """What the slots of this seat are bound to."""


def rage(stage: Stage, counted: Counted, pairs: int, couples: int) -> list[str]:
    """Clerks with a reader each, two and two always in the same moment. What went wrong besides, in words."""
    seats = [_seat(stage, at) for at in range(2 * couples)]
    faults = list[str]()
    threads = []
    for couple in range(couples):
        share, together = pairs // couples + (couple < pairs % couples), threading.Barrier(2)
        two = seats[2 * couple : 2 * couple + 2]
        for at in range(2):
            given = (two[at], two[1 - at].agent, at, share, together, counted, faults)
            threads.append(threading.Thread(target=_work, args=given))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def _work(
    seat: Seat, other: Watched, at: int, share: int, together: threading.Barrier, counted: Counted, faults: list[str]
) -> None:  # fmt: skip
    """One clerk's readings, each in the moment of the other one's."""
    try:
        for turn in range(share):
            together.wait(120)
            if counted.stopped:
                break
            _read(seat, other if turn % 2 == at else None, turn, counted)
            if at == 0:
                counted.pair()
    except threading.BrokenBarrierError:
        pass  # the other one ended and says why
    except Exception as fault:
        faults.append(f"{seat.mark}: {type(fault).__name__} {fault}")
        counted.stopped = True
    if counted.stopped:
        together.abort()


def _open(seat: Seat, counted: Counted) -> str:
    """«カードを読み取る»: the slot, which only the reader of this seat is asked for."""
    opened = counted.patiently(lambda: seat.desk.post("/cards/slots"))
    if opened.status_code != 303:
        raise Stopped(f"no slot: {opened.status_code}")
    return str(opened.headers["Location"]).rsplit("/", 1)[1]


def _read(seat: Seat, other: Watched | None, turn: int, counted: Counted) -> None:
    name = f"架空　{seat.mark}{turn:05}"
    slot = _open(seat, counted)
    asked = counted.patiently(lambda: seat.agent.send(NEXT))
    if asked[0] != HTTPStatus.OK:
        raise Stopped("the reader was asked for nothing")
    if json.loads(asked[1])["slot"] != slot:
        with counted.guard:
            counted.crossed += 1
        return
    path = f"/cards/slots/{slot}/answer"
    foreign = {"outcome": "read", "card": "my_number_card", "values": {"name": f"別人　{name}"}}
    if other is not None:
        counted.attack("another terminal's answer", other.send(path, foreign)[0])
    if counted.patiently(lambda: seat.agent.answer(slot, name=name)) != HTTPStatus.NO_CONTENT:
        raise Stopped("the answer was refused")
    if turn % OFTEN == 0:
        _attack(seat, slot, foreign, counted)
    if not _is_kept(seat, slot, name) or (turn % LOOKED_AT == 0 and not _is_shown(seat, slot, name, counted)):
        with counted.guard:
            counted.crossed += 1
    if turn % OFTEN == 0:
        _come_late(seat, name, counted)


def _is_kept(seat: Seat, slot: str, name: str) -> bool:
    """Whether the slot holds this reading, for the session that always was this seat's, from this seat's reader."""
    with seat.stage.app.app_context():
        row = db.session.get_one(CardSlotRow, slot)
        seat.session = seat.session or row.session
        bound = (row.session, row.device_id) == (seat.session, seat.agent.device)
        return bound and row.reading is not None and row.reading["values"] == {"name": name}


def _is_shown(seat: Seat, slot: str, name: str, counted: Counted) -> bool:
    """Whether the tab that asked shows this name and no other one of the storm."""
    page = counted.patiently(lambda: seat.desk.post("/residents/search/card", slot=slot)).text
    shown = set(re.findall(rf"[{MARKS}]\d{{5}}", page))
    return f'value="{name.replace("　", "")}' in page and shown == {name[-6:]}


def _attack(seat: Seat, slot: str, foreign: object, counted: Counted) -> None:
    """Everything that somebody on the network, a faulty reader or another tab could send after the answer."""
    path, body, headers = seat.agent.last
    answers = f"/cards/slots/{slot}/answer"
    counted.attack("replayed message", seat.agent.wire(path, body, headers)[0])
    higher = {**headers, "X-Kakanai-Count": str(int(headers["X-Kakanai-Count"]) + 1)}
    counted.attack("forged signature", seat.agent.wire(path, body, higher)[0])
    counted.attack("changed body", seat.agent.wire(path, body.replace(b"read", b"busy"), higher)[0])
    counted.attack("second answer", seat.agent.send(answers, foreign)[0])
    counted.attack("message forty seconds old", seat.agent.send(answers, foreign, late=40)[0])
    counted.attack("another tab looks", seat.stranger.get(f"/cards/slots/{slot}").status_code)
    counted.attack(
        "another tab takes it", seat.stranger.post("/residents/search/card", slot=slot).status_code
    )


def _come_late(seat: Seat, name: str, counted: Counted) -> None:
    """Answers to a reading that the clerk gave up, and to one whose sixty seconds are over."""
    slot = _open(seat, counted)
    counted.patiently(lambda: seat.desk.post(f"/cards/slots/{slot}/drop"))
    counted.attack("answer after the clerk gave up", seat.agent.answer(slot, name=name))
    slot = _open(seat, counted)
    with seat.stage.app.app_context():
        over = update(CardSlotRow).where(CardSlotRow.id == slot).values(expires_at=utc_now())
        db.session.execute(over)
        db.session.commit()
    counted.attack("answer after the sixty seconds", seat.agent.answer(slot, name=name))


def _seat(stage: Stage, at: int) -> Seat:
    name = f"{at + 1}番"
    agent = _let_in(stage, name)
    port = stage.servers[at % len(stage.servers)].port
    desk = Desk(HttpBrowser(port)).sign_in(stage.users[at], COUNTER)
    if desk.post("/cards/seat", seat=name).status_code != 303:
        raise Stopped("no seat")
    return Seat(stage, MARKS[at], desk, agent, Desk(HttpBrowser(port)).sign_in(stage.users[-1 - at], COUNTER))


def _let_in(stage: Stage, seat: str) -> Watched:
    admin = Desk(HttpBrowser(stage.servers[0].port)).sign_in("demo-admin", "")
    page = admin.post(DEVICES, kind="card_reader", counter=COUNTER, seat=seat).text
    code = re.search(r'class="device-code">(\d{3}) (\d{3})<', page)
    agent = Watched(stage)
    if code is None or agent.enrol(code[1] + code[2]) != 201:
        raise Stopped("the reader was not let in")
    return agent


if __name__ == "__main__":
    sys.exit(main())
