"""A counter PC as it stands at a counter: the agent's own program on a screen of its own, and a cable to the server."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from app.data.models.base import utc_now
from app.data.models.device import CounterDeviceRow
from app.extensions import db
from app.operations.card_slots import UNHEARD
from cardreader_agent.codes import FILE
from cardreader_agent.wire.settings import FILE as SETTINGS
from tests.agent.display import Onlooker, running_display
from tests.desk import Desk
from tests.http import HttpBrowser
from tests.integration.server import Server
from tests.walls.tree import ROOT

PATIENCE = 60.0
"""Seconds for what must come: other tests run beside."""
TITLE = "カード読取："
SOME_TIME = timedelta(seconds=5)
DEVICES = "/admin/counters/devices"


def wait(until: Callable[[], object], said: Callable[[], object]) -> None:
    """Until something holds; ``said`` explains why it never did."""
    limit = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < limit, said()
        time.sleep(0.05)


class Cable:
    """A line to the server that can be cut; everything that goes through is kept."""

    def __init__(self, target: Callable[[], int]) -> None:
        self.target, self.passed = target, list[bytes]()
        self._ends: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.port = 0
        self.mend()

    def mend(self) -> None:
        """Put it in, at the same address as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Nothing passes any more, what is under way neither."""
        listener, self._listener = self._listener, None
        ends, self._ends = self._ends, []
        for one in (*ends, *([listener] if listener else [])):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.target()), timeout=5)
                except OSError:
                    near.close()
                    continue
                far.settimeout(None)
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        kept = bytearray()
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                kept += data
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        self.passed.append(bytes(kept))


@dataclass
class CounterPc:
    """One PC: a folder, a screen, the program."""

    folder: Path
    display: str
    eye: Onlooker
    process: subprocess.Popen[str] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        own = {name: value for name, value in os.environ.items() if not name.startswith("KAKANAI_")}
        self.environment = own | {"DISPLAY": self.display, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}

    def runs(self, *arguments: str) -> tuple[int, str]:
        """The program with arguments, to its end: code and what it said."""
        done = subprocess.run(
            self._command(*arguments), cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    def pair(self, port: int, code: str, reader: str = "", nfc_device: str = "") -> None:
        """As docs/cardreader.md says; the second way to cards is written into the file."""
        which = ["--reader", reader] if reader else []
        said = self.runs("--pair", code, "--server", f"http://127.0.0.1:{port}", *which)
        assert said[0] == 0 and "登録しました" in said[1], said
        if nfc_device:
            with (self.folder / SETTINGS).open("a", encoding="utf-8") as file:
                file.write(f"nfc_device = '{nfc_device}'\n")

    def start(self) -> None:
        """As somebody signs in."""
        self.process = subprocess.Popen(
            self._command(), cwd=self.folder, env=self.environment, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip
        self.says("待機中")

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "cardreader_agent", "--folder", str(self.folder), *arguments]

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def ends(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """However it ends; nothing of it is left afterwards."""
        if self.process is not None:
            self.process.send_signal(sign)
            self.process.wait(20)
            self.process = None

    def titles(self) -> list[str]:
        """What its window says in the task bar."""
        return [title.removeprefix(TITLE) for title in self.eye.titles() if title.startswith(TITLE)]

    def says(self, title: str) -> None:
        """Wait until the window does."""
        wait(lambda: title in self.titles(), lambda: (title, self.titles(), self.log()))

    def types(self, text: str) -> None:
        """Into the window, key by key."""
        window = next(one for title, one in self.eye.titles().items() if title.startswith(TITLE))
        self.eye.types(window, text)

    def log(self) -> str:
        path = self.folder / "log" / FILE
        return path.read_text(encoding="ascii") if path.exists() else ""

    def logs(self, text: str, since: int = 0) -> None:
        """Wait until the log holds a line with this, after its first ``since`` characters."""
        wait(lambda: text in self.log()[since:], lambda: (text, self.log()[since:]))


@contextlib.contextmanager
def counter_pc(folder: Path) -> Iterator[CounterPc]:
    """One more PC. Raises DisplayMissing."""
    with running_display() as name:
        eye = Onlooker(name)
        pc = CounterPc(folder, name, eye)
        try:
            yield pc
        finally:
            pc.ends(signal.SIGKILL)
            eye.close()


@dataclass
class Clerk:
    """Who presses «カードを読み取る» and looks at the page."""

    server: Server
    browser: HttpBrowser
    desk: Desk
    slot: str = ""

    def asks(self) -> None:
        answer = self.desk.post("/cards/slots")
        assert answer.status_code == 303, answer.text
        self.slot = str(answer.headers["Location"]).rsplit("/", 1)[1]

    def page(self) -> str:
        return self.desk.get(f"/cards/slots/{self.slot}").text

    def sees(self, *texts: str) -> None:
        """Wait until the page says all of it."""
        wait(lambda: all(text in self.page() for text in texts), lambda: (texts, self.page()[-1500:]))

    def finds(self, name: str) -> None:
        """What was read stands in the box that it is searched with."""
        page = self.desk.post("/residents/search/card", slot=self.slot).text
        assert f'value="{name.replace("　", "")}' in page

    def code(self, seat: str) -> str:
        """For one more reader, made by the administrator."""
        admin = Desk(HttpBrowser(self.server.port)).sign_in("demo-admin", "")
        page = admin.post(DEVICES, kind="card_reader", counter="main", seat=seat).text
        found = re.search(r'class="device-code">(\d{3}) (\d{3})<', page)
        assert found
        return found[1] + found[2]

    def some_time_passes(self) -> None:
        """As if every reader's program had been heard last a while ago."""
        with self.server.app.app_context():
            db.session.execute(update(CounterDeviceRow).values(seen_at=utc_now() - UNHEARD - SOME_TIME))
            db.session.commit()
            db.session.remove()
