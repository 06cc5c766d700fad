"""Trying content before it is published: on invented households, on its examples, and on past cases."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.config import PROJECT_ROOT
from app.data import trials as stored_trials
from app.data.models.audit import AuditRow
from app.data.models.base import utc_now
from app.data.models.trial import TrialLineRow, TrialRow
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.content import Condition, ContentPack
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid
from app.domain.trials import Trial, TrialState
from app.extensions import db
from app.operations import draft_edit, drafts, examples, packs, publishing, trials
from tests.conftest import new_client
from tests.desk import FAMILY, Answer, Desk
from tests.integration.served import clerk, looked_up

FIRST = "version-1"


def author(app: Flask) -> Desk:
    return Desk(new_client(app)).sign_in("demo-content", "information")


def begin(desk: Desk, line: str = "主40 妻38 子8 子3", **fields: str) -> str:
    """A simulation; its address."""
    chosen = {"tried": FIRST, "beside": "", "event": "move_in", "on": "今日", "like": "linked", **fields}
    answer = desk.post("/admin/simulator", line=line, **chosen)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def publish(app: Flask, change: Callable[[ContentPack], ContentPack]) -> int:
    """A further version; those before it stay as they are."""

    def store() -> int | None:
        now = packs.current()
        return packs.publish(change(now.source), now.forms_on(utc_now().date()))

    version = looked_up(app, store)
    assert version is not None
    return version


def younger_children(pack: ContentPack) -> ContentPack:
    """子ども医療費 for children below seven only, and no notes about water any more."""
    rows = tuple(
        replace(one, conditions=(*one.conditions, Condition("age", "<", 7)))
        if one.procedure == "child_medical"
        else one
        for one in pack.rules
        if one.procedure != "utilities"
    )
    return replace(pack, version="next", rules=rows, examples=())


def received_family(app: Flask) -> str:
    """A family of four moves in and is led to its list; the reception number."""
    desk = clerk(app)
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    assert desk.move(case, FAMILY).status_code == 303
    desk.answer_all(case)
    page = desk.see(case, "questions").text
    found = re.search(r"R\d+-\d\d-\d{6}-\d", page)
    assert found
    return found[0]


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def run(desk: Desk, address: str) -> str:
    """The page of a trial when it has ended, advanced as the page itself does it."""
    page = desk.get(address).text
    for _ in range(200):
        waiting = re.search(r'hx-post="(/admin/trials/\w+/advance)"', page)
        if waiting is None:
            return page
        assert desk.post(waiting[1]).status_code == 303
        page = desk.get(address).text
    raise AssertionError("the trial does not end")


def actions(app: Flask) -> list[tuple[str, str]]:
    rows = looked_up(app, lambda: db.session.execute(select(AuditRow.action, AuditRow.detail)).all())
    return [(action, str(detail)) for action, detail in rows if action.startswith("content.")]


def test_a_household_is_invented_interviewed_and_told_why(served_city: Flask) -> None:
    desk = author(served_city)
    address = begin(desk)
    page = desk.get(address).text
    assert "甲（世帯主）" in desk.get("/admin/simulator").text
    asked = re.findall(r'name="(q-[^"]+)" value="yes"', page)
    assert asked, "nothing is asked"
    answer = desk.post(f"{address}/answers", **{asked[0]: "yes"})
    assert (
        answer.status_code == 200
        and f'name="{asked[0]}"' not in answer.text
        and "回答した質問（1件）" in answer.text
    )
    fact, _, person = asked[0].removeprefix("q-").partition("--")
    back = desk.post(f"{address}/answers", take_back=f"{fact}--{person}" if person else fact)
    assert back.status_code == 303 and f'name="{asked[0]}"' in desk.get(address).text
    found = desk.post(f"{address}/why", query="子ども医療").text
    assert "丙さん" in found and "丁さん" in found
    assert "のため、不要です" in desk.post(f"{address}/why", query="後期", need="not_needed").text
    assert [action for action, _detail in actions(served_city)] == ["content.published", "content.simulated"]


def test_the_household_is_changed_and_what_is_wrong_stays_typed(served_city: Flask) -> None:
    desk = author(served_city)
    address = begin(desk)
    page = desk.get(address).text
    grid = {"version": field(page, "version"), "event": "move_in", "on": "今日", "received": ""}
    people = {"name-0": "甲", "was-0": "甲", "relationship-0": "世帯主", "birth-0": "S60.1.2", "moves-0": "1"}
    wrong = desk.post(f"{address}/household", **grid, **people | {"birth-0": "S99.1.2"})
    assert wrong.status_code == 422 and 'value="S99.1.2"' in wrong.text and 'href="#birth-0"' in wrong.text
    twice = {f"{kind.removesuffix('-0')}-1": value for kind, value in people.items()}
    assert "2人います" in desk.post(f"{address}/household", **grid, **people, **twice).text
    assert desk.post(f"{address}/household", **grid, **people | {"name-0": ""}).status_code == 303
    assert "甲（1人）" in desk.get(address).text
    stale = desk.post(f"{address}/household", **grid, **people)
    assert stale.status_code == 409


def test_facts_are_picked_from_a_searchable_list(served_city: Flask) -> None:
    desk = author(served_city)
    address = begin(desk, "主76", like="")
    offered = desk.post(f"{address}/fact-options", person="甲", q="国民健康保険 はい").text
    assert 'data-value="nhi_member=yes"' in offered and "=no" not in offered
    assert desk.post(f"{address}/facts", person="甲", fact="nhi_member=yes").status_code == 303
    assert "甲：国民健康保険の加入＝はい" in desk.get(address).text
    assert desk.post(f"{address}/facts", person="甲", fact="age=yes").status_code == 422
    assert desk.post(f"{address}/facts", person="甲", fact="").status_code == 422
    assert desk.post(f"{address}/facts", person="甲", drop="nhi_member").status_code == 303
    assert "（0件）" in desk.get(address).text


def test_two_contents_stand_side_by_side_with_what_differs(served_city: Flask) -> None:
    publish(served_city, younger_children)
    desk = author(served_city)
    address = begin(desk, beside="version-2")
    page = desk.get(address).text
    assert "第2版" in page and "違い" in page
    assert "対象の方が変わる" in page and "増える" in page


def test_examples_of_a_content_are_run_and_failing_ones_named(served_city: Flask) -> None:
    def spoiled(pack: ContentPack) -> ContentPack:
        rows = (one for one in younger_children(pack).rules if one.procedure == "child_medical")
        others = (one for one in pack.rules if one.procedure != "child_medical")
        return replace(pack, rules=(*others, *rows), examples=pack.examples[:12])

    version = publish(served_city, spoiled)
    desk = author(served_city)
    assert "未確認" in desk.get(f"/admin/examples?of=version-{version}").text
    assert desk.post("/admin/examples", of=f"version-{version}").status_code == 303
    page = run(desk, f"/admin/examples?of=version-{version}")
    assert "正しい一覧にならない世帯例" in page and "正しくは" in page
    standing = looked_up(served_city, lambda: examples.standing(packs.published(version).source))
    assert standing.checked and standing.failing and not standing.may_publish
    code = standing.failing[0]
    detail = desk.get(f"/admin/examples/version-{version}/{code}")
    assert detail.status_code == 200 and "正しい一覧になりません" in detail.text
    stored = looked_up(served_city, lambda: packs.published(version).source)
    assert looked_up(served_city, lambda: examples.standing(replace(stored, version="other")).checked)
    fewer = replace(stored, examples=stored.examples[:5])
    assert not looked_up(served_city, lambda: examples.standing(fewer).checked)


def replayed(desk: Desk, source: str = FIRST, **fields: str) -> str:
    answer = desk.post("/admin/replay", of=source, **{"since": "今日", "until": "今日", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_past_cases_are_replayed_by_number_without_names(served_city: Flask) -> None:
    number = received_family(served_city)
    publish(served_city, younger_children)
    desk = author(served_city)
    address = replayed(desk)
    page = run(desk, address)
    assert number in page and "1件 / 1件" in page
    assert "増える" in page and "対象の方が変わる" in page
    only = desk.get(f"{address}?procedure=utilities").text
    assert only.count(number) == 1
    file = desk.get(f"{address}/differences.csv")
    assert number in file.text and file.headers["Content-Type"].startswith("text/csv")
    for name, kana, *_rest in FAMILY:
        for text in (page, file.text):
            assert name not in text and name.split("　")[1] not in text and kana not in text
    kept = looked_up(served_city, lambda: list(db.session.scalars(select(TrialLineRow.result))))
    assert all(set(one) == {"event", "procedure", "change", "before", "after", "because"} for one in kept)
    assert {"content.replayed", "content.trial_exported"} <= {
        action for action, _detail in actions(served_city)
    }


def test_the_same_content_changes_no_case(served_city: Flask) -> None:
    received_family(served_city)
    desk = author(served_city)
    page = run(desk, replayed(desk))
    assert "一覧は1件も変わりません" in page


def test_a_stopped_replay_goes_on_where_it_was(served_city: Flask) -> None:
    numbers = {received_family(served_city) for _ in range(3)}
    publish(served_city, younger_children)
    desk = author(served_city)
    address = replayed(desk)
    trial_id = address.rsplit("/", 1)[1]

    def one_case() -> Trial:
        return trials.advance(trial_id, 0.0)

    assert looked_up(served_city, one_case).done == 1
    assert desk.post(f"/admin/trials/{trial_id}/stop").status_code == 303
    stopped = looked_up(served_city, one_case)
    assert (stopped.state, stopped.done) == (TrialState.STOPPED, 1)
    assert desk.post(f"/admin/trials/{trial_id}/stop").status_code == 409
    desk.post(f"/admin/trials/{trial_id}/resume")
    page = run(desk, address)
    assert "3件 / 3件" in page and all(number in page for number in numbers)


def test_a_part_is_counted_once_however_many_look(served_city: Flask) -> None:
    for _ in range(2):
        received_family(served_city)
    publish(served_city, younger_children)
    trial_id = replayed(author(served_city)).rsplit("/", 1)[1]

    def look(_at: int) -> None:
        with served_city.app_context():
            while trials.advance(trial_id, 0.0).running:
                pass
            db.session.remove()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(look, range(3)))
    ended = looked_up(served_city, lambda: trials.get(trial_id))
    assert (ended.state, ended.done, ended.total) == (TrialState.DONE, 2, 2)
    lines = looked_up(served_city, lambda: stored_trials.list_lines(trial_id))
    assert len({(line.key, line.topic) for line in lines}) == len(lines) == ended.found


def test_work_that_died_is_done_again_after_the_lease(served_city: Flask) -> None:
    received_family(served_city)
    publish(served_city, younger_children)
    trial_id = replayed(author(served_city)).rsplit("/", 1)[1]
    with served_city.app_context():
        with transaction() as session:
            assert stored_trials.take_part(session, trial_id, utc_now())
        assert trials.advance(trial_id).done == 0
        with transaction() as session:
            session.get_one(TrialRow, trial_id).held_until = utc_now() - timedelta(seconds=1)
        assert trials.advance(trial_id).state is TrialState.DONE


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"since": "R8.13.1"}, "since"),
        ({"since": "R8.4.2", "until": "R8.4.1"}, "始まりの日より後"),
        ({"since": "R1.5.1"}, "3年まで"),
        ({"of": "draft-none"}, ""),
    ],
)
def test_what_cannot_be_replayed_is_refused(served_city: Flask, fields: dict[str, str], said: str) -> None:
    answer: Answer = author(served_city).post(
        "/admin/replay", **{"of": FIRST, "since": "今日", "until": "今日", **fields}
    )
    assert answer.status_code == (422 if said else 404)
    assert said in answer.text


def test_only_who_manages_content_tries_it(served_city: Flask) -> None:
    address = begin(author(served_city))
    for staff, counter in (("demo-tax", "tax"), ("demo-counter", "main"), ("demo-admin", "information")):
        desk = Desk(new_client(served_city)).sign_in(staff, counter)
        for page in (address, "/admin/simulator", "/admin/examples", "/admin/replay"):
            assert desk.browser.get(page).status_code == 403


AUTHOR = Actor("demo-content", "見本", "information", "情報政策課", frozenset({"content"}))
SECOND = Actor("demo-admin", "見本", "information", "情報政策課", frozenset({"content"}))


def draft_without_medical(app: Flask) -> str:
    """A draft in which no child is helped with medical costs any more than those below seven; its id."""

    def make() -> str:
        draft = drafts.begin("医療費の対象を変える", "", None, AUTHOR)
        lines = [one for one in drafts.read(draft).lines if one.part == "rules"]
        line = next(one for one in lines if one.cells["procedure"] == "child_medical")
        conditions = [*line.cells["conditions"], ["age", "<", 7]]
        draft_edit.put_row(draft, "rules", line.id, {**line.cells, "conditions": conditions}, AUTHOR)
        return draft

    return looked_up(app, make)


def said(page: str, wrong: str = "") -> dict[str, object]:
    """The form of an expected list with every line of the engine said to be right, but one."""
    fields: dict[str, object] = {}
    for at, code in re.findall(r'name="code-(\d+)" value="(\w+)"', page):
        fields |= {f"code-{at}": code, f"need-{at}": "no" if code == wrong else "yes"}
        fields[f"people-{at}"] = re.findall(rf'name="people-{at}" value="([^"]+)"[^>]*? checked', page)
    return fields


def test_an_example_holds_what_a_person_said_and_keeps_a_draft_from_being_published(
    served_city: Flask,
) -> None:
    draft = draft_without_medical(served_city)
    desk = author(served_city)
    address = begin(desk, tried=f"draft-{draft}", beside=FIRST)
    page = desk.get(address).text
    assert "対象の方が変わる" in page
    form = desk.get(f"{address}/example").text
    words = {"title": "小学生は対象外", "source": "条例3条", "code": "tried_001"}
    untold = desk.post(f"{address}/example", **words, **{"code-0": "child_medical"})
    assert untold.status_code == 422 and "選んでください" in untold.text
    kept = desk.post(f"{address}/example", **words, **said(form, wrong="child_medical"))
    assert kept.status_code == 303, kept.text
    assert "出ますが、出ないはずです" in desk.get(kept.headers["Location"]).text

    def submit() -> str:
        try:
            publishing.submit(draft, today_in_japan(), AUTHOR)
        except Invalid as refused:
            return refused.message
        return ""

    assert "世帯例をまだ確かめていません" in looked_up(served_city, submit)
    trial = looked_up(served_city, lambda: trials.run(trials.start_examples(f"draft-{draft}", AUTHOR)))
    assert trial.state is TrialState.DONE
    assert "正しい一覧になりません" in looked_up(served_city, submit)
    page = desk.get(f"/admin/examples?of=draft-{draft}").text
    assert "tried_001" in page


def test_what_an_example_must_get_is_changed_and_it_is_taken_out_of_service(served_city: Flask) -> None:
    draft = draft_without_medical(served_city)
    desk = author(served_city)
    code = looked_up(served_city, lambda: examples.live_examples(packs.current().pack)[0].code)
    where = f"/admin/examples/draft-{draft}/{code}"
    page = desk.get(where).text
    fields = {**said(page), "title": "直した例", "source": "目録 1", "more-0": "child_medical"}
    assert desk.post(where, **fields).status_code == 303
    assert "直した例" in desk.get(where).text
    stored = looked_up(served_city, lambda: drafts.read(draft).pack)
    assert "child_medical" in next(one for one in stored.examples if one.code == code).needed
    assert desk.post(f"{where}/retire", reason=" ").status_code == 422
    assert desk.post(f"{where}/retire", reason="制度がなくなった").status_code == 303
    assert "制度がなくなった" in desk.get(f"/admin/examples?of=draft-{draft}").text
    assert desk.post(f"/admin/examples/{FIRST}/{code}", **fields).status_code == 403


def test_a_trial_ends_when_the_draft_changes_below_it(served_city: Flask) -> None:
    for _ in range(2):
        received_family(served_city)
    draft = draft_without_medical(served_city)
    trial_id = replayed(author(served_city), f"draft-{draft}").rsplit("/", 1)[1]

    def change_and_look() -> TrialState:
        trials.advance(trial_id, 0.0)
        line = next(one for one in drafts.read(draft).lines if one.part == "rules")
        draft_edit.put_row(draft, "rules", line.id, {**line.cells, "events": ["birth"]}, AUTHOR)
        return trials.advance(trial_id).state

    assert looked_up(served_city, change_and_look) is TrialState.OUTDATED


def test_only_words_changed_needs_no_run_of_the_examples(city_app: Flask) -> None:
    draft = drafts.begin("説明を直す", "", None, AUTHOR)
    line = next(one for one in drafts.read(draft).lines if one.part == "procedures")
    draft_edit.put_row(
        draft, "procedures", line.id, {**line.cells, "explanation": "新しい説明です。"}, AUTHOR
    )
    assert examples.standing(drafts.read(draft).pack).may_publish
    publishing.submit(draft, today_in_japan(), AUTHOR)
    publishing.approve(draft, drafts.read(draft).draft.revision, "", SECOND)


def test_the_command_names_the_examples_that_fail(app: Flask, tmp_path: Path) -> None:
    content = PROJECT_ROOT / "app" / "content"
    runner = app.test_cli_runner()
    shutil.copytree(content, tmp_path / "pack", ignore=shutil.ignore_patterns("forms"))
    held = tmp_path / "pack" / "examples"
    for path in held.glob("*.toml"):
        if path.name not in {"_ordinary.toml", "certificate.toml"}:
            path.unlink()
    (held / "own.toml").write_text(
        '[[example]]\ncode = "own"\ntitle = "一人の転入"\nsource = "要綱"\nevent = "move_in"\non = 2026-04-01\nneeded = {}\n'
        'people = [{ name = "望", birth = "1985-05-05", relationship = "世帯主", like = "linked" }]\n',
        encoding="utf-8",
    )
    result = runner.invoke(args=["content", "examples", str(tmp_path / "pack")])
    assert result.exit_code == 1 and "own（一人の転入）" in result.output and "出ないはず" in result.output
