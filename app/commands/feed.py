"""`flask feed …`: the core system's files."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from app.domain.dates import in_japan
from app.domain.errors import KakanaiError
from app.intake.manifest import KIND_LABELS
from app.operations import feed_status, feeds
from app.operations.feeds import FileReport, ImportReport

cli = AppGroup("feed", help="基幹システムの連携ファイル。")

_SHOWN_REJECTS = 20
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
    click.echo("検査だけを行いました。登録されているデータは変わっていません。")


@cli.command("import")
@_PATHS
@click.option("--yes", is_flag=True, help="変化を表示した後、確認せずに切り替える。")
@click.option("--allow-shrink", is_flag=True, help="行が大きく減った全件ファイルを取り込む。")
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
            reports = feeds.import_files(paths, allow_shrink=allow_shrink, confirm=confirm, progress=progress)
        except feeds.ShrunkFeeds as error:
            _fail(error, "正しい減少であれば --allow-shrink を付けてください。")
        except KakanaiError as error:
            _fail(error)
    files = sum(len(report.files) for report in reports)
    changes = sum(report.changes for report in reports)
    seconds = time.monotonic() - started
    click.echo(f"{files}個のファイルを取り込み、{changes}行を切り替えました（{seconds:.1f}秒）。")


@cli.command("status")
def status() -> None:
    """データごとに、最後に取り込んだファイルと結果を表示します。"""
    found = feed_status.read()
    if not found.states:
        click.echo("まだ何も取り込んでいません。")
    for state in found.states:
        click.echo(
            f"{state.data_set:<4}{found.titles[state.data_set]}  取込 {in_japan(state.imported_at):%Y-%m-%d %H:%M}"
            f"  基準 {in_japan(state.as_of):%Y-%m-%d %H:%M}  {state.rows}行（追加{state.added} 変更{state.changed}"
            f" 消滅{state.gone} 除外{state.rejects}）{'  ※古くなっています' if state.stale else ''}"
        )
    click.echo(f"支援措置の対象者 {found.protection.protected}人（解除待ち {found.protection.pending}人）")
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
    head = f"{file.data_set:<4}{file.title}（{KIND_LABELS[file.kind]}） {file.rows}行"
    if file.known:
        click.echo(f"{head}  取込済みの同じファイルのため読み飛ばし")
        return
    change = file.difference
    click.echo(
        f"{head}  追加{change.added} 変更{change.changed} 同じ{change.unchanged} 消滅{change.gone} 除外{file.rejected}"
    )
    for reject in file.rejects[:_SHOWN_REJECTS]:
        click.echo(f"      除外: {reject}")
    if file.rejected and len(file.rejects) > _SHOWN_REJECTS:
        click.echo(f"      ほか{len(file.rejects) - _SHOWN_REJECTS}件以上")


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
