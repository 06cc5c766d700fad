"""The watch over the folder: what it takes in, what it leaves, what it asks, and that it is alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.config import Settings
from app.data import feed_jobs, register
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.errors import Conflict, Refused
from app.domain.feed_jobs import FileState, JobState
from app.extensions import db
from app.operations import feed_desk
from app.operations.feed_schedule import next_run
from app.operations.feed_watch import Watch
from tests.integration import small_city as city
from tests.integration.test_feed_import import EVERYTHING, contents

ADMIN = Actor("demo-admin", "", "information", "", frozenset({"admin"}))
NIGHTS = [f"2026-11-{day}T01:00:00" for day in range(21, 29)]


@pytest.fixture
def folder(app: Flask) -> Path:
    """The watch folder with the small city in it, taken in."""
    settings: Settings = app.config["KAKANAI"]
    settings.feeds.mkdir(parents=True)
    city.write(settings.feeds, city.people())
    (job,) = started().look()
    assert job.state is JobState.SUCCEEDED
    return settings.feeds


def started() -> Watch:
    """This process watches, whoever did before."""
    with transaction() as session:
        session.execute(text("DELETE FROM feed_lease"))
    watch = Watch()
    watch.begin()
    return watch


def states(watch: Watch) -> dict[str, str]:
    """What becomes of the files of the next look, by data set."""
    return {file.data_set: file.state.value for job in watch.look() for file in job.files}


def seal(state: str = "1", **more: str) -> list[city.Values]:
    return [{**city.people()["02"][0], "torokujotai": state, **more}]


def stored_seal() -> str:
    return register.list_rows(city.number(1), ["02"], EVERYTHING)["02"][0]["torokujotai"]


def test_what_was_dealt_with_is_left_alone_until_it_is_replaced(folder: Path) -> None:
    assert states(started()) == {}
    (path,) = city.write(folder, {"02": seal("1")}, at=NIGHTS[0], kind="diff")
    path.with_suffix(".json").rename(path.with_suffix(".later"))
    assert states(started()) == {}, "a file without a manifest is not finished"
    path.with_suffix(".later").rename(path.with_suffix(".json"))
    assert states(started()) == {"02": "succeeded"}
    assert states(started()) == {}


def test_a_bad_file_stops_nothing_but_itself(folder: Path) -> None:
    city.write(folder, {"02": seal("1"), "19": [city.person_row(7, memobango="1", memokubun="77", naiyo="x")]}, at=NIGHTS[0],
               kind="diff")  # fmt: skip
    (bad,) = city.write(folder, {"04": city.people()["04"]}, at=NIGHTS[0], kind="diff")
    city.spoil_manifest(bad, rows=9)
    watch = started()
    assert states(watch) == {"02": "succeeded", "04": "refused", "19": "refused"}
    assert stored_seal() == "1"
    problem = feed_jobs.list_gaps()["04"].problem
    assert bad.name in problem and "行数" in problem


def test_a_difference_waits_for_the_refused_one_before_it(folder: Path) -> None:
    (bad,) = city.write(folder, {"02": seal("9")}, at=NIGHTS[0], kind="diff")
    city.write(folder, {"02": seal("1")}, at=NIGHTS[1], kind="diff")
    watch = started()
    assert sorted(file.state for file in watch.look()[0].files) == ["held", "refused"]
    assert states(watch) == {} and stored_seal() == "3"
    city.write(folder, {"02": seal("2", haishinengappi="2026-11-20")}, at=NIGHTS[0], kind="diff")
    assert bad.exists()
    (job,) = watch.look()
    assert [file.state for file in job.files] == [FileState.SUCCEEDED] * 2
    assert stored_seal() == "1"


def test_going_on_without_a_refused_file_is_decided_and_logged(folder: Path) -> None:
    city.write(folder, {"02": seal("9")}, at=NIGHTS[0], kind="diff")
    city.write(folder, {"02": seal("1")}, at=NIGHTS[1], kind="diff")
    watch = started()
    watch.look()
    feed_desk.skip(feed_jobs.list_gaps()["02"].id, "送り出し側で取り消された", ADMIN)
    assert states(watch) == {"02": "succeeded"}


def test_while_the_protected_cannot_be_read_nothing_comes_in(folder: Path) -> None:
    before = contents()
    (measures, _, _) = city.write(
        folder,
        {"01c": [city.measure(5, "7")], "02": seal("1"), "16": city.people()["16"]},
        at=NIGHTS[0],
        kind="diff",
    )
    watch = started()
    assert states(watch) == {"01c": "refused", "02": "held", "16": "held"}
    city.write(folder, {"04": city.people()["04"]}, at=NIGHTS[1], kind="diff")
    assert states(watch) == {} and contents() == before
    with pytest.raises(Refused):
        feed_desk.skip(feed_jobs.list_gaps()["01c"].id, "急ぐため", ADMIN)
    measures.unlink()
    city.write(folder, {"01c": [city.measure(5)]}, at=NIGHTS[0], kind="diff")
    assert set(states(watch).values()) == {"succeeded"}
    assert register.count_protected().protected == 3


def test_a_measure_file_that_shrinks_cannot_be_approved(folder: Path) -> None:
    data = city.people()
    city.write(folder, {"01a": data["01a"], "01c": []}, at=NIGHTS[0])
    watch = started()
    assert states(watch) == {"01a": "held", "01c": "refused"}
    assert feed_jobs.list_waiting() == ()


def test_two_nights_come_in_at_once_each_register_with_its_own_measures(folder: Path) -> None:
    data = city.people()
    data["01a"][4] |= {"jusho_banchigohyoki": "8番8号"}
    city.write(folder, {"01a": data["01a"], "01c": [*data["01c"], city.measure(5)]}, at=NIGHTS[6])
    city.write(folder, {"01a": data["01a"][:1]}, at=NIGHTS[7], kind="diff")
    city.write(folder, {"01c": [*data["01c"], city.measure(5), city.measure(6)]}, at=NIGHTS[7])
    (job,) = started().look()
    assert [file.state for file in job.files] == [FileState.SUCCEEDED] * 4
    assert register.count_protected().protected == 4


def test_a_shrunken_file_asks_and_the_rest_comes_in(folder: Path) -> None:
    data = city.people()
    city.write(folder, {"01b": data["01b"][:1], "02": seal("1")}, at=NIGHTS[0])
    watch = started()
    assert states(watch) == {"01b": "waiting", "02": "succeeded"}
    (file,) = feed_jobs.list_waiting()
    assert (file.before, file.gone) == (3, 2)
    feed_desk.decide(file.id, True, "除票の整理を確認した", ADMIN)
    (job,) = watch.tick()
    assert [(one.data_set, one.state) for one in job.files] == [("01b", FileState.SUCCEEDED)]
    assert feed_jobs.list_waiting() == ()
    assert contents()["register_row"].__len__() == 26


def test_a_shrunken_register_needs_its_file_of_measures_again_and_finds_it(folder: Path) -> None:
    data = city.people()
    city.write(folder, {"01a": data["01a"][:8], "01c": data["01c"]}, at=NIGHTS[0])
    watch = started()
    assert states(watch)["01a"] == "waiting"
    (file,) = feed_jobs.list_waiting()
    feed_desk.decide(file.id, True, "転出の集中を確認した", ADMIN)
    (job,) = watch.tick()
    assert {one.data_set: one.state.value for one in job.files} == {"01a": "succeeded", "01c": "passed"}


def test_a_decision_against_a_file_leaves_the_register(folder: Path) -> None:
    city.write(folder, {"01b": city.people()["01b"][:1]}, at=NIGHTS[0])
    watch = started()
    watch.look()
    before = contents()
    (file,) = feed_jobs.list_waiting()
    feed_desk.decide(file.id, False, "誤ったファイルだった", ADMIN)
    assert watch.tick() == [] and states(watch) == {} and contents() == before
    with pytest.raises(Conflict):
        feed_desk.decide(file.id, True, "やはり取り込む", ADMIN)


def test_what_is_held_waits_and_comes_in_after_the_release(folder: Path) -> None:
    feed_desk.hold("02", "印鑑システムの入替", ADMIN)
    city.write(folder, {"02": seal("1"), "04": city.people()["04"]}, at=NIGHTS[0], kind="diff")
    watch = started()
    assert states(watch) == {"04": "succeeded"}
    feed_desk.release("02", ADMIN)
    assert states(watch) == {"02": "succeeded"}
    feed_desk.hold("01c", "確認中", ADMIN)
    city.write(folder, {"02": seal("3")}, at=NIGHTS[1], kind="diff")
    assert states(watch) == {}, "nothing comes in while the file of the protected is held"


def test_a_job_runs_again_when_asked(folder: Path) -> None:
    (bad,) = city.write(folder, {"02": seal("9")}, at=NIGHTS[0], kind="diff")
    watch = started()
    (job,) = watch.look()
    assert states(watch) == {}
    feed_desk.run_again(job.id, ADMIN)
    (again,) = watch.tick()
    assert [(file.name, file.state) for file in again.files] == [(bad.name, FileState.REFUSED)]
    assert again.asked_by == "demo-admin"


def test_nothing_that_is_asked_for_passes_the_gate_of_the_protected(folder: Path) -> None:
    city.write(folder, {"01b": city.people()["01b"][:1]}, at=NIGHTS[0])
    watch = started()
    watch.look()
    (measures,) = city.write(folder, {"01c": [city.measure(5, "7")]}, at=NIGHTS[1], kind="diff")
    watch.look()
    (file,) = feed_jobs.list_waiting()
    feed_desk.decide(file.id, True, "確認済み", ADMIN)
    (job,) = watch.tick()
    assert [one.state for one in job.files] == [FileState.HELD]
    measures.unlink()
    city.write(folder, {"01c": [city.measure(5)]}, at=NIGHTS[1], kind="diff")
    assert states(watch) == {"01b": "succeeded", "01c": "succeeded"}


def test_a_stopped_job_changes_nothing_and_is_taken_up_again(folder: Path) -> None:
    before = contents()
    city.write(folder, {"02": seal("1")}, at=NIGHTS[0], kind="diff")
    watch = started()
    watch._stop = lambda: True
    (job,) = watch.look()
    assert job.state is JobState.STOPPED and contents() == before
    assert states(started()) == {"02": "succeeded"}


def test_somebody_s_wish_to_stop_reaches_the_running_job(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents()
    city.write(folder, {"02": seal("1")}, at=NIGHTS[0], kind="diff")
    told = feed_jobs.report_progress

    def asked(engine: object, job_id: str, *rest: object) -> bool:
        feed_desk.stop(job_id, ADMIN)
        return told(engine, job_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(feed_jobs, "report_progress", asked)
    (job,) = started().look()
    assert job.state is JobState.STOPPED and contents() == before


def test_between_two_looks_nobody_is_kept_from_writing(folder: Path) -> None:
    watch = started()
    city.write(folder, {"02": seal("1")}, at=NIGHTS[0], kind="diff")
    for step in (watch.look, watch.tick):
        step()
        assert not db.session().in_transaction()


def test_old_jobs_go_but_not_what_the_watch_needs(folder: Path) -> None:
    (broken,) = city.write(folder, {"02": seal()}, at=NIGHTS[0], kind="diff")
    city.spoil_manifest(broken, sha256="0" * 64)
    watch = started()
    assert states(watch) == {"02": "refused"}

    def marks() -> set[str]:
        found = set(db.session.scalars(text("SELECT data_set FROM feed_job_file")))
        db.session.rollback()
        return found

    def a_year_and_more_later(days: int) -> set[str]:
        watch.settings = dataclasses.replace(watch.settings, feed_job_days=days)
        with transaction() as session:
            session.execute(text("UPDATE feed_job SET finished_at = '2024-01-01 00:00:00+00:00'"))
        assert watch.look() == []
        return marks()

    before = marks()
    assert len(before) > 2
    assert a_year_and_more_later(400) == before  # the files lie there still
    for path in folder.iterdir():
        path.unlink()
    assert a_year_and_more_later(0) == before
    assert a_year_and_more_later(400) == {"02"}  # the difference that never came in


@pytest.mark.parametrize("stem", ["432067_001_999o999_2_20261121010000_001", "印鑑登録の差分"])
def test_a_file_whose_name_tells_nothing_is_known_by_its_manifest(folder: Path, stem: str) -> None:
    (path,) = city.write(folder, {"02": seal("1")}, at=NIGHTS[0], kind="diff")
    path.with_suffix(".json").rename(folder / f"{stem}.json")
    path.rename(folder / f"{stem}.csv")
    watch = started()
    assert states(watch) == {"02": "refused"}
    gap = feed_jobs.list_gaps()["02"]
    assert gap.name == f"{stem}.csv" and gap.kind == "diff" and f"{stem}.csv" in gap.problem
    city.write(folder, {"02": seal("1")}, at=NIGHTS[0], kind="diff")
    assert states(watch) == {"02": "succeeded"} and feed_jobs.list_gaps() == {}


@pytest.mark.parametrize("as_of", ["0001-01-01", "9999-12-31T23:59:59-11:00"])
def test_a_time_that_cannot_be_stored_stops_nothing_but_its_file(folder: Path, as_of: str) -> None:
    paths = city.write(folder, {"02": seal("1"), "04": city.people()["04"]}, at=NIGHTS[0], kind="diff")
    city.spoil_manifest(paths[0], as_of=as_of)
    early = "432067_001_001o999_2_00010101000000_001"
    for path in city.write(folder, {"19": city.people()["19"]}, at=NIGHTS[0], kind="diff"):
        path.with_suffix(".json").rename(folder / f"{early}.json")
        path.rename(folder / f"{early}.csv")
    assert states(started()) == {"02": "refused", "04": "succeeded", "19": "refused"}


def test_a_job_with_refused_and_waiting_files_is_told_by_the_refused(folder: Path) -> None:
    data = city.people()
    city.write(folder, {"01b": data["01b"][:1]}, at=NIGHTS[0])
    city.write(folder, {"02": seal("9")}, at=NIGHTS[0], kind="diff")
    (job,) = started().look()
    assert {file.data_set: file.state.value for file in job.files} == {"01b": "waiting", "02": "refused"}
    assert job.state is JobState.REFUSED and len(feed_jobs.list_waiting()) == 1


def test_two_processes_do_not_watch_at_once(folder: Path) -> None:
    first = started()
    with pytest.raises(Refused):
        Watch().begin()
    first.end()
    second = Watch()
    second.begin()
    first._renewed = None
    with pytest.raises(Refused):
        first.tick()


def test_a_watch_that_died_is_taken_over_and_its_job_ends(folder: Path) -> None:
    first = started()
    with transaction() as session:
        feed_jobs.add_job(session, feed_jobs.JobKind.WATCH, "system", utc_now(), JobState.RUNNING)
        session.execute(text("UPDATE feed_lease SET expires_at = :past"), {"past": "2026-01-01 00:00:00+00"})
    del first
    Watch().begin()
    assert [job.state for job in feed_jobs.list_jobs(1)] == [JobState.STOPPED]


def test_the_schedule_knows_times_of_day_and_an_interval(make_settings: Callable[[str], Settings]) -> None:
    settings = make_settings("sqlite://")
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)  # 21:00 in Japan
    plan = dataclasses.replace(settings, feed_times=("05:00", "22:30"), feed_interval_minutes=0)
    assert next_run(plan, None, now) == now + timedelta(hours=1, minutes=30)
    plan = dataclasses.replace(settings, feed_times=("05:00",), feed_interval_minutes=10)
    assert next_run(plan, None, now) == now
    assert next_run(plan, now - timedelta(minutes=4), now) == now + timedelta(minutes=6)
    plan = dataclasses.replace(settings, feed_times=(), feed_interval_minutes=0)
    assert next_run(plan, None, now) is None
