"""The review sheet (点検表) of the published content, for the page and the file the city works through."""

from __future__ import annotations

from pathlib import Path

from app.domain.dates import today_in_japan
from app.domain.review_sheet import ReviewRow, review_rows
from app.intake.content_pack import load_pack
from app.operations import packs


def of_published() -> tuple[ReviewRow, ...]:
    """What the city has to check in the published content. Raises NotFound before the first publication."""
    return review_rows(packs.current().pack, today_in_japan())


def of_folder(folder: Path) -> tuple[ReviewRow, ...]:
    """What the city has to check in the content of a folder. Raises `ContentRefused` when it cannot be read."""
    return review_rows(load_pack(folder).settled, today_in_japan())
