"""One addressee: everything about him that the asking member of staff may see (A-03 to A-06)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.authority import Actor, Right
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid
from app.domain.person import OPENABLE, Category, Person
from app.operations import person_view, protecting, residence, warnings
from app.residents.views import shown
from app.web.access import current_actor
from app.web.pages import HOME, Action, Page, go, show, wants_fragment

bp = Blueprint("persons", __name__)

PROTECT = Action("仮の取扱注意にする", "F8", "dialog", "protect-dialog", alt="Alt+X")
TITLES = {
    Category.JAPANESE: "住民の詳細", Category.FOREIGN: "住民の詳細", Category.NON_RESIDENT: "住登外者の詳細",
    Category.CORPORATION: "法人の詳細", Category.EXPECTED: "転入予定の方の詳細",
}  # fmt: skip


@bp.get("/residents/<person_id>")
def show_person(person_id: str) -> Response:
    return _page(person_id)


@bp.post("/residents/<person_id>/household")
def show_household(person_id: str) -> Response:
    """The household of a day; the day travels in the body, never in the address."""
    actor, typed, status = current_actor(), request.form.get("on", ""), 200
    said: dict[str, Any] = {}
    try:
        said["household_on"] = residence.household_on(person_id, actor, typed, today_in_japan())
    except Invalid as wrong:
        said["on_error"], status = wrong.message, 422
    if not wants_fragment():
        return _page(person_id, status=status, on=typed, **said)
    return show(
        "residents/person.html", Page("住民の詳細"), block="household_on", status=status,
        person_id=person_id, on=typed, today=today_in_japan(), **said
    )  # fmt: skip


@bp.get("/residents/<person_id>/qualifications/<key>")
def show_qualification(person_id: str, key: str) -> Response:
    view = person_view.show_qualification(person_id, key, current_actor())
    return show(
        "residents/qualification.html", Page(view.title), block="qualification", view=view,
        actions=[Action("住民の詳細へ", "F3", "link", url_for("persons.show_person", person_id=person_id))],
    )  # fmt: skip


@bp.post("/residents/<person_id>/protect")
def protect(person_id: str) -> BaseResponse:
    """The provisional flag (仮の取扱注意), for him and his household, from now on."""
    protecting.protect(person_id, current_actor())
    return go(url_for("persons.show_person", person_id=person_id))


@bp.post("/residents/<person_id>/warnings")
def show_warnings(person_id: str) -> Response:
    """«くわしく»: what the warnings say, for some seconds."""
    actor = current_actor()
    view = warnings.reveal(person_id, actor)
    return show(
        "_shared/warnings.html", Page("警告の内容"), block="details", people=[view],
        actions=[Action("住民の詳細へ", "F3", "link", url_for("persons.show_person", person_id=person_id))],
    )  # fmt: skip


def _page(person_id: str, *, status: int = 200, **context: Any) -> Response:
    actor, today = current_actor(), today_in_japan()
    view = person_view.show(person_id, actor)
    may_receive = actor.may(Right.RECEIVE)
    related = [shown(one.person, today, may_receive=may_receive) for one in view.related]
    household = [shown(member, today, may_receive=may_receive) for member in view.household]
    return show(
        "residents/person.html", Page(TITLES[view.person.category]), view=view, status=status,
        person_id=person_id,
        person=shown(view.person, today, may_receive=may_receive), household=household, related=related, today=today,
        actions=_actions(view.person, actor), **context,
    )  # fmt: skip


def _actions(person: Person, actor: Actor) -> list[Action]:
    actions = [HOME] if person.protected else [HOME, PROTECT]
    if not actor.may(Right.RECEIVE) or person.status not in OPENABLE:
        return actions
    hidden = {"person": person.id, "channel": "counter"}
    begin = Action("この方で受付する", "F12", "post", "/cases", primary=True, alt="Ctrl+Enter", hidden=hidden)
    return [*actions, begin]
