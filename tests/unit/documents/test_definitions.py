"""Form definitions are data that staff may write: every mistake is named, nothing in them is run."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.documents import (
    DefinitionsRefused,
    FontStack,
    FormDefinition,
    load_definitions,
    read_definition,
    render,
)
from app.documents.problems import LABEL, MISSING_GLYPH
from tests.unit.documents.paper import bare, identity, poppler_text, sample, write_definition

CODES = {
    "jumin_ido", "shomei_kofu", "kokuho_shutoku", "kokuho_henko", "jidoteate_nintei", "kodomo_iryo", "kaigo_shikaku",
    "tennyugaku", "inkan_toroku", "tetsuzuki_annai",
}  # fmt: skip


def good() -> dict[str, Any]:
    """A small correct definition."""
    return {
        "form": "trial", "title": "ためし", "version": 1, "valid_from": "2026-01-01",
        "base": {"elements": [
            {"type": "grid", "x": 10, "y": 10, "columns": [20, 60], "rows": [
                {"height": 10, "cells": [{"label": "氏名", "head": True}, {"field": {"bind": "subject.name"}}]},
                {"height": 10, "cells": [{"label": "住所", "head": True}, {"field": {"bind": "subject.address"}}]},
            ]},
        ]},
        "fields": [{"type": "text", "name": "受付", "text": "{case.number} {case.received_on:western}", "x": 10, "y": 50, "w": 60, "h": 8}],
    }  # fmt: skip


def test_the_content_has_its_forms_and_each_prints_without_a_fault_of_its_own(
    fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    assert set(forms) >= CODES
    for form in forms.values():
        for name in ("family", "large_family"):
            values = sample(name)
            rendered = render(form, values, identity(), fonts)
            assert not [problem for problem in rendered.problems if problem.kind in (LABEL, MISSING_GLYPH)]
            text = bare(poppler_text(rendered.pdf, "-raw"))
            assert bare(form.title) in text
            for key in form.names:
                names = (
                    [row["name"] for row in values[key[:-7]]]
                    if key.endswith("[].name")
                    else [values.get(key, "")]
                )
                assert all(bare(shown) in text for shown in names)


def test_fields_of_a_grid_get_their_place_and_their_name() -> None:
    form = read_definition(good())
    first, second = form.fields[0], form.fields[1]
    assert (first.name, second.name) == ("氏名", "住所")
    assert (first.box.x, first.box.y) == (31.2, 10.4) and second.box.y == 20.4


def test_a_form_says_whose_it_is_and_where_it_comes_in_the_print() -> None:
    said = {"section": "市民課", "authority": "架空市長", "basis": "住民基本台帳法第22条", "order": 5}
    form = read_definition({**good(), **said})
    assert {name: getattr(form, name) for name in said} == said
    assert read_definition(good()).order == 100


def _without(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda data: data.pop(key)


def _set(value: object, *path: str | int) -> Callable[[dict[str, Any]], object]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


GRID = ("base", "elements", 0)
MISTAKES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no code": (_without("form"), "form"),
    "code with a path": (_set("../x", "form"), "form"),
    "no version": (_without("version"), "version"),
    "version as text": (_set("1", "version"), "version"),
    "date that is none": (_set("2026-02-30", "valid_from"), "valid_from"),
    "ends before it begins": (_set("2025-01-01", "valid_to"), "valid_to"),
    "misspelt key": (_set(1, "sectoin"), "sectoin"),
    "event that is none": (_set(["move_in", "arrival"], "events"), "events"),
    "events as a text": (_set("move_in", "events"), "events"),
    "unknown print key": (
        _set("subject.nmae", *GRID, "rows", 0, "cells", 1, "field", "bind"),
        "cells[1].field.bind",
    ),
    "code in a placeholder": (_set("{case.__class__}", "fields", 0, "text"), "fields[0].text"),
    "template language": (_set("{{ 7 * 7 }}", "fields", 0, "text"), "fields[0].text"),
    "unknown format": (_set("{case.number:%s}", "fields", 0, "text"), "fields[0].text"),
    "unknown type": (_set("image", "fields", 0, "type"), "fields[0].type"),
    "text as a number": (_set("5", "fields", 0, "size"), "fields[0].size"),
    "size too small": (_set(1, "fields", 0, "size"), "fields[0].size"),
    "off the page": (_set(190, "fields", 0, "x"), "fields"),
    "cell missing": (lambda data: data["base"]["elements"][0]["rows"][0]["cells"].pop(), "rows[0].cells"),
    "cell too many": (lambda data: data["base"]["elements"][0]["rows"][0]["cells"].append({}), "cells[2]"),
    "cell beyond the grid": (_set(3, *GRID, "rows", 0, "cells", 1, "columns"), "cells[1]"),
    "cells that overlap": (_set(2, *GRID, "rows", 0, "cells", 0, "rows"), "rows[1].cells[1]"),
    "field beyond its cell": (_set([50, 0, 40, 5], *GRID, "rows", 0, "cells", 1, "field", "at"), "field.at"),
    "options missing": (
        _set({"type": "choice", "bind": "subject.sex"}, *GRID, "rows", 0, "cells", 1, "field"),
        "options",
    ),
    "list that is none": (_set({}, "fields"), "fields"),
    "object that is none": (_set([3], "fields"), "fields[0]"),
    "base file elsewhere": (_set({"pdf": "../secret.pdf"}, "base"), "base.pdf"),
    "base file missing": (_set({"pdf": "blank.pdf"}, "base"), "base.pdf"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_and_place(folder: Path, mistake: str) -> None:
    data = good()
    change, place = MISTAKES[mistake]
    change(data)
    write_definition(folder, "mine.json", data)
    with pytest.raises(DefinitionsRefused) as refused:
        load_definitions(folder)
    assert any(problem.file == "mine.json" and place in problem.place for problem in refused.value.problems)
    assert all(problem.message for problem in refused.value.problems)


def test_the_good_definition_is_accepted(folder: Path) -> None:
    """The control for the mistakes above."""
    write_definition(folder, "mine.json", good())
    assert set(load_definitions(folder)) == {"trial"}


@pytest.mark.parametrize(
    "text", ["{", "\udce3".encode("utf-8", "surrogateescape").decode("latin-1"), "[" * 100_000, "null"]
)
def test_a_file_that_is_no_definition_is_named(folder: Path, text: str) -> None:
    (folder / "broken.json").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionsRefused, match=r"broken\.json"):
        load_definitions(folder)


def test_every_problem_is_reported_at_once(folder: Path) -> None:
    data = good()
    data["version"], data["title"] = 0, 5
    write_definition(folder, "a.json", data)
    write_definition(folder, "b.json", {**good(), "form": "!"})
    with pytest.raises(DefinitionsRefused) as refused:
        load_definitions(folder)
    assert {(problem.file, problem.place) for problem in refused.value.problems} == {
        ("a.json", "version"), ("a.json", "title"), ("b.json", "form"),
    }  # fmt: skip


def test_the_version_valid_on_a_day_is_chosen(folder: Path) -> None:
    write_definition(folder, "old.json", {**good(), "valid_to": "2026-03-31"})
    write_definition(folder, "new.json", {**good(), "version": 2, "valid_from": "2026-04-01"})
    assert load_definitions(folder, date(2026, 3, 31))["trial"].version == 1
    assert load_definitions(folder, date(2026, 4, 1))["trial"].version == 2
    assert load_definitions(folder, date(2025, 12, 31)) == {}
    write_definition(folder, "twice.json", {**good(), "version": 2})
    with pytest.raises(DefinitionsRefused, match="第2版"):
        load_definitions(folder)


def test_a_definition_can_be_stored_and_read_again(forms: dict[str, FormDefinition]) -> None:
    for form in forms.values():
        again = read_definition(json.loads(json.dumps(dict(form.source))))
        assert (again.fields, again.elements) == (form.fields, form.elements)
