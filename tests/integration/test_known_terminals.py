"""PCs of staff that the server knows: let in by a code, refused at once when shut out (AC-38)."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Flask
from sqlalchemy import select

from app.data.models.audit import AuditRow
from app.data.models.device import CounterDeviceRow
from app.extensions import db
from tests.conftest import DEMO_PASSWORD, new_client
from tests.desk import Desk, hidden
from tests.integration.served import looked_up

COOKIE = "__Host-kakanai-terminal"


def code_for(admin: Desk, seat: str) -> str:
    page = admin.post("/admin/counters/devices", kind="staff_pc", counter="main", seat=seat)
    found = re.search(r'device-code">(\d{3}) (\d{3})<', page.text)
    assert found, page.text
    return found[1] + found[2]


def let_in(desk: Desk, code: str) -> None:
    """The PC itself, before anybody signs in."""
    desk.token = hidden(desk.browser.get("/terminal"), "csrf_token")
    answer = desk.post("/terminal", code=f"{code[:3]} {code[3:]}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


def test_staff_work_at_known_terminals_only_and_a_revoked_one_is_out_at_once(served_city: Flask) -> None:
    app = served_city
    known, other = Desk(new_client(app)), Desk(new_client(app))
    admin = Desk(new_client(app)).sign_in("demo-admin", "information")
    let_in(known, code_for(admin, "1番"))
    let_in(Desk(admin.browser), code_for(admin, "管理"))
    app.config["KAKANAI"] = replace(app.config["KAKANAI"], known_terminals_only=True)
    assert admin.browser.get("/admin").status_code == 200, "signed in before, at a PC that is known now"

    page = other.get("/login")
    assert page.status_code == 200 and "登録されていない端末です" in page.text
    refused = other.try_sign_in("demo-counter", "main", DEMO_PASSWORD)
    assert refused.status_code == 422 and "登録番号を入力してください" in refused.text
    desk = known.sign_in("demo-counter", "main")
    token = desk.browser.get_cookie(COOKIE).value  # type: ignore[attr-defined]
    stored = looked_up(app, lambda: list(db.session.scalars(select(CounterDeviceRow.secret))))
    assert token not in stored and len(set(stored)) == 2

    copied = new_client(app)
    session = desk.browser.get_cookie("__Host-kakanai").value  # type: ignore[attr-defined]
    copied.set_cookie("__Host-kakanai", session, secure=True, httponly=True)
    assert copied.get("/").headers["Location"] == "/login", "a session that was carried to another PC"
    assert copied.get("/login").status_code == 200

    first = looked_up(
        app, lambda: db.session.scalars(select(CounterDeviceRow).filter_by(seat="1番")).one().id
    )
    assert admin.post(f"/admin/counters/devices/{first}/revoke").status_code == 303
    assert desk.browser.get("/").headers["Location"] == "/login"
    assert known.try_sign_in("demo-counter", "main", DEMO_PASSWORD).status_code == 422
    query = select(AuditRow.action).where(AuditRow.action == "device.unknown_terminal")
    assert len(looked_up(app, lambda: list(db.session.scalars(query)))) == 2


def test_a_wrong_code_lets_no_pc_in_and_none_is_asked_for_where_any_may_be_used(served_city: Flask) -> None:
    desk = Desk(new_client(served_city))
    desk.token = hidden(desk.browser.get("/terminal"), "csrf_token")
    answer = desk.post("/terminal", code="000000")
    assert answer.status_code == 422 and "新しい番号を作り" in answer.text
    assert "登録されていない端末" not in desk.get("/login").text
    assert desk.sign_in("demo-counter", "main").browser.get("/").status_code == 200
