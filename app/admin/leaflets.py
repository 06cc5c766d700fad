"""The page パンフレット: the city's leaflets by slot and language, putting one in, and how often each was handed out (R28)."""

from __future__ import annotations

from flask import Response, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.domain.dates import DateProblem, parse_day, today_in_japan
from app.domain.errors import Invalid
from app.domain.languages import LANGUAGES, language
from app.operations import leaflet_desk as operations
from app.operations import leaflets as printed
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show
from app.web.security import allow_framing


@bp.get("/admin/leaflets")
def leaflets() -> Response:
    return _page()


@bp.post("/admin/leaflets")
def add_leaflet() -> BaseResponse:
    """Take in a PDF; what is refused comes back with everything that was typed."""
    form, wrong = request.form, dict[str, str]()
    today = today_in_japan()
    days = {}
    for name in ("valid_from", "valid_to"):
        try:
            text = form.get(name, "").strip()
            days[name] = parse_day(text, today=today, future=True) if text else None
        except DateProblem as problem:
            wrong[name] = problem.message
    try:
        if wrong:
            raise Invalid("日付を確認してください。", wrong)
        sent = request.files.get("file")
        data = sent.stream.read(operations.LARGEST_FILE + 1) if sent else b""
        operations.receive(
            form.get("slot", ""), form.get("language", ""), form.get("edition", ""), days["valid_from"] or today,
            days["valid_to"], data, current_actor(),
        )  # fmt: skip
    except Invalid as problem:
        return _page(problem, 422)
    return go(url_for("admin.leaflets"))


@bp.post("/admin/leaflets/<leaflet_id>/withdraw")
def withdraw_leaflet(leaflet_id: str) -> BaseResponse:
    operations.withdraw(leaflet_id, current_actor())
    return go(url_for("admin.leaflets"))


@bp.get("/admin/leaflets/<leaflet_id>/file")
def leaflet_file(leaflet_id: str) -> Response:
    response = make_response(printed.file_of(leaflet_id))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = 'inline; filename="leaflet.pdf"'
    allow_framing()
    return response


def _page(wrong: Invalid | None = None, status: int = 200) -> Response:
    return show(
        "admin/leaflets.html", Page("パンフレット"), status=status, slots=operations.slots(), languages=LANGUAGES,
        language=language, errors=(wrong.fields or {"file": wrong.message}) if wrong else {}, typed=request.form, today=today_in_japan(),
        actions=[Action("管理へ", "F3", "link", url_for("admin.index"))],
    )  # fmt: skip
