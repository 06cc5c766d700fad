"""A small print storm (AC-01): two server processes, renderers and servers that die, and every page read by poppler."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from print_storm.__main__ import rage
from print_storm.papers import Asked, faults_of
from print_storm.people import marks_of, name_of
from print_storm.stage import prepare, served
from print_storm.tally import Tally

from app.config import Settings
from tests.conftest import application, leave_out, prepare_empty_template
from tests.stores import PostgresqlStore

JOBS, USERS = 24, 6


def test_every_paper_is_whole_and_nobody_elses(
    postgresql_store: PostgresqlStore, tmp_path: Path, make_settings: Callable[[str], Settings]
) -> None:
    if shutil.which("pdftotext") is None or not Path("/proc").exists():
        leave_out("pdftotext (Debian: poppler-utils) and /proc are needed")
    prepare_empty_template(postgresql_store, tmp_path)
    for app in application(postgresql_store, "empty", make_settings):
        users, households = prepare(app, tmp_path / "feeds", USERS, 10)
        with served(app, 2, users, households) as stage:
            tally = rage(stage, Tally(JOBS), pause=2.0)
        assert dict(tally.faults) == {}, tally.examples
        assert tally.done >= JOBS, tally.report()
        _check_that_it_would_see_a_fault(tally)


def _check_that_it_would_see_a_fault(tally: Tally) -> None:
    """The reader of the storm, tried with what it was given: another's name allowed, another number, a page less."""
    assert tally.sample is not None
    pdf, asked = tally.sample
    assert faults_of(pdf, asked) == []
    stranger = marks_of([name_of(159_999)])
    wrong: dict[str, Asked] = {
        "foreign: page": replace(asked, allowed=stranger),
        "missing: 1 persons": replace(asked, must=asked.must | stranger),
        "extra: ": replace(asked, pages=asked.pages - 1),
        "missing: ": replace(asked, pages=asked.pages + 1),
        "foreign: page 1 does not bear": replace(asked, identity="00000000"),
    }
    for said, other in wrong.items():
        assert any(one.startswith(said) for one in faults_of(pdf, other)), said
    assert faults_of(b"<html>", asked) == ["foreign: the answer is no PDF"]


pytestmark = pytest.mark.postgresql
