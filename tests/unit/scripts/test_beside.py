"""scripts/beside.py: the watch that runs beside the server."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from beside import WatchBeside


def _until(found: Callable[[], bool]) -> None:
    for _ in range(400):
        if found():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen within 20 seconds")


def test_it_is_started_again_and_ends_with_the_server(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    # The first ends by itself, the second goes on until it is told to end, and finishes what it is at.
    script = f"""
import pathlib, signal, sys, time
begun = pathlib.Path({str(begun)!r})
second = begun.exists()
def end(*_):
    begun.with_name("ended").touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
begun.open("a").write("x")
while second:
    time.sleep(0.05)
"""
    watch = WatchBeside((sys.executable, "-c", script), again=0.05)
    watch.start()
    _until(lambda: begun.exists() and begun.read_text() == "xx")
    watch.stop()
    assert (tmp_path / "ended").exists()
    assert begun.read_text() == "xx"
