"""What happens when somebody goes back in a case and decides otherwise: nothing is trapped, nothing is left behind."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.data.models.audit import AuditRow
from app.data.models.register import PersonFlagRow, PersonRow
from app.domain.case import Case, Step
from app.extensions import db
from app.operations import identity
from tests.desk import FAMILY, Answer, Desk, open_questions
from tests.integration.served import announced, clerk, logged, looked_up, resident, stored


def certificate_case(app: Flask, desk: Desk, members: int = 1) -> str:
    """A resident's own request that stands at the choice of certificates."""
    case = desk.open_case(resident(app, members).id)
    desk.identify(case)
    desk.choose(case, "certificate")
    return case


def changed(app: Flask, desk: Desk, case: str, **fields: Any) -> Answer:
    person = stored(app, case).subjects[0].id
    return desk.post(f"/cases/{case}/certificates", version=desk.version(case), person=person, **fields)


def household(app: Flask, head: PersonRow) -> list[str]:
    return looked_up(
        app,
        lambda: list(db.session.scalars(select(PersonRow.id).where(PersonRow.group_key == head.group_key))),
    )


def move_in(app: Flask, desk: Desk) -> str:
    """A typed move-in of four that stands at the list."""
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    desk.move(case, FAMILY)
    desk.save(case, "questions")
    return case


def line_of(app: Flask, case: str, kind: str) -> str:
    return next(line.id for line in stored(app, case).certificates if line.kind == kind)


def test_an_exemption_goes_with_the_last_line_it_applies_to(served_city: Flask) -> None:
    """And what the screen still shows of it leads on: it is said, the fee is right, the next key prints."""
    app, desk = served_city, clerk(served_city)
    case = certificate_case(app, desk)
    changed(app, desk, case, quick="b1")
    assert stored(app, case).certificates[0].kind == "record_items"
    assert changed(app, desk, case, part="details", exemption="pension").status_code == 200
    assert "0円" in desk.see(case).text and stored(app, case).fact("certificate.exemption") == "pension"
    said = changed(app, desk, case, add="identity_certificate", remove=line_of(app, case, "record_items"))
    assert said.status_code == 200 and "外しました" in said.text
    assert stored(app, case).fact("certificate.exemption") is None
    assert "300円" in desk.see(case).text
    line = line_of(app, case, "identity_certificate")
    entries = {
        f"entry-{line}-domicile_place": "架空市一丁目1番地",
        f"entry-{line}-register_head": "架空　太郎",
    }
    entered = {f"copies-{line}": "1", "part": "details", **entries}
    refused = desk.issue(case, **entered, exemption="pension")
    assert refused.status_code == 422 and "外しました" in refused.text and not stored(app, case).documents
    assert desk.issue(case, **entered, exemption="").status_code == 303


def test_an_exemption_needs_its_evidence(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = certificate_case(app, desk)
    changed(app, desk, case, quick="j2")
    chosen = {"part": "details", "exemption": "public_assistance"}
    refused = desk.issue(case, **chosen)
    assert refused.status_code == 422 and "生活保護の受給証明書" in refused.text
    assert desk.issue(case, **chosen, evidence="public_assistance").status_code == 303
    assert "0円" in desk.see(case, "print").text


def test_tax_items_and_years_are_counted_on_one_line(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = certificate_case(app, desk)
    changed(app, desk, case, quick="n1sf")
    line = line_of(app, case, "tax_payment_certificate")
    newest = stored(app, case).certificates[0].years[0]
    entered = {
        f"copies-{line}": "1", f"options-{line}": ["resident_tax", "property_tax"],
        f"years-{line}": [str(newest), str(newest - 1)],
    }  # fmt: skip
    answer = changed(app, desk, case, **entered)
    assert "300円 × 2税目 × 2年度 ＝ 1,200円" in answer.text
    none = changed(app, desk, case, **{**entered, f"options-{line}": [], f"years-{line}": []})
    assert none.status_code == 200, "empty for now"
    refused = desk.issue(case, part="details")
    assert refused.status_code == 422 and "年度を1つ以上" in refused.text and "軽自動車税" in refused.text


def test_the_same_kind_twice_keeps_both_contents(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = certificate_case(app, desk)
    changed(app, desk, case, quick="j1 j2h")
    lines = stored(app, case).certificates
    assert [(line.copies, line.options) for line in lines] == [
        (1, ("household",)),
        (2, ("household", "domicile")),
    ]
    changed(app, desk, case, again=lines[1].id)
    changed(app, desk, case, quick="j3")
    (only,) = stored(app, case).certificates
    assert (only.id, only.copies) == (lines[0].id, 3), "what was typed last says what there is of the kind"


def _somebody_with_a_memo() -> str:
    return db.session.scalars(
        select(PersonRow.id)
        .join(PersonFlagRow, PersonRow.number == PersonFlagRow.person_number)
        .where(
            PersonFlagRow.code == "memo",
            PersonRow.protected.is_(False),
            PersonRow.status == "resident",
        )
        .order_by(PersonRow.serial)
        .limit(1)
    ).one()


def test_what_was_acknowledged_is_asked_once(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = looked_up(app, _somebody_with_a_memo)
    case = desk.open_case(person)
    assert desk.identify(case).status_code == 422
    assert desk.identify(case, acknowledged="1").status_code == 303
    for _ in range(2):
        assert desk.identify(case, version=str(stored(app, case).version)).status_code == 303
        assert not looked_up(app, lambda: identity.needs_acknowledgement(stored(app, case)))
    assert logged(app, case).count("case.warning_confirmed") == 1


def test_a_correction_of_a_registered_visitor_is_bounded(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(resident(app).id)
    refused = desk.identify(case, name="あ" * 201)
    assert refused.status_code == 422 and "200文字" in refused.text
    assert stored(app, case).step is Step.IDENTITY


def test_an_excluded_line_that_is_added_by_hand_stays(served_city: Flask) -> None:
    """Also when the answer that first asked for it is taken back."""
    app, desk = served_city, clerk(served_city)
    case = move_in(app, desk)
    before = needed(stored(app, case))
    name, code = next(
        (name, sorted(more)[0])
        for name, offered in open_questions(desk.see(case, "questions").text).items()
        for value in offered
        if desk.post(f"/cases/{case}/answers", **{name: value}).status_code == 200
        and (more := needed(stored(app, case)) - before)
    )
    path = f"/cases/{case}/procedures"
    desk.post(f"{path}/{code}", version=desk.version(case), change="exclude", reason="あとで")
    assert code not in needed(stored(app, case))
    desk.post(path, version=desk.version(case), procedure=code, reason="やはり希望")
    desk.post(f"/cases/{case}/answers", take_back=name.removeprefix("q-"))
    assert code in needed(stored(app, case))


def needed(case: Case) -> set[str]:
    return {line.code for line in case.procedures if line.needed}


@pytest.mark.parametrize("typed", ["9" * 5000, "２０２６", "1999", "", "x"])
def test_a_year_that_is_none_is_refused(served_city: Flask, typed: str) -> None:
    app, desk = served_city, clerk(served_city)
    case = certificate_case(app, desk)
    changed(app, desk, case, quick="s1")
    before = stored(app, case)
    line = before.certificates[0].id
    assert changed(app, desk, case, **{f"copies-{line}": "2", f"years-{line}": typed}).status_code == 422
    after = stored(app, case)
    assert (after.certificates, after.facts) == (before.certificates, before.facts), "all or nothing"


def test_another_kind_leaves_nobody_behind(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    movers = announced(app, 4)
    case = desk.open_case(movers[0].id)
    desk.identify(case)
    desk.choose(case, "move_in")
    assert len(stored(app, case).subjects) == 4
    desk.choose(case, "certificate")
    (only,) = stored(app, case).persons
    assert only.is_visitor and only.is_subject
    desk.choose(case, "move_in")
    assert [one.number for one in stored(app, case).subjects] == [mover.number for mover in movers]
    desk.move(case)
    assert desk.choose(case, "certificate").status_code == 422, "what was entered for the move is not dropped"
    assert len(stored(app, case).subjects) == 4


def test_choosing_other_subjects_is_logged_for_each(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    head = resident(app, 3)
    members = household(app, head)
    case = desk.open_case(head.id)
    desk.identify(case)
    desk.choose(case, "address_change")
    desk.save(case, "subjects", subjects=members)
    desk.save(case, "subjects", subjects=members[:2])

    def rows() -> list[tuple[str, list[str]]]:
        found = db.session.execute(
            select(AuditRow.action, AuditRow.persons)
            .where(AuditRow.case_id == case, AuditRow.action.like("case.person%"))
            .order_by(AuditRow.id)
        )
        return [(action, persons) for action, persons in found]

    actions = [action for action, _persons in looked_up(app, rows)]
    assert actions == ["case.person_added"] * 5 + ["case.person_removed"], (
        "the visitor, the two others of the household, and these again as subjects; one of them not any more"
    )
