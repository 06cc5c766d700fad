"""Received procedures are reviewed by another, all chosen or none; what comes twice on a day is seen first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.data.models.base import utc_now
from app.data.models.case import CaseProcedureRow
from app.data.models.register import ProtectionRow
from app.data.models.staff import AssignmentRow
from app.domain.case import ProcedureState
from app.extensions import db
from tests.desk import Answer, Desk
from tests.integration.served import clerk, logged, resident, stored

SEAL, INSURED, MARK = "seal_registration", "nhi_join", "card_period"
"""Two of the citizens' section, between them one of the insurance section; all are received at the first counter."""


def received(app: Flask, desk: Desk, person: str, *codes: str) -> str:
    """A case of single procedures that were printed and received; its id."""
    case = printable(desk, person, *codes)
    assert desk.issue(case).status_code == 303
    for code in codes:
        assert receive(desk, case, code, "1").status_code == 303
    return case


def printable(desk: Desk, person: str, *codes: str) -> str:
    case = desk.open_case(person)
    desk.identify(case)
    desk.choose(case, "single")
    assert desk.save(case, "content", procedures=list(codes)).status_code == 303
    desk.answer_all(case)
    desk.save(case, "questions")
    return case


def receive(desk: Desk, case: str, code: str, seen: str = "") -> Answer:
    fields = {"version": desk.version(case), "change": "received", "back": "print", "duplicates_seen": seen}
    return desk.post(f"/cases/{case}/procedures/{code}", **fields)


def rows(page: str) -> dict[str, str]:
    """Item → what the list showed of it."""
    return dict(re.findall(r'name="seen-(\w+)" value="([^"]*)"', page))


def act(desk: Desk, action: str, seen: dict[str, str], **more: str) -> Answer:
    return desk.post(
        "/review/act",
        action=action,
        item=list(seen),
        **{f"seen-{one}": mark for one, mark in seen.items()},
        **more,
    )


def states(app: Flask, case: str) -> dict[str, ProcedureState]:
    return {line.code: line.state for line in stored(app, case).procedures}


def reviewer(app: Flask, staff: str = "demo-reviewer", counter: str = "main") -> Desk:
    """A reviewer at a counter."""
    with app.app_context():
        db.session.merge(AssignmentRow(staff_id=staff, counter=counter, role="reviewer"))
        db.session.commit()
    return clerk(app, staff, counter)


def test_a_received_procedure_is_reviewed_sent_back_answered_and_completed(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = received(app, desk, resident(app).id, SEAL, INSURED)
    number = stored(app, case).number
    assert desk.get("/review").status_code == 403, "who receives does not review"
    judge, other = reviewer(app), reviewer(app, "demo-care", "insurance")
    seen = rows(judge.get("/review").text)
    assert len(seen) == 1 and rows(other.get("/review").text).keys().isdisjoint(seen), "each section its own"
    foreign = next(iter(rows(other.get("/review").text)))
    assert judge.get(f"/review/items/{foreign}").status_code == 404
    assert act(judge, "approve", {foreign: "x"}).status_code in {404, 409}

    assert act(judge, "send_back", seen).status_code == 422, "a reason is needed"
    assert act(judge, "begin", seen).status_code == 200
    page = judge.get(f"/review/items/{next(iter(seen))}").text
    assert "住民記録と一致" in page and "相違" not in page
    stale = act(reviewer(app, "demo-tax"), "approve", seen)
    assert (
        stale.status_code == 409 and "見本　確さんが" in stale.text and "「審査中」にしました" in stale.text
    )
    seen = rows(judge.get("/review").text)
    sent = act(judge, "send_back", seen, reason="記入漏れがあります。", text="日付の欄です")
    assert sent.status_code == 200 and states(app, case)[SEAL] is ProcedureState.SENT_BACK

    home = desk.get("/").text
    assert number in home and "記入漏れがあります。" in home and "日付の欄です" in home
    assert receive(desk, case, SEAL).status_code == 403, "it is answered, not received again"
    excluded = desk.post(
        f"/cases/{case}/procedures/{SEAL}", version=desk.version(case), change="exclude", reason="x"
    )
    assert excluded.status_code == 403
    path = f"/cases/{case}/sent-back/{SEAL}"
    assert "日付の欄です" in desk.get(path).text
    assert desk.post(path, text=" ").status_code == 422
    assert desk.post(path, text="日付を書いていただきました").status_code == 303
    assert desk.post(path, text="もう一度").status_code == 409
    assert number not in desk.get("/").text.split("再開できる受付")[0]

    item, mark = next(iter(rows(judge.get("/review").text).items()))
    assert "日付を書いていただきました" in judge.get(f"/review/items/{item}").text
    done = judge.post(f"/review/items/{item}", action="approve", seen=mark)
    assert done.status_code == 200 and states(app, case)[SEAL] is ProcedureState.REVIEWED
    assert "審査済" in desk.see(case, "procedures").text
    assert receive(desk, case, SEAL).status_code == 403
    assert act(judge, "complete", rows(judge.get("/review").text)).status_code == 200
    assert (
        states(app, case)[SEAL] is ProcedureState.COMPLETED
        and states(app, case)[INSURED] is ProcedureState.RECEIVED
    )
    wanted = {"review.begin", "review.send_back", "case.review_answered", "review.approve", "review.complete"}
    assert wanted <= set(logged(app, case))


def test_many_at_once_or_none(served_city: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app, desk = served_city, clerk(served_city)
    first = received(app, desk, resident(app).id, SEAL, MARK)
    second = received(app, desk, resident(app, 2).id, SEAL)
    judge = reviewer(app)
    seen = rows(judge.get("/review").text)
    assert len(seen) == 3
    one = dict([next(iter(seen.items()))])
    assert act(judge, "approve", one).status_code == 200
    refused = act(judge, "begin", rows(judge.get("/review").text))
    assert refused.status_code == 422 and "審査済" in refused.text
    counted = [*states(app, first).values(), *states(app, second).values()]
    assert sorted(counted) == ["received", "received", "reviewed"], "one that does not fit stops all"
    monkeypatch.setattr("app.operations.review.MOST_AT_ONCE", 2)
    assert act(judge, "take_back", rows(judge.get("/review").text)).status_code == 422

    own = reviewer(app, "demo-counter", "main")
    waiting = {
        item: mark for item, mark in rows(own.get("/review").text).items() if mark.startswith("received")
    }
    itself = act(own, "approve", waiting)
    assert itself.status_code == 403 and "ご自分で受け付けた" in itself.text

    person = stored(app, second).subjects[0]
    with app.app_context():
        for row in db.session.scalars(select(CaseProcedureRow)):
            row.received_at = utc_now() - timedelta(days=9)
        db.session.add(
            ProtectionRow(number=person.number, ground="01c", source=person.number, since=utc_now())
        )
        db.session.commit()
    page = judge.get("/review").text
    assert "9日" in page and "目安超過" in page
    assert person.name not in page and "取扱注意" in page and len(rows(page)) == 2
    assert "10日" not in judge.post("/review", days="10").text
    withheld = re.search(rf'/review/items/(\w+)">{stored(app, second).number}', page)
    assert withheld
    shown = judge.get(f"/review/items/{withheld[1]}")
    assert shown.status_code == 200 and person.name not in shown.text
    assert act(judge, "begin", {withheld[1]: waiting[withheld[1]]}).status_code == 403


def test_the_same_twice_on_one_day_is_seen_first_and_listed(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = resident(app)
    first = received(app, desk, person.id, SEAL)
    number = stored(app, first).number
    with app.app_context():
        db.session.merge(AssignmentRow(staff_id="demo-care", counter="taimei", role="counter"))
        db.session.commit()
    branch = clerk(app, "demo-care", "taimei")
    second = printable(branch, person.id, SEAL)
    page = branch.see(second, "procedures").text
    assert "本日すでに受け付けています" in page and number in page and "見本　花子" in page
    unseen = branch.issue(second, duplicates_seen="")
    assert unseen.status_code == 422 and "確認した" in unseen.text and not stored(app, second).documents
    assert branch.issue(second).status_code == 303
    assert "case.duplicate_confirmed" in logged(app, second)
    assert receive(branch, second, SEAL).status_code == 303, "seen once, it is not asked again"
    other = received(app, desk, resident(app, 2).id, SEAL)
    assert "case.duplicate_shown" not in logged(app, other), "somebody else is no duplicate"

    for before in (0, 1):
        case = desk.open_case(person.id)
        desk.identify(case)
        desk.choose(case, "certificate")
        subject = stored(app, case).subjects[0].id
        shown = desk.post(
            f"/cases/{case}/certificates", version=desk.version(case), quick="j1", person=subject
        )
        assert ("本日すでに受け付けています" in shown.text) is bool(before)
        assert desk.issue(case, part="details", duplicates_seen="").status_code == (422 if before else 303)
    assert desk.issue(case, part="details").status_code == 303

    judge = reviewer(app)
    listed = judge.get("/review/duplicates").text
    pair = re.search(r"/review/duplicates/(\w+)", listed)
    assert pair and number in listed and stored(app, second).number in listed
    assert judge.post(f"/review/duplicates/{pair[1]}", change="settle").status_code == 200
    assert judge.post(f"/review/duplicates/{pair[1]}", change="settle").status_code == 409
    assert "確かめる重複 1件" in judge.get("/review/duplicates").text, "the certificates are left"
