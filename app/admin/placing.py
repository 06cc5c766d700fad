"""The placement desk (M-07): a form over the picture of its page, its fields moved and set, filled with a sample at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.errors import Conflict, Invalid, NotFound
from app.operations import (
    draft_forms,
    form_desk,
    form_facts,
    form_history,
    form_previews,
    form_samples,
    form_screen,
    form_versions,
)
from app.operations.form_fields import FREE_THINGS, KINDS
from app.operations.form_screen import Desk, Look
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show, wants_fragment
from app.web.security import allow_framing

bp = Blueprint("placing", __name__)
PLACED = {code: word for code, word in KINDS.items() if code not in {"seal", "signature", "cards"}}


@bp.get("/admin/forms/<draft_id>/<code>/<int:edition>")
def place(draft_id: str, code: str, edition: int) -> BaseResponse:
    block = "side" if request.args.get("part") == "side" else "placing"
    return _desk(draft_id, code, edition, Look.of(request.args), block=block)


def _desk(
    draft_id: str, code: str, edition: int, look: Look, *, block: str = "placing", status: int = 200, message: str = "",
    errors: Mapping[str, str] | None = None, query: str = "",
) -> Response:  # fmt: skip
    desk = form_screen.open_form(draft_id, code, edition, look, current_actor())
    here: dict[str, Any] = {"draft_id": draft_id, "code": code, "edition": edition}
    return show(
        "admin/placing.html", Page(desk.form.source["title"]), block=block, status=status, desk=desk, here=here,
        form=desk.form.source, look=desk.look, field=desk.field, message=message, errors=errors or {},
        samples=form_samples.sample_titles(), zooms=form_screen.ZOOMS, kinds=KINDS, placed=PLACED, free=FREE_THINGS,
        formats=form_screen.FORMATS, alignments=form_screen.ALIGNMENTS, query=query, found=desk.facts.find(query), row_choices=_row_choices,
        given=request.form, actions=_actions(desk, here),
    )  # fmt: skip


def _row_choices(key: str) -> list[tuple[str, str]]:
    return [(one.key, one.label) for one in form_facts.row_facts(key)]


def _actions(desk: Desk, here: dict[str, Any]) -> list[Action]:
    found = [
        Action("下書きへ戻る", "F3", "link", url_for("desk.draft", draft_id=desk.draft.id)),
        Action("試し刷り", "F9", "link", url_for("placing.trial", sample=desk.look.sample, **here)),
        Action("版を比べる", "F8", "link", url_for("placing.compare", **here)),
    ]
    if desk.editable:
        found.append(Action("元に戻す", "F4", "submit", "undo", alt="Ctrl+Z"))
    return [
        *found,
        Action("期間・使う手続きへ", "F12", "link", url_for("forms.settings", **here), primary=True),
    ]


@bp.post("/admin/forms/<draft_id>/<code>/<int:edition>")
def change(draft_id: str, code: str, edition: int) -> BaseResponse:
    """One act on the form; answered with the desk as it is then."""
    form, look = request.form, Look.of(request.form)
    try:
        chosen = form_desk.change(draft_id, code, edition, form, current_actor())
    except Invalid as wrong:
        return _desk(draft_id, code, edition, look, status=422, message=wrong.message, errors=wrong.fields)
    except (Conflict, NotFound) as late:
        if (code, edition) not in draft_forms.of_draft(draft_id):
            raise
        return _desk(draft_id, code, edition, look, status=409, message=late.message)
    look = Look(look.page, look.sample, look.zoom, tuple(chosen))
    if not wants_fragment():
        here: dict[str, Any] = {"draft_id": draft_id, "code": code, "edition": edition, **look.query()}
        return go(url_for("placing.place", **here))
    return _desk(draft_id, code, edition, look)


@bp.post("/admin/forms/<draft_id>/<code>/<int:edition>/facts")
def facts(draft_id: str, code: str, edition: int) -> BaseResponse:
    """The facts that hold the words that were typed."""
    query = request.form.get("q", "")[:60]
    return _desk(draft_id, code, edition, Look.of(request.form), block="facts", query=query)


@bp.get("/admin/forms/<draft_id>/<code>/<int:edition>/pages/<int:page>.png")
def picture(draft_id: str, code: str, edition: int, page: int) -> BaseResponse:
    form = draft_forms.get(draft_id, code, edition)
    sample = request.args.get("sample", form_samples.SAMPLE)
    return _png(form_previews.picture(form, form_facts.of_draft(draft_id), sample, page))


def _png(data: bytes) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = "image/png"
    return response


@bp.get("/admin/forms/<draft_id>/<code>/<int:edition>/trial")
def trial(draft_id: str, code: str, edition: int) -> BaseResponse:
    """The page that shows and prints the sample."""
    form = draft_forms.get(draft_id, code, edition)
    look = Look.of(request.args)
    here: dict[str, Any] = {"draft_id": draft_id, "code": code, "edition": edition}
    actions = [
        Action("配置へ戻る", "F3", "link", url_for("placing.place", sample=look.sample, **here)),
        Action("印刷する", "F9", "print", "pdf", primary=True),
    ]
    return show(
        "admin/form_trial.html", Page(f"{form.source['title']}：試し刷り"), here=here, look=look, samples=form_samples.sample_titles(),
        actions=actions,
    )  # fmt: skip


@bp.get("/admin/forms/<draft_id>/<code>/<int:edition>/trial.pdf")
def trial_file(draft_id: str, code: str, edition: int) -> BaseResponse:
    """The verified PDF of the sample, marked 見本 on every page."""
    form, look = draft_forms.get(draft_id, code, edition), Look.of(request.args)
    response = make_response(form_previews.preview(form, form_facts.of_draft(draft_id), look.sample).pdf)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = 'inline; filename="sample.pdf"'
    allow_framing()
    return response


@bp.get("/admin/forms/<draft_id>/<code>/<int:edition>/compare")
def compare(draft_id: str, code: str, edition: int) -> BaseResponse:
    """This version beside another one: what it was, another version of the draft, or an earlier content."""
    look = Look.of(request.args)
    found = form_history.compared(draft_id, (code, edition), request.args.get("with", ""))
    here: dict[str, Any] = {"draft_id": draft_id, "code": code, "edition": edition}
    return show(
        "admin/form_compare.html", Page(f"{found.now.source['title']}：版の比較"), found=found, here=here, look=look,
        samples=form_samples.sample_titles(),
        actions=[Action("配置へ戻る", "F3", "link", url_for("placing.place", **here))],
    )  # fmt: skip


@bp.post("/admin/forms/<draft_id>/<code>/<int:edition>/compare")
def take_back(draft_id: str, code: str, edition: int) -> BaseResponse:
    """Put the form into the draft as an earlier version of the content had it."""
    version = request.form.get("version", "")
    if not version.isdecimal() or len(version) > 8:
        raise Invalid("画面の情報が足りません。画面を開き直してください。")
    form_versions.take_back(draft_id, (code, edition), int(version), current_actor())
    return go(url_for("placing.place", draft_id=draft_id, code=code, edition=edition))


@bp.get("/admin/forms/<draft_id>/<code>/<int:edition>/compare/<int:page>.png")
def other_picture(draft_id: str, code: str, edition: int, page: int) -> BaseResponse:
    """A page of the version that is compared with."""
    found = form_history.compared(draft_id, (code, edition), request.args.get("with", ""))
    if found.other is None:
        raise NotFound("比べる版がありません。")
    sample = request.args.get("sample", form_samples.SAMPLE)
    return _png(form_previews.picture(found.other, form_facts.of_draft(draft_id), sample, page))
