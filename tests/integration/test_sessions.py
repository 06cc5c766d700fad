"""Sessions: who gets in, for how long, and what every end of a session means for the token (AC-33 to AC-39)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.data.models.audit import AuditRow
from app.data.models.staff import AssignmentRow, SessionRow, StaffRow
from app.extensions import db
from app.operations import identifying, sessions
from app.operations.sessions import TOUCH_EVERY
from tests.client import ORIGIN, Client
from tests.conftest import DEMO_PASSWORD, new_client
from tests.desk import Answer, Desk

COOKIE = "__Host-kakanai"
CLERK = "demo-counter"
WRONG = "not the password of anybody"
IDLE, ABSOLUTE, WINDOW = 1800, 43200, 900
SLACK = int(TOUCH_EVERY.total_seconds())
"""A request this soon after the last stored one does not move the idle limit."""


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """A clock that stands still: ten in the morning of tomorrow, in the city's own time."""
    start = (datetime.now(UTC) + timedelta(days=1)).replace(hour=1, minute=0, second=0, microsecond=0)
    with time_machine.travel(start, tick=False) as standing:
        yield standing


def new_desk(app: Flask, terminal: str = "10.0.0.1") -> Desk:
    """A browser on the PC with this address."""
    client = new_client(app)
    client.environ_base["REMOTE_ADDR"] = terminal
    return Desk(client)


def cookie_of(desk: Desk) -> str:
    assert isinstance(desk.browser, Client)
    found = desk.browser.get_cookie(COOKIE)
    assert found is not None
    return found.value


def is_alive(app: Flask, token: str, **headers: str) -> bool:
    """Whether a browser that sends this token is somebody."""
    client = new_client(app)
    client.set_cookie(COOKIE, token, secure=True, httponly=True)
    answer = client.get("/", headers=headers, base_url=ORIGIN)
    assert (answer.status_code, answer.headers.get("Location")) in {(200, None), (303, "/login")}
    forgotten = answer.headers.get("Clear-Site-Data") == '"cache", "storage"'
    assert forgotten is (answer.status_code == 303), (
        "whoever is no longer signed in leaves nothing in the browser"
    )
    return answer.status_code == 200


def actions(app: Flask) -> list[str]:
    """What the log says of sessions, in order."""
    with app.app_context():
        rows = db.session.scalars(
            select(AuditRow.action).where(AuditRow.action.like("session.%")).order_by(AuditRow.id)
        ).all()
    return list(rows)


def refusal(answer: Answer) -> str:
    """What a refused sign-in says: nothing but the sentence and the form."""
    assert answer.status_code == 422
    text = re.sub(r'(value|id|aria-describedby)="[^"]*"| selected', "", answer.text)
    return text[text.index("<main") :]


def change_staff(app: Flask, staff: str = CLERK, **values: object) -> None:
    with app.app_context():
        db.session.execute(update(StaffRow).where(StaffRow.id == staff).values(**values))
        db.session.commit()


def test_a_refusal_never_says_why(served_city: Flask) -> None:
    app = served_city
    answers = {
        "wrong password": new_desk(app).try_sign_in(CLERK, "main", WRONG),
        "unknown id": new_desk(app).try_sign_in("nobody", "main", DEMO_PASSWORD),
        "counter of others": new_desk(app).try_sign_in(CLERK, "tax", DEMO_PASSWORD),
        "robot": new_desk(app).try_sign_in("demo-robot-moves", "main", DEMO_PASSWORD),
    }
    change_staff(app, disabled=True)
    answers["disabled"] = new_desk(app).try_sign_in(CLERK, "main", DEMO_PASSWORD)
    yesterday = datetime.now(UTC).date() - timedelta(days=2)
    change_staff(app, disabled=False, valid_from=yesterday, valid_to=yesterday)
    answers["no longer valid"] = new_desk(app).try_sign_in(CLERK, "main", DEMO_PASSWORD)
    change_staff(app, valid_to=None, must_unlock=True)
    answers["locked"] = new_desk(app).try_sign_in(CLERK, "main", DEMO_PASSWORD)
    texts = {refusal(answer) for answer in answers.values()}
    assert len(texts) == 1, {why: refusal(answer) for why, answer in answers.items()}
    assert actions(app) == ["session.refused"] * len(answers)


def test_five_failures_close_the_terminal_for_a_quarter_of_an_hour(
    served_city: Flask, clock: time_machine.Coordinates
) -> None:
    app, start = served_city, datetime.now(UTC)
    for _ in range(4):
        new_desk(app).try_sign_in(CLERK, "main", WRONG)
    new_desk(app).sign_in()  # forgives the four
    for _ in range(5):
        assert new_desk(app).try_sign_in(CLERK, "main", WRONG).status_code == 422
    assert new_desk(app, "10.0.0.2").try_sign_in(CLERK, "main", DEMO_PASSWORD).status_code == 303
    clock.move_to(start + timedelta(seconds=WINDOW - 1))
    # The attempt in the closed time counts as well; only the four before the last one have run out a second later.
    assert new_desk(app).try_sign_in(CLERK, "main", DEMO_PASSWORD).status_code == 422
    clock.move_to(start + timedelta(seconds=WINDOW + 1))
    assert new_desk(app).try_sign_in(CLERK, "main", DEMO_PASSWORD).status_code == 303


def test_twenty_failures_a_day_lock_until_somebody_unlocks(
    served_city: Flask, clock: time_machine.Coordinates
) -> None:
    app = served_city
    for terminal in range(5):
        for _ in range(4):
            assert actions(app).count("session.locked") == 0
            new_desk(app, f"10.0.1.{terminal}").try_sign_in(CLERK, "main", WRONG)
    assert actions(app).count("session.locked") == 1
    clock.shift(timedelta(days=3))
    assert new_desk(app, "10.0.9.9").try_sign_in(CLERK, "main", DEMO_PASSWORD).status_code == 422
    change_staff(app, must_unlock=False)
    assert new_desk(app, "10.0.9.9").try_sign_in(CLERK, "main", DEMO_PASSWORD).status_code == 303


def test_a_second_sign_in_ends_the_first(served_city: Flask) -> None:
    app = served_city
    first, second = new_desk(app).sign_in(), new_desk(app, "10.0.0.2").sign_in()
    assert not is_alive(app, cookie_of(first))
    assert is_alive(app, cookie_of(second))
    assert actions(app) == ["session.signed_in", "session.displaced", "session.signed_in"]
    with app.app_context():
        assert len(db.session.scalars(select(SessionRow)).all()) == 1


def test_nothing_is_held_while_a_password_is_checked(
    served_city: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A held read keeps everybody from storing on SQLite; the checks queue, so that it would be held for long."""
    held = []
    check, rehash = identifying.password_fits, sessions.rehash

    def watched_check(known_hash: str | None, password: str) -> bool:
        held.append(db.session().in_transaction())
        return check(known_hash, password)

    def watched_rehash(known_hash: str, password: str) -> str | None:
        held.append(db.session().in_transaction())
        return rehash(known_hash, password)

    monkeypatch.setattr(identifying, "password_fits", watched_check)
    monkeypatch.setattr(sessions, "rehash", watched_rehash)
    assert new_desk(served_city).try_sign_in(CLERK, "main", DEMO_PASSWORD).status_code == 303
    assert new_desk(served_city).try_sign_in(CLERK, "main", WRONG).status_code == 422
    assert held == [False, False, False]


def test_a_copied_cookie_is_worth_nothing_after_logout_and_counter_switch(served_city: Flask) -> None:
    app = served_city
    desk = new_desk(app).sign_in()
    tokens = [cookie_of(desk)]
    assert desk.post("/counter", counter="taimei").status_code == 303
    tokens.append(cookie_of(desk))
    assert not is_alive(app, tokens[0]) and is_alive(app, tokens[1])
    desk.token = re.findall(r'name="csrf_token" value="([^"]+)"', desk.get("/").text)[0]
    answer = desk.post("/logout")
    assert answer.headers["Location"] == "/login"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    anonymous = cookie_of(desk)
    assert anonymous not in tokens, "a changed cookie is what makes the browser forget its pages"
    assert [is_alive(app, token) for token in [*tokens, anonymous]] == [False, False, False]
    assert actions(app) == ["session.signed_in", "session.counter_switched", "session.signed_out"]


def test_a_token_is_new_at_every_sign_in_and_stored_only_as_its_hash(served_city: Flask) -> None:
    app, desk = served_city, new_desk(served_city)
    planted = "planted-by-somebody-else-0123456789-abcdefghij"
    assert isinstance(desk.browser, Client)
    desk.browser.set_cookie(COOKIE, planted, secure=True)
    desk.sign_in()
    assert cookie_of(desk) != planted and not is_alive(app, planted)
    with app.app_context():
        (row,) = db.session.scalars(select(SessionRow)).all()
    assert cookie_of(desk) not in repr(vars(row))
    sent = desk.browser.get("/login").headers.getlist("Set-Cookie")
    assert not sent, "the cookie is sent only when it changes"


def test_the_cookie_tells_nothing_and_stays_with_this_server(served_city: Flask) -> None:
    client = new_client(served_city)
    (sent,) = client.get("/login").headers.getlist("Set-Cookie")
    name, value = sent.split(";")[0].split("=")
    parts = {part.strip() for part in sent.split(";")[1:]}
    assert (name, parts) == (COOKIE, {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"})
    assert re.fullmatch(r"[\w-]{43}", value)


@pytest.mark.parametrize(("last_request", "counts"), [(SLACK, False), (SLACK + 1, True)])
def test_idle_limit_to_the_second(
    served_city: Flask, clock: time_machine.Coordinates, last_request: int, counts: bool
) -> None:
    """Half an hour after the last request that is far enough from the one before to be stored."""
    app, start = served_city, datetime.now(UTC)
    token = cookie_of(new_desk(app).sign_in())
    clock.move_to(start + timedelta(seconds=last_request))
    assert is_alive(app, token)
    limit = start + timedelta(seconds=IDLE + (last_request if counts else 0))
    clock.move_to(limit + timedelta(seconds=1))
    assert not is_alive(app, token)
    assert actions(app)[-1] == "session.expired"
    clock.move_to(limit)
    assert not is_alive(app, token), "what has expired does not come back with the clock"


def test_at_the_idle_limit_itself_work_goes_on(served_city: Flask, clock: time_machine.Coordinates) -> None:
    token = cookie_of(new_desk(served_city).sign_in())
    for _ in range(3):
        clock.shift(timedelta(seconds=IDLE))
        assert is_alive(served_city, token)


def test_polling_does_not_keep_a_session_alive(served_city: Flask, clock: time_machine.Coordinates) -> None:
    token = cookie_of(new_desk(served_city).sign_in())
    for _ in range(IDLE // 300):
        clock.shift(timedelta(seconds=300))
        assert is_alive(served_city, token, **{"X-Kakanai-Poll": "1"})
    clock.shift(timedelta(seconds=1))
    assert not is_alive(served_city, token, **{"X-Kakanai-Poll": "1"})


def test_twelve_hours_end_a_session_however_busy(served_city: Flask, clock: time_machine.Coordinates) -> None:
    app, start = served_city, datetime.now(UTC)
    desk = new_desk(app).sign_in()
    for seconds in range(1700, ABSOLUTE, 1700):
        clock.move_to(start + timedelta(seconds=seconds))
        assert is_alive(app, cookie_of(desk))
    # A counter switch gives a new token, not another twelve hours.
    assert desk.post("/counter", counter="taimei").status_code == 303
    clock.move_to(start + timedelta(seconds=ABSOLUTE))
    assert is_alive(app, cookie_of(desk))
    clock.move_to(start + timedelta(seconds=ABSOLUTE + 1))
    assert not is_alive(app, cookie_of(desk))


def test_whoever_is_disabled_is_out_at_once(served_city: Flask) -> None:
    token = cookie_of(new_desk(served_city).sign_in())
    change_staff(served_city, disabled=True)
    assert not is_alive(served_city, token)


def test_rights_follow_the_counter(served_city: Flask) -> None:
    app = served_city
    with app.app_context():
        db.session.add(AssignmentRow(staff_id=CLERK, counter="information", role="admin"))
        db.session.commit()
    desk = new_desk(app).sign_in()
    case = desk.open_case()
    stale = desk.token
    assert desk.post("/counter", counter="information", open_cases="keep").status_code == 303
    answer = desk.post("/cases", token="0" * 32, person="", channel="counter")
    assert answer.status_code == 409, "the form of the old counter is worth nothing at the new one"
    assert "窓口を切り替える前" in answer.text
    desk.token = re.findall(r'name="csrf_token" value="([^"]+)"', desk.get("/").text)[0]
    assert desk.token != stale
    assert desk.post("/cases", token="0" * 32, person="", channel="counter").status_code == 403
    assert desk.browser.get(f"/cases/{case}").status_code == 403
    assert desk.browser.get("/status").status_code == 200
    assert desk.post("/counter", counter="tax").status_code == 403
    with app.app_context():
        noted = db.session.scalars(select(AuditRow.detail).where(AuditRow.action == "access.refused")).all()
    assert {"what": "auth.switch_counter"} in noted
    assert desk.post("/counter", counter="main").status_code == 303
    assert desk.get(f"/cases/{case}").status_code == 200


def test_whoever_signs_in_ends_the_session_that_this_browser_had(served_city: Flask) -> None:
    """One person a PC: the token of the one before is dead, not only forgotten by the browser."""
    app, desk = served_city, new_desk(served_city).sign_in()
    before = cookie_of(desk)
    fields = {"csrf_token": desk.token, "staff_id": "demo-tax", "password": DEMO_PASSWORD, "counter": "tax"}
    assert desk.browser.post("/login", data=fields).status_code == 303
    assert is_alive(app, cookie_of(desk)) and not is_alive(app, before)
