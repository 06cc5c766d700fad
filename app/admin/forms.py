"""The forms of the city (申請書様式, M-07): their list, a new one, its head, and the files it is carried in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.authority import Right
from app.domain.dates import DateProblem, format_wareki, parse_day, today_in_japan
from app.domain.drafts import DraftState
from app.domain.errors import Conflict, Invalid, Refused
from app.operations import draft_forms, drafts, form_files, form_versions, packs
from app.operations.form_versions import FormLine, NewForm
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show
from app.web.tables import zip_response

bp = Blueprint("forms", __name__)
TO_ADMIN = Action("管理へ戻る", "F3", "link", "/admin")
MOST_COPIES = 10


@bp.get("/admin/forms")
def index() -> BaseResponse:
    return _index()


def _index(refusal: str = "") -> Response:
    word = request.args.get("word", "").strip()[:60]
    lines, coming = ([one for one in part if _fits(one, word)] for part in form_versions.list_forms())
    return show(
        "admin/forms.html", Page("申請書様式"), status=422 if refusal else 200, lines=lines, coming=coming, word=word,
        drafts=form_versions.editable_drafts(), refusal=refusal, today=today_in_japan(), editing=DraftState.EDITING,
        chosen=request.form.get("draft", request.args.get("draft", "")),
        actions=[TO_ADMIN, Action("新しい様式をつくる", "F12", "link", url_for("forms.new"), primary=True)],
    )  # fmt: skip


def _fits(line: FormLine, word: str) -> bool:
    return all(part in f"{line.title} {line.section} {line.name[0]}" for part in word.split())


@bp.post("/admin/forms")
def take() -> BaseResponse:
    """Take a form of the content in force in hand: in the chosen draft, or in a new one."""
    code, _, edition = request.form.get("open", "").rpartition("@")
    line = next((one for one in _in_force() if one.name == (code, _whole(edition))), None)
    if line is None:
        return _index("この様式は見つかりません。一覧から選び直してください。")
    draft = form_versions.draft_for(request.form, line.title, current_actor())
    return go(url_for("placing.place", draft_id=draft, code=code, edition=line.name[1]))


def _in_force() -> list[FormLine]:
    return form_versions.in_force(packs.current_version())


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


@bp.get("/admin/forms/new")
def new() -> BaseResponse:
    return _new()


def _new(errors: Mapping[str, str] | None = None, message: str = "") -> Response:
    actor, found = current_actor(), form_versions.editable_drafts()
    sections = form_versions.section_titles()
    return show(
        "admin/form_new.html", Page("新しい様式をつくる"), status=422 if errors or message else 200, form=request.form,
        errors=errors or {}, message=message, drafts_pairs=[(one.id, one.title) for one in found],
        section_pairs=[(one, one) for one in sections], all_sections=actor.may(Right.MANAGE_CONTENT),
        copies=[(f"{one.name[0]}@{one.name[1]}", f"{one.title}（{one.section}）") for one in _in_force()],
        wanted=request.args.get("draft", ""),
        actions=[
            Action("様式の一覧へ", "F3", "link", url_for("forms.index")),
            Action("つくって配置へ進む", "F12", "submit", "new-form", primary=True, alt="Ctrl+Enter"),
        ],
    )  # fmt: skip


@bp.post("/admin/forms/new")
def add() -> BaseResponse:
    form, sent = request.form, request.files.get("file")
    entered = NewForm(
        form.get("title", ""), form.get("section", ""), form.get("start", "pdf"), sent.read() if sent else b"",
        form.get("size", "a4"), form.get("copy_of", ""), bool(form.get("take_fields")),
    )  # fmt: skip
    try:
        base = form_versions.read_base(entered, current_actor())
        draft = form_versions.draft_for(form, entered.title.strip(), current_actor())
        code, edition = form_versions.add(draft, entered, base, current_actor())
    except Invalid as wrong:
        return _new(wrong.fields, "" if wrong.fields else wrong.message)
    return go(url_for("placing.place", draft_id=draft, code=code, edition=edition))


@bp.get("/admin/forms/<draft_id>/<code>/<int:edition>/settings")
def settings(draft_id: str, code: str, edition: int) -> BaseResponse:
    return _settings(draft_id, code, edition)


def _settings(
    draft_id: str,
    code: str,
    edition: int,
    errors: Mapping[str, str] | None = None,
    message: str = "",
    status: int = 200,
) -> Response:
    found = draft_forms.get(draft_id, code, edition)
    draft = drafts.read_head(draft_id)
    source, actor = found.source, current_actor()
    editable = draft.state is DraftState.EDITING and draft_forms.may_edit(source, actor, draft_id)
    place = url_for("placing.place", draft_id=draft_id, code=code, edition=edition)
    actions = [Action("配置へ戻る", "F3", "link", place)]
    if editable:
        actions.append(
            Action(
                "保存して下書きへ",
                "F12",
                "submit",
                "head",
                primary=True,
                alt="Ctrl+Enter",
                hidden={"next": "draft"},
            )
        )
    sections = dict.fromkeys([*form_versions.section_titles(), source["section"]])
    numbers = sorted(one for other, one in draft_forms.of_draft(draft_id) if other == code)
    return show(
        "admin/form_settings.html", Page(f"{source['title']}：設定"), status=status, draft=draft, form=found, code=code,
        edition=edition, editable=editable, errors=errors or {}, message=message, section_pairs=[(one, one) for one in sections],
        numbers=numbers,
        all_sections=actor.may(Right.MANAGE_CONTENT), users=form_versions.users_of(draft_id, code), given=request.form,
        starts=_wareki(source["valid_from"]), ends=_wareki(source.get("valid_to")), today=today_in_japan(),
        saved=request.args.get("saved"), actions=actions,
    )  # fmt: skip


def _wareki(text: str | None) -> str:
    return format_wareki(date.fromisoformat(text)) if text else ""


@bp.post("/admin/forms/<draft_id>/<code>/<int:edition>/settings")
def change_settings(draft_id: str, code: str, edition: int) -> BaseResponse:
    """Title, section, dates, copies and procedures; another PDF; a next version; taking it away."""
    form, actor, name = request.form, current_actor(), (code, edition)
    try:
        match form.get("act", ""):
            case "base":
                sent = request.files.get("file")
                form_versions.put_base(
                    draft_id, name, form.get("seen", ""), sent.read() if sent else b"", actor
                )
                return go(url_for("placing.place", draft_id=draft_id, code=code, edition=edition))
            case "next":
                starts = _day(form, "starts") or today_in_japan()
                code, edition = form_versions.next_version(draft_id, name, starts, actor)
                return go(url_for("placing.place", draft_id=draft_id, code=code, edition=edition))
            case "drop":
                form_versions.drop(draft_id, name, actor)
                return go(url_for("desk.draft", draft_id=draft_id))
            case _:
                users = form.getlist("users") if form.get("with_users") else None
                form_versions.set_settings(
                    draft_id, name, form.get("seen", ""), _head(form, draft_id, name), users, actor
                )
    except Invalid as wrong:
        return _settings(draft_id, code, edition, wrong.fields, wrong.message, 422)
    except Refused as not_his:
        return _settings(draft_id, code, edition, {}, not_his.message, 403)
    except Conflict as late:
        return _settings(draft_id, code, edition, {}, late.message, 409)
    if form.get("next") == "draft":
        return go(url_for("desk.draft", draft_id=draft_id))
    return go(url_for("forms.settings", draft_id=draft_id, code=code, edition=edition, saved=1))


def _head(form: Mapping[str, str], draft_id: str, name: tuple[str, int]) -> dict[str, Any]:
    starts = _day(form, "valid_from")
    if starts is None:
        text = "使い始める日を入力してください（例: R9.4.1）。"
        raise Invalid("入力内容を確認してください。", {"valid_from": text})
    copies = _whole(form.get("copies", ""))
    if not 1 <= copies <= MOST_COPIES:
        text = f"部数は1から{MOST_COPIES}までの数を入力してください。"
        raise Invalid("入力内容を確認してください。", {"copies": text})
    order = form.get("order", "").strip() or "100"
    if not order.isdecimal() or len(order) > 3:
        text = f"「{order}」は印刷の順に使えません。0から999までの数を入力してください。"
        raise Invalid("入力内容を確認してください。", {"order": text})
    section = form.get("section") or draft_forms.get(draft_id, *name).source["section"]
    return {
        "title": form.get("title", ""), "section": section, "copies": copies, "valid_from": starts,
        "valid_to": _day(form, "valid_to"), "order": int(order), "authority": form.get("authority", "").strip()[:60],
        "basis": form.get("basis", "").strip()[:120],
    }  # fmt: skip


def _day(form: Mapping[str, str], name: str) -> date | None:
    text = form.get(name, "")
    if not text.strip():
        return None
    try:
        return parse_day(text, today=today_in_japan(), future=True)
    except DateProblem as problem:
        raise Invalid("入力内容を確認してください。", {name: problem.message}) from problem


@bp.get("/admin/forms/<draft_id>/<code>/<int:edition>.zip")
def form_file(draft_id: str, code: str, edition: int) -> BaseResponse:
    """The form as files that a reviewer, or another city, can read."""
    return zip_response(form_files.form_zip(draft_id, (code, edition), current_actor()), "form.zip")


@bp.post("/admin/forms/import")
def receive() -> BaseResponse:
    """A form from a zip into a draft."""
    form, sent = request.form, request.files.get("file")
    actor = current_actor()
    try:
        data = sent.read() if sent else b""
        if not data:
            text = "書き出した様式の zip ファイルを選んでください。"
            raise Invalid("ファイルを選んでください。", {"zip": text})
        read = form_files.read_zip(data, actor)
        draft = form_versions.draft_for(form, read.source["title"], actor)
        code, edition = form_files.take_in(draft, read, actor)
    except Invalid as wrong:
        said = {"zip" if name == "file" else name: text for name, text in wrong.fields.items()}
        return _new(said or {"zip": wrong.message})
    return go(url_for("placing.place", draft_id=draft, code=code, edition=edition))
