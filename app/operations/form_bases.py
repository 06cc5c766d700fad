"""The city's official PDF taken in as the base (下敷き) of a form: read in the isolated process, never in this one."""

from __future__ import annotations

from collections.abc import Sequence

from app.data import audit
from app.data.transactions import transaction
from app.documents.bases.model import BaseRefused, NormalisedBase, PictureRefused
from app.domain.authority import Actor
from app.domain.errors import Invalid
from app.operations.documents import renderer
from app.operations.drafts import require_editor

SCREEN_DPI = 110.0
"""A page of A4 is then about as wide as the desk shows it."""


def accept_base(data: bytes, actor: Actor) -> NormalisedBase:
    """The base made of an upload, with the input fields that the file offered. It is stored nowhere yet: that is up to the draft.

    Raises Refused for whoever may change no content, and Invalid with the reason of the refusal under `base`; both outcomes are
    recorded. What the file was called is not: names of files tell of people.
    """
    require_editor(actor)
    try:
        base = renderer().normalise(data)
    except BaseRefused as refused:
        with transaction():
            detail = {"bytes": len(data), "why": str(refused)[:200]}
            audit.record("content.base_refused", actor=actor, detail=detail)
        raise Invalid(refused.message, {"base": refused.message}) from refused
    with transaction():
        detail = {"sha256": base.sha256, "pages": len(base.pages), "fields": len(base.fields)}
        audit.record("content.base_accepted", actor=actor, detail=detail)
    return base


def picture_pages(pdf: bytes, pages: Sequence[int] | None = None, dpi: float = SCREEN_DPI) -> list[bytes]:
    """Pages of a base or of a filled sample as PNG. Raises Invalid."""
    try:
        return renderer().pictures(pdf, dpi, pages)
    except PictureRefused as refused:
        raise Invalid(refused.message) from refused
