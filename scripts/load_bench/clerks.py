"""Clerks at their counters: each searches, opens a case and goes through its steps, with a pause between two requests."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException

from benchmarks.counter import FAMILY, Desk

EMPTY, SEARCH, STEP, OTHER = "empty page", "search", "step change", "other"
Act = tuple[str, Callable[[], object]]


@dataclass
class Watch:
    """A phase: the seconds between two requests, and what the clerks met while it was open: seconds of each by its kind, faults."""

    think: float
    times: dict[str, list[float]] = field(
        default_factory=lambda: {EMPTY: [], SEARCH: [], STEP: [], OTHER: []}
    )
    faults: list[str] = field(default_factory=list)
    open: bool = False

    @property
    def requests(self) -> int:
        """How many were answered."""
        return sum(map(len, self.times.values()))


class Clerk(threading.Thread):
    """Signed in at a desk; works until it is told to stop. ``watch`` may be exchanged between two phases."""

    def __init__(self, desk: Desk, seed: int, work: Callable[[Clerk], Iterator[Act]], watch: Watch) -> None:
        super().__init__(daemon=True)
        self.desk, self.work, self.watch = desk, work, watch
        self.chance = random.Random(seed)  # noqa: S311
        self.stop = threading.Event()

    def run(self) -> None:
        """Begin somewhere within the first pause, so that not all press at once."""
        self.stop.wait(self.chance.uniform(0, self.watch.think))
        while not self.stop.is_set():
            for kind, act in self.work(self):
                if not self._do(kind, act) or self._think():
                    break

    def _think(self) -> bool:
        return self.stop.wait(self.watch.think * self.chance.uniform(0.5, 1.5))

    def _do(self, kind: str, act: Callable[[], object]) -> bool:
        watch, started = self.watch, time.perf_counter()
        try:
            act()
        except (RuntimeError, OSError, HTTPException) as problem:
            if watch.open:
                watch.faults.append(f"{kind}: {problem}")
            self._think()
            return False
        if watch.open:
            watch.times[kind].append(time.perf_counter() - started)
        return True


def reception(texts: Sequence[str], clerk: Clerk) -> Iterator[Act]:
    """A visitor's case: three searches, then a move-in of four as far as its list of procedures."""
    desk = clerk.desk
    for _ in range(3):
        yield SEARCH, partial(desk.post, "/residents/search", query=clerk.chance.choice(texts))
    yield OTHER, partial(desk.get, "/")
    yield OTHER, partial(desk.post, "/cases", channel="counter")
    case = desk.path.split("/")[2]
    yield STEP, partial(
        desk.post, f"/cases/{case}/steps/identity", version=desk.field("version"), document="my_number_card",
        relation="self", name="計測　太郎", kana="ケイソク　タロウ", birth="S60.1.2", sex="1", address="", phone="",
    )  # fmt: skip
    yield STEP, partial(desk.post, f"/cases/{case}/steps/kind", version=desk.field("version"), kind="move_in")
    yield STEP, partial(desk.post, f"/cases/{case}/steps/content", **_move(desk))
    yield STEP, partial(desk.post, f"/cases/{case}/steps/questions", version=desk.field("version"))
    yield OTHER, partial(desk.post, f"/cases/{case}/suspend", version=desk.field("version"))


def _move(desk: Desk) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {
        "version": desk.field("version"), "changed_on": "今日", "old_address": "", "town_text": "計測町", "town": "",
        "lot_text": "1番地", "building_text": "", "origin": "other", "household": "new", "householder": "",
    }  # fmt: skip
    for place, (relationship, birth, sex) in enumerate(FAMILY):
        fields |= {
            f"name-{place}": f"計測　{place}郎", f"kana-{place}": "", f"birth-{place}": birth, f"sex-{place}": sex,
            f"relationship-{place}": relationship, f"included-{place}": "1",
            f"person-{place}": desk.field(f"person-{place}"),
        }  # fmt: skip
    return fields


def looking_on(clerk: Clerk) -> Iterator[Act]:
    """Somebody of a counter without cases opens the page that would list them: sign-in, authority and frame alone."""
    yield EMPTY, partial(clerk.desk.get, "/resume")
