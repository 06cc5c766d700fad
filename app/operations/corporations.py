"""A corporation (法人) that asks: what the register of corporations says of it, as the requester's details (A-05)."""

from __future__ import annotations

from app.domain.disclosure import Disclosure
from app.domain.person import Person
from app.domain.requester_details import LONGEST
from app.operations.person_items import items_of

DETAILS = "requester.details"
"""Fact of a case: the requester's details by name (`requester_details`)."""
CORPORATION = "requester.corporation"
"""Fact of a case: the addressee number of a corporation that was found in the register."""


def details_of(person: Person, disclosure: Disclosure) -> dict[str, str]:
    """Name, address, representative and corporation number (法人番号) as registered; what is not known is left out."""
    said = {item.label: item.text for item in items_of(person, disclosure)}
    found = {
        "name": person.name, "address": person.address.text, "representative": said.get("代表者", ""),
        "number": said.get("法人番号", ""),
    }  # fmt: skip
    return {name: text[:LONGEST] for name, text in found.items() if text}
