"""The counter over HTTP on a real server: search as it is typed, a step, and the papers of a family.

The baseline is an empty page of the same signed-in member of staff on the same server in the same run
(再開できる受付 without a line), so that sign-in, authority and frame are in both.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select

from app import create_app
from app.data.models.register import PersonRow
from app.domain.opening import CITY_HALL
from app.extensions import db
from app.operations.staff import NewStaff, create_demo_staff, set_counters
from benchmarks import Row

SERVE = Path(__file__).resolve().parents[1] / "serve.py"
STAFF, COUNTER = "demo-bench", "bench"
ROUNDS = 120
PEOPLE = 60
FAMILY = (("世帯主", "S60.1.2", "1"), ("妻", "S61.2.3", "2"), ("子", "H30.4.5", "1"), ("子", "R4.5.6", "2"))
_HTMX = {
    "HX-Request": "true",
    "Sec-Fetch-Site": "same-origin",
    "Content-Type": "application/x-www-form-urlencoded",
}


class Desk:
    """A browser at a counter: one kept connection, the session's cookie, and the tokens of the last page."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie = ""
        self._csrf = ""
        self.page = ""
        self.path = ""

    def get(self, path: str) -> str:
        """The page, following redirects."""
        return self._send("GET", path, None)

    def post(self, path: str, **fields: str | list[str]) -> str:
        """The answer to a form as htmx sends it, following the redirect to the next step."""
        sent = {"csrf_token": self._csrf, "token": secrets.token_hex(16), "made_for": self.field("made_for")}
        return self._send("POST", path, {**sent, **fields})

    def _send(self, method: str, path: str, fields: dict[str, str | list[str]] | None) -> str:
        body = urlencode(fields, doseq=True) if fields is not None else None
        for _ in range(5):
            self._connection.request(method, path, body, {**_HTMX, "Cookie": self._cookie})
            response = self._connection.getresponse()
            text = response.read().decode(errors="replace")
            if response.getheader("Set-Cookie"):
                self._cookie = response.getheader("Set-Cookie", "").split(";")[0]
            if response.status != 303:
                break
            method, path, body = "GET", response.getheader("Location", "/"), None
        if response.status != 200:
            said = " ".join(re.findall(r'class="(?:field-error|error-text|notice-text)"[^>]*>([^<]+)', text))
            raise RuntimeError(f"{method} {path} answered {response.status}: {said}")
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self._csrf = found[1] if found else self._csrf
        self.page, self.path = text, path
        return text

    def field(self, name: str) -> str:
        """The value of a hidden field of the page shown."""
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.page)
        return found[1] if found else ""


def run() -> list[Row]:
    """Every figure in milliseconds; medians and 95th percentiles."""
    password = secrets.token_hex(10)
    names = _prepare(password)
    with server() as port:
        desk = Desk(port)
        desk.get("/login")
        desk.post("/login", staff_id=STAFF, password=password, counter="")
        empty = _times(lambda _: desk.get("/resume"), ROUNDS)
        kinds = {
            "kanji name": [name for name, _kana, _birth in names],
            "kana, first four": [kana[:4] for _name, kana, _birth in names],
            "surname and year": [f"{name.split('　')[0]} {birth[:4]}" for name, _kana, birth in names],
            "birth date": [birth for _name, _kana, birth in names],
        }
        rows = []
        for title, texts in kinds.items():
            found = _times(partial(_search, desk, texts), ROUNDS)
            rows += _rows(f"search request, {title}", found, empty, limit=4)
        steps = _times(lambda _: _identity_step(desk), 30, measured=True)
        rows += _rows("step change (本人確認 saved, next step shown)", steps, empty, limit=None)
        papers = _times(lambda _: _family_papers(desk), 8, measured=True)
        rows += _rows(
            "papers of a move-in of four (order to stored, verified PDF)", papers, empty, limit=None
        )
    return rows


def _search(desk: Desk, texts: list[str], number: int) -> None:
    desk.post("/residents/search", query=texts[number % len(texts)])


def _rows(what: str, times: list[float], empty: list[float], limit: float | None) -> list[Row]:
    middle, baseline = statistics.median(times), statistics.median(empty)
    high, high_baseline = _percentile(times, 95), _percentile(empty, 95)
    return [
        Row(
            f"{what}, p50", middle, "ms", baseline, "an empty page, p50", limit * baseline if limit else None
        ),
        Row(f"{what}, p95", high, "ms", high_baseline, "an empty page, p95"),
    ]


def _times(work: Callable[[int], object], rounds: int, *, measured: bool = False) -> list[float]:
    """Milliseconds of each round after two that are not counted; ``measured`` work returns its own seconds."""
    found = []
    for number in range(-2, rounds):
        started = time.perf_counter()
        result = work(number)
        seconds = float(str(result)) if measured else time.perf_counter() - started
        if number >= 0:
            found.append(seconds * 1000)
    return found


def _percentile(times: list[float], percent: int) -> float:
    return sorted(times)[max(0, -(-len(times) * percent // 100) - 1)]


def _open_case(desk: Desk) -> str:
    desk.get("/")
    desk.post("/cases", channel="counter")
    return desk.path.split("/")[2]


def _identity_step(desk: Desk) -> float:
    case = _open_case(desk)
    started = time.perf_counter()
    _save_identity(desk, case)
    return time.perf_counter() - started


def _save_identity(desk: Desk, case: str) -> None:
    desk.post(
        f"/cases/{case}/steps/identity", version=desk.field("version"), document="my_number_card", relation="self",
        name="計測　太郎", kana="ケイソク　タロウ", birth="S60.1.2", sex="1", address="", phone="",
    )  # fmt: skip


def _family_papers(desk: Desk) -> float:
    case = _open_case(desk)
    _save_identity(desk, case)
    desk.post(f"/cases/{case}/steps/kind", version=desk.field("version"), kind="move_in")
    fields = {
        "version": desk.field("version"), "changed_on": "今日", "old_address": "", "town_text": "計測町", "town": "",
        "lot_text": "1番地", "building_text": "", "origin": "other", "household": "new", "householder": "",
    }  # fmt: skip
    for place, (relationship, birth, sex) in enumerate(FAMILY):
        row = {
            "name": f"計測　{place}郎",
            "kana": "",
            "birth": birth,
            "sex": sex,
            "relationship": relationship,
        }
        row |= {"included": "1", "person": desk.field(f"person-{place}")}
        fields |= {f"{name}-{place}": value for name, value in row.items()}
    desk.post(f"/cases/{case}/steps/content", **fields)
    desk.post(f"/cases/{case}/steps/questions", version=desk.field("version"))
    chosen = re.findall(r'name="print" value="(\w+)"', desk.page)
    version = desk.field("version")
    started = time.perf_counter()
    desk.post(f"/cases/{case}/documents", version=version, print=chosen, duplicates_seen="1")
    return time.perf_counter() - started


def make_staff(password: str, ids: Sequence[str] = (STAFF,)) -> None:
    """Members of staff at a counter of our own."""
    set_counters((), [(COUNTER, "計測", CITY_HALL)])
    create_demo_staff([NewStaff(one, "計測", ((COUNTER, "counter"),)) for one in ids], password, date.today())


def _prepare(password: str) -> list[tuple[str, str, str]]:
    """A member of staff of our own, and residents to look for, spread over the register."""
    app = create_app()
    with app.app_context():
        make_staff(password)
        chosen = select(PersonRow.name, PersonRow.kana, PersonRow.birth).where(
            PersonRow.status == "resident", PersonRow.category == "japanese", PersonRow.birth.not_like("%00")
        )
        count = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
        step = max(1, count // PEOPLE)
        rows = db.session.execute(chosen.order_by(PersonRow.serial)).all()
        return [(row.name, row.kana, row.birth) for row in rows[::step]]


@contextmanager
def server(processes: int = 1) -> Iterator[int]:
    """The product's own server on a free port, for as long as the figures are taken."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, str(SERVE), "--port", str(port), "--workers", str(processes)]
    process = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")
