"""The placement desk: forms of a draft changed, undone, merged, carried as files, and published by a second person."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from flask import Flask

from app.data import content
from app.documents.bases.model import BaseField
from app.domain.authority import Actor
from app.domain.dates import today_in_japan
from app.domain.errors import Conflict, Invalid, Refused
from app.operations import (
    draft_forms,
    drafts,
    form_desk,
    form_facts,
    form_files,
    form_history,
    form_previews,
    form_proposals,
    form_versions,
    packs,
    publishing,
)
from app.operations.form_versions import NewForm
from tests.browser.official import official_pdf
from tests.integration.test_rule_desk import AUTHOR, INSURANCE, SECOND, content_desk


def form_of(section: str) -> tuple[str, int]:
    """A form of a section."""
    forms = draft_forms.of_version(packs.current_version())
    return next(name for name, form in sorted(forms.items()) if form.source["section"] == section)


def begun() -> str:
    return drafts.begin("様式を直す", "", None, AUTHOR)


def act(draft: str, name: tuple[str, int], actor: Actor = AUTHOR, **given: str) -> list[str]:
    return form_desk.change(draft, *name, given, actor)


def fields(draft: str, name: tuple[str, int]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = draft_forms.get(draft, *name).source["fields"]
    return found


def test_an_unknown_official_form_is_placed_checked_and_published_by_a_second_person(city_app: Flask) -> None:
    draft = begun()
    new = NewForm("応援金申請書", "市民課", "pdf", official_pdf("応援金申請書"))
    name = form_versions.add(draft, new, form_versions.read_base(new, AUTHOR), AUTHOR)
    assert act(draft, name, act="add", key="applicant.name", x="82", y="43", w="100", h="8") == ["f0"]
    act(draft, name, act="add", key="subject.sex", kind="choice", x="82", y="101", w="40", h="6")
    act(draft, name, act="add", key="members", x="20", y="200", w="170", h="40")
    act(draft, name, act="nudge", chosen="f0", by="0.1 -0.1 0 0.5")
    act(draft, name, act="box", boxes=json.dumps([["f1.o1", 110, 101, 9, 6]]), chosen="f1.o1")
    first, choice, table = fields(draft, name)
    assert (first["x"], first["y"], first["h"], first["bind"]) == (82.1, 42.9, 8.5, "applicant.name")
    assert choice["options"][1] == {"value": ["女"], "at": [28.0, 0.0, 9.0, 6.0]}
    assert table["outer"] == table["inner"] == 0 and len(table["columns"]) == 5
    with pytest.raises(Invalid, match="一覧"):
        act(draft, name, act="add", key="members", kind="text")
    form, facts = draft_forms.get(draft, *name), form_facts.of_draft(draft)
    made = form_previews.preview(form, facts, "large_family")
    said = form_previews.remarks(form, facts, made)
    assert made.pictures[0].startswith(b"\x89PNG") and len(made.pictures) == 2
    assert [one.word for one in said] == ["あふれ"] and "残り" in said[0].text and said[0].ref == "f2"

    lines = {title: line for line, title, _, _ in form_versions.users_of(draft, name[0])}
    form_versions.set_users(draft, name[0], [lines["転入届"]], AUTHOR)
    publishing.submit(draft, today_in_japan(), AUTHOR)
    handed_in = drafts.read(draft).draft
    with pytest.raises(Refused):
        act(draft, name, act="nudge", chosen="f0", by="1 0 0 0")
    with pytest.raises(Refused):
        publishing.approve(draft, handed_in.revision, "", AUTHOR)
    version = publishing.approve(draft, handed_in.revision, "", SECOND)
    published = packs.published(version)
    assert len(published.forms_on(today_in_japan())[name[0]].fields) == 3
    move_in = next(one for one in published.pack.procedures if one.title == "転入届")
    assert move_in.forms[-1] == name[0]


def test_acts_are_undone_one_by_one_and_never_over_the_work_of_another(city_app: Flask) -> None:
    citizens = form_of("市民課")
    draft = begun()
    before = fields(draft, citizens)
    act(draft, citizens, act="remove", chosen="f0 f1")
    act(draft, citizens, act="nudge", chosen="f0", by="1 0 0 0")
    assert act(draft, citizens, act="undo", chosen="f0") == ["f0"], "what was moved back stays chosen"
    assert fields(draft, citizens) == before[2:]
    assert act(draft, citizens, act="undo", chosen="f0") == [], "another field bears this number now"
    assert fields(draft, citizens) == before
    with pytest.raises(Conflict, match="ありません"):
        act(draft, citizens, act="undo")
    seen = draft_forms.get(draft, *citizens).seen
    act(draft, citizens, act="nudge", chosen="f0", by="1 0 0 0", seen=seen)
    act(draft, citizens, SECOND, act="nudge", chosen="f0", by="0 1 0 0")
    with pytest.raises(Conflict, match="ほかの職員"):
        act(draft, citizens, act="nudge", chosen="f0", by="1 0 0 0", seen=seen)
    with pytest.raises(Conflict, match="ほかの職員"):
        act(draft, citizens, act="undo")


def test_a_section_changes_its_own_forms_and_no_one_elses(city_app: Flask) -> None:
    citizens, insurance = form_of("市民課"), form_of("保険年金課")
    draft = begun()
    act(draft, insurance, INSURANCE, act="nudge", chosen="f0", by="1 0 0 0")
    with pytest.raises(Refused, match="ほかの課"):
        act(draft, citizens, INSURANCE, act="nudge", chosen="f0", by="1 0 0 0")
    head = {"title": "x", "section": "市民課", "copies": 1, "valid_from": today_in_japan(), "valid_to": None}
    with pytest.raises(Refused):
        form_versions.set_head(draft, insurance, "", head, INSURANCE)
    new = NewForm("保険の様式", "市民課", "empty")
    made = form_versions.add(draft, new, None, INSURANCE)
    assert draft_forms.get(draft, *made).source["section"] == "保険年金課"


def test_forms_of_a_newer_version_are_taken_over_beside_those_of_the_draft(city_app: Flask) -> None:
    citizens, insurance = form_of("市民課"), form_of("保険年金課")
    mine, other = begun(), begun()
    act(mine, citizens, act="nudge", chosen="f0", by="1 0 0 0")
    act(other, insurance, act="nudge", chosen="f0", by="2 0 0 0")
    publishing.submit(other, today_in_japan(), AUTHOR)
    version = publishing.approve(other, drafts.read(other).draft.revision, "", SECOND)
    publishing.bring_up_to_date(mine, AUTHOR)
    assert content.current_version_id() == version
    assert set(draft_forms.changed_forms(drafts.read(mine).draft)) == {citizens}
    assert fields(mine, insurance) == fields_of(version, insurance)
    compared = form_history.compared(mine, insurance, f"v{version - 1}")
    assert [one.text for one in compared.changes] == ["右へ2.0 mm"]
    form_versions.take_back(mine, insurance, version - 1, AUTHOR)
    assert fields(mine, insurance) == fields_of(version - 1, insurance)


def fields_of(version: int, name: tuple[str, int]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = draft_forms.flat(draft_forms.of_version(version)[name]).source["fields"]
    return found


def test_a_form_is_carried_as_a_zip_and_hostile_ones_are_refused(city_app: Flask) -> None:
    draft = begun()
    new = NewForm("応援金申請書", "市民課", "pdf", official_pdf("応援金申請書"))
    name = form_versions.add(draft, new, form_versions.read_base(new, AUTHOR), AUTHOR)
    act(draft, name, act="add", key="applicant.name", x="82", y="43", w="100", h="8")
    data = form_files.form_zip(draft, name, AUTHOR)
    again = form_files.take_in(draft, form_files.read_zip(data, AUTHOR), AUTHOR)
    assert again == (name[0], 2) and fields(draft, again) == fields(draft, name)
    assert draft_forms.get(draft, *again).definition().base_pdf
    good = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("form.json"))
    for files in (
        {"form.json": b"[" * 200_000},
        {"form.json": b"0" * 3_000_000},
        {"other.json": b"{}"},
        {"form.json": json.dumps({**good, "fields": [{"type": "text", "bind": "__class__"}]}).encode()},
        {"form.json": json.dumps({**good, "page": {"width": 1e9, "height": 297}}).encode()},
        {"form.json": json.dumps(good).encode(), "base.pdf": b"%PDF-1.4 broken"},
        {"form.json": json.dumps({**good, "base": []}).encode()},
        {"../form.json": b"{}"},
    ):
        with pytest.raises(Invalid):
            form_files.read_zip(packed(files), AUTHOR)
    with pytest.raises(Invalid):
        form_files.read_zip(b"PK\x03\x04 nothing", AUTHOR)


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def test_the_desk_works_by_plain_forms_and_says_what_was_wrong(served_city: Flask) -> None:
    desk = content_desk(served_city)
    pdf = official_pdf("応援金申請書")
    wrong = desk.post("/admin/forms/new", title="", start="pdf", file=(io.BytesIO(b""), ""))
    assert wrong.status_code == 422 and "様式の名前を80文字以内で" in wrong.text
    broken = desk.post("/admin/forms/new", title="応援金", start="pdf", file=(io.BytesIO(b"no"), "a.pdf"))
    assert broken.status_code == 422 and "PDF ではありません" in broken.text
    made = desk.post(
        "/admin/forms/new", title="応援金", start="pdf", section="市民課", file=(io.BytesIO(pdf), "a.pdf")
    )
    place = made.headers["Location"]
    assert f'href="{place}"' in desk.get("/admin/forms?word=応援金").text
    assert desk.post(place, act="add", key="applicant.name").status_code == 303
    page = desk.get(f"{place}?chosen=f0").text
    assert "申請する方の氏名" in page and 'aria-current="true"' in page
    found = desk.post(f"{place}/facts", q="じゅうしょ").text
    assert 'value="applicant.address"' in found and 'value="applicant.phone"' not in found
    refused = desk.post(place, act="set", chosen="f0", size="百", name="")
    assert refused.status_code == 422 and "「百」は使えません" in refused.text
    late = desk.post(place, act="nudge", chosen="f0", by="1 0 0 0", seen="0" * 24)
    assert late.status_code == 409 and "ほかの職員" in late.text
    assert desk.post(place, act="nudge", chosen="f9", by="1 0 0 0").status_code == 409
    assert desk.get(f"{place}/pages/1.png").data.startswith(b"\x89PNG")
    assert desk.get(f"{place}/trial.pdf?sample=foreigner").data.startswith(b"%PDF")
    assert desk.get(f"{place}/compare").status_code == 200
    settings = desk.post(f"{place}/settings", act="head", title="応援金", valid_from="来世紀", copies="1")
    assert settings.status_code == 422 and "来世紀" in settings.text
    assert (
        "使い終わる日が、使い始める日より前"
        in desk.post(
            f"{place}/settings",
            act="head",
            title="応援金",
            valid_from="R9.4.1",
            valid_to="R9.3.1",
            copies="1",
        ).text
    )


def test_input_fields_of_a_pdf_become_fields_with_the_facts_their_names_speak_of(city_app: Flask) -> None:
    def offered(kind: str, name: str, x: float, **more: Any) -> BaseField:
        return BaseField(1, x, 40.0, 40.0, 7.0, name, "", kind, **more)

    draft = begun()
    found = form_proposals.proposed(
        [
            offered("text", "世帯主氏名", 20), offered("comb", "フリガナ", 70, length=15), offered("text", "Text7", 120),
            offered("check", "sex", 170, option="女"), offered("signature", "署名", 20),
            BaseField(1, 0, 0, 0.5, 0.5, "tiny", "", "text"),
        ],
        form_facts.of_draft(draft),
    )  # fmt: skip
    bound = [(one["type"], one.get("bind", "")) for one in found]
    assert bound == [
        ("text", "householder.name"), ("cells", "applicant.kana"), ("text", ""), ("check", "subject.sex"), ("seal", ""),
    ]  # fmt: skip
    assert found[1]["count"] == 15 and found[3]["value"] == ["女"]
    new = NewForm("入力欄のある様式", "市民課", "empty")
    name = form_versions.add(draft, new, None, AUTHOR)
    with draft_forms.acting(draft, AUTHOR) as changing:
        before = changing.take(*name)
        changing.put(before, draft_forms.StoredForm({**before.source, "fields": found}, None))
    form, facts = draft_forms.get(draft, *name), form_facts.of_draft(draft)
    said = form_previews.remarks(form, facts, None)
    assert [(one.word, one.ref) for one in said if one.word == "未設定"] == [("未設定", "f2")]


def test_what_is_placed_stays_on_the_page_with_its_parts(city_app: Flask) -> None:
    draft = begun()
    new = NewForm("応援金申請書", "市民課", "pdf", official_pdf("応援金申請書"))
    name = form_versions.add(draft, new, form_versions.read_base(new, AUTHOR), AUTHOR)
    act(draft, name, act="add", key="move.changed_on", kind="date", x="100", y="50", w="60", h="8")
    act(draft, name, act="box", boxes=json.dumps([["f0.day", 150, 120, 10, 8]]), chosen="f0.day")
    act(draft, name, act="box", boxes=json.dumps([["f0", 180, 285, 60, 8]]), chosen="f0")
    form = draft_forms.get(draft, *name).source
    (field,) = form["fields"]
    for x, y, w, h in field["parts"].values():
        assert field["x"] + x >= 0 and field["x"] + x + w <= form["page"]["width"] + 0.01
        assert field["y"] + y >= 0 and field["y"] + y + h <= form["page"]["height"] + 0.01


def test_the_settings_of_a_form_are_saved_as_a_whole_or_not_at_all(city_app: Flask) -> None:
    """A section that may not change another's procedure keeps its form's title too."""
    insurance = form_of("保険年金課")
    draft = begun()
    before = draft_forms.get(draft, *insurance).source["title"]
    lines = {title: line for line, title, _, _ in form_versions.users_of(draft, insurance[0])}
    head = {
        "title": "変えた名前",
        "section": "保険年金課",
        "copies": 1,
        "valid_from": today_in_japan(),
        "valid_to": None,
    }
    with pytest.raises(Refused):
        form_versions.set_settings(draft, insurance, "", head, [lines["転入届"]], INSURANCE)
    assert draft_forms.get(draft, *insurance).source["title"] == before
    assert form_versions.section_titles()[:3] == ["市民課", "保険年金課", "高齢介護課"]
