"""The page 案内書の訳 (M-11): how far each language is, what lacks a translation or has to be looked at again, and mending it."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.domain.errors import Invalid
from app.domain.translations import PART_TITLES, State
from app.operations import translations as operations
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show
from app.web.tables import csv_response

_STATES = [
    ("", "すべて"),
    (State.MISSING.value, operations.STATE_TITLES[State.MISSING]),
    (State.OUTDATED.value, operations.STATE_TITLES[State.OUTDATED]),
    (operations.UNREVIEWED, "まだ確認していない訳"),
]
_PARTS = [("", "すべて"), *((part.value, title) for part, title in PART_TITLES.items())]


@bp.get("/admin/translations")
def translations() -> Response:
    return show(
        "admin/translations.html", Page("案内書の訳"), languages=operations.overview(), actions=[_back("admin.index", "管理へ")],
    )  # fmt: skip


@bp.get("/admin/translations/<language>")
def translation(language: str) -> Response:
    return _texts(language)


@bp.post("/admin/translations/<language>")
def save_translation(language: str) -> BaseResponse:
    """Store one translation and come back to the same part of the list."""
    form = request.form
    try:
        operations.save(
            language,
            form.get("source", ""),
            form.get("text", ""),
            form.get("reviewed") == "1",
            current_actor(),
        )
    except Invalid as wrong:
        return _texts(language, wrong, 422)
    return go(url_for("admin.translation", language=language, **_wanted()))


@bp.get("/admin/translations/<language>/texts.csv")
def translation_csv(language: str) -> Response:
    return csv_response(f"translations-{language}.csv", operations.HEADS, operations.table(language))


def _wanted() -> dict[str, Any]:
    """What the list was narrowed by; none of it tells of a person."""
    return {
        name: request.values[name][:60]
        for name in ("state", "part", "q", "start")
        if request.values.get(name)
    }


def _texts(language: str, wrong: Invalid | None = None, status: int = 200) -> Response:
    wanted = _wanted()
    start = wanted.get("start", "")
    found = operations.listing(
        language, wanted.get("state", ""), wanted.get("part", ""), wanted.get("q", ""), int(start) if start.isdecimal() else 0
    )  # fmt: skip
    return show(
        "admin/translation.html", Page(f"案内書の訳：{found.language.title}"), status=status, found=found, wanted=wanted,
        states=_STATES, parts=_PARTS, part_titles=PART_TITLES, state_titles=operations.STATE_TITLES, at_once=operations.AT_ONCE,
        errors=wrong.fields if wrong else {}, typed=request.form if wrong else None,
        actions=[_back("admin.translations", "言語の一覧へ")],
    )  # fmt: skip


def _back(endpoint: str, label: str) -> Action:
    return Action(label, "F3", "link", url_for(endpoint))
