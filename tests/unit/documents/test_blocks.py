"""Blocks shared by forms: moved, filled and nested when a form's file is read, and refused with their place otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.documents.definitions import Label, Line, TextField
from app.documents.form_reader import load_definitions
from app.documents.reading import DefinitionsRefused

BLOCK = {
    "parameters": {"who": "applicant", "title": "申請する方", "height": 12},
    "elements": [
        {"type": "label", "x": 12, "y": 0, "w": 60, "h": 5, "text": "$title"},
        {"type": "line", "x1": 12, "y1": 6, "x2": 100, "y2": 6},
        {
            "type": "grid", "x": 12, "y": 7, "columns": [80],
            "rows": [{"height": "$height", "cells": [{"field": {"bind": "$who.name", "name": "$titleの氏名"}}]}],
        },
    ],
}  # fmt: skip


def _write(folder: Path, elements: list[dict[str, Any]], **blocks: dict[str, Any]) -> None:
    (folder / "blocks").mkdir()
    for name, block in blocks.items():
        (folder / "blocks" / f"{name}.json").write_text(json.dumps(block), "utf-8")
    form = {
        "form": "f",
        "title": "様式",
        "version": 1,
        "valid_from": "2026-01-01",
        "base": {"elements": elements},
    }
    (folder / "f.json").write_text(json.dumps(form), "utf-8")


def test_a_block_is_moved_and_filled(tmp_path: Path) -> None:
    inner = {
        "parameters": {"who": "visitor"},
        "elements": [{"type": "use", "block": "box", "y": 10, "who": "$who"}],
    }
    use = {"type": "use", "block": "outer", "x": 3, "y": 20, "who": "subject"}
    _write(tmp_path, [use], box=BLOCK, outer=inner)
    form = load_definitions(tmp_path)["f"]
    label = next(item for item in form.elements if isinstance(item, Label))
    assert (label.box.x, label.box.y, label.text.text({})) == (15, 30, "申請する方")
    line = next(item for item in form.elements if isinstance(item, Line))
    assert (line.x1, line.y1, line.x2, line.y2) == (15, 36, 103, 36)
    field = form.fields[0]
    assert isinstance(field, TextField)
    assert (field.name, field.text.keys) == ("申請する方の氏名", ("subject.name",))
    assert field.box.y == pytest.approx(37.4)
    # What is stored with a version names no block: it must not change when the block's file does.
    assert '"use"' not in json.dumps(form.source)


@pytest.mark.parametrize(
    ("use", "block", "said"),
    [
        ({"block": "none"}, BLOCK, "部品「none」がありません"),
        ({"block": "../f"}, BLOCK, "部品「../f」がありません"),
        (
            {"block": "box", "whom": "subject"},
            BLOCK,
            "base.elements[1].whom: 部品「box」にこの項目はありません",
        ),
        ({"block": "box", "x": "3"}, BLOCK, "x と y は数値"),
        ({"block": "box"}, {"elements": [{"type": "label", "text": "$who"}]}, "「$who」に値がありません"),
        ({"block": "box"}, {"elements": [{"type": "use", "block": "box"}]}, "入れ子が深すぎます"),
        ({"block": "box"}, {"element": []}, "elements がありません"),
    ],
)
def test_a_block_that_cannot_be_used_is_named(
    tmp_path: Path, use: dict[str, Any], block: dict[str, Any], said: str
) -> None:
    first = {"type": "line", "x1": 1, "y1": 1, "x2": 2, "y2": 2}
    _write(tmp_path, [first, {"type": "use", **use}], box=block)
    with pytest.raises(DefinitionsRefused, match=said.replace("[", r"\[").replace("$", r"\$")):
        load_definitions(tmp_path)
