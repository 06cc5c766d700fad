"""What is being typed: one buffer, character by character, without ever being a string; it forgets by itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from cardreader_agent.memory import wipe
from cardreader_agent.reading import Secret, SecretKind

FORGETS_AFTER = 30.0
"""Seconds without a key after which what was typed is overwritten."""
_DIGITS, _CAPITALS = range(0x30, 0x3A), range(0x41, 0x5B)
LENGTHS = {
    SecretKind.TEXT_PIN: 4,
    SecretKind.LICENCE_PIN: 4,
    SecretKind.PRINTED_NUMBER: 14,
    SecretKind.CARD_NUMBER: 12,
}
GROUPS = {
    SecretKind.TEXT_PIN: (4,),
    SecretKind.LICENCE_PIN: (4,),
    SecretKind.PRINTED_NUMBER: (6, 4, 4),
    SecretKind.CARD_NUMBER: (2, 8, 2),
}
"""How the places are shown."""


class Entry:
    """The places of one secret. Only what can stand at a place is taken; a small letter counts as its capital."""

    def __init__(self, kind: SecretKind, clock: Callable[[], float] = time.monotonic) -> None:
        self.kind = kind
        self._clock, self._touched = clock, clock()
        # Never reallocated, so that no copy of it stays behind anywhere.
        self._typed = bytearray(LENGTHS[kind])
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"Entry({self.kind.value}, {self._count})"

    @property
    def whole(self) -> bool:
        return self._count == LENGTHS[self.kind]

    @property
    def wants_letter(self) -> bool:
        """Whether a letter stands at the next place."""
        return self.kind is SecretKind.CARD_NUMBER and not 2 <= self._count < 10

    def add(self, char: str) -> bool:
        """Take one character; False for one that cannot stand there."""
        self._touched = self._clock()
        if self.whole or len(char) != 1:
            return False
        code = ord(char)
        if self.wants_letter and 0x61 <= code <= 0x7A:
            code -= 0x20
        if code not in (_CAPITALS if self.wants_letter else _DIGITS):
            return False
        self._typed[self._count] = code
        self._count += 1
        return True

    def back(self) -> None:
        """Take the last character away."""
        self._touched = self._clock()
        if self._count:
            self._count -= 1
            self._typed[self._count] = 0

    def forget(self) -> None:
        """Overwrite what was typed: the window lost the focus, or nobody went on."""
        self._count = 0
        self._typed[:] = bytes(len(self._typed))

    def forget_when_left(self) -> bool:
        """`forget` after half a minute without a key; whether there was anything to forget."""
        if not self._count or self._clock() - self._touched < FORGETS_AFTER:
            return False
        self.forget()
        return True

    def take(self) -> Secret | None:
        """Give the whole secret away; None while places are open. Nothing of it stays here."""
        if not self.whole:
            return None
        secret = Secret(self.kind, bytearray(self._typed))
        self.forget()
        return secret

    def shown(self, place: int) -> str:
        """The character of a place that the clerk wants to see: of a printed number only, never of a PIN."""
        if place >= self._count or self.kind in {SecretKind.TEXT_PIN, SecretKind.LICENCE_PIN}:
            return ""
        return chr(self._typed[place])


def close(entry: Entry) -> None:
    """The end of an entry, whatever became of it."""
    entry.forget()
    wipe(entry._typed)
