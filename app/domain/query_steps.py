"""Other readings of what was typed, tried one after the other when the first finds nobody: names still come first.

The words of a name on their own, the first or the last of them as the town or the building, a number as the room.
"""

import re
from collections.abc import Iterator, Sequence

from app.domain.addresses import AddressParts, split_address
from app.domain.names import kanji_key, latin_words, split_corporation
from app.domain.numbers import NumberProblem
from app.domain.query_conditions import conditions, words_apart
from app.domain.query_words import Script, Word, address_reading, building_reading, room_reading
from app.domain.search import By, Condition, Match, Reading

MOST_STEPS = 8
"""Each step that finds nobody is one more statement, and most texts that find nobody are still being typed."""

_WRITTEN_JOINED = (
    "de del dela della delos la las le los da das di do dos du van von der den ten ter bin binti ibn al el san santa st"
    " mac mc o"
)
_PARTICLES = frozenset(_WRITTEN_JOINED.split())
_ROOM = re.compile("([1-9][0-9]{0,3})号?")
_ROOM_NUMBERS = range(100, 10_000)
_LONGEST_PLACE = 2
"""Words that are tried as one place; a building can be two (メゾン 架空)."""


def further_readings(words: Sequence[Word], own_city: str) -> list[tuple[Condition, ...]]:
    """The conditions of the other readings of the words, the likelier first, none twice; a few at most."""
    first = tuple(conditions(words, own_city))
    found = [first]
    for step in _steps(words, first, own_city):
        if step and step not in found:
            found.append(step)
        if len(found) > MOST_STEPS:
            break
    return found[1:]


def _steps(
    words: Sequence[Word], first: tuple[Condition, ...], own_city: str
) -> Iterator[tuple[Condition, ...]]:
    yield from _latin_joined(words, own_city)
    apart = tuple(part for condition in first for part in words_apart(condition))
    if len(apart) > len(first):
        yield apart
    variants = [*_with_a_place(words, own_city)]
    roomed = [part for word in words for part in _as_room(word, own_city, alone=len(words) == 1)]
    if roomed != list(words):
        variants += [roomed, *_with_a_place(roomed, own_city)]
    for variant in variants:
        try:
            yield tuple(conditions(variant, own_city))
        except NumberProblem:
            # Without the place nothing but a legal form is left.
            continue


def _latin_joined(words: Sequence[Word], own_city: str) -> Iterator[tuple[Condition, ...]]:
    """Words of a Latin name that the register may write as one: DELA CRUZ for de la Cruz."""
    latin = [word for word in words if word.script == Script.LATIN]
    typed = [part for word in latin for part in latin_words(word.text)]
    if len(typed) < 2:
        return
    others = tuple(conditions([word for word in words if word.script != Script.LATIN], own_city))
    for parts in (_particles_joined(typed), ["".join(typed)]):
        yield (*others, *(Condition(part, (Reading(By.LATIN, part, Match.PREFIX),)) for part in parts))


def _particles_joined(words: Sequence[str]) -> list[str]:
    """Each particle as the beginning of the word that follows it."""
    joined: list[str] = []
    open_word = ""
    for word in words:
        open_word += word
        if word not in _PARTICLES:
            joined.append(open_word)
            open_word = ""
    return [*joined, open_word] if open_word else joined


def _with_a_place(words: Sequence[Word], own_city: str) -> Iterator[list[Word]]:
    """The last words of the name as a town or a building, or the first; in the end all of them."""
    names = [at for at, word in enumerate(words) if word.script]
    with_lot = any(reading.by == By.LOT for word in words for reading in word.readings)
    if len(names) == 1 and with_lot:
        # The only name is tried as a town beside its lot already.
        return
    lengths = range(1, min(_LONGEST_PLACE, len(names) - 1) + 1)
    places = [place for length in lengths for place in (names[-length:], names[:length])]
    for place in (*places, names):
        if not place or place[-1] - place[0] >= len(place):
            continue
        read = _place(" ".join(words[at].text for at in place), own_city)
        if read is not None:
            yield [*words[: place[0]], read, *words[place[-1] + 1 :]]


def _place(typed: str, own_city: str) -> Word | None:
    if len(kanji_key(typed)) < 2 or split_corporation(typed)[1]:
        return None
    building = building_reading(typed)
    if typed.isascii():
        return Word(typed, (building,))
    readings = (address_reading(typed, own_city), building)
    return Word(typed, tuple(reading for reading in readings if reading.key))


def _as_room(word: Word, own_city: str, *, alone: bool) -> Iterator[Word]:
    """A number beside something else as the room, and the last number of an address: 千鳥ヶ浜2-201."""
    kinds = {reading.by for reading in word.readings}
    room = _ROOM.fullmatch(word.text)
    if By.BIRTH in kinds or kinds.isdisjoint((By.ADDRESS, By.LOT)):
        yield word
    elif room is not None:
        yield word if alone else Word(word.text, (room_reading(room[1]),))
    else:
        parts = split_address(word.text, own_city=own_city)
        *lot, last = parts.numbers or (0,)
        if parts.rest or not lot or last not in _ROOM_NUMBERS or (alone and not parts.town):
            yield word
            return
        by = By.ADDRESS if parts.town else By.LOT
        yield Word(word.text, (Reading(by, AddressParts(parts.town, tuple(lot)).key, Match.PREFIX),))
        yield Word(str(last), (room_reading(str(last)),))
