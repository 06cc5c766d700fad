"""The watch over the folder of the core system's files, as a process beside the server that starts and ends with it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

from environment import ROOT, say

AGAIN_SECONDS = 60.0
"""How long after its end a watch is started again; a killed one still holds its place for a while."""

PATIENCE_SECONDS = 60.0
"""How long the server waits at its own end for a switch to be finished."""

_COMMAND = (sys.executable, "-m", "flask", "--app", "app", "feed", "watch")


class WatchBeside:
    """Keeps one watch running from `start` to `stop`."""

    def __init__(self, command: tuple[str, ...] = _COMMAND, again: float = AGAIN_SECONDS) -> None:
        self._command = command
        self._again = again
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._owner = os.getpid()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the watch: before a switch at once, within one when it is done. In a forked server: nothing."""
        if os.getpid() != self._owner:
            return
        self._over.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
        self._thread.join(PATIENCE_SECONDS)

    def _keep(self) -> None:
        # A server that is killed must not leave its watch behind.
        tie: Callable[[], None] | None = _end_with_parent if sys.platform == "linux" else None
        while not self._over.is_set():
            self._process = subprocess.Popen(self._command, cwd=ROOT, preexec_fn=tie)
            if self._over.is_set():
                self._process.terminate()
            self._process.wait()
            if not self._over.is_set():
                say(f"取込フォルダーの見張りが終わりました。{self._again:.0f}秒後に、もう一度始めます。")
            self._over.wait(self._again)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
