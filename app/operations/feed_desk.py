"""What an administrator does about the data links (データ連携): decide, hold, release, run again, stop."""

from __future__ import annotations

from app.data import audit, feed_details, feed_jobs
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.domain.feed_jobs import (
    ALL_SETS,
    DECIDABLE,
    FileState,
    Job,
    JobFile,
    JobKind,
    JobState,
)
from app.intake.layouts import load_layouts
from app.operations.feed_files import MEASURES

LONGEST_REASON = 200
_MISSING_REASON = "理由を入力してください。"
_OVER = "この{what}は、すでに終わっています。画面を開き直してください。"


def decide(file_id: str, approved: bool, reason: str, actor: Actor) -> None:
    """Say whether a file that differs markedly from what is stored is right; an approved one is taken in by the watch at once.

    Raises Invalid without a reason, NotFound, Conflict when it is decided already.
    """
    why, (_, file) = _reason(reason), _find_file(file_id)
    now = utc_now()
    with transaction() as session:
        if not feed_jobs.decide(session, file_id, approved, actor.staff_id, why, now):
            raise Conflict(_OVER.format(what="判断待ちのファイル"))
        if approved:
            job_id = feed_jobs.add_job(session, JobKind.DECIDED, actor.staff_id, now, JobState.QUEUED)
            feed_jobs.add_files(session, job_id, [_again(file)])
        _log("feed.decided", actor, file.data_set, file=file.name, approved=approved, reason=why)


def skip(file_id: str, reason: str, actor: Actor) -> None:
    """Go on with the later files of the data set without this refused one.

    Raises Invalid, NotFound; Refused for the file of the protected (01c), which nobody may leave out.
    """
    why, (_, file) = _reason(reason), _find_file(file_id)
    if file.data_set == MEASURES:
        raise Refused(
            "支援措置対象者（01c）のファイルを飛ばすことはできません。正しいファイルを受け取ってください。"
        )
    with transaction() as session:
        if not feed_jobs.skip(session, file_id, actor.staff_id, why, utc_now()):
            raise Conflict(_OVER.format(what="ファイル"))
        _log("feed.skipped", actor, file.data_set, file=file.name, reason=why)


def hold(data_set: str, reason: str, actor: Actor) -> None:
    """Keep the watch from taking in a data set (or `ALL_SETS`). Raises Invalid, NotFound, Conflict when it is held."""
    why = _reason(reason)
    _check_set(data_set)
    with transaction() as session:
        if not feed_jobs.hold(session, data_set, actor.staff_id, why, utc_now()):
            raise Conflict("すでに保留されています。画面を開き直してください。")
        _log("feed.held", actor, data_set, reason=why)


def release(data_set: str, actor: Actor) -> None:
    """End a hold. Raises NotFound, Conflict when there is none."""
    _check_set(data_set)
    with transaction() as session:
        if not feed_jobs.release(session, data_set):
            raise Conflict("保留は、すでに解除されています。画面を開き直してください。")
        _log("feed.released", actor, data_set)


def run_now(actor: Actor) -> None:
    """Ask the watch to look into the folder now. Raises Conflict when it was asked already."""
    with transaction() as session:
        if any(job.kind is JobKind.WATCH and job.state is JobState.QUEUED for job in feed_jobs.list_open()):
            raise Conflict("すでに順番を待っています。")
        feed_jobs.add_job(session, JobKind.WATCH, actor.staff_id, utc_now(), JobState.QUEUED)
        _log("feed.asked", actor, ALL_SETS)


def run_again(job_id: str, actor: Actor) -> None:
    """Ask the watch to take the files of a job that did not come in again. Raises NotFound, Conflict when there is none."""
    files = [_again(file) for file in _find_job(job_id).to_run_again]
    if not files:
        raise Conflict("もう一度取り込むファイルがありません。")
    with transaction() as session:
        again = feed_jobs.add_job(session, JobKind.AGAIN, actor.staff_id, utc_now(), JobState.QUEUED)
        feed_jobs.add_files(session, again, files)
        _log("feed.asked", actor, ALL_SETS, job=job_id, files=len(files))


def check_file(file_id: str, actor: Actor) -> None:
    """Ask the watch what a file that waits or is held would change. Raises NotFound, Conflict when nobody has to judge it."""
    _, file = _find_file(file_id)
    if file.state not in DECIDABLE:
        raise Conflict(_OVER.format(what="ファイル"))
    _ask_to_check(_again(file), actor)


def check_held(data_set: str, actor: Actor) -> None:
    """Ask the watch what the files would change that have arrived of a held data set. Raises NotFound, Conflict."""
    _check_set(data_set)
    if data_set == ALL_SETS:
        raise NotFound("データがありません。")
    if not feed_jobs.is_held(feed_jobs.list_holds(), data_set):
        raise Conflict("このデータは、もう保留されていません。画面を開き直してください。")
    _ask_to_check(JobFile("", "", data_set, "", "", None, FileState.QUEUED), actor)


def _ask_to_check(file: JobFile, actor: Actor) -> None:
    """A job about one file, or about a data set where the file has no name."""
    with transaction() as session:
        if feed_details.is_check_open():
            raise Conflict("ほかの変化の確認が、順番を待っているか実行中です。終わってから押してください。")
        job_id = feed_jobs.add_job(session, JobKind.CHECK, actor.staff_id, utc_now(), JobState.QUEUED)
        feed_jobs.add_files(session, job_id, [file])
        _log("feed.check_asked", actor, file.data_set, file=file.name)


def stop(job_id: str, actor: Actor) -> None:
    """Ask a job to stop at the next good place, before anything is switched. Raises NotFound, Conflict when it has ended."""
    _find_job(job_id)
    with transaction() as session:
        if not feed_jobs.ask_to_stop(session, job_id, utc_now()):
            raise Conflict(_OVER.format(what="ジョブ"))
        _log("feed.stop_asked", actor, ALL_SETS, job=job_id)


def _again(file: JobFile) -> JobFile:
    return JobFile(
        "", file.name, file.data_set, file.mark, file.kind, file.as_of, FileState.QUEUED, rows=file.rows
    )


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise Invalid(_MISSING_REASON)
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"理由は{LONGEST_REASON}文字以内で入力してください（入力: {len(reason)}文字）。")
    return reason


def _check_set(data_set: str) -> None:
    if data_set != ALL_SETS and data_set not in load_layouts():
        raise NotFound("データがありません。")


def _find_file(file_id: str) -> tuple[str, JobFile]:
    found = feed_jobs.find_file(file_id)
    if found is None:
        raise NotFound("ファイルがありません。")
    return found


def _find_job(job_id: str) -> Job:
    job = feed_jobs.find_job(job_id)
    if job is None:
        raise NotFound("ジョブがありません。")
    return job


def _log(event: str, actor: Actor, data_set: str, **detail: object) -> None:
    audit.record(event, actor=actor, detail={"data_set": data_set, **detail})
