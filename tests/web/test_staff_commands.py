"""Making counters and staff from the command line, as an installation without the demo does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.data.models.audit import AuditRow
from app.data.models.factor import FactorRow
from app.data.models.opening import OfficeRow
from app.data.models.staff import AssignmentRow, CounterRow, StaffRow
from app.domain.dates import today_in_japan
from app.extensions import db
from tests.conftest import application, new_client, prepare_content_template
from tests.desk import Desk
from tests.integration.test_second_factor import add_app
from tests.stores import Store

PASSWORD = "a sentence that is long enough"


def run(app: Flask, *arguments: str, typed: str = f"{PASSWORD}\n{PASSWORD}\n") -> Result:
    return app.test_cli_runner().invoke(args=["staff", *arguments], input=typed)


@pytest.fixture
def office(store: Store, tmp_path: Path, make_settings: Callable[[str], Settings]) -> Iterator[Flask]:
    """An application with content and counters, and no staff."""
    prepare_content_template(store, tmp_path)
    for app in application(store, "content", make_settings):
        assert run(app, "counters").exit_code == 0
        yield app


def test_who_was_added_signs_in(office: Flask) -> None:
    result = run(office, "add", "shimin-012", "見本　新", "--role", "main:counter", "--role", "tax:tax")
    assert result.exit_code == 0 and PASSWORD not in result.output
    desk = Desk(new_client(office)).sign_in("shimin-012", "tax", PASSWORD)
    assert "見本　新" in desk.get("/").text
    with office.app_context():
        details = db.session.scalars(select(AuditRow.detail).where(AuditRow.action == "staff.created")).all()
    assert details == [{"staff": "shimin-012", "roles": ["main:counter", "tax:tax"]}]


def test_a_password_can_be_made_up(office: Flask) -> None:
    result = run(office, "add", "kansa-001", "見本　監", "--role", "audit:auditor", "--generate")
    password = result.output.rpartition("パスワード: ")[2].strip()
    assert len(password) >= 15
    assert Desk(new_client(office)).try_sign_in("kansa-001", "audit", password).status_code == 303


def test_nobody_signs_in_outside_the_days(office: Flask) -> None:
    today = today_in_japan()
    days = {
        "early": ("--from", str(today + timedelta(days=1))),
        "late": ("--from", "2020-01-01", "--to", "2020-12-31"),
    }
    for name, period in days.items():
        assert run(office, "add", name, "見本　外", "--role", "main:counter", *period).exit_code == 0
        assert Desk(new_client(office)).try_sign_in(name, "main", PASSWORD).status_code == 422


def test_what_does_not_fit_is_said_and_nothing_made(office: Flask) -> None:
    period = ("--from", "2026-04-01", "--to", "2026-03-31")
    for arguments, said in (
        (("X Y", "見本", "--role", "main:counter"), "職員ID"),
        (("ab", "見本", "--role", "main:counter"), "職員ID"),
        (("abc", "見" * 61, "--role", "main:counter"), "氏名"),
        (("abc", " ", "--role", "main:counter"), "氏名"),
        (("abc", "見\n本", "--role", "main:counter"), "氏名"),
        (("abc", "見本", "--role", "nowhere:counter"), "main"),
        (("abc", "見本", "--role", "main:king"), "counter"),
        (("abc", "見本", "--role", "main:robot"), "counter"),
        (("abc", "見本", "--role", "main"), "窓口:役割"),
        (("abc", "見本", "--role", "main:counter", *period), "有効期間"),
    ):
        result = run(office, "add", *arguments)
        assert result.exit_code != 0 and said in result.output, arguments
        assert "Traceback" not in result.output, arguments
    with office.app_context():
        assert db.session.scalars(select(StaffRow)).all() == []
        assert db.session.scalars(select(AssignmentRow)).all() == []


def test_an_id_is_never_given_twice(office: Flask) -> None:
    assert run(office, "add", "abc", "見本　甲", "--role", "main:counter").exit_code == 0
    again = run(office, "add", "abc", "見本　乙", "--role", "main:counter")
    assert again.exit_code != 0 and "すでに使われています" in again.output
    short = run(office, "add", "abd", "見本　乙", "--role", "main:counter", typed="short\nshort\n")
    assert short.exit_code != 0 and "15文字以上" in short.output


def test_whoever_lost_his_second_factor_is_let_in_by_the_operator(office: Flask) -> None:
    assert run(office, "add", "kanri-01", "見本　理", "--role", "information:admin").exit_code == 0
    desk = Desk(new_client(office)).sign_in("kanri-01", "information", PASSWORD)
    add_app(desk)

    def given(*options: str) -> str:
        result = run(office, "password", "kanri-01", *options)
        assert result.exit_code == 0 and result.output.count("\n") == 1, result.output
        return str(result.output.rpartition(": ")[2].strip())

    def arrives(password: str) -> str:
        answer = Desk(new_client(office)).try_sign_in("kanri-01", "information", password)
        return str(answer.headers["Location"]) if answer.status_code == 303 else ""

    assert arrives(given()) == "/login/second", "a first password alone asks for what was lost"
    assert desk.browser.get("/").status_code == 303, "and ends the session that was open"
    before = given()
    assert arrives(given("--forget-factors")) == "/"
    assert arrives(before) == arrives(PASSWORD) == ""
    with office.app_context():
        assert db.session.scalars(select(FactorRow)).all() == []
        query = select(AuditRow.actor_kind).where(AuditRow.action == "factor.forgotten")
        assert len(db.session.scalars(query).all()) == 1
    unknown = run(office, "password", "nobody-01", "--forget-factors")
    assert unknown.exit_code != 0 and "Traceback" not in unknown.output


def test_counters_come_from_the_content(app: Flask) -> None:
    empty = run(app, "counters")
    assert empty.exit_code != 0 and "公開されていません" in empty.output


def test_a_branch_is_an_office_of_its_own(office: Flask) -> None:
    with office.app_context():
        offices = {row.code: row.office for row in db.session.scalars(select(CounterRow))}
        assert (offices["main"], offices["taimei"]) == ("city_hall", "taimei")
        assert {row.code for row in db.session.scalars(select(OfficeRow))} == set(offices.values())
