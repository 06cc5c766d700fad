"""`flask staff …`: members of staff."""

from __future__ import annotations

import os
import secrets
import sys
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup

from app.commands.content import CONTENT
from app.config import Settings
from app.demo.staff import DEMO_STAFF
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid, NotFound
from app.intake.content_pack import load_pack
from app.operations import staff

cli = AppGroup("staff", help="職員と窓口。")
DAY = click.DateTime(["%Y-%m-%d"])
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
    password = given or _made_up()
    counters = _counters()
    people = [staff.NewStaff(person.id, person.name, person.at_counters(counters)) for person in DEMO_STAFF]
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


def _counters() -> tuple[str, ...]:
    """The counters of the published content; of the default content while nothing is published."""
    try:
        return staff.set_counters_of_content()
    except NotFound:
        return staff.set_counters_of_content(load_pack(CONTENT))


@cli.command("counters")
def counters() -> None:
    """公開されている業務定義の窓口を、ログイン画面の窓口にします。"""
    try:
        count = len(staff.set_counters_of_content())
    except NotFound as missing:
        raise click.ClickException(missing.message) from missing
    click.echo(f"窓口 {count} か所を登録しました。")


@cli.command("add")
@click.argument("staff_id", metavar="職員ID")
@click.argument("name", metavar="氏名")
@click.option(
    "--role", "roles", multiple=True, required=True, metavar="窓口:役割", help="何度でも指定できます。"
)
@click.option("--from", "since", type=DAY, help="有効期間の始まり（既定は今日）。")
@click.option("--to", "until", type=DAY, help="有効期間の終わり（既定は期限なし）。")
@click.option("--generate", is_flag=True, help="パスワードを自動で作り、一度だけ表示します。")
def add(
    staff_id: str,
    name: str,
    roles: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    generate: bool,
) -> None:
    """職員を登録します。パスワードは画面に表示せずに尋ねます。"""
    person = staff.NewStaff(staff_id, name.strip(), [_assignment(role) for role in roles])
    password = (
        _made_up()
        if generate
        else click.prompt("パスワード", hide_input=True, confirmation_prompt="もう一度")
    )
    try:
        staff.add_staff(
            person, password, since.date() if since else today_in_japan(), until.date() if until else None
        )
    except Invalid as error:
        raise click.ClickException(error.message) from error
    click.echo(f"職員 {staff_id}（{person.name}）を登録しました。")
    if generate:
        click.echo(f"パスワード: {password}")


def _assignment(text: str) -> tuple[str, str]:
    counter, mark, role = text.partition(":")
    if not mark:
        raise click.BadParameter(f"「{text}」は 窓口:役割 の形で指定してください（例: main:counter）。")
    return counter, role


def _made_up() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(5))


@cli.command("unlock")
@click.argument("staff_id", metavar="職員ID")
def unlock(staff_id: str) -> None:
    """ログインの失敗が続いて止まった職員を、ログインできるようにします。"""
    try:
        staff.unlock(staff_id)
    except NotFound as missing:
        raise click.ClickException(missing.message) from missing
    click.echo(f"職員 {staff_id} のログインの停止を解除しました。")
