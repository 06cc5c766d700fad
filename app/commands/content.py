"""`flask content`: the content pack (業務定義) as reviewable files."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.operator import OperatorGroup
from app.config import PROJECT_ROOT
from app.documents import DefinitionsRefused, load_definitions
from app.domain.content import ContentPack
from app.domain.errors import NotFound
from app.domain.languages import TRANSLATED, language
from app.domain.review_sheet import HEADS
from app.domain.spreadsheet import csv_bytes
from app.domain.translations import Entry, State, Translation, entries, sources, unused
from app.intake.content_pack import ContentRefused, check_pack, load_pack, read_pack
from app.intake.translation_files import (
    FOLDER,
    TranslationsRefused,
    read_translations,
    write_translations,
)
from app.operations import review_sheet
from app.operations import translations as translated
from app.operations.content import export_folder, forms_folder, is_edited, publish_folder
from app.operations.content_files import folder_changes
from app.operations.examples import run_all

CONTENT = PROJECT_ROOT / "app" / "content"
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

cli = OperatorGroup("content", help="業務定義（手続き・質問・判定・証明書・手数料）の検査、公開、書き出し。")


@cli.command("check")
@click.argument("folder", type=_FOLDER, default=CONTENT)
def check(folder: Path) -> None:
    """業務定義のフォルダーを検査し、直すところをすべて表示します。何も書き込みません。"""
    try:
        forms = load_definitions(forms_folder(folder))
    except DefinitionsRefused as refused:
        raise click.ClickException(f"様式の定義に誤りがあります。\n{refused}") from refused
    problems = check_pack(folder, set(forms))
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        raise click.ClickException(f"{folder}: 直すところが{len(problems)}件あります。")
    click.echo(f"{folder}: 直すところはありません。様式 {len(forms)} 件も確かめました。")


@cli.command("load")
@click.argument("folder", type=_FOLDER)
@click.option("--keep-edited", is_flag=True, help="市が画面で編集した版があるときは、公開しません。")
def load(folder: Path, keep_edited: bool) -> None:
    """業務定義と様式を検査して公開します。誤りがあれば何も公開しません。"""
    if keep_edited and is_edited():
        click.echo(
            "市が編集した業務定義が公開されているので、変えていません。違いは content diff で確かめられます。"
        )
        _load_translations(folder)
        return
    try:
        pack, forms, version = publish_folder(folder)
    except (ContentRefused, DefinitionsRefused) as refused:
        raise click.ClickException(f"公開しませんでした。\n{refused}") from refused
    if version is None:
        click.echo(f"{_summary(pack)}、様式 {forms} 件。公開中のものと同じなので、変えていません。")
    else:
        click.echo(f"{_summary(pack)}、様式 {forms} 件を、第{version}版として公開しました。")
    _load_translations(folder)


def _load_translations(folder: Path) -> None:
    """The translations that lie beside the pack; what the city wrote itself stays."""
    try:
        changed, kept = translated.load_folder(folder)
    except TranslationsRefused as refused:
        raise click.ClickException(f"案内書の訳を読み込みませんでした。\n{refused}") from refused
    if changed or kept:
        click.echo(f"案内書の訳 {changed} 件を読み込みました（市で直した {kept} 件はそのままです）。")


@cli.command("review")
@click.argument("folder", type=_FOLDER, required=False)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="書き出すCSVファイル（Excelで開けます）。"
)
def review(folder: Path | None, out: Path | None) -> None:
    """市が確かめる設定・手数料・電話番号などの点検表。フォルダーを指定しなければ、公開中の業務定義のものです。"""
    try:
        rows = review_sheet.of_published() if folder is None else review_sheet.of_folder(folder)
    except NotFound as missing:
        raise click.ClickException(missing.message) from missing
    except ContentRefused as refused:
        raise click.ClickException(f"業務定義に誤りがあります。\n{refused}") from refused
    if out is None:
        for row in rows:
            click.echo("\t".join(row.cells[:5]))
        return
    try:
        out.write_bytes(csv_bytes(HEADS, (row.cells for row in rows)))
    except OSError as problem:
        raise click.ClickException(f"{out} に書き込めません（{problem.strerror}）。") from problem
    click.echo(f"{out} に、点検すること {len(rows)} 件を書き出しました。")


@cli.command("diff")
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """2つの業務定義の違いを、行ごとに言葉で表示します。フォルダーか、公開した版の番号で指定します。"""
    try:
        changes = folder_changes(before, after)
    except ContentRefused as refused:
        raise click.ClickException(f"業務定義を読めません。\n{refused}") from refused
    except NotFound as missing:
        raise click.ClickException(missing.message) from missing
    for one in changes:
        click.echo(f"{one.kind.value}　{one.part_label}　{'／'.join(one.key)}　{one.title}")
        for cell in one.cells:
            click.echo(f"    {cell.label}: {_line(cell.before)} → {_line(cell.after)}")
    click.echo(f"{len(changes)} 行が違います。" if changes else "違いはありません。")


def _line(text: str) -> str:
    return text.replace("\n", "／") or "（空）"


@cli.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """公開中の業務定義を、検査できるファイルとして書き出します。空のフォルダーを指定します。"""
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} は空ではありません。空のフォルダーを指定してください。")
    try:
        pack, written = export_folder(folder)
        written += translated.export_folder(folder)
    except NotFound as missing:
        raise click.ClickException(missing.message) from missing
    click.echo(f"{_summary(pack)}を {folder} に書き出しました（{len(written)} ファイル）。")


@cli.command("examples")
@click.argument("folder", type=_FOLDER, default=CONTENT)
def examples(folder: Path) -> None:
    """業務定義のフォルダーの世帯例をすべて確かめ、正しい一覧にならないものを表示します。何も書き込みません。"""
    try:
        pack = load_pack(folder)
    except ContentRefused as refused:
        raise click.ClickException(f"業務定義に誤りがあります。\n{refused}") from refused
    failed = total = 0
    for result in run_all(pack):
        total += 1
        if not result.passed:
            failed += 1
            click.echo(f"{result.example.code}（{result.example.title}）", err=True)
            for problem in result.problems:
                click.echo(f"  {problem}", err=True)
    if failed:
        raise click.ClickException(f"{folder}: 世帯例{total}件のうち{failed}件が、正しい一覧になりません。")
    click.echo(f"{folder}: 世帯例{total}件が、すべて正しい一覧になりました。")


@cli.command("translations")
@click.argument("folder", type=_FOLDER, default=CONTENT)
@click.option(
    "--fill", is_flag=True, help="訳のない文を、訳を空にしてファイルに書き加えます。使われない訳は除きます。"
)
def translations(folder: Path, fill: bool) -> None:
    """案内書の訳の数え上げ。訳のない文、もとの日本語が変わった文を、言語ごとに数えます。"""
    try:
        wanted = sources(read_pack(folder))
        known = read_translations(folder / FOLDER)
    except (ContentRefused, TranslationsRefused) as refused:
        raise click.ClickException(f"読めません。\n{refused}") from refused
    filled = {}
    for code in TRANSLATED:
        found = entries(wanted, known.get(code, ()))
        counts = [sum(one.state is state for one in found) for state in State]
        reviewed = sum(one.is_reviewed for one in found)
        extra = len(unused(wanted, known.get(code, ())))
        click.echo(
            f"{language(code).title}: 訳 {counts[0]}（確認済み {reviewed}）、見直し {counts[1]}、訳なし {counts[2]}、不要 {extra}"
        )
        filled[code] = [row for one in found for row in _rows(one)]
    if fill:
        write_translations(filled, folder / FOLDER)


def _rows(one: Entry) -> list[Translation]:
    """What stands in the file for a text: its translation, or an empty one behind that of its older text."""
    kept = [one.translation] if one.translation is not None else []
    if one.state is State.CURRENT:
        return kept
    return [*kept, Translation(one.source.part, one.source.code, one.source.text, "")]


def _summary(pack: ContentPack) -> str:
    return (
        f"「{pack.title}」{pack.version}: 手続き {len(pack.procedures)}、質問 {len(pack.questions)}、"
        f"判定の行 {len(pack.rules)}、証明書 {len(pack.certificates)}"
    )
