"""Answering with a page or with the part of it that changed, from one template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote, urlunsplit

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from app.config import Settings
from app.domain.authority import Right
from app.operations.fonts import screen_sheet
from app.operations.identifying import is_at_provider
from app.operations.places import city_name
from app.operations.shell import ShellFacts
from app.web.access import MANAGE
from app.web.forms import new_token
from app.web.ways_back import came_from, local_address, mark_of

WHOLE = "app"


@dataclass(frozen=True, kw_only=True)
class Shell(ShellFacts):
    """What the frame around every screen shows: what the request tells, and what the database does when it is asked."""

    product: str
    city: str
    demo: bool
    signed_in: bool
    csrf_token: str
    form_token: str
    staff_name: str = ""
    counter: str = ""
    counter_name: str = ""
    rights: frozenset[Right] = frozenset()
    font_sheet: str | None = None
    back: str = "/"
    picks: bool = False
    manages: bool = False
    who: str = ""
    """Tells the sign-in page whose screen this was (`ways_back`)."""
    cover_after: int = 0
    idle_limit: int = 0
    covered: bool = False
    proves_elsewhere: bool = False
    """Whether the city's own sign-in page is asked where others give their password."""
    preview: str = ""
    """The title of the role whose screens are looked at."""


@dataclass(frozen=True)
class Page:
    """A page's heading and what is announced when it arrives."""

    title: str
    announce: str | None = None
    aside_label: str | None = None


@dataclass(frozen=True)
class Action:
    """A button of the function bar. ``kind``: submit (a form id), link or post (an address), dialog, drawer, print (an id).

    ``hidden`` is sent with a post, and with a submit for the one name and value its button has.
    """

    label: str
    key: str | None
    kind: str
    target: str
    primary: bool = False
    alt: str | None = None
    disabled: bool = False
    hidden: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finder:
    """The search drawer (F2): the address it asks, and what is sent along."""

    url: str
    hidden: Mapping[str, str] = field(default_factory=dict)


GUIDE = Action("ガイダンス", "F1", "drawer", "guide", alt="Alt+G")
"""Opens the guidance; every page with a function bar offers it."""

HOME = Action("受付のはじめへ", "F3", "link", "/")
"""The way back from a page that belongs to no case."""


FINDING_ROOMS = frozenset({"residents", "persons", "reception", "review", "auth", "cards"})
"""Where people are looked for by F2; the tables of the administration use that key themselves."""


def wants_fragment() -> bool:
    """Whether htmx asked for a part: not a boosted link, not a page restored from the history."""
    htmx = cast(Any, request).htmx  # put on the request by htmx-flask
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def show(
    template: str,
    page: Page,
    *,
    block: str = WHOLE,
    status: int = 200,
    push: str | None = None,
    **context: Any,
) -> Response:
    """The whole page, or only ``block`` of it for htmx; ``push`` is the address the browser shows then.

    A page that htmx was led to by the answer to a POST names its own address, so that opening it again opens the same page.
    A page with actions that does not offer the guidance itself gets it with the search alone. Whoever may find persons
    can do so from every page; one with a search box of its own, or without any, says so by ``finder``.
    """
    if block == WHOLE and "finder" not in context:
        context["finder"] = _finder()
    actions = context.get("actions")
    if actions and current_user.is_authenticated and GUIDE not in actions:
        context |= {"actions": [GUIDE, *actions], "plain_guide": True}
    fragment = block if wants_fragment() else None
    if block == WHOLE and status == 200 and not push:
        push = _led_to()
    text = render_template(template, fragment=fragment, page=page, shell=shell(), **context)
    response = make_response(text, status)
    if fragment and push:
        response.headers["HX-Push-Url"] = push
    return response


def _led_to() -> str | None:
    """The address of this page, where htmx asked for it from another one."""
    if request.method != "GET":
        return None
    query = quote(request.query_string, safe="!$%&'()*+,/:;=?@~")
    here = quote(request.path) + (f"?{query}" if query else "")
    shown = came_from()
    return here if here != urlunsplit(("", "", shown.path, shown.query, "")) else None


def _finder() -> Finder | None:
    if request.blueprint not in FINDING_ROOMS or not current_user.is_authenticated:
        return None
    actor = current_user.actor
    if actor.covered or actor.must_change or not actor.may(Right.FIND_PERSON):
        return None
    return Finder(url_for("residents.find"))


def go(address: str) -> BaseResponse:
    """Send the browser on after a POST. htmx follows as well; the page it lands on names its address itself."""
    return redirect(address, 303)


def shell() -> Shell:
    """The frame's facts for this request; counted once however many fragments it renders."""
    kept: Shell | None = g.get("shell")
    if kept is None:
        kept = g.shell = _shell()
    return kept


def _shell() -> Shell:
    settings: Settings = current_app.config["KAKANAI"]
    base = {
        "product": "書かない窓口",
        "city": city_name(),
        "demo": settings.demo,
        "csrf_token": generate_csrf(),
        "form_token": new_token(),
    }
    if not current_user.is_authenticated:
        return Shell(signed_in=False, **base)
    actor = current_user.actor
    return Shell(
        signed_in=True,
        actor=actor,
        staff_name=actor.name,
        counter=actor.counter,
        counter_name=actor.counter_name,
        back=local_address(request.path) if request.method == "GET" else "/",
        rights=actor.rights,
        font_sheet=screen_sheet(),
        picks=actor.may(Right.FIND_PERSON) or actor.may(Right.RECEIVE),
        manages=bool(MANAGE.rights & actor.rights),
        who=mark_of(actor.staff_id),
        cover_after=settings.cover_after,
        idle_limit=settings.idle_limit,
        covered=actor.covered,
        proves_elsewhere=is_at_provider(actor.staff_id),
        preview=actor.preview,
        **base,
    )
