"""The agent's log: times and codes, never a name, a number, a PIN or an APDU. Three files of a megabyte at most."""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE = "cardreader.log"
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,40}")


class CodeLog:
    """Writes lines like ``slot-answered slot=4f2a… outcome=read card=drivers_licence``."""

    def __init__(self, place: Path | None) -> None:
        self._log = logging.Logger("cardreader", logging.INFO)
        handler: logging.Handler = logging.StreamHandler()
        if place is not None:
            place.mkdir(parents=True, exist_ok=True)
            handler = RotatingFileHandler(
                place / FILE, maxBytes=1_000_000, backupCount=2, encoding="ascii", delay=True
            )
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        self._log.addHandler(handler)

    def note(self, event: str, **codes: str | int) -> None:
        """One line. What is no short code is written as ``?``, so that no text of a card can slip in."""
        told = [f"{name}={value if _CODE.fullmatch(str(value)) else '?'}" for name, value in codes.items()]
        self._log.info(" ".join([event, *told]))

    def close(self) -> None:
        """Let go of the file."""
        for handler in list(self._log.handlers):
            handler.close()
            self._log.removeHandler(handler)
