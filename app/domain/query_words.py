"""The words of the search box, each with the readings that its shape allows: a date, a lot, a number, or part of a name."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.domain.addresses import address_key, phone_key, split_address
from app.domain.characters import fold_text, has_kanji
from app.domain.dates import ERAS, DateProblem, PartialDate, parse_date
from app.domain.kana import is_kana
from app.domain.names import kanji_key
from app.domain.numbers import NumberProblem, check_digit, number_key, parse_reception_number
from app.domain.numerals import NUMERAL_CHARS
from app.domain.query_text import ERA_NAMES, NUMBER_LABELS, PHONE_LABELS
from app.domain.search import By, Match, Reading


class Script(StrEnum):
    """What a word of a name is written in."""

    TEXT = "text"
    KANA = "kana"
    LATIN = "latin"


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its readings, or with the script of a name when it has no other shape."""

    text: str
    readings: tuple[Reading, ...] = ()
    script: Script | None = None
    after_address: bool = False
    """It can be the building that an address before it stands in."""


@dataclass(frozen=True, slots=True)
class Box:
    """What the reading of a word depends on beside itself."""

    today: date
    own_city: str
    alone: bool
    after_address: bool = False


_RECEPTION = re.compile("[MTSHR][0-9]{1,2}-[0-9]{1,2}-(?:[0-9]{3,6}|[0-9]{1,6}-[0-9])|[MTSHR][0-9]{9,11}")
_NUMERIC = re.compile(r"(?=.*[0-9])\+?[0-9()-]+")
_PHONE_LABEL = re.compile(rf"(?:{PHONE_LABELS})[:.]?(?=[0-9+(])", re.IGNORECASE)
_NUMBER_LABEL = re.compile(f"(?:{NUMBER_LABELS})[:.]?(?=[0-9])")
_ROOM = re.compile("0*([0-9]{1,5})(?:号室|室)")
_DATE = re.compile(
    rf"(?:[MTSHR]|{ERA_NAMES})(?:[0-9]|元)(?!.*(?:丁目|番|号))[0-9元./,、。・年月日-]*(?:生|生まれ)?"
    rf"|(?:{ERA_NAMES})?[0-9元{NUMERAL_CHARS}]+年.*|[0-9]{{1,4}}[./][0-9./]*"
)
_WITHOUT_ERA = re.compile(
    "[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{1,2}|[0-9]{6}|[0-9]{1,2}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?(?:生|生まれ)?"
)
# 一番ヶ瀬 is a surname.
_WITH_NUMBER = re.compile(
    f"[0-9]|大字|[{NUMERAL_CHARS}](?:丁目|番地|番(?=[{NUMERAL_CHARS}]|$)|号$)"
    f"|[{NUMERAL_CHARS}][のノ之][{NUMERAL_CHARS}]+$"
)
_LOT = re.compile(
    f"[0-9{NUMERAL_CHARS}][0-9{NUMERAL_CHARS}-]*(?:丁目|番地|番|号)[0-9{NUMERAL_CHARS}のノ番号丁目地-]*"
)


def read_words(words: list[str], box: Box) -> list[Word]:
    """The words in their order; an address that was pasted with its building is two."""
    read: list[Word] = []
    for word in words:
        for found in (_word(word, box), *_building(word, box)):
            readings = tuple(reading for reading in found.readings if reading.key)
            read.append(replace(found, readings=readings, after_address=box.after_address))
        if any(reading.by in (By.ADDRESS, By.LOT) for reading in read[-1].readings):
            box = replace(box, after_address=True)
    return read


def _word(word: str, box: Box) -> Word:
    """A word with its readings by shape, or as part of a name. One that is too short has neither."""
    upper = word.upper()
    if _RECEPTION.fullmatch(upper):
        return Word(word, (Reading(By.RECEPTION, parse_reception_number(word)),))
    labelled = _PHONE_LABEL.match(word)
    if labelled is not None:
        return Word(word, (Reading(By.PHONE, phone_key(word[labelled.end() :]), Match.PREFIX),))
    labelled = _NUMBER_LABEL.match(word)
    if labelled is not None:
        return Word(word, (Reading(By.NUMBER, number_key(word[labelled.end() :])),))
    if _NUMERIC.fullmatch(word):
        return Word(word, tuple(_numeric(word.strip("-"), box)))
    if _DATE.fullmatch(upper):
        return Word(word, _date_or_address(word, box))
    room = _ROOM.fullmatch(word)
    if room is not None:
        return Word(word, (room_reading(room[1]),))
    if _LOT.fullmatch(word):
        return Word(word, (_lot(word),))
    if _is_address(word, box):
        parts = split_address(word, own_city=box.own_city)
        if parts.building:
            return Word(word, (Reading(By.ADDRESS, parts.place_key, Match.PREFIX),))
        return Word(word, (Reading(By.ADDRESS, parts.key, Match.PREFIX), building_reading(word)))
    if any(char.isdecimal() for char in word):
        if word.isascii():
            return Word(word, (Reading(By.NUMBER, number_key(word)),))
        return Word(word, (building_reading(word),))
    return Word(word, script=script_of(word))


def _is_address(word: str, box: Box) -> bool:
    return (
        has_kanji(word)
        and not box.after_address
        and not _ROOM.fullmatch(word)
        and bool(_WITH_NUMBER.search(word) or _is_in_own_city(word, box.own_city))
    )


def _building(word: str, box: Box) -> Iterator[Word]:
    """The building of an address that was typed, or pasted, in one run. It can be a part of the address after all."""
    if not _is_address(word, box) or _LOT.fullmatch(word) or _DATE.fullmatch(word.upper()):
        return
    parts = split_address(word, own_city=box.own_city)
    if parts.building:
        yield Word(
            parts.building, (building_reading(parts.building), Reading(By.ADDRESS, parts.key, Match.PREFIX))
        )


def script_of(word: str) -> Script | None:
    """The script of a word of a name; None when nothing of it counts."""
    folded = fold_text(word)
    if not folded:
        return None
    if all(is_kana(char) or not fold_text(char) for char in word):
        return Script.KANA
    return Script.LATIN if folded.isascii() else Script.TEXT


def _is_in_own_city(word: str, own_city: str) -> bool:
    return bool(own_city) and address_key(word, own_city=own_city) != address_key(word)


def address_reading(word: str, own_city: str) -> Reading:
    """An address from the town on."""
    return Reading(By.ADDRESS, address_key(word, own_city=own_city), Match.PREFIX)


def building_reading(word: str) -> Reading:
    """A building by the beginning of its name."""
    return Reading(By.BUILDING, kanji_key(word), Match.PREFIX)


def room_reading(number: str) -> Reading:
    """A room of any building."""
    return Reading(By.BUILDING, number)


def _lot(word: str) -> Reading:
    return Reading(By.LOT, address_key(word), Match.PREFIX)


def _date_or_address(word: str, box: Box) -> tuple[Reading, ...]:
    """A birth date; a town named after an era with a lot (昭和1-2-3) can be both."""
    town = has_kanji(word) and "-" in word
    try:
        births = tuple(_births(word, box.today))
    except DateProblem:
        if not town:
            raise
        births = ()
    return (*births, address_reading(word, box.own_city)) if town else births


def _births(word: str, today: date) -> Iterator[Reading]:
    """The readings of a date; one without an era in each era that it can be of."""
    try:
        found = parse_date(word, today=today, field="any")
    except DateProblem:
        if not _WITHOUT_ERA.fullmatch(word):
            raise
        yield from _births_of_any_era(word, today)
        return
    span = found.range if isinstance(found, PartialDate) else found
    yield Reading(By.BIRTH, span.first, last=span.last)
    if isinstance(found, PartialDate) or span.first[6:] == "00":
        return
    # Cut at the first day of an era: who was born on an unknown day of that year is found as well.
    for unknown in (span.first[:4] + "0000", span.first[:6] + "00"):
        yield Reading(By.BIRTH, unknown, last=unknown)


def _births_of_any_era(word: str, today: date) -> Iterator[Reading]:
    found = False
    for era in reversed(ERAS):
        with suppress(DateProblem):
            born = parse_date(era.letter + word, today=today, field="any")
            span = born.range if isinstance(born, PartialDate) else born
            if span.first <= f"{today:%Y%m%d}":
                found = True
                yield Reading(By.BIRTH, span.first, last=span.last)
    if not found:
        raise DateProblem(
            f"「{word}」は日付として読めません。元号を付けるか、西暦で入れてください。例: S40.1.2"
        )


def _numeric(word: str, box: Box) -> Iterator[Reading]:
    """The readings of digits with or without dashes and brackets: a date, a lot, a phone, a number."""
    digits = "".join(char for char in word if char.isdecimal())
    if len(digits) == 12 and check_digit(digits[:-1]) == digits[-1]:
        raise NumberProblem(
            "12桁の番号は個人番号の可能性があるため、探せません。氏名や生年月日で探してください。"
        )
    if word.startswith("+") or (digits.startswith("0") and len(digits) in (10, 11)):
        yield Reading(By.PHONE, phone_key(word), Match.PREFIX)
    if digits == word:
        yield from _digits(digits, box)
        return
    parts = [part for part in re.split("[-()]+", word) if part]
    if len(parts[0]) == 4 and len(parts) in (2, 3):
        with suppress(DateProblem):
            yield from _births(word, box.today)
    if 2 <= len(parts) <= 4 and all(len(part) <= 5 and not part.startswith("0") for part in parts):
        yield _lot(word)
    if len(parts) == 2 and len(parts[-1]) == 4 and 2 <= len(parts[0]) <= 4:
        yield Reading(By.PHONE, phone_key(word), Match.PREFIX)
    if len(digits) >= 6:
        yield Reading(By.NUMBER, number_key(digits))


def _digits(digits: str, box: Box) -> Iterator[Reading]:
    """The readings of digits alone. Fewer than four are a lot beside something else, and too few by themselves."""
    if len(digits) < 4:
        if not box.alone and not digits.startswith("0"):
            yield _lot(digits)
        return
    births: list[Reading] = []
    if len(digits) in (4, 6, 7, 8):
        with suppress(DateProblem):
            births = [birth for birth in _births(digits, box.today) if birth.key <= f"{box.today:%Y%m%d}"]
    yield from births
    if len(digits) == 4 and births:
        return
    yield Reading(By.NUMBER, number_key(digits))
    if not births and len(digits) < 10:
        yield Reading(By.PHONE, phone_key(digits), Match.PREFIX)
    if len(digits) == 4 and not box.alone and not digits.startswith("0"):
        yield _lot(digits)
