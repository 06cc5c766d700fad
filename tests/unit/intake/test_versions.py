"""Two versions of a layout at once: which one a file is read with, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.intake.layouts import Layout
from app.intake.manifest import FeedRefused
from app.intake.reader import open_feed
from app.intake.writer import write_feed
from tests.unit.intake.samples import (
    LAYOUTS,
    LG_CODE,
    STAMP,
    VERSIONS,
    change_manifest,
    csv_text,
    full_row,
    raw_feed,
)

NEW, OLD = VERSIONS["16"]
ROW = full_row(OLD) | {"shimei_furigana": "ソトノ　ジロウ", "shimei_gaikokujinromaji": "SOTONO JIRO"}


def written(folder: Path, layout: Layout, as_of: date) -> Path:
    return write_feed(folder, layout, [ROW], lg_code=LG_CODE, kind="full", stamp=STAMP, serial=1, as_of=as_of)


def test_every_data_set_has_versions_and_the_drifted_ones_have_two() -> None:
    assert {name for name, versions in VERSIONS.items() if len(versions) > 1} == {"01a", "01b", "16"}
    assert OLD.column("shimei_furigana").name == "氏名_読み仮名"
    assert [column.id for column in OLD.columns] == [column.id for column in NEW.columns]


def test_both_versions_hold_during_the_cut_over_and_give_the_same_row(tmp_path: Path) -> None:
    day = date(2026, 11, 20)
    old = written(tmp_path / "old", OLD, day)
    change_manifest(old, layout_version="1")
    rows = [next(open_feed(path, VERSIONS).rows()) for path in (old, written(tmp_path / "new", NEW, day))]
    assert rows[0].values == rows[1].values == ROW  # type: ignore[union-attr]


def test_the_state_of_the_file_decides_where_no_version_is_named(tmp_path: Path) -> None:
    assert open_feed(written(tmp_path / "old", OLD, date(2026, 5, 31)), VERSIONS).layout is OLD
    assert open_feed(written(tmp_path / "new", NEW, date(2026, 6, 1)), VERSIONS).layout is NEW


@pytest.mark.parametrize(
    ("as_of", "version", "said"),
    [
        (date(2025, 10, 31), None, "版2は2026-06-01から、版1は2025-11-01から2026-12-31まで"),
        (date(2027, 1, 1), "1", "版1は2025-11-01から2026-12-31まで"),
        (date(2026, 5, 31), "2", "版2は2026-06-01から"),
        (date(2026, 11, 20), "3", "レイアウトの版が違います（読み取った値: 3、期待: 2、1）"),
    ],
)
def test_a_file_outside_every_validity_is_refused(
    tmp_path: Path, as_of: date, version: str | None, said: str
) -> None:
    path = written(tmp_path, OLD if version == "1" else NEW, as_of)
    change_manifest(path, layout_version=version)
    with pytest.raises(FeedRefused) as refusal:
        open_feed(path, VERSIONS)
    assert said in str(refusal.value)


def test_the_old_names_without_the_old_version_are_refused_and_not_kept_as_unknown(tmp_path: Path) -> None:
    with pytest.raises(FeedRefused) as refusal:
        open_feed(written(tmp_path, OLD, date(2026, 11, 20)), VERSIONS)
    assert "版1の項目名" in str(refusal.value) and "氏名_読み仮名" in str(refusal.value)


@pytest.mark.parametrize(("layout_id", "now"), [("17", "商号_フリガナ"), ("18c", "方書_フリガナ")])
def test_the_old_names_of_a_layout_without_an_old_version_are_refused_too(
    tmp_path: Path, layout_id: str, now: str
) -> None:
    before = now.replace("フリガナ", "読み仮名")
    names = [column.name.replace(now, before) for column in LAYOUTS[layout_id].columns]
    with pytest.raises(FeedRefused) as refusal:
        open_feed(raw_feed(tmp_path, layout_id, csv_text([names]).encode(), 0), VERSIONS)
    assert f"以前の項目名です（読み取った値: {before}、期待: {now}）" in str(refusal.value)


def test_an_unknown_item_with_an_old_word_is_kept_as_any_other(tmp_path: Path) -> None:
    names = [*(column.name for column in LAYOUTS["17"].columns), "代表者_読み仮名"]
    assert open_feed(raw_feed(tmp_path, "17", csv_text([names]).encode(), 0), VERSIONS).extra == (
        "代表者_読み仮名",
    )
