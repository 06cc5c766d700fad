"""Numbers of the invented city: check digits as the standards compute them, and ranges that nobody has.

Phones begin with 0999-0 or 090-0: no subscriber number in Japan starts with a zero after the area code.
Corporation numbers carry a wrong check digit on purpose, so that none can be a registered one.
"""

from __future__ import annotations

from random import Random

_ADDRESSEE_WEIGHTS = (2, 3, 4, 5, 6, 7)
_ADDRESSEE_DIGITS = 9


def addressee_check_digit(serial: int) -> int | None:
    """Modulus 11 with weights 2 to 7 from the right; remainder 0 gives 0, remainder 1 gives no digit at all."""
    remainder = _weighted(serial) % 11
    if remainder == 1:
        return None
    return 11 - remainder if remainder else 0


def _weighted(serial: int) -> int:
    total, place = 0, 0
    while serial:
        serial, digit = divmod(serial, 10)
        total += digit * _ADDRESSEE_WEIGHTS[place % 6]
        place += 1
    return total


def unregistered_corporation_number(serial: int) -> str:
    """Thirteen digits like a corporation number (法人番号) whose first digit is not its check digit."""
    body = f"{serial:012d}"
    total = sum(int(digit) * (1 if place % 2 == 0 else 2) for place, digit in enumerate(reversed(body)))
    return str((9 - total % 9) % 9 + 1) + body


class Serials:
    """Hands out addressee or household numbers (宛名番号, 世帯番号): a serial and its check digit, with small gaps."""

    def __init__(self, first: int) -> None:
        self._next = first

    def take(self) -> str:
        while True:
            serial = self._next
            self._next += 1
            digit = addressee_check_digit(serial)
            if digit is not None:
                return f"{serial:0{_ADDRESSEE_DIGITS}d}{digit}"


def phone(rng: Random) -> str:
    """A phone number that cannot exist."""
    if rng.random() < 0.5:
        return f"0999-0{int(rng.random() * 10)}-{int(rng.random() * 10000):04d}"
    return f"090-0{int(rng.random() * 1000):03d}-{int(rng.random() * 10000):04d}"


def resident_record_code(rng: Random) -> str:
    """Eleven digits like a resident record code (住民票コード) whose last digit is not its check digit."""
    body = int(rng.random() * 10**10)
    remainder = _weighted(body) % 11
    right = 0 if remainder < 2 else 11 - remainder
    return f"{body:010d}{(right + 1) % 10}"
