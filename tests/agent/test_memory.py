"""What a core dump of the agent would hold after a reading, and who could call it: no secret, and nobody."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
            found = {pid: searched(pid, typed, NEVER) for pid in family(agent.pid)}
            ports = {pid: listening(pid) for pid in found}
            agent.stdin.write("\n")
    assert said == ("read" if right else "wrong_number")
    assert card.secrets_sent == 1 and len(found) == 2
    assert found == {pid: [] for pid in found} == ports


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def searched(pid: int, *sought: bytes) -> list[bytes]:
    """What of ``sought`` stands somewhere in the writable memory of a process."""
    found = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            fields = line.split()
            start, end = (int(edge, 16) for edge in fields[0].split("-"))
            if "w" not in fields[1] or fields[-1] in {"[vvar]", "[vsyscall]"}:
                continue
            try:
                memory.seek(start)
                part = memory.read(end - start)
            except OSError:
                continue
            found += [one for one in sought if one in part]
    return found


def listening(pid: int) -> list[str]:
    """Sockets of a process at which somebody could call."""
    open_files = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink()}
    rows = [
        line.split()
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return [row[1] for row in rows if row[3] in {"0A", "07"} and f"socket:[{row[9]}]" in open_files]


def test_a_port_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert len(listening(os.getpid())) >= 1


def test_the_search_finds_what_is_there() -> None:
    held = bytearray(b"found-" + PRINTED)
    assert searched(os.getpid(), bytes(held)) != []
