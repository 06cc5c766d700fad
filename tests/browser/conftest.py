"""A real server in a process of its own, and Chromium in front of it."""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, ConsoleMessage, Page, Request, expect, sync_playwright

from app.config import KEY_NAMES, PROJECT_ROOT
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
    instance = folder / "instance"
    url = sqlite_store.copy("city")
    settings = settings_for(instance, url)
    keys = (f'{name} = "{base64.b64encode(getattr(settings.keys, name)).decode()}"\n' for name in KEY_NAMES)
    (instance / "keys.toml").write_text("".join(keys), encoding="ascii")
    (instance / "settings.toml").write_text(
        "demo = true\nsecure_cookie = false\nsearch_limit_hour = 0\nsearch_limit_day = 0\n", encoding="ascii"
    )
    with _server(instance, url) as address:
        yield Site(address, instance, url)


def _environment(instance: Path, database_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "KAKANAI_INSTANCE": str(instance),
        "KAKANAI_DATABASE_URL": database_url,
        "PYTHONUTF8": "1",
    }


@contextlib.contextmanager
def _server(instance: Path, database_url: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(PROJECT_ROOT / "scripts" / "serve.py"), "--port", str(port)]
    environment = _environment(instance, database_url)
    log = instance / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=output, stderr=output)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(server, address, log)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not become healthy:\n{log.read_text(errors='replace')[-3000:]}")


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


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A new terminal at the size of a counter PC. Fails the test when the page reports an error of any kind or asks
    another server for something."""
    site.forget_receptions()
    context = browser.new_context(
        base_url=site.url, viewport=COUNTER_SCREEN, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    context.set_default_timeout(PATIENCE)
    faults: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED_MESSAGES):
            faults.append(f"console: {message.text}")

    def note_request(request: Request) -> None:
        if not request.url.startswith((f"{site.url}/", *FROM_THE_BROWSER)):
            faults.append(f"request to another server: {request.url}")

    context.on("console", note_console)
    context.on("request", note_request)
    context.on("weberror", lambda error: faults.append(f"script: {error.error}"))
    page = context.new_page()
    yield page
    context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def sign_in_page(page: Page) -> Callable[..., Page]:
    """``sign_in_page("demo-counter", "市民課")``: by the keyboard, through the names the screens promise."""

    def go(staff: str, counter: str | None = None) -> Page:
        page.goto("/login")
        page.get_by_role("textbox", name="職員ID").fill(staff)
        page.get_by_role("textbox", name="パスワード").fill(DEMO_PASSWORD)
        if counter:
            page.get_by_role("combobox", name="窓口").select_option(label=counter)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
        return page

    return go


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
