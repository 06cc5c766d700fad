"""The customer screen's own pages. A browser that was paired is known by a token of its own; nobody is signed in here."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.errors import Conflict, Invalid, Refused
from app.domain.guide_words import WORDS
from app.domain.languages import JAPANESE, LANGUAGES, language
from app.domain.signatures import HEIGHT, MOST_POINTS, WIDTH
from app.operations import customer, translations
from app.operations.customer import Phase, View
from app.operations.devices import Device
from app.web.pages import go, shell

bp = Blueprint("customer", __name__)
A_YEAR = 31_536_000
PAIR = "/customer/pair"
TITLES = {
    Phase.WAITING: "screen_welcome", Phase.CHECK: "screen_check", Phase.SIGN: "screen_sign", Phase.THANKS: "screen_wait",
    Phase.TOLD: "screen_wait", Phase.BLANK: "screen_wait",
}  # fmt: skip


@bp.get("/customer")
def screen() -> BaseResponse:
    """What is to be seen now; asked for every second with ``seen``, and answered 204 while it is the same."""
    device = _device()
    if device is None:
        return _elsewhere()
    view = customer.look(device)
    if request.args.get("seen") == view.mark:
        return make_response("", 204)
    return _page(view)


@bp.get(PAIR)
def pair_page() -> Response:
    return _pair_page("")


@bp.post(PAIR)
def pair() -> BaseResponse:
    """The six digits of the administration page make this browser a counter's screen."""
    code = "".join(char for char in request.form.get("code", "")[:20] if not char.isspace())
    try:
        token = customer.pair(code, request.remote_addr or "")
    except Refused as refused:
        return _pair_page(refused.message, 422)
    response = go("/customer")
    response.set_cookie(
        _cookie(), token, max_age=A_YEAR, path="/", httponly=True, samesite="Strict",
        secure=current_app.config["KAKANAI"].secure_cookie,
    )  # fmt: skip
    return response


@bp.post("/customer/reply")
def reply() -> BaseResponse:
    """«はい、合っています», «職員に伝えます» or «紙に書きます»; one that comes too late changes nothing."""
    device = _device()
    if device is None:
        return _elsewhere()
    try:
        customer.reply(device, _revision(), request.form.get("reply", ""))
    except (Conflict, Invalid):
        return go("/customer")
    return go("/customer")


@bp.post("/customer/signature")
def sign() -> BaseResponse:
    """The strokes of a signature (Q-03). Nothing written, or too late: the screen comes again as it is now."""
    device = _device()
    if device is None:
        return _elsewhere()
    try:
        customer.sign(device, _revision(), request.form.get("strokes", ""))
    except (Conflict, Invalid, Refused):
        return go("/customer")
    return go("/customer")


@bp.post("/customer/language")
def choose_language() -> BaseResponse:
    device = _device()
    if device is None:
        return _elsewhere()
    try:
        customer.choose_language(device, request.form.get("language", ""))
    except Invalid:
        return go("/customer")
    return go("/customer")


def _revision() -> int:
    """Which state of the screen an answer belongs to; -1 for anything that is no number."""
    given = request.form.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else -1


def _page(view: View) -> Response:
    known = language(view.language)
    memory = translations.memory(known.code)
    words = {name: memory.get(text, "") for name, text in WORDS.items() if name.startswith("screen_")}
    text = render_template(
        "customer/screen.html", view=view, words=WORDS, other=words if known.code != JAPANESE else {}, language=known,
        languages=LANGUAGES, title=WORDS[TITLES[view.phase]], heading=TITLES[view.phase], shell=shell(),
        area=(WIDTH, HEIGHT), most_points=MOST_POINTS,
        fragment=request.headers.get("HX-Request") == "true",
    )  # fmt: skip
    return make_response(text)


def _pair_page(problem: str, status: int = 200) -> Response:
    return make_response(render_template("customer/pair.html", problem=problem, shell=shell()), status)


def _elsewhere() -> BaseResponse:
    """A screen that was shut out shows nothing but the way to be let in again."""
    if request.headers.get("HX-Request") != "true":
        return go(PAIR)
    response = make_response("", 401)
    response.headers["HX-Redirect"] = PAIR
    return response


def _device() -> Device | None:
    return customer.screen_of(request.cookies.get(_cookie(), ""))


def _cookie() -> str:
    return "__Host-kakanai-customer" if current_app.config["KAKANAI"].secure_cookie else "kakanai-customer"
