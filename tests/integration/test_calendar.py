"""The opening calendar as an administrator changes it, and what follows from it at the counters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.data import cases
from app.data.models.audit import AuditRow
from app.domain.dates import today_in_japan
from app.domain.opening import EntryKind
from app.extensions import db
from app.operations import calendar, procedure_list
from app.operations.calendar import EntryInput
from tests.conftest import new_client
from tests.desk import FAMILY, Desk
from tests.integration.served import clerk, looked_up
from tests.integration.test_cases import CLERK

PAGE = "/admin/calendar/city_hall/2027-03"
SUNDAY = {
    "kind": "open",
    "first": "R9.3.28",
    "opens": "9:00",
    "closes": "12:00",
    "reason": "転入の多い時期の日曜開庁",
}


def admin(app: Flask) -> Desk:
    return Desk(new_client(app)).sign_in("demo-admin", "information")


def shown_entry(page: str) -> str:
    return page.split("/entries/")[1].split('"')[0]


def test_an_entry_is_recorded_taken_back_and_put_back(served_city: Flask) -> None:
    desk = admin(served_city)
    answer = desk.post(PAGE, **SUNDAY)
    assert answer.status_code == 303
    page = desk.get(answer.headers["Location"]).text
    assert "9:00～12:00" in page and "を登録しました" in page
    where = f"{PAGE}/entries/{shown_entry(page)}"
    page = desk.get(desk.post(where, change="withdraw").headers["Location"]).text
    assert "を取り消しました" in page and "9:00～12:00</span>" not in page
    page = desk.get(desk.post(where, change="restore").headers["Location"]).text
    assert "9:00～12:00</span>" in page
    actions = looked_up(served_city, lambda: list(db.session.scalars(select(AuditRow.action))))
    assert {"calendar.entry_added", "calendar.entry_withdrawn", "calendar.entry_restored"} <= set(actions)
    assert "9:00～12:00</span>" not in desk.get("/admin/calendar/taimei/2027-03").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "open", "first": "R9.3.29"}, "もともと開庁日です"),
        ({"kind": "closed", "first": "R9.3.28"}, "もともとすべて閉庁日です（日曜）"),
        ({"first": "R9.3.35"}, "日は1から31まで"),
        ({"last": "R9.3.1"}, "終わりの日が始まりの日より前"),
        ({"closes": "8:00"}, "9:00より後"),
        ({"opens": "朝"}, "時刻を入力してください"),
        ({"reason": ""}, "理由を60文字以内"),
        ({"goes_on": "1"}, "終わりのない登録ができるのは"),
        ({"kind": "closed", "first": "R9.4.1", "last": "R9.5.20"}, "日続くため登録できません"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_typed_is_lost(
    served_city: Flask, fields: dict[str, str], said: str
) -> None:
    desk = admin(served_city)
    sent = {**SUNDAY, **fields}
    answer = desk.post(PAGE, **sent)
    assert answer.status_code == 422 and said in answer.text
    assert all(f'value="{sent[name]}"' in answer.text for name in ("first", "opens", "closes", "reason"))
    assert "登録はありません" in desk.get(PAGE).text


def test_a_second_entry_for_the_same_day_names_the_first(served_city: Flask) -> None:
    desk = admin(served_city)
    assert desk.post(PAGE, **SUNDAY).status_code == 303
    answer = desk.post(PAGE, **{**SUNDAY, "opens": "10:00"})
    assert answer.status_code == 422
    assert "同じ日に別の登録があります：臨時開庁 令和9年3月28日（日） 9:00～12:00" in answer.text


def test_the_office_of_the_counter_decides_when_a_deadline_ends(served_city: Flask) -> None:
    desk = clerk(served_city)
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    desk.move(case, FAMILY)
    desk.save(case, "questions")

    def last_day() -> date:
        shown = procedure_list.procedure_list(cases.get_case(case), CLERK).needed
        found = next(item.deadline.deadline for item in shown if item.line.code == "move_in")
        assert found is not None
        return found.last_day

    before = looked_up(served_city, last_day)
    entered = EntryInput(
        "taimei", EntryKind.CLOSED, before, before, False, None, None, frozenset(), False, "停電"
    )

    def close(office: str) -> None:
        calendar.add(replace(entered, office=office), CLERK, today_in_japan())

    looked_up(served_city, lambda: close("taimei"))
    assert looked_up(served_city, last_day) == before
    looked_up(served_city, lambda: close("city_hall"))
    assert looked_up(served_city, last_day) > before
    assert "のため、次の開庁日" in desk.see(case, "procedures").text


def test_outside_hours_only_new_work_is_blocked_and_only_where_the_city_wants_it(served_city: Flask) -> None:
    today = today_in_japan()
    desk = clerk(served_city)
    begun = desk.open_case()
    if looked_up(served_city, lambda: calendar.of_counter("main").day(today)).hours:
        entered = EntryInput(
            "city_hall", EntryKind.CLOSED, today, today, False, None, None, frozenset(), False, "試験"
        )
        looked_up(served_city, lambda: calendar.add(entered, CLERK, today))
    assert "開庁時間外です（市役所" in desk.get("/").text
    assert "開庁時間外です（市役所" in new_client(served_city).get("/login").text
    desk.open_case()  # a notice alone hinders nobody
    served_city.config["KAKANAI"] = replace(served_city.config["KAKANAI"], block_outside_hours=True)
    refused = desk.post("/cases", token="0" * 32, person="", channel="counter")
    assert refused.status_code == 403 and "新しい受付は始められません" in refused.text
    assert desk.identify_newcomer(begun).status_code == 303


def test_deadlines_are_tried_on_the_page_and_each_office_has_years_ahead(served_city: Flask) -> None:
    desk = admin(served_city)
    answer = desk.post(f"{PAGE}/deadline", rule="R2", base="R8.12.18")
    assert "令和9年1月4日（月）まで" in answer.text and "12月31日が年末年始のため" in answer.text
    assert desk.post(f"{PAGE}/deadline", rule="", base="R8.12.18").status_code == 422
    far = today_in_japan() + timedelta(days=365 * 5)
    assert "春分の日" in desk.get(f"/admin/calendar/tensui/{far:%Y}-03").text
    assert desk.get("/admin/calendar/nowhere/2027-03").status_code == 404
    assert desk.get("/admin/calendar/city_hall/2027-13").status_code == 404
    assert clerk(served_city).get("/admin/calendar").status_code == 403


def test_the_notice_has_a_day_of_its_own_and_lateness_is_told_by_the_calendar(served_city: Flask) -> None:
    desk = clerk(served_city)
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    today = today_in_japan()
    long_ago = today - timedelta(days=60)
    said = desk.post(f"/cases/{case}/dates", text=long_ago.isoformat())
    assert said.status_code == 200 and "日過ぎています" in said.text and said.headers["X-Echo-Warning"]
    assert desk.post(f"/cases/{case}/dates", text="明日").status_code == 422
    early = desk.move(case, FAMILY, changed_on="今日", notified_on="昨日")
    assert early.status_code == 422 and "が異動日より前です" in early.text
    future = desk.move(case, FAMILY, changed_on="今日", notified_on="明日")
    assert future.status_code == 422 and "今日より後の日は入れられません" in future.text
    in_time = long_ago + timedelta(days=3)
    assert (
        desk.move(case, FAMILY, changed_on=long_ago.isoformat(), notified_on=in_time.isoformat()).status_code
        == 303
    )
    assert "日過ぎています" not in desk.see(case, "content").text
    asked = desk.move(case, FAMILY, changed_on=long_ago.isoformat(), notified_on="")
    assert asked.status_code == 422 and "届出が遅れた理由を聞き取って" in asked.text
    told = {"changed_on": long_ago.isoformat(), "notified_on": "", "late_reason": "手続きを知らなかった"}
    assert desk.move(case, FAMILY, **told).status_code == 303
    assert "日過ぎています" in desk.see(case, "content").text
