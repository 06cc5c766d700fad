"""The reader that the settings choose, and one whole card of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection

from cardreader_agent.readers.process import ReaderProcess
from cardreader_agent.reading import Ask, Progress, Reading
from cardreader_agent.session import read_card
from cardreader_agent.wire.settings import Settings


class CardsAtHand:
    """See `agent.Cards`."""

    def __init__(self, settings: Settings) -> None:
        way = "nfcpy" if settings.nfc_device else "pcsc"
        self._reader = ReaderProcess(way, settings.nfc_device or settings.reader)

    def names(self) -> list[str]:
        """See `agent.Cards`."""
        return self._reader.names()

    def read(
        self, fields: Collection[str], ask: Ask, progress: Progress, stopped: Callable[[], bool], *,
        last_try: bool, seconds: float,
    ) -> Reading:  # fmt: skip
        """See `agent.Cards`."""
        return read_card(
            self._reader, ask, progress, fields=fields, last_try_agreed=last_try, wait=seconds, stopped=stopped
        )  # fmt: skip

    def close(self) -> None:
        """Let the reader go; never raises."""
        with contextlib.suppress(OSError):
            self._reader.close()
