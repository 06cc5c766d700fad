"""The rule desk: a draft from the published version, edited, checked, reviewed by a second person, published on a day."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.commands.content import CONTENT
from app.data import cases, content
from app.data.models.audit import AuditRow
from app.domain.authority import Actor
from app.domain.dates import format_wareki, today_in_japan
from app.domain.drafts import CellEdit, Level
from app.domain.errors import Conflict, Invalid, Refused
from app.extensions import db
from app.operations import content_files, draft_edit, drafts, packs, publishing
from app.operations.draft_edit import Clash
from tests.conftest import new_client
from tests.desk import Desk
from tests.integration.served import clerk, looked_up

AUTHOR = Actor("demo-content", "見本　則", "information", "情報政策課", frozenset({"content"}))
SECOND = Actor("demo-content2", "見本　規", "information", "情報政策課", frozenset({"content"}))
INSURANCE = Actor("demo-insurance", "見本　健", "insurance", "保険年金課", frozenset({"section_content"}))
RULE = "move_in_1"


def begun(title: str = "理由の文を直す") -> str:
    return drafts.begin(title, "試験", None, AUTHOR)


def line_of(draft: str, part: str, key: str) -> tuple[str, int]:
    found = next(line for line in drafts.read(draft).of_part[part] if key in line.cells.values())
    return found.id, found.version


def put(draft: str, part: str, key: str, column: str, text: str, actor: Actor = AUTHOR) -> None:
    line, version = line_of(draft, part, key)
    draft_edit.change_cells(draft, part, [CellEdit(line, version, column, text)], actor)


def said(draft: str, part: str, key: str) -> list[tuple[str, str, str]]:
    found = drafts.read(draft)
    line = next(one for one in found.of_part[part] if key in one.cells.values())
    return [(str(one.level), one.column, one.text) for one in found.by_line.get(line.id, ())]


def test_a_changed_reason_is_published_by_a_second_person_and_new_cases_use_it_from_its_day(
    city_app: Flask,
) -> None:
    draft = begun()
    before = content.current_version_id()
    put(draft, "rules", RULE, "reason", "他の市区町村から引っ越してきたため、転入届が必要です。")
    changed = drafts.changes(drafts.read(draft))
    assert [(one.kind.value, one.key, [(c.label, c.after) for c in one.cells]) for one in changed] == [
        ("行を変更", (RULE,), [("理由の文", "他の市区町村から引っ越してきたため、転入届が必要です。")])
    ]
    tomorrow = today_in_japan() + timedelta(days=1)
    with pytest.raises(Invalid, match="公開する日"):
        publishing.submit(draft, today_in_japan() - timedelta(days=1), AUTHOR)
    publishing.submit(draft, tomorrow, AUTHOR)
    handed_in = drafts.read(draft).draft
    for author in (AUTHOR, INSURANCE):
        with pytest.raises(Refused):
            publishing.approve(draft, handed_in.revision, "", author)
    with pytest.raises(Refused, match="審査中"):
        put(draft, "rules", RULE, "reason", "あとから変える")
    version = publishing.approve(draft, handed_in.revision, "確認しました", SECOND)
    assert content.current_version_id() == before and content.current_version_id(tomorrow) == version
    row = packs.current(tomorrow).pack.rules_by_procedure["move_in"][0]
    assert row.reason.startswith("他の市区町村")
    events = set(db.session.scalars(select(AuditRow.action)))
    assert {
        "content.draft_begun",
        "content.draft_changed",
        "content.draft_submitted",
        "content.published",
    } <= events


def test_a_cell_that_cannot_be_read_keeps_what_was_typed_and_keeps_the_draft_from_being_published(
    city_app: Flask,
) -> None:
    draft = begun()
    put(draft, "rules", RULE, "conditions.1", "年齢いじょう75")
    put(draft, "procedures", "move_in", "section", "市民化")
    put(draft, "procedures", "move_in", "order", "ひゃく")
    found = drafts.read(draft)
    line = found.line(line_of(draft, "procedures", "move_in")[0])
    assert line is not None and line.cells["section"] == {"$wrong": "市民化"}
    assert ("error", "conditions.1") in {one[:2] for one in said(draft, "rules", RULE)}
    assert {"section", "order"} <= {one[1] for one in said(draft, "procedures", "move_in")}
    with pytest.raises(Invalid, match="直すところ"):
        publishing.submit(draft, today_in_japan(), AUTHOR)
    put(draft, "rules", RULE, "conditions.1", "国外からの転入｜が｜いいえ")
    put(draft, "procedures", "move_in", "section", "市民課")
    put(draft, "procedures", "move_in", "order", "100")
    assert drafts.read(draft).errors == ()
    assert drafts.changes(drafts.read(draft)) == ()


def test_a_row_someone_else_changed_is_not_overwritten(city_app: Flask) -> None:
    draft = begun()
    line, version = line_of(draft, "rules", RULE)
    draft_edit.change_cells(draft, "rules", [CellEdit(line, version, "reason", "先の人の文です。")], SECOND)
    with pytest.raises(Clash) as clash:
        draft_edit.change_cells(
            draft, "rules", [CellEdit(line, version, "reason", "後の人の文です。")], AUTHOR
        )
    cell = clash.value.cells[0]
    assert (cell.now, cell.typed, cell.by) == ("先の人の文です。", "後の人の文です。", "demo-content2")
    other, seen = line_of(draft, "rules", "move_out_1")
    with pytest.raises(Clash):
        edits = [CellEdit(other, seen, "reason", "変えない"), CellEdit(line, version, "reason", "変えない")]
        draft_edit.change_cells(draft, "rules", edits, AUTHOR)
    assert "変えない" not in str([row.cells for row in drafts.read(draft).lines])


def test_the_last_act_is_undone_as_a_whole_and_only_while_nobody_changed_the_rows(city_app: Flask) -> None:
    draft = begun()
    before = [line.cells for line in drafts.read(draft).lines]
    line, version = line_of(draft, "rules", RULE)
    edits = [
        CellEdit(line, version, "reason", "一"),
        CellEdit("new:0", 0, "reason", "二"),
        CellEdit("new:1", 0, "reason", "三"),
    ]
    draft_edit.change_cells(draft, "rules", edits, AUTHOR)
    assert len(drafts.read(draft).lines) == len(before) + 2
    draft_edit.undo(draft, AUTHOR)
    assert [one.cells for one in drafts.read(draft).lines] == before
    line, version = line_of(draft, "rules", RULE)
    draft_edit.remove_rows(draft, "rules", {line: version}, AUTHOR)
    draft_edit.undo(draft, AUTHOR)
    assert [one.cells for one in drafts.read(draft).lines] == before
    put(draft, "rules", RULE, "reason", "一")
    put(draft, "rules", RULE, "reason", "二", SECOND)
    with pytest.raises(Conflict, match="ほかの職員"):
        draft_edit.undo(draft, AUTHOR)


@pytest.mark.parametrize(
    ("edits", "word"),
    [
        ({"conditions.2": "国外からの転入｜が｜はい"}, "同時に成り立たない"),
        ({"valid_from": "H20.4.1", "valid_to": "H25.3.31"}, "判定の行がなく"),
    ],
)
def test_whole_tables_are_looked_at(city_app: Flask, edits: dict[str, str], word: str) -> None:
    draft = begun()
    for column, text in edits.items():
        put(draft, "rules", RULE, column, text)
    assert any(word in one.text for one in drafts.read(draft).findings if one.level is Level.CHECK)


def test_a_copy_of_a_row_and_a_row_another_covers_are_named(city_app: Flask) -> None:
    draft = begun()
    line, _ = line_of(draft, "rules", RULE)
    copy = draft_edit.duplicate_row(draft, "rules", line, AUTHOR)
    assert any("同じことを言っています" in one.text for one in drafts.read(draft).by_line[copy])
    found = drafts.read(draft).line(copy)
    assert found is not None
    edit = CellEdit(copy, found.version, "conditions.2", "異動日｜以後｜R8.4.1")
    draft_edit.change_cells(draft, "rules", [edit], AUTHOR)
    assert any("この行は使われません" in one.text for one in drafts.read(draft).by_line[copy])


def test_a_section_changes_its_own_rows_and_no_others(city_app: Flask) -> None:
    draft = drafts.begin("国保の文", "", None, INSURANCE)
    found = drafts.read(draft)
    own = next(one for one in found.of_part["procedures"] if one.cells["section"] == "insurance")
    draft_edit.change_cells(
        draft, "procedures", [CellEdit(own.id, own.version, "explanation", "直した説明です。")], INSURANCE
    )
    for part, key, column in (
        ("procedures", "move_in", "legal_basis"),
        ("rules", RULE, "legal_basis"),
        ("facts", "changed_on", "label"),
        ("sections", "insurance", "title"),
    ):
        with pytest.raises(Refused):
            put(draft, part, key, column, "変えない", INSURANCE)
    moved = drafts.read(draft).line(own.id)
    assert moved is not None
    with pytest.raises(Refused):  # giving a row away would put it out of one's own hands unseen
        draft_edit.change_cells(
            draft, "procedures", [CellEdit(own.id, moved.version, "section", "市民課")], INSURANCE
        )


def published(title: str, day: date, **cells: str) -> int:
    draft = begun(title)
    for column, text in cells.items():
        put(draft, "rules", RULE, column, text)
    publishing.submit(draft, day, AUTHOR)
    return publishing.approve(draft, drafts.read(draft).draft.revision, "", SECOND)


def test_rolling_back_and_withdrawing_and_what_a_planned_version_lacks(city_app: Flask) -> None:
    today = today_in_japan()
    first = content.current_version_id()
    assert first is not None
    planned = published("来月から", today + timedelta(days=30), reason="来月からの文です。")
    now = published("今日から", today, reason="今日からの文です。")
    assert content.current_version_id() == now
    assert [one.id for one in publishing.planned_without(now)] == [planned]
    publishing.withdraw(planned, AUTHOR)
    assert content.current_version_id(today + timedelta(days=40)) == now
    with pytest.raises(Refused):
        publishing.withdraw(now, AUTHOR)
    with pytest.raises(Invalid):
        publishing.restore(first, " ", AUTHOR)
    again = publishing.restore(first, "文の誤りのため", AUTHOR)
    assert content.current_version_id() == again and again > now
    assert packs.published(again).source == packs.published(first).source
    assert [one.kind.value for one in publishing.version_changes(again)] == ["行を変更"]


def test_a_draft_of_an_older_version_takes_over_the_newer_before_it_is_published(city_app: Flask) -> None:
    draft = begun("後の下書き")
    put(draft, "rules", "move_out_1", "reason", "転出の文を直します。")
    published("先に公開", today_in_japan(), reason="先に公開した文です。")
    with pytest.raises(Invalid, match="取り込む"):
        publishing.submit(draft, today_in_japan(), AUTHOR)
    publishing.bring_up_to_date(draft, AUTHOR)
    assert [one.key for one in drafts.changes(drafts.read(draft))] == [("move_out_1",)]
    publishing.submit(draft, today_in_japan(), AUTHOR)
    publishing.approve(draft, drafts.read(draft).draft.revision, "", SECOND)
    reasons = {row.id: row.reason for row in packs.current().pack.rules}
    assert reasons[RULE] == "先に公開した文です。" and reasons["move_out_1"] == "転出の文を直します。"


def content_desk(app: Flask, staff: str = "demo-content") -> Desk:
    return Desk(new_client(app)).sign_in(staff, "information")


def edits(page: str, line: str, column: str, text: str) -> str:
    version = re.search(rf'data-line="{line}" data-version="(\d+)"', page)
    assert version
    return json.dumps([[line, int(version[1]), column, text]])


def test_the_whole_way_through_the_pages(served_city: Flask) -> None:
    desk = content_desk(served_city)
    begin = desk.post("/admin/desk", title="転入の理由の文", purpose="分かりやすくする", version="")
    assert begin.status_code == 303
    where = begin.headers["Location"]
    sheet = f"{where}/rules"
    page = desk.get(sheet).text
    line = next(found for found in re.findall(r'id="cell-(k\w+)-reason"', page))
    answer = desk.post(sheet, edits=edits(page, line, "reason", "他の市区町村から引っ越したため必要です。"))
    assert answer.status_code == 303
    assert "他の市区町村から引っ越したため必要です。" in desk.get(where).text
    stale = desk.post(sheet, edits=edits(page, line, "reason", "古い画面から"))
    assert (
        stale.status_code == 409
        and "古い画面から" in stale.text
        and "他の市区町村から引っ越した" in stale.text
    )
    late = desk.post(where, act="submit", in_force_on="")
    assert late.status_code == 422 and "公開する日を" in late.text
    assert desk.post(where, act="submit", in_force_on=format_wareki(today_in_japan())).status_code == 303
    assert "公開する</span>" not in desk.get(where).text
    second = content_desk(served_city, "demo-content2")
    revision = re.search(r'name="version" value="(\d+)"', second.get(where).text)
    assert revision
    done = second.post(where, act="approve", version=revision[1], comment="よい")
    assert done.status_code == 303 and "/versions/" in done.headers["Location"]
    assert "使用中" in second.get(done.headers["Location"]).text
    case = clerk(served_city).open_case()
    version = looked_up(served_city, lambda: cases.get_case(case).content_version)
    assert done.headers["Location"].endswith(f"/{version}")


def test_a_row_is_edited_as_an_ordinary_form_too(served_city: Flask) -> None:
    desk = content_desk(served_city)
    where = desk.post("/admin/desk", title="様式で直す").headers["Location"]
    line = next(found for found in re.findall(r'id="cell-(k\w+)-reason"', desk.get(f"{where}/rules").text))
    form = f"{where}/rules/rows/{line}"
    fields = {**form_of(desk.get(form).text), "reason": "様式から直した文です。", "conditions.1.2": "たぶん"}
    saved = desk.post(form, **fields)
    assert saved.status_code == 303
    page = desk.get(saved.headers["Location"]).text
    assert (
        "様式から直した文です。" in page and 'value="たぶん"' in page and "直すところが残っています" in page
    )
    assert desk.post(form, **fields).status_code == 409


def form_of(page: str) -> dict[str, Any]:
    """What a browser would send of the form of a row."""
    body = page[page.index('id="row"') :]
    found: dict[str, Any] = dict(
        re.findall(r'<input class="input[^>]*? name="([^"]+)" value="([^"]*)"', body)
    )
    found |= dict(re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>([^<]*)</textarea>', body))
    ticked: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<input type="checkbox"[^>]*? name="([^"]+)" value="([^"]+)"[^>]*checked', body
    ):
        ticked.setdefault(name, []).append(value)
    for name, options in re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    version = re.search(r'name="version" value="(\d+)"', body)
    assert version
    return {**found, **ticked, "version": version[1]}


def test_a_pack_goes_out_as_files_and_comes_back_as_a_draft(city_app: Flask, tmp_path: Path) -> None:
    current = content.current_version_id()
    assert current is not None
    data = content_files.version_zip(current, AUTHOR)
    assert data == content_files.version_zip(current, AUTHOR)
    draft = content_files.begin_from_zip("ほかの市から", "", data, AUTHOR)
    assert drafts.changes(drafts.read(draft)) == ()
    put(draft, "rules", RULE, "reason", "書き出す前の文です。")
    back = content_files.begin_from_zip("戻す", "", content_files.draft_zip(draft, AUTHOR), AUTHOR)
    assert [one.key for one in drafts.changes(drafts.read(back))] == [(RULE,)]
    put(draft, "rules", RULE, "valid_from", "いつか")
    with pytest.raises(Invalid, match="書き出せません"):
        content_files.draft_zip(draft, AUTHOR)
    for bad in (b"", b"PK nothing", archive({"../rules.toml": "x = 1"}), archive({"facts.toml": "x = "})):
        with pytest.raises(Invalid):
            content_files.begin_from_zip("壊れたもの", "", bad, AUTHOR)


def archive(files: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as stored:
        for name, text in files.items():
            stored.writestr(name, text)
    return made.getvalue()


def test_two_packs_are_compared_and_an_update_leaves_what_the_city_edited(
    city_app: Flask, tmp_path: Path
) -> None:
    runner = city_app.test_cli_runner()
    version = str(published("今日から", today_in_japan(), reason="市の文です。"))
    told = runner.invoke(args=["content", "diff", str(CONTENT), version])
    assert (
        told.exit_code == 0
        and "行を変更　判定の行　move_in_1" in told.output
        and "→ 市の文です。" in told.output
    )
    assert "違いはありません" in runner.invoke(args=["content", "diff", version, version]).output
    assert runner.invoke(args=["content", "diff", str(tmp_path), version]).exit_code == 1
    kept = runner.invoke(args=["content", "load", "--keep-edited", str(CONTENT)])
    assert kept.exit_code == 0 and content.current_version_id() == int(version)
