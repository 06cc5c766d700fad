"""The path of a case from the visitor's identity to the printed papers, each step stored as it is taken."""

from __future__ import annotations

import hashlib
import json

import pytest
from flask import Flask
from sqlalchemy import text

from app.data import cases
from app.data.models.places import TownRow
from app.data.models.register import PersonRow
from app.domain.authority import Actor
from app.domain.case import Case, Kind, ProcedureState, State, Step
from app.extensions import db
from app.operations import navigation, packs
from app.operations.print_values import common_values
from app.operations.school_facts import school_facts
from tests.desk import FAMILY, Desk, hidden, open_questions
from tests.integration.served import announced, clerk, colleague, logged, looked_up, resident, stored

MOST_QUESTIONS = 6
CLERK = Actor("demo-counter", "", "main", "", frozenset({"counter"}))


def location(case: str, step: Step) -> str:
    return f"/cases/{case}/steps/{step.value}"


def needed(case: Case) -> set[str]:
    return {line.code for line in case.procedures if line.needed}


def ready_move_in(desk: Desk) -> str:
    """A typed move-in of four that stands at the questions."""
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    assert desk.move(case, FAMILY).headers["Location"] == location(case, Step.QUESTIONS)
    return case


def register_digest(app: Flask) -> str:
    """A digest over everything the register holds."""

    def read() -> str:
        total = hashlib.sha256()
        for table in (
            "register_row",
            "person",
            "search_key",
            "vault_entry",
            "person_flag",
            "protected_person",
        ):
            columns = "data_set, row_key" if table == "vault_entry" else "*"
            rows = sorted(
                repr(tuple(row)) for row in db.session.execute(text(f"SELECT {columns} FROM {table}"))
            )
            total.update(json.dumps(rows).encode())
        return total.hexdigest()

    return looked_up(app, read)


def test_certificates_for_the_visitor(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = resident(app)
    case = desk.open_case(person.id)
    assert desk.identify(case).headers["Location"] == location(case, Step.KIND)
    assert desk.choose(case, "certificate").headers["Location"] == location(case, Step.CONTENT)
    answer = desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j2 i1",
                       person=stored(app, case).subjects[0].id)  # fmt: skip
    assert answer.status_code == 200 and "900円" in answer.text
    lines = [(line.kind, line.copies) for line in stored(app, case).certificates]
    assert lines == [("resident_record_copy", 2), ("seal_certificate", 1)]
    refused = desk.issue(case, part="details")
    assert refused.status_code == 422 and not stored(app, case).documents, "the seal card was not seen"
    issued = desk.issue(case, part="details", **{"paper-seal_card": "1", "purpose": "銀行に提出"})
    assert issued.headers["Location"] == location(case, Step.PRINT)
    done = stored(app, case)
    assert (done.step, done.kind, len(done.documents)) == (Step.PRINT, Kind.CERTIFICATE, 1)
    assert done.fact("certificate.purpose") == "銀行に提出"
    assert desk.post(f"/cases/{case}/close", version=str(done.version)).status_code == 303
    assert stored(app, case).state is State.CLOSED
    assert [one for one in logged(app, case) if one != "case.viewed"] == [
        "case.opened", "case.person_added", "case.identity_saved", "case.kind_chosen", "case.certificates_saved",
        "document.made", "case.closed",
    ]  # fmt: skip


def test_a_typed_move_in_of_four_resumed_at_every_step(served_city: Flask) -> None:
    """After each step another clerk of the counter goes on where the first one stopped."""
    app = served_city
    first, second = clerk(app), colleague(app)
    case = first.open_case()

    def hand_over(giver: Desk, taker: Desk, at: Step) -> None:
        assert giver.post(f"/cases/{case}/suspend").status_code == 303
        assert stored(app, case).state is State.SUSPENDED
        resting = stored(app, case)
        answer = giver.save(case, at.value, version=str(resting.version), kind="certificate")
        assert answer.status_code != 303 and stored(app, case) == resting, "nothing is done while it rests"
        assert case in taker.browser.get("/resume").text
        assert taker.post(f"/cases/{case}/resume").headers["Location"] == location(case, at)
        assert (stored(app, case).state, stored(app, case).step) == (State.OPEN, at)

    hand_over(first, second, Step.IDENTITY)
    assert second.identify_newcomer(case).headers["Location"] == location(case, Step.KIND)
    assert stored(app, case).visitor.name == FAMILY[0][0]
    hand_over(second, first, Step.KIND)
    assert first.choose(case, "move_in").headers["Location"] == location(case, Step.CONTENT)
    hand_over(first, second, Step.CONTENT)
    assert second.move(case, FAMILY).headers["Location"] == location(case, Step.QUESTIONS)
    people = stored(app, case).subjects
    assert [(one.name, one.value("relationship")) for one in people] == [(row[0], row[4]) for row in FAMILY]
    hand_over(second, first, Step.QUESTIONS)
    given = first.answer_all(case)
    hand_over(first, second, Step.QUESTIONS)
    page = second.see(case).text
    assert open_questions(page) == {} and page.count("回答を取り消す：") == len(given)
    assert second.save(case, "questions").headers["Location"] == location(case, Step.PROCEDURES)
    hand_over(second, first, Step.PROCEDURES)
    assert needed(stored(app, case))
    assert first.issue(case).headers["Location"] == location(case, Step.PRINT)
    hand_over(first, second, Step.PRINT)
    done = stored(app, case)
    assert done.held_by == "demo-insurance" and done.opened_by == "demo-counter"
    forms = [form["form"] for form in done.documents[0].forms]
    assert forms[0] == "jumin_ido" and forms[-1] == "tetsuzuki_annai"
    assert {line.state for line in done.procedures} <= set(ProcedureState)


def test_an_announced_move_in_of_four(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    movers = announced(app, 4)
    case = desk.open_case(movers[0].id)
    desk.identify(case)
    assert desk.choose(case, "move_in").headers["Location"] == location(case, Step.CONTENT)
    begun = stored(app, case)
    assert [one.number for one in begun.subjects] == [mover.number for mover in movers]
    assert begun.fact("move.receipt") == movers[0].receipt_number and begun.fact("move.old_address")
    shown = desk.see(case).text
    assert all(mover.name in shown for mover in movers)
    assert desk.move(case).headers["Location"] == location(case, Step.QUESTIONS)

    def facts() -> list[set[str]]:
        case_now = stored(app, case)
        found = navigation.facts_of(case_now, packs.of_case(case_now), CLERK)
        return [
            {name for name, value in one.facts.items() if value.source == "move_out_notice"}
            for one in found.people
        ]

    case_now = stored(app, case)
    values = looked_up(app, lambda: common_values(case_now, packs.of_case(case_now), CLERK, "架空市"))
    # He lives at the new address now; what he leaves is another city's matter.
    assert values["visitor.address"] == values["applicant.address"] == values["move.new_address"] != ""
    assert values["move.old_address"] and not values["move.left_address"]

    # What the notice says is known of every mover, the visitor included; what no data set holds of him is open.
    of_each = looked_up(app, facts)
    assert all({"has_card", "care_status"} <= known for known in of_each), of_each
    desk.answer_all(case)
    desk.save(case, "questions")
    assert desk.issue(case).headers["Location"] == location(case, Step.PRINT)
    assert stored(app, case).documents[0].pages >= 2


def test_an_address_change_of_part_of_a_household(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    head = resident(app, 3)
    case = desk.open_case(head.id)
    desk.identify(case)
    assert desk.choose(case, "address_change").headers["Location"] == location(case, Step.SUBJECTS)
    page = desk.see(case).text
    household = looked_up(
        app, lambda: [one.id for one in db.session.query(PersonRow).filter_by(group_key=head.group_key)]
    )
    assert all(member in page for member in household)
    nobody = desk.save(case, "subjects", subjects=[])
    assert nobody.status_code in {303, 422}
    other = next(member for member in household if member != head.id)
    chosen = desk.save(case, "subjects", subjects=[head.id, other], version=desk.version(case))
    assert chosen.headers["Location"] == location(case, Step.CONTENT)
    assert len(stored(app, case).subjects) == 2
    moved = desk.move(case, household="new")
    assert moved.headers["Location"] == location(case, Step.QUESTIONS), moved.text
    desk.answer_all(case)
    desk.save(case, "questions")
    assert desk.issue(case).headers["Location"] == location(case, Step.PRINT)
    assert stored(app, case).documents[0].forms[0]["form"] == "jumin_ido"


def test_the_districts_of_both_addresses_tell_whether_the_schools_change(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    head = resident(app, 3)
    own, other = looked_up(app, lambda: _own_and_other_town(head))
    told = []
    for town in (own, other):
        case = desk.open_case(head.id)
        desk.identify(case)
        desk.choose(case, "address_change")
        desk.save(case, "subjects", subjects=[head.id], version=desk.version(case))
        desk.move(case, household="new", town_text=town)
        facts = looked_up(app, lambda case=case: school_facts(cases.get_case(case), CLERK))
        told.append({name: fact.value for name, fact in facts.items()})
    assert told == [{"school_changes": False}, {"school_changes": True}]


def _own_and_other_town(person: PersonRow) -> tuple[str, str]:
    """The name of the town somebody lives in, and of one with other schools."""
    schools = {town.name: town.elementary for town in db.session.query(TownRow) if town.elementary}
    return person.town, next(name for name in schools if schools[name] != schools[person.town])


@pytest.mark.parametrize(
    ("documents", "established"),
    [
        (("my_number_card",), True),
        (("health_insurance",), False),
        (("health_insurance", "pension_handbook"), True),
        (("health_insurance", "health_insurance"), False),
        (("", ""), False),
        (("a forged one",), False),
    ],
)
def test_one_paper_or_two(served_city: Flask, documents: tuple[str, ...], established: bool) -> None:
    desk = clerk(served_city)
    case = desk.open_case()
    answer = desk.identify_newcomer(case, *documents)
    assert answer.status_code == (303 if established else 422)
    after = stored(served_city, case)
    assert after.step is (Step.KIND if established else Step.IDENTITY)
    assert (after.visitor is not None) is established, "a refused step stores nothing of it"


def test_no_step_is_passed_over(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(resident(app).id)
    before = stored(app, case)
    attempts = {
        "kind": desk.choose(case, "certificate"),
        "subjects": desk.save(case, "subjects", subjects=[]),
        "content": desk.post(
            f"/cases/{case}/steps/content", version="1", changed_on="今日", town_text="町", lot_text="1"
        ),
        "questions": desk.save(case, "questions"),
        "quick entry": desk.post(
            f"/cases/{case}/certificates", version="1", quick="j1", person=before.persons[0].id
        ),
        "answer": desk.post(f"/cases/{case}/answers", **{"q-pregnant_any": "yes"}),
        "procedure": desk.post(f"/cases/{case}/procedures", version="1", procedure="nhi_join"),
        "papers": desk.post(f"/cases/{case}/documents", version="1"),
    }
    assert {
        name: answer.status_code for name, answer in attempts.items() if answer.status_code not in {409, 422}
    } == {}
    after = stored(app, case)
    assert (after.version, after.step, after.facts, after.documents) == (1, Step.IDENTITY, before.facts, ())


def test_whoever_saw_an_older_state_is_refused(served_city: Flask) -> None:
    app = served_city
    first, second = clerk(app), colleague(app)
    case = ready_move_in(first)
    stale = first.version(case)
    assert second.post(f"/cases/{case}/take-over").status_code == 303
    assert second.move(case, FAMILY[:3]).status_code == 303
    before = stored(app, case)
    typed = {"changed_on": "今日", "town_text": "中央一丁目", "lot_text": "1番地"}
    assert first.post(f"/cases/{case}/steps/content", version=stale, **typed).status_code == 409
    for path, fields in (
        ("/steps/questions", {}), ("/procedures", {"procedure": "nhi_join"}), ("/documents", {}), ("/close", {}),
    ):  # fmt: skip
        assert first.post(f"/cases/{case}{path}", version=stale, **fields).status_code == 409, path
    after = stored(app, case)
    assert {name for _subject, name in after.facts.keys() - before.facts.keys()} == {
        "draft.content@demo-counter"
    }
    kept = {place: fact for place, fact in after.facts.items() if place in before.facts}
    assert (after.version, kept, after.persons) == (before.version, before.facts, before.persons)


def test_a_form_sent_twice_acts_once(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    token = "ab" * 16
    cases = {desk.open_case(token=token) for _ in range(3)}
    assert len(cases) == 1
    other = desk.open_case(resident(app).id, token=token)
    assert other not in cases, "the token of one button opens nothing for another"
    (case,) = cases
    version = desk.version(case)
    assert desk.identify_newcomer(case, version=version).status_code == 303
    assert desk.identify_newcomer(case, version=version).status_code == 409
    assert len(stored(app, case).persons) == 1
    desk.choose(case, "move_in")
    desk.move(case, FAMILY)
    desk.answer_all(case)
    desk.save(case, "questions")
    version = desk.version(case)
    assert [desk.issue(case, version=version).status_code for _ in range(2)] == [303, 409]
    assert len(stored(app, case).documents) == 1


def test_what_staff_decided_outlives_the_rules(served_city: Flask) -> None:
    """An added and an excluded procedure stay as they are whatever is answered afterwards."""
    app, desk = served_city, clerk(served_city)
    case = ready_move_in(desk)
    desk.save(case, "questions")
    listed = needed(stored(app, case))
    gone = sorted(listed)[0]
    pack = looked_up(app, lambda: packs.of_case(stored(app, case)))
    extra = next(one.code for one in pack.procedures if one.code not in listed)
    desk.post(f"/cases/{case}/procedures", version=desk.version(case), procedure=extra, reason="ご本人の希望")
    desk.post(
        f"/cases/{case}/procedures/{gone}", version=desk.version(case), change="exclude", reason="済んでいる"
    )
    for wanted in ("yes", "no"):
        desk.answer_all(case, wanted)
        after = {line.code: line for line in stored(app, case).procedures}
        assert (after[extra].needed, after[extra].staff_reason) == (True, "ご本人の希望")
        assert (after[gone].needed, after[gone].staff_reason) == (False, "済んでいる")
    desk.post(f"/cases/{case}/procedures/{gone}", version=desk.version(case), change="restore")
    assert gone in needed(stored(app, case))


def test_taking_an_answer_back_is_as_if_it_had_never_been_given(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = ready_move_in(desk)

    def state() -> tuple[object, ...]:
        now = stored(app, case)
        lines = {(line.code, line.needed, line.reason, line.people) for line in now.procedures}
        return lines, {key for key in now.facts if key[1].startswith("answer:")}

    before, page = state(), desk.see(case).text
    for name, offered in list(open_questions(page).items())[:MOST_QUESTIONS]:
        for value in {offered[0], offered[-1]}:
            assert desk.post(f"/cases/{case}/answers", **{name: value}).status_code == 200
            assert state() != before
            answer = desk.post(f"/cases/{case}/answers", take_back=name.removeprefix("q-"))
            assert state() == before, f"{name}={value} left something behind"
            assert open_questions(answer.text) == open_questions(page)


def test_choosing_the_kind_again_keeps_what_was_entered(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(announced(app, 4)[0].id)
    desk.identify(case)
    desk.choose(case, "move_in")
    desk.move(case, town_text="架空二丁目", lot_text="22番地")
    entered = stored(app, case)
    desk.choose(case, "move_in")
    again = stored(app, case)
    assert again.fact("move.town") == "架空二丁目" and again.fact("move.lot") == "22番地"
    assert [one.id for one in again.subjects] == [one.id for one in entered.subjects]


def test_corrections_stay_in_the_case(served_city: Flask) -> None:
    """R12: whatever is corrected at the counter, the register stays as it was delivered."""
    app, desk = served_city, clerk(served_city)
    before = register_digest(app)
    head = resident(app, 2)
    case = desk.open_case(head.id)
    desk.identify(
        case,
        name="訂正　太郎",
        kana="テイセイ　タロウ",
        birth="S40.1.2",
        address="別の住所1",
        phone="0968-1",
        reason="stated",
    )
    assert stored(app, case).visitor.corrected["name"] == "訂正　太郎"
    assert stored(app, case).visitor.seen["name"] == head.name
    desk.choose(case, "address_change")
    desk.save(case, "subjects", subjects=[head.id])
    desk.move(case)
    desk.answer_all(case)
    desk.save(case, "questions")
    assert desk.issue(case).status_code == 303
    assert hidden(desk.see(case), "version")
    assert register_digest(app) == before
