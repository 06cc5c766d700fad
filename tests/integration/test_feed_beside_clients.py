"""Twenty counters search and open cases on a real server while a night is imported: no error, and never half a night."""

from __future__ import annotations

import csv
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.config import PROJECT_ROOT
from app.data.models.register import PersonRow
from app.demo.city import CITY_CODE
from app.extensions import db
from app.intake.layouts import load_layouts
from app.operations.staff import NewStaff, create_demo_staff
from tests.conftest import DEMO_PASSWORD
from tests.desk import Desk
from tests.http import HttpBrowser
from tests.integration.feed_draft import Draft
from tests.integration.server import GONE, Server, environment

CLIENTS = 20
NIGHT = datetime(2026, 11, 21, 1)
NEW_LOT = "８８８８番地８"
LAYOUTS = load_layouts()


@pytest.fixture
def server(served_city: Flask) -> Iterator[Server]:
    running = Server(served_city)
    running.start()
    yield running
    running.kill()


def family(app: Flask) -> tuple[list[str], str]:
    """The numbers of a household of three or more at one lot, the householder first, and the lot."""
    with app.app_context():
        resident = (
            PersonRow.status == "resident",
            PersonRow.protected.is_(False),
            PersonRow.household_number != "",
        )
        several = select(PersonRow.household_number).where(*resident)
        several = several.group_by(PersonRow.household_number, PersonRow.lot).having(func.count() >= 3)
        household = db.session.scalars(several.order_by(PersonRow.household_number.desc())).first()
        members = select(PersonRow.number, PersonRow.lot).where(
            PersonRow.household_number == household, *resident
        )
        found = db.session.execute(members.order_by(PersonRow.group_position)).all()
        db.session.remove()
    return [number for number, _ in found], found[0].lot


def next_night(feeds: Path, folder: Path, numbers: list[str]) -> Path:
    """Every full file of the city again; the family has moved, and every tenth row of 01b was touched."""
    for layout in LAYOUTS.values():
        (path,) = feeds.glob(f"*_{layout.link_id}_*.csv")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header, *rows = csv.reader(stream)
        draft = Draft(layout, CITY_CODE, NIGHT, header, rows)
        places = {column.id: draft.place(column) for column in layout.columns}
        for at, row in enumerate(rows):
            if layout.id == "01a" and row[places["atenabango"]] in numbers:
                row[places["jusho_banchigohyoki"]] = NEW_LOT
            elif layout.id == "01b" and at % 10 == 0:
                row[places["sosanengappi"]] = "2026-11-20"
        draft.write(folder)
    return folder


class Client(threading.Thread):
    """One counter: what it saw that must not be."""

    def __init__(self, port: int, staff: str, number: str, old_lot: str, stop: threading.Event) -> None:
        super().__init__()
        self.desk = Desk(HttpBrowser(port)).sign_in(staff)
        self.faults: list[str] = []
        self.searches = 0
        self.moved = False
        self._number, self._old, self._stopped = number, old_lot, stop

    def run(self) -> None:
        while not self._stopped.wait(0.05):
            try:
                self._search()
                if self.searches % 5 == 0:
                    self.desk.open_case(token=secrets.token_hex(16))
            except (AssertionError, *GONE) as fault:
                self.faults.append(repr(fault)[:300])

    def _search(self) -> None:
        answer = self.desk.post("/residents/search", query=self._number)
        assert answer.status_code == 200, answer.status_code
        old, new = answer.text.count(self._old), answer.text.count(NEW_LOT)
        assert bool(old) != bool(new), f"{old} members at the old lot, {new} at the new one"
        assert not (self.moved and old), "the old lot after the new one"
        self.moved = self.moved or new > 0
        self.searches += 1


def test_twenty_counters_see_one_night_or_the_other(server: Server, city_feeds: Path, tmp_path: Path) -> None:
    numbers, old_lot = family(server.app)
    folder = next_night(city_feeds, tmp_path / "night", numbers)
    names = [f"demo-client-{at}" for at in range(CLIENTS)]
    with server.app.app_context():
        create_demo_staff(
            [NewStaff(one, "窓口", (("main", "counter"),)) for one in names], DEMO_PASSWORD, date.today()
        )
        db.session.remove()
    stop = threading.Event()
    clients = [Client(server.port, one, numbers[0], old_lot, stop) for one in names]
    for client in clients:
        client.start()
    command = [sys.executable, "-m", "flask", "--app", "app", "feed", "import", str(folder)]
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment(server.app), capture_output=True, text=True
    )
    last = time.monotonic() + 60  # twenty counters on a slow machine need a while for one more search each
    while time.monotonic() < last and not all(client.moved or client.faults for client in clients):
        time.sleep(0.1)
    stop.set()
    for client in clients:
        client.join(60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [fault for client in clients for fault in client.faults] == []
    assert all(client.searches and client.moved for client in clients)
