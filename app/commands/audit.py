"""`flask audit …`: the operation log."""

from __future__ import annotations

import sys
import zipfile
from datetime import datetime
from pathlib import Path

import click

from app.commands.operator import OperatorGroup
from app.domain.authority import SYSTEM
from app.domain.errors import Refused
from app.operations import audits, record_files

SHOWN = 100
DAY = click.DateTime(["%Y-%m-%d"])

cli = OperatorGroup("audit", help="操作ログの検証と封印。")


@cli.command("verify")
def verify() -> None:
    """操作ログの全行と日次の封印を検証し、件数と異常の箇所を表示します（異常があれば終了コード 1）。"""
    result = audits.verify()
    click.echo(
        f"操作ログ {result.rows} 行（{result.lanes} 系列）、日次の封印 {result.seals} 件を検証しました。"
    )
    for found in result.breaks[:SHOWN]:
        click.echo(f"異常: 系列「{found.lane}」 {found.position} 番: {found.problem}", err=True)
    if len(result.breaks) > SHOWN:
        click.echo(f"ほかに {len(result.breaks) - SHOWN} か所あります。", err=True)
    if result.breaks:
        sys.exit(1)
    click.echo("改ざん・欠落はありません。")


@cli.command("seal")
def seal() -> None:
    """昨日までの操作ログを封印し、データベースの外の控えにも書きます（一日に何度実行しても同じです）。"""
    try:
        made = audits.seal()
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    if made is None:
        click.echo("昨日までの封印は済んでいます。")
        return
    click.echo(f"{made.day} までの操作ログ {made.rows} 行を封印しました。確認番号 {made.code}")


@cli.command("export")
@click.option("--since", type=DAY, required=True, help="最初の日。")
@click.option("--until", type=DAY, required=True, help="最後の日。")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="作る zip ファイル。"
)
def export(since: datetime, until: datetime, out: Path) -> None:
    """期間の操作ログを、項目説明と目録（ハッシュ値と連続の証明）とともに zip に書き出します。"""
    if out.exists():
        raise click.ClickException(f"{out} はすでにあります。別の名前を指定してください。")
    if since > until:
        raise click.ClickException("--until が --since より前です。日付を入れ替えてください。")
    written = record_files.write(out, since.date(), until.date(), SYSTEM)
    click.echo(f"操作ログ {written.rows} 行を書き出しました。")


@cli.command("check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check(file: Path) -> None:
    """書き出した zip を、このインスタンスの鍵で確かめます（違いがあれば終了コード 1）。"""
    try:
        rows, wrong = record_files.check(file)
    except (zipfile.BadZipFile, KeyError, ValueError) as problem:
        raise click.ClickException("書き出した操作ログの zip として読み取れません。") from problem
    for line in wrong:
        click.echo(f"異常: {line}", err=True)
    if wrong:
        sys.exit(1)
    click.echo(f"操作ログ {rows} 行は、書き出したときのままです。")
