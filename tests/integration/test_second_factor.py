"""Second factors: added by their owner, asked at the sign-in, taken once, recovered by an administrator (AC-25, AC-28, AC-32)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.data.models.audit import AuditRow
from app.data.models.factor import FactorRow, HalfSignInRow
from app.data.models.staff import SessionRow
from app.domain.one_time_codes import code_at, step_of
from app.extensions import db
from tests.conftest import DEMO_PASSWORD, new_client
from tests.desk import Answer, Desk, hidden
from tests.integration.served import looked_up
from tests.key import SoftKey

TAX, OTHER = "demo-tax", "demo-care"


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    start = (datetime.now(UTC) + timedelta(days=1)).replace(hour=1, minute=0, second=0, microsecond=0)
    with time_machine.travel(start, tick=False) as standing:
        yield standing


def new_desk(app: Flask, terminal: str = "10.0.0.1") -> Desk:
    client = new_client(app)
    client.environ_base["REMOTE_ADDR"] = terminal
    return Desk(client)


def code(secret: bytes, later: int = 0) -> str:
    return code_at(secret, step_of(datetime.now(UTC)) + later)


def add_app(desk: Desk) -> bytes:
    """Register an app for who is signed in; its secret, read from the page as a person would."""
    page = desk.post("/me/factors/app")
    found = re.search(r'device-code-small">([A-Z2-7 ]+)<', page.text)
    assert found, page.text
    secret = base64.b32decode(found[1].replace(" ", ""))
    wrong = desk.post("/me/factors/app/code", code="000000")
    assert wrong.status_code == 422 and found[1] in wrong.text
    assert desk.post("/me/factors/app/code", code=code(secret)).status_code == 303
    return secret


def add_key(desk: Desk, **bent: object) -> tuple[SoftKey, Answer]:
    key = SoftKey()
    page = desk.post("/me/factors/key")
    challenge = asked(page)
    return key, desk.post("/me/factors/key/add", title="青いキー", key=key.make(challenge, **bent))


def asked(page: Answer) -> str:
    """The challenge for a key on a page."""
    found = re.search(r'data-challenge="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def half_way(app: Flask, staff: str = TAX, counter: str = "tax", terminal: str = "10.0.0.1") -> Desk:
    """A browser whose password was right and who stands before the second step."""
    desk = new_desk(app, terminal)
    answer = desk.try_sign_in(staff, counter, DEMO_PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login/second")
    desk.token = hidden(desk.browser.get("/login/second"), "csrf_token")
    return desk


def second(desk: Desk, **given: str) -> Answer:
    return desk.post("/login/second", **given)


def is_in(desk: Desk) -> bool:
    return bool(desk.browser.get("/").status_code == 200)


def events(app: Flask, *actions: str) -> list[str]:
    query = select(AuditRow.action).where(AuditRow.action.in_(actions)).order_by(AuditRow.id)
    return looked_up(app, lambda: list(db.session.scalars(query)))


def test_a_code_of_the_app_is_asked_for_and_taken_once(
    served_city: Flask, clock: time_machine.Coordinates
) -> None:
    app = served_city
    owner = new_desk(app).sign_in(TAX, "tax")
    secret = add_app(owner)
    other = half_way(app, terminal="10.0.0.2")
    assert is_in(owner), "half a sign-in displaces nobody"
    assert other.browser.get("/").status_code == 303, "and opens nothing"
    assert second(other, code=code(secret)).status_code == 422, "the code that was given when it was added"
    clock.shift(timedelta(seconds=30))
    used = code(secret)
    assert second(other, code=used).status_code == 303
    assert is_in(other)
    assert not is_in(owner)
    replayed = half_way(app, terminal="10.0.0.3")
    assert second(replayed, code=used).status_code == 422
    assert not is_in(replayed)
    stored = looked_up(app, lambda: db.session.scalars(select(FactorRow)).one().secret)
    assert stored and secret not in stored, "the secret is encrypted where it lies"
    assert events(app, "factor.added", "session.factor_refused") == [
        "factor.added",
        "session.factor_refused",
        "session.factor_refused",
    ]


def test_wrong_codes_lock_out_like_wrong_passwords_and_the_right_password_forgives_none(
    served_city: Flask, clock: time_machine.Coordinates
) -> None:
    app = served_city
    secret = add_app(new_desk(app).sign_in(TAX, "tax"))
    clock.shift(timedelta(minutes=1))
    for _ in range(4):
        assert second(half_way(app), code="000000").status_code == 422
    last = half_way(app)
    assert "はじめからログイン" in second(last, code="000000").text
    assert new_desk(app).try_sign_in(TAX, "tax", DEMO_PASSWORD).status_code == 422, "this terminal is closed"
    assert second(half_way(app, terminal="10.0.0.2"), code=code(secret)).status_code == 303, (
        "the owner's is not"
    )


def test_a_half_sign_in_ends_after_five_minutes_and_stores_no_token(
    served_city: Flask, clock: time_machine.Coordinates
) -> None:
    app = served_city
    secret = add_app(new_desk(app).sign_in(TAX, "tax"))
    late = half_way(app)
    clock.shift(timedelta(minutes=5, seconds=1))
    answer = second(late, code=code(secret))
    assert answer.status_code == 422 and "時間が過ぎました" in answer.text
    token = late.browser.get_cookie("__Host-kakanai").value  # type: ignore[attr-defined]
    assert looked_up(app, lambda: db.session.get(HalfSignInRow, token)) is None


def test_a_security_key_signs_in_and_only_for_its_own_page(served_city: Flask) -> None:
    app = served_city
    key, added = add_key(new_desk(app).sign_in(TAX, "tax"))
    assert added.status_code == 303
    bent: list[dict[str, object]] = [
        {"origin": "https://other.example"},
        {"host": "other.example"},
        {"flags": 0},
        {"kind": "webauthn.create"},
    ]
    for number, one in enumerate(bent):
        desk = half_way(app, terminal=f"10.0.1.{number}")
        assert second(desk, key=key.answer(asked(desk.get("/login/second")), **one)).status_code == 422, one
    desk, other = half_way(app), half_way(app, terminal="10.0.0.2")
    challenge = asked(other.get("/login/second"))
    # The first desk's half sign-in ended when the second began: one at a time.
    assert "時間が過ぎました" in second(desk, key=key.answer(challenge)).text
    stranger = SoftKey()
    stranger.id = key.id
    assert second(other, key=stranger.answer(challenge)).status_code == 422
    answer = key.answer(challenge)
    assert second(other, key=answer).status_code == 303
    again = half_way(app, terminal="10.0.0.4")
    assert second(again, key=answer).status_code == 422, "an answer for an earlier page"
    fresh = asked(again.get("/login/second"))
    assert second(again, key=key.answer(fresh, count=1)).status_code == 422, (
        "a counter that went back: a copy"
    )
    assert second(again, key=key.answer(fresh)).status_code == 303


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_no_browser_sends_is_refused(served_city: Flask) -> None:
    desk = new_desk(served_city).sign_in(TAX, "tax")
    for said in ("", "[]", "{}", '{"id": 1}', '{"id": "!!"}', '{"algorithm": -7, "id": "AA"}', "x" * 9000):
        answer = desk.post("/me/factors/key/add", title="青いキー", key=said)
        assert answer.status_code == 422, said
    _key, added = add_key(desk, origin="https://other.example")
    assert added.status_code == 422
    assert desk.post("/me/factors/key/add", title=" ", key="{}").status_code == 422


def test_a_role_can_require_it_and_then_nothing_opens_before(served_city: Flask) -> None:
    app = served_city
    app.config["KAKANAI"] = replace(app.config["KAKANAI"], second_factor_roles=("tax",))
    desk = new_desk(app)
    assert desk.try_sign_in(TAX, "tax", DEMO_PASSWORD).status_code == 303
    for address in ("/", "/residents/search", "/me", "/history"):
        answer = desk.browser.get(address)
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/me/factors"), address
    page = desk.get("/me/factors")
    assert "はじめに、二要素認証を1つ登録してください" in page.text
    desk.token = hidden(page, "csrf_token")
    add_app(desk)
    assert is_in(desk)
    factor = re.search(r"/me/factors/(\w+)/remove", desk.get("/me/factors").text)
    assert factor
    assert desk.post(f"/me/factors/{factor[1]}/remove").status_code == 403, "the last one stays"
    assert new_desk(app).sign_in(OTHER, "care"), "other roles go on as before"


def test_it_confirms_in_place_of_the_password(served_city: Flask, clock: time_machine.Coordinates) -> None:
    app = served_city
    desk = new_desk(app).sign_in("demo-reviewer", "main")
    secret = add_app(desk)
    clock.shift(timedelta(minutes=6))
    fields = {"since": "", "until": ""}
    page = desk.post("/history/csv", **fields)
    assert page.status_code == 422 and "認証アプリの6桁の番号" in page.text
    assert desk.post("/history/csv", **fields, confirm_code="000000").status_code == 422
    desk.token = hidden(desk.get("/me"), "csrf_token")
    done = desk.post("/history/csv", **fields, confirm_code=code(secret))
    assert (done.status_code, done.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    clock.shift(timedelta(minutes=6))
    desk.token = hidden(desk.get("/me"), "csrf_token")
    for _ in range(4):
        assert desk.post("/history/csv", **fields, confirm_code="000000").status_code == 422
    assert desk.post("/history/csv", **fields, confirm_code="000000").status_code == 303
    assert not is_in(desk), "the fifth ends the session"


def test_an_administrator_recovers_it_with_a_new_password(
    served_city: Flask, clock: time_machine.Coordinates
) -> None:
    app = served_city
    secret = add_app(new_desk(app).sign_in(TAX, "tax"))
    clock.shift(timedelta(minutes=1))
    waiting = half_way(app)
    admin = new_desk(app, "10.0.0.9").sign_in("demo-admin", "information")
    page = admin.post(f"/admin/users/{TAX}/act", act="recover")
    given = re.search(r'device-code">([a-z0-9-]+)<', page.text)
    assert given, page.text
    assert second(waiting, code=code(secret)).status_code == 422, "nor does what was begun before go on"
    assert new_desk(app).try_sign_in(TAX, "tax", DEMO_PASSWORD).status_code == 422, (
        "nor the old password alone"
    )
    desk = new_desk(app)
    assert desk.try_sign_in(TAX, "tax", given[1]).headers["Location"] == "/"
    assert desk.browser.get("/").headers["Location"] == "/password"
    assert looked_up(app, lambda: list(db.session.scalars(select(FactorRow)))) == []
    assert events(app, "factor.forgotten") == ["factor.forgotten"]
    assert looked_up(app, lambda: len(list(db.session.scalars(select(SessionRow))))) == 2
