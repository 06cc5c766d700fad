"""PC/SC through pyscard: the readers that Windows and pcscd know.

pyscard holds the interpreter while it waits for a card, so this runs in a process of its own (`serving`).
"""

from __future__ import annotations

import contextlib
from typing import Any

from smartcard import scard

from cardreader_agent.readers.device import LOST_CONTEXT, Code, DeviceError, matching

UNSIGNED = 0xFFFFFFFF
PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
COUNT_OF_EVENTS = 16
"""The upper half of a reader's state counts the cards that came and went."""


class PcscDevice:
    """One reader at a time. Everything is opened again after the system's service stopped or a reader was unplugged."""

    def __init__(self) -> None:
        self._context: Any = None
        self._card: Any = None
        self._protocol = 0
        self._reader = ""
        self._events = 0

    def names(self, wanted: str = "") -> list[str]:
        found = self._call(scard.SCardListReaders, self._opened(), [])
        return [str(name) for name in found[0]]

    def connect(self, name: str) -> None:
        self.close()
        self._reader = matching(name, self.names())
        state = self._state()
        if not state & scard.SCARD_STATE_PRESENT:
            raise DeviceError(Code.NO_SMARTCARD)
        self._events = state >> COUNT_OF_EVENTS
        self._card, self._protocol = self._call(
            scard.SCardConnect, self._opened(), self._reader, scard.SCARD_SHARE_SHARED, PROTOCOLS
        )

    def begin(self) -> None:
        self._call(scard.SCardBeginTransaction, self._card)
        if not self.is_there():
            self.end()
            raise DeviceError(Code.REMOVED_CARD)

    def end(self) -> None:
        with contextlib.suppress(DeviceError):
            self._call(scard.SCardEndTransaction, self._card, scard.SCARD_LEAVE_CARD)

    def transmit(self, command: bytearray) -> bytes:
        # A list of small numbers: pyscard takes nothing else, and the numbers are no copy of a secret in one piece.
        return bytes(self._call(scard.SCardTransmit, self._card, self._protocol, list(command))[0])

    def is_there(self) -> bool:
        if self._card is None:
            return False
        state = self._state()
        return bool(state & scard.SCARD_STATE_PRESENT) and state >> COUNT_OF_EVENTS == self._events

    def close(self) -> None:
        if self._card is not None:
            card, self._card = self._card, None
            with contextlib.suppress(DeviceError):
                self._call(scard.SCardDisconnect, card, scard.SCARD_UNPOWER_CARD)

    def _state(self) -> int:
        """Flags of the reader now, with the count of its events above them."""
        asked = [(self._reader, scard.SCARD_STATE_UNAWARE)]
        states = self._call(scard.SCardGetStatusChange, self._opened(), 0, asked)[0]
        return int(states[0][1]) & UNSIGNED

    def _opened(self) -> Any:
        if self._context is None:
            self._context = self._call(scard.SCardEstablishContext, scard.SCARD_SCOPE_USER)[0]
        return self._context

    def _call(self, function: Any, *arguments: Any) -> list[Any]:
        """The results of a call after its code. Raises DeviceError; a lost service makes the next call open everything anew."""
        try:
            said = function(*arguments)
        except (SystemError, TypeError, ValueError, OverflowError):
            # pyscard on a handle or a service that went away under it.
            self._forget()
            raise DeviceError(Code.NO_SERVICE) from None
        code, results = (said[0], list(said[1:])) if isinstance(said, list | tuple) else (said, [])
        code &= UNSIGNED
        if code != Code.GOOD:
            if code in LOST_CONTEXT:
                self._forget()
            raise DeviceError(code)
        return results

    def _forget(self) -> None:
        """Let go of everything, so that nothing of a stopped service is used again."""
        context, self._context = self._context, None
        self._card = None
        if context is not None:
            with contextlib.suppress(SystemError):
                scard.SCardReleaseContext(context)
