"""Changes of staff for a day (人事異動): checked, applied to the second, in open sessions too, undone (AC-30, AC-31)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from app.data.models.audit import AuditRow
from app.data.models.staff import AssignmentRow, StaffRow, TransferRow
from app.domain.dates import today_in_japan
from app.domain.staff_file import COLUMNS
from app.extensions import db
from tests.client import csrf_token
from tests.conftest import DEMO_PASSWORD, new_client
from tests.desk import Desk
from tests.integration.served import looked_up
from tests.staff_files import FAULTY, SOUND, faulty_file, sound_file

ADDRESS = "/admin/users/import"


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """A clock that stands at ten to midnight of tomorrow, in the city's own time."""
    start = (datetime.now(UTC) + timedelta(days=1)).replace(hour=14, minute=50, second=0, microsecond=0)
    with time_machine.travel(start, tick=False) as standing:
        yield standing


def desk(app: Flask, staff: str, counter: str) -> Desk:
    return Desk(new_client(app)).sign_in(staff, counter)


def upload(admin: Desk, data: bytes, on: date, **fields: str) -> Any:
    sent = {"csrf_token": admin.token, "on": on.isoformat(), "file": (io.BytesIO(data), "a.csv"), **fields}
    return admin.browser.post(ADDRESS, data=sent)


def lines(*rows: str) -> bytes:
    return "\r\n".join([",".join(COLUMNS), *rows]).encode("cp932")


def everything(app: Flask) -> tuple[object, ...]:
    """Every account and role as stored."""
    people = select(
        StaffRow.id,
        StaffRow.name,
        StaffRow.section,
        StaffRow.valid_from,
        StaffRow.valid_to,
        StaffRow.disabled,
    )
    roles = select(
        AssignmentRow.staff_id,
        AssignmentRow.counter,
        AssignmentRow.role,
        AssignmentRow.since,
        AssignmentRow.until,
    )
    return looked_up(
        app,
        lambda: tuple(sorted(map(str, [*db.session.execute(people), *db.session.execute(roles)]))),
    )


def logged(app: Flask, action: str) -> int:
    count = select(func.count()).select_from(AuditRow).where(AuditRow.action == action)
    return looked_up(app, lambda: db.session.scalar(count) or 0)


def alive(who: Desk) -> bool:
    return bool(who.browser.get("/").status_code == 200)


def test_a_faulty_file_is_shown_line_by_line_and_changes_nothing(
    served_city: Flask, clock: time_machine.Coordinates
) -> None:
    clock.move_to(datetime(2027, 3, 1, 1, tzinfo=UTC))
    admin, before = desk(served_city, "demo-admin", "information"), everything(served_city)
    answer = upload(admin, faulty_file("cp932"), date(2027, 4, 1))
    page = admin.get(answer.headers["Location"])
    # Three accounts of the file exist only in the unit test; there they are faults, here new.
    assert f"{len(FAULTY) - 3}件の誤りがあります" in page.text and "この異動" not in page.text
    result = admin.browser.get(f"{answer.headers['Location']}/result.csv")
    rows = result.data.decode("utf-8-sig").splitlines()
    assert len(rows) == len(FAULTY) - 2 and rows[1].startswith("5,1,職員ID,")
    assert admin.post(f"{answer.headers['Location']}/apply").status_code == 409
    assert everything(served_city) == before


def test_250_come_at_once_on_their_day_and_go_when_undone(served_city: Flask) -> None:
    app = served_city
    admin, before = desk(app, "demo-admin", "information"), everything(app)
    address = upload(admin, sound_file(), today_in_japan() + timedelta(days=30)).headers["Location"]
    assert everything(app) == before, "checking changes nothing"
    assert f'追加　<span class="tabular">{SOUND}</span>人' in admin.get(address).text
    people = looked_up(app, lambda: db.session.scalar(select(func.count()).select_from(StaffRow)) or 0)
    assert admin.post(f"{address}/apply").status_code == 303
    assert (
        looked_up(app, lambda: db.session.scalar(select(func.count()).select_from(StaffRow)))
        == people + SOUND
    )
    assert logged(app, "staff.transfer_applied") == 1
    assert admin.post(f"{address}/apply").status_code == 409, "once"
    assert admin.post(f"{address}/undo").status_code == 303
    assert everything(app) == before
    assert admin.post(f"{address}/undo").status_code == 409


def test_it_holds_from_the_first_second_of_its_day_mid_session(
    served_city: Flask, clock: time_machine.Coordinates
) -> None:
    app, day = served_city, today_in_japan() + timedelta(days=1)
    admin = desk(app, "demo-admin", "information")
    moved = "demo-counter,見本　桜子,税務課,税務課:税務、岱明支所:窓口受付,,,"
    address = upload(admin, lines(moved, "demo-care,見本　静,,,,,終了"), day).headers["Location"]
    ended = admin.get(f"{address}?kind=ended").text
    assert "demo-care" in ended and "demo-counter" not in ended, "those of one kind"
    assert admin.post(f"{address}/apply").status_code == 303
    stays, goes, leaves = (
        desk(app, "demo-insurance", "insurance"),
        desk(app, "demo-counter", "main"),
        desk(app, "demo-care", "care"),
    )
    clock.shift(timedelta(minutes=9, seconds=59))
    assert [alive(stays), alive(goes), alive(leaves)] == [True, True, True]
    assert "見本　花子" in goes.get("/").text
    clock.shift(timedelta(seconds=1))
    assert [alive(stays), alive(goes), alive(leaves)] == [True, False, False]
    again = desk(app, "demo-counter", "taimei")
    assert "見本　桜子" in again.get("/").text
    assert again.post("/counter", counter="main").status_code == 403
    assert Desk(new_client(app)).try_sign_in("demo-care", "care", "x" * 20).status_code == 422
    assert admin.post(f"{address}/undo").status_code == 422, "more than five minutes after the password"
    assert admin.post(f"{address}/undo", confirm_password=DEMO_PASSWORD).status_code == 303
    assert desk(app, "demo-counter", "main").browser.get("/").status_code == 200


def test_nobody_changes_himself_or_gives_what_is_above_him(served_city: Flask) -> None:
    admin = desk(served_city, "demo-admin", "information")
    data = lines(
        "demo-admin,見本　治,情報政策課,情報政策課:システム管理,,,",
        "demo-tax,見本　計,税務課,税務課:税務、市民課:支援措置責任者,,,",
    )
    page = admin.get(upload(admin, data, today_in_japan()).headers["Location"]).text
    assert "2件の誤り" in page and "ご自分の登録は変えられません" in page and "権限を超える" in page
    for staff in ("demo-guardian", "demo-auditor", "demo-content"):
        assert admin.post(f"/admin/users/{staff}/act", act="password").status_code == 403, staff
    assert admin.post("/admin/users/demo-admin/act", act="stop").status_code == 403


def test_what_changed_since_the_check_is_not_overwritten(served_city: Flask) -> None:
    app, admin = served_city, desk(served_city, "demo-admin", "information")
    today = today_in_japan()
    first, second = (
        upload(admin, lines(f"demo-tax,見本　計,{section},税務課:税務,,,"), today).headers["Location"]
        for section in ("収納課", "市民課")
    )
    assert admin.post(f"{first}/apply").status_code == 303
    assert admin.post(f"{second}/apply").status_code == 409
    with app.app_context():
        rows = db.session.scalars(select(TransferRow.applied_at).order_by(TransferRow.made_at)).all()
        assert [at is not None for at in rows] == [True, False]
        assert db.session.get_one(StaffRow, "demo-tax").section == "収納課"


def test_a_dangerous_act_asks_for_the_password_again_and_keeps_what_was_typed(
    served_city: Flask, clock: time_machine.Coordinates
) -> None:
    admin = desk(served_city, "demo-admin", "information")
    fields = {"name": "見本　計", "section": "税務課", "on": "", "counter_of": ["tax"], "role_of": ["tax"]}
    fields["on"] = today_in_japan().isoformat()
    clock.shift(timedelta(seconds=301))
    asked = admin.post("/admin/users/demo-tax", **fields)
    assert (
        asked.status_code == 422
        and 'name="confirm_password"' in asked.text
        and 'value="税務課"' in asked.text
    )
    wrong = admin.post("/admin/users/demo-tax", **fields, confirm_password="not the password")
    assert wrong.status_code == 422 and "パスワードが違います" in wrong.text
    assert admin.post("/admin/users/demo-tax", **fields, confirm_password=DEMO_PASSWORD).status_code == 303
    assert "税務課" in admin.get("/admin/users/demo-tax").text
    assert logged(served_city, "session.confirmed") == 1


def test_a_first_password_opens_one_session_in_which_another_is_chosen(
    served_city: Flask, clock: time_machine.Coordinates
) -> None:
    app, admin = served_city, desk(served_city, "demo-admin", "information")
    page = admin.post("/admin/users/demo-tax/act", act="password").text
    password = page.split('class="device-code">')[1].split("<")[0]
    new = new_client(app)
    assert Desk(new).try_sign_in("demo-tax", "tax", password).status_code == 303
    assert new.get("/").headers["Location"] == "/password"
    token = csrf_token(new.get("/password"))
    assert (
        new.post(
            "/password", data={"csrf_token": token, "new": "demo-tax-1234567890", "again": ""}
        ).status_code
        == 422
    )
    own = "みかん 鉄橋 七輪 うぐいす 42"
    assert new.post("/password", data={"csrf_token": token, "new": own, "again": own}).status_code == 303
    assert new.get("/").status_code == 200
    assert Desk(new_client(app)).try_sign_in("demo-tax", "tax", password).status_code == 422, "one use"
    assert Desk(new_client(app)).try_sign_in("demo-tax", "tax", own).status_code == 303
    page = admin.post("/admin/users/demo-care/act", act="password").text
    password = page.split('class="device-code">')[1].split("<")[0]
    clock.shift(timedelta(hours=72, seconds=1))
    assert Desk(new_client(app)).try_sign_in("demo-care", "care", password).status_code == 422, "72 hours"


def test_what_is_exported_comes_back_unchanged(served_city: Flask) -> None:
    admin = desk(served_city, "demo-admin", "information")
    with served_city.app_context():
        db.session.execute(update(StaffRow).values(section="市民課"))
        db.session.commit()
    data = admin.browser.get("/admin/users/file.csv").data
    kept = b"\r\n".join(line for line in data.split(b"\r\n") if b"demo-admin" not in line)
    page = admin.get(upload(admin, kept, today_in_japan()).headers["Location"]).text
    assert "変わる職員はいません" in page
