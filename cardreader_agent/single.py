"""One agent on a PC: a second one ends by itself and says so."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

NAME = "Global\\KakanaiCardReader"
FILE = "running.lock"


class AlreadyRunning(Exception):
    """Another agent runs on this PC."""


def hold_the_place(place: Path) -> Any:
    """Keep what is returned as long as the agent runs. Raises AlreadyRunning."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        mutex = kernel.CreateMutexW(None, False, NAME)
        already_exists, access_denied = 183, 5  # another user's mutex of the same name cannot even be opened
        if ctypes.get_last_error() in {already_exists, access_denied}:
            raise AlreadyRunning
        return mutex
    import fcntl

    place.mkdir(parents=True, exist_ok=True)
    file = (place / FILE).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyRunning from None
    return file
