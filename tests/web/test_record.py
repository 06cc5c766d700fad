"""操作ログ (M-17): what whoever audits finds, hands over and is told, and that every look is itself on record."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.data import audit
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.dates import today_in_japan
from app.extensions import db
from app.operations import record_files
from tests.client import Client, csrf_token
from tests.conftest import DEMO_PASSWORD, new_client

CLERK = Actor("demo-counter", "見本　花子", "main", "市民課", frozenset({"counter"}))
OTHER = Actor("demo-tax", "見本　計", "tax", "税務課", frozenset({"tax"}))
PERSON, NEIGHBOUR = "0000012345", "0000054321"


@pytest.fixture
def auditor(app: Flask, signed_in: Callable[..., Client]) -> Client:
    """Signed in, over a log with a few looks."""
    runner = app.test_cli_runner(env={"KAKANAI_DEMO_PASSWORD": DEMO_PASSWORD})
    assert runner.invoke(args=["staff", "demo"]).exit_code == 0
    with app.app_context(), transaction():
        audit.record("resident.search", actor=CLERK, detail={"hits": 3}, sealed=audit.seal("高橋　花"))
        audit.record("resident.viewed", actor=CLERK, persons=[PERSON], detail={"members": 1})
        audit.record("resident.viewed", actor=OTHER, persons=[NEIGHBOUR], detail={"members": 2})
    return signed_in(new_client(app), "demo-auditor")


def post(client: Client, address: str, page: str = "/admin/record", **fields: str) -> TestResponse:
    return client.post(address, data={"csrf_token": csrf_token(client.get(page)), **fields})


def rows(answer: TestResponse) -> str:
    return answer.text.split("<tbody", 1)[1].split("</tbody>")[0]


def logged(app: Flask, action: str) -> int:
    with app.app_context():
        found = text("SELECT count(*) FROM audit_event WHERE action = :action")
        return db.session.scalar(found, {"action": action}) or 0


def test_it_is_searched_by_whom_who_what_and_where(app: Flask, auditor: Client) -> None:
    assert NEIGHBOUR not in rows(found := post(auditor, "/admin/record/find", person=PERSON))
    assert PERSON in rows(found)
    assert PERSON not in rows(post(auditor, "/admin/record/find", staff="demo-tax"))
    assert "宛名検索" in rows(post(auditor, "/admin/record/find", action="resident.search"))
    assert NEIGHBOUR in rows(post(auditor, "/admin/record/find", counter="tax"))
    commands = rows(post(auditor, "/admin/record/find", kind="command"))
    assert "運用コマンド" in commands and "os:" in commands and PERSON not in commands
    machine = post(auditor, "/admin/record/find", kind="robot")
    assert "該当する記録はありません" in machine.text and 'value="robot" selected' in machine.text
    assert post(auditor, "/admin/record/find", since="きのうのきのう").status_code == 422
    assert post(auditor, "/admin/record/find", case_number="何か").status_code == 422
    assert logged(app, "audit.searched") == 6


def test_a_list_ends_and_goes_on(app: Flask, auditor: Client) -> None:
    with app.app_context(), transaction():
        for number in range(150):
            audit.record("resident.viewed", actor=CLERK, persons=[f"9{number:09}"])
    first = post(auditor, "/admin/record/find", counter="main", action="resident.viewed")
    assert rows(first).count("<tr>") == 100 and "この前の100件" in first.text
    before = first.text.split('name="before" value="')[1].split('"')[0]
    rest = post(auditor, "/admin/record/find", counter="main", action="resident.viewed", before=before)
    assert rows(rest).count("<tr>") == 51 and "この前の100件" not in rest.text


def test_search_words_are_opened_one_by_one(app: Flask, auditor: Client) -> None:
    found = post(auditor, "/admin/record/find", action="resident.search")
    assert "高橋" not in found.text
    entry = found.text.split('name="entry" value="')[1].split('"')[0]
    assert "高橋　花" in post(auditor, "/admin/record/words", entry=entry).text
    assert logged(app, "audit.words_opened") == 1
    assert post(auditor, "/admin/record/words", entry="999999").status_code == 404


def test_the_record_of_one_resident(app: Flask, auditor: Client) -> None:
    page = "/admin/record/person"
    found = post(auditor, page, page, person=PERSON)
    assert "住民情報の照会" in rows(found) and "見本　花子" in rows(found)
    file = post(auditor, f"{page}/file.csv", page, person=PERSON).data.decode("utf-8-sig")
    assert len(file.splitlines()) == 2 and "見本" not in file, "names of staff only where they are chosen"
    assert "見本　花子" in post(auditor, f"{page}/file.csv", page, person=PERSON, with_staff="1").text
    assert post(auditor, page, page, person="").status_code == 422
    assert logged(app, "audit.person_exported") == 2


def test_a_period_is_handed_over_and_proved(app: Flask, auditor: Client, tmp_path: Path) -> None:
    answer = post(auditor, "/admin/record/file.zip")
    whole, cut = tmp_path / "whole.zip", tmp_path / "cut.zip"
    whole.write_bytes(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed, zipfile.ZipFile(cut, "w") as changed:
        for name in packed.namelist():
            data = packed.read(name)
            if name == record_files.EVENTS_FILE:
                lines = data.splitlines(keepends=True)
                data = b"".join(line for line in lines if not line.startswith(b"main,1,"))
            changed.writestr(name, data)
    with app.app_context():
        assert record_files.check(whole)[1] == ()
        wrong = record_files.check(cut)[1]
    assert len(wrong) == 2 and "events.csv" in wrong[0] and "番から先" in wrong[1]
    assert logged(app, "audit.exported") == 1
    day = f"{today_in_japan():%Y-%m-%d}"
    run = app.test_cli_runner().invoke
    out = str(tmp_path / "command.zip")
    assert run(args=["audit", "export", "--since", day, "--until", day, "--out", out]).exit_code == 0
    assert run(args=["audit", "check", out]).exit_code == 0
    assert run(args=["audit", "check", str(cut)]).exit_code == 1


def test_the_weekly_sheet_names_who_looked_at_a_decoy(app: Flask, auditor: Client) -> None:
    with app.app_context(), transaction() as session:
        session.execute(
            text(
                "INSERT INTO watched_person (id, number, kind, reason, added_by, added_at) "
                "VALUES ('k1', :number, 'decoy', '確認用', 'x', :now)"
            ),
            {"number": PERSON, "now": "2026-01-01 00:00:00+00:00"},
        )
    day = today_in_japan()
    page = auditor.get(f"/admin/record/week?day={day}").text
    assert "確認用" in page and "実在しない確認用の住民を表示した" not in page, (
        "the register has nobody of this number"
    )
    wrong = post(auditor, "/admin/record/watch", "/admin/record/week", number="1", kind="decoy", reason="x")
    assert wrong.status_code == 422 and "この宛名番号の方はいません" in wrong.text
    post(auditor, "/admin/record/watch", "/admin/record/week", ended="k1")
    assert PERSON not in auditor.get("/admin/record/week").text
    ahead = auditor.get(f"/admin/record/week?day={day + timedelta(days=30)}")
    assert ahead.status_code == 422
    file = post(auditor, "/admin/record/week/file.csv", "/admin/record/week", day=f"{day}")
    assert file.data.decode("utf-8-sig").startswith("日付,職員,")
    assert logged(app, "audit.watch_ended") == 1


def test_reports_of_browsers_are_recorded_and_bounded(app: Flask, auditor: Client) -> None:
    report = {
        "csp-report": {"effective-directive": "script-src", "blocked-uri": "https://x.example/?name=高橋"}
    }
    for _ in range(70):
        assert auditor.post("/csp-report", json=report).status_code == 204
    assert logged(app, "browser.blocked") == 60
    with app.app_context():
        details = set(
            db.session.scalars(
                text("SELECT CAST(detail AS TEXT) FROM audit_event WHERE action = 'browser.blocked'")
            )
        )
    assert len(details) == 1 and "example" not in details.pop()
