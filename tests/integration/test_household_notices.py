"""Households that are separated, merged and led by another."""

from __future__ import annotations

import pytest
from flask import Flask

from app.data.models.register import PersonRow
from app.domain.case import Step
from app.extensions import db
from tests.desk import shown_fields
from tests.integration.notices import begin, facts, finish, household_case, members, one, parts, row_of
from tests.integration.served import clerk, logged, looked_up, resident, stored
from tests.integration.test_cases import location


def neighbour(app: Flask, size: int, besides: str) -> PersonRow:
    """A householder of another household of that size."""

    def read() -> PersonRow:
        found = db.session.query(PersonRow).filter_by(is_householder=True, status="resident", protected=False)
        for row in found.order_by(PersonRow.serial):
            count = db.session.query(PersonRow).filter_by(group_key=row.group_key, status="resident").count()
            if row.group_key != besides and count == size:
                db.session.expunge(row)
                return row
        raise AssertionError("nobody")

    return looked_up(app, read)


def test_a_household_is_separated(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case, people = household_case(desk, app, "household_separation", 3, 2)
    assert desk.notice(case, changed_on="今日").headers["Location"] == location(case, Step.QUESTIONS)
    now = stored(app, case)
    heads = {person.number for person in now.persons if person.value("relationship") == "世帯主"}
    assert heads == {people[0].number, people[2].number}, "each household has its householder"
    assert {one.id: one.facts["in_after"].value for one in facts(app, case).people} == {
        person.id: person.is_subject for person in now.persons
    }
    done = finish(desk, app, case)
    assert done.documents[0].forms[0]["form"] == "jumin_ido"


def test_nobody_is_left_to_separate_from(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case, _people = household_case(desk, app, "household_separation", 2, 0, 1)
    answer = desk.notice(case, changed_on="今日")
    assert answer.status_code == 422 and "残る方がいません" in answer.text


@pytest.mark.parametrize("kind", ["household_merger", "household_composition"])
def test_a_household_joins_another(served_city: Flask, kind: str) -> None:
    app, desk = served_city, clerk(served_city)
    case, people = household_case(desk, app, kind, 1, 0)
    other = neighbour(app, 2, people[0].group_key)
    refused = desk.notice(case, changed_on="今日")
    assert refused.status_code == 422 and "入る世帯を検索して選んでください" in refused.text
    typed = shown_fields(desk.see(case, "content").text) | {"changed_on": "昨日"}
    hits = desk.post(f"/cases/{case}/households/search", **{**typed, "q": other.name})
    assert other.id in hits.text and 'value="昨日"' in hits.text
    assert desk.post(f"/cases/{case}/households", **typed, join=other.id).status_code == 303
    page = desk.see(case, "content").text
    assert 'value="昨日"' in page and other.name in page
    assert sorted(map(str, parts(stored(app, case)).values())) == ["joined", "joined", "mover"]
    mover = row_of(page, stored(app, case).subjects[0].id)
    assert shown_fields(page)[f"relationship-{mover}"] == "", (
        "nobody can tell how he stands to the other householder"
    )
    two = desk.notice(case, **{f"relationship-{mover}": "世帯主"})
    assert two.status_code == 422 and "世帯主は1人だけ" in two.text
    assert desk.notice(case, **{f"relationship-{mover}": "縁故者"}).status_code == 303
    now = stored(app, case)
    assert (
        now.fact("move.new_householder") == other.name and now.subjects[0].value("relationship") == "縁故者"
    )
    assert "case.household_joined" in logged(app, case)
    finish(desk, app, case)


def test_the_householder_changes(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    people = members(app, resident(app, 3))
    case = begin(desk, "householder_change", people[0], subjects=tuple(one.id for one in people))
    same = desk.notice(case, changed_on="今日")
    assert same.status_code == 422 and "世帯主が変わっていません" in same.text
    page = desk.see(case, "content").text
    wife = row_of(page, one(stored(app, case), people[1].number).id)
    chosen = desk.post(f"/cases/{case}/rows", **{**shown_fields(page), "one": wife, "again": "1"}).text
    assert shown_fields(chosen)[f"relationship-{wife}"] == "世帯主"
    assert list(shown_rows_of(chosen, "relationship").values()).count("世帯主") == 1
    assert (
        desk.post(
            f"/cases/{case}/steps/content", **{**shown_fields(chosen), "changed_on": "今日"}
        ).status_code
        == 303
    )
    now = stored(app, case)
    assert (now.fact("move.old_householder"), now.fact("move.new_householder")) == (
        people[0].name,
        people[1].name,
    )
    assert len(now.subjects) == 3
    finish(desk, app, case)


def shown_rows_of(page: str, field: str) -> dict[str, str]:
    return {name: value for name, value in shown_fields(page).items() if name.startswith(f"{field}-")}


def test_a_household_of_which_a_part_moves_within_the_city(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    head = resident(app, 3)
    case = begin(desk, "address_change", head)
    assert sorted(map(str, parts(stored(app, case)).values())) == ["mover", "stays", "stays"]
    saved = desk.notice(case, changed_on="今日", town_text="中央一丁目", lot_text="1番地", household="new")
    assert saved.headers["Location"] == location(case, Step.QUESTIONS), saved.text
    now = stored(app, case)
    assert now.fact("one_stop_booked") is None and now.fact("move.one_stop_booked") is False
    assert facts(app, case).case["one_stop_booked"].value is False
    assert len([person for person in now.persons if person.value("relationship") == "世帯主"]) == 2
    finish(desk, app, case)


def test_a_newcomer_joins_a_household_that_lives_here(served_city: Flask) -> None:
    """Its members count in what the rules read, and the newcomer stands to their householder."""
    app, desk = served_city, clerk(served_city)
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    other = neighbour(app, 2, "")
    typed = shown_fields(desk.see(case, "content").text)
    assert desk.post(f"/cases/{case}/households", **typed, join=other.id).status_code == 303
    place = {"town_text": "中央一丁目", "lot_text": "1番地", "old_address": "東京都", "origin": "other"}
    at = row_of(desk.see(case, "content").text, stored(app, case).visitor.id)
    alone = desk.notice(case, changed_on="今日", **place, **{f"relationship-{at}": "世帯主"})
    assert alone.status_code == 422 and "世帯主は1人だけ" in alone.text
    saved = desk.notice(case, changed_on="今日", **place, **{f"relationship-{at}": "同居人"})
    assert saved.headers["Location"] == location(case, Step.QUESTIONS), saved.text
    now = stored(app, case)
    assert now.fact("joins_household") is True and now.fact("move.new_householder") == other.name
    found = facts(app, case)
    assert len(found.people) == 3 and found.case["joins_household"].value is True
    assert all(person.facts["in_after"].value for person in found.people)
    finish(desk, app, case)
