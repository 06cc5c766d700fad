"""The wrong-screen guard: what was made for somebody else is refused with both named, and nothing is stored."""

from __future__ import annotations

import re

from flask import Flask

from app.data.models.base import utc_now
from app.data.models.register import ProtectionRow
from app.domain.case import Step
from app.domain.case_mark import MARKS, mark_of
from app.extensions import db
from tests.desk import FAMILY, Desk, hidden
from tests.integration.served import clerk, logged, resident, stored

REFUSED = "case.wrong_screen"


def two_cases(app: Flask, desk: Desk) -> tuple[str, str, str, str]:
    """Two open cases of two residents, each asking for certificates: id and visitor's name of each."""
    found = []
    for members in (1, 2):
        person = resident(app, members)
        case = desk.open_case(person.id)
        desk.identify(case)
        desk.choose(case, "certificate")
        found += [case, stored(app, case).visitor.name]
    return found[0], found[1], found[2], found[3]


def test_what_another_tab_holds_is_refused_for_this_case(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    here, name, there, other = two_cases(app, desk)
    page = desk.see(there)
    stamp, version = hidden(page, "made_for"), hidden(page, "version")
    stranger = stored(app, there).subjects[0].id
    before = stored(app, here)
    sent = {
        "the form of the other tab": desk.post(
            f"/cases/{here}/certificates", made_for=stamp, version=version, quick="j2", person=stranger
        ),
        "a memo": desk.post(f"/cases/{here}/memos", made_for=stamp, memo="別の方の話"),
        "a draft": desk.post(f"/cases/{here}/draft", made_for=stamp, step="content", purpose="別の方"),
        "putting aside": desk.post(f"/cases/{here}/suspend", made_for=stamp),
        "ending": desk.post(f"/cases/{here}/close", made_for=stamp, version=version),
        "printing": desk.post(f"/cases/{here}/documents", made_for=stamp, version=version),
        "a forged person id": desk.post(
            f"/cases/{here}/certificates", version=desk.version(here), quick="j2", person=stranger
        ),
        "a forged person in a name": desk.post(
            f"/cases/{here}/answers", **{f"q-work.employee_insurance--{stranger}": "yes"}
        ),
        "a forged person in the address": desk.post(
            f"/cases/{here}/subjects/{stranger}/remove", version=desk.version(here)
        ),
    }
    for what, answer in sent.items():
        assert answer.status_code == 409, what
        assert f"この画面は{name}さんの受付" in answer.text, what
        assert f"送られた内容は{other}さんの受付" in answer.text, what
        assert f"/cases/{here}" in answer.text and f"/cases/{there}" in answer.text
    assert stored(app, here) == before
    assert logged(app, here).count(REFUSED) == len(sent)
    assert REFUSED not in logged(app, there)


def test_a_forged_or_missing_stamp_acts_for_nobody(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    here, _name, there, _other = two_cases(app, desk)
    stamp = hidden(desk.see(here), "made_for")
    forged = hidden(desk.see(there), "made_for").replace(there, here)
    before = stored(app, here)
    for made_for in ("", "x", stamp[:-1], forged, f"{here}.", stamp.rpartition(".")[0]):
        answer = desk.post(f"/cases/{here}/memos", made_for=made_for, memo="だれの話か")
        assert answer.status_code == 422, made_for
    assert stored(app, here) == before


def test_a_tab_that_stayed_open_while_the_persons_changed(served_city: Flask) -> None:
    """The visitor was typed in another tab meanwhile, and who moves with him: what the old tab sends names both."""
    app, first = served_city, clerk(served_city)
    case = first.open_case()
    unnamed = hidden(first.see(case), "made_for")
    assert first.identify_newcomer(case).status_code == 303
    answer = first.post(f"/cases/{case}/memos", made_for=unnamed, memo="画面にはまだだれもいない")
    assert answer.status_code == 409
    assert FAMILY[0][0] in answer.text and "来庁者がまだ入力されていない方" in answer.text
    first.choose(case, "move_in")
    alone = hidden(first.see(case), "made_for")
    assert first.move(case, FAMILY).status_code == 303
    answer = first.post(f"/cases/{case}/suspend", made_for=alone)
    assert answer.status_code == 409 and FAMILY[3][0] in answer.text
    assert stored(app, case).state == "open" and not stored(app, case).memos
    # The screen as it is now goes through; and what changes no person makes no screen wrong.
    current = hidden(first.see(case), "made_for")
    first.answer_all(case)
    assert stored(app, case).step is Step.QUESTIONS
    assert first.post(f"/cases/{case}/suspend", made_for=current).status_code == 303


def test_a_protected_person_is_not_named_by_a_refusal(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    here, _name, there, other = two_cases(app, desk)
    stamp = hidden(desk.see(there), "made_for")
    number = stored(app, there).visitor.number
    with app.app_context():
        db.session.add(ProtectionRow(number=number, ground="1", source=number, since=utc_now()))
        db.session.commit()
    answer = desk.post(f"/cases/{here}/memos", made_for=stamp, memo="x")
    assert answer.status_code == 409 and "取扱注意の方" in answer.text
    assert other not in answer.text


def test_every_form_of_a_case_carries_its_stamp(served_city: Flask) -> None:
    """On every screen of two whole cases: no form that acts on the case is without it."""
    app, desk = served_city, clerk(served_city)
    person = resident(app)
    case = desk.open_case(person.id)
    seen = [desk.see(case).text]
    desk.identify(case)
    seen += [desk.see(case).text]
    desk.choose(case, "certificate")
    seen += [desk.see(case).text]
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j1",
              person=stored(app, case).subjects[0].id)  # fmt: skip
    assert desk.issue(case, part="details").status_code == 303
    seen += [desk.see(case).text, desk.get(f"/history/{stored(app, case).number}").text]
    other = desk.open_case()
    desk.identify_newcomer(other)
    desk.choose(other, "move_in")
    seen += [desk.see(other).text]
    desk.move(other, FAMILY)
    seen += [desk.see(other).text, desk.see(other, "subjects").text]
    desk.answer_all(other)
    desk.save(other, "questions")
    seen += [desk.see(other).text, desk.get(f"/cases/{other}/papers").text]
    forms = [
        form
        for page in seen
        for form in re.findall(r'<form[^>]*action="/cases/[^"]+"[^>]*>.*?</form>', page, re.DOTALL)
        if not re.search(r'action="[^"]*/resume"', form)
    ]
    assert len(forms) > 40
    assert [form[:200] for form in forms if 'name="made_for"' not in form] == []


def test_eight_cases_in_a_row_have_eight_marks(served_city: Flask) -> None:
    desk = clerk(served_city)
    numbers = [stored(served_city, desk.open_case()).number for _ in range(8)]
    marks = [mark_of(number) for number in numbers]
    assert len({mark.number for mark in marks}) == len({mark.sign for mark in marks}) == len(MARKS)
    case = desk.open_case()
    page, mark = desk.see(case).text, mark_of(stored(served_city, case).number)
    assert f"<title>{mark.sign} 本人確認｜" in page
    assert f"marks/{mark.number}.svg" in page and f"この受付の印：{mark.name}" in page
