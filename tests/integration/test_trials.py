"""Past cases under other content: found by number, stopped, gone on with, and nobody named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.data import trials as stored_trials
from app.data.models.base import utc_now
from app.data.models.trial import TrialLineRow, TrialRow
from app.data.transactions import transaction
from app.domain.trials import Trial, TrialState
from app.extensions import db
from app.operations import draft_edit, drafts, trials
from tests.desk import FAMILY, Answer, Desk
from tests.integration.served import looked_up
from tests.integration.trying import (
    AUTHOR,
    FIRST,
    actions,
    author,
    draft_without_medical,
    publish,
    received_family,
    run,
    younger_children,
)


def replayed(desk: Desk, source: str = FIRST, **fields: str) -> str:
    answer = desk.post("/admin/replay", of=source, **{"since": "今日", "until": "今日", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_past_cases_are_replayed_by_number_without_names(served_city: Flask) -> None:
    number = received_family(served_city)
    publish(served_city, younger_children)
    desk = author(served_city)
    address = replayed(desk)
    page = run(desk, address)
    assert number in page and "1件 / 1件" in page
    assert "増える" in page and "対象の方が変わる" in page
    only = desk.get(f"{address}?procedure=utilities").text
    assert only.count(number) == 1
    file = desk.get(f"{address}/differences.csv")
    assert number in file.text and file.headers["Content-Type"].startswith("text/csv")
    for name, kana, *_rest in FAMILY:
        for text in (page, file.text):
            assert name not in text and name.split("　")[1] not in text and kana not in text
    kept = looked_up(served_city, lambda: list(db.session.scalars(select(TrialLineRow.result))))
    assert all(set(one) == {"event", "procedure", "change", "before", "after", "because"} for one in kept)
    assert {"content.replayed", "content.trial_exported"} <= {
        action for action, _detail in actions(served_city)
    }


def test_the_same_content_changes_no_case(served_city: Flask) -> None:
    received_family(served_city)
    desk = author(served_city)
    page = run(desk, replayed(desk))
    assert "一覧は1件も変わりません" in page


def test_a_stopped_replay_goes_on_where_it_was(served_city: Flask) -> None:
    numbers = {received_family(served_city) for _ in range(3)}
    publish(served_city, younger_children)
    desk = author(served_city)
    address = replayed(desk)
    trial_id = address.rsplit("/", 1)[1]

    def one_case() -> Trial:
        return trials.advance(trial_id, 0.0)

    assert looked_up(served_city, one_case).done == 1
    assert desk.post(f"/admin/trials/{trial_id}/stop").status_code == 303
    stopped = looked_up(served_city, one_case)
    assert (stopped.state, stopped.done) == (TrialState.STOPPED, 1)
    assert desk.post(f"/admin/trials/{trial_id}/stop").status_code == 409
    desk.post(f"/admin/trials/{trial_id}/resume")
    page = run(desk, address)
    assert "3件 / 3件" in page and all(number in page for number in numbers)


def test_a_part_is_counted_once_however_many_look(served_city: Flask) -> None:
    for _ in range(2):
        received_family(served_city)
    publish(served_city, younger_children)
    trial_id = replayed(author(served_city)).rsplit("/", 1)[1]

    def look(_at: int) -> None:
        with served_city.app_context():
            while trials.advance(trial_id, 0.0).running:
                pass
            db.session.remove()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(look, range(3)))
    ended = looked_up(served_city, lambda: trials.get(trial_id))
    assert (ended.state, ended.done, ended.total) == (TrialState.DONE, 2, 2)
    lines = looked_up(served_city, lambda: stored_trials.list_lines(trial_id))
    assert len({(line.key, line.topic) for line in lines}) == len(lines) == ended.found


def test_work_that_died_is_done_again_after_the_lease(served_city: Flask) -> None:
    received_family(served_city)
    publish(served_city, younger_children)
    trial_id = replayed(author(served_city)).rsplit("/", 1)[1]
    with served_city.app_context():
        with transaction() as session:
            assert stored_trials.take_part(session, trial_id, utc_now())
        assert trials.advance(trial_id).done == 0
        with transaction() as session:
            session.get_one(TrialRow, trial_id).held_until = utc_now() - timedelta(seconds=1)
        assert trials.advance(trial_id).state is TrialState.DONE


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"since": "R8.13.1"}, "since"),
        ({"since": "R8.4.2", "until": "R8.4.1"}, "始まりの日より後"),
        ({"since": "R1.5.1"}, "3年まで"),
        ({"of": "draft-none"}, ""),
    ],
)
def test_what_cannot_be_replayed_is_refused(served_city: Flask, fields: dict[str, str], said: str) -> None:
    answer: Answer = author(served_city).post(
        "/admin/replay", **{"of": FIRST, "since": "今日", "until": "今日", **fields}
    )
    assert answer.status_code == (422 if said else 404)
    assert said in answer.text


def test_a_trial_ends_when_the_draft_changes_below_it(served_city: Flask) -> None:
    for _ in range(2):
        received_family(served_city)
    draft = draft_without_medical(served_city)
    trial_id = replayed(author(served_city), f"draft-{draft}").rsplit("/", 1)[1]

    def change_and_look() -> TrialState:
        trials.advance(trial_id, 0.0)
        line = next(one for one in drafts.read(draft).lines if one.part == "rules")
        draft_edit.put_row(draft, "rules", line.id, {**line.cells, "events": ["birth"]}, AUTHOR)
        return trials.advance(trial_id).state

    assert looked_up(served_city, change_and_look) is TrialState.OUTDATED
