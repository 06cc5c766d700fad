"""`flask staff …`: members of staff."""

from __future__ import annotations

import os
import secrets
import sys

import click
from flask import current_app
from flask.cli import AppGroup

from app.config import Settings
from app.demo.staff import COUNTERS, DEMO_STAFF, OFFICES
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid, NotFound
from app.operations import staff

cli = AppGroup("staff", help="職員と窓口。")
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@cli.command("demo")
def demo() -> None:
    """デモ用の窓口と職員を登録します。パスワードは KAKANAI_DEMO_PASSWORD、なければ自動で作り、一度だけ表示します。"""
    settings: Settings = current_app.config["KAKANAI"]
    if not settings.demo:
        raise click.ClickException(
            "デモではないインスタンスに、デモ用の職員は登録できません（settings.toml の demo）。"
        )
    given = os.environ.get("KAKANAI_DEMO_PASSWORD")
    password = given or "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(5))
    staff.set_counters(OFFICES, COUNTERS)
    people = [staff.NewStaff(person.id, person.name, person.assignments) for person in DEMO_STAFF]
    try:
        made = staff.create_demo_staff(people, password, today_in_japan())
    except Invalid as error:
        click.echo(error.message, err=True)
        sys.exit(1)
    click.echo(f"デモ用の職員 {len(people)} 人のうち {len(made)} 人を新しく登録しました。")
    for person in DEMO_STAFF:
        click.echo(f"  {person.id}  {person.name}")
    if not given:
        click.echo(f"パスワード: {password}")


@cli.command("unlock")
@click.argument("staff_id", metavar="職員ID")
def unlock(staff_id: str) -> None:
    """ログインの失敗が続いて止まった職員を、ログインできるようにします。"""
    try:
        staff.unlock(staff_id)
    except NotFound as missing:
        raise click.ClickException(missing.message) from missing
    click.echo(f"職員 {staff_id} のログインの停止を解除しました。")
