"""``python -m card_bench``: see ``scripts/bench.py cards``."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import table, write_section

from benchmarks import Row
from cardreader_agent.readers.process import ReaderProcess
from cardreader_agent.session import read_card
from environment import say
from tests.agent.at_the_counter import quiet
from tests.agent.test_faults import KINDS, Kind
from tests.agent.virtual.card import VirtualCard
from tests.agent.virtual.slot import PcscMissing, Slot, running_pcscd

MOST_SECONDS = 0.3
"""A reading is to stand in the fields within two seconds; a real card needs up to one and a half of them."""
TITLES = {
    "pin": "My Number Card by PIN", "printed": "My Number Card by printed number", "licence": "driver's licence",
    "no pin": "driver's licence without PIN", "mobile licence": "My Number Card with a licence, by PIN",
    "permit": "My Number Card with a residence permit, by printed number", "first": "residence card, first generation",
    "second": "residence card, second generation", "short": "residence card, second generation, short commands",
    "special first": "special permanent resident certificate, first generation",
    "special second": "special permanent resident certificate, second generation",
}  # fmt: skip


def main() -> int:
    """Read every family again and again; somebody types at once."""
    parser = argparse.ArgumentParser(
        prog="bench.py cards", description="Readings of virtual cards over pcscd."
    )
    parser.add_argument("--readings", type=int, default=30)
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    options = parser.parse_args()
    rows: list[Row] = []
    try:
        with tempfile.TemporaryDirectory() as folder, running_pcscd(Path(folder)) as daemon:
            reader = ReaderProcess("pcsc", daemon.slots[0].name)
            for name, kind in KINDS.items():
                say(f"{TITLES[name]} …")
                rows += measure(TITLES[name], kind, daemon.slots[0], reader, options.readings)
            reader.close()
    except PcscMissing as missing:
        say(str(missing))
        return 1
    lines = table({"cards": rows})
    say("\n".join(lines))
    if options.write:
        write_section("Cards", f"virtual cards over pcscd, {options.readings} readings each", lines)
    return 0 if all(row.kept for row in rows) else 1


def measure(title: str, kind: Kind, slot: Slot, reader: ReaderProcess, readings: int) -> list[Row]:
    """Median and longest time of a whole reading without what the card itself took, beside its bare commands."""
    card = Timed(kind.make())
    beyond = []
    with slot.card(card.card):
        for _ in range(1 + readings):
            card.card.commands.clear()
            card.seconds = 0.0
            started = time.perf_counter()
            read_card(reader, kind.person(), quiet, wait=5)
            beyond.append(time.perf_counter() - started - card.seconds)
            time.sleep(
                0.2
            )  # A clerk needs longer between two cards; the next reader process is ready by then.
        bare = through_pyscard(slot.name, card, readings)
    del beyond[0]  # The first one also starts the reader's process.
    baseline = (1000 * bare, "its commands through pyscard alone")
    return [
        Row(f"{title}, median", 1000 * statistics.median(beyond), "ms", *baseline, 1000 * MOST_SECONDS),
        Row(f"{title}, longest", 1000 * max(beyond), "ms", *baseline),
    ]


class Timed:
    """A card whose own time is counted."""

    def __init__(self, card: VirtualCard) -> None:
        self.card = card
        self.seconds = 0.0
        answer = card.answer

        def counted(command: bytes) -> bytes:
            started = time.perf_counter()
            said = answer(command)
            self.seconds += time.perf_counter() - started
            return said

        card.answer = counted  # type: ignore[method-assign]


def through_pyscard(name: str, card: Timed, readings: int) -> float:
    """Seconds of the last reading's commands, sent again by pyscard with nothing around them, without the card's own time."""
    commands = [command.hex() for command in card.card.commands]
    card.seconds = 0.0
    done = subprocess.run(
        [sys.executable, "-m", "card_bench.bare", name, str(readings)], input=json.dumps(commands),
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    seconds: list[float] = json.loads(done.stdout)
    return statistics.fmean(seconds) - card.seconds / readings


if __name__ == "__main__":
    sys.exit(main())
