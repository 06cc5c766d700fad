"""What the search drawer (宛名検索, F2) answers, whichever room asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response, request

from app.domain.authority import Actor
from app.domain.person import OPENABLE, STATUS_LABELS
from app.operations import residents
from app.web.open_screens import watch
from app.web.pages import Page, show, wants_fragment

MOST_TYPED = 100


@dataclass(frozen=True)
class Choice:
    """What is done with the person who is chosen: the words of the button, the address, and what is sent along."""

    label: str
    url: str
    hidden: Mapping[str, str] = field(default_factory=dict)


def show_found(actor: Actor, choice: Choice | None, case_id: str | None = None) -> Response:
    """Search for what the drawer was asked; ``choice`` is none where the case has no place for another person.

    A search as it is typed is settled later; the button settles it at once.
    """
    typed = request.form.get("q", "")[:MOST_TYPED]
    settled = not wants_fragment() or "settled" in request.form
    found = residents.find(typed, actor, settled=settled)
    watch(hit.person.number for hit in found.page.hits if not hit.person.protected)
    return show(
        "_shared/found.html", Page("宛名検索"), block="found", found=found,
        asked=bool(typed.strip()), choice=choice, into=request.form.get("into") == "field", case_id=case_id,
        statuses=STATUS_LABELS, openable=OPENABLE if case_id is None else frozenset(STATUS_LABELS),
    )  # fmt: skip
