"""What is refused: other people's rights, other pages' forms, and whatever no form of ours would send."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from app.data.models.audit import AuditRow
from app.data.models.case import CaseRow
from app.data.models.register import PersonRow
from app.demo.staff import DEMO_STAFF
from app.domain.authority import ROLES, Right
from app.extensions import db
from app.web.access import ACCESS, CONFIRMED, SIGNED_IN
from tests.client import ORIGIN, Client
from tests.conftest import new_client
from tests.desk import FAMILY, Desk

KEPT_FOR_LAST = {"auth.logout", "auth.switch_counter", "auth.sign_in", "static"}
WITHOUT_A_FORM = {"api.csp_report", "agents.enrol", "agents.next_slot", "agents.stage", "agents.answer"}
"""Sent by a browser itself, or by card readers: those have no cookie that another page could use, and sign what they send."""
FOR_EVERYBODY = {"api.csp_report", "auth.sign_in"}


@dataclass(frozen=True)
class Hall:
    """A city with a clerk, and a case of hers at each kind of step."""

    app: Flask
    desk: Desk
    cases: dict[str, str]
    person: str

    def address(self, rule: Rule, case: str) -> str:
        known = {"case_id": self.cases[case], "person_id": self.person, "step": case, "filename": "icon.svg",
                 "version_id": "1", "edition": "1", "page": "1"}  # fmt: skip
        values = {name: known.get(name, "nothing") for name in rule.arguments}
        return self.app.url_map.bind("localhost").build(rule.endpoint, values)

    def routes(self) -> Iterator[tuple[str, str, str]]:
        """(endpoint, method, address) of every route, on the case that suits it."""
        for rule in self.app.url_map.iter_rules():
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield rule.endpoint, method, self.address(rule, "identity")


@pytest.fixture
def hall(city_app: Flask) -> Hall:
    desk = Desk(new_client(city_app)).sign_in()
    with city_app.app_context():
        person = db.session.scalars(
            select(PersonRow.id)
            .where(PersonRow.status == "resident", PersonRow.protected.is_(False))
            .limit(1)
        ).one()
        db.session.rollback()
    cases = {name: desk.open_case() for name in ("identity", "kind", "content", "certificates", "procedures")}
    for case in list(cases.values())[1:]:
        desk.identify_newcomer(case)
    desk.choose(cases["certificates"], "certificate")
    for name in ("content", "procedures"):
        desk.choose(cases[name], "move_in")
    desk.move(cases["procedures"], FAMILY)
    desk.save(cases["procedures"], "questions")
    return Hall(city_app, desk, cases, person)


def counted(app: Flask, action: str) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).where(AuditRow.action == action)) or 0
        db.session.rollback()
    return found


def state(app: Flask) -> list[tuple[Any, ...]]:
    with app.app_context():
        rows = db.session.execute(
            select(CaseRow.id, CaseRow.version, CaseRow.state).order_by(CaseRow.id)
        ).all()
        db.session.rollback()
    return [tuple(row) for row in rows]


def test_a_case_of_others_is_out_of_reach(hall: Hall) -> None:
    """With the real ids of real cases and persons: 403, a row in the log, and nothing of the case in the answer."""
    for staff in ("demo-reviewer", "demo-guardian", "demo-admin", "demo-content", "demo-auditor"):
        _tries_every_route(hall, staff)


def _tries_every_route(hall: Hall, staff: str) -> None:
    (counter, role), *_rest = next(one.assignments for one in DEMO_STAFF if one.id == staff)
    rights: frozenset[Right] = ROLES[role].rights
    desk, before = Desk(new_client(hall.app)).sign_in(staff, counter), state(hall.app)
    assert isinstance(desk.browser, Client)
    tried = 0
    for endpoint, method, address in hall.routes():
        access = ACCESS[endpoint]
        if access.open_to_all or access in {SIGNED_IN, CONFIRMED} or access.rights & rights:
            continue
        refused, tried = counted(hall.app, "access.refused"), tried + 1
        answer = desk.browser.open(address, method=method, headers={"X-CSRFToken": desk.token})
        assert answer.status_code == 403, f"{method} {address}"
        assert FAMILY[0][0] not in answer.text
        assert counted(hall.app, "access.refused") == refused + 1, f"{method} {address}"
    assert tried > 10 and state(hall.app) == before


FORGERIES: dict[str, Callable[[Hall], tuple[dict[str, str], dict[str, str]]]] = {
    "no token": lambda hall: ({}, {}),
    "a token of nobody": lambda hall: ({"csrf_token": "x" * 60}, {}),
    "a token of somebody else": lambda hall: ({"csrf_token": _foreign_token(hall)}, {}),
    "another site": lambda hall: (_own(hall), {"Sec-Fetch-Site": "cross-site"}),
    "a neighbour of this site": lambda hall: (_own(hall), {"Sec-Fetch-Site": "same-site"}),
    "another origin": lambda hall: (_own(hall), {"Origin": "https://intranet.example"}),
    "no origin at all": lambda hall: (_own(hall), {"Origin": "null"}),
}
"""What another page could make the clerk's browser send: form fields and headers."""


def _own(hall: Hall) -> dict[str, str]:
    return {"csrf_token": hall.desk.token}


def _foreign_token(hall: Hall) -> str:
    return Desk(new_client(hall.app)).sign_in("demo-tax", "tax").token


def test_a_form_that_another_page_sent_does_nothing(hall: Hall) -> None:
    before = state(hall.app)
    browser = hall.desk.browser
    assert isinstance(browser, Client)
    posts = [
        address
        for endpoint, method, address in hall.routes()
        if method == "POST" and endpoint not in WITHOUT_A_FORM
    ]
    for forgery, made in FORGERIES.items():
        fields, headers = made(hall)
        noted = counted(hall.app, "request.refused")
        for address in posts:
            answer = browser.post(address, data=fields, headers=headers)
            # One of our own forms, made for another token: a tab from before a counter switch or a sign-in (AC-36).
            expected = 409 if forgery == "a token of somebody else" else 403
            assert answer.status_code == expected, f"{forgery}: {address} answered {answer.status_code}"
        assert counted(hall.app, "request.refused") == noted + len(posts), f"{forgery} is not in the log"
    assert state(hall.app) == before
    assert browser.get("/").status_code == 200, "and nobody was signed out by it"


ODD = (
    "\0", "a\0b", " ", "　", "\u202e逆さ", "\ufeff", "\uffff", "\U0010ffff", "𠮷󠄀", "か" + "゙" * 300, "é" * 3,
    "<script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "</textarea><form action=//x>", "{{7*7}}",
    "' OR 1=1 --", "%", "_", "\\", "%00", "../../etc/passwd", "a\r\nSet-Cookie: a=b", "[]", '{"a": 1}', "true",
    "１２３", "²", "٣", "Ⅷ", "①", "-1", "0", "1.5", "1e309", "NaN", "9" * 5000, "９" * 400, "あ" * 20000,
    "R99.99.99", "令和元年2月30日", "S64.1.8", "00000000", "９９９９年１２月３１日", "M1.1.1", "0/0", "1/0/0", "--", "/", "-",
    "高橋 S40 男 90歳", "S40-S50", "R8-11-000001-2", "0968-12-3456", "x" * 250,
)  # fmt: skip
"""Texts that have broken other programs: invisible, endless, unprintable, markup, numbers that are none."""

MOVE = ("changed_on", "notified_on", "old_address", "town", "town_text", "lot_text", "building_text", "origin", "household",
        "householder", "person-0", "name-0", "kana-0", "birth-0", "sex-0", "relationship-0", "included-0")  # fmt: skip
FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "/login": ("identity", ("staff_id", "password", "counter")),
    "/residents/search": ("identity", ("query", "start")),
    "/residents/search/details": ("identity", (
        "name", "kana", "kana_match", "birth_from", "birth_to", "sex", "former_surname", "alias", "latin", "corporation",
        "address", "building", "phone", "number", "former", "past", "start")),
    "/history": ("identity", ("since", "until", "number", "person", "counter", "kind", "state")),
    "/dates": ("identity", ("text", "field")),
    "/cases/{case}/dates": ("content", ("text",)),
    "/addresses": ("identity", ("q",)),
    "/addresses/towns": ("identity", ("q", "changed_on")),
    "/addresses/lots": ("identity", ("q", "town")),
    "/addresses/buildings": ("identity", ("q", "town", "lot_text")),
    "/cases": ("identity", ("person", "channel", "token")),
    "/cases/{case}/draft": ("content", ("step", "name-0", "birth-0", "")),
    "/cases/{case}/steps/identity": ("identity", (
        "document", "document2", "expiry1", "expiry2", "relation", "papers", "name", "kana", "birth", "sex", "address",
        "phone", "version", "reason", "enclosures", "orders", "booked_on", "ground", "detail-corporation-number")),
    "/cases/{case}/steps/kind": ("kind", ("kind", "papers", "version")),
    "/cases/{case}/steps/content": ("content", (*MOVE, "version")),
    "/cases/{case}/rows": ("content", MOVE),
    "/cases/{case}/subjects/search": ("content", ("q",)),
    "/cases/{case}/subjects": ("content", ("person",)),
    "/cases/{case}/subjects/typed": ("content", ("name", "kana", "birth", "sex", "address", "phone")),
    "/cases/{case}/persons/none": ("content", ("name", "birth", "reason")),
    "/cases/{case}/visitor/search": ("identity", ("q",)),
    "/cases/{case}/visitor": ("identity", ("person", "version")),
    "/cases/{case}/defects": ("content", ("told", "defect", "back")),
    "/cases/{case}/defects/mended": ("content", ("version",)),
    "/cases/{case}/customer": ("content", ("change", "item", "signature", "back")),
    "/cases/{case}/certificates": ("certificates", (
        "quick", "favourite", "person", "part", "copies-none", "options-none", "show_person", "add", "again", "remove", "more", "fewer",
        "evidence", "exemption", "purpose", "recipient")),
    "/cases/{case}/answers": ("procedures", ("q-pregnant_any", "q-move_in_type", "q-unknown", "take_back", "q-")),
    "/cases/{case}/procedures": ("procedures", ("procedure", "reason", "version")),
    "/cases/{case}/procedures/nhi_join": ("procedures", ("change", "reason", "back")),
    "/cases/{case}/documents": ("procedures", ("print", "version")),
    "/cases/{case}/documents/none/reprint": ("procedures", ("data", "reason")),
    "/cases/{case}/memos": ("procedures", ("kind", "memo")),
    "/counter": ("identity", ("counter",)),
}  # fmt: skip
"""Address → the case it is tried on, and its fields."""

GOOD: dict[str, str] = {
    "changed_on": "今日", "town_text": "町", "lot_text": "1番", "origin": "other", "household": "new", "name-0": "架空",
    "kana-0": "カクウ", "birth-0": "S60.1.2", "sex-0": "1", "relationship-0": "世帯主", "included-0": "1",
    "document": "my_number_card", "relation": "self", "name": "架空", "birth": "S60.1.2", "part": "rows",
    "kind": "reception", "memo": "めも", "channel": "counter", "token": "0" * 32, "step": "content", "field": "birth",
    "staff_id": "demo-tax", "password": "wrong", "counter": "",
}  # fmt: skip


def bodies(fields: tuple[str, ...], rng: random.Random) -> Iterator[dict[str, str]]:
    """Forms with one odd field each, every field with some odd texts; and some that are odd throughout."""
    usual = {name: GOOD[name] for name in fields if name in GOOD}
    for name in fields:
        for text in rng.sample(ODD, 5):
            yield {**usual, name: text}
    for text in rng.sample(ODD, 3):
        yield {name or text[:200]: text for name in fields}


def test_no_input_is_too_odd(hall: Hall) -> None:
    client = FlaskClient(hall.app, use_cookies=True)
    client._cookies = hall.desk.browser._cookies  # type: ignore[attr-defined]
    rng, failed, tried = random.Random(20261120), [], 0
    for path, (name, fields) in FORMS.items():
        case = hall.cases[name]
        for body in bodies(fields, rng):
            sent = {"version": hall_version(hall.app, case), **body, "csrf_token": hall.desk.token}
            answer = client.post(
                path.format(case=case),
                data=sent,
                base_url=ORIGIN,
                headers={"Referer": f"{ORIGIN}/"},
                buffered=True,
            )
            tried += 1
            if answer.status_code >= 500:
                failed.append((path, {key: value[:40] for key, value in body.items()}))
    assert failed == []
    assert tried > 300


def hall_version(app: Flask, case: str) -> str:
    with app.app_context():
        found = db.session.get_one(CaseRow, case).version
        db.session.rollback()
    return str(found)


RAW = {
    "json": ("application/json", b'{"csp-report": ["x"], "q": null}'),
    "a list": ("application/json", b"[1, 2]"),
    "a number": ("application/csp-report", b"12"),
    "not json": ("application/json", b"{"),
    "surrogates": ("application/x-www-form-urlencoded", b"q=%ED%A0%80&query=%ED%B0%80&number=%FF&text=%C0%80"),
    "half a percent": ("application/x-www-form-urlencoded", b"q=%&query=%1&number=%zz&version=%F0%9F"),
    "no multipart": ("multipart/form-data; boundary=x", b"--y\r\n\r\n"),
    "a file": ("multipart/form-data; boundary=x",
               b'--x\r\nContent-Disposition: form-data; name="q"; filename="\xff"\r\n\r\n\xff\xfe\r\n--x--\r\n'),
    "another encoding": ("application/x-www-form-urlencoded; charset=cp932", "q=高橋".encode("cp932")),
}  # fmt: skip


def test_no_body_is_too_odd(hall: Hall) -> None:
    browser = hall.desk.browser
    assert isinstance(browser, Client)
    for endpoint, method, address in hall.routes():
        if method != "POST" or endpoint in KEPT_FOR_LAST:
            continue
        for raw, (content_type, body) in RAW.items():
            answer = browser.post(
                address, data=body, content_type=content_type, headers={"X-CSRFToken": hall.desk.token}
            )
            assert answer.status_code < 500, f"{raw}: {address}"


def test_no_address_is_too_odd(hall: Hall) -> None:
    addresses = (
        "/history/%00", "/history/%ED%A0%80", "/history/" + "9" * 3000, "/residents/%00", "/residents/..%2f..%2f",
        "/cases/%00/steps/identity", "/cases/x/steps/%00", "/cases/x/documents/%00", "/static/..%2f..%2fkeys.toml",
        "/static/%00", "//x", "/cases/" + "x" * 3000,
    )  # fmt: skip
    answers = {address[:40]: hall.desk.browser.get(address).status_code for address in addresses}
    assert set(answers.values()) <= {303, 308, 400, 404}, answers


def test_no_place_to_come_from_is_too_odd(hall: Hall) -> None:
    for before in (
        "http://[x",
        "//",
        "窓口".encode().decode("latin-1"),
        "https://localhost/news?a=%",
        "x" * 5000,
    ):
        for address in ("/history?part=窓口", "/history?part=%FF%", "/nothing", "/"):
            headers = {"HX-Request": "true", "HX-Current-URL": before, "Referer": before}
            answer = hall.desk.browser.get(address, headers=headers)
            assert answer.status_code in {200, 404}, (before[:40], address)
