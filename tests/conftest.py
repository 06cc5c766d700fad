"""Fixtures for everyone: databases, the application on them, and a client that judges what it receives."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache

from app import create_app
from app.config import PROJECT_ROOT, Keys, Settings
from tests.client import Client, sign_in, watch_writes
from tests.postgresql import ServerMissing, running_server
from tests.stores import PostgresqlStore, SqliteStore, Store

# The same draws for everyone, so that a change is judged by what it changes; others with --hypothesis-profile=default.
hypothesis_settings.register_profile("repeatable", derandomize=True)
hypothesis_settings.load_profile("repeatable")

DEMO_PASSWORD = "invented-for-the-tests-only"
POPULATION = 400
"""Persons of the small invented city of ``city_app``; enough for every special household of the generator."""


class _Compiled(BytecodeCache):
    """Templates are compiled once for all the applications of a run; the key tells their source."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()
# Set by scripts/test.py where it has installed everything: then nothing may be left out.
EVERYTHING_IS_INSTALLED = "ALL_TESTS_MUST_RUN"


def leave_out(reason: str) -> None:
    """Skip a test whose tool is missing here, or fail it where the tool was installed for it."""
    if os.environ.get(EVERYTHING_IS_INSTALLED):
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what did not run, and why."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] = reasons.get(reason.removeprefix("Skipped: "), 0) + 1
    if reasons:
        terminalreporter.section("did not run")
        for reason, count in sorted(reasons.items()):
            terminalreporter.line(f"{count} tests: {reason}")


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    """Prepared SQLite files."""
    return SqliteStore(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_store() -> Iterator[PostgresqlStore]:
    """Prepared databases on a PostgreSQL server that lives as long as the tests."""
    with contextlib.ExitStack() as stack:
        try:
            prefix = stack.enter_context(running_server())
        except ServerMissing as problem:
            leave_out(str(problem))
        store = PostgresqlStore(prefix)
        yield store
        store.close()


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ]
)
def store(request: pytest.FixtureRequest) -> Store:
    """Each test that asks for a database runs on both."""
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture(scope="session")
def city_feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feed files of the small invented city, generated once."""
    from app.demo.city import generate  # unit tests need none of it

    folder = tmp_path_factory.mktemp("city")
    generate(POPULATION, 1, folder)
    return folder


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[[str], Settings]:
    """Settings of a demo instance in a temporary folder, on the database of the URL."""
    return lambda url: settings_for(tmp_path / "instance", url)


def prepare_empty_template(store: Store, folder: Path) -> None:
    """The template ``empty``: the schema as the migrations make it."""
    store.template("empty", lambda url: run_commands(folder, url, ["db", "upgrade"]))


def prepare_content_template(store: Store, folder: Path) -> None:
    """The template ``content``: the default content, and nobody who works with it."""
    prepare_empty_template(store, folder)
    load = ["content", "load", str(PROJECT_ROOT / "app" / "content")]
    store.template("content", lambda url: run_commands(folder, url, load), base="empty")


def prepare_city_template(store: Store, city_feeds: Path, folder: Path) -> None:
    """The template ``city``: the default content, the demo staff and the invented city."""
    prepare_content_template(store, folder)
    commands = (["staff", "demo"], ["feed", "import", str(city_feeds)])
    store.template("city", lambda url: run_commands(folder, url, *commands), base="content")


@pytest.fixture
def app(store: Store, tmp_path: Path, make_settings: Callable[[str], Settings]) -> Iterator[Flask]:
    """The application on a migrated database that holds nothing else."""
    prepare_empty_template(store, tmp_path)
    yield from application(store, "empty", make_settings)


@pytest.fixture
def city_app(
    store: Store, city_feeds: Path, tmp_path: Path, make_settings: Callable[[str], Settings]
) -> Iterator[Flask]:
    """The application with the default content, the demo staff and an invented city of 400 persons."""
    prepare_city_template(store, city_feeds, tmp_path)
    yield from application(store, "city", make_settings)


@pytest.fixture
def client(app: Flask) -> Client:
    """A judging client on the empty application."""
    return new_client(app)


@pytest.fixture
def city_client(city_app: Flask) -> Client:
    """A judging client on the city."""
    return new_client(city_app)


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """``signed_in(client, staff_id, counter)``: through the real sign-in form, with the demo password."""

    def go(client: Client, staff: str, counter: str = "", password: str = DEMO_PASSWORD) -> Client:
        return sign_in(client, staff, password, counter)

    return go


def new_client(app: Flask) -> Client:
    """One more browser."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


def settings_for(instance: Path, url: str) -> Settings:
    """What the tests decide: fixed keys, a password hash that does not cost a third of a second, no limit of searches."""
    instance.mkdir(parents=True, exist_ok=True)
    keys = Keys(*(bytes([number]) * 32 for number in range(1, 5)))
    return Settings(
        instance=instance,
        keys=keys,
        database_url=url,
        demo=True,
        password_hash_memory_kib=256,
        password_hash_time_cost=1,
        search_limit_hour=0,
        search_limit_day=0,
    )


def application(store: Store, template: str, make_settings: Callable[[str], Settings]) -> Iterator[Flask]:
    """The application on a copy of the template, for as long as it is iterated."""
    url = store.copy(template)
    app = _build(make_settings(url))
    yield app
    _release(app)
    store.drop(url)


def _build(settings: Settings) -> Flask:
    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = Client
    watch_writes(app)
    return app


def _release(app: Flask) -> None:
    from app.extensions import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run_commands(instance: Path, url: str, *commands: list[str]) -> None:
    """Run commands of the product's own command line on the database; fail with what they said."""
    app = _build(settings_for(instance, url))
    runner = app.test_cli_runner(env={"KAKANAI_DEMO_PASSWORD": DEMO_PASSWORD})
    for command in commands:
        result = runner.invoke(args=command)
        assert result.exit_code == 0, f"flask {' '.join(command)}: {result.output}"
    _release(app)
