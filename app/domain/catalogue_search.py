"""Finding procedures, questions and certificates by name, reading or section, whatever kana or width they are typed in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LONGEST_QUERY = 60
_READINGS = Path(__file__).with_name("word_readings.txt")
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_UNHEARD = re.compile(r"[\s・（）()「」『』、。,.／/：:～〜\-−]+")


@dataclass(frozen=True)
class Entry:
    """Something of the catalogue: its kind and code, the title it is found by first, and further words it is found by."""

    kind: str
    code: str
    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Indexed:
    entry: Entry
    title: str
    text: str


class Catalogue:
    """Entries made ready for searching; made once for a version of the content."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._indexed = [_index(entry) for entry in entries]

    def find(self, query: str, limit: int, kinds: Sequence[str] = ()) -> list[Entry]:
        """At most `limit` entries that hold every word of the query: those whose title begins with it first, then those
        that have it in the title, then the others; within these in the order of the catalogue. Nothing for no query.
        """
        terms = [_plain(part) for part in unicodedata.normalize("NFKC", query[:LONGEST_QUERY]).split()]
        terms = [term for term in terms if term]
        if not terms:
            return []
        found = [
            (_rank(one, terms), place, one.entry)
            for place, one in enumerate(self._indexed)
            if (not kinds or one.entry.kind in kinds) and all(term in one.text for term in terms)
        ]
        return [entry for _rank_, _place, entry in sorted(found, key=lambda one: one[:2])[:limit]]


def _index(entry: Entry) -> _Indexed:
    title = f"{_plain(entry.title)}\n{_plain(_read(entry.title))}"
    others = "\n".join(f"{_plain(word)}\n{_plain(_read(word))}" for word in entry.words)
    return _Indexed(entry, title, f"{title}\n{others}")


def _rank(one: _Indexed, terms: Sequence[str]) -> int:
    if any(line.startswith(terms[0]) for line in one.title.split("\n")):
        return 0
    return 1 if all(term in one.title for term in terms) else 2


def _plain(text: str) -> str:
    """Hiragana for katakana of any width, small letters, no spaces and marks."""
    return _UNHEARD.sub("", unicodedata.normalize("NFKC", text).casefold().translate(_TO_HIRAGANA))


def _read(text: str) -> str:
    """The text with the words whose reading is known written in kana, and what else these words are called."""
    pattern, readings = _words()
    others = (other for found in pattern.findall(text) for other in readings[found][1:])
    return " ".join([pattern.sub(lambda found: readings[found[0]][0], text), *others])


@lru_cache(maxsize=1)
def _words() -> tuple[re.Pattern[str], dict[str, list[str]]]:
    lines = (line.split() for line in _READINGS.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    readings = {word: rest for word, *rest in lines if rest}
    # The longest word first: 国民健康保険税 is read as a whole, not as 国民健康保険 and 税.
    pattern = "|".join(map(re.escape, sorted(readings, key=len, reverse=True)))
    return re.compile(pattern), readings
