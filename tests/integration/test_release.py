"""Releases (解除): a stopped case goes on for who asked, for one person, one output and ten minutes, and shows no address."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.data import forms, releases
from app.data.models.base import utc_now
from app.data.models.register import PersonRow, RegisterRow
from app.data.models.release import ReleaseRow
from app.domain.authority import Actor
from app.domain.case import Channel, State
from app.domain.dates import today_in_japan
from app.domain.errors import Refused
from app.domain.releases import ReleaseState
from app.extensions import db
from app.operations import releases as operations
from app.operations.cases import open_case
from tests.conftest import DEMO_PASSWORD
from tests.desk import Desk, hidden
from tests.integration.served import clerk, colleague, logged, looked_up, resident, stored


def protected_person(app: Flask) -> PersonRow:
    """One who lives alone."""
    alone = select(PersonRow.group_key).group_by(PersonRow.group_key).having(text("count(*) = 1"))
    wanted = select(PersonRow).where(
        PersonRow.protected.is_(True), PersonRow.status == "resident", PersonRow.group_key.in_(alone)
    )

    def read() -> PersonRow:
        found = db.session.scalars(wanted.order_by(PersonRow.serial)).first()
        assert found is not None
        db.session.expunge(found)
        return found

    return looked_up(app, read)


def requests(guardian: Desk) -> list[str]:
    return re.findall(r"/release/(\w{20,})", guardian.get("/release").text)


def allow(app: Flask, case: str, staff: str = "demo-guardian") -> None:
    guardian = clerk(app, staff)
    for release in requests(guardian):
        answer = guardian.post(f"/release/{release}", decision="allow", password=DEMO_PASSWORD)
        assert answer.status_code == 303, answer.text
    assert stored(app, case).state is State.OPEN


def expire(app: Flask) -> None:
    with app.app_context():
        db.session.execute(update(ReleaseRow).values(until=utc_now() - timedelta(seconds=1)))
        db.session.commit()


def test_one_person_one_output_ten_minutes(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = protected_person(app)
    case = desk.open_case(person.id)
    stop = desk.see(case).text
    assert "取扱注意" in stop and person.name not in stop and "続ける" not in stop
    assert desk.post(f"/cases/{case}/release", reason="").status_code == 422
    assert desk.post(f"/cases/{case}/release", reason="self").status_code == 303
    assert "責任者の承認を待っています" in desk.see(case).text
    guardian = clerk(app, "demo-guardian")
    (release,) = requests(guardian)
    page = guardian.get(f"/release/{release}").text
    assert person.name in page and "支援措置の対象の方" in page and "本人の手続き" in page
    wrong = guardian.post(f"/release/{release}", decision="allow", password="not his")
    assert wrong.status_code == 422 and stored(app, case).state is State.STOPPED
    assert guardian.post(f"/release/{release}", decision="allow", password=DEMO_PASSWORD).status_code == 303
    assert guardian.post(f"/release/{release}", decision="allow", password=DEMO_PASSWORD).status_code == 404
    assert "取扱注意" in colleague(app).see(case).text
    assert desk.identify(case).status_code == 303
    desk.choose(case, "certificate")
    someone = hidden(desk.see(case), "person")
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j1", person=someone)
    assert desk.issue(case, part="details").status_code == 303
    after = desk.see(case).text
    assert "許可された1回の出力" in after and person.name not in after
    document = re.search(rf"/cases/{case}/documents/\w+", after)
    assert document and desk.get(document[0]).data.startswith(b"%PDF")
    assert desk.post(f"{document[0]}/reprint", data="today").status_code == 403
    assert desk.save(case, "identity", version="9").status_code == 403
    expire(app)
    assert desk.get(document[0]).status_code == 403
    assert "解除を依頼する" in desk.see(case).text
    told = logged(app, case)
    assert [one for one in told if one.startswith("release.")] == [
        "release.asked", "release.allowed", "release.used",
    ]  # fmt: skip


def test_time_alone_ends_a_release_and_nothing_else_ends_the_stop(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(protected_person(app).id)
    desk.post(f"/cases/{case}/release", reason="self")
    allow(app, case)
    assert desk.identify(case).status_code == 303
    expire(app)
    assert "取扱注意" in desk.see(case).text
    assert desk.save(case, "kind", kind="certificate", version="2").status_code == 403
    desk.post(f"/cases/{case}/release", reason="self")
    guardian = clerk(app, "demo-guardian2")
    (release,) = requests(guardian)
    guardian.post(f"/release/{release}", decision="refuse", password=DEMO_PASSWORD)
    assert "解除は許可されませんでした" in desk.see(case).text and stored(app, case).state is State.STOPPED


def test_who_is_added_later_needs_a_release_of_his_own(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person, visitor = protected_person(app), resident(app)
    case = desk.open_case(visitor.id)
    desk.identify(case, relation="agent", papers=["power_of_attorney"])
    desk.choose(case, "certificate")
    added = {"person": person.id}
    assert desk.post(f"/cases/{case}/subjects", version=desk.version(case), **added).status_code == 403
    desk.post(f"/cases/{case}/release", reason="self")
    allow(app, case)
    assert desk.post(f"/cases/{case}/subjects", version=desk.version(case), **added).status_code == 303
    assert [one.number for one in stored(app, case).subjects] == [person.number]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_nobody_decides_on_his_own_request(city_app: Flask) -> None:
    with city_app.app_context():
        both = Actor("demo-counter", "見本", "main", "市民課", frozenset({"counter", "guardian"}))
        person = db.session.scalars(select(PersonRow.id).where(PersonRow.protected.is_(True))).first()
        case = open_case(
            both, person_id=person, channel=Channel.COUNTER, token="a" * 64, today=today_in_japan()
        )
        operations.ask(case, both, "self")
        (waiting,) = releases.list_waiting()
        with pytest.raises(Refused, match="自分が依頼した解除"):
            operations.decide(waiting.id, both, allowed=True, password=DEMO_PASSWORD, terminal="-")
        assert releases.list_waiting()[0].state is ReleaseState.ASKED


def name_counterpart(app: Flask, name: str) -> None:
    """Somebody's measure names this counterpart (相手方)."""
    with app.app_context():
        row = db.session.scalars(select(RegisterRow).where(RegisterRow.data_set == "01c")).first()
        assert row is not None
        known = forms.load(db.session.connection())
        values = known.unpack(row.form, row.payload) | {"kagaishashimei": name}
        row.payload = known.pack(row.form, values)
        db.session.commit()


def test_the_counterpart_is_stopped_before_anything_is_shown(served_city: Flask) -> None:
    """Found in the register or typed, in whatever spelling; he gets the words that everybody gets."""
    app, desk = served_city, clerk(served_city)
    person = resident(app, 2)
    name_counterpart(app, f"{person.name.replace('　', '')}、髙橋 次郎")
    case = desk.open_case(person.id)
    page = desk.see(case).text
    assert "取扱注意" in page and person.name not in page
    for typed in ("高橋　次郎", "髙橋次郎"):
        manual = desk.open_case()
        answer = desk.identify_newcomer(manual, name=typed)
        assert answer.status_code == 403 and "取扱注意" in answer.text and "次郎" not in answer.text
    assert desk.identify_newcomer(desk.open_case(), name="高橋　三郎").status_code == 303
    desk.post(f"/cases/{case}/release", reason="namesake")
    guardian = clerk(app, "demo-guardian")
    (release,) = requests(guardian)
    assert "相手方と氏名が一致する来庁者" in guardian.get(f"/release/{release}").text
    guardian.post(f"/release/{release}", decision="allow", password=DEMO_PASSWORD)
    assert desk.identify(case).status_code == 303
