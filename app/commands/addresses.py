"""`flask addresses …`: the address masters."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from app.commands.operator import OperatorGroup
from app.domain.dates import in_japan
from app.operations import address_masters
from app.operations.address_masters import KINDS, FileOutcome, MasterRefused

Result = TypeVar("Result")

cli = OperatorGroup("addresses", help="住所マスタ（全国の町域、アドレス・ベース・レジストリ）。")

_FILES = click.argument(
    "files",
    metavar="FILE…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)


@cli.command("load")
@click.option("--again", is_flag=True, help="読み込み済みでも、もう一度読み込む。")
def load(again: bool) -> None:
    """製品に付いている全国の町域データを読み込み、市の町字・地番・方書を作り直します。"""
    started = time.monotonic()
    with _Progress() as progress:
        count = _refusing(lambda: address_masters.load_postal(progress=progress, again=again))
    if count is None:
        click.echo("全国の町域データは、すでに読み込んであります。")
    else:
        click.echo(f"全国の町域 {count:,}件を読み込みました（{time.monotonic() - started:.1f}秒）。")


@cli.command("check")
@_FILES
def check(files: tuple[Path, ...]) -> None:
    """アドレス・ベース・レジストリの町字・地番・住居表示のファイルを検査します。何も書き込みません。"""
    with _Progress() as progress:
        outcomes = _refusing(lambda: address_masters.check_registry(files, progress=progress))
    _show(outcomes)
    click.echo("検査だけを行いました。住所マスタは変わっていません。")


@cli.command("import")
@_FILES
@click.option(
    "--replace", is_flag=True, help="連携データ 18 にある町字も、レジストリの名称・読み・日付に置き換える。"
)
@click.option("--yes", is_flag=True, help="確認せずに取り込む。")
def import_(files: tuple[Path, ...], replace: bool, yes: bool) -> None:
    """アドレス・ベース・レジストリのファイルを検査し、誤りがなければまとめて取り込みます。"""
    if not yes and sys.stdin.isatty():
        with _Progress() as progress:
            _show(_refusing(lambda: address_masters.check_registry(files, progress=progress)))
        if not click.confirm("この内容を取り込みますか"):
            click.echo("取り込みませんでした。住所マスタは変わっていません。")
            sys.exit(1)
    with _Progress() as progress:
        outcomes = _refusing(
            lambda: address_masters.import_registry(files, replace_known=replace, progress=progress)
        )
    _show(outcomes)
    click.echo("取り込みました。")


@cli.command("status")
def status() -> None:
    """住所マスタの件数と、元のファイルを表示します。"""
    for line in address_masters.overview():
        came = f"取込 {in_japan(line.came_at):%Y-%m-%d %H:%M}" if line.came_at else "まだ取り込んでいません"
        click.echo(
            f"{line.title}（{line.origin}） {line.count:,}件  {line.as_of}  {came}  {line.remark}".rstrip()
        )


def _show(outcomes: tuple[FileOutcome, ...]) -> None:
    for one in outcomes:
        click.echo(
            f"{KINDS[one.kind]}（{one.name}） {one.rows:,}行  新しい{one.added:,} 連携データにある{one.known:,}"
            f" 廃止{one.ended:,} 他の市区町村{one.elsewhere:,}"
        )
        if one.stray:
            town_id, number = one.example
            click.echo(
                f"  町字マスタにない町字IDの行が{one.stray:,}件あります（例: 町字ID {town_id} の {number}）。住所の候補には出ません。"
                "町字のファイル（mt_town）が新しいか確かめ、一緒に取り込んでください。"
            )


def _refusing(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except MasterRefused as refused:
        click.echo(refused.message, err=True)
        click.echo("住所マスタは変わっていません。", err=True)
        sys.exit(1)


class _Progress:
    """One line on the terminal that says how far the work is; nothing where the output is not a terminal."""

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if sys.stderr.isatty():
            click.echo("\r\033[K", nl=False, err=True)

    def __call__(self, stage: str, done: int, _total: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r\033[K{stage} {done:,}", nl=False, err=True)
