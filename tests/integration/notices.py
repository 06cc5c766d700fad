"""Taking a notice of any kind through its steps, and looking at what it left."""

from __future__ import annotations

from flask import Flask

from app.data.models.register import PersonRow
from app.domain.case import Case, CasePerson, State, Step
from app.domain.facts import FactSet
from app.domain.households import Part, part_of
from app.extensions import db
from app.operations import navigation, packs
from tests.desk import Desk, shown_fields
from tests.integration.served import logged, looked_up, resident, stored
from tests.integration.test_cases import CLERK, location


def members(app: Flask, head: PersonRow) -> list[PersonRow]:
    """The household of a person, himself first."""

    def read() -> list[PersonRow]:
        rows = db.session.query(PersonRow).filter_by(group_key=head.group_key, status="resident").all()
        db.session.expunge_all()
        return sorted(rows, key=lambda row: row.group_position)

    return looked_up(app, read)


def begin(
    desk: Desk, kind: str, person: PersonRow, relation: str = "self", subjects: tuple[str, ...] = ()
) -> str:
    """A case of a kind that stands at its content."""
    case = desk.open_case(person.id)
    desk.identify(case, relation=relation)
    answer = desk.choose(case, kind)
    if answer.headers["Location"] == location(case, Step.SUBJECTS):
        answer = desk.save(case, "subjects", subjects=list(subjects) or [person.id])
    assert answer.headers["Location"] == location(case, Step.CONTENT)
    return case


def one(case: Case, number: str) -> CasePerson:
    return next(person for person in case.persons if person.number == number)


def parts(case: Case) -> dict[str, Part | None]:
    return {person.number or person.name: part_of(case, person) for person in case.persons}


def facts(app: Flask, case: str) -> FactSet:
    def read() -> FactSet:
        found = stored_case = navigation.cases.get_case(case)
        return navigation.facts_of(found, packs.of_case(stored_case), CLERK)

    return looked_up(app, read)


def row_of(page: str, person: str) -> str:
    """The number of the row in which somebody of the case stands."""
    return next(name.removeprefix("person-") for name, value in shown_fields(page).items() if value == person)


def finish(desk: Desk, app: Flask, case: str) -> Case:
    """From the questions to the end of the reception."""
    desk.answer_all(case)
    assert desk.save(case, "questions").headers["Location"] == location(case, Step.PROCEDURES)
    assert desk.issue(case).headers["Location"] == location(case, Step.PRINT)
    done = stored(app, case)
    assert desk.post(f"/cases/{case}/close", version=str(done.version)).status_code == 303
    assert stored(app, case).state is State.CLOSED
    assert {"case.kind_chosen", "case.content_saved", "document.made", "case.closed"} <= set(
        logged(app, case)
    )
    return done


def household_case(desk: Desk, app: Flask, kind: str, size: int, *movers: int) -> tuple[str, list[PersonRow]]:
    """A case of a household kind: its people, and those of them (by place) who are its subjects."""
    people = members(app, resident(app, size))
    case = begin(desk, kind, people[0], subjects=tuple(people[at].id for at in movers))
    return case, people
