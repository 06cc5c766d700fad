"""The agent at work, between a server that a test plays and cards that it holds: whatever breaks, it says so and goes on."""

from __future__ import annotations

import importlib.util
import json
import os
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cardreader_agent import agent as work
from cardreader_agent.agent import Agent
from cardreader_agent.codes import FILE, CodeLog
from cardreader_agent.reading import (
    Ask,
    Card,
    CardProblem,
    Choice,
    Outcome,
    Picture,
    Progress,
    Question,
    Reading,
    Secret,
    SecretKind,
    Stage,
    Tries,
)
from cardreader_agent.scanner import Scanner
from cardreader_agent.window import words
from cardreader_agent.wire.identity import Identity
from cardreader_agent.wire.server import Unreachable
from cardreader_agent.wire.terminal import Slot, Terminal
from tests.conftest import leave_out

NAME, PIN = "架空　𠮷子", b"7391"
SLOT = {
    "slot": "s" * 32, "reception": "R8-04-000123-7", "counter": "市民課", "seat": "1番", "fields": ["name", "birth"],
    "seconds": 20, "environment": "demo-1", "last_try": False, "scan": False,
}  # fmt: skip


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "BEAT", 0.05)
    monkeypatch.setattr(work, "SHORTEST_TURN", 0.01)
    monkeypatch.setattr(work, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(work, "LONGEST_PAUSE", 0.05)


@dataclass
class Played:
    """A server: what it was told, and what it answers, in turn, by the end of the path."""

    script: dict[str, list[Any]] = field(default_factory=dict)
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def post(self, path: str, body: bytes, _headers: Mapping[str, str]) -> tuple[int, bytes]:
        end = path.rsplit("/", 1)[1]
        self.told.append((end, json.loads(body)))
        turns = self.script.get(end, [])
        turn = turns.pop(0) if turns else 204
        if isinstance(turn, Exception):
            raise turn
        if isinstance(turn, dict):
            return 200, json.dumps(turn).encode()
        status, word = turn if isinstance(turn, tuple) else (turn, "")
        return status, json.dumps({"error": word}).encode() if status >= 400 else b""

    def answers(self) -> list[dict[str, Any]]:
        return [said for end, said in self.told if end == "answer"]


@dataclass
class Held:
    """Cards: reads as the test says."""

    how: Callable[[Ask, Progress, Callable[[], bool], bool], Reading]
    readers: list[Any] = field(default_factory=lambda: [["Test Reader 00"]])

    def names(self) -> list[str]:
        now = self.readers.pop(0) if len(self.readers) > 1 else self.readers[0]
        if isinstance(now, Exception):
            raise now
        return list(now)

    def read(
        self, fields: Collection[str], ask: Ask, progress: Progress, stopped: Callable[[], bool], *,
        last_try: bool, seconds: float,
    ) -> Reading:  # fmt: skip
        assert seconds < 20
        return self.how(ask, progress, stopped, last_try)


class Seen:
    """A face that keeps what it was told, and types the PIN."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.pictures: tuple[Picture, ...] = ()
        self.types = True

    def rest(self, trouble: str) -> None:
        self.said.append(f"rest:{trouble}")

    def open(self, slot: Slot) -> None:
        self.said.append(f"open:{slot.reception}")

    def progress(self, stage: Stage, card: Card | None) -> None:
        self.said.append(f"stage:{stage.value}")

    def ask(self, question: Question, stopped: Callable[[], bool]) -> Secret | None:
        return Secret(SecretKind.TEXT_PIN, bytearray(PIN)) if self.types else None

    def stopped(self) -> bool:
        return not self.types

    def hold(self, title: str, advice: str) -> None:
        self.said.append(f"hold:{title}")

    def close(self, title: str, advice: str, pictures: tuple[Picture, ...] = ()) -> None:
        self.said.append(f"close:{title}")
        self.pictures = pictures


def run(
    server: Played, cards: Held, face: Seen, folder: Path, until: Callable[[], bool],
    terminals: Callable[[], Terminal] | None = None, scanner: Scanner | None = None,
) -> str:  # fmt: skip
    """Let an agent work until something holds; what its log says."""
    identity = Identity("d" * 32, "市民課", "1番", "demo-1", Ed25519PrivateKey.generate())
    log, ended = CodeLog(folder), threading.Event()
    agent = Agent(terminals or (lambda: Terminal(server.post, identity)), cards, face, log, scanner)
    thread = threading.Thread(target=agent.run, args=(ended,), daemon=True)
    thread.start()
    limit = time.monotonic() + 10
    while not until() and time.monotonic() < limit:
        time.sleep(0.01)
    ended.set()
    thread.join(10)
    log.close()
    assert not thread.is_alive()
    assert until(), (face.said, server.told[-5:])
    return (folder / FILE).read_text(encoding="ascii")


def by_pin(ask: Ask, progress: Progress, _stopped: Callable[[], bool], _last_try: bool) -> Reading:
    progress(Stage.SECRET, Card.MY_NUMBER)
    choice = Choice(SecretKind.TEXT_PIN, 3, Tries.READY)
    secret = ask(Question(Card.MY_NUMBER, (choice,), lambda: True))
    assert bytes(secret.value) == PIN
    secret.wipe()
    progress(Stage.CARD, Card.MY_NUMBER)
    time.sleep(0.1)
    return Reading(Card.MY_NUMBER, {"name": NAME, "birth": "19800217", "address": "not asked for"}, ("name",))


def test_a_slot_is_read_once_and_nothing_of_it_stays(tmp_path: Path) -> None:
    server, face = Played({"next": [dict(SLOT)]}), Seen()
    log = run(server, Held(by_pin), face, tmp_path, lambda: "close:読み取りました" in face.said)
    assert server.answers() == [
        {
            "outcome": "read",
            "card": "my_number_card",
            "values": {"name": NAME, "birth": "19800217"},
            "needs_review": ["name"],
        }
    ], "what was not asked for is not sent"
    assert [said["stage"] for end, said in server.told if end == "stage"][-1] == "card"
    everything = log + json.dumps([told for end, told in server.told if end != "answer"], ensure_ascii=False)
    assert PIN.decode() not in json.dumps(server.told) and NAME not in everything and "outcome=read" in log
    assert "open:R8-04-000123-7" in face.said


def test_a_lost_answer_is_sent_again_and_counts_once(tmp_path: Path) -> None:
    # The server took the first one; its answer was lost on the way.
    server = Played({"next": [dict(SLOT)], "answer": [Unreachable("network"), (409, "answered")]})
    face = Seen()
    run(server, Held(by_pin), face, tmp_path, lambda: "close:読み取りました" in face.said)
    assert len(server.answers()) == 2
    ended = [said for said in face.said if said.startswith(("hold", "close"))]
    assert ended == [f"hold:{words.HELD[0]}", "close:読み取りました"], "the window says why it takes longer"


def test_a_clerk_who_gave_up_gets_no_answer(tmp_path: Path) -> None:
    def waits(_ask: Ask, progress: Progress, stopped: Callable[[], bool], _last: bool) -> Reading:
        progress(Stage.WAITING, None)
        while not stopped():
            time.sleep(0.01)
        raise CardProblem(Outcome.CANCELLED)

    server = Played({"next": [dict(SLOT)], "stage": [204, (409, "dropped")]})
    face = Seen()
    run(server, Held(waits), face, tmp_path, lambda: f"close:{words.STOPPED_THERE[0]}" in face.said)
    assert server.answers() == []


def test_slots_of_another_installation_are_not_read(tmp_path: Path) -> None:
    def never(*_arguments: object) -> Reading:
        raise AssertionError("read")

    server, face = Played({"next": [{**SLOT, "environment": "city-9"}]}), Seen()
    run(server, Held(never), face, tmp_path, lambda: f"close:{words.ELSEWHERE[0]}" in face.said)
    assert server.answers() == [{"outcome": "bad_request"}]


def test_whatever_the_reader_throws_is_told_as_a_code(tmp_path: Path) -> None:
    faults = [
        CardProblem(Outcome.WRONG_PIN, tries=2, status=0x63C2),
        RuntimeError(NAME),
        CardProblem(Outcome.NO_READER, status=0x8010001E),
    ]

    def fails(*_arguments: object) -> Reading:
        raise faults.pop(0)

    server, face = Played({"next": [dict(SLOT) for _ in range(3)]}), Seen()
    log = run(server, Held(fails), face, tmp_path, lambda: len(server.answers()) == 3)
    assert server.answers() == [
        {"outcome": "wrong_pin", "tries": 2},
        {"outcome": "card_error"},
        {"outcome": "no_reader"},
    ]
    assert "sw=63C2" in log and "sw=8010001E" in log and "kind=RuntimeError" in log and NAME not in log


def test_nobody_types_and_what_that_means(tmp_path: Path) -> None:
    """Stopped at the window; and when the PIN was at its last try and the printed number was not taken instead."""
    asked = [(Tries.READY, 3, "cancelled"), (Tries.LAST, 1, "last_try"), (Tries.NONE, 0, "blocked")]

    def asks(ask: Ask, _progress: Progress, _stopped: Callable[[], bool], _last: bool) -> Reading:
        tries, left, _said = asked[len(server.answers())]
        choices = (
            Choice(SecretKind.TEXT_PIN, left, tries),
            Choice(SecretKind.PRINTED_NUMBER, 10, Tries.READY),
        )
        ask(Question(Card.MY_NUMBER, choices, lambda: True))
        raise AssertionError("typed")

    server, face = Played({"next": [dict(SLOT) for _ in asked]}), Seen()
    face.types = False
    run(server, Held(asks), face, tmp_path, lambda: len(server.answers()) == 3)
    assert [said["outcome"] for said in server.answers()] == [said for *_, said in asked]


def test_only_the_picture_of_a_name_leaves_the_pc(tmp_path: Path) -> None:
    name, address = Picture(b"\x89PNG name", ("name",)), Picture(b"\x89PNG address", ("address",))
    face_of_card = Picture(b"\x89PNG whole", ("name", "birth", "sex", "address"), whole_face=True)
    given = [(name, address), (face_of_card,)]

    def shows(*_arguments: object) -> Reading:
        return Reading(Card.RESIDENCE, {"birth": "19900101"}, ("name",), given[len(server.answers())])

    server, face = Played({"next": [{**SLOT, "fields": ["name", "birth", "address"]} for _ in given]}), Seen()
    run(server, Held(shows), face, tmp_path, lambda: len(server.answers()) == 2)
    pictures = [said.get("name_picture", "") for said in server.answers()]
    assert pictures[0] and not pictures[1] and "address" not in json.dumps(server.answers())
    assert face.pictures == (face_of_card,), "for the clerk's eyes beside the reader"


def test_it_says_what_is_wrong_and_goes_on_when_it_is_right_again(tmp_path: Path) -> None:
    no_service = CardProblem(Outcome.NO_READER, status=0x8010001D)
    refused = [(401, ""), (409, "clock"), (409, "count"), (426, "too_old")]
    script = [Unreachable("network"), Unreachable("certificate"), 500, *refused, dict(SLOT)]
    server, face = Played({"next": script}), Seen()
    cards = Held(by_pin, [no_service, [], ["Reader A"]])
    run(server, cards, face, tmp_path, lambda: "close:読み取りました" in face.said)
    order = ["network", "certificate", "answer", "shut_out", "clock", "count", "too_old", ""]
    assert [said.removeprefix("rest:") for said in face.said if said.startswith("rest:")][
        : len(order)
    ] == order
    states = [said for end, said in server.told if end == "next"]
    assert states[0]["problem"] == states[1]["problem"] == "no_reader" and states[2]["readers"] == [
        "Reader A"
    ]


def test_a_terminal_that_was_paired_anew_is_taken_up(tmp_path: Path) -> None:
    old, new = Played({"next": [(401, "")] * 50}), Played({"next": [dict(SLOT)]})
    keys = [
        Identity(name * 32, "市民課", "1番", "demo-1", Ed25519PrivateKey.generate()) for name in ("a", "b")
    ]
    face = Seen()

    def terminals() -> Terminal:
        return Terminal(new.post, keys[1]) if len(old.told) > 2 else Terminal(old.post, keys[0])

    run(old, Held(by_pin), face, tmp_path, lambda: "close:読み取りました" in face.said, terminals)
    assert "rest:shut_out" in face.said and len(new.answers()) == 1


def test_a_scanner_answers_the_slot_in_place_of_a_card(tmp_path: Path) -> None:
    """At a serial port of its own; what cannot be read as a code is no answer, and a slot of a case takes none."""
    if importlib.util.find_spec("serial") is None or not hasattr(os, "openpty"):
        leave_out("pyserial is not installed (requirements-agent.txt)")
    ours, its = os.openpty()
    listening: list[bool] = []

    def waits(_ask: Ask, progress: Progress, stopped: Callable[[], bool], _last: bool) -> Reading:
        progress(Stage.WAITING, None)
        listening.append(scanner._device is not None)
        if listening[-1]:
            os.write(ours, "受付".encode() + b"\rR8-04-000123-7\r\n")
            while not stopped():
                time.sleep(0.01)
        raise CardProblem(Outcome.CANCELLED)

    scanner = Scanner(os.ttyname(its))
    server, face = Played({"next": [{**SLOT, "scan": True}, dict(SLOT)]}), Seen()
    log = run(server, Held(waits), face, tmp_path, lambda: len(server.answers()) == 2, scanner=scanner)
    assert server.answers() == [{"outcome": "scanned", "scanned": "R8-04-000123-7"}, {"outcome": "cancelled"}]
    assert listening == [True, False] and f"close:{words.SCANNED[0]}" in face.said and "000123" not in log


def test_a_reader_that_is_not_there_is_said_before_anybody_needs_it(tmp_path: Path) -> None:
    server, face = Played(), Seen()
    cards = Held(by_pin, [["Reader A"], [], ["Reader A"]])
    run(server, cards, face, tmp_path, lambda: face.said == ["rest:", "rest:no_reader", "rest:"])
