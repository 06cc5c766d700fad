"""A case in several hands: handed on, taken over, ticked along a chain of counters, continued, and corrected after its end."""

from __future__ import annotations

import html
import re
import secrets

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from app.data import corrections
from app.data.models.base import utc_now
from app.data.models.case import CasePersonRow, CaseRow
from app.data.models.handover import HandoverRow
from app.data.models.register import ProtectionRow
from app.data.models.staff import AssignmentRow
from app.domain.case import ProcedureState, State, Step
from app.extensions import db
from app.operations import packs, ticks
from tests.desk import Answer, Desk, hidden
from tests.integration.served import clerk, colleague, logged, looked_up, resident, stored


def close(desk: Desk, app: Flask, case: str) -> None:
    assert desk.post(f"/cases/{case}/close", version=str(stored(app, case).version)).status_code == 303


def write(app: Flask, statement: object) -> None:
    with app.app_context():
        db.session.execute(statement)  # type: ignore[call-overload]
        db.session.commit()


def test_taken_over_and_nothing_typed_is_lost(served_city: Flask) -> None:
    app = served_city
    first, second = clerk(app), colleague(app)
    case = first.open_case(resident(app).id)
    old = first.version(case)
    typed = {"document": "", "relation": "agent", "phone": "0968-00-1111", "papers": ["letter", "other"]}
    page = second.see(case).text
    assert "受付の概要" in page and "見本　花子さん（" in page and "引き取る" in page
    refused = second.save(case, "identity", version=old, **typed)
    assert refused.status_code == 409 and "見本　花子さん" in refused.text
    assert stored(app, case).held_by == "demo-counter"
    assert second.post(f"/cases/{case}/take-over", note="2番の窓口で続けます。").status_code == 303
    taken = stored(app, case)
    assert (taken.held_by, taken.state) == ("demo-insurance", State.OPEN) and taken.held_since
    stale = first.save(case, "identity", version=old, **typed)
    assert stale.status_code == 409 and re.search(
        r"見本　健さん（[^）]+）が \d\d:\d\d に引き取りました", stale.text
    )
    assert "0968-00-1111" in stale.text, "what was typed is shown beside what is stored"
    draft = first.post(f"/cases/{case}/draft", step="identity", phone="0968-00-2222")
    assert draft.status_code == 409 and "0968-00-2222" in draft.text
    told = first.get("/").text
    assert "2番の窓口で続けます。" in told and "引き取りました" in told
    assert (
        first.post("/inbox/messages", message=hidden(first.get("/"), "message"), back="/").status_code == 303
    )
    assert "2番の窓口で続けます。" not in first.get("/").text
    # He takes it back with what he typed; the colleague's answer to it is the same.
    chosen = first.post(f"/cases/{case}/conflict/identity", decision="chosen")
    assert chosen.headers["Location"] == f"/cases/{case}/steps/identity"
    assert "0968-00-2222" in first.see(case).text and stored(app, case).held_by == "demo-counter"
    assert second.save(case, "identity", version=str(stored(app, case).version)).status_code == 409
    events = [one for one in logged(app, case) if one not in {"case.viewed", "warning.shown"}]
    assert events.count("case.taken_over") == 2 and "case.conflict_resolved" in events


def test_two_windows_of_one_clerk_choose_field_by_field(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(resident(app).id)
    desk.identify(case)
    desk.choose(case, "move_out")
    desk.save(case, "subjects", subjects=[resident(app).id])
    page = desk.see(case, "content")
    old = hidden(page, "version")
    # The other window goes on; this one is older now.
    desk.post(f"/cases/{case}/suspend")
    desk.post(f"/cases/{case}/resume")
    fields = {"destination": "東京都港区1-2", "changed_on": "R8.12.1", "new_householder": "架空　太郎"}
    stale = desk.post(f"/cases/{case}/steps/content", version=old, **fields)
    assert stale.status_code == 409 and "別の画面で" in stale.text
    shown = html.unescape(stale.text)
    assert "東京都港区1-2" in shown and "R8.12.1" in shown
    names = re.findall(r'id="field-(\d+)">([^<]+)<', shown)
    theirs = next(number for number, label in names if "12" not in label and "日" in label)
    desk.post(f"/cases/{case}/conflict/content", decision="chosen", **{f"use-{theirs}": "theirs"})
    again = html.unescape(desk.see(case, "content").text)
    assert "東京都港区1-2" in again and "R8.12.1" not in again
    assert not [name for _subject, name in stored(app, case).facts if "@" in name]


def test_handed_to_a_section_taken_and_sent_back(served_city: Flask) -> None:
    app = served_city
    desk, section = clerk(app), clerk(app, "demo-insurance", "insurance")
    case = desk.move_in()
    assert desk.issue(case).status_code == 303
    number = stored(app, case).number
    assert desk.post(f"/cases/{case}/handover", to="main", note="").status_code == 422
    mark = re.search(r"/inbox\?seen=([\d-]+)", section.get("/").text)
    assert mark and section.browser.get(f"/inbox?seen={mark[1]}").status_code == 204
    assert (
        desk.post(f"/cases/{case}/handover", to="insurance", note="保険証の確認をお願いします").status_code
        == 303
    )
    assert stored(app, case).state is State.SUSPENDED
    polled = section.browser.get(f"/inbox?seen={mark[1]}")
    assert polled.status_code == 200 and ">1件</strong>" in polled.text
    assert polled.headers["HX-Trigger"] == "inbox-changed"
    for page in ("/", "/resume", "/inbox/list"):
        text = section.get(page).text
        assert number in text and "保険証の確認をお願いします" in text and "見本　花子さん" in text
    handover = looked_up(app, lambda: db.session.scalars(select(HandoverRow.id)).one())
    assert section.post(f"/inbox/{handover}/return").status_code == 422, "a reason is asked for"
    assert clerk(app, "demo-care", "care").post(f"/inbox/{handover}/accept").status_code == 403
    sent = section.post(f"/inbox/{handover}/return", **{f"reason-{handover}": "資格の資料が付いていません"})
    assert sent.status_code == 303
    assert "資格の資料が付いていません" in desk.get("/").text
    assert stored(app, case).held_by == "demo-counter"
    desk.post(f"/cases/{case}/resume")
    desk.post(f"/cases/{case}/handover", to="insurance", note="資料を付けました")
    second = looked_up(
        app, lambda: db.session.scalars(select(HandoverRow.id).where(HandoverRow.state == "waiting")).one()
    )
    # The number alone is enough to take it: the code of the guide sheet, read into the search box of the start page.
    answer = section.post("/residents/search", query=f"{number} K7Q2M9XA-1 1/3", settled="1")
    assert answer.headers["Location"] == f"/cases/{case}"
    taken = stored(app, case)
    assert (taken.held_by, taken.counter, taken.state) == ("demo-insurance", "insurance", State.OPEN)
    assert section.see(case).status_code == 200 and f"/cases/{case}/close" in section.see(case).text
    assert section.post(f"/inbox/{second}/accept").status_code == 404, "it was taken already"
    assert "受け取りました" in desk.get("/").text


def test_a_number_as_it_is_typed_or_scanned(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case()
    number = stored(app, case).number
    serial, check = str(int(number.split("-")[2])), number[-1]
    wide = number.translate(str.maketrans("0123456789-R", "０１２３４５６７８９－Ｒ"))
    for typed in (number, wide, number.replace("-", ""), f"#{serial}", f"＃{serial}-{check}"):
        desk.post(f"/cases/{case}/suspend")
        answer = desk.post("/residents/search", query=typed, settled="1")
        assert answer.status_code == 303 and answer.headers["Location"] == f"/cases/{case}", typed
        assert stored(app, case).state is State.OPEN
    assert desk.post("/resume", number=serial).headers["Location"] == f"/cases/{case}"
    wrong = number[:-1] + str((int(check) + 1) % 10)
    for path, field in (("/residents/search", "query"), ("/resume", "number")):
        answer = desk.post(path, **{field: wrong, "settled": "1"})
        assert "最後の数字が合いません" in answer.text
    assert "見つかりません" in desk.post("/resume", number="#99999").text
    held = clerk(app, "demo-care", "care").post("/residents/search", query=number, settled="1")
    assert held.headers["Location"] == f"/cases/{case}" and stored(app, case).held_by == "demo-counter"
    person = resident(app)
    other = desk.open_case(person.id)
    desk.post(f"/cases/{other}/suspend")
    write(app, insert(ProtectionRow).values(number=person.number, ground="1", source="01c", since=utc_now()))
    stopped = desk.post("/residents/search", query=stored(app, other).number, settled="1")
    page = desk.get(stopped.headers["Location"]).text
    assert "受付を止めました" in page and person.name not in page


def test_a_chain_of_counters_each_ticking_its_part(served_city: Flask) -> None:
    app = served_city
    desk, section = clerk(app), clerk(app, "demo-children", "children")
    case = desk.move_in()
    assert desk.issue(case).status_code == 303
    close(desk, app, case)
    number = stored(app, case).number
    entered = section.post("/residents/search", query=number, settled="1")
    page = section.get(entered.headers["Location"]).text
    own = set(re.findall(rf"/cases/{case}/ticks/(\w+)", page))
    pack = looked_up(app, lambda: packs.of_case(stored(app, case)))
    lines = {
        line.code
        for line in stored(app, case).procedures
        if line.needed and ticks.needs_counter(pack, pack.procedure_by_code[line.code])
    }
    assert own and own < lines and f"済み 0/{len(lines)}" in page
    foreign = sorted(lines - own)[0]
    assert section.post(f"/cases/{case}/ticks/{foreign}", state="received").status_code == 403
    first = sorted(own)[0]
    assert section.post(f"/cases/{case}/ticks/{first}", state="returned").status_code == 422
    section.post(f"/cases/{case}/ticks/{first}", state="returned", **{f"reason-{first}": "印鑑が要ります"})
    assert "印鑑が要ります" in desk.get("/").text
    for code in own:
        section.post(f"/cases/{case}/ticks/{code}", state="received")
    assert f"済み {len(own)}/{len(lines)}" in section.get(f"/cases/{case}/overview").text
    counters = sorted({one.code for one in pack.counters})
    with app.app_context():
        for counter in counters:
            db.session.merge(AssignmentRow(staff_id="demo-welfare", counter=counter, role="counter"))
        db.session.commit()
    for counter in counters:
        left = [
            line
            for line in stored(app, case).procedures
            if line.code in lines and line.state not in {"received", "unneeded"}
        ]
        if not left:
            break
        there = clerk(app, "demo-welfare", counter)
        for line in left:
            there.post(
                f"/cases/{case}/ticks/{line.code}",
                state="unneeded",
                **{f"reason-{line.code}": "ご本人の希望"},
            )
    done = {line.state for line in stored(app, case).procedures if line.code in lines}
    assert done <= {ProcedureState.RECEIVED, ProcedureState.UNNEEDED}
    assert "すべての手続きが済みました" in desk.get("/").text
    assert stored(app, case).state is State.CLOSED


def test_the_afternoon_goes_on_from_the_morning(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = resident(app)
    morning = desk.open_case(person.id)
    desk.identify(morning, phone="0968-12-0000")
    desk.choose(morning, "certificate")
    close(desk, app, morning)
    number = stored(app, morning).number
    afternoon = desk.open_case(person.id)
    assert "この方の最近の受付があります" in desk.see(afternoon).text and number in desk.see(afternoon).text
    linked = desk.post(f"/cases/{afternoon}/earlier/{morning}", version=desk.version(afternoon))
    assert linked.status_code == 303
    found = stored(app, afternoon)
    assert (found.continues, found.step) == (morning, Step.KIND)
    assert found.fact("identity.summary") == stored(app, morning).fact("identity.summary")
    assert found.visitor is not None and found.visitor.value("phone") == "0968-12-0000"
    assert f"{number} の続きです" in desk.see(afternoon).text
    token = secrets.token_hex(16)
    places = {desk.post(f"/cases/{morning}/continue", token=token).headers["Location"] for _ in range(2)}
    assert len(places) == 1, "pressed twice, it opens one case"
    other = desk.open_case(resident(app, 2).id)
    wrong = desk.post(f"/cases/{other}/earlier/{morning}", version=desk.version(other))
    assert wrong.status_code == 409 and stored(app, other).continues is None


def closed_certificate(desk: Desk, app: Flask) -> str:
    """A certificate that was printed, in a reception that has ended."""
    case = desk.open_case(resident(app).id)
    desk.identify(case)
    desk.choose(case, "certificate")
    person = stored(app, case).subjects[0].id
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j1", person=person)
    assert desk.issue(case, part="details", purpose="銀行に提出").status_code == 303
    close(desk, app, case)
    return case


def begin_correction(desk: Desk, case: str) -> Answer:
    said = {"reason": "使いみちの聞き違い", "changes": "使いみちを年金に直す"}
    return desk.post(f"/cases/{case}/corrections", token=secrets.token_hex(16), **said)


def submit(desk: Desk, app: Flask, case: str) -> None:
    answer = desk.post(f"/cases/{case}/correction/submit", version=str(stored(app, case).version))
    assert answer.status_code == 303 and stored(app, case).state is State.AWAITING


def decide(reviewer: Desk, case: str, **fields: str) -> int:
    made_for = hidden(reviewer.get(f"/cases/{case}/correction"), "made_for")
    return reviewer.post(f"/cases/{case}/correction/decide", made_for=made_for, **fields).status_code


def test_a_correction_waits_for_a_second_person(served_city: Flask) -> None:
    app = served_city
    desk, reviewer = clerk(app), clerk(app, "demo-reviewer", "main")
    case = closed_certificate(desk, app)
    assert desk.post(f"/cases/{case}/corrections", token=secrets.token_hex(16)).status_code == 422
    new = begin_correction(desk, case).headers["Location"].split("/")[2]
    again = begin_correction(desk, case)
    assert again.status_code == 409 and "訂正の途中" in again.text
    copied = stored(app, new)
    person = copied.subjects[0].id
    assert [line.kind for line in copied.certificates] == ["resident_record_copy"] and not copied.documents
    assert copied.certificates[0].subject == person != stored(app, case).subjects[0].id
    desk.post(f"/cases/{new}/certificates", version=desk.version(new), quick="j2", person=person)
    version = str(stored(app, new).version)
    refused = desk.post(f"/cases/{new}/documents", version=version, part="details", purpose="年金")
    assert refused.status_code == 403 and "承認されてから印刷" in refused.text
    assert desk.post(f"/cases/{new}/close", version=str(stored(app, new).version)).status_code == 403
    assert "前の版との違い" in desk.get(f"/cases/{new}/correction").text
    submit(desk, app, new)
    assert desk.post(f"/cases/{new}/correction/decide", decision="consent").status_code == 403
    assert stored(app, new).number in reviewer.get("/corrections").text
    assert decide(reviewer, new, decision="refuse") == 422, "a reason is asked for"
    assert decide(reviewer, new, decision="refuse", answer="通数も確かめてください") == 303
    assert "通数も確かめてください" in desk.get("/").text and stored(app, new).state is State.OPEN
    assert looked_up(app, lambda: corrections.replaced_by(case)) is None


def test_a_correction_that_was_consented_to_is_the_valid_version(served_city: Flask) -> None:
    app = served_city
    desk, reviewer = clerk(app), clerk(app, "demo-reviewer", "main")
    case = closed_certificate(desk, app)
    before = stored(app, case)
    new = begin_correction(desk, case).headers["Location"].split("/")[2]
    person = stored(app, new).subjects[0].id
    submit(desk, app, new)
    assert decide(reviewer, new, decision="consent") == 303
    assert looked_up(app, lambda: corrections.replaced_by(case)) == stored(app, new).number
    version = str(stored(app, new).version)
    locked = desk.post(f"/cases/{new}/certificates", version=version, quick="i1", person=person)
    assert locked.status_code == 403 and len(stored(app, new).certificates) == 1
    paper = f"/cases/{case}/documents/{before.documents[0].id}/reprint"
    old_paper = desk.post(paper, token=secrets.token_hex(16), data="as_printed")
    assert old_paper.status_code == 403 and "訂正後の受付" in old_paper.text
    close(desk, app, new)
    after = stored(app, case)
    assert (after.facts, after.certificates, after.state, after.version) == (
        before.facts, before.certificates, before.state, before.version,
    ), "the closed version is never edited"  # fmt: skip
    overview = desk.get(f"/cases/{case}/overview").text
    assert "この受付は訂正されています" in overview and stored(app, new).number in overview
    assert "case.correction_consented" in logged(app, new)


def test_what_was_consented_to_is_printed_as_it_is(served_city: Flask) -> None:
    """A request, whose lines are saved with every print otherwise, and a notice."""
    app = served_city
    desk, reviewer = clerk(app), clerk(app, "demo-reviewer", "main")
    notice = desk.move_in()
    assert desk.issue(notice).status_code == 303
    close(desk, app, notice)
    for case, fields in (
        (closed_certificate(desk, app), {"purpose": "別の使いみち"}),
        (notice, {"print": ["move_in"]}),
    ):
        begun = begin_correction(desk, case)
        new = begun.headers["Location"].split("/")[2]
        assert begun.headers["Location"].endswith("/steps/content")
        assert "本日すでに受け付けています" not in desk.get(begun.headers["Location"]).text, (
            "it is the same one"
        )
        submit(desk, app, new)
        assert decide(reviewer, new, decision="consent") == 303
        before = stored(app, new)
        if case == notice:
            on = f'<a class="fkey fkey-primary" href="/cases/{new}/steps/'
            assert on in desk.see(new, "content").text, "F12 goes on, nothing is sent"
        printed = desk.post(f"/cases/{new}/documents", version=str(before.version), **fields)
        assert printed.status_code == 303, printed.text
        assert stored(app, new).facts == before.facts and len(stored(app, new).documents) == 1
        close(desk, app, new)


@pytest.mark.parametrize("who", ["visitor"])
def test_what_changed_in_the_register_since(served_city: Flask, who: str) -> None:
    app, desk = served_city, clerk(served_city)
    person = resident(app)
    case = desk.open_case(person.id)
    seen = dict(stored(app, case).visitor.seen)  # type: ignore[union-attr]
    assert "住民情報が変わりました" not in desk.see(case).text, who
    write(app, update(CaseRow).where(CaseRow.id == case).values(register_import_id="0" * 32))
    assert "住民情報が変わりました" not in desk.see(case).text, "a new import alone is no change"
    old = {**seen, "address": "架空市旧町1番地", "household_number": "999"}
    write(app, update(CasePersonRow).where(CasePersonRow.case_id == case).values(seen=old))
    page = desk.see(case).text
    assert "住民情報が変わりました（2件）" in page and "架空市旧町1番地" in page and seen["address"] in page
    assert desk.post(f"/cases/{case}/register", version=desk.version(case)).status_code == 303
    assert dict(stored(app, case).visitor.seen) == seen  # type: ignore[union-attr]
    assert "住民情報が変わりました" not in desk.see(case).text and "case.register_renewed" in logged(
        app, case
    )
