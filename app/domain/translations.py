"""Translations of what a resident takes home (翻訳): which Japanese texts need one, and which of them have it.

A translation belongs to the very Japanese text it was made from. Once that text is changed, the translation is shown to
the city as one to look at again (見直しが必要) and is printed no more.
"""

from __future__ import annotations

import collections
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from string import Formatter

from app.domain.content import ContentPack, Counter, Section
from app.domain.deadlines import date_title
from app.domain.guide_words import WORDS, place_words


class Part(StrEnum):
    """What kind of text is translated."""

    SHEET = "sheet"
    SECTION = "section"
    PLACE = "place"
    PROCEDURE = "procedure"
    EXPLANATION = "explanation"
    REASON = "reason"
    BRING = "bring"
    DEADLINE = "deadline"
    PAMPHLET = "pamphlet"


PART_TITLES: dict[Part, str] = {
    Part.SHEET: "案内書のことば",
    Part.SECTION: "課・窓口の名前",
    Part.PLACE: "場所のことば",
    Part.PROCEDURE: "手続きの名前",
    Part.EXPLANATION: "手続きの説明",
    Part.REASON: "必要な理由",
    Part.BRING: "持ち物",
    Part.DEADLINE: "期限のことば",
    Part.PAMPHLET: "パンフレットの名前",
}


class State(StrEnum):
    """How far the translation of a text is: there, made from an older Japanese text, or missing."""

    CURRENT = "current"
    OUTDATED = "outdated"
    MISSING = "missing"


@dataclass(frozen=True)
class Source:
    """A Japanese text that residents read. `code` is that of the row it stands in; a text in several rows is one source."""

    part: Part
    code: str
    text: str

    @property
    def parameters(self) -> frozenset[str]:
        """What is filled in: {name}, {people}, {age} …"""
        return parameters(self.text)


@dataclass(frozen=True)
class Translation:
    """A text in another language, made from the Japanese `source`, which alone says where it is printed.

    `part` and `code` say in which row that text stood, so that a changed text finds its old translation. A translation
    that nobody has compared with the Japanese has no `reviewed_on`.
    """

    part: Part
    code: str
    source: str
    text: str
    reviewed_on: date | None = None
    reviewed_by: str = ""


@dataclass(frozen=True)
class Entry:
    """A Japanese text with its translation into one language; of an outdated one the translation of the older text."""

    source: Source
    state: State
    translation: Translation | None

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody has compared the translation with the Japanese text as it is now."""
        return (
            self.state is State.CURRENT
            and self.translation is not None
            and self.translation.reviewed_on is not None
        )


def parameters(text: str) -> frozenset[str]:
    """The names in braces in a text. Raises `ValueError` when its braces do not match."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def sources(pack: ContentPack) -> tuple[Source, ...]:
    """Every Japanese text of the guide sheet and its leaflets, each once, in the order of the parts."""
    found: dict[str, Source] = {}
    for part, code, text in _texts(pack):
        if text and text not in found:
            found[text] = Source(part, code, text)
    order = list(Part)
    return tuple(sorted(found.values(), key=lambda one: order.index(one.part)))


def _texts(pack: ContentPack) -> Iterator[tuple[Part, str, str]]:
    for code, text in WORDS.items():
        yield Part.SHEET, code, text
    yield from _places(pack)
    guided = [procedure for procedure in pack.procedures if procedure.in_guide]
    for procedure in guided:
        yield Part.PROCEDURE, procedure.code, procedure.title
        yield Part.EXPLANATION, procedure.code, procedure.explanation
        for number, thing in enumerate(procedure.bring, start=1):
            yield Part.BRING, f"{procedure.code}.{number}", thing
        yield Part.DEADLINE, procedure.code, procedure.deadline_note
    codes = {procedure.code for procedure in guided}
    for rule in pack.rules:
        if rule.procedure in codes:
            yield Part.REASON, rule.id, rule.reason
    for deadline in pack.deadlines:
        yield Part.DEADLINE, deadline.code, deadline.note
        for limit in deadline.limits:
            yield Part.DEADLINE, limit.base, date_title(pack, limit.base)
    for pamphlet in pack.pamphlets:
        yield Part.PAMPHLET, pamphlet.code, pamphlet.title


def _places(pack: ContentPack) -> Iterator[tuple[Part, str, str]]:
    """Sections and counters: what they are called, and the words of where they are."""
    rows: tuple[Section | Counter, ...] = (*pack.sections, *pack.counters)
    for row in rows:
        yield Part.SECTION, row.code, row.title
        for number, word in enumerate(place_words(row.floor), start=1):
            yield Part.PLACE, f"{row.code}.{number}", word


def entries(wanted: Sequence[Source], known: Iterable[Translation]) -> tuple[Entry, ...]:
    """Each wanted text with what is known of it in one language.

    An older translation is one of the same row whose own Japanese text is no longer wanted anywhere.
    """
    by_text = {one.source: one for one in known if one.text}
    texts = {one.text for one in wanted}
    by_row = {(one.part, one.code): one for one in by_text.values() if one.source not in texts}
    made = []
    for source in wanted:
        current, older = by_text.get(source.text), by_row.get((source.part, source.code))
        if current is not None:
            made.append(Entry(source, State.CURRENT, current))
        else:
            made.append(Entry(source, State.OUTDATED if older else State.MISSING, older))
    return tuple(made)


def unused(wanted: Sequence[Source], known: Iterable[Translation]) -> tuple[Translation, ...]:
    """Translations of texts that nothing prints any more."""
    texts = {one.text for one in wanted}
    return tuple(one for one in known if one.source not in texts)


def problems(one: Translation) -> list[str]:
    """What keeps a translation from being printed: parameters that are lost or unknown, braces that do not match.

    An age is set behind its name, so that one sentence can name several persons: {age} has no place of its own.
    """
    if not one.text:
        return []
    try:
        wanted, given = parameters(one.source) - {"age"}, parameters(one.text)
    except ValueError:
        return ["波かっこ { } の組が合いません。"]
    found = []
    for name in sorted(wanted - given):
        found.append(f"{{{name}}} がありません。もとの文と同じように入れてください。")
    for name in sorted(given - wanted):
        found.append(f"{{{name}}} はもとの文にありません。取り除いてください。")
    return found


def as_memory(known: Iterable[Translation]) -> Mapping[str, str]:
    """Japanese text → its translation, as a sheet reads it; what is not sound is left out."""
    return {one.source: one.text for one in known if one.text and not problems(one)}


def repeated(known: Iterable[Translation]) -> list[str]:
    """Japanese texts that are translated more than once."""
    return [text for text, times in collections.Counter(one.source for one in known).items() if times > 1]


RUBY = re.compile(r"｜([^｜《》]+)《([^《》]+)》|([\u3005\u3400-\u9fff\uf900-\ufaff]+)《([^《》]+)》")
"""A reading over a word: 住所《じゅうしょ》, or ｜引っ越し《ひっこし》 where the word is more than its last kanji."""
