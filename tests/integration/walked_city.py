"""A city that is walked about in at random: its people, the seats of its clerks, and what must hold after every step."""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.config import PROJECT_ROOT, Settings
from app.data import audit_check, cases
from app.demo.staff import DEMO_STAFF
from app.documents.renderer import Renderer
from app.domain.authority import ROLES, Right
from app.extensions import db
from app.operations import feeds, wrong_screen
from app.operations.feed_files import ImportRefused
from app.operations.feed_gates import ShrunkFeeds
from app.operations.sessions import TOUCH_EVERY
from tests.client import ORIGIN
from tests.conftest import application, prepare_empty_template, run_commands, settings_for
from tests.desk import Desk
from tests.integration import small_city as city
from tests.integration.walk_model import COOKIE, HOUSEHOLD_OF, START, PrintedPaper, Reception, Seat
from tests.stores import Store

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
MARK = re.compile(r"標識荘(\d+)棟")
"""Stands in every address of a household, with its number."""

AMOUNT = re.compile(r"98,?765,?432")
"""What a person owes the city; only who reads arrears (滞納) may see it."""

SECOND_COUNTERS = (
    ("demo-tax", "main", "counter"), ("demo-insurance", "main", "counter"), ("demo-guardian", "taimei", "counter"),
)  # fmt: skip
"""More to switch between; the last one may ask for a release at one counter and decide on releases at the other."""

TABLES = ("person", "case_person", "case_fact", "case_memo", "case_certificate", "register_row")


class Reader(FlaskClient):
    """Reads every answer, status line and papers included, for what may not be in it."""

    world: WalkedCity
    seat: Seat | None = None
    typed: int = 0
    """The household whose mark was typed into the search box: it comes back in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base["HTTP_REFERER"] = f"{ORIGIN}/"

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if not args or isinstance(args[0], str):
            kwargs.setdefault("base_url", ORIGIN)
        answer = super().open(*args, **{"buffered": True, **kwargs})
        seen = str(answer.headers) + answer.request.path
        opened = self.world.disclosed.get(answer.request.path, 0)
        if answer.mimetype == "application/pdf":
            seen += "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
        else:
            seen += answer.get_data(as_text=True)
        where = f"{answer.request.method} {answer.request.path}"
        assert answer.status_code < 500, where
        shown = {int(mark) for mark in MARK.findall(seen)} - {self.typed, opened}
        assert not shown & self.world.flagged, f"{where} shows where the household {shown} lives"
        if AMOUNT.search(seen):
            assert self.seat and "arrears" in self.world.opened_fields(self.seat), (
                f"{where} shows what is owed"
            )
        return answer


class WalkedCity:
    """One walk on a database of its own: the application, the seats, and the model of what is so."""

    def __init__(self, app: Flask, folder: Path, clock: time_machine.Coordinates) -> None:
        self.app, self.folder, self.clock = app, folder, clock
        self.flagged = {HOUSEHOLD_OF[city.WIFE]}
        self.measured = {city.WIFE}
        self.assigned = {(one.id, counter, role) for one in DEMO_STAFF for counter, role in one.assignments}
        self.taken_away: list[tuple[str, str, str]] = []
        self.cases: list[Reception] = []
        self.papers: list[PrintedPaper] = []
        self.disclosed: dict[str, int] = {}
        self.dead: list[str] = []
        self.stale: list[tuple[Seat, str]] = []
        self.failures: list[tuple[str, int, datetime]] = []
        self.imports = self.refused = self.restarts = self.steps = 0
        self.events = 0
        self.ids = self._read_ids()
        self.seats = [Seat(number, Desk(self.browser(number))) for number in range(4)]
        for seat in self.seats:
            self.sit(seat)
            seat.world = self
        for row in SECOND_COUNTERS:
            self.assign(row, given=True)

    # What is so ------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def held_roles(self, staff: str, counter: str) -> frozenset[str]:
        return frozenset(role for who, where, role in self.assigned if (who, where) == (staff, counter))

    def rights(self, seat: Seat) -> frozenset[Right]:
        return frozenset().union(*(ROLES[one].rights for one in self.held_roles(seat.staff, seat.counter)))

    def opened_fields(self, seat: Seat) -> frozenset[str]:
        return frozenset().union(*(ROLES[one].fields for one in self.held_roles(seat.staff, seat.counter)))

    def alive(self, seat: Seat) -> bool | None:
        """Whether the session at this seat must still be good; None in the seconds in which both is right."""
        if not seat.staff or not self.held_roles(seat.staff, seat.counter):
            return False
        quiet = self.now - seat.used
        if quiet > IDLE or self.now - seat.begun > ABSOLUTE:
            return False
        return True if quiet + TOUCH_EVERY <= IDLE else None

    def working(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.staff]

    def free(self) -> list[Seat]:
        return [seat for seat in self.seats if not seat.staff]

    def to_go_on_with(self, stages: int, papers: int) -> list[Reception]:
        """The cases whose next stage may be tried; no more than so many papers are made."""
        last = stages if len(self.papers) - len(self.disclosed) < papers else stages - 1
        return [one for one in self.cases if one.stage < last]

    def at_the_sheet(self, stage: int) -> list[Reception]:
        """The cases of protected persons that lack nothing but their paper."""
        found = [one for one in self.cases if one.stage == stage]
        return [one for one in found if HOUSEHOLD_OF[one.person] in self.flagged]

    def arrive(self, seat: Seat) -> bool:
        """Whether somebody works at the seat now; where the model says that nobody can, the server has to say it, too."""
        expected = self.alive(seat)
        if not expected:
            answer = seat.desk.browser.get("/")
            gone = (answer.status_code, answer.headers.get("Location")) == (303, "/login")
            assert gone or expected is None, f"the session of {seat.staff} goes on"
            if gone:
                self.dead.append(seat.token)
                seat.leave()
                return False
        seat.used = self.now
        return True

    def may_go_on(self, case: Reception, staff: str) -> bool:
        """Whether a case is open to this member of staff as far as protection goes."""
        if HOUSEHOLD_OF[case.person] not in self.flagged:
            return True
        mine = [one for one in case.releases if one.staff == staff and one.counts(self.now)]
        return bool(mine) and not case.stopped

    def stamp_of(self, case: Reception) -> str:
        """What the forms of the case's screen carry: for which case and persons they were made."""
        with self.app.app_context():
            found = wrong_screen.stamp(cases.get_case(case.id))
            db.session.rollback()
        return found

    def visitor_of(self, case: Reception) -> str:
        """The visitor's id in the case."""
        with self.reading() as read:
            return str(read(f"SELECT id FROM case_person WHERE case_id = '{case.id}' AND is_visitor")[0][0])

    def version_of(self, case: Reception) -> int:
        with self.reading() as read:
            return int(read(f"SELECT version FROM case_file WHERE id = '{case.id}'")[0][0])

    # What happens ----------------------------------------------------------------------------------------------

    def tick(self, length: timedelta = timedelta(seconds=1)) -> None:
        self.clock.shift(length)

    def seat_taken(self, seat: Seat, staff: str, counter: str) -> None:
        """Somebody has signed in here: whoever was here, and wherever he was before, that is over."""
        for other in self.seats:
            if other is not seat and other.staff == staff:
                self.dead.append(other.token)
                other.leave()
        seat.staff, seat.counter, seat.begun, seat.used = staff, counter, self.now, self.now

    def try_sign_in(self, seat: Seat, staff: str, counter: str, password: str) -> int:
        """The sign-in form of a PC whose cookie is nobody's; what it is answered with. Its page is not read each time."""
        browser = seat.desk.browser
        assert isinstance(browser, Reader)
        if not seat.token:
            browser.set_cookie(COOKIE, "n" * 43, secure=True, httponly=True)
        fields = {
            "csrf_token": self.form_token(seat),
            "staff_id": staff,
            "password": password,
            "counter": counter,
        }
        return browser.post("/login", data=fields).status_code

    def form_token(self, seat: Seat) -> str:
        """What the forms of a page carry that is shown at this seat now (anti-forgery token)."""
        with self.app.test_request_context(base_url=ORIGIN, headers={"Cookie": f"{COOKIE}={seat.token}"}):
            return generate_csrf()

    def import_night(self, *, measures: bool = True) -> bool:
        """The residents and those with a measure come again; without the measures' file it is refused. Whether it was taken."""
        data = {"01a": marked_residents(), "01c": [city.measure(one) for one in sorted(self.measured)]}
        if not measures:
            del data["01c"]
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        city.write(folder, data, at=self.now.replace(tzinfo=None).isoformat(timespec="seconds"))
        with self.app.app_context():
            try:
                feeds.import_files([folder])
            except (ImportRefused, ShrunkFeeds):
                return False
        return True

    def assign(self, row: tuple[str, str, str], *, given: bool) -> None:
        """A role is given or taken away, as from another server process."""
        values = dict(zip(("staff", "counter", "role"), row, strict=True))
        taken = "DELETE FROM staff_assignment WHERE staff_id = :staff AND counter = :counter AND role = :role"
        added = "INSERT INTO staff_assignment (staff_id, counter, role) VALUES (:staff, :counter, :role)"
        with self.app.app_context():
            db.session.execute(text(added if given else taken), values)
            db.session.commit()
        (self.assigned.add if given else self.assigned.discard)(row)

    def restart(self, app: Flask) -> None:
        """Another process serves from now on: nothing but the database and the browsers' cookies is left."""
        self.close()
        self.app = app
        for seat in self.seats:
            token, seat.desk.browser = seat.token, self.browser(seat.number)
            self.sit(seat)
            if token:
                seat.desk.browser.set_cookie(COOKIE, token, secure=True, httponly=True)

    def close(self) -> None:
        """End the process that serves now."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def somebody_with(self, token: str) -> bool:
        """Whether a browser that sends this token is somebody."""
        browser = self.browser(9)
        browser.set_cookie(COOKIE, token, secure=True, httponly=True)
        return browser.get("/").status_code == 200

    def browser(self, number: int) -> Reader:
        self.app.test_client_class = type("Here", (Reader,), {"world": self})
        found = self.app.test_client()
        assert isinstance(found, Reader)
        found.environ_base["REMOTE_ADDR"] = f"10.0.0.{number + 1}"
        return found

    def sit(self, seat: Seat) -> None:
        assert isinstance(seat.desk.browser, Reader)
        seat.desk.browser.seat = seat

    def _read_ids(self) -> dict[int, str]:
        with self.reading() as read:
            found = dict(read("SELECT number, id FROM person"))
        return {serial: found[city.number(serial)] for serial in HOUSEHOLD_OF}

    # What must hold --------------------------------------------------------------------------------------------

    def check(self) -> None:
        """The invariants; what lies in the tables is read every tenth time, the chain of the log every fiftieth."""
        self.steps += 1
        with self.reading() as read:
            self._check_sessions(read)
            protected = {number for (number,) in read("SELECT number FROM protected_person")}
            expected = {city.number(one) for one, home in HOUSEHOLD_OF.items() if home in self.flagged}
            assert protected == expected, "who is protected is not who was flagged"
            if self.steps % 10 == 0:
                self._check_what_is_kept(read)
            self._check_papers(read)
            ((cases, numbers),) = read("SELECT count(*), count(DISTINCT number) FROM case_file")
            ((given,),) = read("SELECT COALESCE(sum(last), 0) FROM reception_serial")
            assert cases == numbers == given == len(self.cases), "reception numbers have a gap or came twice"
            ((events, placed),) = read(
                "SELECT (SELECT count(*) FROM audit_event), (SELECT COALESCE(sum(position), 0) FROM audit_head)"
            )
            assert events == placed >= self.events, "the log has a gap"
            self.events = events
        if self.steps % 50 == 0:
            self.verify_log()

    def check_at_the_end(self) -> None:
        """What was left out of the last steps."""
        with self.reading() as read:
            self._check_what_is_kept(read)
        self.verify_log()

    def verify_log(self) -> None:
        with self.app.app_context():
            assert audit_check.verify().breaks == ()

    def _check_sessions(self, read: Any) -> None:
        """No session but those of the seats: every token of before is dead, and nobody has two."""
        rows = read("SELECT token_hash, staff_id, counter FROM staff_session")
        here = {
            (hashlib.sha256(seat.token.encode()).hexdigest(), seat.staff, seat.counter)
            for seat in self.working()
        }
        assert {tuple(row) for row in rows} <= here, "a session is left over, or acts at another counter"

    def _check_what_is_kept(self, read: Any) -> None:
        for table in TABLES:
            for row in read(f'SELECT * FROM "{table}"'):
                kept = {int(mark) for mark in MARK.findall(_plain(repr(tuple(row))))}
                assert not kept & self.flagged, f"{table} keeps where a protected household lives"

    def _check_papers(self, read: Any) -> None:
        stored = {identity for (identity,) in read("SELECT id FROM document")}
        assert stored == {paper.id for paper in self.papers}, "a paper was made that nobody may have"
        if stored:
            told = "".join(
                str(detail)
                for (detail,) in read("SELECT detail FROM audit_event WHERE action = 'document.made'")
            )
            assert all(identity in told for identity in stored), "a paper was made that the log does not know"

    @contextmanager
    def reading(self) -> Iterator[Any]:
        with self.app.app_context():
            yield lambda statement: db.session.execute(text(statement)).all()
            db.session.rollback()


def _plain(kept: str) -> str:
    """JSON as SQLite keeps it escapes what is not ASCII."""
    return re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), kept)


def marked_residents() -> list[city.Values]:
    """The residents of the small city, each with the mark of his household in the address."""
    return [
        row | {"jusho_katagaki": f"標識荘{int(row['setaibango']) - 9_000_000}棟"}
        for row in city.residents_of_the_city()
    ]


def prepare_walk_template(store: Store, folder: Path) -> None:
    """The template ``walk``: the content, the demo staff and the marked city, all from the day before."""
    prepare_empty_template(store, folder)

    def fill(url: str) -> None:
        data = city.people() | {"01a": marked_residents()}
        data["04"][0] |= {"tainogaku": "98765432"}
        city.write(folder / "walk", data, at="2026-11-24T10:00:00")
        content = ["content", "load", str(PROJECT_ROOT / "app" / "content")]
        with time_machine.travel(START - timedelta(days=1)):
            run_commands(folder, url, content, ["staff", "demo"], ["feed", "import", str(folder / "walk")])

    store.template("walk", fill, base="empty")


@contextmanager
def walk(store: Store, folder: Path, printer: Renderer) -> Iterator[WalkedCity]:
    """A walk at its start, on a copy of the template; the clock stands still but for the steps."""
    with time_machine.travel(START, tick=False) as clock:
        for app in application(store, "walk", lambda url: _settings(folder, url)):
            app.extensions["kakanai_renderer"] = printer
            world = WalkedCity(app, folder, clock)
            try:
                yield world
            finally:
                world.close()


def _settings(folder: Path, url: str) -> Settings:
    # A demo does not start on the code of a real city, which the files of the small city have.
    return replace(settings_for(folder / "instance", url), demo=False)
