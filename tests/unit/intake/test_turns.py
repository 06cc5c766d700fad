"""In which order the files of several nights are taken in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.intake.writer import write_feed
from app.operations.feed_files import gather, rounds
from tests.unit.intake.samples import LAYOUTS, LG_CODE, VERSIONS, good_row


def turns(folder: Path, *files: tuple[str, str, str]) -> list[list[str]]:
    """The turns of files given as (data set, kind, as-of), each file as «data set + day and hour»."""
    for serial, (data_set, kind, as_of) in enumerate(files, 1):
        moment = datetime.fromisoformat(as_of)
        layout = LAYOUTS[data_set]
        write_feed(
            folder,
            layout,
            [good_row(layout)],
            lg_code=LG_CODE,
            kind=kind,
            stamp=moment,
            serial=serial,
            as_of=moment,
        )
    return [[f"{f.data_set} {f.as_of:%dT%H}" for f in turn] for turn in rounds(gather([folder], VERSIONS))]


def test_files_take_turns_by_day_and_not_by_their_place_in_the_queue(tmp_path: Path) -> None:
    night = turns(
        tmp_path, ("01c", "diff", "2026-11-22T01:00"), ("01a", "diff", "2026-11-21T01:00"),
        ("01a", "diff", "2026-11-22T01:00"), ("04", "diff", "2026-11-23T01:00"),
    )  # fmt: skip
    assert night == [["01a 21T01"], ["01a 22T01", "01c 22T01"], ["04 23T01"]]


def test_who_is_protected_is_known_before_the_day_s_other_files(tmp_path: Path) -> None:
    day = turns(
        tmp_path, ("01a", "diff", "2026-11-22T10:00"), ("01c", "diff", "2026-11-22T09:00"),
        ("01a", "diff", "2026-11-22T14:00"), ("01c", "diff", "2026-11-22T15:00"), ("16", "diff", "2026-11-22T12:00"),
    )  # fmt: skip
    assert day == [["01c 22T09"], ["01a 22T10", "01c 22T15", "16 22T12"], ["01a 22T14"]]


def test_a_full_file_of_measures_stays_beside_the_full_register(tmp_path: Path) -> None:
    day = turns(
        tmp_path, ("01a", "diff", "2026-11-21T01:00"), ("01a", "full", "2026-11-22T01:00"),
        ("01c", "full", "2026-11-22T01:00"), ("01c", "diff", "2026-11-22T08:00"),
    )  # fmt: skip
    assert day == [["01a 22T01", "01c 22T01"], ["01c 22T08"]]


def test_a_full_register_keeps_the_measures_of_its_own_day(tmp_path: Path) -> None:
    nights = turns(
        tmp_path, ("01c", "full", "2026-11-26T01:00"), ("01a", "full", "2026-11-27T01:00"),
        ("01c", "full", "2026-11-27T01:00"), ("01c", "diff", "2026-11-27T08:00"),
        ("01a", "diff", "2026-11-28T01:00"), ("01c", "full", "2026-11-28T01:00"),
    )  # fmt: skip
    assert nights == [["01a 27T01", "01c 27T01"], ["01c 27T08"], ["01a 28T01", "01c 28T01"]]


def test_measures_of_a_day_without_a_full_register_are_overtaken(tmp_path: Path) -> None:
    nights = turns(
        tmp_path, ("01a", "diff", "2026-11-27T01:00"), ("01c", "full", "2026-11-27T01:00"),
        ("01a", "full", "2026-11-28T01:00"), ("01c", "full", "2026-11-28T01:00"),
    )  # fmt: skip
    assert nights == [["01a 28T01", "01c 28T01"]]
