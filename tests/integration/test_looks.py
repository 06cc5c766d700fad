"""Opening a person outside a case: the purpose is asked once, recorded, decides what is seen, and there is a limit (AC-47)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.data.models.audit import AuditRow
from app.data.models.register import PersonRow, RegisterRow
from app.extensions import db
from tests.client import Client
from tests.conftest import new_client
from tests.desk import Desk
from tests.integration.served import clerk, looked_up, resident


def purposes(app: Flask) -> list[tuple[str, str]]:
    """Each choice and look in the log: the action and its purpose."""
    rows = looked_up(
        app,
        lambda: db.session.execute(
            select(AuditRow.action, AuditRow.detail)
            .where(AuditRow.action.like("resident.%"))
            .order_by(AuditRow.id)
        ).all(),
    )
    return [(action, detail.get("purpose", "")) for action, detail in rows]


def asks(desk: Desk, person: str) -> bool:
    answer = desk.browser.get(f"/residents/{person}")
    assert answer.status_code == 200
    return 'name="purpose"' in answer.text


def several(app: Flask, count: int) -> list[str]:
    wanted = select(PersonRow.id).where(PersonRow.status == "resident", PersonRow.protected.is_(False))
    return looked_up(app, lambda: list(db.session.scalars(wanted.order_by(PersonRow.serial).limit(count))))


def test_asked_once_for_a_person_and_recorded(served_city: Flask) -> None:
    app, desk, person = served_city, clerk(served_city), resident(served_city)
    page = desk.browser.get(f"/residents/{person.id}").text
    assert "照会の目的" in page and person.name not in page and person.lot not in page
    assert desk.post(f"/residents/{person.id}/purpose", purpose="curiosity").status_code == 422
    assert desk.browser.get(f"/residents/{person.id}/qualifications/seal").headers["Location"] == (
        f"/residents/{person.id}"
    )
    assert desk.post(f"/residents/{person.id}/purpose", purpose="prepare").status_code == 303
    assert not asks(desk, person.id) and not asks(desk, person.id)
    assert "目的：受付・予約の準備" in desk.get(f"/residents/{person.id}").text
    assert purposes(app)[:2] == [("resident.purpose_chosen", "prepare"), ("resident.viewed", "prepare")]
    other = several(app, 2)[-1]
    assert (
        asks(desk, other)
        and 'value="prepare" data-digit="2" autofocus' in desk.browser.get(f"/residents/{other}").text
    )
    assert asks(clerk(app), person.id), "in another session it is asked again"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_after_a_quarter_of_an_hour_it_is_asked_again(served_city: Flask) -> None:
    with time_machine.travel("2027-01-20 10:00", tick=False) as clock:
        desk, person = clerk(served_city), resident(served_city).id
        assert desk.post(f"/residents/{person}/purpose", purpose="visitor").status_code == 303
        clock.shift(timedelta(minutes=15))
        assert not asks(desk, person)
        clock.shift(timedelta(seconds=1))
        assert asks(desk, person)
        part = desk.browser.open(f"/residents/{person}/warnings", method="POST", data={"csrf_token": desk.token},
                                 headers={"HX-Request": "true"})  # fmt: skip
        assert (part.status_code, part.headers["HX-Redirect"]) == (204, f"/residents/{person}")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_in_a_case_nothing_is_asked(served_city: Flask) -> None:
    app, desk, person = served_city, clerk(served_city), resident(served_city)
    case = desk.open_case(person.id)
    assert not asks(desk, person.id)
    assert purposes(app)[-1] == ("resident.viewed", "case")
    assert desk.post(f"/cases/{case}/suspend").status_code == 303
    assert asks(desk, person.id)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_purpose_decides_what_is_seen(served_city: Flask) -> None:
    """Who asks by telephone is told nothing of arrears, even by the tax section; the column is not there."""
    app, desk = served_city, clerk(served_city, "demo-tax", "tax")
    in_arrears = select(PersonRow.id).join(RegisterRow, RegisterRow.person_number == PersonRow.number)
    person = looked_up(
        app,
        lambda: db.session.scalars(
            in_arrears.where(RegisterRow.data_set == "04", PersonRow.protected.is_(False)).limit(1)
        ).one(),
    )
    page = f"/residents/{person}"
    for purpose, shown in (("visitor", True), ("enquiry", False), ("office", False), ("review", True)):
        assert desk.post(f"{page}/purpose", purpose=purpose).status_code == 303
        assert ("滞納" in desk.get(page).text) is shown, purpose
        assert desk.browser.get(f"{page}/qualifications/arrears").status_code == (200 if shown else 404), (
            purpose
        )


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_at_the_limit_persons_are_only_opened_as_cases(served_city: Flask) -> None:
    app = served_city
    app.config["KAKANAI"] = replace(app.config["KAKANAI"], look_limit_hour=2, look_limit_day=3)
    with time_machine.travel("2027-01-20 10:00", tick=False) as clock:
        desk, people = clerk(app), several(app, 5)
        opened = [desk.post(f"/residents/{one}/purpose", purpose="visitor").status_code for one in people[:3]]
        assert opened == [303, 303, 403]
        assert desk.post(f"/residents/{people[0]}/purpose", purpose="review").status_code == 303, (
            "he counts already"
        )
        refused = desk.post(f"/residents/{people[2]}/purpose", purpose="visitor")
        assert "1時間に2人" in refused.text and "受付として開くことはできます" in refused.text
        assert not asks(desk, people[0])
        case = desk.open_case(people[2])
        assert desk.see(case).status_code == 200 and not asks(desk, people[2])
        clock.shift(timedelta(minutes=61))
        desk = clerk(app)
        opened = [
            desk.post(f"/residents/{one}/purpose", purpose="visitor").status_code for one in people[3:5]
        ]
        assert opened == [303, 403], "the day has a limit of its own"
        clock.shift(timedelta(days=1))
        assert clerk(app).post(f"/residents/{people[4]}/purpose", purpose="visitor").status_code == 303
    told = [action for action, _purpose in purposes(app)]
    assert told.count("resident.look_limit") == 3


def test_an_open_screen_is_loaded_anew_within_a_second(served_city: Flask) -> None:
    """Whoever shows the address asks every moment; from the flag's commit on the answer is to load the page again."""
    app, desk, person = served_city, clerk(served_city), resident(served_city)
    other = next(one for one in several(app, 9) if one != person.id)
    case = desk.open_case(person.id)
    screens = {
        "person": mark_of(desk.get(f"/residents/{person.id}").text),
        "search": mark_of(desk.post("/residents/search", query=person.name).text),
        "drawer": mark_of(desk.post("/residents/find", q=person.name, settled="1").text),
        "case": mark_of(desk.see(case).text),
        "another": mark_of(desk.get(f"/residents/{other}").text),
    }
    browser = new_client(app)
    assert not any(is_outdated(browser, mark) for mark in screens.values())
    assert clerk(app, "demo-tax", "tax").post(f"/residents/{person.id}/protect").status_code == 303
    assert [name for name, mark in screens.items() if is_outdated(browser, mark)] == [
        "person", "search", "drawer", "case",
    ]  # fmt: skip
    assert person.lot not in desk.get(f"/residents/{person.id}").text
    assert not is_outdated(browser, "") and not is_outdated(browser, "not a mark")


def mark_of(page: str) -> str:
    """What the page says about whom it shows."""
    found = re.findall(r'X-Kakanai-Screen&#34;: &#34;([^&]+)&#34;|"X-Kakanai-Screen": "([^"]+)"', page)
    assert len(found) == 1, "a page asks once"
    return found[0][0] or found[0][1]


def is_outdated(browser: Client, mark: str) -> bool:
    answer = browser.get("/screen", headers={"X-Kakanai-Screen": mark, "X-Kakanai-Poll": "1"})
    assert (answer.status_code, answer.data) == (204, b"")
    return answer.headers.get("HX-Refresh") == "true"
