"""The real pcscd, the real pyscard, cards in a virtual reader."""

from __future__ import annotations

import os
import signal
import threading
import time

from cardreader_agent.readers.process import ReaderProcess
from cardreader_agent.reading import CardProblem, Outcome, Reading
from cardreader_agent.session import read_card
from tests.agent.at_the_counter import Person, quiet
from tests.agent.test_faults import KINDS
from tests.agent.virtual.my_number import MyNumberCard, four_items
from tests.agent.virtual.slot import Pcscd

Came = Reading | tuple[Outcome, int | None]


def try_reader(reader: ReaderProcess, person: Person, *, wait: float = 3.0) -> Came:
    try:
        return read_card(reader, person, quiet, wait=wait)
    except CardProblem as problem:
        return problem.outcome, problem.tries


def test_every_family_reads(daemon: Pcscd, readers: list[ReaderProcess]) -> None:
    for place, (name, kind) in enumerate(KINDS.items()):
        card = kind.make()
        with daemon.slots[place % 2].card(card):
            came = try_reader(readers[place % 2], kind.person())
            assert isinstance(came, Reading), (name, came)
            assert card.secrets_sent == 1
            card.always = slowly
            assert came == try_reader(readers[place % 2], kind.person()), name
            # That it was powered down reaches the card as a message of its own.
            until = time.monotonic() + 5
            while card.rights and time.monotonic() < until:
                time.sleep(0.01)
            assert not card.rights, name


def slowly(_command: bytes) -> None:
    """As a card that takes its time for everything."""
    time.sleep(0.02)


def test_a_card_pulled_at_a_command(daemon: Pcscd, readers: list[ReaderProcess]) -> None:
    """At the first, at the secret and at the last one; every other place is tried without a driver."""
    kind = KINDS["pin"]
    sound = kind.make()
    with daemon.slots[1].card(sound):
        whole = try_reader(readers[1], kind.person())
    secret = next(at for at, command in enumerate(sound.commands) if command[1] == 0x20 and len(command) > 5)
    for at in (0, secret, len(sound.commands) - 1):
        card = kind.make()
        card.faults[at] = daemon.slots[0].pull
        with daemon.slots[0].card(card):
            assert try_reader(readers[0], kind.person()) == (Outcome.CARD_REMOVED, None), at
        assert card.secrets_sent <= 1
    with daemon.slots[0].card(kind.make()):
        assert try_reader(readers[0], kind.person()) == whole


def test_a_card_exchanged_while_somebody_types(daemon: Pcscd, reader: ReaderProcess) -> None:
    first, second = (MyNumberCard(four_items(name, "熊本県玉名市")) for name in ("玉名　一", "玉名　二"))
    slot, person = daemon.slots[0], Person()

    def exchange() -> None:
        slot.remove()
        slot.insert(second)
        time.sleep(0.5)

    person.before = exchange
    with slot.card(first):
        assert try_reader(reader, person) == (Outcome.CARD_REMOVED, None)
    assert first.secrets_sent == second.secrets_sent == 0


def test_a_card_reset_by_another_program_while_somebody_types(daemon: Pcscd, reader: ReaderProcess) -> None:
    card, person = MyNumberCard(four_items("玉名　花子", "熊本県玉名市")), Person()
    other = ReaderProcess("pcsc", daemon.slots[0].name)

    def reset() -> None:
        other.connect(1, lambda: False).close()

    person.before = reset
    try:
        with daemon.slots[0].card(card):
            assert try_reader(reader, person) == (Outcome.CARD_REMOVED, None)
            person.before = lambda: None
            assert isinstance(try_reader(reader, person), Reading)
    finally:
        other.close()
    assert card.secrets_sent == 1


def test_no_card_no_reader_no_service(daemon: Pcscd) -> None:
    empty, nowhere = ReaderProcess("pcsc", daemon.slots[0].name), ReaderProcess("pcsc", "Reader of nobody")
    try:
        assert try_reader(empty, Person(), wait=0.2) == (Outcome.NO_CARD, None)
        assert try_reader(nowhere, Person(), wait=0.2) == (Outcome.NO_READER, None)
        assert daemon.slots[0].name in empty.names()
        daemon.stop()
        assert try_reader(empty, Person(), wait=0.2) == (Outcome.NO_READER, None)
        daemon.start()
        with daemon.slots[0].card(MyNumberCard(four_items("玉名　花子", "熊本県玉名市"))):
            assert isinstance(try_reader(empty, Person()), Reading)
    finally:
        empty.close()
        nowhere.close()


def test_the_service_restarts_between_entry_and_reading(daemon: Pcscd, reader: ReaderProcess) -> None:
    card, person = MyNumberCard(four_items("玉名　花子", "熊本県玉名市")), Person()

    def restart() -> None:
        daemon.stop()
        daemon.start()

    person.before = restart
    with daemon.slots[0].card(card):
        came = try_reader(reader, person)
        assert isinstance(came, tuple) and came[0] in {Outcome.NO_READER, Outcome.CARD_REMOVED}
    person.before = lambda: None
    with daemon.slots[0].card(card):
        assert isinstance(try_reader(reader, person), Reading)
    assert card.secrets_sent == 1


def test_a_card_that_thinks_too_long(daemon: Pcscd) -> None:
    """Slow answers are waited for; one that never comes ends the reading, also to the secret, and the next card reads."""
    reader = ReaderProcess("pcsc", daemon.slots[0].name, command_seconds=1.0)
    slow = MyNumberCard(four_items("玉名　花子", "熊本県玉名市"))
    slow.faults[4] = lambda _: time.sleep(0.5)
    silence = threading.Event()

    def never(_command: bytes) -> None:
        silence.wait(20)

    try:
        with daemon.slots[0].card(slow):
            assert isinstance(try_reader(reader, Person()), Reading)
        secret = next(
            at for at, command in enumerate(slow.commands) if command[1] == 0x20 and len(command) > 5
        )
        for at in (6, secret):
            dead = MyNumberCard(four_items("玉名　花子", "熊本県玉名市"))
            dead.faults[at] = never
            silence.clear()
            with daemon.slots[0].card(dead):
                assert try_reader(reader, Person()) == (Outcome.CARD_ERROR, None)
                silence.set()
            assert dead.secrets_sent == (at == secret)
        with daemon.slots[0].card(slow):
            assert isinstance(try_reader(reader, Person()), Reading)
    finally:
        silence.set()
        reader.close()


def test_the_process_beside_ends(daemon: Pcscd, reader: ReaderProcess) -> None:
    """Killed while somebody types: nothing is sent, and the next reading starts it anew."""
    card, person = MyNumberCard(four_items("玉名　花子", "熊本県玉名市")), Person()
    person.before = lambda: os.kill(reader.process_id or 0, signal.SIGKILL)
    with daemon.slots[0].card(card):
        assert try_reader(reader, person) == (Outcome.CARD_ERROR, None)
        assert card.secrets_sent == 0
        person.before = lambda: None
        assert isinstance(try_reader(reader, person), Reading)


def test_one_reading_at_a_time(daemon: Pcscd, reader: ReaderProcess) -> None:
    second: list[Came] = []
    person = Person()
    person.before = lambda: second.append(try_reader(reader, Person()))
    with daemon.slots[0].card(MyNumberCard(four_items("玉名　花子", "熊本県玉名市"))):
        assert isinstance(try_reader(reader, person), Reading)
    assert second == [(Outcome.BUSY, None)]


def test_two_readers_at_once_do_not_cross(daemon: Pcscd) -> None:
    came: dict[str, list[Came]] = {"玉名　一": [], "玉名　二": []}

    def work(name: str, place: int) -> None:
        reader = ReaderProcess("pcsc", daemon.slots[place].name)
        with daemon.slots[place].card(MyNumberCard(four_items(name, "熊本県玉名市"))):
            came[name] += [try_reader(reader, Person()) for _ in range(3)]
        reader.close()

    threads = [threading.Thread(target=work, args=(name, place)) for place, name in enumerate(came)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, readings in came.items():
        assert [isinstance(one, Reading) and one.values["name"] for one in readings] == [name] * 3
