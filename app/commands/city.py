"""`flask city …`: the invented city (架空の市)."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from app.commands.operator import OperatorGroup
from app.config import Settings
from app.demo.city import LARGEST, SMALLEST, CityRefused
from app.demo.city import generate as generate_city
from app.demo.leaflets import EDITION, LEAFLETS
from app.demo.receptions import receive as receive_families
from app.documents import find_fonts
from app.documents.leaflet_page import draw_leaflet
from app.domain.dates import today_in_japan
from app.domain.errors import KakanaiError
from app.operations import leaflet_desk

cli = OperatorGroup("city", help="架空の市の連携ファイルを作る。")


@cli.command("generate")
@click.option(
    "--population", type=click.IntRange(SMALLEST, LARGEST), default=3000, show_default=True, help="住民の数"
)
@click.option("--seed", type=int, default=1, show_default=True, help="同じ番号からは同じ市ができます")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="空の、またはまだないフォルダー")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, help="データの時点（既定は今日）")
def generate(population: int, seed: int, out: Path, as_of: datetime | None) -> None:
    """27種類の連携ファイルを作ります。人口・番号・時点が同じなら、できるファイルも同じです。"""
    started = time.monotonic()
    try:
        paths = generate_city(population, seed, out, _show, as_of=as_of.date() if as_of else today_in_japan())
    except (CityRefused, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{len(paths)} ファイルを {out} に作りました（{time.monotonic() - started:.1f} 秒）。")


@cli.command("receive")
@click.option("--count", type=click.IntRange(1, 1000), default=100, show_default=True, help="受付の数")
@click.option("--seed", type=int, default=1, show_default=True, help="同じ番号からは同じ世帯ができます")
def receive(count: int, seed: int) -> None:
    """デモの窓口で、架空の世帯の転入を受け付けたことにします（過去の受付での試行を見るため）。"""
    settings: Settings = current_app.config["KAKANAI"]
    if not settings.demo:
        raise click.ClickException("デモのインスタンスでだけ使えます。受付は1件も作っていません。")
    try:
        for done, _case in enumerate(receive_families(count, seed, today_in_japan()), start=1):
            _show("受付", done, count)
    except KakanaiError as refused:
        raise click.ClickException(refused.message) from refused
    click.echo(f"架空の世帯の転入を {count} 件受け付けました。")


@cli.command("leaflets")
def leaflets() -> None:
    """架空の市のパンフレットを登録します（手続き案内書のあとに印刷されます）。"""
    settings: Settings = current_app.config["KAKANAI"]
    if not settings.demo:
        raise click.ClickException("デモのインスタンスでだけ使えます。何も登録していません。")
    made = 0
    try:
        fonts = find_fonts(settings.instance)
        for slot, texts in LEAFLETS.items():
            for language, text in texts.items():
                leaflet_desk.receive_drawn(slot, language, EDITION, draw_leaflet(fonts, language, *text))
                made += 1
    except KakanaiError as refused:
        raise click.ClickException(refused.message) from refused
    click.echo(f"架空の市のパンフレットを {made} 件登録しました。")


def _show(what: str, done: int, total: int) -> None:
    """Progress on standard error: one line that changes on a terminal, lines in a log."""
    terminal = sys.stderr.isatty()
    line = f"{what} {done:,}/{total:,}"
    click.echo(f"\r{line}\033[K" if terminal else line, nl=not terminal or done == total, err=True)
