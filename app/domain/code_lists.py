"""Lists a cell is chosen from: codes with what staff call them, read by either."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.domain.content import FactDefinition

_SEPARATORS = re.compile("[、，,;｜|\n]")
"""Signs that stand between the words of a cell and so may be in none of them."""


def plain(text: str) -> str:
    """A word as it is compared: full and half width alike, without blanks around or inside."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@dataclass(frozen=True)
class CodeList:
    """Codes with their names, in the order they are offered."""

    title: str
    names: Mapping[str, str]

    @cached_property
    def _tally(self) -> Counter[str]:
        return Counter(plain(name) for name in self.names.values())

    @cached_property
    def _by_word(self) -> dict[str, str]:
        words = {plain(name): code for code, name in self.names.items() if self._tally[plain(name)] == 1}
        shown = {plain(self.shown(code)): code for code in self.names}
        return words | shown | {plain(code): code for code in self.names}

    def shown(self, code: str) -> str:
        """What staff read for a code; with the code where two names are alike, the code itself where it is unknown."""
        name = self.names.get(code)
        if not name:
            return code
        whole = _SEPARATORS.sub("・", name)
        return name if whole == name and self._tally[plain(name)] == 1 else f"{whole}［{code}］"

    def find(self, word: str) -> str | None:
        """The code of a name or of a code, or None."""
        return self._by_word.get(plain(word))

    def near(self, word: str, most: int = 4) -> list[str]:
        """Names that contain what was typed or are contained in it, for the message."""
        wanted = plain(word)
        found = [
            self.shown(code)
            for code, name in self.names.items()
            if wanted and (wanted in plain(name) or plain(name) in wanted)
        ]
        return found[:most]


@dataclass(frozen=True)
class CodeLists:
    """Every list of a pack, and its facts, which conditions are read with."""

    lists: Mapping[str, CodeList]
    facts: Mapping[str, FactDefinition] = field(default_factory=dict)

    def of(self, part: str) -> CodeList:
        """The list of a part; an empty one where the pack has none."""
        return self.lists.get(part) or CodeList("", {})


def code_list(title: str, pairs: Iterable[tuple[str, str]]) -> CodeList:
    """A list from (code, name) pairs; of several rows with one code the last names it."""
    return CodeList(title, dict(pairs))
