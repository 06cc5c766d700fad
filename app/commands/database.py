"""`flask db …`: the schema."""

from __future__ import annotations

import click

from app.commands.operator import OperatorGroup
from app.domain.errors import Refused
from app.operations import database

cli = OperatorGroup("db", help="データベースの構造。")


@cli.command("upgrade")
def upgrade() -> None:
    """構造を最新にします（何度実行しても同じ結果です）。"""
    try:
        before, after = database.upgrade()
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    click.echo(
        f"データベースは最新です（{after}）。"
        if before == after
        else f"データベースを更新しました（{before or 'なし'} → {after}）。"
    )
