"""A real server in a process of its own, and Chromium in front of it."""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserType, ConsoleMessage, Page, Request, expect, sync_playwright
from werkzeug.routing import Map

from app import create_app
from app.config import KEY_NAMES, PROJECT_ROOT
from tests.card_agent import CardAgent, Wire
from tests.conftest import DEMO_PASSWORD, leave_out, prepare_city_template, settings_for
from tests.stores import SqliteStore

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
# A refused input is answered with 4xx, which Chromium reports as a failed load.
EXPECTED_MESSAGES = ("Failed to load resource",)
# What the browser fetches from itself: its PDF viewer, and what a page holds already.
FROM_THE_BROWSER = ("data:", "blob:", "chrome://", "chrome-extension://")
UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added, [aria-busy=true]"
AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
PATIENCE = 30_000
"""Milliseconds to wait for what must come: other tests run beside, and a machine may be slow without being wrong."""
COUNTER_SCREEN = {"width": 1366, "height": 768}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here carries the mark ``browser``."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Site:
    """The running server and where it keeps its data."""

    url: str
    instance: Path
    database: str

    def flask(self, *arguments: str) -> None:
        """Run one of the product's commands on its instance and database."""
        command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
        subprocess.run(
            command,
            cwd=PROJECT_ROOT,
            env=_environment(self.instance, self.database),
            check=True,
            capture_output=True,
        )

    def forget_receptions(self) -> None:
        """As on another day: nothing is open, and nobody was here before who would be met as a second time."""
        with contextlib.closing(
            sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=30)
        ) as city:
            city.execute("UPDATE case_file SET state = 'closed' WHERE state IN ('open', 'suspended')")
            city.execute("UPDATE case_person SET person_number = NULL")
            city.commit()


@pytest.fixture(scope="session")
def site(
    sqlite_store: SqliteStore, city_feeds: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The city of 400 persons, served as it is in production."""
    folder = tmp_path_factory.mktemp("site")
    prepare_city_template(sqlite_store, city_feeds, folder)
    with serving(folder / "instance", sqlite_store.copy("city")) as server:
        yield server.site


@pytest.fixture(scope="session")
def back_room(site: Site) -> Flask:
    """The city of the server without its server: for what only a file or another day brings."""
    return create_app(settings_for(site.instance, site.database))


@pytest.fixture(scope="session")
def routes(back_room: Flask) -> Map:
    """The addresses of the product."""
    return back_room.url_map


@contextlib.contextmanager
def serving(instance: Path, database_url: str, **more: int | str | list[str]) -> Iterator[Server]:
    """The product's own server on a database, until the block ends; ``more`` are settings, {url} in one is its own address."""
    settings = settings_for(instance, database_url)
    keys = (f'{name} = "{base64.b64encode(getattr(settings.keys, name)).decode()}"\n' for name in KEY_NAMES)
    (instance / "keys.toml").write_text("".join(keys), encoding="ascii")
    rows = ["demo = true", "secure_cookie = false", "search_limit_hour = 0", "search_limit_day = 0"]
    rows += ["password_hash_memory_kib = 256", "password_hash_time_cost = 1"]
    server = Server(instance, database_url)
    rows += [
        f"{name} = {json.dumps(value).replace('{url}', server.site.url)}" for name, value in more.items()
    ]
    (instance / "settings.toml").write_text("\n".join(rows) + "\n", encoding="ascii")
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _environment(instance: Path, database_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "KAKANAI_INSTANCE": str(instance),
        "KAKANAI_DATABASE_URL": database_url,
        "PYTHONUTF8": "1",
    }


class Server:
    """A server in a process of its own; killed and started again, it is found at the same address."""

    def __init__(self, instance: Path, database_url: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.site = Site(f"http://127.0.0.1:{self._port}", instance, database_url)
        self._log = instance / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, str(PROJECT_ROOT / "scripts" / "serve.py"), "--port", str(self._port)]
        environment = _environment(self.site.instance, self.site.database)
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=PROJECT_ROOT, env=environment, stdout=output, stderr=output
            )
        limit = time.monotonic() + 60
        while time.monotonic() < limit and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.site.url}/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"the server did not become healthy:\n{self._log.read_text(errors='replace')[-3000:]}")

    def kill(self) -> None:
        """As when the power fails."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as installed on this machine."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        found = launch(playwright.chromium)
        yield found
        found.close()


def launch(chromium: BrowserType, **environment: str) -> Browser:
    """Start Chromium; what is given goes into its environment."""
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if program is None:
        leave_out("Chromium is not installed")
    # Chromium's own sandbox cannot be set up by root, as which CI runs.
    arguments = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    return chromium.launch(executable_path=program, args=arguments, env={**os.environ, **environment})


class Terminal:
    """A window at the size of a counter PC, which notes every error a page reports and everything it asks of another server."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.faults: list[str] = []
        self._site = site
        self._context = browser.new_context(
            base_url=site.url, viewport=COUNTER_SCREEN, locale="ja-JP", timezone_id="Asia/Tokyo"
        )
        self._context.set_default_timeout(PATIENCE)
        self._context.on("console", self._note_console)
        self._context.on("request", self._note_request)
        self._context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self.page = self._context.new_page()

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED_MESSAGES):
            self.faults.append(f"console: {message.text}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._site.url}/", *FROM_THE_BROWSER)):
            self.faults.append(f"request to another server: {request.url}")

    def sign_in(self, staff: str, counter: str | None = None) -> None:
        """By the keyboard, through the names the screens promise."""
        page = self.page
        page.goto("/login")
        page.get_by_role("textbox", name="職員ID").fill(staff)
        page.get_by_role("textbox", name="パスワード").fill(DEMO_PASSWORD)
        if counter:
            page.get_by_role("combobox", name="窓口").select_option(label=counter)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")

    def close(self) -> None:
        """Fails when there were faults."""
        self._context.close()
        assert not self.faults, "\n".join(self.faults)


@pytest.fixture
def terminal(browser: Browser, site: Site) -> Iterator[Terminal]:
    """A new one, on a day on which nothing happened yet."""
    site.forget_receptions()
    found = Terminal(browser, site)
    yield found
    found.close()


@pytest.fixture
def page(terminal: Terminal) -> Page:
    """The page of a new terminal."""
    return terminal.page


@pytest.fixture
def sign_in_page(terminal: Terminal) -> Callable[..., Page]:
    """``sign_in_page("demo-counter", "市民課")``."""

    def go(staff: str, counter: str | None = None) -> Page:
        terminal.sign_in(staff, counter)
        return terminal.page

    return go


def code_for(browser: Browser, site: Site, kind: str, seat: str) -> str:
    """The administrator makes a code for a device at a seat of the front counter."""
    terminal = Terminal(browser, site)
    terminal.sign_in("demo-admin")
    page = terminal.page
    page.goto("/admin/counters/devices")
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("窓口", exact=True).select_option(label="市民課")
    page.get_by_role("textbox", name="席").fill(seat)
    page.get_by_role("button", name="登録番号を作る").click()
    code = page.locator(".device-code").inner_text()
    assert accessibility_problems(page) == []
    terminal.close()
    return code.replace(" ", "")


class HeldCard(CardAgent):
    """A reader at the first seat that answers whatever it is asked with the card that lies on it."""

    def __init__(self, browser: Browser, site: Site) -> None:
        super().__init__(wire_to(site))
        self.held: dict[str, str] = {}
        assert self.enrol(code_for(browser, site, "カード読取装置", "1番")) == 201
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._ended.is_set():
            slot = self.next()
            if slot:
                self.send(f"/cards/slots/{slot['slot']}/stage", {"stage": "card"})
                self.answer(slot["slot"], **self.held)

    def lay_on(self, name: str, birth: str, **more: str) -> None:
        """Somebody's card; birth as in the feeds."""
        self.held.clear()
        self.held |= {"name": name, "birth": birth.replace("-", ""), **more}

    def end(self) -> None:
        self._ended.set()
        self._thread.join(30)


def wire_to(site: Site) -> Wire:
    """How the agent beside a reader speaks to the server."""

    def send(path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        asked = urllib.request.Request(
            site.url + path, data=body, headers={**headers, "Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    return send


@pytest.fixture(scope="module")
def held_card(browser: Browser, site: Site) -> Iterator[HeldCard]:
    """The reader of the front counter."""
    reader = HeldCard(browser, site)
    yield reader
    reader.end()


def settled(page: Page) -> None:
    """Wait until the answers under way are in the page and their links and forms work without a new page."""
    page.wait_for_function(f"() => !document.querySelector('{UNDER_WAY}')")


def accessibility_problems(page: Page) -> list[str]:
    """What axe finds on the page as it stands: rule, help text and the elements it means.

    All its rules, those of WCAG 2.2 A and AA among them; the size of targets is not on by default.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found = page.evaluate(
        "() => axe.run(document, {rules: {'target-size': {enabled: true}}, resultTypes: ['violations']})"
    )
    return [
        f"{violation['id']}: {violation['help']}: {', '.join(node['html'][:120] for node in violation['nodes'])}"
        for violation in found["violations"]
    ]


@functools.cache
def _axe() -> str:
    """The vendored script; fails when it is not the published one."""
    text = AXE.read_bytes()
    assert hashlib.sha256(text).hexdigest() == AXE_SHA256
    # A page runs it as an expression; what it puts on the window is all that is wanted.
    return f"() => {{ {text.decode()}\n }}"
