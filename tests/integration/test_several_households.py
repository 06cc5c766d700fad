"""Several households in one case (複数世帯の異動, R19): moved in, split, and moved out to different places."""

from __future__ import annotations

from flask import Flask

from app.data.models.register import PersonRow
from app.domain.case import Step
from app.domain.new_households import household_of, keys_of
from app.domain.rules import Need, evaluate
from app.operations import cases, navigation, orders, packs
from tests.desk import FAMILY, Desk, shown_fields, typed_rows
from tests.integration.notices import begin, facts, finish, members, one, row_of
from tests.integration.served import clerk, logged, looked_up, resident, stored
from tests.integration.test_cases import CLERK, location
from tests.integration.test_household_notices import neighbour
from tests.stores import ONE_IS_ENOUGH

PARENT = ("架空　ウメ", "カクウ　ウメ", "S30.3.3", "2", "母")
SECOND = {"h2_town_text": "中央一丁目", "h2_lot_text": "2番地", "h2_household": "new"}
PLACE = {
    "old_address": "東京都",
    "origin": "other",
    "town_text": "中央一丁目",
    "lot_text": "1番地",
    "household": "new",
}


def own_papers(app: Flask, case: str) -> list[orders.OrderedForm]:
    """The notices (住民異動届) the case would print."""

    def read() -> list[orders.OrderedForm]:
        return [
            one
            for one in orders.order_everything(cases.cases.get_case(case), CLERK)
            if one.definition.code == "jumin_ido"
        ]

    return looked_up(app, read)


def add_household(desk: Desk, case: str, **typed: str) -> str:
    """The screen with one more household beside what is typed."""
    shown = shown_fields(desk.see(case, "content").text)
    page = desk.post(f"/cases/{case}/rows", **{**shown, **typed, "add_household": "1"})
    assert page.status_code == 200
    return str(page.text)


@ONE_IS_ENOUGH
def test_five_move_in_as_two_households(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    people = (*FAMILY, PARENT)
    rows = typed_rows(desk.see(case, "content").text, people)
    page = add_household(desk, case, changed_on="昨日", **PLACE, **rows)
    typed = shown_fields(page)
    assert (typed["households"], typed["town_text"], typed["h2_town_text"]) == ("2", "中央一丁目", "")
    nobody = desk.post(f"/cases/{case}/steps/content", **{**typed, **SECOND})
    assert nobody.status_code == 422 and "世帯2に入る方がいません" in nobody.text
    grandmother = {"household-4": "2"}
    again = desk.post(f"/cases/{case}/rows", **{**typed, **SECOND, **grandmother, "again": "1"})
    proposed = shown_fields(again.text)
    assert proposed["relationship-4"] == "世帯主", "she is alone in her household"
    assert "提案です" not in again.text.split("relationship-3")[0], "the others keep what was typed"
    lost = desk.post(f"/cases/{case}/steps/content", **{**proposed, "h2_lot_text": ""})
    assert lost.status_code == 422 and "世帯2：新しい住所の地番" in lost.text
    saved = desk.post(f"/cases/{case}/steps/content", **proposed)
    assert saved.headers["Location"] == location(case, Step.QUESTIONS), saved.text
    now = stored(app, case)
    assert keys_of(now) == ("1", "2")
    assert [household_of(now, person) for person in now.subjects] == ["1", "1", "1", "1", "2"]
    back = shown_fields(desk.see(case, "content").text)
    assert (back["h2_lot_text"], back["household-4"], back["relationship-4"]) == ("2番地", "2", "世帯主")
    papers = own_papers(app, case)
    assert [len(paper.values["members"]) for paper in papers] == [4, 1]
    assert [paper.values["move.new_householder"] for paper in papers] == [FAMILY[0][0], PARENT[0]]
    assert papers[1].values["move.new_address"].endswith("中央一丁目2番地")
    assert papers[0].values["move.new_address"].endswith("中央一丁目1番地")
    done = finish(desk, app, case)
    assert [form["form"] for form in done.documents[0].forms].count("jumin_ido") == 2


@ONE_IS_ENOUGH
def test_each_household_is_judged_as_its_own(served_city: Flask) -> None:
    """What holds for a household after the event holds for its own people, not for those who live elsewhere."""
    app, desk = served_city, clerk(served_city)
    people = members(app, resident(app, 4))
    case = begin(desk, "address_change", people[0], subjects=tuple(one.id for one in people))
    page = add_household(
        desk, case, changed_on="今日", town_text="中央一丁目", lot_text="1番地", household="new"
    )
    apart = row_of(page, one(stored(app, case), people[1].number).id)
    typed = {**shown_fields(page), **SECOND, f"household-{apart}": "2"}
    proposed = shown_fields(desk.post(f"/cases/{case}/rows", **typed, again="1").text)
    assert proposed[f"relationship-{apart}"] == "世帯主"
    saved = desk.post(f"/cases/{case}/steps/content", **proposed)
    assert saved.headers["Location"] == location(case, Step.QUESTIONS), saved.text
    known = facts(app, case)
    first, second = known.views()
    assert (len(first.here or ()), len(second.here or ())) == (3, 1)
    moved = {person.id for person in second.people if second.find("in_after", person.id).value is True}
    assert moved == second.here

    def needed() -> set[tuple[str, str | None]]:
        found = navigation.cases.get_case(case)
        verdicts = evaluate(packs.of_case(found), known, found.received_on)
        return {(one.procedure, one.person) for one in verdicts if one.value is Need.NEEDED}

    assert ("address_change", None) in looked_up(app, needed)
    assert "householder_change" not in {code for code, _person in looked_up(app, needed)}, (
        "nobody stays behind"
    )
    papers = own_papers(app, case)
    assert [len(paper.values["members"]) for paper in papers] == [3, 1]
    assert {paper.values["move.old_householder"] for paper in papers} == {people[0].name}
    listed = desk.answer_all(case) and desk.save(case, "questions") and desk.see(case, "procedures").text
    assert f"{people[1].name}（世帯2）" in listed


@ONE_IS_ENOUGH
def test_a_household_is_taken_back(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    people = members(app, resident(app, 3))
    case = begin(desk, "move_out", people[0], subjects=tuple(one.id for one in people))
    typed = {"changed_on": "今日", "destination": "東京都千代田区丸の内1-1", "origin": "other"}
    page = add_household(desk, case, **typed)
    rows = shown_fields(page)
    third = row_of(page, one(stored(app, case), people[2].number).id)
    abroad = {"h2_destination": "フランス　パリ", "h2_origin": "abroad", f"household-{third}": "2"}
    back = desk.post(f"/cases/{case}/households", **{**rows, **abroad, "take_back": "2"})
    assert back.status_code == 303
    shown = shown_fields(desk.see(case, "content").text)
    assert shown["households"] == "1" and "h2_destination" not in shown
    assert "case.household_taken_back" in logged(app, case)
    page = add_household(desk, case)
    saved = desk.post(f"/cases/{case}/steps/content", **{**shown_fields(page), **abroad})
    assert saved.headers["Location"] == location(case, Step.QUESTIONS), saved.text
    views = facts(app, case).views()
    assert [view.case["to_abroad"].value for view in views] == [False, True]
    done = finish(desk, app, case)
    codes = {line.code: line.people for line in done.procedures}
    assert {"move_out", "move_out_abroad"} <= codes.keys()
    assert codes["move_out_abroad"] == (one(done, people[2].number).id,)


@ONE_IS_ENOUGH
def test_two_households_join_one(served_city: Flask) -> None:
    """One of a case's new households joins a household of the city; the other is new."""
    app, desk = served_city, clerk(served_city)
    people = members(app, resident(app, 3))
    other = neighbour(app, 2, people[0].group_key)
    case = begin(desk, "address_change", people[0], subjects=tuple(one.id for one in people))
    page = add_household(
        desk, case, changed_on="今日", town_text="中央一丁目", lot_text="1番地", household="new"
    )
    child = row_of(page, one(stored(app, case), people[2].number).id)
    typed = {**shown_fields(page), **SECOND, f"household-{child}": "2", "joining": "2", "join": other.id}
    assert desk.post(f"/cases/{case}/households", **typed).status_code == 303
    page = desk.see(case, "content").text
    assert "世帯2が入る世帯の方" in page
    shown = shown_fields(page)
    assert shown[f"relationship-{child}"] == "" or shown[f"household-{child}"] == "2"
    saved = desk.post(f"/cases/{case}/steps/content", **{**shown, f"relationship-{child}": "同居人"})
    assert saved.headers["Location"] == location(case, Step.QUESTIONS), saved.text
    papers = own_papers(app, case)
    assert [paper.values["move.new_householder"] for paper in papers] == [people[0].name, other.name]


def merging(desk: Desk, households: list[list[PersonRow]]) -> str:
    """A case in which these whole households go, the visitor's first, at its content."""
    case = desk.open_case(households[0][0].id)
    desk.identify(case)
    desk.choose(case, "household_merger")
    for person in [person for household in households[1:] for person in household]:
        added = desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=person.id)
        assert added.status_code == 303, added.text
    answer = desk.save(case, "subjects", subjects=[one.id for one in households[0]])
    assert answer.headers["Location"] == location(case, Step.CONTENT)
    return case


def test_two_households_merge_with_one_or_with_one_each(served_city: Flask) -> None:
    """In one notice; who was one household goes to one."""
    app, desk = served_city, clerk(served_city)
    going = [members(app, resident(app, 2)), members(app, resident(app, 3))]
    joined = [neighbour(app, 1, ""), neighbour(app, 4, "")]
    for targets in (joined[:1], joined):
        case = merging(desk, going)
        for key, target in zip("12", targets, strict=False):
            if key == "2":
                page = add_household(desk, case, changed_on="今日")
                rows = [row_of(page, one(stored(app, case), person.number).id) for person in going[1]]
                split = {f"household-{rows[0]}": "2"}
                typed = {**shown_fields(page), **split, "joining": "2"}
            else:
                typed = shown_fields(desk.see(case, "content").text) | {"changed_on": "今日"}
            answer = desk.post(f"/cases/{case}/households", **typed, join=target.id)
            assert answer.status_code == 303, answer.text
        shown = shown_fields(desk.see(case, "content").text)
        movers = [row_of(desk.see(case, "content").text, person.id) for person in stored(app, case).subjects]
        shown |= {f"relationship-{row}": "同居人" for row in movers}
        if len(targets) > 1:
            torn = desk.post(f"/cases/{case}/steps/content", **shown)
            assert torn.status_code == 422 and "同じ世帯の方は全員同じ世帯に入ります" in torn.text
            shown |= {f"household-{row}": "2" for row in rows}
        saved = desk.post(f"/cases/{case}/steps/content", **shown)
        assert saved.headers["Location"] == location(case, Step.QUESTIONS), saved.text
        papers = own_papers(app, case)
        assert [paper.values["move.new_householder"] for paper in papers] == [one.name for one in targets]
        finish(desk, app, case)
