"""Review (審査・事後処理, H-04): the worklist, one procedure in full, and what came twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import CHANNEL_LABELS, KIND_LABELS
from app.domain.errors import Conflict, Invalid
from app.domain.review import ACTION_LABELS, STATE_WORDS, ReviewAction
from app.operations import duplicates, review, review_detail
from app.web.access import current_actor
from app.web.open_screens import watch
from app.web.pages import HOME, Action, Page, show

bp = Blueprint("review", __name__)
Form = MultiDict[str, str]

TO_LIST = Action("審査の一覧へ", "F3", "link", "/review")
FILTER = ("state", "section", "procedure", "days")
SEEN = "seen-"
_LONGEST = 60


@bp.get("/review")
def index() -> Response:
    return _list({})


@bp.post("/review")
def choose() -> Response:
    """The list under another filter."""
    return _list(request.form)


@bp.post("/review/act", endpoint="act")
def act() -> BaseResponse:
    """One thing with everything that is ticked, or with nothing of it."""
    form = request.form
    chosen = {item: form.get(f"{SEEN}{item}", "") for item in form.getlist("item")}
    try:
        moved = review.act(current_actor(), _action(form), chosen, _reason(form))
    except Invalid as wrong:
        return _list(form, wrong=wrong.fields or {"main": wrong.message}, status=422)
    except Conflict as other:
        return _list(form, wrong={"main": other.message}, status=409)
    return _list(form, announce=f"{moved}件を「{ACTION_LABELS[_action(form)]}」で処理しました", done=moved)


def _action(form: Form) -> ReviewAction:
    name = form.get("action", "")
    if name not in set(ReviewAction):
        raise Invalid("操作を選び直してください。", {"main": "操作を選び直してください。"})
    return ReviewAction(name)


def _reason(form: Form) -> str:
    """The reason that was chosen and what was added to it; the fields for it stand on the screen whatever is pressed."""
    if form.get("action") != ReviewAction.SEND_BACK:
        return ""
    return "\n".join(part for part in (form.get("reason", "").strip(), form.get("text", "").strip()) if part)


def _wanted(form: Mapping[str, str]) -> review.Wanted:
    days = form.get("days", "")
    state = form.get("state", "")
    return review.Wanted(
        state if state in set(STATE_WORDS) else "", form.get("section", "")[:_LONGEST],
        form.get("procedure", "")[:_LONGEST], int(days) if days.isdecimal() and len(days) <= 3 else 0,
    )  # fmt: skip


def _list(
    form: Mapping[str, str],
    *,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
    announce: str | None = None,
    done: int = 0,
) -> Response:
    actor, wanted = current_actor(), _wanted(form)
    found = review.worklist(actor, wanted)
    ticked = form.getlist("item") if isinstance(form, MultiDict) and wrong else []
    said = announce or (f"{len(found.lines)}件です" if request.method == "POST" and not wrong else None)
    return show(
        "review/list.html", Page("審査・事後処理", said), status=status, found=found, wanted=wanted, ticked=ticked,
        errors=wrong or {}, typed=form if wrong else {}, said=announce if done else "", actions=_list_actions(),
        push=url_for("review.index"), **_words(actor),
    )  # fmt: skip


def _words(actor: Any) -> dict[str, Any]:
    return {"states": STATE_WORDS, "labels": ACTION_LABELS, "reasons": review.reasons(actor)}


def _list_actions() -> list[Action]:
    """The buttons that move what is ticked, in the order of the work."""
    keys = {
        ReviewAction.BEGIN: Action("審査を始める", "F8", "submit", "bulk", hidden={"action": "begin"}),
        ReviewAction.SEND_BACK: Action("差し戻す", None, "dialog", "send-back", alt="Alt+B"),
        ReviewAction.TAKE_BACK: Action(
            "審査中に戻す", None, "submit", "bulk", alt="Alt+K", hidden={"action": "take_back"}
        ),
        ReviewAction.COMPLETE: Action("完了にする", "F9", "submit", "bulk", hidden={"action": "complete"}),
        ReviewAction.APPROVE: Action(
            "審査済にする",
            "F12",
            "submit",
            "bulk",
            primary=True,
            alt="Ctrl+Enter",
            hidden={"action": "approve"},
        ),
    }
    return [HOME, *keys.values()]


@bp.get("/review/items/<item_id>", endpoint="item")
def item(item_id: str) -> Response:
    return _item(item_id)


@bp.post("/review/items/<item_id>", endpoint="act_on_item")
def act_on_item(item_id: str) -> Response:
    form = request.form
    try:
        action = _action(form)
        review.act(current_actor(), action, {item_id: form.get("seen", "")}, _reason(form))
    except Invalid as wrong:
        return _item(item_id, wrong.fields or {"main": wrong.message}, 422)
    except Conflict as other:
        return _item(item_id, {"main": other.message}, 409)
    return _item(item_id, announce=f"「{ACTION_LABELS[action]}」で処理しました")


def _item(
    item_id: str, errors: Mapping[str, str] | None = None, status: int = 200, announce: str | None = None
) -> Response:
    found = review_detail.detail(item_id, current_actor())
    watch(person.number for person in (found.case.persons if found.case else ()))
    return show(
        "review/item.html", Page("審査の内容", announce), status=status, found=found, line=found.line, errors=errors or {},
        typed=request.form if errors else {}, said=announce or "", kinds=KIND_LABELS, channels=CHANNEL_LABELS,
        actions=[TO_LIST, *_item_actions(found)], push=url_for("review.item", item_id=item_id), **_words(current_actor()),
    )  # fmt: skip


def _item_actions(found: review_detail.ItemDetail) -> list[Action]:
    fitting = {
        ReviewAction.BEGIN: Action("審査を始める", "F8", "submit", "act", hidden={"action": "begin"}),
        ReviewAction.SEND_BACK: Action("差し戻す", None, "dialog", "send-back", alt="Alt+B"),
        ReviewAction.TAKE_BACK: Action(
            "審査中に戻す", None, "submit", "act", alt="Alt+K", hidden={"action": "take_back"}
        ),
        ReviewAction.COMPLETE: Action(
            "完了にする",
            "F12",
            "submit",
            "act",
            primary=True,
            alt="Ctrl+Enter",
            hidden={"action": "complete"},
        ),
        ReviewAction.APPROVE: Action(
            "審査済にする",
            "F12",
            "submit",
            "act",
            primary=True,
            alt="Ctrl+Enter",
            hidden={"action": "approve"},
        ),
    }
    return [fitting[action] for action in found.actions]


@bp.get("/review/duplicates", endpoint="duplicates")
def list_duplicates() -> Response:
    return _duplicates()


@bp.post("/review/duplicates/<pair_id>", endpoint="settle")
def settle(pair_id: str) -> Response:
    """«処理済にする», and taking it back."""
    change = request.form.get("change", "")
    if change not in {"settle", "reopen"}:
        raise Invalid("操作を選び直してください。")
    try:
        duplicates.settle(pair_id, current_actor(), settled=change == "settle")
    except Conflict as other:
        return _duplicates(other.message, 409)
    return _duplicates(announce="処理済にしました" if change == "settle" else "未処理に戻しました")


def _duplicates(wrong: str = "", status: int = 200, announce: str | None = None) -> Response:
    actor = current_actor()
    waiting, more = duplicates.pairs(actor)
    settled, _more = duplicates.pairs(actor, settled=True)
    return show(
        "review/duplicates.html", Page("重複", announce), status=status, waiting=waiting, more=more, settled=settled,
        wrong=wrong, days=duplicates.PAIR_DAYS, actions=[TO_LIST], push=url_for("review.duplicates"),
    )  # fmt: skip
