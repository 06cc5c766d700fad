"""Passwords of the city's directory: asked there, authority from here, and what works when it cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.data.models.audit import AuditRow
from app.data.models.staff import StaffRow
from app.extensions import db
from tests.conftest import DEMO_PASSWORD, new_client
from tests.desk import Answer, Desk, hidden
from tests.integration.served import looked_up
from tests.ldap_server import BUSY, LdapServer, ldap_server

THEIRS = "their own one at the city"
LOCAL, TAX = "demo-admin", "demo-tax"


@pytest.fixture
def directory(served_city: Flask, tmp_path: Path) -> Iterator[LdapServer]:
    """The city's directory, with one who has an account here and one who has none."""
    with ldap_server(tmp_path) as server:
        server.people = {f"{name}@city.local": THEIRS for name in (TAX, "stranger-01")}
        settings = served_city.config["KAKANAI"]
        served_city.config["KAKANAI"] = replace(
            settings, directory_url=f"ldaps://localhost:{server.port}", directory_user="{id}@city.local",
            directory_authorities=str(server.certificate), directory_local_accounts=(LOCAL,),
        )  # fmt: skip
        yield server


def ask(
    app: Flask, staff: str, password: str, counter: str = "", terminal: str = "10.0.0.1"
) -> tuple[Desk, Answer]:
    client = new_client(app)
    client.environ_base["REMOTE_ADDR"] = terminal
    desk = Desk(client)
    return desk, desk.try_sign_in(staff, counter, password)


def events(app: Flask) -> list[str]:
    query = select(AuditRow.action).where(AuditRow.action.like("session.%")).order_by(AuditRow.id)
    return looked_up(app, lambda: list(db.session.scalars(query)))


def test_the_directory_says_who_it_is_and_the_account_what_he_may(
    served_city: Flask, directory: LdapServer
) -> None:
    app = served_city
    desk, answer = ask(app, TAX, THEIRS, "tax")
    assert answer.status_code == 303 and desk.browser.get("/").status_code == 200
    assert directory.asked == [f"{TAX}@city.local"]
    assert ask(app, TAX, DEMO_PASSWORD, "tax")[1].status_code == 422, "the password kept here opens nothing"
    assert ask(app, "stranger-01", THEIRS)[1].status_code == 422, "known there, without an account here"
    assert ask(app, TAX, THEIRS, "main")[1].status_code == 422, "not his counter"
    assert ask(app, "*)(uid=*", THEIRS)[1].status_code == 422
    assert "*)(uid=*@city.local" not in directory.asked
    desk.token = hidden(desk.browser.get("/me"), "csrf_token")
    assert "市の認証基盤" in desk.get("/me").text
    changed = desk.post("/me/password", current=THEIRS, new="x" * 20, again="x" * 20)
    assert changed.status_code == 422
    with app.app_context():
        db.session.execute(update(StaffRow).where(StaffRow.id == TAX).values(disabled=True))
        db.session.commit()
    assert ask(app, TAX, THEIRS, "tax")[1].status_code == 422, "stopped here, whatever the directory says"


def test_guesses_that_end_here_do_not_lock_the_account_there(
    served_city: Flask, directory: LdapServer
) -> None:
    for _ in range(6):
        assert ask(served_city, TAX, "wrong", "tax")[1].status_code == 422
    assert ask(served_city, TAX, THEIRS, "tax")[1].status_code == 422
    assert len(directory.asked) == 5, "the sixth and seventh were not passed on"


@pytest.mark.parametrize("fault", ["busy", "gone", "another certificate"])
def test_a_directory_that_does_not_answer_says_so_and_the_account_for_that_day_works(
    served_city: Flask, directory: LdapServer, tmp_path: Path, fault: str
) -> None:
    app = served_city
    desk, _answer = ask(app, TAX, THEIRS, "tax")
    if fault == "busy":
        directory.result = BUSY
    else:
        change = (
            {"directory_url": "ldaps://localhost:9"} if fault == "gone" else {"directory_authorities": ""}
        )
        app.config["KAKANAI"] = replace(app.config["KAKANAI"], **change)
    for _ in range(6):
        answer = ask(app, TAX, THEIRS, "tax")[1]
        assert answer.status_code == 422 and "市の認証基盤に接続できない" in answer.text
    assert events(app).count("session.refused") == 0, "nobody was wrong"
    assert events(app).count("session.directory_unreachable") == 6
    desk.token = hidden(desk.browser.get("/me"), "csrf_token")
    covered = desk.post("/uncover", password=THEIRS)
    assert covered.status_code == 422 and "接続できない" in covered.text
    assert desk.browser.get("/").status_code == 200, "who is signed in goes on"
    admin, answer = ask(app, LOCAL, DEMO_PASSWORD, "information", "10.0.0.9")
    assert answer.status_code == 303 and admin.browser.get("/admin").status_code == 200
