"""What a visitor brought, and whether a procedure can be finished in this visit (きょう終えられるか)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.content import Procedure

IDENTITY = "本人確認書類"
"""The thing to bring that has been seen as soon as the visitor is identified."""

BROUGHT, MISSING, SPARED = "brought", "missing", "spared"
"""What staff say of a thing to bring; `SPARED`: this visitor does not need it (「外国人住民の方」 and the like)."""


@dataclass(frozen=True)
class BringItem:
    """A thing to bring, once for the case: the procedures it is for, and and what is known of it (empty: not checked).

    `known` is why it needs no checking; empty when it is staff who look.
    """

    text: str
    procedures: tuple[str, ...]
    state: str
    known: str = ""

    @property
    def brought(self) -> bool | None:
        """Whether nothing stands against the procedures on its account; None when nobody looked."""
        return self.state != MISSING if self.state else None


@dataclass(frozen=True)
class Readiness:
    """Whether a procedure can be finished now: what stands against it in words, and how many things nobody looked at yet."""

    missing: tuple[str, ...] = ()
    unchecked: int = 0

    @property
    def today(self) -> bool:
        """It can be finished today."""
        return not self.missing and not self.unchecked


def bring_items(
    procedures: Iterable[Procedure], checked: Mapping[str, str], known: Mapping[str, str]
) -> tuple[BringItem, ...]:
    """The things to bring for these procedures, each once, those that are shared by most first.

    `checked` holds `BROUGHT`, `MISSING` or `SPARED` by the text of the thing, `known` why one is known to be here.
    """
    needed_for: dict[str, list[str]] = {}
    for procedure in procedures:
        for text in dict.fromkeys(procedure.bring):
            needed_for.setdefault(text, []).append(procedure.title)
    found = [
        BringItem(
            text, tuple(titles), checked.get(text, BROUGHT if text in known else ""),
            known.get(text, "") if text not in checked else "",
        )
        for text, titles in needed_for.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda item: -len(item.procedures)))


def readiness(procedure: Procedure, items: Mapping[str, BringItem], others: Iterable[str]) -> Readiness:
    """Whether one procedure can be finished: `others` are what else stands against it, in words."""
    own = [items[text] for text in dict.fromkeys(procedure.bring) if text in items]
    missing = (*others, *(item.text for item in own if item.brought is False))
    return Readiness(missing, sum(item.brought is None for item in own))
