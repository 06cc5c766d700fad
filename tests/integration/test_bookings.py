"""Bookings of a move (引越しワンストップ) and move-out notices, found for a visitor who was typed by hand."""

from __future__ import annotations

from flask import Flask

from app.data.models.register import PersonRow
from app.domain.case import Step
from app.domain.dates import PartialDate, format_wareki
from app.extensions import db
from tests.desk import Desk, shown_fields
from tests.integration.served import clerk, logged, looked_up, stored
from tests.integration.test_cases import location


def announced(app: Flask) -> list[PersonRow]:
    """The people of one open notice, of several, none protected."""

    def read() -> list[PersonRow]:
        rows = (
            db.session.query(PersonRow)
            .filter_by(status="expected", protected=False)
            .order_by(PersonRow.serial)
            .all()
        )
        found = [[one for one in rows if one.receipt_number == row.receipt_number] for row in rows]
        people = next(one for one in found if len(one) > 1)
        db.session.expunge_all()
        return people

    return looked_up(app, read)


def newcomer(desk: Desk, who: PersonRow, **typed: str) -> str:
    """A case of 転入 whose visitor was typed from his papers."""
    case = desk.open_case()
    born = format_wareki(PartialDate.from_iso(f"{who.birth[:4]}-{who.birth[4:6]}-{who.birth[6:]}"))
    values = {"name": who.name, "kana": who.kana, "birth": born, "sex": who.sex, "address": "東京都"} | typed
    desk.identify_newcomer(case, **values)
    assert desk.choose(case, "move_in").headers["Location"] == location(case, Step.CONTENT)
    return case


def test_a_booking_is_found_and_fills_the_notice(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    people = announced(app)
    first = people[0]
    case = newcomer(desk, first)
    page = desk.see(case, "content").text
    assert "が届いています" in page and f'value="{first.receipt_number}"' in page
    taken = desk.post(f"/cases/{case}/bookings", version=desk.version(case), receipt=first.receipt_number)
    assert taken.headers["Location"] == location(case, Step.CONTENT), taken.text
    now = stored(app, case)
    assert {person.number for person in now.subjects} == {person.number for person in people}
    assert now.visitor is not None and now.visitor.number == first.number
    assert now.fact("move.old_address") and now.facts["", "move.old_address"].source == "move_out_notice"
    assert "case.booking_taken" in logged(app, case)
    shown = shown_fields(desk.see(case, "content").text)
    assert {shown[name] for name in shown if name.startswith("name-")} >= {person.name for person in people}
    again = desk.post(f"/cases/{case}/bookings", version=desk.version(case), receipt=first.receipt_number)
    assert again.status_code == 422
    other = newcomer(desk, first)
    assert "の転入を受け付けています" in desk.see(other, "content").text, "it is used by another case already"


def test_a_booking_that_fits_in_part_is_said_and_a_strangers_is_refused(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    first = announced(app)[0]
    case = newcomer(desk, first, kana="チガウ　ヨミ")
    assert "カナが違います" in desk.see(case, "content").text
    stranger = newcomer(desk, first, name="別人　一郎", kana="ベツジン　イチロウ")
    page = desk.see(stranger, "content").text
    assert first.receipt_number not in page
    version = desk.version(stranger)
    refused = desk.post(f"/cases/{stranger}/bookings", version=version, receipt_number=first.receipt_number)
    assert refused.status_code == 422 and "来庁者（別人　一郎さん）が含まれていません" in refused.text
    unknown = desk.post(f"/cases/{stranger}/bookings", version=version, receipt_number="なし")
    assert unknown.status_code == 422 and "届いていません" in unknown.text
