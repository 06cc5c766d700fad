"""Searching (宛名検索 A-01、詳細検索 A-02) and what was found, as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask import Response, make_response, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.authority import Right
from app.domain.dates import today_in_japan
from app.domain.detailed_query import TEXTS
from app.domain.errors import Invalid, Stopped
from app.domain.numbers import is_reception_number
from app.domain.search import By, Query
from app.operations import card_slots, holding, residents
from app.operations.residents import Found
from app.residents.frame import bp, page
from app.residents.views import ShownHit, shown_hit
from app.web.access import current_actor
from app.web.finding import Choice, show_found
from app.web.pages import HOME, Action, Page, go, wants_fragment

_MOST_OFFERS = 3
_OF_THE_DETAILS = (HOME, Action("この条件で探す", "F12", "submit", "details", primary=True))


@dataclass(frozen=True)
class Results:
    """The hits of one page of a search."""

    total: int
    too_many: bool
    shown: list[ShownHit]
    message: str | None
    namesakes: bool
    """Two of those shown have the same name and birth date."""
    start: int
    next: int | None
    looser: list[str]
    """Shorter texts to search for when nobody was found."""
    action: str
    """Where the same search is asked again, with ``fields``, for its next page."""
    fields: dict[str, str]
    former: bool = True
    """Those who moved out or died were searched as well."""
    reception: str = ""
    """The reception number that was typed, for those who may read the history."""

    slot: str = ""
    """The slot of the card whose person was looked for; whoever is chosen gets what was read."""

    @property
    def announce(self) -> str:
        """What is said when the list arrives."""
        if self.message:
            return self.message
        if not self.total:
            return "該当する方はいません"
        return f"{self.total}件{'以上' if self.too_many else ''}見つかりました"


@bp.post("/residents/search")
def search() -> BaseResponse:
    """The one box. A search as it is typed is settled later; the button settles it at once."""
    return _search(request.form.get("query", ""), settled=not wants_fragment() or "settled" in request.form)


def _search(text: str, *, settled: bool) -> BaseResponse:
    start = _start()
    reception = _reception_asked(text) if settled and current_actor().may(Right.RECEIVE) else None
    if reception is not None:
        return reception
    found = residents.find(text, current_actor(), start=start, settled=settled)
    shown = _results(found, today_in_japan(), start, "/residents/search", {"query": text, "settled": "1"})
    return page(
        "residents/search.html", Page("宛名検索"), block="results", query=text,
        results=shown if text.strip() else None,
    )  # fmt: skip


@bp.post("/residents/search/card")
def search_by_card() -> BaseResponse:
    """Whom the card that was read belongs to: by name and birth date, variants of characters included.

    A code that was scanned in its place is searched for as if it had been typed.
    """
    slot = request.form.get("slot", "")[:32]
    code = card_slots.scanned(slot, current_actor())
    if code is not None:
        return _search(code, settled=True)
    found, text = residents.find_by_reading(card_slots.look(slot, current_actor()), current_actor())
    fields = {"query": text, "settled": "1"}
    shown = replace(_results(found, today_in_japan(), 0, "/residents/search", fields), slot=slot)
    return page("residents/search.html", Page("宛名検索"), block="results", query=text, results=shown)


@bp.post("/residents/find")
def find() -> Response:
    """F2 outside a case: whoever is found can be received."""
    actor = current_actor()
    return show_found(actor, Choice("この方で受付", "/cases") if actor.may(Right.RECEIVE) else None)


def _reception_asked(text: str) -> BaseResponse | None:
    """Into the case whose number was typed or scanned into the box; what is wrong with it if it is nearly one."""
    word = text.split()[0] if text.split() else ""
    if not (is_reception_number(word) or word.startswith(("#", "＃"))):
        return None
    try:
        case_id = holding.find_case(text, today_in_japan())
        holding.enter(case_id, current_actor())
    except Invalid as wrong:
        return page(
            "residents/search.html", Page("宛名検索", wrong.message), block="results", query=text,
            results=_nothing(wrong.message),
        )  # fmt: skip
    except Stopped:
        # The case's own page says so, and nothing else.
        pass
    address = f"/cases/{case_id}"
    if not wants_fragment():
        return go(address)
    response = make_response("", 200)
    response.headers["HX-Redirect"] = address
    return response


def _nothing(message: str) -> Results:
    return Results(
        total=0, too_many=False, shown=[], message=message, namesakes=False, start=0, next=None, looser=[],
        action="/residents/search", fields={},
    )  # fmt: skip


@bp.get("/residents/search")
def detailed_search() -> Response:
    return page(
        "residents/detailed_search.html", Page("詳細検索"), form={"past": "1"}, errors={}, also=_OF_THE_DETAILS,
        push="/residents/search",
    )  # fmt: skip


@bp.post("/residents/search/details")
def search_by_details() -> Response:
    """By criteria, all of which must hold; contradictory ones are named."""
    names = (*TEXTS, "sex", "kana_match", "former", "past")
    form = {name: request.form.get(name, "") for name in names}
    start = _start()
    found, errors = residents.find_by_details(form, current_actor(), start=start)
    fields = {name: value for name, value in form.items() if value}
    shown = None if errors else _results(found, today_in_japan(), start, "/residents/search/details", fields)
    announce = None if shown is None else shown.announce
    return page(
        "residents/detailed_search.html", Page("詳細検索", announce), form=form, errors=errors, also=_OF_THE_DETAILS,
        results=shown, status=422 if errors else 200,
    )  # fmt: skip


def _start() -> int:
    text = request.form.get("start", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def _results(found: Found, today: date, start: int, action: str, fields: Mapping[str, str]) -> Results:
    """The page's view of what was found."""
    actor = current_actor()
    may_receive = actor.may(Right.RECEIVE)
    hits = [shown_hit(hit, today, may_receive=may_receive) for hit in found.page.hits]
    return Results(
        total=found.page.total, too_many=found.page.too_many, shown=hits, message=found.problem,
        namesakes=any(hit.namesake for hit in hits), start=start, next=found.page.next,
        looser=_looser(found.query) if found.query and not hits else [], action=action, fields=dict(fields),
        former=found.query.former if found.query else True,
        reception=_reception(found.query) if found.query and actor.may(Right.READ_HISTORY) else "",
    )  # fmt: skip


def _reception(query: Query) -> str:
    numbers = (
        one.key for condition in query.conditions for one in condition.readings if one.by == By.RECEPTION
    )
    return next(numbers, "")


def _looser(query: Query) -> list[str]:
    """The texts of the conditions with one of them left out, the longest first."""
    if len(query.conditions) < 2:
        return []
    typed = [condition.typed for condition in query.conditions]
    without = [" ".join(typed[:at] + typed[at + 1 :]) for at in range(len(typed))]
    return sorted(dict.fromkeys(without), key=len, reverse=True)[:_MOST_OFFERS]
