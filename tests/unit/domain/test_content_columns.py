"""The tables of the desk follow the dataclasses of the pack, and every cell reads back what it shows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from app.config import PROJECT_ROOT
from app.domain.cell_text import cell_text, read_cell
from app.domain.code_lists import CodeLists, code_list
from app.domain.condition_text import condition_text, read_condition
from app.domain.content import ContentPack
from app.domain.content_columns import CellKind, Column, columns, key_fields, row_types, title_field
from app.domain.content_labels import PARTS, SCREENS, has_label
from app.domain.content_problem import CellProblem
from app.intake.content_codec import encode
from app.intake.content_pack import load_pack

EXAMPLES = {"presets", "ordinary", "examples"}


@pytest.fixture(scope="module")
def pack() -> ContentPack:
    return load_pack(PROJECT_ROOT / "app" / "content")


@pytest.fixture(scope="module")
def lists(pack: ContentPack) -> CodeLists:
    made = {
        part: code_list(
            part,
            [
                (getattr(row, key_fields(part)[0]), getattr(row, title_field(part)))
                for row in getattr(pack, part)
            ],
        )
        for part in row_types()
    }
    targets = {one.target: one.title for one in reversed(pack.certificates)}
    made["targets"] = code_list("証明書", [*targets.items(), ("notification", "届出")])
    made["sources"] = code_list("出所", [(fact.source, fact.source) for fact in pack.facts])
    forms = (PROJECT_ROOT / "app" / "content" / "forms").glob("*.json")
    made["forms"] = code_list("様式", [(path.stem, path.stem) for path in forms])
    return CodeLists(made, pack.fact_by_id)


def test_every_table_and_every_field_has_a_name_that_staff_know() -> None:
    assert set(row_types()) - set(PARTS) == set()
    edited = {part for _, parts in SCREENS.values() for part in parts} | EXAMPLES
    assert set(row_types()) - edited == set()
    missing = [
        f"{part}.{field.name}"
        for part, kind in row_types().items()
        if part not in EXAMPLES
        for field in fields(kind)
        if not has_label(part, field.name)
    ]
    assert missing == []


def test_every_field_of_an_edited_table_has_a_cell() -> None:
    left_out = {
        part: {field.name for field in fields(kind)} - {column.name for column in columns(part)}
        for part, kind in row_types().items()
        if part not in EXAMPLES
    }
    assert {part: names for part, names in left_out.items() if names} == {}


def test_every_cell_of_the_pack_reads_back_as_it_is(pack: ContentPack, lists: CodeLists) -> None:
    wrong = []
    for part in row_types().keys() - EXAMPLES:
        for row in getattr(pack, part):
            cells = encode(row)
            wrong += [
                f"{part} {column.name} {cells}" for column in columns(part) if not _same(column, cells, lists)
            ]
    assert wrong == []


def _same(column: Column, cells: dict[str, Any], lists: CodeLists) -> bool:
    back = read_cell(column, cell_text(column, cells, lists), lists)
    default = list(column.default) if isinstance(column.default, tuple) else column.default
    before = cells.get(column.name, default)
    if column.kind is CellKind.ITEMS:
        again = cell_text(column, {column.name: back or []}, lists)
        return again == cell_text(column, cells, lists)
    return (back or None) == (before or None) or back == before


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("異動日の年齢|以上|75", None),
        ("age｜>=｜７５", ["age", ">=", 75]),
        ("age｜の間｜40～64", ["age", "between", [40, 64]]),
        ("国外からの転入｜が｜はい", ["from_abroad", "is", True]),
        ("from_abroad｜である｜いいえ", ["from_abroad", "is", False]),
        ("異動日｜以後｜R9.4.1", "2027-04-01"),
        ("年齢いじょう75", None),
        ("from_abroad｜以上｜はい", None),
        ("from_abroad｜が｜たぶん", None),
        ("age｜以上｜たくさん", None),
    ],
)
def test_a_condition_is_read_by_name_or_code_and_says_what_is_wrong(
    text: str, wanted: Any, lists: CodeLists
) -> None:
    if wanted is None:
        with pytest.raises(CellProblem) as problem:
            read_condition(text, lists)
        assert problem.value.read and problem.value.problem and problem.value.action
        return
    read = read_condition(text, lists)
    assert read == wanted or str(read[2]) == wanted
    assert read_condition(condition_text(read, lists), lists) == read
