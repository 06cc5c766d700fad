"""`flask staff …`: members of staff."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from app.commands.content import CONTENT
from app.commands.operator import OperatorGroup
from app.config import Settings
from app.demo.staff import DEMO_STAFF
from app.domain.authority import SYSTEM
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid, KakanaiError, NotFound
from app.intake.content_pack import load_pack
from app.operations import accounts, staff, transfers
from app.operations.identifying import NOT_HERE

cli = OperatorGroup("staff", help="職員と窓口。")
DAY = click.DateTime(["%Y-%m-%d"])


@cli.command("demo")
def demo() -> None:
    """デモ用の窓口と職員を登録します。パスワードは KAKANAI_DEMO_PASSWORD、なければ自動で作り、一度だけ表示します。"""
    settings: Settings = current_app.config["KAKANAI"]
    if not settings.demo:
        raise click.ClickException(
            "デモではないインスタンスに、デモ用の職員は登録できません（settings.toml の demo）。"
        )
    given = os.environ.get("KAKANAI_DEMO_PASSWORD")
    password = given or accounts.made_up_password()
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
        accounts.made_up_password()
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


@cli.command("unlock")
@click.argument("staff_id", metavar="職員ID")
def unlock(staff_id: str) -> None:
    """ログインの失敗が続いて止まった職員を、ログインできるようにします。"""
    try:
        staff.unlock(staff_id)
    except NotFound as missing:
        raise click.ClickException(missing.message) from missing
    click.echo(f"職員 {staff_id} のログインの停止を解除しました。")


@cli.command("check")
@click.argument("file", metavar="ファイル", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", type=DAY, help="適用する日（既定は今日）。")
@click.option("--whole", is_flag=True, help="全職員の一覧として確かめます（ファイルにない職員は終了）。")
def check(file: Path, on: datetime | None, whole: bool) -> None:
    """人事異動の CSV を確かめ、変わるところ、または誤りをすべて表示します。登録は変えません。"""
    _show(_checked(file, on, whole))


@cli.command("import")
@click.argument("file", metavar="ファイル", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", type=DAY, required=True, help="適用する日。")
@click.option("--whole", is_flag=True, help="全職員の一覧として取り込みます（ファイルにない職員は終了）。")
def import_(file: Path, on: datetime, whole: bool) -> None:
    """人事異動の CSV を、その日からまとめて適用します。1件でも誤りがあれば、何も変えません。"""
    shown = _checked(file, on, whole)
    _show(shown)
    if not shown.can_apply:
        return
    try:
        transfers.apply(shown.id, SYSTEM)
    except KakanaiError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{on:%Y-%m-%d} の0時から適用します。")


@cli.command("password")
@click.argument("staff_id", metavar="職員ID")
@click.option(
    "--forget-factors", is_flag=True, help="認証アプリ・セキュリティキーの登録も取り消す（なくしたとき）"
)
def password(staff_id: str, forget_factors: bool) -> None:
    """一時パスワードを発行し、一度だけ表示します。最初のログインで、本人が自分のパスワードを決めます。"""
    try:
        given = accounts.give_password(staff_id, SYSTEM, forget_factors=forget_factors)
        click.echo(f"一時パスワード: {given}" if given else f"二要素認証を取り消しました。{NOT_HERE}")
    except KakanaiError as error:
        raise click.ClickException(error.message) from error


def _checked(file: Path, on: datetime | None, whole: bool) -> transfers.ShownTransfer:
    day = on.date() if on else today_in_japan()
    try:
        return transfers.view(transfers.check_file(file.read_bytes(), day, SYSTEM, whole=whole))
    except KakanaiError as error:
        raise click.ClickException(error.message) from error


def _show(shown: transfers.ShownTransfer) -> None:
    """What changes, or every fault and exit 1."""
    for fault in shown.faults:
        place = f"{fault.line}行目" + (f"「{fault.column}」" if fault.column else "")
        click.echo(f"{place}: {fault.problem}（読んだ内容: {fault.read or '―'}）", err=True)
    if shown.faults:
        click.echo(f"{len(shown.faults)}件の誤りがあります。登録は何も変えていません。", err=True)
        sys.exit(1)
    for line in shown.lines:
        click.echo(f"{transfers.KIND_TITLES[line.kind]}  {line.staff_id}  {line.name}")
        for column, before, after in line.cells:
            click.echo(f"    {column}: {before or '（なし）'} → {after or '（なし）'}")
    click.echo("、".join(f"{title} {shown.counts[kind]}人" for kind, title in transfers.KIND_TITLES.items()))
