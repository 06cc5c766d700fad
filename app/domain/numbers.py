"""Numbers with a check digit (検査数字): addressee and household numbers of the register, reception numbers (受付番号)."""

import re
from datetime import date

from app.domain.characters import compose
from app.domain.eras import ERAS, era_on

_WEIGHTS = (2, 3, 4, 5, 6, 7)
_MUNICIPALITY_WEIGHTS = (6, 5, 4, 3, 2)
_MOST_IN_A_YEAR = 999_999
_EXAMPLE = "例: R8-04-000123-7"
_DASHES = "-‐‑‒–—―−ーｰ"
_ERA_LETTERS = "".join(era.letter for era in ERAS)
_ERA_OF = {name: era for era in ERAS for name in (era.letter, era.name, era.name[0])}
_YEAR = re.compile("(" + "|".join(sorted(_ERA_OF, key=len, reverse=True)) + r")0?([1-9]\d?)")
_WRITTEN = re.compile(rf"([{_ERA_LETTERS}]\d{{1,2}})-(\d{{1,2}})-(\d{{1,6}})(?:-(\d))?")
_RUN_TOGETHER = re.compile(rf"([{_ERA_LETTERS}])(\d{{9,11}})")


class NumberProblem(ValueError):
    """A typed number that cannot be used; `message` says (in Japanese) what was read, what is wrong, what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def check_digit(digits: str) -> str:
    """The check digit of a string of digits: modulus 11, weights 2 to 7 from the right over and over.

    The digit is 11 less the remainder; a remainder of 0 gives 0, and so does a result of 10 (住民記録システム標準仕様書
    1.1.13). Numbers of an older system can carry another digit: warn of them, never refuse them. Raises `ValueError` for
    anything but digits.
    """
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError(f"not digits: {digits!r}")
    total = sum(int(char) * _WEIGHTS[at % 6] for at, char in enumerate(reversed(digits)))
    return str((11 - total % 11) % 11 % 10)


def municipality_code(five: str) -> str:
    """The six digits (全国地方公共団体コード) of a municipality or prefecture from its first five: 43206 → 432067.

    Weights 6, 5, 4, 3, 2; the last digit of 11 less the remainder by 11. Raises `ValueError` for anything but five digits.
    """
    if len(five) != 5 or not (five.isascii() and five.isdecimal()):
        raise ValueError(f"not five digits: {five!r}")
    total = sum(int(char) * weight for char, weight in zip(five, _MUNICIPALITY_WEIGHTS, strict=True))
    return five + str(11 - total % 11)[-1]


def number_key(text: str) -> str:
    """A number as it is compared: half-width letters and digits without separators and leading zeros."""
    plain = compose(text).upper()
    return "".join(char for char in plain if char.isascii() and char.isalnum()).lstrip("0")


def reception_number(year_in_era_text: str, month: int, serial: int) -> str:
    """The number of a reception: "R8", 4, 123 → R8-04-000123-7 (年, 月, serial within the year, check digit).

    The check digit covers the code of the era, the year, the month and the serial. Takes R8, R08, R元 and 令和8. Raises
    `ValueError` for another year text, a month outside 1 to 12, and a serial outside 1 to 999999.
    """
    match = _YEAR.fullmatch(compose(year_in_era_text).strip().upper().replace("元", "1").removesuffix("年"))
    if match is None:
        raise ValueError(f"not a year of an era: {year_in_era_text!r}")
    if not 1 <= month <= 12 or not 1 <= serial <= _MOST_IN_A_YEAR:
        raise ValueError(f"no reception number for month {month}, serial {serial}")
    era, year = _ERA_OF[match[1]], int(match[2])
    check = check_digit(f"{era.code}{year}{month:02}{serial:06}")
    return f"{era.letter}{year}-{month:02}-{serial:06}-{check}"


def parse_reception_number(text: str) -> str:
    """The reception number that was typed, in its full form.

    Takes any width and case, missing separators, missing leading zeros and a missing check digit, which is then added.
    Raises `NumberProblem` for another shape and for a wrong check digit.
    """
    plain = re.sub(f"[{_DASHES}]", "-", "".join(compose(text).upper().split()))
    match = _WRITTEN.fullmatch(plain)
    if match is not None:
        year, month, serial, check = match.groups()
    else:
        year, month, serial, check = _without_separators(plain, text)
    try:
        number = reception_number(year, int(month), int(serial))
    except ValueError:
        raise NumberProblem(f"「{text}」は受付番号として読めません。{_EXAMPLE}") from None
    if check is not None and number[-1] != check:
        raise NumberProblem(
            f"「{text}」の最後の数字が合いません。受付番号の打ち間違いがないか確かめてください。{_EXAMPLE}"
        )
    return number


def is_reception_number(text: str) -> bool:
    """Whether a text has the shape of a reception number, whatever its check digit is."""
    plain = re.sub(f"[{_DASHES}]", "-", "".join(compose(text).upper().split()))
    return bool(_WRITTEN.fullmatch(plain) or _RUN_TOGETHER.fullmatch(plain))


def read_serial(text: str) -> tuple[int, str] | None:
    """The serial of a reception number written alone, with its check digit if there is one: #123, 123-4; else None."""
    plain = re.sub(f"[{_DASHES}]", "-", compose(text).upper()).strip().removeprefix("#")
    match = re.fullmatch(r"0*([1-9]\d{0,5})(?:-(\d))?", plain)
    return (int(match[1]), match[2] or "") if match else None


def year_numbers(day: date, serial: int, check: str = "") -> list[str]:
    """The reception numbers that a serial can have in the year of a day, one for each month (and era of the year).

    With a check digit, those that it fits. Raises `NumberProblem` when it fits none.
    """
    months = [date(day.year, month, 28) for month in range(1, 13)]
    eras = [(era_on(one), one.month) for one in months]
    numbers = [
        reception_number(f"{era.letter}{era.year_of(day.year)}", month, serial) for era, month in eras if era
    ]
    fitting = [number for number in numbers if not check or number[-1] == check]
    if not fitting:
        raise NumberProblem(
            f"「{serial}-{check}」の最後の数字が合いません。受付番号の打ち間違いがないか確かめてください。{_EXAMPLE}"
        )
    return fitting


def _without_separators(plain: str, text: str) -> tuple[str, str, str, str | None]:
    """(year, month, serial, check digit) of R8040001237 and its like; the check digit tells where the year ends."""
    match = _RUN_TOGETHER.fullmatch(plain)
    if match is None:
        raise NumberProblem(f"「{text}」は受付番号として読めません。{_EXAMPLE}")
    letter, digits = match.groups()
    readings: list[tuple[str, str, str, str | None]] = []
    for years in (1, 2):
        rest = digits[years:]
        if len(rest) in (8, 9):
            readings.append((letter + digits[:years], rest[:2], rest[2:8], rest[8:] or None))
    possible = [
        reading
        for reading in readings
        if 1 <= int(reading[1]) <= 12 and int(reading[2]) and reading[0][1] != "0"
    ]
    for year, month, serial, check in possible:
        if check is not None and reception_number(year, int(month), int(serial))[-1] == check:
            return year, month, serial, check
    if not possible:
        raise NumberProblem(f"「{text}」は受付番号として読めません。{_EXAMPLE}")
    return possible[0]
