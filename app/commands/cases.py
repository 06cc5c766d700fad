"""`flask cases …`: the records of receptions."""

from __future__ import annotations

import click
from flask import current_app

from app.commands.operator import OperatorGroup
from app.config import Settings
from app.domain.dates import JAPAN, format_wareki
from app.domain.errors import Refused
from app.operations import case_retention

_TELL_EVERY = 500

cli = OperatorGroup("cases", help="受付の記録。")


@cli.command("remove")
@click.option("--dry-run", is_flag=True, help="削除する件数だけを表示し、何も削除しない。")
def remove(dry_run: bool) -> None:
    """保存期間（case_days）を過ぎた受付を、1件ずつ帳票やメモごと削除します。途中で止めても、1件の途中では止まりません。"""
    try:
        settings: Settings = current_app.config["KAKANAI"]
        leaving = case_retention.plan(settings)
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    day = format_wareki(leaving.before.astimezone(JAPAN).date())
    click.echo(f"{day}より前に終了した受付: 削除 {len(leaving.cases)} 件、残す {leaving.kept} 件")
    if leaving.kept:
        click.echo("残すのは、審査や引き継ぎが終わっていないもの、後の受付や訂正につながるものです。")
    if dry_run:
        click.echo("確認だけを行いました。何も削除していません。")
        return
    gone = case_retention.remove(leaving, _tell)
    click.echo(f"受付 {gone} 件を削除しました。操作ログは残ります。")


def _tell(done: int) -> None:
    if done % _TELL_EVERY == 0:
        click.echo(f"{done} 件まで終わりました。")
