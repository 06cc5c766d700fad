"""``docs/feeds.md`` says what the import checks."""

from __future__ import annotations

from app.intake.feeds_doc import PAGE, render
from tests.unit.intake.samples import LAYOUTS


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m app.intake.feeds_doc"


def test_every_link_id_stands_at_the_top_and_every_column_below() -> None:
    top, _, below = render().partition("## ファイルの約束")
    assert below
    for layout in LAYOUTS.values():
        assert f"`{layout.link_id}`" in top
        for column in layout.columns:
            assert f"| {column.name} | `{column.id}` |" in below
