"""Fifty clerks at ten PCs at once, one after the other at each: nobody meets another's person, and nothing stays behind
(AC-07, AC-08, AC-50 to AC-52, AC-54)."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine, create_engine, text

from app.data.models.staff import StaffRow
from tests.browser.conftest import CHROMIUM, COUNTER_SCREEN, PATIENCE, Site, serving
from tests.conftest import DEMO_PASSWORD, prepare_city_template
from tests.stores import PostgresqlStore

PCS, SHIFTS = 10, 5
CLERK = "isolated-{:02}"
KEPT = """() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.title, location.href, history.state])"""


@dataclass(frozen=True)
class Person:
    """Whom one clerk looks at."""

    number: str
    name: str


@pytest.fixture(scope="module")
def hall(
    postgresql_store: PostgresqlStore, city_feeds: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A server on PostgreSQL, as a town hall has it: fifty who write at once are not for the embedded database."""
    folder = tmp_path_factory.mktemp("hall")
    prepare_city_template(postgresql_store, city_feeds, folder)
    url = postgresql_store.copy("city")
    with serving(folder / "instance", url) as server:
        yield server.site
    postgresql_store.drop(url)


@pytest.fixture
def database(hall: Site) -> Iterator[Engine]:
    engine = create_engine(hall.database)
    yield engine
    engine.dispose()


@pytest.fixture
def persons(database: Engine) -> list[Person]:
    """Fifty of whom no page shows one beside another: of different households and addresses, and not related."""
    residents = "SELECT number, name, town, lot FROM person WHERE status = 'resident' AND NOT protected ORDER BY number"
    with database.connect() as city:
        names = Counter(city.scalars(text("SELECT name FROM person")))
        pairs = city.execute(text("SELECT person_number, other_number FROM person_relation"))
        related = {frozenset(tuple(pair)) for pair in pairs}
        people = city.execute(text(residents)).all()
    found: dict[tuple[str, str], Person] = {}
    for row in people:
        strangers = not any({row.number, one.number} in related for one in found.values())
        if names[row.name] == 1 and strangers:
            found.setdefault((row.town, row.lot), Person(row.number, row.name))
    assert len(found) >= PCS * SHIFTS
    return list(found.values())[: PCS * SHIFTS]


@pytest.fixture
def clerks(database: Engine) -> list[str]:
    """Fifty accounts of the front counter with the password of the demo."""
    ids = [CLERK.format(number) for number in range(PCS * SHIFTS)]
    columns = ", ".join(column.name for column in StaffRow.__table__.columns if column.name != "id")
    account = f"INSERT INTO staff (id, {columns}) SELECT :id, {columns} FROM staff WHERE id = 'demo-counter'"
    role = "INSERT INTO staff_assignment (staff_id, counter, role) VALUES (:id, 'main', 'counter')"
    with database.begin() as city:
        for staff in ids:
            city.execute(text(account), {"id": staff})
            city.execute(text(role), {"id": staff})
    return ids


@pytest.fixture
def pcs(browser: Browser, hall: Site) -> Iterator[list[BrowserContext]]:
    """Ten profiles of a Chromium that keeps pages for its back button, as those at the counters do."""
    own = browser.browser_type.launch(
        executable_path=next(found for name in CHROMIUM if (found := shutil.which(name))),
        args=["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else [],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    found = [
        own.new_context(base_url=hall.url, viewport=COUNTER_SCREEN, locale="ja-JP", timezone_id="Asia/Tokyo")
        for _ in range(PCS)
    ]
    for context in found:
        context.set_default_timeout(PATIENCE)
    yield found
    own.close()


class Shift:
    """One clerk at one PC, and the person he alone may meet."""

    def __init__(self, page: Page, staff: str, own: Person, persons: list[Person]) -> None:
        self.page, self.staff, self.own = page, staff, own
        self.foreign = [one for one in persons if one is not own]
        self.everybody = persons

    def begin(self) -> None:
        page = self.page
        page.get_by_role("textbox", name="職員ID").fill(self.staff)
        page.get_by_role("textbox", name="パスワード").fill(DEMO_PASSWORD)
        page.keyboard.press("Enter")

    def search(self) -> None:
        self.page.get_by_role("searchbox", name="宛名検索").fill(self.own.number)

    def open(self) -> None:
        self.page.get_by_role("link", name=self.own.name).first.press("Enter")
        # The purpose is asked once for a person; within a quarter of an hour he is shown at once.
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_have_text(re.compile("照会の目的|住民の詳細"))
        if heading.inner_text() == "照会の目的":
            self.page.keyboard.press("1")

    def opened(self) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text("住民の詳細")
        expect(self.page.get_by_role("main")).to_contain_text(self.own.name)
        self.check(self.page, self.foreign)
        assert self.own.name not in self.page.evaluate(KEPT), "in a title, an address or the storage"

    def check(self, page: Page, forbidden: list[Person]) -> None:
        """Nobody of these is on the page, its hidden parts included, in what it stores, its title or its address."""
        held = page.content() + page.evaluate(KEPT)
        met = [one.name for one in forbidden if one.name in held or one.number in held]
        assert not met, f"{self.staff} meets {met} at {page.url}"


def together(shifts: list[Shift], *acts: Callable[[Shift], Any]) -> None:
    """Each act at every PC before the next one: what is sent is under way at once."""
    for act in acts:
        for shift in shifts:
            act(shift)


def signed_in(shift: Shift) -> None:
    expect(shift.page.get_by_role("heading", level=1)).to_have_text("受付をはじめる")
    shift.check(shift.page, shift.everybody)


def second_tab(shift: Shift) -> None:
    tab = shift.page.context.new_page()
    tab.goto("/")
    expect(tab.get_by_role("heading", level=1)).to_have_text("受付をはじめる")
    shift.check(tab, shift.everybody)
    tab.close()


def leave(number: int, shift: Shift, database: Engine) -> None:
    """Signed out, shut out by a second sign-in elsewhere or by an administrator, or gone for too long."""
    if number % 3 == 0:
        shift.page.get_by_role("button", name="ログアウト").click(no_wait_after=True)
        return
    ended = "DELETE FROM staff_session WHERE staff_id = :staff"
    idle = "UPDATE staff_session SET seen_at = '2026-01-01' WHERE staff_id = :staff"
    with database.begin() as city:
        city.execute(text(ended if number % 3 == 1 else idle), {"staff": shift.staff})
    shift.page.evaluate("() => { location.assign('/') }")


def left(shift: Shift) -> None:
    expect(shift.page.get_by_role("heading", level=1)).to_have_text("ログイン")
    shift.check(shift.page, shift.everybody)


def go_back(shift: Shift) -> None:
    shift.page.evaluate("() => { document.documentElement.dataset.before = ''; history.back() }")


def nothing_is_back(shift: Shift) -> None:
    shift.page.wait_for_selector("html:not([data-before]) h1", state="visible")
    left(shift)


def nor_by_reloading(shift: Shift) -> None:
    shift.page.reload()
    left(shift)


def test_fifty_clerks_at_ten_pcs_never_meet_each_others_persons(
    pcs: list[BrowserContext], database: Engine, clerks: list[str], persons: list[Person]
) -> None:
    pages = [context.new_page() for context in pcs]
    for page in pages:
        page.goto("/login")
    for number in range(SHIFTS):
        shifts = [
            Shift(page, clerks[number * PCS + at], persons[number * PCS + at], persons)
            for at, page in enumerate(pages)
        ]
        together(shifts, Shift.begin, signed_in, Shift.search, Shift.open, Shift.opened)
        together(shifts[number * 2 : number * 2 + 2], second_tab)
        for at, shift in enumerate(shifts):
            leave(at + number, shift, database)
        together(shifts, left, go_back, nothing_is_back)
        together(shifts[number * 2 : number * 2 + 2], nor_by_reloading)
