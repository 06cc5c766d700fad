"""The address of a protected person on one paper (住所の印字): for whom, on what, by whom, how long and how often."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pypdf
import pytest
from flask import Flask
from sqlalchemy import text, update

from app.data.models.base import utc_now
from app.data.models.register import PersonRow
from app.data.models.release import ReleaseRow
from app.domain.disclosure import MASK
from app.extensions import db
from app.operations.disclosing import forget_lapsed
from app.operations.feed_watch import Watch
from tests.conftest import DEMO_PASSWORD
from tests.desk import Desk, hidden
from tests.integration.served import clerk, colleague, logged, looked_up, resident

KEPT = (
    "case_file",
    "case_person",
    "case_fact",
    "case_release",
    "audit_event",
    "unprinted_character",
    "submission",
)


def guard(app: Flask, desk: Desk, place: int = 0) -> PersonRow:
    """Somebody becomes protected, so that it is known what must not be said; one for each place."""
    person = resident(app, 2 + place)
    assert desk.get(f"/residents/{person.id}").status_code == 200
    assert desk.post(f"/residents/{person.id}/protect").status_code == 303
    return person


def decide(app: Flask, decision: str = "allow", staff: str = "demo-guardian") -> str:
    """Every request that waits is answered; returns what was read of them before."""
    guardian, said = clerk(app, staff), ""
    for release in re.findall(r"/release/(\w{20,})", guardian.get("/release").text):
        said += guardian.get(f"/release/{release}").text
        answer = guardian.post(f"/release/{release}", decision=decision, password=DEMO_PASSWORD)
        assert answer.status_code == 303, answer.text
    assert said, "nothing waits for an answer"
    return said


def request_of(app: Flask, desk: Desk, person: PersonRow, visitor: PersonRow | None = None) -> str:
    """A certificate request for the person at its sheet of papers, the stop released; by himself or by somebody else."""
    case = desk.open_case((visitor or person).id)
    desk.post(f"/cases/{case}/release", reason="self")
    decide(app)
    if visitor is None:
        assert desk.identify(case).status_code == 303
        desk.choose(case, "certificate")
    else:
        assert desk.identify(case, relation="agent", papers=["power_of_attorney"]).status_code == 303
        desk.choose(case, "certificate")
        added = desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=person.id)
        assert added.status_code == 403
        desk.post(f"/cases/{case}/release", reason="self")
        decide(app)
        added = desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=person.id)
        assert added.status_code == 303
        assert desk.save(case, "subjects").status_code == 303
    whose = hidden(desk.see(case), "person")
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j1", person=whose)
    assert desk.issue(case, part="details", choose="1").headers["Location"].endswith("/papers")
    return case


def choices(desk: Desk, case: str) -> dict[str, str]:
    """What can be asked for on the sheet: paper and person by the value that is sent."""
    page = desk.get(f"/cases/{case}/papers").text
    return dict(re.findall(r'<option value="(\d+:\w+)">([^<]*)', page))


def ask(desk: Desk, case: str, chosen: str = "", **fields: str) -> int:
    chosen = chosen or next(iter(choices(desk, case)))
    return desk.post(
        f"/cases/{case}/address-release",
        **{"chosen": chosen, "address_reason": "self", "version": desk.version(case), **fields},
    ).status_code


def make(desk: Desk, case: str, **fields: str) -> int:
    sent = {"duplicates_seen": "1", "version": "", **fields}
    sent["version"] = sent["version"] or version_of(desk, case)
    return desk.post(f"/cases/{case}/address-release/print", **sent).status_code


def version_of(desk: Desk, case: str) -> str:
    """That of the case; a page that names nobody any more has none."""
    page = desk.get(f"/cases/{case}/papers")
    return hidden(page, "version") if 'name="version"' in page.text else "99"


def papers(desk: Desk, case: str) -> list[str]:
    return re.findall(rf"/cases/{case}/documents/\w+", desk.see(case).text)


def words(pdf: bytes) -> str:
    found = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s", "", found)


def lot(person: PersonRow) -> str:
    return re.sub(r"\s", "", f"{person.town}{person.lot}")


def leaves(app: Flask, person: PersonRow) -> list[str]:
    """The tables of cases, releases and the log that say where somebody lives."""

    def read() -> list[str]:
        rows = {table: repr(db.session.execute(text(f"SELECT * FROM {table}")).all()) for table in KEPT}
        return [table for table, found in rows.items() if person.lot in found]

    return looked_up(app, read)


def expire(app: Flask) -> None:
    with app.app_context():
        db.session.execute(update(ReleaseRow).values(until=utc_now() - timedelta(seconds=1)))
        db.session.commit()


def test_one_paper_of_one_person_once(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = guard(app, desk)
    case = request_of(app, desk, person)
    sheet = desk.get(f"/cases/{case}/papers").text
    assert lot(person) not in sheet and "住所の印字を依頼する" in sheet
    assert make(desk, case) == 403, "nobody was asked"
    assert ask(desk, case, address_reason="") == ask(desk, case, address_reason="namesake") == 422
    assert ask(desk, case, chosen="1:knobody") == ask(desk, case, chosen="x") == 422
    first = next(iter(choices(desk, case)))
    assert ask(desk, case, first) == 303 and ask(desk, case, first) == 409
    assert make(desk, case) == 403, "nobody has answered"
    read = decide(app)
    assert "交付請求書" in read and person.name in read and lot(person) not in read
    assert make(colleague(app), case) in {403, 409}, "another member of staff"
    assert make(desk, case, version="1") == 409
    assert lot(person) not in desk.get(f"/cases/{case}/papers").text, "it is printed, never shown"
    assert make(desk, case) == 303
    (document,) = papers(desk, case)
    pdf = desk.get(document).data
    assert pdf.startswith(b"%PDF") and lot(person) in words(pdf) and MASK not in words(pdf)
    assert make(desk, case) == 403, "one output"
    assert desk.post(f"/cases/{case}/documents", version="9", sheet="1", paper="1").status_code == 403
    assert desk.post(f"{document}/reprint", data="as_printed").status_code == 403
    assert papers(desk, case) == [document]
    assert leaves(app, person) == []
    (kept,) = looked_up(app, lambda: db.session.execute(text("SELECT content, forms FROM document")).all())
    assert not bytes(kept[0]).startswith(b"%PDF") and "with_address" in str(kept[1])
    assert looked_up(app, forget_lapsed) == 0, "while it may be opened it is kept"
    expire(app)
    assert desk.get(document).status_code == 403, "the eleventh minute"
    desk.post(f"/cases/{case}/release", reason="self")
    decide(app)
    assert desk.get(document).status_code == 404, "another release is not the one it was made under"
    told = [one for one in logged(app, case) if one.startswith("release.address")]
    assert told == ["release.address_asked", "release.address_allowed", "release.address_printed"]
    app.config["KAKANAI"].feeds.mkdir(parents=True)
    with app.app_context():
        watch = Watch()
        watch.begin()
        watch.tick()  # what it does day and night
        assert forget_lapsed() == 0
    ((content, forms),) = looked_up(
        app, lambda: db.session.execute(text("SELECT content, forms FROM document")).all()
    )
    assert bytes(content) == b"" and forms == kept[1], "what it was stays"
    assert desk.get(document).status_code == 404


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_everybody_else_on_the_paper_and_every_other_paper_stays_withheld(served_city: Flask) -> None:
    """An agent who is protected himself comes for somebody protected elsewhere; the release is for that one."""
    app, desk = served_city, clerk(served_city)
    agent, person = guard(app, desk), guard(app, desk, 1)
    assert lot(agent) != lot(person)
    case = request_of(app, desk, person, visitor=agent)
    of_person = next(value for value, said in choices(desk, case).items() if person.name in said)
    assert ask(desk, case, of_person) == 303
    assert agent.name in decide(app)
    assert make(desk, case) == 303
    said = words(desk.get(papers(desk, case)[0]).data)
    assert lot(person) in said and lot(agent) not in said and MASK in said


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_was_allowed_is_gone_when_it_is_not_the_same_any_more(served_city: Flask) -> None:
    """Time, another content of the case, an ordinary print, a refusal, and the counterpart's name."""
    app, desk = served_city, clerk(served_city)
    person = guard(app, desk)
    case = request_of(app, desk, person)
    assert ask(desk, case) == 303
    decide(app, "refuse")
    assert make(desk, case) == 403 and "許可されませんでした" in desk.get(f"/cases/{case}/papers").text
    assert ask(desk, case) == 303
    decide(app)
    whose = hidden(desk.see(case, "content"), "person")
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j1", person=whose)
    assert make(desk, case) in {403, 409}, "the case says something else now"
    assert ask(desk, case) == 303
    decide(app)
    expire(app)
    assert make(desk, case) == 403, "the eleventh minute"
    desk.post(f"/cases/{case}/release", reason="self")
    decide(app)
    assert ask(desk, case) == 303
    decide(app)
    assert desk.issue(case, part="details").status_code == 303
    said = words(desk.get(papers(desk, case)[0]).data)
    assert MASK in said and lot(person) not in said, "an ordinary print has no address, whatever was allowed"
    assert make(desk, case) == 403
