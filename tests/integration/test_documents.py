"""Papers: stored before they can be opened, for one session and ten minutes, and never of somebody protected since."""

from __future__ import annotations

import hashlib
import io
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdf
import pytest
import time_machine
from flask import Flask
from sqlalchemy import create_engine, select, text, update

from app.data.models.audit import AuditRow
from app.data.models.base import utc_now
from app.data.models.case import DocumentRow
from app.data.models.register import ProtectionRow
from app.documents.problems import PrintFailed
from app.documents.render import FormJob
from app.documents.renderer import Renderer
from app.domain.case import Case, Step
from app.extensions import db
from tests.desk import Answer, Desk
from tests.integration.served import clerk, colleague, logged, looked_up, resident, stored

LINK = timedelta(minutes=10)


def printed(app: Flask, desk: Desk, members: int = 1) -> tuple[str, str]:
    """A certificate case of a resident with its printed request: (case, address of the document)."""
    person = resident(app, members)
    case = desk.open_case(person.id)
    desk.identify(case)
    desk.choose(case, "certificate")
    order(app, desk, case)
    assert desk.issue(case, part="details").status_code == 303
    return case, desk.document(case)


def order(app: Flask, desk: Desk, case: str, quick: str = "j1") -> None:
    person = stored(app, case).subjects[0].id
    answer = desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick=quick, person=person)
    assert answer.status_code == 200


def opened(desk: Desk, address: str) -> Answer:
    answer: Answer = desk.browser.get(address)
    return answer


def reprinted(desk: Desk, address: str, data: str = "as_printed") -> Answer:
    return desk.post(f"{address}/reprint", data=data, reason="紙づまり", token=secrets.token_hex(16))


def protect(app: Flask, number: str) -> None:
    """What an import does when a measure arrives for a person."""
    with app.app_context():
        db.session.add(ProtectionRow(number=number, ground="measure", source=number, since=utc_now()))
        db.session.commit()


def count(app: Flask) -> int:
    return looked_up(app, lambda: len(db.session.scalars(select(DocumentRow.id)).all()))


def pages(data: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def test_stored_with_its_hash_and_bound_to_its_case(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case, address = printed(app, desk)
    answer = opened(desk, address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    number = stored(app, case).number
    assert answer.headers["Content-Disposition"] == f'inline; filename="{number}.pdf"'

    def row() -> tuple[Any, ...]:
        found = db.session.execute(
            select(
                DocumentRow.case_id,
                DocumentRow.sha256,
                DocumentRow.content,
                DocumentRow.persons,
                DocumentRow.made_by,
            )
        ).one()
        return tuple(found)

    case_id, sha256, content, persons, made_by = looked_up(app, row)
    assert case_id == case and made_by == "demo-counter" and content == answer.data
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert persons == [stored(app, case).visitor.number]
    assert number in pages(answer.data) and stored(app, case).visitor.name.replace("　", "") in re.sub(
        r"\s", "", pages(answer.data)
    )
    assert logged(app, case)[-1] == "document.opened"


def test_only_the_session_that_made_it_opens_it(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    _case, address = printed(app, desk)
    other = colleague(app)
    assert opened(other, address).status_code == 404
    assert b"%PDF" not in opened(other, address).data
    again = clerk(app)  # the same person, in another session
    refused = opened(again, address)
    assert refused.status_code == 404
    assert "もう一度印刷する" in refused.text and refused.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert opened(desk, address).status_code == 303, "the session that made it has ended"


def test_the_link_lives_ten_minutes(served_city: Flask) -> None:
    app = served_city
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        desk = clerk(app)
        _case, address = printed(app, desk)
        clock.shift(LINK)
        assert opened(desk, address).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert opened(desk, address).status_code == 404


def test_the_id_of_another_case_finds_nothing(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case, address = printed(app, desk)
    other = desk.open_case(resident(app, 2).id)
    foreign = address.replace(case, other)
    assert opened(desk, foreign).status_code == 404
    assert reprinted(desk, foreign).status_code == 404
    assert count(app) == 1


@pytest.mark.parametrize("leaves_the_case", [False, True])
def test_a_flag_that_comes_later_stops_opening_and_reprint(served_city: Flask, leaves_the_case: bool) -> None:
    """Also when the person was taken out of the case meanwhile: she still stands on the paper."""
    app, desk = served_city, clerk(served_city)
    person = resident(app, 2)
    case = desk.open_case(person.id)
    desk.identify(case, relation="household")
    desk.choose(case, "certificate")
    members = re.findall(r'name="subjects"[^>]*value="(\w+)"', desk.see(case).text)
    other = next(member for member in members if member != person.id)
    desk.save(case, "subjects", subjects=[other])
    order(app, desk, case)
    assert desk.issue(case, part="details").status_code == 303
    address = desk.document(case)
    subject = stored(app, case).subjects[0]
    if leaves_the_case:
        desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=person.id)
        desk.post(f"/cases/{case}/subjects/{subject.id}/remove", version=str(stored(app, case).version))
        assert subject.number not in {one.number for one in stored(app, case).persons}
    assert opened(desk, address).status_code == 200
    protect(app, subject.number or "")
    answers = [opened(desk, address), reprinted(desk, address), reprinted(desk, address, "today")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert not any(b"%PDF" in answer.data or subject.name in answer.text for answer in answers[:1])
    assert count(app) == 1


def test_a_flag_that_comes_later_empties_the_history(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case, _address = printed(app, desk)
    number, name = stored(app, case).number, stored(app, case).visitor.name
    assert name in desk.get(f"/history/{number}").text
    protect(app, stored(app, case).visitor.number or "")
    page = desk.get(f"/history/{number}").text
    assert name not in page and "取扱注意" in page and "受付を開始" in page


def test_again_as_printed_or_with_the_data_of_today(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case, address = printed(app, desk)
    first = opened(desk, address)
    assert "再出力" not in pages(first.data)
    assert reprinted(desk, address).status_code == 303
    copy = opened(desk, desk.document(case))
    assert desk.document(case) != address
    marked = pages(copy.data)
    assert "再出力" in marked and marked.replace("再出力", "").split() == pages(first.data).split()
    order(app, desk, case, "j3")
    assert reprinted(desk, address, "today").status_code == 303
    fresh = opened(desk, desk.document(case))
    assert fresh.data != first.data and "再出力" in pages(fresh.data)
    documents = {document.id: document for document in stored(app, case).documents}
    original = address.rsplit("/", 1)[1]
    assert [one.reprint_of for one in documents.values()].count(original) == 2
    assert logged(app, case).count("document.reprinted") == 2
    reasons = looked_up(
        app,
        lambda: db.session.scalars(
            select(DocumentRow.reason).where(DocumentRow.reprint_of.is_not(None))
        ).all(),
    )
    assert set(reasons) == {"紙づまり"}


def test_a_reprint_sent_twice_makes_one_copy(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case, address = printed(app, desk)
    token = secrets.token_hex(16)
    for _ in range(2):
        assert desk.post(f"{address}/reprint", data="as_printed", token=token).status_code == 303
    assert len(stored(app, case).documents) == 2


def test_bytes_that_were_changed_are_not_released(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case, address = printed(app, desk)
    with app.app_context():
        db.session.execute(update(DocumentRow).values(content=b"%PDF of somebody else"))
        db.session.commit()
    assert opened(desk, address).status_code == 404
    assert reprinted(desk, address).status_code == 404
    assert logged(app, case).count("document.quarantined") == 2


class _Fails(Renderer):
    """A renderer whose process never answers."""

    def __init__(self) -> None:
        return

    def issue(self, jobs: Sequence[FormJob]) -> Any:
        raise PrintFailed("時間がかかりすぎました。", "time-out")


def test_a_failure_while_printing_leaves_nothing(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case, _address = printed(app, desk)
    working, before = app.extensions["kakanai_renderer"], stored(app, case)
    app.extensions["kakanai_renderer"] = _Fails()
    refused = desk.issue(case, part="details")
    assert refused.status_code == 422 and "破棄しました" in refused.text
    assert same_papers(before, stored(app, case))
    app.extensions["kakanai_renderer"] = working
    assert desk.issue(case, part="details").status_code == 303
    assert len(stored(app, case).documents) == 2

    def refusals() -> Sequence[Any]:
        return db.session.scalars(select(AuditRow.detail).where(AuditRow.action == "document.refused")).all()

    assert [detail["why"] for detail in looked_up(app, refusals)] == ["PrintFailed"]


def same_papers(before: Case, after: Case) -> bool:
    return before.documents == after.documents and after.step is Step.PRINT


def test_no_paper_without_its_record(served_city: Flask) -> None:
    """Where the operation log cannot be written, nothing is printed and nothing is opened."""
    app, desk = served_city, clerk(served_city)
    case, address = printed(app, desk)
    _as_owner(app, "ALTER TABLE audit_head RENAME TO audit_head_away")
    try:
        assert opened(desk, address).status_code >= 500
        assert desk.post(f"/cases/{case}/documents", version="9", part="details").status_code >= 400
    finally:
        _as_owner(app, "ALTER TABLE audit_head_away RENAME TO audit_head")
    assert len(stored(app, case).documents) == 1


def _as_owner(app: Flask, statement: str) -> None:
    """On a connection of one's own: the server's may not touch the log's tables."""
    with app.app_context():
        engine = create_engine(db.engine.url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
