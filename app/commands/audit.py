"""`flask audit …`: the operation log."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.operations import audits

cli = AppGroup("audit", help="操作ログの検証。")


@cli.command("verify")
def verify() -> None:
    """操作ログの全行を検証し、件数と最初の異常箇所を表示します（異常があれば終了コード 1）。"""
    result = audits.verify()
    click.echo(f"操作ログ {result.rows} 行（{result.lanes} 系列）を検証しました。")
    for found in result.breaks:
        click.echo(f"異常: 系列「{found.lane}」 {found.position} 番: {found.problem}", err=True)
    if result.breaks:
        sys.exit(1)
    click.echo("改ざん・欠落はありません。")
