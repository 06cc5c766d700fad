"""The product's own server in a process of its own, on the database of a test's application."""

from __future__ import annotations

import base64
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from flask import Flask

from app.config import KEYS_FILE, PROJECT_ROOT, Keys, Settings
from tests.http import HttpBrowser

GONE = (OSError, http.client.HTTPException)
"""What a client gets when the server goes away."""


def environment(app: Flask) -> dict[str, str]:
    """The settings of the test's application for a process of its own."""
    settings: Settings = app.config["KAKANAI"]
    keys = [
        f'{one.name} = "{base64.b64encode(getattr(settings.keys, one.name)).decode()}"\n'
        for one in fields(Keys)
    ]
    (settings.instance / KEYS_FILE).write_text("".join(keys), encoding="ascii")
    own = {name: value for name, value in os.environ.items() if not name.startswith("KAKANAI_")}
    return own | {
        "KAKANAI_INSTANCE": str(settings.instance), "KAKANAI_DATABASE_URL": settings.database_url,
        "KAKANAI_SECURE_COOKIE": "0", "KAKANAI_DEMO": "1", "KAKANAI_PASSWORD_HASH_MEMORY_KIB": "256",
        "KAKANAI_PASSWORD_HASH_TIME_COST": "1", "KAKANAI_RENDER_WORKERS": "1",
    }  # fmt: skip


@dataclass
class Server:
    """The product's own server in a process that may be killed."""

    app: Flask
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    more: Mapping[str, str] = field(default_factory=dict)
    """Settings besides those of the application."""
    log: Path | None = None
    """Where what it says is kept."""

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        command = [sys.executable, str(PROJECT_ROOT / "scripts" / "serve.py"), "--port", str(self.port)]
        with (self.log or Path(os.devnull)).open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=PROJECT_ROOT, env=environment(self.app) | dict(self.more), stdout=log, stderr=log
            )
        limit = time.monotonic() + 60
        while time.monotonic() < limit and self.process.poll() is None:
            try:
                if HttpBrowser(self.port).get("/health").status_code == 200:
                    return
            except GONE:
                time.sleep(0.05)
        raise AssertionError("the server did not come up again")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
