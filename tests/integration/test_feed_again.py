"""Files that come a second time, and files of another version: what they change, and what not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.data import register
from app.intake.layouts import load_versions
from app.intake.writer import write_feed
from app.operations import feeds
from tests.integration import small_city as city
from tests.integration.test_feed_import import EVERYTHING, contents, loaded

__all__ = ["loaded"]


def test_a_difference_sent_again_moves_no_time_back(loaded: Path) -> None:
    seal = city.people()["02"][0]
    nights = ("2026-11-21T01:00:00", "2026-11-22T01:00:00")
    for at, state in zip(nights, "12", strict=True):
        city.write(loaded / state, {"02": [{**seal, "torokujotai": state, "haishinengappi": "2026-11-20"}]}, at=at,
                   kind="diff")  # fmt: skip
        feeds.import_files([loaded / state])
    before = contents()
    (report,) = feeds.import_files([loaded / "1"])
    assert report.files[0].known
    assert contents() == before


def test_the_same_difference_on_a_later_night_is_taken_in_again(loaded: Path) -> None:
    seal = city.people()["02"][0]
    for day, state in ((21, "1"), (22, "3"), (23, "1")):
        city.write(
            loaded / str(day),
            {"02": [{**seal, "torokujotai": state}]},
            at=f"2026-11-{day}T01:00:00",
            kind="diff",
        )
        feeds.import_files([loaded / str(day)])
    assert register.list_rows(city.number(1), ["02"], EVERYTHING)["02"][0]["torokujotai"] == "1"


def test_a_cut_over_to_another_version_changes_no_row(loaded: Path) -> None:
    old = load_versions()["16"][1]
    moment = datetime(2026, 11, 21, 1)
    path = write_feed(
        loaded,
        old,
        city.people()["16"],
        lg_code=city.LG_CODE,
        kind="full",
        stamp=moment,
        serial=1,
        as_of=moment,
    )
    city.spoil_manifest(path, layout_version="1")
    (report,) = feeds.import_files([path])
    assert (report.files[0].difference.unchanged, report.changes, report.files[0].known) == (2, 0, False)
