"""Written feeds: the same bytes every time, and never half a feed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.intake.samples import LAYOUTS, feed, good_row

SUPPORT = LAYOUTS["01c"]


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    rows = [good_row(SUPPORT, n) for n in (1, 2)]
    first, second = feed(tmp_path / "a", "01c", rows), feed(tmp_path / "b", "01c", iter(rows))
    assert first.name == second.name == "432067_001_001o009_1_20261102030405_001.csv"
    assert first.read_bytes() == second.read_bytes()
    assert first.with_suffix(".json").read_bytes() == second.with_suffix(".json").read_bytes()
    assert first.read_bytes().count(b"\r\n") == first.read_bytes().count(b"\n") == 3


def test_the_manifest_holds_what_was_agreed(tmp_path: Path) -> None:
    path = feed(tmp_path, "01c", [good_row(SUPPORT)], kind="diff", encoding="cp932")
    table = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert set(table) == {"layout", "kind", "rows", "sha256", "as_of", "encoding"}
    assert (table["kind"], table["rows"], table["as_of"]) == ("diff", 1, "2026-11-01")
    assert path.stem.split("_")[3] == "2"


@pytest.mark.parametrize(
    ("changes", "options"), [({"namae": "x"}, {}), ({"kagaishashimei": "𠮷"}, {"encoding": "cp932"})]
)
def test_a_feed_that_cannot_be_written_leaves_no_manifest(
    tmp_path: Path, changes: dict[str, str], options: dict[str, str]
) -> None:
    path = feed(tmp_path, "01c", [good_row(SUPPORT, 1)])
    with pytest.raises(ValueError, match=r"namae|cp932"):
        feed(tmp_path, "01c", [good_row(SUPPORT, 1) | changes], **options)
    assert not path.with_suffix(".json").exists()
