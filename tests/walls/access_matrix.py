"""Tries every route with every role, on cases of one's own, of a colleague's and of another counter's."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter
from werkzeug.test import TestResponse

from app.data import cases as stored_cases
from app.data.models.audit import AuditRow
from app.data.models.staff import AssignmentRow, StaffRow
from app.domain.authority import ROBOT, ROLES, Actor
from app.domain.case import Channel
from app.domain.dates import today_in_japan
from app.extensions import db
from app.operations import cases, wrong_screen
from tests.client import ORIGIN, csrf_token, sign_in
from tests.conftest import DEMO_PASSWORD, new_client

FILE = Path(__file__).with_name("access_matrix.txt")
TRIED = [role for role in ROLES if role != ROBOT]
COOKIE = "__Host-kakanai"
HERE, ELSEWHERE = "main", "taimei"
# They end or change the session that the other requests need; tests/integration/test_sessions.py tries them.
ABOUT_THE_SESSION = frozenset({"auth.logout", "auth.switch_counter", "auth.sign_in", "auth.cover"})
LETTERS = {400: "v", 403: "x", 404: "n", 409: "c", 422: "v"}


@dataclass(frozen=True)
class Route:
    """A route with one method; ``of_case`` says that its address names a case."""

    endpoint: str
    method: str
    rule: Rule

    @property
    def of_case(self) -> bool:
        return "case_id" in self.rule.arguments

    @property
    def name(self) -> str:
        return f"{self.endpoint} {self.method}"

    def address(self, app: Flask, case_id: str = "nothing") -> str:
        """With values that name nothing, beside the case."""
        numbers = {
            name for name in self.rule.arguments if isinstance(self.rule._converters[name], NumberConverter)
        }
        values: dict[str, object] = {
            name: 1 if name in numbers else "nothing" for name in self.rule.arguments
        }
        if self.of_case:
            values["case_id"] = case_id
        return app.url_map.bind("localhost").build(self.endpoint, values)


def routes(app: Flask) -> Iterator[Route]:
    """Every route and method, in the order of their names."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(rule.endpoint, method, rule)


def read_matrix() -> dict[str, dict[str, str]]:
    """The file: route → role → what happens. Raises ValueError for a row that does not fit the heads."""
    lines = [
        line.split() for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    heads = lines[0][2:]
    found: dict[str, dict[str, str]] = {}
    for cells in lines[1:]:
        found[" ".join(cells[:2])] = dict(zip(heads, cells[2:], strict=True))
    return found


def written(name: str, cells: dict[str, str]) -> str:
    """A row as the file has it."""
    endpoint, method = name.split(" ")
    return (
        f"{endpoint:<34}{method:<7}"
        + "".join(f"{cells.get(role, '-'):<{len(role) + 2}}" for role in TRIED).rstrip()
    )


def make_staff(app: Flask, *roles: str) -> None:
    """An account for each role with nothing else, a colleague at the same counter and one at another."""
    with app.app_context():
        known = db.session.get_one(StaffRow, "demo-counter").password_hash
        places = [(f"only-{role.replace('_', '-')}", HERE, role) for role in roles]
        for staff, counter, role in [
            *places,
            ("colleague", HERE, "counter"),
            ("elsewhere", ELSEWHERE, "counter"),
        ]:
            row = StaffRow(
                id=staff, name="見本　役", valid_from=today_in_japan(), password_hash=known, demo=True
            )
            db.session.add(row)
            db.session.flush()
            db.session.add(AssignmentRow(staff_id=staff, counter=counter, role=role))
        db.session.commit()


class Tried:
    """One role at work: asks every route and says what happened."""

    def __init__(self, app: Flask, role: str) -> None:
        self.app, self.role = app, role
        self.staff = f"only-{role.replace('_', '-')}"
        browser = sign_in(new_client(app), self.staff, DEMO_PASSWORD, HERE)
        self.token = csrf_token(browser.get("/"))
        # Pages are judged by other tests: here thousands are asked for, and only what becomes of the request counts.
        self.client = FlaskClient(app, app.response_class)
        cookie = browser.get_cookie(COOKIE)
        assert cookie is not None
        self.client.set_cookie(COOKIE, cookie.value)
        self.open: dict[str, str] = {}
        self.unlogged: list[str] = []

    def row(self, route: Route) -> str:
        """A letter, or for a route of a case three: one's own, a colleague's at the same counter, another counter's."""
        if not route.of_case:
            return self._ask(route, route.address(self.app), {})
        return "".join(self._ask_of_case(route, whose) for whose in (self.staff, "colleague", "elsewhere"))

    def _ask_of_case(self, route: Route, whose: str) -> str:
        case_id = self.open.get(whose) or self._open_case(whose)
        with self.app.app_context():
            case = stored_cases.get_case(case_id)
            fields = {"made_for": wrong_screen.stamp(case), "version": str(case.version)}
        letter = self._ask(route, route.address(self.app, case_id), fields)
        if letter == "o" and route.method != "GET":
            self.open.pop(whose)  # whatever became of it, the next one begins afresh
        return letter

    def _open_case(self, whose: str) -> str:
        counter = ELSEWHERE if whose == "elsewhere" else HERE
        actor = Actor(whose, "見本　役", counter, counter, frozenset({"counter"}))
        with self.app.app_context():
            self.open[whose] = cases.open_case(
                actor,
                person_id=None,
                channel=Channel.COUNTER,
                token=secrets.token_hex(32),
                today=today_in_japan(),
            )
        return self.open[whose]

    def _ask(self, route: Route, address: str, fields: dict[str, str]) -> str:
        before = self._refusals()
        sent = fields if route.method == "POST" else {}
        answer: TestResponse = self.client.open(
            address, method=route.method, data=sent, base_url=ORIGIN,
            headers={"X-CSRFToken": self.token, "Referer": f"{ORIGIN}/"},
        )  # fmt: skip
        assert answer.status_code < 500, f"{self.role}: {route.method} {address}"
        if answer.status_code == 403 and self._refusals() != before + 1:
            self.unlogged.append(f"{self.role}: {route.name}")
        return LETTERS.get(answer.status_code, "o")

    def _refusals(self) -> int:
        with self.app.app_context():
            count = select(func.count()).select_from(AuditRow).where(AuditRow.action == "access.refused")
            return db.session.scalar(count) or 0
