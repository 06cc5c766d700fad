#!/usr/bin/env python3
"""Bring up a demonstration city on this machine and serve it.

    python3 scripts/start.py [--port 8000] [--population 3000] [--reset] …

Needs Python 3.11–3.13 and nothing else. Each stage is recorded when it is complete, so that a run that was killed
goes on where it stopped, and the second start only starts the server.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from environment import PYTHON, ROOT, SERVER, EnvironmentProblem, ensure_packages, say

CONTENT = ROOT / "app" / "content"
FONTS = ROOT / "app" / "documents" / "fonts"
MIGRATIONS = ROOT / "app" / "data" / "migrations" / "versions"
GAZETTEER = ROOT / "app" / "intake" / "gazetteer"
POPULATION = 3000
SMALLEST = 400
SEED = 1
RECEPTIONS = 60
SETTINGS = """\
# デモ用の設定です。実在の市のデータは入れないでください。
demo = true
# http で使うため。本番は https とし、この行を消してください。
secure_cookie = false
# 1つの職員IDを何人かで使って試せるよう、検索の回数に上限を設けません。本番では、この2行を消してください。
search_limit_hour = 0
search_limit_day = 0
"""
# What a demonstration fills; settings and keys stay.
CONTENTS_OF_AN_INSTANCE = (
    "kakanai.db", "kakanai.db-journal", "kakanai.db-wal", "kakanai.db-shm", "feeds", "feeds.part", "start.json",
)  # fmt: skip


class Stop(Exception):
    """Starting cannot go on; the message says why and what to do."""


class Instance:
    """An instance folder and what has been done in it so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.feeds = folder / "feeds"
        self._record = folder / "start.json"

    @property
    def done(self) -> dict[str, Any]:
        """The stages that are complete, each with what it was done with; none once the database was deleted."""
        embedded = not os.environ.get("KAKANAI_DATABASE_URL")
        if not self._record.exists() or (embedded and not (self.folder / "kakanai.db").exists()):
            return {}
        found: dict[str, Any] = json.loads(self._record.read_text(encoding="utf-8"))
        return found

    def note(self, stage: str, value: object) -> None:
        """Record a complete stage; a killed process leaves the old record or the new one."""
        draft = self._record.with_suffix(".part")
        draft.write_text(json.dumps(self.done | {stage: value}, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._record)

    def refuse_a_real_city(self) -> None:
        """Only an instance that this script made may be filled, emptied or given demo staff."""
        settings = self.folder / "settings.toml"
        if settings.exists():
            demo = tomllib.loads(settings.read_text(encoding="utf-8")).get("demo") is True
        else:
            demo = not (self.folder / "kakanai.db").exists()
        if not demo:
            raise Stop(
                f"{self.folder} は実在の市のインスタンスです。デモとして起動したり初期化したりはできません。\n"
                "別のフォルダーを --instance で指定してください。本番の起動方法は docs/operations.md にあります。"
            )

    def empty(self) -> None:
        """Delete the demonstration's data."""
        if os.environ.get("KAKANAI_DATABASE_URL"):
            raise Stop(
                "--reset は組み込みデータベース専用です。KAKANAI_DATABASE_URL のデータベースは消しません。"
            )
        for name in CONTENTS_OF_AN_INSTANCE:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        say(f"{self.folder} のデモデータを消しました。")

    def write_settings(self) -> None:
        """Settings of a new instance, readable by its owner only. Raises Stop when an old one lost its keys."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / "settings.toml"
        if not path.exists():
            draft = self.folder / f".settings.{secrets.token_hex(4)}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(SETTINGS)
            draft.replace(path)
        # The product makes keys where there are none; beside old data new ones would make that data unreadable.
        if self.done and not (self.folder / "keys.toml").exists():
            raise Stop(
                f"{self.folder} に鍵ファイル keys.toml がありません。今のデータは、作ったときの鍵でしか読めません。\n"
                "控えがあれば戻してください。デモを作り直すには --reset を付けてください。"
            )

    def environment(self) -> dict[str, str]:
        """The environment of a process that works on this instance."""
        return os.environ | {"KAKANAI_INSTANCE": str(self.folder), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}

    def run(self, *arguments: str) -> None:
        """Run the project's Python; raises Stop when it fails."""
        # A killed start must not leave an import behind that holds the database against the next start.
        tie: Callable[[], None] | None = _die_with_parent if sys.platform == "linux" else None
        command = [str(PYTHON), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), preexec_fn=tie)
        if done.returncode != 0:
            raise Stop(
                "上のエラーのため、起動を中止しました。直してから、もう一度実行してください（続きから始まります）。"
            )

    def flask(self, *arguments: str) -> None:
        """Run one of the product's commands."""
        self.run("-m", "flask", "--app", "app", *arguments)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def main() -> int:
    """Prepare what is missing, then become the server."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = _options()
    try:
        _refuse_impossible(options)
        instance = Instance(options.instance.resolve())
        instance.refuse_a_real_city()
        if options.reset:
            instance.empty()
        ensure_packages(SERVER)
        _refuse_another_city(instance, options)
        prepare_city(instance, _chosen_city(instance, options))
        _make_fonts(instance)
        _create_staff(instance)
        _receive_families(instance)
        return _serve(instance, options)
    except (Stop, EnvironmentProblem) as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("中止しました。もう一度実行すると続きから始まります。")
        return 130


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="書かない窓口のデモを、この機械で起動します。")
    parser.add_argument("--host", default="127.0.0.1", help="待ち受けるアドレス（既定 127.0.0.1）")
    parser.add_argument("--port", type=int, default=8000, help="待ち受けるポート（既定 8000）")
    parser.add_argument(
        "--instance", type=Path, default=ROOT / "instance", help="データを置くフォルダー（既定 instance）"
    )
    parser.add_argument("--population", type=int, help=f"架空の市の人口（既定 {POPULATION}）")
    parser.add_argument("--seed", type=int, help=f"架空の市の種（既定 {SEED}、同じ値なら同じ市）")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--feeds", type=Path, help="架空の市を作らず、このフォルダーの連携ファイルを取り込む")
    source.add_argument("--empty", action="store_true", help="市のデータを入れない")
    parser.add_argument("--reset", action="store_true", help="デモのデータを消して作り直す")
    parser.add_argument("--workers", type=int, default=1, help="サーバーのプロセス数（既定 1）")
    parser.add_argument(
        "--watch",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="取込フォルダーに届くファイルを取り込む（既定: 取り込む）",
    )
    return parser.parse_args()


def _refuse_impossible(options: argparse.Namespace) -> None:
    """Find out before the long work what would fail after it."""
    if not 1 <= options.workers <= 64:
        raise Stop(f"--workers {options.workers}: 1 から 64 で指定してください。")
    if options.workers > 1 and os.name == "nt":
        raise Stop("Windows では複数プロセスで動かせません。--workers を外してください。")
    if options.population is not None and options.population < SMALLEST:
        raise Stop(f"--population {options.population}: {SMALLEST} 以上で指定してください。")
    if options.feeds and not options.feeds.is_dir():
        raise Stop(f"--feeds {options.feeds}: フォルダーがありません。")
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except (OSError, OverflowError) as error:
            raise Stop(
                f"{options.host} のポート {options.port} を使えません（{error}）。--port で別の番号を指定してください。"
            ) from error


def _wanted_city(options: argparse.Namespace) -> dict[str, object]:
    if options.empty:
        return {"empty": True}
    if options.feeds:
        return {"feeds": str(options.feeds.resolve())}
    return {
        "population": options.population or POPULATION,
        "seed": SEED if options.seed is None else options.seed,
    }


def _asked_for_a_city(options: argparse.Namespace) -> bool:
    return bool(options.empty or options.feeds) or options.population is not None or options.seed is not None


def _refuse_another_city(instance: Instance, options: argparse.Namespace) -> None:
    there = instance.done.get("city")
    if _asked_for_a_city(options) and there and there != _wanted_city(options):
        raise Stop(
            f"{instance.folder} には別の市が入っています（{_describe(there)}）。\n"
            "作り直すには --reset を、残すには --instance で別のフォルダーを指定してください。"
        )


def _describe(city: dict[str, Any]) -> str:
    if "population" in city:
        return f"人口 {city['population']:,} 人、種 {city['seed']} の架空の市"
    return f"{city['feeds']} から取り込んだ市" if "feeds" in city else "データなし"


def _chosen_city(instance: Instance, options: argparse.Namespace) -> dict[str, Any]:
    """The city asked for; without a word about it, the one an earlier start began with."""
    begun: dict[str, Any] | None = instance.done.get("city") or instance.done.get("chosen")
    return begun if begun and not _asked_for_a_city(options) else _wanted_city(options)


def prepare_city(instance: Instance, city: dict[str, Any]) -> None:
    """Settings, schema, content and the city's data, as far as they are not there yet. Raises Stop.

    ``city`` is {"population", "seed"} for an invented one, {"feeds"} for files that are there, or {"empty"}.
    """
    instance.write_settings()
    # Each runs again when an update of the product has changed it.
    schema, content, places = _digest(MIGRATIONS), _digest(CONTENT), _digest(GAZETTEER)
    if instance.done.get("schema") != schema:
        instance.flask("db", "upgrade")
        instance.note("schema", schema)
    if instance.done.get("content") != content:
        say("手続き・質問・様式を読み込んでいます")
        instance.flask("content", "load", "--keep-edited", str(CONTENT))
        instance.note("content", content)
    if instance.done.get("places") != places:
        say("全国の町名・郵便番号を読み込んでいます")
        instance.flask("addresses", "load")
        instance.note("places", places)
    _bring_in_city(instance, city)


def _digest(folder: Path) -> str:
    """One value for all files below the folder, their names and contents."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _bring_in_city(instance: Instance, city: dict[str, Any]) -> None:
    if "city" in instance.done:
        return
    if city != instance.done.get("chosen"):
        shutil.rmtree(instance.feeds, ignore_errors=True)
        instance.note("chosen", city)
    if "population" in city:
        _generate(instance, city)
    if "empty" not in city:
        say("連携ファイルを取り込んでいます")
        instance.flask("feed", "import", str(city.get("feeds", instance.feeds)))
    instance.note("city", city)


def _generate(instance: Instance, city: dict[str, Any]) -> None:
    if instance.feeds.exists():
        return
    say(f"人口 {city['population']:,} 人の架空の市を作っています")
    draft = instance.folder / "feeds.part"
    shutil.rmtree(draft, ignore_errors=True)
    numbers = ("--population", str(city["population"]), "--seed", str(city["seed"]))
    instance.flask("city", "generate", *numbers, "--out", str(draft))
    draft.replace(instance.feeds)


def _make_fonts(instance: Instance) -> None:
    """Slice the fonts for the screens, once for each version of the product and each city."""
    made_with = {"rules": _digest(FONTS), "city": instance.done.get("city")}
    if instance.done.get("fonts") != made_with:
        say("画面用の書体を作っています（初めは1分ほどかかります）")
        instance.flask("fonts", "build")
        instance.note("fonts", made_with)


def _create_staff(instance: Instance) -> None:
    """Create the demo staff and show ids and password, once; a password given again is set again."""
    given = os.environ.get("KAKANAI_DEMO_PASSWORD")
    if "staff" in instance.done and not given:
        say("デモ職員とパスワードは、最初の起動で表示したものです。")
        say("変えるには、環境変数 KAKANAI_DEMO_PASSWORD に新しいパスワードを入れて起動してください。")
        return
    instance.flask("staff", "demo")
    if given:
        say("パスワード: 環境変数 KAKANAI_DEMO_PASSWORD の値")
    instance.note("staff", True)


def _receive_families(instance: Instance) -> None:
    """Some receptions of invented families, once, so that a changed rule can be tried on past cases."""
    if "receptions" in instance.done or "population" not in instance.done.get("city", {}):
        return
    say("架空の世帯の受付を作っています（業務定義を過去の受付で試すため）")
    instance.flask("city", "leaflets")
    instance.note("receptions", RECEPTIONS)  # begun once: the demo works without them
    try:
        instance.flask("city", "receive", "--count", str(RECEPTIONS))
    except Stop:
        say("架空の世帯の受付は作れませんでした。デモはそのまま使えます。")


def _serve(instance: Instance, options: argparse.Namespace) -> int:
    """Become the server, so that ending this process ends it."""
    command = [str(PYTHON), str(ROOT / "scripts" / "serve.py")]
    command += ["--host", options.host, "--port", str(options.port), "--workers", str(options.workers)]
    command += ["--watch"] if options.watch else ["--no-watch"]
    if os.name == "posix":
        os.chdir(ROOT)
        os.execve(command[0], command, instance.environment())  # noqa: S606
    return subprocess.run(command, cwd=ROOT, env=instance.environment()).returncode


if __name__ == "__main__":
    sys.exit(main())
