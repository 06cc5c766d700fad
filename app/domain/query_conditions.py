"""What the words of the search box ask for together: the conditions that must all hold."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from app.domain.characters import fold_text
from app.domain.kana import is_kana, kana_keys
from app.domain.names import corporation_key, kanji_key, latin_words, split_corporation
from app.domain.numbers import NumberProblem
from app.domain.query_words import Script, Word, address_reading, script_of
from app.domain.search import By, Condition, Match, Reading


def conditions(words: Iterable[Word], own_city: str) -> Iterator[Condition]:
    """The conditions of the words, neighbouring words of one script being one name."""
    words = list(words)
    with_lot = any(reading.by == By.LOT for word in words for reading in word.readings)
    for script, group in groupby(words, key=lambda word: word.script):
        run = list(group)
        typed = " ".join(word.text for word in run)
        if script is None:
            yield from (Condition(word.text, word.readings) for word in run if word.readings)
        elif script == Script.LATIN:
            yield from _latin(typed)
        else:
            readings = _kana(typed) if script == Script.KANA else _text(typed, own_city if with_lot else None)
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
    return names if own_city is None else (*names, address_reading(typed, own_city))


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


def words_apart(condition: Condition) -> Iterator[Condition]:
    """The words of a name on their own: タロウ タカハシ in the other order, グエン アン without the middle name."""
    words = condition.typed.split()
    if len(words) < 2 or condition.readings[0].by not in (By.KANJI, By.KANA):
        yield condition
        return
    for word in words:
        readings = _kana(word) if script_of(word) == Script.KANA else _text(word, None)
        if readings:
            yield Condition(word, readings)
