"""Every route stands in the access table, and the table is what the server does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from app.data.models.audit import AuditRow
from app.demo.staff import DEMO_STAFF
from app.domain.authority import ROLES, Right
from app.extensions import db
from app.web.access import ACCESS, SIGNED_IN
from tests.client import Client, csrf_token
from tests.conftest import new_client

WITH_A_SIGN_IN = [
    person for person in DEMO_STAFF if any(role != "robot" for _counter, role in person.assignments)
]
# These end or change the session that the other requests of the test need.
ABOUT_THE_SESSION = {"auth.logout", "auth.switch_counter", "auth.sign_in"}


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, address) of every route, with values that name nothing."""
    for rule in app.url_map.iter_rules():
        address = app.url_map.bind("localhost").build(rule.endpoint, _values(rule))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, address


def _values(rule: Rule) -> dict[str, object]:
    """A value each argument accepts: a number where the route wants one."""
    numbers = {name for name in rule.arguments if isinstance(rule._converters[name], NumberConverter)}
    return {name: 1 if name in numbers else "nothing" for name in rule.arguments}


def test_routes_and_table_agree(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ACCESS)


def test_a_route_outside_the_table_cannot_be_called(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert new_client(app).get("/forgotten").status_code == 403


def test_nothing_is_answered_without_a_sign_in(app: Flask) -> None:
    client = new_client(app)
    token = csrf_token(client.get("/login"))
    for endpoint, method, address in routes(app):
        if ACCESS[endpoint].open_to_all:
            continue
        answer = client.open(address, method=method, headers={"X-CSRFToken": token})
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/login"), f"{method} {address}"
        answer = client.fragment(method, address, headers={"X-CSRFToken": token})
        assert (answer.status_code, answer.headers.get("HX-Redirect")) == (401, "/login"), (
            f"{method} {address}"
        )
        assert answer.data == b""


@pytest.mark.parametrize("person", WITH_A_SIGN_IN, ids=lambda person: person.id)
def test_the_right_decides(city_app: Flask, signed_in: Callable[..., Client], person: object) -> None:
    """Without the right: refused and logged. With it: no such case or person, but an answer and never a crash."""
    counter = person.assignments[0][0]
    rights: frozenset[Right] = frozenset().union(
        *(ROLES[role].rights for place, role in person.assignments if place == counter)
    )
    client = signed_in(new_client(city_app), person.id, counter)
    token = csrf_token(client.get("/"))
    for endpoint, method, address in routes(city_app):
        if endpoint in ABOUT_THE_SESSION:
            continue
        access = ACCESS[endpoint]
        before = _refusals(city_app)
        answer = client.open(address, method=method, headers={"X-CSRFToken": token})
        if access.open_to_all or access == SIGNED_IN or access.rights & rights:
            assert answer.status_code < 500, f"{method} {address}"
        else:
            assert answer.status_code == 403, f"{method} {address}"
            assert _refusals(city_app) == before + 1, f"{method} {address} was refused and not logged"


def _refusals(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(AuditRow.action == "access.refused")) or 0
