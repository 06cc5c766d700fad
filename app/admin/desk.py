"""The rule desk (業務定義の編集, M-05, M-06, M-10, M-12): drafts, review by a second person, publishing and the history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.authority import Right
from app.domain.content_columns import row_key
from app.domain.content_labels import SCREENS
from app.domain.dates import DateProblem, parse_day, today_in_japan
from app.domain.drafts import STATE_WORDS, DraftState
from app.domain.errors import Conflict, Invalid, NotFound
from app.operations import content_files, drafts, example_take_over, examples, form_versions, publishing
from app.operations.draft_pack import DraftPack, line_title
from app.operations.draft_view import parts_of
from app.operations.publishing import VersionLine
from app.web.access import current_actor
from app.web.confirming import confirm_now
from app.web.forms import version_of
from app.web.pages import Action, Page, go, show
from app.web.tables import zip_response

bp = Blueprint("desk", __name__)
TO_ADMIN = Action("管理へ戻る", "F3", "link", "/admin")
SHOWN_CHANGES = 100


@bp.get("/admin/desk")
def index() -> BaseResponse:
    return _index()


def _index(form: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> Response:
    versions = publishing.list_versions()
    return show(
        "admin/desk.html", Page("業務定義の編集"), status=422 if errors else 200, push=_address(), open_drafts=drafts.list_open(),
        versions=versions, states=STATE_WORDS, versions_to_begin=_to_begin(versions),
        form=form or {}, errors=errors or {}, may_publish=_may_publish(),
        actions=[TO_ADMIN, Action("下書きを作る", "F12", "submit", "begin", primary=True, alt="Ctrl+Enter")],
    )  # fmt: skip


def _address() -> str | None:
    """What the browser's address becomes when htmx asked for the page."""
    return request.path if request.method == "GET" else None


def _to_begin(versions: tuple[VersionLine, ...]) -> list[tuple[str, str]]:
    """The versions a draft may be made from, the one in force first."""
    words = {
        "current": "いま使われている版",
        "planned": "公開予定",
        "past": "以前の版",
        "withdrawn": "取り消した版",
    }
    ordered = sorted(versions, key=lambda one: list(words).index(one.state))
    return [(str(one.version.id), f"第{one.version.id}版（{words[one.state]}）") for one in ordered]


def _may_publish() -> bool:
    return current_actor().may(Right.MANAGE_CONTENT)


@bp.post("/admin/desk")
def begin() -> BaseResponse:
    form = request.form
    version = form.get("version", "")
    try:
        draft = drafts.begin(
            form.get("title", ""), form.get("purpose", ""),
            int(version) if version.isdecimal() and len(version) < 9 else None, current_actor(),
        )  # fmt: skip
    except Invalid as wrong:
        return _index(form, wrong.fields)
    return go(url_for("desk.draft", draft_id=draft))


@bp.get("/admin/procedures")
def procedures() -> BaseResponse:
    return _screen("procedures")


@bp.get("/admin/rules")
def rules() -> BaseResponse:
    return _screen("rules")


@bp.get("/admin/certs")
def certs() -> BaseResponse:
    return _screen("certs")


@bp.get("/admin/phrases")
def phrases() -> BaseResponse:
    return _screen("phrases")


def _screen(screen: str) -> Response:
    """A screen of the catalogue: the tables of the drafts that can be edited, or where one is begun."""
    found = [one.draft for one in drafts.list_open() if one.draft.state is DraftState.EDITING]
    begin_one = Action("業務定義の編集へ", "F12", "link", url_for("desk.index"), primary=True)
    return show(
        "admin/desk_screen.html", Page(SCREENS[screen][0]), parts=parts_of(screen), drafts=found, actions=[TO_ADMIN, begin_one],
    )  # fmt: skip


@bp.get("/admin/desk/drafts/<draft_id>")
def draft(draft_id: str) -> BaseResponse:
    return _draft(draft_id)


def _draft(
    draft_id: str, errors: Mapping[str, str] | None = None, refusal: str = "", status: int = 200
) -> Response:
    found = drafts.read(draft_id)
    made = found.draft
    changed = drafts.changes(found) if made.is_open else ()
    names = drafts.staff_names(
        {made.begun_by, made.changed_by, made.submitted_by or "", made.decided_by or ""}
    )
    return show(
        "admin/desk_draft.html", Page(made.title), status=status, push=_address(), found=found, draft=made, names=names,
        states=STATE_WORDS, changes=changed[:SHOWN_CHANGES], change_count=len(changed), screens=_screens(found),
        errors=errors or {}, refusal=refusal, decides=publishing.may_decide(made, current_actor()),
        titles={line.id: line_title(line, found.lists) for line in found.lines},
        rows=_openable(found), held=examples.standing(found.pack) if made.is_open else None,
        newly=len(example_take_over.waiting(found)) if made.state is DraftState.EDITING else 0, behind=publishing.is_behind(made),
        form=request.form, today=today_in_japan(), actions=_draft_actions(found),
        forms=form_versions.changed_lines(made) if made.is_open else [],
    )  # fmt: skip


def _openable(found: DraftPack) -> dict[tuple[str, tuple[str, ...]], str]:
    """The rows that have a table on a screen: their ids by part and key."""
    shown = {part for screen in SCREENS for part, _ in parts_of(screen)}
    return {(one.part, row_key(one.part, one.cells)): one.id for one in found.lines if one.part in shown}


def _screens(found: DraftPack) -> list[tuple[str, list[tuple[str, str, int, int]]]]:
    """The screens with their tables: code, label, rows, and how many things are to be mended."""
    wrong = [one.part for one in found.errors]
    return [
        (
            title,
            [(part, label, len(found.of_part[part]), wrong.count(part)) for part, label in parts_of(name)],
        )
        for name, (title, _) in SCREENS.items()
    ]


def _draft_actions(found: DraftPack) -> list[Action]:
    actions = [Action("業務定義の編集へ", "F3", "link", url_for("desk.index"))]
    if found.draft.state is DraftState.EDITING:
        actions.append(Action("審査に出す", "F12", "submit", "submit", primary=True, alt="Ctrl+Enter"))
    elif found.draft.state is DraftState.IN_REVIEW and publishing.may_decide(found.draft, current_actor()):
        approve = {"act": "approve"}
        actions.append(
            Action("公開する", "F12", "submit", "decide", primary=True, alt="Ctrl+Enter", hidden=approve)
        )
    return actions


@bp.post("/admin/desk/drafts/<draft_id>")
def act(draft_id: str) -> BaseResponse:
    """Hand in, approve, send back, bring up to date or give up."""
    form, actor = request.form, current_actor()
    try:
        match form.get("act", ""):
            case "submit":
                publishing.submit(draft_id, _read_day(form), actor)
            case "approve":
                confirm_now(actor)  # from its day on everybody works by it (AC-32)
                version = publishing.approve(draft_id, version_of(form), form.get("comment", ""), actor)
                return go(url_for("desk.version", version_id=version))
            case "send_back":
                publishing.send_back(draft_id, form.get("comment", ""), actor)
            case "update":
                publishing.bring_up_to_date(draft_id, actor)
            case "take_over":
                example_take_over.take_over(draft_id, actor)
            case "discard":
                drafts.discard(draft_id, actor)
                return go(url_for("desk.index"))
            case _:
                raise Invalid("画面の情報が足りません。画面を開き直してください。")
    except Invalid as wrong:
        return _draft(draft_id, wrong.fields, wrong.message, 422)
    except Conflict as late:
        return _draft(draft_id, {}, late.message, 409)
    return go(url_for("desk.draft", draft_id=draft_id))


def _read_day(form: Mapping[str, str]) -> date | None:
    text = form.get("in_force_on", "")
    if not text.strip():
        return None
    try:
        return parse_day(text, today=today_in_japan(), future=True)
    except DateProblem as problem:
        raise Invalid(problem.message, {"in_force_on": problem.message}) from problem


@bp.get("/admin/desk/versions/<int:version_id>")
def version(version_id: int) -> BaseResponse:
    return _version(version_id)


def _version(version_id: int, errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    line = next((one for one in publishing.list_versions() if one.version.id == version_id), None)
    if line is None:
        raise NotFound("この版はありません。履歴から選び直してください。")
    changed: Any = publishing.version_changes(version_id)
    forms = form_versions.lines_between(publishing.version_before(version_id), version_id)
    return show(
        "admin/desk_version.html", Page(f"第{version_id}版"), status=status, push=_address(), line=line, changes=changed[:SHOWN_CHANGES],
        change_count=len(changed), forms=forms, without=publishing.planned_without(version_id), errors=errors or {}, form=request.form,
        may_publish=_may_publish(), actions=[Action("業務定義の編集へ", "F3", "link", url_for("desk.index"))],
    )  # fmt: skip


@bp.post("/admin/desk/versions/<int:version_id>")
def change_version(version_id: int) -> BaseResponse:
    form, actor = request.form, current_actor()
    try:
        if form.get("act") == "withdraw":
            publishing.withdraw(version_id, actor)
            return go(url_for("desk.version", version_id=version_id))
        return go(
            url_for("desk.version", version_id=publishing.restore(version_id, form.get("reason", ""), actor))
        )
    except Invalid as wrong:
        return _version(version_id, wrong.fields or {"reason": wrong.message}, 422)


@bp.post("/admin/desk/import")
def receive() -> BaseResponse:
    """A draft from a zip that was written out here or in another city."""
    form, sent = request.form, request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid("ファイルを選んでください。", {"file": "書き出した zip ファイルを選んでください。"})
        title = form.get("title", "").strip() or f"取込：{sent.filename[:40]}"
        draft_id = content_files.begin_from_zip(title, form.get("purpose", ""), sent.read(), current_actor())
    except Invalid as wrong:
        return _index({}, wrong.fields)
    return go(url_for("desk.draft", draft_id=draft_id))


@bp.get("/admin/desk/drafts/<draft_id>.zip")
def draft_file(draft_id: str) -> BaseResponse:
    try:
        return zip_response(content_files.draft_zip(draft_id, current_actor()), "draft.zip")
    except Invalid as wrong:
        return _draft(draft_id, {}, wrong.message, 422)


@bp.get("/admin/desk/versions/<int:version_id>.zip")
def version_file(version_id: int) -> BaseResponse:
    data = content_files.version_zip(version_id, current_actor())
    return zip_response(data, f"version-{version_id}.zip")
