"""The layouts as data: complete, consistent, and what others rely on."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from app.intake.layouts import LAYOUT_FOLDER, LayoutError, load_layouts, load_versions
from app.intake.rows import FeedRow
from tests.unit.intake.samples import LAYOUTS, feed, full_row, good_row, read

ALL = list(LAYOUTS)


def test_all_27_files_are_described() -> None:
    expected = "01a 01b 01c 02 03 04 05 06 07 08 09 10 11 12 13 14 15a 15b 16 17 18a 18b 18c 18d 19 20a 20b"
    assert " ".join(LAYOUTS) == expected


@pytest.mark.parametrize("layout_id", ALL)
def test_a_clean_file_passes(layout_id: str, tmp_path: Path) -> None:
    layout = LAYOUTS[layout_id]
    rows = [good_row(layout, 1), good_row(layout, 2), full_row(layout, 3)]
    assert [type(row) for row in read(feed(tmp_path, layout_id, rows))] == [FeedRow] * 3


@pytest.mark.parametrize("layout_id", ALL)
def test_identifiers_and_names_have_their_form(layout_id: str) -> None:
    layout = LAYOUTS[layout_id]
    assert re.fullmatch(r"\d{3}o\d{3}", layout.link_id)
    for column in layout.columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.id), column.id
        assert re.search(r"[ぁ-んァ-ヶ一-龠A-Z]", column.name), column.name
        assert column.length > 0


def test_whose_a_row_is_stands_in_its_key() -> None:
    """An import leaves the number of a stored row alone when it writes the row anew."""
    every = [layout for versions in load_versions().values() for layout in versions]
    assert [layout.id for layout in every if layout.person and layout.person not in layout.key] == []


def test_published_link_ids_keep_their_meaning() -> None:
    link_ids = {layout.link_id: layout.id for layout in LAYOUTS.values()}
    assert link_ids["001o009"] == "01c"
    # 001o006 is the resident file with 個人番号, which must never be asked for.
    assert "001o006" not in link_ids
    assert len(link_ids) == 27


def test_no_column_holds_the_individual_number() -> None:
    names = {column.name for layout in LAYOUTS.values() for column in layout.columns}
    assert {name for name in names if "個人番号" in name} == {"個人番号カード有無"}


def test_the_resident_record_has_its_address_sets_and_districts() -> None:
    resident = LAYOUTS["01a"]
    for prefix in ("jusho", "tennyumaejusho", "tenkyomaejusho", "tenshutsusakijusho_yotei"):
        for part in ("shikuchosonkodo", "choaza", "banchigohyoki", "katagaki", "yubinbango"):
            assert resident.column(f"{prefix}_{part}").address
    assert [resident.column(f"chikukanrikodo{n}").address for n in range(1, 11)] == [True] * 10
    assert resident.column("seinengappi_fushohyoki").length == 72
    assert resident.column("seinengappi").unknown == "seinengappi_fushofuragu"


@pytest.mark.parametrize(
    ("layout_id", "column"),
    [
        ("01a", "jusho_katagaki_furigana"),
        ("01a", "tenshutsusakijusho_kakutei_kokugaijusho"),
        ("01a", "tennyumaejusho_setainushishimei"),
        ("01a", "honseki"),
        ("03", "kazeisakishikuchosonkodo"),
        ("04", "chuimongon"),
        ("06", "fukushijimushokodo"),
        ("13", "shisetsumei"),
        ("16", "jusho_kokugaijusho"),
        ("17", "denwabango"),
        ("19", "naiyo"),
        ("20a", "todokedenindenwabango"),
        ("20b", "honseki"),
    ],
)
def test_what_tells_where_a_person_lives_is_marked(layout_id: str, column: str) -> None:
    assert LAYOUTS[layout_id].column(column).address


def test_no_address_part_was_forgotten() -> None:
    telling = re.compile(
        r"jusho_|katagaki|yubinbango|banchi|choaza|denwa|honseki|chikukanri|shisetsu(mei|kodo)"
    )
    reference = {"18a", "18b", "18c", "18d"}
    forgotten = [
        (layout.id, column.id)
        for layout in LAYOUTS.values()
        if layout.id not in reference
        for column in layout.columns
        if telling.search(column.id) and not column.address
    ]
    assert forgotten == []


def test_history_has_the_columns_of_the_register_and_needs_its_branch_number() -> None:
    now, then = LAYOUTS["01a"], LAYOUTS["01b"]
    assert [c.id for c in now.columns] == [c.id for c in then.columns]
    assert then.column("rirekibango_edabango").level == "required"
    assert now.column("rirekibango_edabango").level == "optional"


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(LAYOUT_FOLDER, folder / "layouts"))


def test_a_later_form_takes_over_on_its_date(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    text = (folder / "02.toml").read_text(encoding="utf-8")
    text = text.replace('version = "1"', 'version = "2"').replace("2025-11-01", "2026-06-01")
    (folder / "02-next.toml").write_text(text, encoding="utf-8")
    assert load_layouts(date(2026, 5, 31), folder=folder)["02"].version == "1"
    assert load_layouts(date(2026, 6, 1), folder=folder)["02"].version == "2"
    assert load_layouts(folder=folder)["02"].version == "2"
    assert load_layouts(date(2025, 10, 31), folder=folder) == {}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('key = ["atenabango"', 'key = ["bango"', "bango"),
        ('codes = "seal_state"', 'codes = "seal_stat"', "seal_stat"),
        ('type = "X20"', 'type = "Z20"', "Z20"),
        ('{ use = "tail" }', '{ use = "tale" }', "tale"),
        ('id = "haishijiyu"', 'id = "torokujotai"', "torokujotai"),
        ('level = "required", codes', 'levl = "required", codes', "levl"),
        ('link_id = "002o901"', 'link_id = "001o901"', "001o901"),
        ('type = "X20"', 'type = "X20", pattern = "[0-9]+"', "pattern and form"),
        ('column = "torokujotai"', 'column = "torokujota"', "torokujota"),
        ('link_id = "002o901"\n', "", "link_id"),
        ('{ use = "tail" }', '{ use = "address" }', "{id}"),
    ],
)
def test_a_layout_that_contradicts_itself_is_named(old: str, new: str, named: str, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    file = folder / "02.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LayoutError, match=re.escape(named)):
        load_layouts(folder=folder)


def test_two_files_cannot_share_a_link_id(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    file = folder / "20a.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("001o904", "001o905"), encoding="utf-8")
    with pytest.raises(LayoutError, match="001o905"):
        load_layouts(folder=folder)
