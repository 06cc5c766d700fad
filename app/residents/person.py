"""One addressee: everything about him that the asking member of staff may see (A-03 to A-06), for the purpose he named."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.authority import Actor, Right
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid
from app.domain.person import OPENABLE, Category, Person
from app.domain.purposes import BY_CODE, PURPOSES
from app.operations import looks, person_view, protecting, residence, warnings
from app.residents.views import shown
from app.web.access import current_actor
from app.web.pages import HOME, Action, Page, go, show, wants_fragment

bp = Blueprint("persons", __name__)

PROTECT = Action("仮の取扱注意にする", "F8", "dialog", "protect-dialog", alt="Alt+X")
TITLES = {
    Category.JAPANESE: "住民の詳細", Category.FOREIGN: "住民の詳細", Category.NON_RESIDENT: "住登外者の詳細",
    Category.CORPORATION: "法人の詳細", Category.EXPECTED: "転入予定の方の詳細",
}  # fmt: skip


class PurposeMissing(Exception):
    """Why this person is looked at has to be said first."""

    def __init__(self, person_id: str) -> None:
        super().__init__()
        self.person_id = person_id


@bp.errorhandler(PurposeMissing)
def ask_first(missing: PurposeMissing) -> Response:
    """A part of the page was asked for after the purpose had run out: the page asks again."""
    response = make_response("", 204 if wants_fragment() else 303)
    page = url_for("persons.show_person", person_id=missing.person_id)
    response.headers["HX-Redirect" if wants_fragment() else "Location"] = page
    return response


@bp.get("/residents/<person_id>")
def show_person(person_id: str) -> Response:
    if looks.purpose_of(person_id, current_actor()) is None:
        return _purposes(person_id)
    return _page(person_id)


@bp.post("/residents/<person_id>/purpose")
def choose_purpose(person_id: str) -> BaseResponse:
    """Why the person is opened; then he is shown."""
    try:
        looks.choose(person_id, current_actor(), request.form.get("purpose", ""))
    except Invalid as wrong:
        return _purposes(person_id, wrong.message, status=422)
    except looks.TooMany as wrong:
        return _purposes(person_id, wrong.message, status=403)
    return go(url_for("persons.show_person", person_id=person_id))


@bp.post("/residents/<person_id>/household")
def show_household(person_id: str) -> Response:
    """The household of a day; the day travels in the body, never in the address."""
    actor, typed, status = current_actor(), request.form.get("on", ""), 200
    purpose = _purpose(person_id, actor)
    said: dict[str, Any] = {}
    try:
        said["household_on"] = residence.household_on(person_id, actor, purpose, typed, today_in_japan())
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
    actor = current_actor()
    view = person_view.show_qualification(person_id, key, actor, _purpose(person_id, actor))
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
    view = warnings.reveal(person_id, actor, _purpose(person_id, actor))
    return show(
        "_shared/warnings.html", Page("警告の内容"), block="details", people=[view],
        actions=[Action("住民の詳細へ", "F3", "link", url_for("persons.show_person", person_id=person_id))],
    )  # fmt: skip


def _purpose(person_id: str, actor: Actor) -> str:
    found = looks.purpose_of(person_id, actor)
    if found is None:
        raise PurposeMissing(person_id)
    return found


def _purposes(person_id: str, problem: str = "", status: int = 200) -> Response:
    """Asks for the purpose; nothing of the person is on this page. Work on a case is never kept from him by it."""
    actor = current_actor()
    likely = looks.last_chosen(actor)
    actions = [HOME, _begin(person_id)] if actor.may(Right.RECEIVE) else [HOME]
    return show(
        "residents/purpose.html", Page("照会の目的"), status=status, person_id=person_id, problem=problem,
        purposes=[(one.code, one.title, one.note) for one in PURPOSES], likely=likely or PURPOSES[0].code,
        push=url_for("persons.show_person", person_id=person_id), actions=actions,
    )  # fmt: skip


def _page(person_id: str, *, status: int = 200, **context: Any) -> Response:
    actor, today = current_actor(), today_in_japan()
    purpose = _purpose(person_id, actor)
    view = person_view.show(person_id, actor, purpose)
    may_receive = actor.may(Right.RECEIVE)
    related = [shown(one.person, today, may_receive=may_receive) for one in view.related]
    household = [shown(member, today, may_receive=may_receive) for member in view.household]
    named = BY_CODE.get(purpose)
    return show(
        "residents/person.html", Page(TITLES[view.person.category]), view=view, status=status,
        person_id=person_id, purpose=named.title if named else "受付",
        person=shown(view.person, today, may_receive=may_receive), household=household, related=related, today=today,
        actions=_actions(view.person, actor), **context,
    )  # fmt: skip


def _actions(person: Person, actor: Actor) -> list[Action]:
    actions = [HOME] if person.protected else [HOME, PROTECT]
    if not actor.may(Right.RECEIVE) or person.status not in OPENABLE:
        return actions
    return [*actions, _begin(person.id)]


def _begin(person_id: str) -> Action:
    hidden = {"person": person_id, "channel": "counter"}
    return Action("この方で受付する", "F12", "post", "/cases", primary=True, alt="Ctrl+Enter", hidden=hidden)
