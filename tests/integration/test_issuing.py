"""The issuing desk sees what waits with its note, and marks it made."""

from __future__ import annotations

from flask import Flask

from tests.integration.served import clerk, logged, resident, stored


def test_a_printed_request_waits_with_its_note_until_it_is_made(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(resident(app).id)
    desk.identify(case)
    desk.choose(case, "certificate")
    person = stored(app, case).subjects[0].id
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j2", person=person)
    desk.post(f"/cases/{case}/memos", kind="issue", memo="封筒を分けてください", back="content")
    number = stored(app, case).number
    assert number not in desk.get("/issuing").text, "nothing to make before the form is printed"
    assert desk.issue(case, part="details").status_code == 303
    waiting = desk.get("/issuing").text
    assert number in waiting and "封筒を分けてください" in waiting and "2通" in waiting
    made = desk.post(f"/issuing/{case}", change="made")
    assert made.status_code == 200 and "発行を待つ請求はありません" in made.text
    assert stored(app, case).certificates[0].issued_at is not None
    desk.post(f"/issuing/{case}", change="undo")
    assert stored(app, case).certificates[0].issued_at is None
    assert "case.certificates_issued" in logged(app, case)
