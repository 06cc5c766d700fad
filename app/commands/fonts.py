"""`flask fonts …`: the fonts of the screens and the characters that no font has."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.operator import OperatorGroup
from app.documents.fonts import FontsRefused
from app.operations import fonts

cli = OperatorGroup("fonts", help="画面の書体と外字。")


@cli.command("build")
def build() -> None:
    """登録されている文字を調べ、画面用の書体を作ります。変わっていないものは作り直しません。"""

    def progress(done: int, total: int) -> None:
        if done and (done == total or done % 5 == 0):
            click.echo(f"画面用の書体 {done}/{total}", err=True)

    try:
        report = fonts.build(progress=progress)
    except FontsRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"画面用の書体を用意しました。表示・印字できない文字は{len(report.items)}種類です。")


@cli.command("receive")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def receive(folder: Path) -> None:
    """一覧（15b）にある外字フォントを FOLDER から受け取ります。取込のときに受け取れなかったものに使います。"""
    fonts.receive([folder])
    for font in fonts.overview("").received:
        click.echo(f"{font.name}  適用 {font.valid_from}  {font.problem or f'{len(font.codes)}文字'}")


@cli.command("report")
def report() -> None:
    """表示・印字できない文字を、文字と件数だけで表示します（最後に調べた結果）。"""
    for row in fonts.report_table(fonts.last_report()):
        click.echo("\t".join(row))
