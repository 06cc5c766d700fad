"""nfcpy: a second way for readers without a PC/SC driver, only where it was configured.

On Windows it takes the reader away from PC/SC and from every other program (docs/cards.md).
"""

from __future__ import annotations

import contextlib
from typing import Any

import nfc
import nfc.clf
import nfc.tag

from cardreader_agent.readers.device import Code, DeviceError

TYPE_B = "106B"
"""How all these cards talk (ISO 14443 type B)."""


class NfcDevice:
    """The device at one path of nfcpy (``usb``, ``usb:054c:06c3``, ``udp:host:port`` for tests)."""

    def __init__(self) -> None:
        self._frontend: Any = None
        self._tag: Any = None

    def names(self, wanted: str) -> list[str]:
        self._opened(wanted)
        return [wanted]

    def connect(self, name: str) -> None:
        self._tag = None
        frontend = self._opened(name)
        try:
            target = frontend.sense(nfc.clf.RemoteTarget(TYPE_B))
            self._tag = nfc.tag.activate(frontend, target) if target is not None else None
        except (OSError, nfc.clf.UnsupportedTargetError):
            self._forget()
            raise DeviceError(Code.READER_UNAVAILABLE) from None
        except (nfc.clf.CommunicationError, nfc.tag.TagCommandError):
            raise DeviceError(Code.UNRESPONSIVE_CARD) from None
        if self._tag is None:
            raise DeviceError(Code.NO_SMARTCARD)

    def begin(self) -> None:
        if not self.is_there():
            raise DeviceError(Code.REMOVED_CARD)

    def end(self) -> None:
        """Nobody else can have it."""

    def transmit(self, command: bytearray) -> bytes:
        if self._tag is None:
            raise DeviceError(Code.REMOVED_CARD)
        try:
            return bytes(self._tag.transceive(command))
        except (nfc.tag.TagCommandError, nfc.clf.CommunicationError):
            self._tag = None
            raise DeviceError(Code.REMOVED_CARD) from None
        except (IndexError, TypeError, ValueError):
            # An empty or garbled block, on which nfcpy does not count.
            self._tag = None
            raise DeviceError(Code.DATA_LOST) from None
        except OSError:
            self._forget()
            raise DeviceError(Code.READER_UNAVAILABLE) from None

    def is_there(self) -> bool:
        """A card that left the field has forgotten the conversation and does not answer in it."""
        try:
            return self._tag is not None and bool(self._tag.is_present)
        except (nfc.clf.CommunicationError, nfc.tag.TagCommandError, OSError):
            return False

    def close(self) -> None:
        self._tag = None
        self._forget()

    def _opened(self, path: str) -> Any:
        if self._frontend is None:
            try:
                self._frontend = nfc.ContactlessFrontend(path)
            except (OSError, ValueError):
                raise DeviceError(Code.NO_READERS_AVAILABLE) from None
        return self._frontend

    def _forget(self) -> None:
        """Switch the field off, which ends every right a card gave."""
        frontend, self._frontend = self._frontend, None
        if frontend is not None:
            with contextlib.suppress(OSError, nfc.clf.CommunicationError):
                frontend.close()
