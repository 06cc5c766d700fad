"""The city's official PDF taken in as the base (下敷き) of a form: read in the isolated process, never in this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.data import audit
from app.data.transactions import transaction
from app.documents.bases.model import BaseRefused, NormalisedBase, PictureRefused
from app.documents.definitions import FormDefinition
from app.documents.form_reader import read_definition
from app.documents.reading import DefinitionProblem, DefinitionsRefused
from app.domain.authority import Actor
from app.domain.errors import Invalid
from app.operations.documents import renderer
from app.operations.drafts import require_editor

SCREEN_DPI = 110.0
"""A page of A4 is then about as wide as the desk shows it."""

CLOSE = 1.0
"""Millimetres by which the page of a definition may differ from its base."""


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


def clean_forms(forms: Mapping[str, FormDefinition]) -> dict[str, FormDefinition]:
    """Forms that come as files, each base made clean as one handed in on screen would be; what is clean stays as it is.

    Raises DefinitionsRefused with every base that cannot be taken or has other pages than its form says.
    """
    problems: list[DefinitionProblem] = []
    found = {code: _clean(form, problems) for code, form in forms.items()}
    if problems:
        raise DefinitionsRefused(problems)
    return found


def _clean(form: FormDefinition, problems: list[DefinitionProblem]) -> FormDefinition:
    if form.base_pdf is None:
        return form
    try:
        base = renderer().normalise(form.base_pdf)
    except BaseRefused as refused:
        problems.append(DefinitionProblem(form.code, "base.pdf", refused.message))
        return form
    page = base.pages[0]
    if max(abs(page.width - form.width), abs(page.height - form.height)) > CLOSE:
        here, there = f"{form.width:g}×{form.height:g} mm", f"{page.width:g}×{page.height:g} mm"
        message = f"定義の用紙（{here}）と下敷きの PDF の用紙（{there}）が違います。定義の page を下敷きに合わせてください。"
        problems.append(DefinitionProblem(form.code, "page", message))
    if form.pages > len(base.pages):
        message = f"定義は{form.pages}ページですが、下敷きの PDF は{len(base.pages)}ページです。"
        problems.append(DefinitionProblem(form.code, "page.count", message))
    source: dict[str, Any] = dict(form.source)
    if "sha256" in source["base"]:
        source["base"] = {**source["base"], "sha256": base.sha256}
    return read_definition(source, form.code, base_pdf=base.pdf)
