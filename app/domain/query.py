"""The one search box: what was typed, as conditions that must all hold, each in the ways it can be read."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby

from app.domain.addresses import address_key, phone_key, split_address
from app.domain.characters import compose, fold_text, has_kanji
from app.domain.dates import ERAS, DateProblem, PartialDate, parse_date
from app.domain.kana import is_kana, kana_keys
from app.domain.names import corporation_key, kanji_key, latin_words, split_corporation
from app.domain.numbers import NumberProblem, check_digit, number_key, parse_reception_number
from app.domain.numerals import NUMERAL_CHARS
from app.domain.search import By, Condition, Match, Query, Reading

__all__ = ["By", "Condition", "Match", "Query", "Reading", "parse_query"]

MOST_CHARACTERS = 100
MOST_WORDS = 8


class _Script(StrEnum):
    """What a word of a name is written in."""

    TEXT = "text"
    KANA = "kana"
    LATIN = "latin"


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with its readings, or with the script of a name when it has no other shape."""

    text: str
    readings: tuple[Reading, ...] = ()
    script: _Script | None = None
    after_address: bool = False
    """It can be the building that an address before it stands in."""


@dataclass(frozen=True, slots=True)
class _Box:
    """What the reading of a word depends on beside itself."""

    today: date
    own_city: str
    alone: bool
    after_address: bool = False


_DASHES = re.compile("[‐‑‒–—―−〜~]|(?<=[0-9])ー(?=[0-9])")
_JOINED = (
    (
        re.compile(
            "(?<=[治正和成]) (?=(?:[0-9]+|元)年)|(?<=[0-9元][年月]) (?=[0-9])|(?<=[目地番]) (?=[0-9]+(?:番|号))"
        ),
        "",
    ),
    (re.compile(r"^(\+81) (?=[0-9 -]+$)"), r"\1-"),
    (re.compile(r"^(0[0-9]{1,4}) ([0-9]{1,4}) ([0-9]{4})$"), r"\1-\2-\3"),
)
_RECEPTION = re.compile("[MTSHR][0-9]{1,2}-[0-9]{1,2}-(?:[0-9]{3,6}|[0-9]{1,6}-[0-9])|[MTSHR][0-9]{9,11}")
_NUMERIC = re.compile(r"(?=.*[0-9])\+?[0-9()-]+")
_PHONE_LABEL = re.compile("(?:電話|TEL|☎)[:.]?(?=[0-9+(])", re.IGNORECASE)
_NUMBER_LABEL = re.compile("(?:宛名番号|世帯番号|法人番号)[:.]?(?=[0-9])")
_ERA = "明治|大正|昭和|平成|令和|[明大昭平令]"
_DATE = re.compile(
    rf"(?:[MTSHR]|{_ERA})(?:[0-9]|元)(?!.*(?:丁目|番|号))[0-9元./,、。・年月日-]*(?:生|生まれ)?"
    rf"|(?:{_ERA})?[0-9元{NUMERAL_CHARS}]+年.*|[0-9]{{1,4}}[./][0-9./]*"
)
_WITHOUT_ERA = re.compile("[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{1,2}|[0-9]{6}")
# 一番ヶ瀬 is a surname.
_WITH_NUMBER = re.compile(f"[0-9]|大字|[{NUMERAL_CHARS}](?:丁目|番地|番(?=[{NUMERAL_CHARS}]|$)|号$)")
_LOT = re.compile(
    f"[0-9{NUMERAL_CHARS}][0-9{NUMERAL_CHARS}-]*(?:丁目|番地|番|号)[0-9{NUMERAL_CHARS}のノ番号丁目地-]*"
)


def parse_query(text: str, *, today: date, own_city: str = "") -> Query:
    """The query of a text typed into the search box.

    Takes names in kanji, kana of any width or Latin letters, a corporation with or without its form, a birth date,
    year or month in any notation, numbers, phones or their end (電話1965 for one that looks like a year), addresses and
    lots, a reception number, and several of them with spaces between. `own_city` (熊本県玉名市) is dropped from addresses.
    """
    plain = _plain(text)
    words = plain.split()
    if len(plain) > MOST_CHARACTERS or len(words) > MOST_WORDS:
        return Query(
            text, problem=f"入力が長すぎます。{MOST_WORDS}語、{MOST_CHARACTERS}文字までで探してください。"
        )
    box = _Box(today, own_city, len(words) == 1)
    try:
        read = _read_words(words, box)
        if any(split_corporation(word.text)[1] for word in read if word.script):
            read = [replace(word, script=_Script.TEXT) if word.script else word for word in read]
        conditions = tuple(_conditions(read, own_city))
    except (DateProblem, NumberProblem) as caught:
        return Query(text, problem=caught.message)
    if not conditions:
        return Query(text, too_short=True)
    return Query(text, conditions, otherwise=_otherwise(text, conditions, own_city))


def _plain(text: str) -> str:
    """Compatibility form with one kind of dash between digits, single spaces, dates and phones without inner ones."""
    plain = " ".join(_DASHES.sub("-", compose(text)).split())
    for pattern, replacement in _JOINED:
        plain = pattern.sub(replacement, plain)
    return plain


def _read_words(words: list[str], box: _Box) -> list[_Word]:
    read: list[_Word] = []
    for word in words:
        for found in (_word(word, box), *_building(word, box)):
            readings = tuple(reading for reading in found.readings if reading.key)
            read.append(replace(found, readings=readings, after_address=box.after_address))
        if any(reading.by in (By.ADDRESS, By.LOT) for reading in read[-1].readings):
            box = replace(box, after_address=True)
    return read


def _word(word: str, box: _Box) -> _Word:
    """A word with its readings by shape, or as part of a name. One that is too short has neither."""
    upper = word.upper()
    if _RECEPTION.fullmatch(upper):
        return _Word(word, (Reading(By.RECEPTION, parse_reception_number(word)),))
    labelled = _PHONE_LABEL.match(word)
    if labelled is not None:
        return _Word(word, (Reading(By.PHONE, phone_key(word[labelled.end() :]), Match.PREFIX),))
    labelled = _NUMBER_LABEL.match(word)
    if labelled is not None:
        return _Word(word, (Reading(By.NUMBER, number_key(word[labelled.end() :])),))
    if _NUMERIC.fullmatch(word):
        return _Word(word, tuple(_numeric(word.strip("-"), box)))
    if _DATE.fullmatch(upper):
        return _Word(word, _date_or_address(word, box))
    if _LOT.fullmatch(word):
        return _Word(word, (_lot(word),))
    if _is_address(word, box):
        parts = split_address(word, own_city=box.own_city)
        if parts.building:
            return _Word(word, (Reading(By.ADDRESS, parts.place_key, Match.PREFIX),))
        building = Reading(By.BUILDING, kanji_key(word), Match.PREFIX)
        return _Word(word, (Reading(By.ADDRESS, parts.key, Match.PREFIX), building))
    if any(char.isdecimal() for char in word):
        if word.isascii():
            return _Word(word, (Reading(By.NUMBER, number_key(word)),))
        return _Word(word, (Reading(By.BUILDING, kanji_key(word), Match.PREFIX),))
    return _Word(word, script=_script(word))


def _is_address(word: str, box: _Box) -> bool:
    return (
        has_kanji(word)
        and not box.after_address
        and bool(_WITH_NUMBER.search(word) or _is_in_own_city(word, box.own_city))
    )


def _building(word: str, box: _Box) -> Iterator[_Word]:
    """The building of an address that was typed, or pasted, in one run. It can be a part of the address after all."""
    if not _is_address(word, box) or _LOT.fullmatch(word) or _DATE.fullmatch(word.upper()):
        return
    parts = split_address(word, own_city=box.own_city)
    if parts.building:
        building = Reading(By.BUILDING, kanji_key(parts.building), Match.PREFIX)
        yield _Word(parts.building, (building, Reading(By.ADDRESS, parts.key, Match.PREFIX)))


def _script(word: str) -> _Script | None:
    """The script of a word of a name; None when nothing of it counts."""
    folded = fold_text(word)
    if not folded:
        return None
    if all(is_kana(char) or not fold_text(char) for char in word):
        return _Script.KANA
    return _Script.LATIN if folded.isascii() else _Script.TEXT


def _is_in_own_city(word: str, own_city: str) -> bool:
    return bool(own_city) and address_key(word, own_city=own_city) != address_key(word)


def _address(word: str, own_city: str) -> Reading:
    return Reading(By.ADDRESS, address_key(word, own_city=own_city), Match.PREFIX)


def _lot(word: str) -> Reading:
    return Reading(By.LOT, address_key(word), Match.PREFIX)


def _date_or_address(word: str, box: _Box) -> tuple[Reading, ...]:
    """A birth date; a town named after an era with a lot (昭和1-2-3) can be both."""
    town = has_kanji(word) and "-" in word
    try:
        births = tuple(_births(word, box.today))
    except DateProblem:
        if not town:
            raise
        births = ()
    return (*births, _address(word, box.own_city)) if town else births


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
    problem: DateProblem | None = None
    found = False
    for era in reversed(ERAS):
        try:
            born = parse_date(era.letter + word, today=today, field="birth")
        except DateProblem as caught:
            problem = problem or caught
        else:
            found = True
            yield Reading(By.BIRTH, born.iso, last=born.iso)
    if not found and problem is not None:
        raise DateProblem(
            f"「{word}」は日付として読めません。元号を付けるか、西暦で入れてください。例: S40.1.2"
        )


def _numeric(word: str, box: _Box) -> Iterator[Reading]:
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


def _digits(digits: str, box: _Box) -> Iterator[Reading]:
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


def _conditions(words: list[_Word], own_city: str) -> Iterator[Condition]:
    """The conditions of the words, neighbouring words of one script being one name."""
    with_lot = any(reading.by == By.LOT for word in words for reading in word.readings)
    for script, group in groupby(words, key=lambda word: word.script):
        run = list(group)
        typed = " ".join(word.text for word in run)
        if script is None:
            yield from (Condition(word.text, word.readings) for word in run if word.readings)
        elif script == _Script.LATIN:
            yield from _latin(typed)
        else:
            readings = (
                _kana(typed) if script == _Script.KANA else _text(typed, own_city if with_lot else None)
            )
            if readings and any(word.after_address for word in run):
                readings = (*readings, Reading(By.BUILDING, kanji_key(typed), Match.PREFIX))
            if readings:
                yield Condition(typed, readings)


def _text(typed: str, own_city: str | None) -> tuple[Reading, ...]:
    """A name in characters, of a person or a corporation; beside a lot (`own_city` given) also a town."""
    core, form = split_corporation(typed)
    if form and core == typed:
        raise NumberProblem(f"「{typed}」だけでは探せません。会社や法人の名前も入れてください。")
    if form:
        # カ）カクウ is how a reading is written in a bank transfer.
        read = kana_keys(core) if all(is_kana(char) or not fold_text(char) for char in core) else ()
        return (
            Reading(By.CORPORATION, corporation_key(typed), Match.INSIDE),
            *(Reading(By.CORPORATION_KANA, key, Match.INSIDE) for key in sorted(read, key=len)),
        )
    key = kanji_key(typed)
    if len(key) == 1:
        return (Reading(By.KANJI, key),)
    names = tuple(Reading(by, key, Match.INSIDE) for by in (By.KANJI, By.CORPORATION))
    return names if own_city is None else (*names, _address(typed, own_city))


def _kana(typed: str) -> tuple[Reading, ...]:
    """A reading under each of its keys, and a name that is itself written in kana."""
    keys = sorted(kana_keys(typed), key=len)
    written = kanji_key(typed)
    if not keys:
        return ()
    if len(written) == 1:
        return (Reading(By.KANA, keys[0]), Reading(By.KANJI, written))
    names = (Reading(by, written, Match.INSIDE) for by in (By.KANJI, By.CORPORATION))
    return (*(Reading(By.KANA, key, Match.INSIDE) for key in keys), *names)


def _latin(typed: str) -> Iterator[Condition]:
    """A condition for each word of a Latin name, in any order. A letter alone is the beginning of something."""
    words = latin_words(typed)
    if sum(map(len, words)) > 1:
        for word in words:
            yield Condition(
                word, (Reading(By.LATIN, word, Match.PREFIX), Reading(By.CORPORATION, word, Match.INSIDE))
            )


def _otherwise(text: str, conditions: tuple[Condition, ...], own_city: str) -> Query | None:
    """Other readings of the same, each to be tried when those before find nobody."""
    town = _with_a_place(text, conditions, own_city)
    apart = tuple(part for condition in conditions for part in _words_apart(condition))
    return Query(text, apart, otherwise=town) if len(apart) > len(conditions) else town


def _words_apart(condition: Condition) -> Iterator[Condition]:
    """The words of a name on their own: タロウ タカハシ in the other order, グエン アン without the middle name."""
    words = condition.typed.split()
    if len(words) < 2 or condition.readings[0].by not in (By.KANJI, By.KANA):
        yield condition
        return
    for word in words:
        readings = _kana(word) if _script(word) == _Script.KANA else _text(word, None)
        if readings:
            yield Condition(word, readings)


def _with_a_place(text: str, conditions: tuple[Condition, ...], own_city: str) -> Query | None:
    """The last name in characters read as a town or a building: 中央 is a name first."""
    for at in range(len(conditions) - 1, -1, -1):
        condition = conditions[at]
        first = condition.readings[0]
        if first.by == By.KANJI and first.match == Match.INSIDE and has_kanji(condition.typed):
            if any(reading.by == By.ADDRESS for reading in condition.readings):
                return None
            building = Reading(By.BUILDING, kanji_key(condition.typed), Match.PREFIX)
            place = Condition(condition.typed, (_address(condition.typed, own_city), building))
            return Query(text, (*conditions[:at], place, *conditions[at + 1 :]))
    return None
