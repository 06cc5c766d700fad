"""The import that somebody starts by hand: all its files or none, and recorded as a job like any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.domain.authority import SYSTEM, Actor
from app.domain.errors import KakanaiError
from app.domain.feed_jobs import FileState, JobFile, JobKind
from app.intake.layouts import load_versions
from app.operations import feeds
from app.operations.feed_files import WHOLE, ImportRefused, list_files
from app.operations.feed_gates import ShrunkFeeds
from app.operations.feed_journal import Journal, describe
from app.operations.feed_night import OVERTAKEN
from app.operations.feed_staging import Progress, no_progress
from app.operations.feeds import Confirm, ImportReport


def import_files(
    paths: Sequence[Path],
    *,
    confirm: Confirm,
    actor: Actor = SYSTEM,
    allow_shrink: bool = False,
    progress: Progress = no_progress,
) -> tuple[ImportReport, ...]:
    """As `feeds.import_files`, and everyone who looks at the data links sees it run and end."""
    layouts = load_versions()
    files = [describe(path, layouts) for path in list_files(paths, [])]
    journal = Journal.begin(JobKind.COMMAND, actor, files)

    def tell(stage: str, done: int, total: int) -> None:
        progress(stage, done, total)
        journal.progress(stage, done, total)

    try:
        reports = feeds.import_files(
            paths, actor=actor, allow_shrink=allow_shrink, confirm=confirm, progress=tell, stop=journal.stop,
            note=journal.switched,
        )  # fmt: skip
    except KakanaiError as error:
        at_fault = _at_fault(files, error)
        if isinstance(error, ImportRefused):
            journal.refuse(at_fault, error)
        else:
            journal.settle(at_fault, FileState.REFUSED, error.message)
        journal.finish("" if isinstance(error, ImportRefused | ShrunkFeeds) else error.message)
        raise
    except BaseException:
        journal.finish("途中で止まりました。切替の前なら何も変わっていません。")
        raise
    taken = {file.name for report in reports for file in report.files}
    journal.settle((file.name for file in files if file.name not in taken), FileState.PASSED, OVERTAKEN)
    journal.finish()
    return reports


def _at_fault(files: Sequence[JobFile], error: KakanaiError) -> list[str]:
    if not isinstance(error, ImportRefused | ShrunkFeeds):
        return []
    bad = {fault.data_set for fault in error.faults}
    return [file.name for file in files if file.data_set in bad or WHOLE in bad]
