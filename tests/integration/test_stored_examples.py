"""The stored example households: run, told, changed, and held against publishing."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

from flask import Flask

from app.config import PROJECT_ROOT
from app.domain.content import ContentPack
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid
from app.domain.trials import TrialState
from app.operations import draft_edit, drafts, examples, packs, publishing, trials
from tests.integration.served import looked_up
from tests.integration.trying import (
    AUTHOR,
    FIRST,
    SECOND,
    author,
    begin,
    draft_without_medical,
    publish,
    run,
    younger_children,
)
from tests.stores import ONE_IS_ENOUGH


def said(page: str, wrong: str = "") -> dict[str, object]:
    """The form of an expected list with every line of the engine said to be right, but one."""
    fields: dict[str, object] = {}
    for at, code in re.findall(r'name="code-(\d+)" value="(\w+)"', page):
        fields |= {f"code-{at}": code, f"need-{at}": "no" if code == wrong else "yes"}
        fields[f"people-{at}"] = re.findall(rf'name="people-{at}" value="([^"]+)"[^>]*? checked', page)
    return fields


@ONE_IS_ENOUGH
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


@ONE_IS_ENOUGH
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


@ONE_IS_ENOUGH
def test_only_words_changed_needs_no_run_of_the_examples(city_app: Flask) -> None:
    draft = drafts.begin("説明を直す", "", None, AUTHOR)
    line = next(one for one in drafts.read(draft).lines if one.part == "procedures")
    draft_edit.put_row(
        draft, "procedures", line.id, {**line.cells, "explanation": "新しい説明です。"}, AUTHOR
    )
    assert examples.standing(drafts.read(draft).pack).may_publish
    publishing.submit(draft, today_in_japan(), AUTHOR)
    publishing.approve(draft, drafts.read(draft).draft.revision, "", SECOND)


@ONE_IS_ENOUGH
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
