"""`flask documents`: the forms, and a form with sample data."""

from pathlib import Path
from typing import Any

import click

from app.commands.operator import OperatorGroup
from app.config import PROJECT_ROOT, instance_folder
from app.documents import (
    DefinitionsRefused,
    FontsRefused,
    FormJob,
    PageIdentity,
    PrintFailed,
    expected_documents,
    find_fonts,
    load_definitions,
    render_set,
    verify,
)
from app.documents.samples import read_sample
from app.domain.content import ContentPack
from app.intake.content_pack import HEAD_FILE, read_pack

FORMS = PROJECT_ROOT / "app" / "content" / "forms"
SAMPLES = FORMS / "samples"

cli = OperatorGroup("documents", help="帳票（様式）の一覧と見本。")


@cli.command("list")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=FORMS,
    show_default=False,
)
@click.option("--missing", is_flag=True, help="様式のない手続きを表示する。")
def list_forms(folder: Path, missing: bool) -> None:
    """様式を1行に1つ、コードから、業務定義の中では使う手続きと証明まで表示する。"""
    pack = read_pack(folder.parent) if (folder.parent / HEAD_FILE).is_file() else None
    if missing:
        for row in pack.procedures if pack else ():
            if not row.forms and not row.automatic:
                click.echo(f"{row.code}\t{row.title}\t{row.section}")
        return
    uses = _uses(pack) if pack else {}
    for code, form in sorted(_forms(folder).items()):
        used = "・".join(uses.get(code, {}))
        click.echo(f"{code}\t{form.title}\t第{form.version}版\t{form.section}\t{used}".rstrip())


@cli.command("sample")
@click.argument("code")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="作る PDF のファイル名"
)
@click.option("--data", default="family", show_default=True, help="見本データの名前、または JSON ファイル")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=FORMS,
    show_default=False,
)
def sample(code: str, out: Path, data: str, folder: Path) -> None:
    """様式 CODE を見本データで印刷した PDF を作る。"""
    forms = _forms(folder)
    if code not in forms:
        raise click.ClickException(
            f"様式「{code}」はありません。次から選んでください: {'、'.join(sorted(forms))}"
        )
    identity = PageIdentity("sample", "SAMPLE", "R0-00-000000-0", ("sample",), bytes(32), ("見本",))
    jobs = [FormJob(forms[code], _sample_values(data), identity, 1)]
    try:
        fonts = find_fonts(instance_folder())
        rendered = render_set(jobs, fonts)
        verify(rendered.pdf, expected_documents(jobs, rendered))
    except FontsRefused as refused:
        raise click.ClickException(str(refused)) from refused
    except PrintFailed as refused:
        raise click.ClickException(refused.message) from refused
    out.write_bytes(rendered.pdf)
    for problem in rendered.problems:
        click.echo(problem.message, err=True)
    click.echo(f"{out}: {forms[code].title} {len(rendered.pages)}ページ。{fonts.notice}")


def _uses(pack: ContentPack) -> dict[str, dict[str, None]]:
    """The titles of what prints each form, in the order of the pack."""
    relations = {one.code: one.title for one in pack.relations}
    used = [(form, row.title) for row in pack.procedures for form in row.forms]
    used += [(row.form, row.title) for row in pack.events if row.form]
    used += [(row.form, row.title) for row in pack.certificates if row.form]
    used += [(row.form, row.title) for row in pack.payments if row.form]
    used += [(row.form, relations.get(row.relation, "")) for row in pack.requester_rules if row.form]
    found: dict[str, dict[str, None]] = {}
    for form, title in used:
        found.setdefault(form, {})[title] = None
    return found


def _forms(folder: Path) -> dict[str, Any]:
    try:
        return load_definitions(folder)
    except DefinitionsRefused as refused:
        raise click.ClickException("様式の定義に誤りがあります。\n" + str(refused)) from refused


def _sample_values(name: str) -> dict[str, Any]:
    path = SAMPLES / f"{name}.json"
    if not path.is_file():
        path = Path(name)
    if not path.is_file():
        known = "、".join(sorted(item.stem for item in SAMPLES.glob("*.json")))
        raise click.ClickException(f"見本データ「{name}」はありません。次から選んでください: {known}")
    try:
        return read_sample(path)[1]
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"見本データ {path.name} が読めません（{error}）。") from error
