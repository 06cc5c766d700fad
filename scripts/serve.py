#!/usr/bin/env python3
"""Serve the instance named by ``KAKANAI_INSTANCE``, run with the project's own Python.

    .venv/bin/python scripts/serve.py --host 0.0.0.0 --port 8000 --workers 4

One worker is served by waitress, several by gunicorn's threaded workers (docs/decisions/0002-web-servers.md).
"""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beside import WatchBeside

from environment import ROOT, say

if TYPE_CHECKING:
    from flask import Flask

# Fewer than the database's connections of one process (15): whoever is let in need not wait for one.
THREADS = 8
CONNECTIONS = 1000
# Counter PCs keep connections open between clicks; longer than a proxy's own limit would only collect dead ones.
IDLE_CONNECTION_SECONDS = 75


def main() -> int:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="書かない窓口のサーバーを動かします。")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--watch",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="取込フォルダーも見張る（既定: 見張る。別に見張るときは --no-watch）",
    )
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from app.config import SettingsError

    watch: WatchBeside | None = None
    try:
        watch = _watch() if options.watch else None
        if options.workers == 1:
            _serve_one(options.host, options.port)
        else:
            _serve_several(options.host, options.port, options.workers)
    except SettingsError as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        pass
    finally:
        if watch is not None:
            watch.stop()
    return 0


def application() -> Flask:
    """The product as a process serves it.

    What it has loaded stays as long as the process does. Searched for garbage again and again, those two hundred
    thousand objects keep every request of the process waiting for a tenth of a second.
    """
    from app import create_app

    made = create_app()
    gc.collect()
    gc.freeze()
    return made


def _watch() -> WatchBeside | None:
    """Start the watch, where there is a folder for it. Raises SettingsError."""
    from app.config import load_settings

    settings = load_settings()
    if not settings.feeds.is_dir():
        say(f"取込フォルダー {settings.feed_folder} がないため、連携ファイルは見張りません。")
        return None
    # The end of the server is to be the end of the watch, however the server is told to end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    watch = WatchBeside()
    watch.start()
    return watch


def _announce(host: str, port: int) -> None:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
    say(f"起動しました: http://{f'[{shown}]' if ':' in shown else shown}:{port}/")
    say("終了するには Ctrl+C を押してください。")


def _serve_one(host: str, port: int) -> None:
    from waitress import create_server

    server = create_server(
        application(), host=host, port=port, threads=THREADS, connection_limit=CONNECTIONS,
        channel_timeout=IDLE_CONNECTION_SECONDS, ident="",
    )  # fmt: skip
    # The socket listens from here on; requests that come before `run` wait in its queue.
    _announce(host, port)
    server.run()


def _serve_several(host: str, port: int, workers: int) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        """gunicorn with its settings given here; each worker builds its own application."""

        def load_config(self) -> None:
            settings: dict[str, Any] = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": workers,
                "worker_class": "gthread",
                "threads": THREADS,
                "worker_connections": CONNECTIONS,
                "keepalive": IDLE_CONNECTION_SECONDS,
                "timeout": 120,
                "loglevel": "warning",
                "chdir": str(Path(ROOT)),
                "when_ready": lambda _server: _announce(host, port),
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return application()

    # A wrong setting is named once here, not by every worker in turn.
    from app.config import load_settings

    load_settings()
    Server().run()


if __name__ == "__main__":
    sys.exit(main())
