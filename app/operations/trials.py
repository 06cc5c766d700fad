"""Trials of content (試行): asked for, worked on in short parts, stopped, gone on with, and their results read.

Nothing runs behind the server's back: each look at a running trial does the next part of it, whoever looks and through
whichever server, and the database says who is at it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from time import monotonic

from app.data import audit, trials
from app.data import content as content_store
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.dates import today_in_japan
from app.domain.errors import Conflict, Invalid
from app.domain.trials import ReplayTally, Trial, TrialKind, TrialLine, TrialPart, TrialState
from app.operations import packs, tried_content
from app.operations.drafts import require_editor
from app.operations.examples import ExampleRun
from app.operations.replay import Replay
from app.operations.tried_content import TriedContent

PART_SECONDS = 0.6
"""How long one look works on a trial: short, because the counters share the processor."""

SHOWN_TRIALS = 10
SHOWN_LINES = 200
USUAL_MONTHS = 3
_LONGEST_DAYS = 3 * 366


def usual_period(today: date) -> tuple[date, date]:
    """The last three months, today included."""
    month = today.year * 12 + today.month - 1 - USUAL_MONTHS
    return date(month // 12, month % 12 + 1, min(today.day, 28)), today


def count_cases(since: date, until: date) -> int:
    """How many cases a replay of the period would go through."""
    return trials.count_cases(since, until, utc_now())


def start_examples(source: str, actor: Actor) -> str:
    """Begin to run the stored examples of a content; the trial's id. Raises NotFound, Refused, Invalid."""
    require_editor(actor)
    content = tried_content.get_sound(source)
    total = sum(1 for one in content.pack.examples if not one.retired)
    with transaction() as session:
        trial = trials.add_trial(
            session, kind=TrialKind.EXAMPLES, source=source, digest=content.digest, base=None, total=total,
            staff_id=actor.staff_id, now=utc_now(),
        )  # fmt: skip
        audit.record("content.examples_run", actor=actor, detail={"content": source, "examples": total})
    return trial


def start_replay(source: str, actor: Actor, since: date, until: date, judged_on: date | None) -> str:
    """Begin to replay the cases received in a period; the trial's id. Raises NotFound, Refused, Invalid."""
    require_editor(actor)
    _check_period(since, until)
    content, now = tried_content.get_sound(source), utc_now()
    with transaction() as session:
        total = trials.count_cases(since, until, now)
        trial = trials.add_trial(
            session, kind=TrialKind.REPLAY, source=source, digest=content.digest, base=content_store.current_version_id(),
            period=(since, until), judged_on=judged_on, total=total, staff_id=actor.staff_id, now=now,
        )  # fmt: skip
        period = f"{since.isoformat()}/{until.isoformat()}"
        audit.record(
            "content.replayed", actor=actor, detail={"content": source, "period": period, "cases": total}
        )
    return trial


def _check_period(since: date, until: date) -> None:
    if until < since:
        raise Invalid(
            "入力内容を確認してください。", {"until": "終わりの日は、始まりの日より後にしてください。"}
        )
    if (until - since).days > _LONGEST_DAYS:
        raise Invalid("入力内容を確認してください。", {"since": "期間は3年までにしてください。"})
    if until > today_in_japan():
        raise Invalid("入力内容を確認してください。", {"until": "今日までの日にしてください。"})


def advance(trial_id: str, seconds: float = PART_SECONDS) -> Trial:
    """Do the next part of a running trial, unless somebody else is at it, and say how far it is. Raises NotFound."""
    with transaction() as session:
        taken = trials.take_part(session, trial_id, utc_now())
    trial = trials.get_trial(trial_id)
    if taken is None:
        return trial
    holder, place = taken
    part = _work(trial, place, monotonic() + seconds)
    with transaction() as session:
        trials.hand_in(session, trial_id, holder, part, utc_now())
    return trials.get_trial(trial_id)


def _work(trial: Trial, place: str, until: float) -> TrialPart:
    content = tried_content.find(trial.source)
    if content is None or content.digest != trial.digest:
        return TrialPart(0, place, [], trial.tally, TrialState.OUTDATED)
    if trial.kind is TrialKind.EXAMPLES:
        return ExampleRun(content.pack).part(place, until)
    return Replay(trial, content.pack).part(place, until)


def run(trial_id: str) -> Trial:
    """Work on a trial until it ends."""
    trial = trials.get_trial(trial_id)
    while trial.running:
        trial = advance(trial_id, 5.0)
    return trial


def stop(trial_id: str, actor: Actor) -> None:
    """Stop a running trial; what it found until then stays. Raises Conflict, Refused."""
    _turn(trial_id, actor, TrialState.RUNNING, TrialState.STOPPED, "content.trial_stopped")


def resume(trial_id: str, actor: Actor) -> None:
    """Go on with a stopped trial where it was. Raises Conflict, Refused."""
    _turn(trial_id, actor, TrialState.STOPPED, TrialState.RUNNING, "content.trial_resumed")


def _turn(trial_id: str, actor: Actor, was: TrialState, state: TrialState, event: str) -> None:
    require_editor(actor)
    with transaction() as session:
        if not trials.set_state(session, trial_id, was, state, utc_now()):
            raise Conflict(
                "この試行は、すでに終わっているか、ほかの画面で変わりました。画面を開き直してください。"
            )
        audit.record(event, actor=actor, detail={"trial": trial_id})


@dataclass(frozen=True)
class ProcedureCount:
    """A procedure of a replay: how many cases gain it, lose it and so on, and how many in all."""

    code: str
    title: str
    counts: dict[str, int]

    @property
    def cases(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class ReplayReport:
    """What a replay has found so far. `lines` are bounded; the export has them all."""

    trial: Trial
    content: TriedContent | None
    tally: ReplayTally
    procedures: tuple[ProcedureCount, ...]
    lines: tuple[TrialLine, ...]
    more: bool


def replay_report(trial_id: str, procedure: str = "") -> ReplayReport:
    """The results of a replay, the lines of one procedure only where it is named. Raises NotFound."""
    trial = trials.get_trial(trial_id)
    content = tried_content.find(trial.source)
    tally = ReplayTally.read(trial.tally)
    titles = _titles(trial, content)
    counted = [
        ProcedureCount(code, titles.get(code, code), counts) for code, counts in tally.procedures.items()
    ]
    lines = trials.list_lines(trial_id, procedure, SHOWN_LINES + 1)
    return ReplayReport(
        trial, content, tally, tuple(sorted(counted, key=lambda one: -one.cases)), lines[:SHOWN_LINES],
        len(lines) > SHOWN_LINES,
    )  # fmt: skip


def export_replay(trial_id: str, actor: Actor) -> ReplayReport:
    """Every result of a replay, for a file; noted in the log. Raises NotFound."""
    report = replay_report(trial_id)
    with transaction():
        audit.record(
            "content.trial_exported", actor=actor, detail={"trial": trial_id, "lines": report.trial.found}
        )
    return replace(report, lines=trials.list_lines(trial_id), more=False)


def list_replays() -> tuple[Trial, ...]:
    """The newest replays."""
    return trials.list_trials(TrialKind.REPLAY, SHOWN_TRIALS)


def get(trial_id: str) -> Trial:
    """Raises NotFound."""
    return trials.get_trial(trial_id)


def _titles(trial: Trial, content: TriedContent | None) -> dict[str, str]:
    old = packs.published(trial.base).pack.procedures if trial.base is not None else ()
    new = content.pack.procedures if content else ()
    return {one.code: one.title for one in (*old, *new)}
