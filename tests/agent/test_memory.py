"""What a core dump of the agent would hold after a reading, and who could call it: no secret, and nobody."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time

import pytest

from tests.agent.traces import Sought, family, in_memory, listening
from tests.agent.virtual.my_number import NEVER, MyNumberCard, four_items
from tests.agent.virtual.slot import Pcscd
from tests.walls.tree import ROOT

PRINTED = b"71034620288695"
NAME = "玉名　花子"


@pytest.mark.parametrize("right", [True, False])
def test_no_secret_outlives_its_reading(daemon: Pcscd, right: bool) -> None:
    card = MyNumberCard(four_items(NAME, "熊本県玉名市"), printed=PRINTED)
    typed = PRINTED if right else PRINTED[::-1]
    slot = daemon.slots[0]
    with slot.card(card):
        command = [sys.executable, "-m", "tests.agent.reading_process", slot.name, "printed_number"]
        agent = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert agent.stdin and agent.stdout
        with agent:
            agent.stdin.write(bytes(byte ^ 0xFF for byte in typed).hex() + "\n")
            agent.stdin.flush()
            said = agent.stdout.readline().strip()
            # The process through which the secret went is being ended in the meantime.
            time.sleep(0.7)
            found = {pid: in_memory(pid, Sought(typed), Sought(NEVER)) for pid in family(agent.pid)}
            ports = {pid: listening(pid) for pid in found}
            agent.stdin.write("\n")
    assert said == ("read" if right else "wrong_number")
    assert card.secrets_sent == 1 and len(found) == 2
    assert found == {pid: [] for pid in found} == ports


def test_a_port_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert len(listening(os.getpid())) >= 1


@pytest.mark.parametrize("digits", [b"4917", PRINTED])
def test_the_search_finds_what_is_there(digits: bytes) -> None:
    text, sought = digits.decode(), Sought(digits)
    ways = [digits, b"\0 " + digits + b" \0", text.encode("utf-16-le"), text.encode("utf-32-le"), str(list(digits)).encode(),
            bytes([0, 0x20, 0, 0x80, len(digits)]) + digits + b"7"]  # fmt: skip
    if digits is PRINTED:
        ways += [base64.b64encode(b"x" * place + digits + b"yz") for place in range(3)] + [
            bytes.fromhex(text)
        ]
    assert [way for way in ways if not sought.places(b"-" + way)] == []
    assert Sought(b"4917").places(b"1763849170123") == [], "by chance in the middle of a time"
    held = bytearray(b"found-" + digits + b" ")
    assert in_memory(os.getpid(), Sought(bytes(held[6:-1]))) != []
