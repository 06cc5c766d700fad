"""`flask feed …`: the core system's files."""

from __future__ import annotations

import gc
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from app.commands.operator import OperatorGroup
from app.domain.authority import WATCH
from app.domain.dates import in_japan, today_in_japan
from app.domain.errors import KakanaiError
from app.domain.feed_jobs import (
    FILE_KIND_LABELS,
    FILE_STATE_LABELS,
    JOB_KIND_LABELS,
    JOB_STATE_LABELS,
    Job,
    JobState,
)
from app.operations import audits, feed_command, feed_status, feeds
from app.operations.feed_watch import Watch
from app.operations.feeds import FileReport, ImportReport

cli = OperatorGroup("feed", help="基幹システムの連携ファイル。")

_SHOWN_REJECTS = 20
_TICK_SECONDS = 2
_ALLOW = "正しい内容であれば、feed import に --allow-shrink を付けてください。"
_PATHS = click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))


@cli.command("check")
@_PATHS
def check(paths: tuple[Path, ...]) -> None:
    """ファイルを検査し、取り込んだときの変化を表示します。何も書き込みません。"""
    with _Progress() as progress:
        try:
            reports = feeds.check(paths, progress=progress)
        except KakanaiError as error:
            _fail(error)
    for report in reports:
        _show(report)
    asked = [fault.text for report in reports for fault in report.shrunk]
    if asked:
        click.echo("このままでは取り込めません。", err=True)
        click.echo("\n".join(asked), err=True)
        click.echo(_ALLOW, err=True)
    if len(reports) > 1:
        click.echo(
            f"{len(reports)}回に分けて取り込まれます。どの回の変化も、いま登録されている内容と比べた数です（先の回の分を含みます）。"
        )
    click.echo("検査だけを行いました。登録されているデータは変わっていません。")
    if asked:
        sys.exit(1)


@cli.command("import")
@_PATHS
@click.option("--yes", is_flag=True, help="変化を表示した後、確認せずに切り替える。")
@click.option(
    "--allow-shrink",
    is_flag=True,
    help="行が大きく減った、ほとんどの行が変わった、または項目の減ったファイルを取り込む。支援措置対象者（01c）には効かない。",
)
def import_(paths: tuple[Path, ...], yes: bool, allow_shrink: bool) -> None:
    """ファイルを検査し、誤りがなければまとめて切り替えます。途中で止めても、切替の前なら何も変わりません。"""

    def confirm(report: ImportReport) -> bool:
        progress.clear()
        _show(report)
        # Scheduled runs have nobody to ask; what must not pass unasked is refused before this point.
        return yes or not sys.stdin.isatty() or click.confirm("この内容に切り替えますか")

    started = time.monotonic()
    with _seldom_collecting(), _Progress() as progress:
        try:
            reports = feed_command.import_files(
                paths, allow_shrink=allow_shrink, confirm=confirm, progress=progress
            )
        except feeds.ShrunkFeeds as error:
            _fail(error, _ALLOW)
        except KakanaiError as error:
            _fail(error)
    files = sum(len(report.files) for report in reports)
    changes = sum(report.changes for report in reports)
    seconds = time.monotonic() - started
    click.echo(f"{files}個のファイルを取り込み、{changes}行を切り替えました（{seconds:.1f}秒）。")


@cli.command("watch")
@click.option(
    "--once",
    is_flag=True,
    help="いま一度だけフォルダーを調べて終わる。取り込めないファイルがあれば終了コード1。",
)
def watch(once: bool) -> None:
    """取込フォルダーを見張り、予定の時刻に届いたファイルを取り込みます。SIGTERM か Ctrl+C で、きりのよい所で終わります。"""
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    process = Watch(stop=ending.is_set)
    try:
        process.begin()
    except KakanaiError as error:
        click.echo(error.message, err=True)
        sys.exit(1)
    bad = False
    try:
        with _seldom_collecting(), audits.carried_out_by(WATCH):
            if once:
                jobs = process.tick() + process.look()
                bad = _tell_jobs(jobs)
            else:
                click.echo("取込フォルダーを見張っています。", err=True)
                _watch_on(process, ending)
    except KakanaiError as error:
        click.echo(error.message, err=True)
        bad = True
    finally:
        process.end()
    sys.exit(1 if bad else 0)


def _watch_on(process: Watch, ending: threading.Event) -> None:
    sealed = None
    while not ending.is_set():
        _tell_jobs(process.tick())
        if sealed != (today := today_in_japan()):
            sealed = today if _seal() else None
        ending.wait(_TICK_SECONDS)


def _seal() -> bool:
    """Once a day the operation log is sealed; whether that is over for today."""
    try:
        return audits.seal_beside()
    except KakanaiError as error:
        click.echo(error.message, err=True)
        return True


def _tell_jobs(jobs: Sequence[Job]) -> bool:
    """Print how jobs ended; whether any did not end well."""
    for job in jobs:
        click.echo(
            f"{JOB_KIND_LABELS[job.kind]}: {JOB_STATE_LABELS[job.state]}（{len(job.files)}ファイル）{job.message}"
        )
        for file in job.files:
            click.echo(f"  {file.name}: {FILE_STATE_LABELS[file.state]}")
            if file.problem:
                click.echo("    " + file.problem.replace("\n", "\n    "))
    return any(job.state is not JobState.SUCCEEDED for job in jobs)


@cli.command("status")
def status() -> None:
    """データごとに、最後に取り込んだファイルと結果、見張りと次回の予定を表示します。"""
    found = feed_status.read()
    click.echo(feed_status.watch_text(found))
    if not found.states:
        click.echo("まだ何も取り込んでいません。")
    for state in found.states:
        click.echo(
            f"{state.data_set:<4}{found.titles[state.data_set]}  取込 {in_japan(state.imported_at):%Y-%m-%d %H:%M}"
            f"  基準 {in_japan(state.as_of):%Y-%m-%d %H:%M}  {state.rows}行（追加{state.added} 変更{state.changed}"
            f" 消滅{state.gone} 除外{state.rejects}）{'  ※古くなっています' if state.stale else ''}"
        )
    click.echo(f"支援措置の対象者 {found.protection.protected}人（解除待ち {found.protection.pending}人）")
    for job in found.jobs:
        click.echo(
            f"{in_japan(job.asked_at):%Y-%m-%d %H:%M} {JOB_KIND_LABELS[job.kind]}: {JOB_STATE_LABELS[job.state]}"
            f"（{len(job.files)}ファイル）{job.message}"
        )
    if found.last is not None and not found.last.applied:
        click.echo(f"最後の取込は中止しました（{in_japan(found.last.finished_at):%Y-%m-%d %H:%M}）:")
        click.echo(found.last.message)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for reference cycles rarely: an import makes millions of small objects and none in a cycle."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _show(report: ImportReport) -> None:
    for file in report.files:
        _show_file(file)
    click.echo(
        f"支援措置の対象者 {report.protected}人（追加 {report.protection_added}人、"
        f"新たに解除待ち {report.protection_pending}人、解除待ちの取消 {report.protection_resumed}人）"
    )


def _show_file(file: FileReport) -> None:
    head = f"{file.data_set:<4}{file.title}（{FILE_KIND_LABELS[file.kind]}） {file.rows}行"
    if file.known:
        click.echo(f"{head}  取込済みの同じファイルのため読み飛ばし")
        return
    change = file.difference
    click.echo(
        f"{head}  追加{change.added} 変更{change.changed} 同じ{change.unchanged} 消滅{change.gone} 除外{file.rejected}"
        f"{f'（新しく削除フラグの付いた行 {change.ended}）' if change.ended else ''}"
    )
    for reject in file.rejects[:_SHOWN_REJECTS]:
        click.echo(f"      除外: {reject}")
    if file.rejected and len(file.rejects) > _SHOWN_REJECTS:
        click.echo(f"      ほか{len(file.rejects) - _SHOWN_REJECTS}件以上")
    if file.remark:
        click.echo(f"      {file.remark}")


def _fail(error: KakanaiError, advice: str = "") -> None:
    click.echo(error.message, err=True)
    if advice:
        click.echo(advice, err=True)
    click.echo("登録されているデータは変わっていません。", err=True)
    sys.exit(1)


class _Progress:
    """One line on the terminal that says how far the import is; nothing where the output is not a terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last = 0.0

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._shown or now - self._last < 0.2:
            return
        self._last = now
        share = f"{done * 100 // total:3d}%" if total else ""
        click.echo(f"\r\033[K{stage} {share}", nl=False, err=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)
