"""What is kept of a file that did not come in: the faults of its rows."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.config import Settings
from app.data import feed_details as kept
from app.data import feed_jobs
from app.data.transactions import transaction
from app.domain.errors import NotFound
from app.domain.feed_jobs import MAX_REJECTS, FileState, Job, JobFile
from app.extensions import db
from app.operations import feed_desk, feed_details
from tests.integration import small_city as city
from tests.integration.test_feed_watch import ADMIN, NIGHTS, seal, started

MANY = 10 * MAX_REJECTS


@pytest.fixture
def folder(app: Flask) -> Path:
    """The watch folder with the small city in it, taken in."""
    settings: Settings = app.config["KAKANAI"]
    settings.feeds.mkdir(parents=True)
    city.write(settings.feeds, city.people())
    started().look()
    return settings.feeds


def wrong_tax(count: int) -> list[city.Values]:
    """As many rows of 03, each with a wrong code."""
    return [
        city.person_row(
            at, kazeinendo="2026", kazeihikazeikubun="5", mishinkokukubun="0", shomeihakkokahi="1"
        )
        for at in range(1, count + 1)
    ]


def only(job: Job, data_set: str = "03") -> JobFile:
    (file,) = (one for one in job.files if one.data_set == data_set)
    return file


def test_the_faults_are_cut_and_their_rows_counted(folder: Path) -> None:
    city.write(folder, {"03": wrong_tax(MAX_REJECTS + 200)}, at=NIGHTS[0])
    (job,) = started().look()
    file = only(job)
    assert file.state is FileState.REFUSED and file.rejects == MAX_REJECTS + 200
    _, faults = feed_details.export_faults(file.id, ADMIN)
    assert [one.line for one in faults] == list(range(2, MAX_REJECTS + 2))
    assert {(one.file, one.column, one.read) for one in faults} == {(file.name, "課税非課税区分", "5")}
    shown = feed_details.read_file(file.id, ADMIN)
    assert shown.faults == faults and len(shown.reasons) == 1


def test_a_file_that_is_refused_again_has_its_faults_again(folder: Path) -> None:
    city.write(folder, {"03": wrong_tax(3)}, at=NIGHTS[0])
    watch = started()
    (job,) = watch.look()
    feed_desk.run_again(job.id, ADMIN)
    (again,) = watch.tick()
    first, second = only(job), only(again)
    assert first.id != second.id
    assert kept.list_faults(first.id, MANY) == kept.list_faults(second.id, MANY) != ()


def test_a_refused_file_of_the_protected_keeps_its_faults_and_what_waits_for_it_has_none(
    folder: Path,
) -> None:
    wrong = [city.measure(5, "7"), city.measure(6, "1", shiensochikaishinengappi="不明")]
    city.write(folder, {"01c": wrong, "02": seal("9")}, at=NIGHTS[0], kind="diff")
    (job,) = started().look()
    assert only(job, "02").state is FileState.HELD and only(job, "02").rejects == 0
    file = only(job, "01c")
    assert file.rejects == 2 and [one.line for one in kept.list_faults(file.id, MANY)] == [2, 3]
    with pytest.raises(NotFound):
        feed_details.export_faults(only(job, "02").id, ADMIN)


def test_of_two_files_that_a_command_was_given_the_faulty_one_has_the_faults(
    app: Flask, folder: Path, tmp_path: Path
) -> None:
    (bad,) = city.write(tmp_path, {"02": seal("9")}, at=NIGHTS[0], kind="diff")
    (good,) = city.write(tmp_path, {"02": seal("1")}, at=NIGHTS[1], kind="diff")
    assert app.test_cli_runner().invoke(args=["feed", "import", str(tmp_path)]).exit_code == 1
    job = feed_jobs.list_jobs(1)[0]
    counted = {file.name: len(kept.list_faults(file.id, MANY)) for file in job.files}
    assert counted == {bad.name: 1, good.name: 0}


def test_the_faults_go_with_their_job(folder: Path) -> None:
    city.write(folder, {"03": wrong_tax(3)}, at=NIGHTS[0])
    watch = started()
    (job,) = watch.look()
    feed_desk.skip(only(job).id, "送り出し側で取り消された", ADMIN)
    for path in folder.iterdir():
        path.unlink()
    with transaction() as session:
        session.execute(text("UPDATE feed_job SET finished_at = '2024-01-01 00:00:00+00:00'"))
    watch.settings = dataclasses.replace(watch.settings, feed_job_days=400)
    assert db.session.scalar(text("SELECT count(*) FROM feed_job_reject")) == 3
    db.session.rollback()
    watch.look()
    assert db.session.scalar(text("SELECT count(*) FROM feed_job_reject")) == 0
