"""Which sections (課) a row of the content pack belongs to, so that a section changes its own rules and no one else's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.domain.fact_check import REQUIRED_FACTS

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

OWNABLE = frozenset(
    {"procedures", "rules", "questions", "facts", "deadlines", "certificates", "exemptions", "ordinary"}
)
"""Tables whose rows can belong to a section; the others are everybody's and are kept by the content desk."""
_OF_THE_SYSTEM = ("case", "register")


def owners(part: str, row: Mapping[str, Any], rows: Rows) -> frozenset[str] | None:
    """The sections that depend on a row: none when nothing uses it yet; None when it is everybody's."""
    if part not in OWNABLE:
        return None
    section_of = {one.get("code"): one.get("section") for one in rows.get("procedures", ())}
    if part in {"procedures", "certificates"}:
        return _known([row.get("section")])
    if part == "rules":
        return _known([section_of.get(row.get("procedure"))])
    if part == "exemptions":
        kinds = {one.get("code"): one.get("section") for one in rows.get("certificates", ())}
        return _known(kinds.get(code) for code in row.get("certificates") or ())
    if part == "deadlines":
        return _known(
            one.get("section") for one in rows.get("procedures", ()) if one.get("deadline") == row.get("code")
        )
    if part == "facts" and (
        row.get("id") in REQUIRED_FACTS or str(row.get("source")).startswith(_OF_THE_SYSTEM)
    ):
        return None  # screens and derivations read these, whatever the rules do
    fact = row.get("fact") if part in {"questions", "ordinary"} else row.get("id")
    return _known(section_of.get(code) for code in _users_of(str(fact), rows))


def _known(sections: Iterable[Any]) -> frozenset[str]:
    return frozenset(one for one in sections if isinstance(one, str) and one)


def _users_of(fact: str, rows: Rows) -> set[str]:
    """The procedures whose rows rest on a fact, directly or through facts derived from it."""
    reached = {fact}
    grown = True
    while grown:
        more = {
            str(one.get("id"))
            for one in rows.get("facts", ())
            if reached & {str(arg) for arg in one.get("args") or ()}
        } - reached
        reached |= more
        grown = bool(more)
    return {
        str(row.get("procedure"))
        for row in rows.get("rules", ())
        for condition in row.get("conditions") or ()
        if isinstance(condition, list) and condition and condition[0] in reached
    } | {str(one.get("code")) for one in rows.get("procedures", ()) if one.get("concerns") in reached}
