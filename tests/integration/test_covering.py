"""A screen that was left alone: what a covered session may do, who lifts the cover, and who gets back where (AC-34)."""

from __future__ import annotations

import re

from flask import Flask

from tests.client import Client
from tests.conftest import DEMO_PASSWORD
from tests.desk import hidden
from tests.integration.test_sessions import WRONG, actions, new_desk

POLL = {"X-Kakanai-Poll": "1"}


def test_a_covered_screen_opens_nothing_but_its_cover(served_city: Flask) -> None:
    desk = new_desk(served_city).sign_in()
    browser = desk.browser
    assert isinstance(browser, Client)
    assert browser.post("/cover", data={"csrf_token": desk.token}, headers=POLL).status_code == 204
    for address in ("/", "/status", "/news", "/me"):
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/cover?back={address}")
        assert browser.get(address, headers=POLL).status_code == 204, "a poll is not sent elsewhere"
    part = browser.get("/", headers={"HX-Request": "true", "HX-Current-URL": "https://a.test/news"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/cover?back=/news")
    assert desk.post("/me", density="roomy").status_code == 303, "a write is turned away as well"
    wrong = desk.post("/uncover", password=WRONG, back="/news")
    assert wrong.status_code == 422
    assert "パスワードが違います" in wrong.text
    assert browser.get("/news").status_code == 303
    lifted = desk.post("/uncover", password=DEMO_PASSWORD, back="/news")
    assert (lifted.status_code, lifted.headers["Location"]) == (303, "/news")
    assert 'data-density="standard"' in desk.get("/me").text
    wanted = ["session.covered", "session.uncover_refused", "session.uncovered"]
    assert [one for one in actions(served_city) if "cover" in one] == wanted


def test_a_page_is_told_when_its_own_person_is_gone(served_city: Flask) -> None:
    """Nobody touches it: not who sat there, not who sits there now (AC-08, AC-35)."""
    desk = new_desk(served_city).sign_in()
    browser = desk.browser
    assert isinstance(browser, Client)
    found = re.search(r'data-who="(\w+)"', desk.get("/").text)
    assert found
    asks = {**POLL, "HX-Request": "true", "X-Kakanai-Who": found[1]}
    assert browser.get("/here", headers=asks).status_code == 204
    assert browser.get("/here", headers={**asks, "X-Kakanai-Who": "0" * 32}).status_code == 401, (
        "another's page"
    )
    new_desk(served_city).sign_in()
    assert browser.get("/here", headers=asks).status_code == 401, "displaced"
    desk.sign_in("demo-tax", "tax")
    assert browser.get("/here", headers=asks).status_code == 401, "followed by a colleague"
    assert browser.get("/here", headers={**asks, "X-Kakanai-Who": "é"}).status_code == 401


def test_guessing_at_the_cover_ends_the_session(served_city: Flask) -> None:
    desk = new_desk(served_city).sign_in()
    assert isinstance(desk.browser, Client)
    desk.browser.post("/cover", data={"csrf_token": desk.token}, headers=POLL)
    answers = [desk.post("/uncover", password=WRONG).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 303]
    assert desk.browser.get("/").headers["Location"] == "/login"


def test_only_the_same_person_gets_back(served_city: Flask) -> None:
    desk = new_desk(served_city).sign_in()
    found = re.search(r'data-who="(\w+)"', desk.get("/").text)
    assert found
    for staff, back, to in (
        ("demo-counter", "/news", "/news"),
        ("demo-tax", "/news", "/"),
        ("demo-counter", "//elsewhere.test/", "/"),
        ("demo-counter", "/news?changed=1", "/"),
    ):
        other = new_desk(served_city)
        page = other.browser.get("/login")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token
        fields = {"csrf_token": token[1], "staff_id": staff, "password": DEMO_PASSWORD, "counter": ""}
        answer = other.browser.post("/login", data={**fields, "who": found[1], "back": back})
        assert answer.headers["Location"] == to, (staff, back)


def test_open_receptions_are_offered_to_be_suspended_before_the_counter_changes(served_city: Flask) -> None:
    desk = new_desk(served_city).sign_in()
    desk.open_case()
    asked = desk.post("/counter", counter="taimei")
    assert asked.status_code == 200
    assert "中断して保存し、岱明支所へ切り替える" in asked.text
    switched = desk.post("/counter", counter="taimei", open_cases="suspend")
    assert switched.status_code == 303
    desk.token = hidden(desk.browser.get("/"), "csrf_token")
    assert desk.post("/counter", counter="main").status_code == 303, "nothing is open any more"
