"""The review sheet names everything a city has to check, once, in words it understands."""

from __future__ import annotations

import csv
import io
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from app.domain.review_sheet import HEADS, OFFICES, OVERDUE, PARTS, review_rows
from app.domain.spreadsheet import csv_bytes
from tests.unit.domain.households import default_pack

TODAY = date(2026, 4, 3)


def test_every_row_with_something_to_check_every_setting_and_every_fee_is_on_the_sheet() -> None:
    pack = default_pack()
    wanted = sum(
        1
        for part in fields(pack)
        for row in _rows(getattr(pack, part.name))
        if getattr(row, "review", "") or part.name in {"settings", "fees"}
    )
    rows = review_rows(pack, TODAY)

    assert sum(row.part not in {OFFICES, OVERDUE} for row in rows) == wanted
    assert sum(row.part == OFFICES for row in rows) == len(pack.sections) + len(pack.counters)
    assert [row.part for row in rows] == sorted((row.part for row in rows), key=PARTS.index)
    assert all(row.title and row.check for row in rows)


def _rows(part: Any) -> tuple[Any, ...]:
    return part if isinstance(part, tuple) else ()


def test_guidance_is_overdue_from_the_day_after_its_date() -> None:
    pack = default_pack()
    one = replace(pack.procedures[0], review_by=TODAY)
    pack = replace(pack, procedures=(one,), questions=(), certificates=())

    assert [row for row in review_rows(pack, TODAY) if row.part == OVERDUE] == []
    overdue = [row for row in review_rows(pack, TODAY + timedelta(days=1)) if row.part == OVERDUE]
    assert [(row.code, row.review_by) for row in overdue] == [(one.code, TODAY)]


def test_the_file_opens_in_a_spreadsheet_of_the_old_character_set_too() -> None:
    pack = default_pack()
    text = csv_bytes(HEADS, (row.cells for row in review_rows(pack, TODAY)))

    assert text.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert {len(line) for line in lines} == {len(HEADS)}
    assert text.decode("utf-8-sig").encode("cp932")


def test_no_cell_is_taken_for_a_formula() -> None:
    for cell in ("=1+1", "＝1+1", "－1", "＠SUM", "＋1"):
        assert csv_bytes(["a"], [[cell]]).decode("utf-8-sig") == f"a\r\n'{cell}\r\n"
