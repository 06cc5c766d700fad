"""Names of the invented people: surnames by how common they are, given names by sex and year of birth.

Two thirds of the families share a head list of surnames; the rest have composed ones. Glyph variants, variation
selectors and private-use characters come in the shares the lists give, and a family keeps its own way of writing.
"""

from __future__ import annotations

from bisect import bisect
from hashlib import blake2b
from itertools import accumulate
from random import Random

from app.demo.city import wordlists
from app.demo.city.people import FEMALE, MALE, Name

_HEAD_SHARE = 0.62
_COMPOSED_GIVEN_SHARE = 0.35
# Written forms of given names that a few parents chose, the private-use form of 蓮 among them.
_OLD_FORMS = {"恵": "惠", "真": "眞", "広": "廣", "彦": "彥", "蓮": "\ue002", "桜": "櫻", "寿": "壽"}
_OLD_FORM_SHARE = 0.05


class _Choice:
    """Names with weights; ``pick`` takes one with a probability proportional to its weight."""

    def __init__(self, pairs: list[tuple[Name, float]]) -> None:
        self._names = [name for name, _ in pairs]
        self._ends = list(accumulate(weight for _, weight in pairs))
        self._total = self._ends[-1]

    def pick(self, rng: Random) -> Name:
        return self._names[bisect(self._ends, rng.random() * self._total)]


class Names:
    """Draws surnames and given names. The word lists are read once per instance."""

    def __init__(self) -> None:
        self._heads = _Choice(_head_surnames())
        self._tail = _Choice(_composed_surnames())
        self._avoided = {row[0] for row in wordlists.read("avoided")}
        lists, parts = _given_lists("given_names"), _given_parts()
        self._given = {key: (_Choice(lists[key]), _Choice(parts[key])) for key in lists}
        self._bands = {sex: sorted(year for s, year in lists if s == sex) for sex in (MALE, FEMALE)}

    def surname(self, rng: Random) -> Name:
        return self._heads.pick(rng) if rng.random() < _HEAD_SHARE else self._tail.pick(rng)

    def surname_for(self, rng: Random, given: Name) -> Name:
        """A surname for someone whose given name is settled: a maiden name, or that of a lodger."""
        while True:
            surname = self.surname(rng)
            if name_digest(surname.reading + given.written) not in self._avoided:
                return surname

    def given(self, rng: Random, sex: str, year: int, surname: Name) -> Name:
        """A given name for someone of that sex born that year; never one that makes a publicly known full name."""
        bands = self._bands[sex]
        listed, composed = self._given[sex, bands[bisect(bands, year) - 1]]
        while True:
            name = composed.pick(rng) if rng.random() < _COMPOSED_GIVEN_SHARE else listed.pick(rng)
            if name_digest(surname.reading + name.written) not in self._avoided:
                break
        if rng.random() < _OLD_FORM_SHARE:
            return Name("".join(_OLD_FORMS.get(char, char) for char in name.written), name.reading)
        return name


def name_digest(name: str) -> str:
    """What stands for a full name (the surname by its reading) in the list of names to avoid, which so names nobody."""
    return blake2b(name.encode(), digest_size=6).hexdigest()


def _head_surnames() -> list[tuple[Name, float]]:
    pairs = []
    for weight, written, reading, variants in wordlists.read("surnames"):
        rest = 1.0
        for form, share in wordlists.shares(variants):
            pairs.append((Name(form, reading), float(weight) * share))
            rest -= share
        pairs.append((Name(written, reading), float(weight) * rest))
    return pairs


def _composed_surnames() -> list[tuple[Name, float]]:
    """Every first part with every second part, in every reading and form; common families are left out."""
    heads = {row[1] for row in wordlists.read("surnames")}
    rows = wordlists.read("surname_parts")
    firsts = [row for row in rows if row[0] == "1"]
    seconds = [row for row in rows if row[0] == "2"]
    pairs = []
    for _, first_weight, first, first_reading, first_forms in firsts:
        for _, second_weight, second, second_readings, second_forms in seconds:
            if first == second or first + second in heads:
                continue
            readings = second_readings.split(",")
            weight = float(first_weight) * float(second_weight) / len(readings)
            for reading in readings:
                for one, one_share in _forms(first, first_forms):
                    for two, two_share in _forms(second, second_forms):
                        pairs.append(
                            (Name(one + two, first_reading + reading), weight * one_share * two_share)
                        )
    return pairs


def _forms(written: str, variants: str) -> list[tuple[str, float]]:
    forms = wordlists.shares(variants)
    return [*forms, (written, 1 - sum(share for _, share in forms))]


def _pairs(text: str) -> list[Name]:
    return [Name(*item.split("/")) for item in text.split(" ")]


def _given_lists(name: str) -> dict[tuple[str, int], list[tuple[Name, float]]]:
    return {
        (sex, int(year)): [(given, 1 / (place + 6)) for place, given in enumerate(_pairs(names))]
        for sex, year, names in wordlists.read(name)
    }


def _given_parts() -> dict[tuple[str, int], list[tuple[Name, float]]]:
    bands: dict[tuple[str, int], list[tuple[Name, float]]] = {}
    for sex, year, firsts, seconds in wordlists.read("given_parts"):
        bands[sex, int(year)] = [
            (Name(first.written + second.written, first.reading + second.reading), 1.0)
            for first in _pairs(firsts)
            for second in _pairs(seconds)
            if first.written != second.written
        ]
    return bands
