"""The interview and the list of a case: what was typed below an answer, what was brought, what was changed by hand, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.domain.authority import Actor
from app.domain.case import Case, ProcedureState
from app.domain.readiness import BROUGHT, MISSING
from app.operations import explaining, navigation, packs, procedure_list, why
from app.operations.interview import SHOWN_AT_ONCE, interview
from app.operations.print_values import answer_values
from app.operations.route import is_here
from tests.desk import FAMILY, Desk, open_questions
from tests.integration.served import announced, clerk, logged, looked_up, resident, stored
from tests.stores import ONE_IS_ENOUGH

CLERK = Actor("demo-counter", "", "main", "", frozenset({"counter"}))


def typed_move_in(desk: Desk) -> str:
    """A typed move-in of four that stands at the questions."""
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    desk.move(case, FAMILY)
    return case


def needed(case: Case) -> set[str]:
    return {line.code for line in case.procedures if line.needed}


def below_insurance(desk: Desk, case: str) -> str:
    """Answer that the insurance differs by person, and one of the questions that this brings; its field."""
    desk.post(f"/cases/{case}/answers", **{"q-insurance_common": "differs"})
    page = desk.see(case, "questions").text
    below = next(name for name in open_questions(page) if name.startswith("q-insurance--"))
    assert desk.post(f"/cases/{case}/answers", **{below: "nhi"}).status_code == 200
    return below


def test_what_was_answered_below_an_answer_comes_back_with_it(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = typed_move_in(desk)
    desk.answer_all(case)
    before = needed(stored(app, case))
    below = below_insurance(desk, case)
    person = below.partition("--")[2]
    first = stored(app, case)
    answer = first.facts[person, "answer:insurance"]
    assert needed(first) - before

    for change in ({"q-insurance_common": "work"}, {"take_back": "insurance_common"}):
        desk.post(f"/cases/{case}/answers", **change)
        now = stored(app, case)
        assert (person, "answer:insurance") not in now.facts
        assert needed(now) == before, "what no longer counts adds nothing"
        assert below not in desk.see(case, "questions").text
        printed = looked_up(app, lambda now=now: _printed(now, person))
        assert "answers.insurance" not in printed

    desk.post(f"/cases/{case}/answers", **{"q-insurance_common": "differs"})
    again = stored(app, case)
    assert again.facts[person, "answer:insurance"] == answer, "with when and by whom it was given"
    assert needed(again) == needed(first)
    assert looked_up(app, lambda: _printed(again, person))["answers.insurance"] == "nhi"


def _printed(case: Case, person: str) -> dict[str, object]:
    pack = packs.of_case(case)
    return answer_values(pack, navigation.facts_of(case, pack, CLERK), case.person(person))


@ONE_IS_ENOUGH
def test_the_answers_the_screen_shows_are_those_that_count(served_city: Flask) -> None:
    """Also when the move is corrected afterwards, so that a question is put to nobody any more."""
    app, desk = served_city, clerk(served_city)
    case = typed_move_in(desk)
    below_insurance(desk, case)
    answer = next(name for name in open_questions(desk.see(case, "questions").text) if "insurance--" in name)
    child = answer.partition("--")[2]
    desk.post(f"/cases/{case}/answers", **{answer: "nhi"})
    seen = stored(app, case)
    shown = looked_up(app, lambda: interview(seen, CLERK))
    assert {one.answered.instance.key for one in shown.given} == {
        (name.removeprefix("answer:"), subject or None)
        for subject, name in seen.facts
        if name.startswith("answer:")
    }
    assert "取り消す" in desk.see(case, "questions").text and child in desk.see(case, "questions").text


@ONE_IS_ENOUGH
def test_a_contradiction_with_the_data_is_shown(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(announced(app, 4)[0].id)
    desk.identify(case)
    desk.choose(case, "move_in")
    desk.move(case)
    opened = stored(app, case)
    shown = looked_up(app, lambda: interview(opened, CLERK))
    known = next(one for one in shown.automatic if one.answered.instance.question.fact == "has_card")
    assert known.source.startswith("転出証明書情報（")
    fact, person = known.answered.instance.key
    other = "no" if known.answered.value else "yes"
    page = desk.post(f"/cases/{case}/answers", **{f"q-{fact}--{person}": other}).text
    assert "データと違う回答があります（1件）" in page
    changed = stored(app, case)
    corrected = next(
        one
        for one in looked_up(app, lambda: interview(changed, CLERK)).given
        if one.answered.instance.key == (fact, person)
    )
    assert "転出証明書情報" in corrected.contradiction and corrected.answered.label in {"はい", "いいえ"}
    same = "yes" if known.answered.value else "no"
    assert "データと違う回答" not in desk.post(f"/cases/{case}/answers", **{f"q-{fact}--{person}": same}).text


@ONE_IS_ENOUGH
def test_many_open_questions_are_folded_by_topic(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = typed_move_in(desk)
    below_insurance(desk, case)
    opened = stored(app, case)
    shown = looked_up(app, lambda: interview(opened, CLERK))
    assert len(shown.open) > SHOWN_AT_ONCE
    unfolded = [topic for topic in shown.topics if not topic.folded]
    assert unfolded and any(topic.folded for topic in shown.topics)
    assert sum(len(topic.questions) for topic in unfolded[1:]) <= SHOWN_AT_ONCE
    page = desk.see(case, "questions").text
    assert page.count('class="topic"') == sum(topic.folded for topic in shown.topics)


def listed(app: Flask, case: str) -> procedure_list.ProcedureList:
    return looked_up(app, lambda: procedure_list.procedure_list(stored_here(case), CLERK))


def stored_here(case: str) -> Case:
    from app.data import cases

    return cases.get_case(case)


def ready(app: Flask, desk: Desk) -> str:
    """A typed move-in of four, everything answered with いいえ, that stands at its list."""
    case = typed_move_in(desk)
    desk.answer_all(case)
    desk.save(case, "questions")
    return case


@ONE_IS_ENOUGH
def test_a_thing_is_checked_once_for_all_procedures_that_need_it(
    served_city: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, desk = served_city, clerk(served_city)
    monkeypatch.setattr(procedure_list.calendar, "opening", _always_open)
    case = ready(app, desk)
    found = listed(app, case)
    texts = [item.text for item in found.bring]
    assert len(texts) == len(set(texts)) and any(item.brought is None for item in found.bring)
    shared = next(item for item in found.bring if item.brought is None)
    form = {f"text-{place}": text for place, text in enumerate(texts)}
    answer = desk.post(
        f"/cases/{case}/bring", all="1", **form, **{f"item-{texts.index(shared.text)}": MISSING}
    )
    assert answer.status_code == 200
    now = listed(app, case)
    for line in now.needed:
        if shared.text in line.procedure.bring:
            assert shared.text in line.readiness.missing and not line.readiness.today
        elif counted_here(line):
            assert line.readiness.today, line.procedure.title
    desk.post(f"/cases/{case}/bring", **{"text-1": shared.text, "item-1": BROUGHT})
    assert all(line.readiness.today for line in listed(app, case).needed if counted_here(line))
    refused = desk.post(f"/cases/{case}/bring", **{"text-1": "だれも求めないもの", "item-1": BROUGHT})
    assert refused.status_code == 422
    assert logged(app, case).count("case.bring_checked") == 2


def counted_here(line: procedure_list.ListedProcedure) -> bool:
    return not any("市役所の外" in text for text in line.readiness.missing)


def _always_open(*_: object) -> procedure_list.calendar.Opening:
    return procedure_list.calendar.Opening("", True, "")


@ONE_IS_ENOUGH
def test_a_closed_section_stands_against_finishing_today(
    served_city: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, desk = served_city, clerk(served_city)
    case = ready(app, desk)
    closed = procedure_list.calendar.Opening("", False, "本日は閉庁です。")
    monkeypatch.setattr(procedure_list.calendar, "opening", lambda *_: closed)
    away = [line for line in listed(app, case).needed if not line.here and not line.procedure.automatic]
    here = [line for line in listed(app, case).needed if line.here]
    assert away and all(line.readiness.missing for line in away)
    assert not any("閉庁" in text for line in here for text in line.readiness.missing)


@ONE_IS_ENOUGH
def test_the_list_follows_the_route(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = ready(app, desk)
    pack = looked_up(app, lambda: packs.of_case(stored_here(case)))
    lines = listed(app, case).needed
    walked = [line for line in lines if not line.procedure.automatic]
    assert [line.here for line in walked] == sorted((line.here for line in walked), reverse=True)
    sections = [pack.section_by_code[line.procedure.section].order for line in walked if not line.here]
    assert sections == sorted(sections)
    assert [line.procedure.automatic for line in lines] == sorted(line.procedure.automatic for line in lines)


@ONE_IS_ENOUGH
def test_what_was_added_by_hand_is_withdrawn_again(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = ready(app, desk)
    pack = looked_up(app, lambda: packs.of_case(stored_here(case)))
    before = needed(stored(app, case))
    extra = next(one.code for one in pack.procedures if one.code not in before)
    path = f"/cases/{case}/procedures"
    refused = desk.post(path, version=desk.version(case), procedure=extra, reason=" ")
    assert refused.status_code == 422 and "理由を入力してください" in refused.text
    page = desk.get(
        desk.post(path, version=desk.version(case), procedure=extra, reason="希望").headers["Location"]
    )
    assert "を追加しました" in page.text and "元に戻す" in page.text
    desk.post(f"{path}/{extra}", version=desk.version(case), change="withdraw")
    assert needed(stored(app, case)) == before
    rule = sorted(before)[0]
    assert desk.post(f"{path}/{rule}", version=desk.version(case), change="withdraw").status_code == 422
    refused = desk.post(f"{path}/{rule}", version=desk.version(case), change="exclude", reason="")
    assert refused.status_code == 422 and needed(stored(app, case)) == before


@ONE_IS_ENOUGH
def test_a_procedure_added_by_hand_that_the_rules_ask_for_too_stays(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = ready(app, desk)
    rule = sorted(needed(stored(app, case)))[0]
    path = f"/cases/{case}/procedures"
    desk.post(path, version=desk.version(case), procedure=rule, reason="念のため")
    desk.post(f"{path}/{rule}", version=desk.version(case), change="withdraw")
    line = next(line for line in stored(app, case).procedures if line.code == rule)
    assert (line.needed, line.origin, line.staff_reason) == (True, "rule", "")


@ONE_IS_ENOUGH
def test_a_counter_receives_what_the_content_lets_it_receive(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = ready(app, desk)
    pack = looked_up(app, lambda: packs.of_case(stored_here(case)))
    codes = sorted(needed(stored(app, case)))
    own = next(code for code in codes if is_here(pack, "main", pack.procedure_by_code[code]))
    other = next(code for code in codes if not is_here(pack, "main", pack.procedure_by_code[code]))

    def receive(code: str) -> int:
        answer = desk.post(f"/cases/{case}/procedures/{code}", version=desk.version(case), change="received")
        return int(answer.status_code)

    assert (receive(own), receive(other)) == (303, 403)
    states = {line.code: line.state for line in stored(app, case).procedures}
    assert states[own] == ProcedureState.RECEIVED != states[other]


@ONE_IS_ENOUGH
@pytest.mark.parametrize(
    "query", ["児童手当", "じどうてあて", "ジドウテアテ", "ｼﾞﾄﾞｳ ﾃｱﾃ", "子育て支援課 児童手当"]
)
def test_why_finds_by_name_reading_and_section(served_city: Flask, query: str) -> None:
    app, desk = served_city, clerk(served_city)
    case = typed_move_in(desk)
    found = looked_up(app, lambda: why.find(stored_here(case), CLERK, query))
    first = next(one for one in found if one.procedure.title == "児童手当の認定請求")
    assert first.reasons and first.section == "子育て支援課"
    page = desk.post(f"/cases/{case}/why", q=query).text
    assert "児童手当の認定請求" in page


@ONE_IS_ENOUGH
def test_why_tells_of_every_procedure_how_it_stands(served_city: Flask) -> None:
    """Needed, not needed with a reason, or open with the questions that would decide: never silent."""
    app, desk = served_city, clerk(served_city)
    case = typed_move_in(desk)
    pack = looked_up(app, lambda: packs.of_case(stored_here(case)))
    codes = [one.code for one in pack.procedures]
    found = looked_up(app, lambda: why.of_procedures(stored_here(case), CLERK, codes))
    assert {one.procedure.code for one in found} == set(codes)
    wanted = needed(stored(app, case))
    for one in found:
        assert one.reasons and all(one.reasons), one.procedure.code
        assert (one.standing is why.Standing.NEEDED) == (one.procedure.code in wanted)
    assert any(one.questions for one in found if one.standing is why.Standing.OPEN)


@ONE_IS_ENOUGH
def test_an_explanation_says_for_each_condition_where_its_value_comes_from(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = ready(app, desk)
    for code in sorted(needed(stored(app, case))):
        told = looked_up(app, lambda code=code: explaining.tell(stored_here(case), CLERK, code))
        assert told.published_at and told.people
        decided = [row for person in told.people for row in person.rows if row.holds]
        assert decided, code
        assert all(source for row in decided for met in row.conditions for _value, source in met.sources)
        page = desk.get(f"/cases/{case}/procedures/{code}")
        assert page.status_code == 200 and told.finding.procedure.title in page.text
    asked = "聞き取り（見本"
    pack = looked_up(app, lambda: packs.of_case(stored_here(case)))
    pages = (desk.get(f"/cases/{case}/procedures/{one.code}").text for one in pack.procedures)
    assert any(asked in page for page in pages)
    assert desk.get(f"/cases/{case}/procedures/nothing").status_code == 404


def test_a_case_takes_newer_content_over_only_when_it_is_told(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = ready(app, desk)
    before = stored(app, case)
    gone = sorted(needed(before))[0]
    assert "新しい業務定義が" not in desk.see(case, "procedures").text

    def publish() -> int:
        current = packs.current()
        rules = tuple(rule for rule in current.source.rules if rule.procedure != gone)
        forms = {form.code: form for form in current.forms}
        version = packs.publish(replace(current.source, rules=rules, version="newer"), forms)
        assert version is not None
        return version

    with app.app_context():
        newer = publish()
    assert "新しい業務定義が" in desk.see(case, "procedures").text
    title = before_title(app, before, gone)
    page = desk.get(f"/cases/{case}/content").text
    assert title in page and "なくなる" in page
    assert needed(stored(app, case)) == needed(before), "looking changes nothing"
    stale = desk.post(f"/cases/{case}/content", version=desk.version(case), shown=str(newer + 1))
    assert stale.status_code == 409
    desk.post(f"/cases/{case}/content", version=desk.version(case), shown=str(newer))
    after = stored(app, case)
    assert after.content_version == newer and needed(after) == needed(before) - {gone}
    assert "case.content_renewed" in logged(app, case)
    assert "新しい業務定義が" not in desk.see(case, "procedures").text


def before_title(app: Flask, case: Case, code: str) -> str:
    return looked_up(app, lambda: packs.of_case(case).procedure_by_code[code].title)


@ONE_IS_ENOUGH
def test_the_pages_of_a_case_are_closed_before_its_list_is_reached(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(resident(app).id)
    for address in (f"/cases/{case}/content", f"/cases/{case}/procedures/move_in"):
        assert desk.get(address).status_code == 404
    assert desk.post(f"/cases/{case}/why", q="転入").status_code == 404
