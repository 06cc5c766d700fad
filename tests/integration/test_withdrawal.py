"""Who becomes protected leaves no address in any case, as seen, as corrected, as typed or on a stored paper."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, text

from app.data import cases, papers
from app.data.models.base import utc_now
from app.data.models.register import PersonRow
from app.data.protection import Added, Plan, apply_plan
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.case import Channel
from app.domain.dates import today_in_japan
from app.extensions import db
from app.operations.cases import open_case

SECRET = "秘匿ハイツ777号"
CLERK = Actor("demo-counter", "見本", "main", "市民課", frozenset({"counter"}))


def test_a_new_flag_empties_what_cases_hold(city_app: Flask) -> None:
    with city_app.app_context():
        person = db.session.scalars(
            select(PersonRow)
            .where(PersonRow.status == "resident", ~PersonRow.protected)
            .order_by(PersonRow.serial)
        ).first()
        assert person is not None
        number, person_id = person.number, person.id
        case_id = open_case(
            CLERK, person_id=person_id, channel=Channel.COUNTER, token="a" * 64, today=today_in_japan()
        )
        _leave_traces(case_id, number)
        assert SECRET in _everything(case_id)
        with transaction() as session:
            plan = Plan(frozenset({number}), added=(Added(number, "1", "01c"),))
            apply_plan(session.connection(), plan, utc_now())
        left = _everything(case_id)
        assert SECRET not in left
        assert number in left
        case = cases.get_case(case_id)
        assert case.visitor is not None
        assert case.visitor.seen["withheld"] is True
        assert case.visitor.name == person.name


def _leave_traces(case_id: str, number: str) -> None:
    case = cases.get_case(case_id)
    assert case.visitor is not None
    with transaction() as session:
        cases.correct_person(case_id, case.visitor.id, {"address": SECRET, "phone": "0968-77-7777"})
        cases.set_fact(case_id, "", "move.new_address", SECRET, "case", CLERK.staff_id)
        cases.set_fact(case_id, "", "draft.content", {"building_text": SECRET}, "case", CLERK.staff_id)
        papers.add(
            document_id="kdocument", case_id=case_id, made_by=CLERK.staff_id, counter=CLERK.counter, session="s",
            forms=[], persons=[number], reprint_of=None, reason="", pages=1, sha256="0" * 64, seal="", content=SECRET.encode(),
        )  # fmt: skip
        session.flush()


def _everything(case_id: str) -> str:
    """All that the tables of cases hold of this one, papers included, as text."""
    found = []
    for table, column in (("case_person", "case_id"), ("case_fact", "case_id"), ("document", "case_id")):
        rows = db.session.execute(text(f"SELECT * FROM {table} WHERE {column} = :case"), {"case": case_id})
        for row in rows.mappings():
            for value in row.values():
                plain = (
                    bytes(value).decode(errors="replace")
                    if isinstance(value, (bytes, memoryview))
                    else str(value)
                )
                found.append(
                    plain.encode().decode("unicode_escape", errors="replace") if "\\u" in plain else plain
                )
    db.session.rollback()
    return "\n".join(found)
