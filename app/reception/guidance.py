"""Guidance (ガイダンス, N-01): searched and read from any screen, with or without a case."""

from __future__ import annotations

from flask import Response, make_response, request

from app.domain.dates import today_in_japan
from app.operations import form_samples, guidance
from app.reception.blueprint import bp
from app.web.pages import HOME, Action, Page, show
from app.web.security import allow_framing

BACK = Action("ガイダンスの目次へ", "F3", "link", "/guidance")


@bp.get("/guidance")
def guidance_index() -> Response:
    """The table of contents by section."""
    return show(
        "reception/guidance.html", Page("ガイダンス"), contents=guidance.contents(today_in_japan()), query="",
        found=[], kinds=guidance.KIND_TITLES, actions=[HOME],
    )  # fmt: skip


@bp.post("/guidance")
def find_guidance() -> Response:
    """What a query finds: in the drawer only the finds, without scripts the page."""
    query = request.form.get("q", "")
    found = guidance.find(query)
    return show(
        "reception/guidance.html", Page("ガイダンス"), block="guidance_found", contents=guidance.contents(today_in_japan()),
        query=query, found=found, kinds=guidance.KIND_TITLES, actions=[HOME],
    )  # fmt: skip


@bp.get("/guidance/<kind>/<code>")
def guide(kind: str, code: str) -> Response:
    """One guide: in the drawer only its text, otherwise a page."""
    found = guidance.show(kind, code, today_in_japan())
    return show(
        "reception/guide.html", Page("ガイダンス"), block="guide", guide=found, kinds=guidance.KIND_TITLES,
        actions=[BACK],
    )  # fmt: skip


@bp.get("/guidance/forms/<code>/sample")
def form_sample(code: str) -> Response:
    """A form filled with invented data."""
    response = make_response(form_samples.sample(code))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = 'inline; filename="sample.pdf"'
    allow_framing()
    return response
