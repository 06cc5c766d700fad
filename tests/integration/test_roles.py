"""Roles the city makes: given, changed in open sessions, withdrawn; and the screens of a role, looked at without data (M-03)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.data.models.audit import AuditRow
from app.data.models.staff import AssignmentRow
from app.extensions import db
from app.web.access import ACCESS
from app.web.guarding import SHOWN_IN_PREVIEW
from tests.conftest import new_client
from tests.desk import Desk
from tests.integration.served import looked_up

CORNER: dict[str, Any] = {
    "title": "証明コーナー",
    "rights": ["find_person", "receive", "print"],
    "receptions": ["certificates"],
    "data_sets": ["02"],
}
CLERK = "demo-care"


def desk(app: Flask, staff: str, counter: str) -> Desk:
    return Desk(new_client(app)).sign_in(staff, counter)


def made(admin: Desk, **changed: Any) -> str:
    """The code of a new role."""
    answer = admin.post("/admin/roles/new", **{**CORNER, **changed})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rsplit("/", 1)[1]


def hold(app: Flask, role: str, staff: str = CLERK, counter: str = "main") -> None:
    """Give a role by hand; that only what may be given is given is tested with the accounts."""
    with app.app_context():
        db.session.add(AssignmentRow(staff_id=staff, counter=counter, role=role))
        db.session.commit()


def events(app: Flask) -> list[tuple[str, Any]]:
    query = select(AuditRow).where(AuditRow.action.like("role.%")).order_by(AuditRow.id)
    return looked_up(app, lambda: [(row.action, row.detail) for row in db.session.scalars(query)])


def test_a_role_is_made_given_changed_at_once_and_withdrawn(served_city: Flask) -> None:
    app = served_city
    admin = desk(app, "demo-admin", "information")
    role = made(admin)
    assert "証明コーナー" in admin.get("/admin/roles").text
    fields = {"name": "見本　証", "section": "市民課", "last": "", "on": "今日"}
    given = admin.post("/admin/users/new", **fields, staff_id="corner-01", counter_of="main", role_of=role)
    assert given.status_code == 303, given.text
    assert "市民課:証明コーナー" in admin.get("/admin/users/corner-01").text

    hold(app, role)
    clerk = desk(app, CLERK, "main")
    case = clerk.open_case()
    assert clerk.see(case).status_code == 200
    assert clerk.get("/history").status_code == 403
    page = admin.get(f"/admin/roles/{role}").text
    assert "職員 2人" in page
    less = {**CORNER, "rights": ["find_person", "read_history"], "receptions": []}
    assert admin.post(f"/admin/roles/{role}", **less, version="1").status_code == 303
    assert clerk.get("/history").status_code == 200, "the next request of the open session"
    assert clerk.see(case).status_code == 403
    late = admin.post(f"/admin/roles/{role}", **CORNER, version="1")
    assert late.status_code == 409 and "先に変えています" in late.text

    assert admin.post(f"/admin/roles/{role}/withdraw").status_code == 409, "somebody has it"
    other = made(admin, title="予備")
    assert admin.post(f"/admin/roles/{other}/withdraw").status_code == 303
    assert admin.get(f"/admin/roles/{other}").status_code == 404
    hold(app, other, "demo-children", "children")
    assert desk(app, "demo-children", "children").get("/residents/search").status_code == 200, (
        "his other role goes on"
    )
    assert [action for action, _ in events(app)] == [
        "role.made",
        "role.changed",
        "role.made",
        "role.withdrawn",
    ]
    assert events(app)[1][1]["rights"] == {"added": ["read_history"], "removed": ["print", "receive"]}


def test_nobody_gives_more_than_he_has(served_city: Flask) -> None:
    app = served_city
    admin = desk(app, "demo-admin", "information")
    answer = admin.post("/admin/roles/new", **{**CORNER, "rights": [*CORNER["rights"], "decide_release"]})
    assert answer.status_code == 422 and "支援措置の解除の承認" in answer.text
    assert re.search(r'value="receive"[^>]* checked', answer.text), "what was ticked is still ticked"
    assert admin.post("/admin/roles/admin", **CORNER, version="0").status_code == 403, "a role of the program"
    role = made(admin)
    hold(app, role, "demo-admin", "information")
    more = {**CORNER, "data_sets": ["02", "06"]}
    assert admin.post(f"/admin/roles/{role}", **more, version="1").status_code == 403, "a role of his own"
    clerk = desk(app, CLERK, "care")
    assert clerk.post("/admin/roles/new", **CORNER).status_code == 403


def test_looking_at_a_roles_screens_shows_no_data_and_does_nothing(served_city: Flask) -> None:
    app = served_city
    clerk = desk(app, "demo-counter", "main")
    case = clerk.open_case()
    number = re.search(r"(\d{5,})", clerk.see(case).text)
    assert number
    admin = desk(app, "demo-admin", "information")
    assert admin.get("/residents/search").status_code == 403
    assert admin.post("/admin/roles/counter/preview").status_code == 303
    home = admin.get("/")
    assert "「窓口受付」の画面を確認しています" in home.text
    assert case not in home.text and "宛名検索" in home.text
    assert admin.get("/residents/search").status_code == 200
    for address in (f"/cases/{case}", "/history", "/inbox", "/me"):
        answer = admin.get(address)
        assert answer.status_code == 403 and "見るだけです" in answer.text, address
    assert admin.post("/residents/search", query="見本").status_code == 403
    assert admin.post("/cases", token="0" * 32).status_code == 403
    assert admin.get("/admin/users").status_code == 403, "the role's functions, not his own"
    assert admin.post("/preview/end").headers["Location"] == "/admin/roles"
    assert admin.get("/admin/users").status_code == 200
    assert [action for action, _ in events(app)] == ["role.preview_begun", "role.preview_ended"]


def test_a_preview_ends_with_the_right_to_look(served_city: Flask) -> None:
    app = served_city
    admin = desk(app, "demo-admin", "information")
    hold(app, "content", "demo-admin", "information")
    admin.post("/admin/roles/welfare/preview")
    with app.app_context():
        row = db.session.get_one(AssignmentRow, ("demo-admin", "information", "admin"))
        db.session.delete(row)
        db.session.commit()
    assert "画面を確認しています" not in admin.get("/").text
    assert admin.get("/residents/search").status_code == 403


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_every_page_of_a_preview_is_one_that_is_only_read(app: Flask) -> None:
    found = {rule.endpoint: rule for rule in app.url_map.iter_rules() if rule.endpoint in SHOWN_IN_PREVIEW}
    assert set(found) == SHOWN_IN_PREVIEW <= set(ACCESS)
    for endpoint, rule in found.items():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}, endpoint
        assert not rule.arguments - {"office", "month"}, f"{endpoint} names something"
