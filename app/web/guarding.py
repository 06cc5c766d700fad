"""The guard before every view: it reads the access table, and what a session still lacks before it may go on."""

from __future__ import annotations

from flask import Flask, abort, request
from flask_login import current_user

from app.domain.errors import Refused
from app.operations.record import note_refusal
from app.web.access import ACCESS, current_actor
from app.web.confirming import confirm_here
from app.web.terminal import is_let_in

UNCOVERED = frozenset({"auth.cover", "auth.covered", "auth.uncover", "auth.prove_again", "auth.logout"})
"""What a covered screen may still ask for."""


BEFORE_OWN_PASSWORD = frozenset(
    {*UNCOVERED, "auth.first_password", "auth.choose_password", "auth.stay", "auth.here", "api.font"}
)
"""What somebody may ask for who came in with a password that was given to him."""


BEFORE_OWN_FACTOR = BEFORE_OWN_PASSWORD | {
    "auth.ask_password",
    "auth.give_password",
    "auth.factors",
    "auth.begin_app",
    "auth.confirm_app",
    "auth.begin_key",
    "auth.add_key",
}
"""What somebody may ask for whose role needs a second factor that he has not added yet."""


SHOWN_IN_PREVIEW = frozenset(
    {
        "residents.home",
        "residents.home_rows",
        "residents.news",
        "residents.detailed_search",
        "residents.characters",
        "reception.guidance_index",
        "admin.index",
        "admin.status",
        "admin.status_rows",
        "admin.users",
        "admin.transfers",
        "admin.roles",
        "admin.devices",
        "admin.links",
        "admin.fonts",
        "admin.addresses",
        "admin.news",
        "admin.guidance",
        "admin.leaflets",
        "admin.translations",
        "admin.simulator_index",
        "admin.examples",
        "admin.replays",
        "admin.review_sheet",
        "calendar.index",
        "calendar.month",
        "desk.index",
        "forms.index",
    }
)
"""Pages without a person or a case that who looks at a role's screens may open; each is only read."""


ONLY_LOOKING = (
    "役割の画面を確認しているあいだは、見るだけです。検索・受付・保存と、住民の情報が出る画面は開けません。"
    "「確認を終える」を押すと、ふだんの画面に戻ります。"
)
BESIDE_PREVIEW = UNCOVERED | {"auth.end_preview", "auth.stay", "auth.here", "api.font"}


class Covered(Exception):
    """The screen is covered; its owner has to give the password first."""


class FirstElsewhere(Exception):
    """Something has to be done at another page first: ``endpoint`` is its route."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self.endpoint = endpoint


def guard_routes(app: Flask) -> None:
    """Refuse before a view runs: unknown routes 404, without a sign-in 401, without the right 403 (and logged)."""

    @app.before_request
    def check_access() -> None:
        if request.endpoint is None:
            return
        access = ACCESS.get(request.endpoint)
        if access is None:
            abort(403)
        if access.open_to_all:
            return
        if not current_user.is_authenticated or not is_let_in():
            abort(401)
        actor = current_actor()
        if actor.covered and request.endpoint not in UNCOVERED:
            raise Covered
        if actor.must_change and request.endpoint not in BEFORE_OWN_PASSWORD:
            raise FirstElsewhere("auth.first_password")
        if actor.must_enrol and request.endpoint not in BEFORE_OWN_FACTOR:
            raise FirstElsewhere("auth.factors")
        if actor.preview and request.endpoint not in SHOWN_IN_PREVIEW | BESIDE_PREVIEW:
            raise Refused(ONLY_LOOKING)
        if access.rights and not access.rights & actor.rights:
            note_refusal(actor, request.endpoint)
            abort(403)
        if access.confirmed and not actor.confirmed:
            confirm_here(actor)
