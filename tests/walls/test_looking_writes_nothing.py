"""A GET leaves its trace in the operation log and changes nothing else; the client of every test watches for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from app.data.models.staff import CounterRow
from app.demo.staff import DEMO_STAFF
from app.extensions import db
from app.web import access
from tests.client import Client, csrf_token
from tests.conftest import new_client

PAGES_OF_A_WALK = 60
WITH_A_SIGN_IN = [
    person.id for person in DEMO_STAFF if any(role != "robot" for _counter, role in person.assignments)
]

ON_BOTH = ["demo-counter", "demo-admin"]
"""Who walks on the other database too: who has to do with residents, and who with the rest."""


@pytest.mark.parametrize(
    ("store", "staff"),
    [
        *(pytest.param("sqlite", staff, marks=pytest.mark.sqlite) for staff in WITH_A_SIGN_IN),
        *(pytest.param("postgresql", staff, marks=pytest.mark.postgresql) for staff in ON_BOTH),
    ],
    indirect=["store"],
)
def test_every_page_that_can_be_reached_by_links(
    city_app: Flask, signed_in: Callable[..., Client], staff: str
) -> None:
    """Walk through the links as each member of staff: every page is there, sound, and only looked at."""
    client = signed_in(new_client(city_app), staff)
    waiting = [address for address in _starting_places(city_app) if client.get(address).status_code != 403]
    waiting += _found_people(client)
    seen: set[str] = set()
    while waiting and len(seen) < PAGES_OF_A_WALK:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        page = client.get(address)
        assert page.status_code in {200, 204, 303}, f"{staff}: {address} answered {page.status_code}"
        waiting += [page.headers["Location"]] if page.status_code == 303 else _links(page.text)
    assert "/" in seen


def _starting_places(app: Flask) -> list[str]:
    """Every page without a name or number in its address."""
    rules = [
        rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    return sorted(rule.rule for rule in rules)


def _found_people(client: Client) -> list[str]:
    """The pages of the people that a search finds, for those who may search."""
    home = client.get("/")
    answer = client.post("/residents/search", data={"csrf_token": csrf_token(home), "query": "佐藤"})
    found = _links(answer.text)
    assert answer.status_code == 403 or any(link.startswith("/residents/") for link in found)
    return found


def _links(text: str) -> list[str]:
    found = [unescape(address).split("#")[0] for address in re.findall(r'<a\s[^>]*?\bhref="([^"]*)"', text)]
    return [link for link in found if link.startswith("/") and not link.startswith("/static/")]


def test_a_write_while_looking_is_seen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> str:
        db.session.add(CounterRow(code="x", title="x", position=1))
        db.session.commit()
        return "looked"

    app.add_url_rule("/careless", "careless", look)
    monkeypatch.setitem(access.ACCESS, "careless", access.OPEN)
    with pytest.raises(AssertionError, match="INSERT INTO counter"):
        new_client(app).get("/careless")
