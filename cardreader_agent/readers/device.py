"""What a reader's driver is to the process that serves it, and the codes it fails with: those of PC/SC, also for nfcpy."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol


class Code(IntEnum):
    """Answers of PC/SC that are told apart; every other one is a fault of card or reader."""

    GOOD = 0
    INVALID_PARAMETER = 0x80100004
    INSUFFICIENT_BUFFER = 0x80100008
    UNKNOWN_READER = 0x80100009
    SHARING_VIOLATION = 0x8010000B
    NO_SMARTCARD = 0x8010000C
    PROTOCOL_MISMATCH = 0x8010000F
    INVALID_VALUE = 0x80100011
    FAILED = 0x80100013
    NOT_TRANSACTED = 0x80100016
    READER_UNAVAILABLE = 0x80100017
    NO_SERVICE = 0x8010001D
    SERVICE_STOPPED = 0x8010001E
    UNSUPPORTED_FEATURE = 0x8010001F
    NO_READERS_AVAILABLE = 0x8010002E
    DATA_LOST = 0x8010002F
    UNRESPONSIVE_CARD = 0x80100066
    UNPOWERED_CARD = 0x80100067
    RESET_CARD = 0x80100068
    REMOVED_CARD = 0x80100069


LOST_CONTEXT = frozenset(
    {Code.NO_SERVICE, Code.SERVICE_STOPPED, Code.READER_UNAVAILABLE, 0x80100003, 0x80100005}
)
"""After these (also: a handle that is no longer valid) everything is opened anew."""


class DeviceError(Exception):
    """A call of the driver failed. ``code`` is one of `Code` or another one of PC/SC or Windows."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code:08X}")
        self.code = code


class Device(Protocol):
    """One way to cards. Every method may raise DeviceError; no method waits longer than the card it talks to."""

    def names(self, wanted: str) -> list[str]:
        """The readers there are; a way that knows readers only by their path says whether ``wanted`` is there."""

    def connect(self, name: str) -> None:
        """Power the card that lies on a reader now. Raises NO_SMARTCARD when there is none."""

    def begin(self) -> None:
        """Have the card alone. Raises RESET_CARD or REMOVED_CARD when it is no longer as `connect` found it."""

    def end(self) -> None:
        """Let others have it again, as it is."""

    def transmit(self, command: bytearray) -> bytes: ...

    def is_there(self) -> bool:
        """Whether the card that was connected still lies there."""

    def close(self) -> None:
        """Power the card down; never raises."""


def matching(wanted: str, names: list[str]) -> str:
    """The reader of that name, or the only one whose name holds it; without a wish the only one there is.

    A reader that was plugged in anew may carry another number at the end. Raises NO_READERS_AVAILABLE, UNKNOWN_READER.
    """
    if not names:
        raise DeviceError(Code.NO_READERS_AVAILABLE)
    if wanted in names:
        return wanted
    part = _without_numbers(wanted).casefold()
    alike = [name for name in names if part in name.casefold()]
    if len(alike) != 1:
        raise DeviceError(Code.UNKNOWN_READER)
    return alike[0]


def _without_numbers(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[-1].isdecimal():
        words.pop()
    return " ".join(words)
