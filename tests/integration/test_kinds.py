"""Every kind of notice from its choice to its papers, and what is refused on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.data.models.register import PersonRow
from app.domain.case import Case, CasePerson, State, Step
from app.domain.dates import today_in_japan
from app.domain.facts import FactSet
from app.domain.households import Part, part_of
from app.extensions import db
from app.operations import navigation, packs, subjects
from tests.desk import Desk, shown_fields
from tests.integration.served import clerk, logged, looked_up, resident, stored
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


def test_the_householder_moves_out_and_the_others_stay(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    head = resident(app, 3)
    case = begin(desk, "move_out", head)
    assert sorted(parts(stored(app, case)).values(), key=str) == [Part.MOVER, Part.STAYS, Part.STAYS]
    page = desk.see(case, "content").text
    assert "世帯主が変わるため、続柄を入れ直しました" in page
    saved = desk.notice(case, changed_on="明日", destination="東京都新宿区", origin="other")
    assert saved.headers["Location"] == location(case, Step.QUESTIONS), saved.text
    now = stored(app, case)
    heads = [person for person in now.persons if person.value("relationship") == "世帯主"]
    assert len(heads) == 2 and now.fact("move.staying_householder") in {one.name for one in heads}
    assert (now.fact("to_abroad"), now.fact("same_prefecture")) == (False, False)
    found = facts(app, case)
    assert len(found.people) == 3
    moving = next(person for person in found.people if person.facts["moves"].value)
    assert (moving.facts["in_before"].value, moving.facts["in_after"].value) == (True, False)
    assert all(one.facts["in_after"].value for one in found.people if one is not moving)
    done = finish(desk, app, case)
    assert done.documents[0].forms[0]["form"] == "jumin_ido"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("changed_on", (today_in_japan() + timedelta(days=15)).isoformat(), "14日前から届け出られます"),
        ("changed_on", "13/45", "月を13と読みました"),
        ("destination", "", "転出先の住所を入力してください"),
        ("notified_on", "明日", "今日より後の日は入れられません"),
    ],
)
def test_what_a_move_out_refuses(served_city: Flask, field: str, value: str, said: str) -> None:
    app, desk = served_city, clerk(served_city)
    case = begin(desk, "move_out", resident(app, 2))
    before = stored(app, case)
    typed = {"changed_on": "今日", "destination": "東京都新宿区", "origin": "other"}
    answer = desk.notice(case, **{**typed, field: value})
    assert answer.status_code == 422 and said in answer.text
    assert 'value="東京都新宿区"' in answer.text or field == "destination", "nothing typed is lost"
    after = stored(app, case)
    assert (after.facts, after.persons, after.step) == (before.facts, before.persons, Step.CONTENT)


def test_two_householders_of_those_who_stay_are_refused(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    head = resident(app, 3)
    case = begin(desk, "move_out", head)
    page = desk.see(case, "content").text
    others = [person for person in stored(app, case).persons if not person.is_subject]
    both = {f"relationship-{row_of(page, person.id)}": "世帯主" for person in others}
    answer = desk.notice(case, changed_on="今日", destination="東京都新宿区", origin="other", **both)
    assert answer.status_code == 422 and "世帯主は1人だけ選んでください" in answer.text


def test_a_spouse_reports_a_death(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    head = resident(app, 2)
    spouse = next(person for person in members(app, head) if person.id != head.id)
    case = begin(desk, "death", spouse, relation="household")
    begun = stored(app, case)
    assert begun.subjects == () and len(begun.persons) == 2
    page = desk.see(case, "content").text
    assert shown_fields(page)["one"] == row_of(page, one(begun, head.number).id), (
        "the only other one is chosen"
    )
    saved = desk.notice(case, changed_on="昨日", notifier_as="relative_together")
    assert saved.headers["Location"] == location(case, Step.QUESTIONS), saved.text
    now = stored(app, case)
    assert [person.number for person in now.subjects] == [head.number]
    assert one(now, spouse.number).value("relationship") == "世帯主"
    assert now.fact("move.funeral_host") == now.visitor.name and now.fact("move.death_known_on")
    found = facts(app, case)
    assert {one.name: one.facts["in_after"].value for one in found.people}[now.subjects[0].name] is False
    finish(desk, app, case)


def test_the_day_of_a_death_may_be_unknown(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    head = resident(app, 2)
    spouse = next(person for person in members(app, head) if person.id != head.id)
    case = begin(desk, "death", spouse, relation="household")
    unknown = "令和8年11月日不詳" if today_in_japan().isoformat() >= "2026-11" else "令和7年11月日不詳"
    refused = desk.notice(case, changed_on=unknown)
    assert refused.status_code == 422 and "死亡を知った日を入力してください" in refused.text
    assert desk.notice(case, changed_on=unknown, known_on="今日").status_code == 303
    now = stored(app, case)
    assert now.fact("died_on", default="").endswith("-11-00") and now.fact("move.died_on") is None
    assert now.fact("move.changed_on") == today_in_japan().isoformat()
    assert f'value="{unknown}"' in desk.see(case, "content").text


def test_a_protected_member_stops_the_case(served_city: Flask) -> None:
    """Who stays is a person of the case: protected since the morning, he stops it as the subject would."""
    app, desk = served_city, clerk(served_city)
    head = resident(app, 3)
    case = begin(desk, "move_out", head)
    other = next(person for person in members(app, head) if person.id != head.id)
    from app.data.models.base import utc_now
    from app.data.models.register import ProtectionRow

    with app.app_context():
        db.session.add(
            ProtectionRow(
                number=other.number,
                ground="measure",
                source=other.number,
                since=utc_now(),
                pending_since=None,
            )
        )
        db.session.commit()
    shown = desk.see(case, "content")
    assert "取扱注意" in shown.text and other.name not in shown.text
    answer = desk.save(case, "content", version="1", changed_on="今日")
    assert answer.status_code == 403


def test_the_registers_still_speak_of_one_whose_death_is_entered(served_city: Flask) -> None:
    """Most families come after the notice of death: what he was insured in counts on the day he died."""
    app, desk = served_city, clerk(served_city)

    def dead() -> str:
        rows = db.session.query(PersonRow).filter_by(status="dead", protected=False)
        return rows.order_by(PersonRow.id).first().id

    person = looked_up(app, dead)
    case = desk.open_case(resident(app, 1).id)
    desk.identify(case, relation="third_party")
    desk.choose(case, "death")
    looked_up(app, lambda: subjects.add(case, CLERK, None, [person]))

    known = facts(app, case).people[0].facts
    assert known["nhi_member"].source == known["late_elderly_member"].source == "register"
