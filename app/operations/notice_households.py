"""The households of a notice after the first (複数世帯, R19): their fields on the form, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.case import Case, Kind
from app.domain.new_households import FIRST, KEYS, facts_of_household, keys_of, title_of
from app.domain.notices import Shape
from app.operations.notice_fields import FactTexts, read_household

COUNT = "households"
"""The field that says how many households there are."""


@dataclass(frozen=True)
class Others:
    """The facts of each household after the first, and which of them join one that is only named."""

    facts: Mapping[str, FactTexts] = field(default_factory=dict)
    joins_by_name: frozenset[str] = frozenset()


def prefix(key: str) -> str:
    """What the names of a household's fields begin with; nothing for the first."""
    return "" if key == FIRST else f"h{key}_"


def listed(shape: Shape, texts: Mapping[str, str]) -> tuple[str, ...]:
    """The households that a form has fields for; always the first."""
    return _listed(texts) if shape.several else KEYS[:1]


def _listed(texts: Mapping[str, str]) -> tuple[str, ...]:
    count = str(texts.get(COUNT, FIRST))
    return KEYS[: int(count)] if count in KEYS else KEYS[:1]


def read_others(
    case: Case, shape: Shape, texts: Mapping[str, str], on: date, wrong: dict[str, str]
) -> Others:
    """What is entered for the households after the first; what is wrong goes into ``wrong`` by field."""
    found: dict[str, FactTexts] = {}
    by_name = set()
    for key in listed(shape, texts)[1:]:
        mine = prefix(key)
        own = {name.removeprefix(mine): text for name, text in texts.items() if name.startswith(mine)}
        errors: dict[str, str] = {}
        found[key] = {}
        if case.kind is Kind.MOVE_OUT and not own.get("destination", "").strip():
            errors["destination"] = "転出先の住所を入力してください。"
        if read_household(case, shape, own, on, errors, found[key], key):
            by_name.add(key)
            found[key]["move.new_householder"] = own.get("householder", "").strip()
        wrong |= {
            mine + name: f"{title_of(key)}：{message}" for name, message in errors.items() if name != "q"
        }
        if "q" in errors:
            wrong.setdefault("q", errors["q"])
    return Others(found, frozenset(by_name))


def taken_back(texts: Mapping[str, str], key: str) -> dict[str, str]:
    """The fields of a form without one household: those after it move up, and its members are in the first one."""
    keys = _listed(texts)
    if key not in keys[1:]:
        return dict(texts)
    left = [one for one in keys if one != key]
    now = dict(zip(left, keys, strict=False))
    kept = {
        name: text
        for name, text in texts.items()
        if not any(name.startswith(prefix(one)) for one in keys[1:])
    }
    for old, new in now.items():
        if new != FIRST:
            kept |= {
                prefix(new) + name.removeprefix(prefix(old)): text
                for name, text in texts.items()
                if name.startswith(prefix(old))
            }
    rows = {name: text for name, text in kept.items() if name.startswith("household-")}
    return kept | {name: now.get(text, FIRST) for name, text in rows.items()} | {COUNT: str(len(left))}


def stored_fields(case: Case) -> dict[str, str]:
    """The fields of the households after the first as the case holds them."""
    fields: dict[str, str] = {COUNT: str(len(keys_of(case)))}
    for key in keys_of(case)[1:]:
        facts = facts_of_household(case, key)
        texts = {name: str(facts.get(f"move.{fact}", "")) for name, fact in _STORED.items()}
        texts["household"] = texts["household"] or "new"
        fields |= {prefix(key) + name: text for name, text in texts.items()}
    return fields


_STORED = {
    "town": "town_id", "town_text": "town", "lot": "lot", "lot_text": "lot", "building": "building", "building_text": "building",
    "household": "household", "householder": "new_householder", "origin": "origin", "destination": "new_address",
    "destination_householder": "new_householder",
}  # fmt: skip
"""Under which fact each field of a household is kept."""
