"""Every route stands in the access table and in the matrix, and both are what the server does (AC-40, AC-41)."""

from __future__ import annotations

import pytest
from flask import Flask

from app.domain.authority import ROLES
from app.web.access import ACCESS
from tests.client import csrf_token
from tests.conftest import DEMO_PASSWORD, new_client
from tests.walls.access_matrix import ABOUT_THE_SESSION, TRIED, Tried, make_staff, read_matrix, routes


def test_routes_and_table_agree(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ACCESS)


def test_a_route_outside_the_table_cannot_be_called(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert new_client(app).get("/forgotten").status_code == 403


def test_nothing_is_answered_without_a_sign_in(app: Flask) -> None:
    client = new_client(app)
    token = csrf_token(client.get("/login"))
    for route in routes(app):
        method, address = route.method, route.address(app)
        if ACCESS[route.endpoint].open_to_all:
            continue
        answer = client.open(address, method=method, headers={"X-CSRFToken": token})
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/login"), f"{method} {address}"
        answer = client.fragment(method, address, headers={"X-CSRFToken": token})
        assert (answer.status_code, answer.headers.get("HX-Redirect")) == (401, "/login"), (
            f"{method} {address}"
        )
        assert answer.data == b""


def test_the_matrix_has_a_row_for_every_route_and_says_what_the_table_says(app: Flask) -> None:
    matrix = read_matrix()
    tried = [route for route in routes(app) if route.endpoint not in ABOUT_THE_SESSION]
    assert [route.name for route in tried] == list(matrix), "in the order of their names"
    for route in tried:
        access = ACCESS[route.endpoint]
        for role, said in matrix[route.name].items():
            let_in = access.open_to_all or not access.rights or bool(access.rights & ROLES[role].rights)
            assert let_in or set(said) == {"x"}, f"{route.name}: {role} has no right, the matrix says {said}"


# What a route asks for does not depend on the database; on PostgreSQL the role with most of them is tried.
@pytest.mark.parametrize(
    ("store", "role"),
    [
        *(pytest.param("sqlite", role, marks=pytest.mark.sqlite) for role in TRIED),
        pytest.param("postgresql", "counter", marks=pytest.mark.postgresql),
    ],
    indirect=["store"],
)
def test_every_route_does_what_the_matrix_says(city_app: Flask, role: str) -> None:
    """Own case, a colleague's, another counter's: let in or refused as written, and each refusal is in the log."""
    make_staff(city_app, role)
    matrix, tried = read_matrix(), Tried(city_app, role)
    found = {
        route.name: tried.row(route) for route in routes(city_app) if route.endpoint not in ABOUT_THE_SESSION
    }
    differing = [
        f"{name}: {role} {said}, in the matrix {matrix.get(name, {}).get(role)}"
        for name, said in found.items()
        if said != matrix.get(name, {}).get(role)
    ]
    assert not differing, "\n".join(differing)
    assert not tried.unlogged, "refused and not logged: " + "、".join(tried.unlogged)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_robot_does_not_sign_in(city_app: Flask) -> None:
    page = new_client(city_app)
    fields = {
        "csrf_token": csrf_token(page.get("/login")),
        "staff_id": "demo-robot-moves",
        "password": DEMO_PASSWORD,
    }
    assert page.post("/login", data=fields | {"counter": ""}).status_code == 422
