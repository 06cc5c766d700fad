"""What a file would change, told before it is switched in: counts, and examples that say nothing of anybody but which row."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.config import Settings
from app.data import feed_details as kept
from app.data import feed_jobs, protection
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.errors import Conflict, NotFound
from app.domain.feed_jobs import EXAMPLES, ExampleKind, FileState, Job, JobFile, JobState
from app.extensions import db
from app.operations import feed_desk, feed_details
from app.operations.feed_trial import WITHOUT_MEASURES
from app.operations.feed_watch import NOTHING_TO_CHECK
from tests.integration import small_city as city
from tests.integration.test_feed_import import contents
from tests.integration.test_feed_watch import ADMIN, NIGHTS, seal, started, states

ADDED, CHANGED, GONE = ExampleKind
Told = list[tuple[ExampleKind, str, str]]


@pytest.fixture
def folder(app: Flask) -> Path:
    """The watch folder with the small city in it, taken in."""
    settings: Settings = app.config["KAKANAI"]
    settings.feeds.mkdir(parents=True)
    city.write(settings.feeds, city.people())
    started().look()
    return settings.feeds


def checked(data_set: str) -> Job:
    """Somebody asks what has arrived of a held data set, and the watch tells it."""
    feed_desk.check_held(data_set, ADMIN)
    (job,) = started().tick()
    return job


def only(job: Job, data_set: str) -> JobFile:
    (file,) = (one for one in job.files if one.data_set == data_set)
    return file


def told(file: JobFile) -> Told:
    found = [(one.kind, one.subject, one.columns) for one in kept.list_examples(file.id)]
    db.session.rollback()
    return found


def about(serial: int, history: int = 1) -> str:
    return f"宛名番号 {city.number(serial)}、履歴番号 {history}"


def test_a_file_that_asks_has_examples_at_once_and_none_of_the_protected(folder: Path) -> None:
    city.write(folder, {"01b": city.people()["01b"][:1]}, at=NIGHTS[0])
    started().look()
    (file,) = feed_jobs.list_waiting()
    assert (file.before, file.gone) == (3, 2)
    assert told(file) == [(GONE, about(5, 2), "")], "the other row that goes is that of a protected person"


def test_what_is_held_is_compared_without_being_taken_in(folder: Path) -> None:
    before = contents()
    feed_desk.hold("02", "入替", ADMIN)
    person = {"inkantorokubango": "7", "torokunengappi": "2001-02-03", "torokujotai": "3"}
    more = [city.person_row(at, **person) for at in (2, 3)]
    rows = [*seal("1", haishinengappi="2026-11-20"), *more]
    city.write(folder, {"02": rows}, at=NIGHTS[0], kind="diff")
    assert states(started()) == {}
    job = checked("02")
    file = only(job, "02")
    assert job.state is JobState.SUCCEEDED and file.state is FileState.CHECKED
    assert (file.before, file.added, file.changed, file.gone) == (1, 2, 1, 0)
    assert told(file) == [(ADDED, about(2), ""), (CHANGED, about(1), "登録状態、廃止年月日")]
    assert contents() == before and job.to_run_again == () and feed_jobs.list_gaps() == {}
    assert kept.list_checks("02")[0][0] == file
    feed_desk.release("02", ADMIN)
    assert states(started()) == {"02": "succeeded"}, "who only looked has not dealt with it"
    assert kept.list_checks("02") == (), "what came in is not pending any more"


def test_examples_are_few_and_hold_no_value(folder: Path) -> None:
    many = [
        city.resident(at, "仮名　太郎", "カナ　タロウ", "1990-01-01", 50 + at)
        for at in range(100, 100 + EXAMPLES + 5)
    ]
    changed = [
        {**row, "shimei": "改姓　武", "jusho_choaza": "改名町"}
        if row["atenabango"] == city.number(6)
        else row
        for row in city.people()["01a"]
    ]
    feed_desk.hold("01a", "入替", ADMIN)
    city.write(folder, {"01a": [*changed, *many], "01c": city.people()["01c"]}, at=NIGHTS[0])
    started().look()
    file = only(checked("01a"), "01a")
    assert (file.added, file.changed) == (EXAMPLES + 5, 1)
    examples = told(file)
    assert [kind for kind, _, _ in examples] == [ADDED] * EXAMPLES + [CHANGED]
    assert examples[-1] == (CHANGED, about(6), "氏名、住所_町字")
    stored = str(db.session.execute(text("SELECT * FROM feed_job_example")).all())
    for value in ("仮名", "改姓", "改名町", "1990"):
        assert value not in stored


def test_who_is_protected_by_a_file_beside_it_or_later_is_no_example(folder: Path) -> None:
    data = city.people()
    rows = [
        {**row, "jusho_choaza": "改名町"} if row["atenabango"][-1] in "3567" else row for row in data["01a"]
    ]
    feed_desk.hold("all", "入替", ADMIN)
    city.write(folder, {"01a": rows, "01c": [*data["01c"], city.measure(5)]}, at=NIGHTS[0])
    job = checked("01a")
    file = only(job, "01a")
    assert file.changed == 4, "they are counted"
    assert [subject for _, subject, _ in told(file)] == [about(6), about(7)]
    assert only(job, "01c").added == 1 and told(only(job, "01c")) == []
    with transaction() as session:
        protection.apply_plan(
            session.connection(),
            protection.Plan(frozenset(), (protection.Added(city.number(6), protection.MEASURE, ""),)),
            utc_now(),
        )
    assert [subject for _, subject, _ in told(file)] == [about(7)]


def test_of_what_is_delicate_only_the_columns_are_told(folder: Path) -> None:
    feed_desk.hold("04", "入替", ADMIN)
    row = {**city.people()["04"][0], "tainogaku": "34567"}
    more = [city.person_row(at, zeimokukodo="001", tainoumu="1", tainogaku="5") for at in (5, 6)]
    city.write(folder, {"04": [row, *more]}, at=NIGHTS[0])
    file = only(checked("04"), "04")
    assert (file.added, file.changed) == (2, 1)
    assert told(file) == [(CHANGED, "", "滞納額")]


def test_who_is_closed_to_other_businesses_is_no_example(folder: Path) -> None:
    feed_desk.hold("16", "入替", ADMIN)
    rows = [{**row, "shimei": "改名　次郎"} for row in city.people()["16"]]
    city.write(folder, {"16": rows}, at=NIGHTS[0])
    file = only(checked("16"), "16")
    assert file.changed == 2 and [subject for _, subject, _ in told(file)] == [about(50)]
    feed_desk.hold("02", "入替", ADMIN)
    seals = [
        city.person_row(at, inkantorokubango="7", torokunengappi="2001-02-03", torokujotai="3")
        for at in (50, 51)
    ]
    city.write(folder, {"02": seals}, at=NIGHTS[0], kind="diff")
    file = only(checked("02"), "02")
    assert file.added == 2 and [subject for _, subject, _ in told(file)] == [about(50)], "wherever he stands"


def test_a_notice_is_told_by_its_number(folder: Path) -> None:
    feed_desk.hold("20a", "入替", ADMIN)
    (notice,) = city.people()["20a"]
    city.write(folder, {"20a": [{**notice, "jotai": "2"}]}, at=NIGHTS[0])
    file = only(checked("20a"), "20a")
    (example,) = kept.list_examples(file.id)
    assert example.subject.endswith(" T0001") and example.person == "T0001"
    with transaction() as session:
        protection.apply_plan(
            session.connection(),
            protection.Plan(frozenset(), (protection.Added("T0001-1", protection.MEASURE, ""),)),
            utc_now(),
        )
    assert told(file) == []


def test_a_file_that_would_be_refused_says_so_and_leaves_no_gap(folder: Path) -> None:
    feed_desk.hold("02", "入替", ADMIN)
    city.write(folder, {"02": seal("9")}, at=NIGHTS[0], kind="diff")
    job = checked("02")
    file = only(job, "02")
    assert file.state is FileState.CHECKED and "多すぎます" in file.problem and file.rejects == 1
    assert len(kept.list_faults(file.id, 9)) == 1 and not feed_details.is_compared(file)
    assert feed_jobs.list_gaps() == {} and feed_jobs.list_waiting() == ()
    refused = db.session.scalar(text("SELECT count(*) FROM feed_import WHERE NOT applied"))
    assert refused == 0, "nothing was tried"


def test_while_the_protected_cannot_be_read_nothing_is_compared(folder: Path) -> None:
    feed_desk.hold("02", "入替", ADMIN)
    city.write(folder, {"02": seal("1")}, at=NIGHTS[0], kind="diff")
    (measures,) = city.write(folder, {"01c": [city.measure(1, "7")]}, at=NIGHTS[0], kind="diff")
    job = checked("02")
    assert only(job, "02").problem == WITHOUT_MEASURES and told(only(job, "02")) == []
    started().look()
    assert feed_jobs.is_blocked()
    measures.unlink()
    assert only(checked("02"), "02").problem == WITHOUT_MEASURES


def test_a_waiting_file_is_compared_anew_and_approved_all_the_same(folder: Path) -> None:
    city.write(folder, {"01b": city.people()["01b"][:1]}, at=NIGHTS[0])
    started().look()
    (file,) = feed_jobs.list_waiting()
    feed_desk.check_file(file.id, ADMIN)
    with pytest.raises(Conflict):
        feed_desk.check_file(file.id, ADMIN)
    (job,) = started().tick()
    assert "大きく減っています" in only(job, "01b").problem
    shown = feed_details.read_file(file.id, ADMIN)
    assert shown.compared == only(job, "01b") and shown.findings == () and shown.has_counts
    assert feed_jobs.list_waiting() == (file,)
    feed_desk.decide(file.id, True, "確認した", ADMIN)
    (taken,) = started().tick()
    assert only(taken, "01b").state is FileState.SUCCEEDED
    with pytest.raises(Conflict):
        feed_desk.check_file(file.id, ADMIN)


def test_a_check_can_be_stopped(folder: Path) -> None:
    feed_desk.hold("02", "入替", ADMIN)
    city.write(folder, {"02": seal("1")}, at=NIGHTS[0], kind="diff")
    feed_desk.check_held("02", ADMIN)
    (queued,) = feed_jobs.list_open()
    watch, asked = started(), []

    def stop() -> bool:
        """Let the watch begin the job, and end it at the first place where a job looks."""
        asked.append(feed_jobs.find_job(queued.id))
        db.session.rollback()
        return len(asked) > 1

    watch._stop = stop
    (job,) = watch.tick()
    assert job.state is JobState.STOPPED and job.to_run_again == ()
    assert only(job, "02").state is FileState.STOPPED and kept.list_checks("02") == ()
    assert only(checked("02"), "02").state is FileState.CHECKED


def test_what_cannot_be_asked(folder: Path) -> None:
    with pytest.raises(Conflict):
        feed_desk.check_held("02", ADMIN)
    for data_set in ("all", "99"):
        with pytest.raises(NotFound):
            feed_desk.check_held(data_set, ADMIN)
    feed_desk.hold("02", "入替", ADMIN)
    job = checked("02")
    assert job.files == () and job.message == NOTHING_TO_CHECK and job.state is JobState.STOPPED


def test_the_examples_go_with_their_job(folder: Path) -> None:
    feed_desk.hold("02", "入替", ADMIN)
    (path,) = city.write(folder, {"02": seal("1")}, at=NIGHTS[0], kind="diff")
    checked("02")
    watch = started()
    watch.settings = dataclasses.replace(watch.settings, feed_job_days=400)
    with transaction() as session:
        session.execute(text("UPDATE feed_job SET finished_at = '2024-01-01 00:00:00+00:00'"))
    counted = text("SELECT count(*) FROM feed_job_example")
    watch.look()
    assert db.session.scalar(counted) == 1, "the file lies there still"
    db.session.rollback()
    for file in (path, path.with_suffix(".json")):
        file.unlink()
    watch.look()
    assert db.session.scalar(counted) == 0
