"""Every kind of notice from its choice to its papers, and what is refused on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.data.models.register import PersonRow
from app.domain.case import Step
from app.domain.dates import today_in_japan
from app.domain.households import Part
from app.extensions import db
from app.operations import packs, subjects
from app.operations.print_values import subject_values
from tests.desk import shown_fields
from tests.integration.notices import begin, facts, finish, household_case, members, one, parts, row_of
from tests.integration.served import clerk, looked_up, resident, stored
from tests.integration.test_cases import CLERK, location


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
        ("changed_on", "{in 15 days}", "14日前から届け出られます"),
        ("changed_on", "13/45", "月を13と読みました"),
        ("destination", "", "転出先の住所を入力してください"),
        ("notified_on", "明日", "今日より後の日は入れられません"),
    ],
)
def test_what_a_move_out_refuses(served_city: Flask, field: str, value: str, said: str) -> None:
    app, desk = served_city, clerk(served_city)
    case = begin(desk, "move_out", resident(app, 2))
    before = stored(app, case)
    value = value.format_map({"in 15 days": today_in_japan() + timedelta(days=15)})
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


def test_a_child_is_born(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    people = members(app, resident(app, 2))
    case = begin(desk, "birth", people[0])
    page = desk.see(case, "content").text
    rows = {person.number: row_of(page, person.id) for person in stored(app, case).persons}
    newborn = {
        "included-0": "1",
        "name-0": "架空　新",
        "kana-0": "カクウ　アラタ",
        "sex-0": "1",
        "relationship-0": "長男",
    }
    free = next(name.removeprefix("name-") for name in shown_fields(page) if name.startswith("name-"))
    newborn = {name.replace("-0", f"-{free}"): value for name, value in newborn.items()}
    heavy = desk.notice(case, changed_on="今日", **newborn, **{f"weight-{free}": "三千"})
    assert heavy.status_code == 422 and "出生体重として読めません" in heavy.text
    saved = desk.notice(
        case,
        changed_on="今日",
        **newborn,
        **{f"weight-{free}": "2980", f"parent-{rows[people[1].number]}": "mother"},
    )
    assert saved.headers["Location"] == location(case, Step.QUESTIONS), saved.text
    now = stored(app, case)
    child = now.subjects[0]
    assert (len(now.subjects), child.name, child.birth.certain) == (1, "架空　新", today_in_japan())
    found = {person.id: person.facts for person in facts(app, case).people}
    assert len(found) == 3 and found[child.id]["in_before"].value is False
    mother = one(now, people[1].number).id
    assert [key for key, known in found.items() if known["gave_birth"].value] == [mother]
    printed = looked_up(app, lambda: subject_values(now, child))
    assert printed["subject.address"] == one(now, people[1].number).address != ""
    assert "架空　新" in desk.see(case, "content").text
    done = finish(desk, app, case)
    assert "jumin_ido" not in [form["form"] for form in done.documents[0].forms]


@pytest.mark.parametrize("kind", ["marriage", "divorce", "name_change"])
def test_names_change_after_the_family_register(served_city: Flask, kind: str) -> None:
    app, desk = served_city, clerk(served_city)
    case, people = household_case(desk, app, kind, 2, 0, 1)
    page = desk.see(case, "content").text
    at = row_of(page, one(stored(app, case), people[1].number).id)
    given = people[1].name.partition("　")[2]
    assert desk.notice(case, changed_on="今日", **{f"new_name-{at}": f"新姓　{given}"}).status_code == 303
    now = stored(app, case)
    changed = one(now, people[1].number)
    assert (changed.name, changed.seen["name"]) == (f"新姓　{given}", people[1].name)
    known = {person.id: person.facts["surname_changes"].value for person in facts(app, case).people}
    assert known == {changed.id: True, one(now, people[0].number).id: False}
    assert now.fact("name_change") == ("surname" if kind == "name_change" else None)
    again = desk.see(case, "content").text
    assert f'value="新姓　{given}"' in again and people[1].name in again
    finish(desk, app, case)


def test_single_procedures(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    head = resident(app, 2)
    case = desk.open_case(head.id)
    desk.identify(case)
    assert desk.choose(case, "single").headers["Location"] == location(case, Step.CONTENT)
    page = desk.see(case, "content").text
    nothing = desk.save(case, "content")
    assert nothing.status_code == 422 and "手続きを1つ以上選んでください" in nothing.text
    pack = looked_up(app, lambda: packs.of_case(stored(app, case)))
    offered = [one.code for one in pack.procedures if one.single or one.by_hand]
    assert all(f'value="{code}"' in page for code in offered)
    title = pack.procedure_by_code[offered[0]].title
    hits = desk.post(
        f"/cases/{case}/single/search", q=title, procedures=[offered[1]], version=desk.version(case)
    )
    assert title in hits.text and f'value="{offered[1]}"' in hits.text, "what is picked stays"
    assert desk.save(case, "content", procedures=offered[:3]).headers["Location"] == location(
        case, Step.QUESTIONS
    )
    assert [line.code for line in stored(app, case).procedures if line.needed] == sorted(
        offered[:3], key=offered.index
    )
    assert desk.save(case, "content", procedures=offered[1:2]).status_code == 303
    assert {line.code for line in stored(app, case).procedures} == {offered[1]}
    asked = set(desk.answer_all(case))
    rules = {c.fact for rule in pack.rules if rule.procedure == offered[1] for c in rule.conditions}
    assert bool(asked) <= bool(rules), "only what the picked ones need"
    finish(desk, app, case)


def test_what_a_desk_may_not_receive(served_city: Flask) -> None:
    app = served_city
    desk = clerk(app, "demo-tax", "tax")
    case = desk.open_case(resident(app).id)
    desk.identify(case)
    page = desk.see(case, "kind").text
    assert "個別の手続き" in page and "転出届 → 市民課" in page
    for kind in ("move_out", "death", "birth", "household_merger", "marriage"):
        assert desk.choose(case, kind).status_code == 403, kind
    assert stored(app, case).kind is None
    assert desk.choose(case, "single").status_code == 303
