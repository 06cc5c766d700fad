"""``python -m card_storm``: see ``scripts/storm.py``."""

from __future__ import annotations

import argparse
import http.client
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from print_storm.stage import COUNTER, Stage, running_stage

from environment import say
from tests.card_agent import CardAgent
from tests.desk import Desk
from tests.http import HttpBrowser

DEVICES = "/admin/counters/devices"
HOUSEHOLDS = 20
SEATS = ("1番", "2番")
OFTEN = 5
"""Each so many readings are attacked in every way; another terminal's answer comes with each."""
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
    stopped: bool = False
    guard: threading.Lock = field(default_factory=threading.Lock)

    def attack(self, name: str, status: int) -> None:
        """An attack was answered with this status."""
        with self.guard:
            (self.refused if status in {401, 404, 409} else self.accepted)[name] += 1


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


def main() -> int:
    """0 when nothing crossed and nothing was accepted that ought not to be."""
    parser = argparse.ArgumentParser(prog="storm.py cards", description="Read cards at two counters at once.")
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    say("preparing the database and the servers …")
    counted, began = Counted(), time.monotonic()

    def stop(_signal: int, _frame: object) -> None:
        say("stopping …")
        counted.stopped = True

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, stop)
    with running_stage(2, options.processes, HOUSEHOLDS, WITHOUT_LIMITS) as stage:
        began = time.monotonic()
        faults = rage(stage, counted, options.pairs)
    say(f"{counted.pairs} pairs in {time.monotonic() - began:.0f} s, {counted.crossed} crossed")
    say("refused: " + ", ".join(f"{name} {times}" for name, times in sorted(counted.refused.items())))
    say("accepted: " + (", ".join(f"{name} {times}" for name, times in counted.accepted.items()) or "none"))
    for fault in faults:
        say(f"fault: {fault}")
    return 1 if faults or counted.crossed or counted.accepted or counted.pairs < options.pairs else 0


def rage(stage: Stage, counted: Counted, pairs: int) -> list[str]:
    """Two clerks with a reader each, always in the same moment. What went wrong besides, in words."""
    agents = [_let_in(stage, seat) for seat in SEATS]
    desks = []
    for at, (user, seat) in enumerate(zip(stage.users, SEATS, strict=True)):
        desk = Desk(HttpBrowser(stage.servers[at % len(stage.servers)].port)).sign_in(user, COUNTER)
        if desk.post("/cards/seat", seat=seat).status_code != 303:
            raise Stopped("no seat")
        desks.append(desk)
    together, faults = threading.Barrier(2), list[str]()

    def work(at: int) -> None:
        try:
            for turn in range(pairs):
                together.wait(120)
                if counted.stopped:
                    break
                name = f"架空　{'甲乙'[at]}{turn:05}"
                _read(desks[at], agents[at], agents[1 - at], name, counted, attacked=turn % OFTEN == 0)
                if at == 0:
                    _count(counted)
        except threading.BrokenBarrierError:
            pass  # the other one ended and says why
        except Exception as fault:
            faults.append(f"{SEATS[at]}: {type(fault).__name__} {fault}")
        if counted.stopped or faults:
            together.abort()

    threads = [threading.Thread(target=work, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def _count(counted: Counted) -> None:
    counted.pairs += 1
    if counted.pairs % 200 == 0:
        say(f"{counted.pairs} pairs, {counted.crossed} crossed")


def _read(
    desk: Desk, agent: Watched, other: CardAgent, name: str, counted: Counted, *, attacked: bool
) -> None:
    opened = desk.post("/cards/slots")
    if opened.status_code != 303:
        raise Stopped(f"no slot: {opened.status_code}")
    slot = str(opened.headers["Location"]).rsplit("/", 1)[1]
    request = agent.next()
    if not request or request["slot"] != slot:
        with counted.guard:
            counted.crossed += 1
        return
    path = f"/cards/slots/{slot}/answer"
    foreign = {"outcome": "read", "card": "my_number_card", "values": {"name": f"別人　{name}"}}
    counted.attack("another terminal's answer", other.send(path, foreign)[0])
    if agent.answer(slot, name=name) != 204:
        raise Stopped("the answer was refused")
    if attacked:
        _attack(agent, path, foreign, counted)
    page = desk.post("/residents/search/card", slot=slot).text
    if f'value="{name.replace("　", "")}' not in page or len(set(re.findall(r"[甲乙]\d{5}", page))) != 1:
        with counted.guard:
            counted.crossed += 1


def _attack(agent: Watched, answers: str, foreign: object, counted: Counted) -> None:
    """Everything that somebody on the network or a faulty reader could send after the answer."""
    path, body, headers = agent.last
    counted.attack("replayed message", agent.wire(path, body, headers)[0])
    higher = {**headers, "X-Kakanai-Count": str(int(headers["X-Kakanai-Count"]) + 1)}
    counted.attack("forged signature", agent.wire(path, body, higher)[0])
    counted.attack("second answer", agent.send(answers, foreign)[0])
    counted.attack("late message", agent.send(answers, foreign, late=40)[0])


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
