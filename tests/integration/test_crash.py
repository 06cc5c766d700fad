"""SIGKILL at any moment (AC-76, crash loop): what was acknowledged is stored, nothing by half, the log is whole."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.config import PROJECT_ROOT, Settings
from app.data.models.audit import AuditRow
from app.data.models.case import CaseRow, DocumentRow, SubmissionRow
from app.data.models.register import FeedImportRow, RegisterRow
from app.domain.case import Case, Step
from app.extensions import db
from tests.conftest import application, prepare_empty_template
from tests.desk import FAMILY, Desk
from tests.http import HttpBrowser
from tests.integration.served import looked_up, stored
from tests.integration.server import GONE, Server, environment
from tests.stores import Store

MOST_BETWEEN = 6
KILLS = {"sqlite": 16, "postgresql": 6}
"""The embedded database recovers inside our own process; PostgreSQL has a server of its own for that."""

KILLED_AT = (0.35, 0.6, 0.75, 0.85, 0.95, 1.05)
"""Parts of the time that an import takes."""

posix_only = pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")


@dataclass
class Ledger:
    """What the client was told: by token the case, by case the steps, answers and papers."""

    tokens: dict[str, str] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    papers: Counter[str] = field(default_factory=Counter)
    sent: list[str] = field(default_factory=list)
    acknowledged: int = 0


class Day:
    """A clerk's work, one acknowledged request after the other, from wherever the last server left it."""

    def __init__(self, desk: Desk, ledger: Ledger, rng: random.Random) -> None:
        self.desk, self.ledger, self.rng = desk, ledger, rng

    def work(self) -> None:
        """Until the server is gone."""
        while True:
            open_cases = [case for case, step in self.ledger.steps.items() if step is not Step.PRINT]
            if open_cases:
                self._advance(open_cases[-1])
            else:
                self._open()

    def _open(self) -> None:
        # A token whose answer never came is sent again: it must not open a second case.
        lost = [token for token in self.ledger.sent if token not in self.ledger.tokens]
        token = lost[0] if lost else f"{self.rng.getrandbits(128):032x}"
        if not lost:
            self.ledger.sent.append(token)
        case = self.desk.open_case(token=token)
        self.ledger.tokens[token] = case
        self.ledger.steps[case] = Step.IDENTITY
        self.ledger.acknowledged += 1

    def _advance(self, case: str) -> None:
        page = self.desk.browser.get(f"/cases/{case}")
        at = Step(page.headers["Location"].rsplit("/", 1)[1])
        if at is Step.QUESTIONS and self.ledger.answers[case] < 4:
            self.ledger.answers[case] += max(4, len(self.desk.answer_all(case, most=60)))
            self.ledger.acknowledged += 1
            return
        works: dict[Step, Callable[[], object]] = {
            Step.IDENTITY: lambda: self.desk.identify_newcomer(case),
            Step.KIND: lambda: self.desk.choose(case, "move_in"),
            Step.CONTENT: lambda: self.desk.move(case, FAMILY),
            Step.QUESTIONS: lambda: self.desk.save(case, "questions"),
            Step.PROCEDURES: lambda: self.desk.issue(case),
        }
        if at is not Step.PRINT:
            answer = works[at]()
            location = answer.headers["Location"]  # type: ignore[attr-defined]
            self.ledger.papers[case] += at is Step.PROCEDURES
            at = Step(location.rsplit("/", 1)[1])
            self.ledger.acknowledged += 1
        self.ledger.steps[case] = at


class Strike(threading.Thread):
    """Kills the server a moment after the clerk was told of so many steps."""

    def __init__(self, server: Server, ledger: Ledger, acknowledged: int, delay: float) -> None:
        super().__init__(daemon=True)
        self._server, self._ledger, self._acknowledged, self._delay = server, ledger, acknowledged, delay

    def run(self) -> None:
        while self._ledger.acknowledged < self._acknowledged:
            time.sleep(0.005)
        time.sleep(self._delay)
        self._server.kill()


@pytest.fixture
def server(served_city: Flask) -> Iterator[Server]:
    running = Server(served_city)
    yield running
    running.kill()


@posix_only
def test_killed_while_cases_are_taken(server: Server) -> None:
    rng, ledger, app = random.Random(76), Ledger(), server.app
    kills = KILLS["sqlite" if app.config["KAKANAI"].is_sqlite else "postgresql"]
    for kill in range(kills):
        server.start()
        if kill % 4 == 3:
            check(app, ledger)
        # Strikes while the next answer is on its way, after as many as this machine has given by then: a slow one is
        # struck in the same places as a fast one.
        strike = Strike(
            server, ledger, ledger.acknowledged + rng.randint(0, MOST_BETWEEN), rng.uniform(0, 0.2)
        )
        day = Day(Desk(HttpBrowser(server.port)), ledger, rng)
        try:
            day.desk.sign_in()
            strike.start()
            day.work()
        except GONE:
            strike.join()
    check(app, ledger)
    assert ledger.acknowledged > kills and sum(ledger.papers.values()) > 0, (
        "the day was too short to show anything"
    )
    server.start()
    desk = Desk(HttpBrowser(server.port)).sign_in()
    for case, step in ledger.steps.items():
        assert desk.see(case, step.value).status_code == 200


def check(app: Flask, ledger: Ledger) -> None:
    """Acknowledged ⊆ stored, everything stored has its record and the other way round, numbers without a gap."""
    for case, step in ledger.steps.items():
        found = stored(app, case)
        assert list(Step).index(found.step) >= list(Step).index(step), f"{case} fell back from {step}"
        _check_contents(found, step)
        answers = sum(name.startswith("answer:") for _subject, name in found.facts)
        assert answers >= min(ledger.answers[case], 1)
        # One that was printed while the server died may have been stored without an answer, and is printed again.
        assert ledger.papers[case] <= len(found.documents)
    looked_up(app, lambda: _check_records(ledger))
    assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0


def _check_contents(found: Case, step: Step) -> None:
    reached = list(Step).index(step)
    if reached > list(Step).index(Step.IDENTITY):
        assert found.visitor is not None and found.visitor.name == FAMILY[0][0]
    if reached > list(Step).index(Step.CONTENT):
        assert sorted(one.name for one in found.subjects) == sorted(row[0] for row in FAMILY)
        assert found.fact("move.town") == "中央一丁目" and found.procedures


def _check_records(ledger: Ledger) -> None:
    cases = db.session.execute(select(CaseRow.id, CaseRow.number)).all()
    serials = sorted(int(number.split("-")[2]) for _id, number in cases)
    assert serials == list(range(1, len(cases) + 1))
    opened = db.session.scalars(select(AuditRow.case_id).where(AuditRow.action == "case.opened")).all()
    assert sorted(opened) == sorted(case for case, _number in cases), (
        "a case and its record are one transaction"
    )
    kept = dict(db.session.execute(select(SubmissionRow.token, SubmissionRow.result)).all())  # type: ignore[arg-type]
    assert len(kept) == len(cases) <= len(ledger.sent), "a form that was sent again opened a second case"
    made = db.session.scalars(select(AuditRow.detail).where(AuditRow.action == "document.made")).all()
    papers = db.session.execute(select(DocumentRow.id, DocumentRow.sha256, DocumentRow.content)).all()
    assert sorted(detail["document"] for detail in made) == sorted(paper.id for paper in papers)
    assert all(hashlib.sha256(paper.content).hexdigest() == paper.sha256 for paper in papers)


@posix_only
def test_killed_while_a_feed_is_imported(
    store: Store, city_feeds: Path, tmp_path: Path, make_settings: Callable[[str], Settings]
) -> None:
    """Nothing or everything; and the next import finds its way."""
    prepare_empty_template(store, tmp_path)
    outcomes = Counter[str]()
    for app in application(store, "empty", make_settings):
        run = [sys.executable, "-m", "flask", "--app", "app", "feed"]
        command = [*run, "import", "--yes", str(city_feeds)]
        begun = time.monotonic()
        subprocess.run(
            [*run, "check", str(city_feeds)],
            cwd=PROJECT_ROOT,
            env=environment(app),
            capture_output=True,
            check=True,
        )
        whole = time.monotonic() - begun
        for part in KILLED_AT:
            process = subprocess.Popen(
                command,
                cwd=PROJECT_ROOT,
                env=environment(app),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                process.wait(whole * part)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
            outcomes[looked_up(app, imported)] += 1
            assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0
        done = subprocess.run(command, cwd=PROJECT_ROOT, env=environment(app), capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        assert looked_up(app, imported) == "everything"
    assert outcomes["nothing"] > 0


def imported() -> str:
    """What the register holds; fails on anything between nothing and everything."""
    applied = db.session.scalar(select(func.count()).where(FeedImportRow.applied.is_(True)))
    rows = db.session.scalar(select(func.count()).select_from(RegisterRow))
    persons, keys = (
        db.session.scalar(text(f"SELECT count(*) FROM {table}")) for table in ("person", "search_key")
    )
    logged = db.session.scalar(select(func.count()).where(AuditRow.action == "feed.imported"))
    if not applied:
        assert (rows, persons, keys, logged) == (0, 0, 0, 0)
        return "nothing"
    assert rows and persons and keys and logged
    return "everything"
