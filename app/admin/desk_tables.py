"""The tables of a draft: the sheet that is edited cell by cell, and the same row as an ordinary form."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.admin.desk import bp
from app.domain.content_labels import SCREENS
from app.domain.drafts import CellEdit, DraftState
from app.domain.errors import Conflict, Invalid, NotFound
from app.operations import draft_edit, draft_view, drafts
from app.operations.draft_edit import Clash
from app.operations.draft_view import Table, Wanted
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show

_LARGEST = 9
_FILTER = frozenset({"section", "word", "procedure", "flagged", "page"})


@bp.get("/admin/desk/drafts/<draft_id>/<part>")
def sheet(draft_id: str, part: str) -> BaseResponse:
    return _sheet(draft_id, part)


def _wanted() -> Wanted:
    asked = request.args
    page = asked.get("page", "1")
    return Wanted(
        asked.get("section", "")[:40], asked.get("word", "")[:60], asked.get("procedure", "")[:60],
        asked.get("flagged") == "1", int(page) if page.isdecimal() and len(page) < 5 else 1,
    )  # fmt: skip


def _sheet(draft_id: str, part: str, *, status: int = 200, **said: Any) -> Response:
    actor = current_actor()
    shown = draft_view.table(draft_id, part, _wanted(), actor)
    name = draft_view.screen_of(part)
    editing = shown.found.draft.state is DraftState.EDITING
    names = drafts.staff_names({one.by for one in said.get("clash", ())})
    return show(
        "admin/desk_sheet.html", Page(SCREENS[name][0]), block="sheet" if request.method == "POST" else "app",
        status=status, push=request.full_path.rstrip("?") if request.method == "GET" else None, shown=shown,
        draft=shown.found.draft, names=names, parts=draft_view.parts_of(name), editing=editing, query=_query(shown),
        can_add=editing and draft_view.can_add(part, actor), editors=draft_view.editors(shown.found, shown.columns),
        lists=draft_view.offered(shown.found, part), facts=draft_view.fact_kinds(shown.found),
        operators=draft_view.operators(shown.found), actions=_actions(shown, editing), added=request.args.get("added") == "1",
        **{"clash": (), "message": "", **said},
    )  # fmt: skip


def _args() -> dict[str, Any]:
    """The filter of this address, for one beside it."""
    return {name: value for name, value in request.args.items() if name in _FILTER}


def _query(shown: Table) -> dict[str, str]:
    """The filter as it stands in the address of what the sheet posts to."""
    wanted = shown.wanted
    asked = {"section": wanted.section, "word": wanted.word, "procedure": wanted.procedure}
    asked |= {"flagged": "1" if wanted.flagged else "", "page": str(wanted.page) if wanted.page > 1 else ""}
    return {name: value for name, value in asked.items() if value}


def _actions(shown: Table, editing: bool) -> list[Action]:
    actions = [Action("下書きへ戻る", "F3", "link", url_for("desk.draft", draft_id=shown.found.draft.id))]
    if editing:
        actions.append(
            Action("下書きを保存する", "F12", "submit", "save-sheet", primary=True, alt="Ctrl+Enter")
        )
    return actions


@bp.post("/admin/desk/drafts/<draft_id>/<part>")
def change(draft_id: str, part: str) -> BaseResponse:
    """Cells that were typed or pasted (`edits`), and what is done to rows: add, duplicate, remove, undo."""
    form, actor = request.form, current_actor()
    try:
        match form.get("act", ""):
            case "add":
                draft_edit.add_row(draft_id, part, form.get("line") or None, actor, _given(part))
            case "duplicate":
                draft_edit.duplicate_row(draft_id, part, form.get("line", ""), actor)
            case "remove":
                draft_edit.remove_rows(draft_id, part, _seen(form.getlist("row")), actor)
            case "undo":
                draft_edit.undo(draft_id, actor)
            case _:
                if edits := _read_edits(form.get("edits", "[]")):
                    draft_edit.change_cells(draft_id, part, edits, actor)
    except Clash as clash:
        return _sheet(draft_id, part, status=409, clash=clash.cells, message=clash.message)
    except Conflict as late:
        return _sheet(draft_id, part, status=409, message=late.message)
    except Invalid as wrong:
        return _sheet(draft_id, part, status=422, message=wrong.message)
    if request.headers.get("HX-Request"):
        return _sheet(draft_id, part)
    return go(url_for("desk.sheet", draft_id=draft_id, part=part, **_args()))


def _given(part: str) -> dict[str, str]:
    """What the filter says of a new row, so that it stands where it was made."""
    wanted = _wanted()
    if part == "rules" and wanted.procedure:
        return {"procedure": wanted.procedure}
    return {"section": wanted.section} if part in {"procedures", "certificates"} and wanted.section else {}


def _seen(marks: list[str]) -> dict[str, int]:
    """Rows as "id:version"."""
    found = {}
    for mark in marks:
        line_id, _, version = mark.partition(":")
        if not version.isdecimal() or len(version) > _LARGEST:
            raise Invalid("画面の情報が足りません。画面を開き直してください。")
        found[line_id] = int(version)
    return found


def _read_edits(text: str) -> list[CellEdit]:
    """Edits as [[row, version, column, text], …]. Raises Invalid."""
    try:
        rows = json.loads(text)
        edits = [CellEdit(line, seen, column, typed) for line, seen, column, typed in rows]
    except (ValueError, TypeError, RecursionError) as problem:
        raise Invalid("画面の情報が足りません。画面を開き直してください。") from problem
    for edit in edits:
        texts = (edit.line_id, edit.column, edit.text)
        if not all(isinstance(one, str) for one in texts) or not isinstance(edit.seen, int):
            raise Invalid("画面の情報が足りません。画面を開き直してください。")
    return edits


@bp.get("/admin/desk/drafts/<draft_id>/<part>/rows/<line_id>")
def row(draft_id: str, part: str, line_id: str) -> BaseResponse:
    return _row(draft_id, part, line_id)


def _row(draft_id: str, part: str, line_id: str, *, status: int = 200, **said: Any) -> Response:
    shown = draft_view.single(draft_id, part, line_id, current_actor())
    name = draft_view.screen_of(part)
    back = url_for("desk.sheet", draft_id=draft_id, part=part, **_args())
    actions = [Action("表へ戻る", "F3", "link", back)]
    if shown.editable:
        actions.append(Action("下書きを保存する", "F12", "submit", "row", primary=True, alt="Ctrl+Enter"))
    return show(
        "admin/desk_row.html", Page(SCREENS[name][0]), status=status, shown=shown, draft=shown.found.draft, back=back,
        push=request.full_path.rstrip("?") if request.method == "GET" else None,
        operators=[word for _, words in draft_view.operators(shown.found) for word in words], query=_args(),
        saved=request.args.get("saved") == "1", actions=actions, **{"clash": (), "message": "", **said},
    )  # fmt: skip


@bp.post("/admin/desk/drafts/<draft_id>/<part>/rows/<line_id>")
def save_row(draft_id: str, part: str, line_id: str) -> BaseResponse:
    form, actor = request.form, current_actor()
    version = form.get("version", "")
    if not version.isdecimal() or len(version) > _LARGEST:
        raise Invalid("画面の情報が足りません。画面を開き直してください。")
    edits = [CellEdit(line_id, int(version), name, text) for name, text in _typed(draft_id, part).items()]
    try:
        draft_edit.change_cells(draft_id, part, edits, actor)
    except Clash as clash:
        mine = [one for one in clash.cells if one.now != one.typed]
        return _row(draft_id, part, line_id, status=409, clash=mine, message=clash.message)
    except NotFound as gone:
        return _sheet(draft_id, part, status=409, message=gone.message)
    return go(url_for("desk.row", draft_id=draft_id, part=part, line_id=line_id, saved=1, **_args()))


def _typed(draft_id: str, part: str) -> dict[str, str]:
    """The cells of the form: ticked boxes joined, the three fields of a condition joined."""
    form = request.form
    typed: dict[str, str] = {}
    for field in draft_view.form_fields(draft_id, part):
        name = field.column.name
        if field.parts:
            values = [form.get(f"{name}.{at}", "").strip() for at in range(3)]
            typed[name] = "｜".join(values) if any(values) else ""
        elif field.choices and field.several:
            typed[name] = "、".join(form.getlist(name))
        else:
            typed[name] = form.get(name, "")
    return typed
