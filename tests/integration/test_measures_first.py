"""No address comes in without it being known whose must be withheld: nothing before the first 01c, no day of 01a without its."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.config import Settings
from app.data import feed_jobs, register
from app.extensions import db
from app.intake.layouts import load_versions
from app.operations import feeds
from app.operations.feed_files import withheld_columns
from tests.integration import small_city as city
from tests.integration.test_feed_import import EVERYTHING
from tests.integration.test_feed_protection import NIGHTS, protected
from tests.integration.test_feed_watch import started, states

SETS = ("01a", "01b", "16", "17", "19", "20a", "20b", "04")


def stored() -> dict[str, int]:
    """How many rows of each data set there are."""
    db.session.rollback()
    rows = db.session.execute(text("SELECT data_set, count(*) FROM register_row GROUP BY data_set"))
    return dict(rows.all())


def test_these_are_the_data_sets_that_tell_where_somebody_lives() -> None:
    bearing = {name for name, columns in withheld_columns(load_versions()).items() if columns.address}
    assert bearing == {*SETS, "03", "06", "13"}


@pytest.mark.parametrize("kind", ["full", "diff"])
@pytest.mark.parametrize("data_set", SETS)
def test_before_the_first_measures_no_address_comes_in(
    app: Flask, tmp_path: Path, data_set: str, kind: str
) -> None:
    rows = city.people()[data_set]
    (path,) = city.write(tmp_path / "alone", {data_set: rows}, kind=kind)
    with pytest.raises(feeds.ImportRefused) as refusal:
        feeds.import_files([tmp_path / "alone"])
    assert "支援措置対象者（01c）" in refusal.value.message and stored() == {}
    if (data_set, kind) != ("01a", "full"):
        assert path.name in refusal.value.message and "一緒に取り込んでください" in refusal.value.message
    city.write(tmp_path / "alone", {"01c": city.people()["01c"]})
    feeds.import_files([tmp_path / "alone"])
    assert stored() == {data_set: len(rows), "01c": 1}


def test_the_first_measures_are_all_of_them(app: Flask, tmp_path: Path) -> None:
    """A difference says who came and went, and nothing of those who were protected before."""
    for rows in ([], city.people()["01c"]):
        paths = city.write(tmp_path / "diff", {"01a": city.people()["01a"], "01c": rows}, kind="diff")
        with pytest.raises(feeds.ImportRefused) as refusal:
            feeds.import_files([tmp_path / "diff"])
        assert "読み取った値: 差分、期待: 全件" in refusal.value.message and stored() == {}
        assert all(path.name in refusal.value.message for path in paths)
    city.write(tmp_path / "diff", {"01c": city.people()["01c"]}, at="2026-11-19T01:00:00")
    feeds.import_files([tmp_path / "diff"])
    assert len(protected()) == 2


def test_what_tells_no_address_needs_no_measures(app: Flask, tmp_path: Path) -> None:
    data = city.people()
    city.write(tmp_path, {name: data[name] for name in ("02", "18a", "18b", "18c")})
    feeds.import_files([tmp_path])
    assert stored()["02"] == 1


def test_a_difference_of_residents_needs_the_measures_of_its_day(app: Flask, tmp_path: Path) -> None:
    city.write(tmp_path / "first", city.people())
    feeds.import_files([tmp_path / "first"])
    moved = {**city.people()["01a"][0], **city.address("中央一丁目", "8番8号")}
    (path,) = city.write(tmp_path / "next", {"01a": [moved]}, at=NIGHTS[0], kind="diff")
    with pytest.raises(feeds.ImportRefused) as refusal:
        feeds.import_files([tmp_path / "next"])
    assert path.name in refusal.value.message and "2026-11-20" in refusal.value.message
    city.write(tmp_path / "next", {"01c": []}, at=NIGHTS[0], kind="diff")
    feeds.import_files([tmp_path / "next"])
    assert (
        register.list_rows(city.number(1), ["01a"], EVERYTHING)["01a"][0]["jusho_banchigohyoki"] == "8番8号"
    )
    # A second one of the same day follows the measures of that day.
    again = {**moved, **city.address("中央一丁目", "9番9号")}
    city.write(tmp_path / "later", {"01a": [again]}, at="2026-11-21T15:00:00", kind="diff")
    feeds.import_files([tmp_path / "later"])
    assert len(protected()) == 2


def test_what_came_in_without_them_before_is_passed_over_as_ever(app: Flask, tmp_path: Path) -> None:
    """A folder that is given again holds differences of days whose measures are no longer there."""
    city.write(tmp_path / "first", city.people())
    feeds.import_files([tmp_path / "first"])
    moved = {**city.people()["01a"][0], **city.address("中央一丁目", "8番8号")}
    city.write(tmp_path / "next", {"01a": [moved], "01c": []}, at=NIGHTS[0], kind="diff")
    feeds.import_files([tmp_path / "next"])
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE feed_file SET as_of = :past WHERE data_set = '01c'"),
                           {"past": "2026-11-20 00:00:00.000000"})  # fmt: skip
    (_, residents) = sorted((tmp_path / "next").glob("*.csv"))
    (report,) = feeds.import_files([residents])
    assert report.files[0].known


def test_the_watch_leaves_the_residents_out_and_says_so(app: Flask) -> None:
    settings: Settings = app.config["KAKANAI"]
    settings.feeds.mkdir(parents=True)
    city.write(settings.feeds, city.people())
    watch = started()
    assert set(states(watch).values()) == {"succeeded"}
    moved = {**city.people()["01a"][0], **city.address("中央一丁目", "8番8号")}
    city.write(settings.feeds, {"01a": [moved], "02": city.people()["02"]}, at=NIGHTS[0], kind="diff")
    assert states(watch) == {"01a": "refused", "02": "succeeded"}
    assert "01c" in feed_jobs.list_gaps()["01a"].problem
    # The residents come with the measures of their day, sent once more.
    city.write(settings.feeds, {"01a": [moved], "01c": []}, at=NIGHTS[0], kind="diff")
    assert states(watch) == {"01a": "succeeded", "01c": "succeeded"}
