"""Spoiled feed files: each ends in a refusal that names the fault, or in the state that the right file leads to.

Rows that are rejected one by one (誤りのある行の除外) are named in the report and stay as they were.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.demo.city import CITY_CODE
from app.domain.errors import KakanaiError
from app.extensions import db
from app.intake.layouts import load_layouts
from app.operations import feeds
from app.operations.feeds import ImportReport
from tests.integration.feed_draft import Draft
from tests.integration.mutator import MUTATIONS, OF_DIFFERENCES, Mutation, bad_row_and_removals
from tests.stores import see_vault

SEED = 20261122
OF_EACH_LAYOUT = 8
"""Mutations of each of the 27 layouts."""
DIFFERENCES_OF_EACH_LAYOUT = 4
ROWS_OF_A_DIFFERENCE = 200
"""So many that one of them may be rejected."""
FIRST_NIGHT = datetime(2026, 11, 20, 1)
LAYOUTS = load_layouts()
PROJECTIONS = {
    "person": "*",
    "search_key": "*",
    "person_flag": "*",
    "town": "*",
    "lot": "*",
    "building": "*",
    "vault_entry": "data_set, row_key, person_number",
    "protected_person": "number, ground, source, pending_since",
}
Rows = dict[tuple[str, str], tuple[Any, ...]]


class Nights:
    """The city of the tests, night after night; ``data_set`` is the one that is spoiled."""

    def __init__(self, data_set: str, feeds_of_the_city: Path, folder: Path) -> None:
        self._folder = folder
        self._night = 0
        self._data_set = data_set
        self._files = {name: _read(_path(name, feeds_of_the_city)) for name in {data_set, "01c"}}

    def draft(self, *, changed: bool, kind: str = "full") -> Draft:
        """The next night's right file; ``changed`` in one row. A difference speaks of that one and some others."""
        self._night += 1
        draft = self._draft(self._data_set, kind)
        if kind == "diff":
            del draft.rows[ROWS_OF_A_DIFFERENCE:]
        operated = next((c for c in draft.layout.columns if c.id == "sosanengappi"), None)
        if changed and operated is not None and draft.rows:
            draft.rows[0][draft.place(operated)] = "2026-11-19"
        return draft

    def take_in(self, draft: Draft) -> tuple[ImportReport, ...]:
        folder = self._folder / f"night-{self._night}"
        paths = [draft.write(folder)]
        if self._data_set == "01a" and draft.kind == "full":
            # 01a is never taken in without 01c.
            paths.append(self._draft("01c").write(folder))
        return feeds.import_files(paths)

    def _draft(self, data_set: str, kind: str = "full") -> Draft:
        header, *rows = [list(row) for row in self._files[data_set]]
        moment = FIRST_NIGHT + timedelta(minutes=self._night)
        return Draft(LAYOUTS[data_set], CITY_CODE, moment, header, rows, kind)


def _path(data_set: str, folder: Path) -> Path:
    (path,) = folder.glob(f"*_{LAYOUTS[data_set].link_id}_*.csv")
    return path


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def state() -> tuple[Rows, dict[str, int]]:
    """The rows of the register, and what is derived from them in short."""
    db.session.rollback()
    see_vault(db.session())
    columns = "data_set, row_key, person_number, history, latest, deleted, gone, digest, payload"
    rows = {
        (row[0], row[1]): (*row[2:7], bytes(row.digest), row.payload)
        for row in db.session.execute(text(f"SELECT {columns} FROM register_row"))
    }
    derived = {}
    for table, wanted in PROJECTIONS.items():
        found = db.session.execute(text(f"SELECT {wanted} FROM {table}"))
        derived[table] = hash(frozenset(tuple(row) for row in found))
    db.session.rollback()
    return rows, derived


def _between(found: Rows, before: Rows, right: Rows, report: ImportReport) -> Iterator[str]:
    """What is neither as the right file makes it nor a row that the report names as rejected and left as it was."""
    rejected = sum(file.rejected for file in report.files)
    others = [place for place in found.keys() | right.keys() if found.get(place) != right.get(place)]
    for place in others:
        if not rejected or found.get(place) != before.get(place):
            yield str(place)
    if len(others) > rejected:
        yield f"{len(others)} rows differ, {rejected} are rejected"


def _names_the_fault(message: str, draft: Draft) -> bool:
    names_the_file = draft.stem in message or draft.layout.link_id in message
    return (
        names_the_file and "読み取った値" in message and any(w in message for w in ("期待", "前回", "許す"))
    )


def _mutations(data_set: str, among: tuple[Mutation, ...], count: int) -> list[Mutation]:
    """Some of the mutations: all layouts together meet every one several times, each in another order."""
    first = sorted(LAYOUTS).index(data_set) * count
    return [among[(first + at) % len(among)] for at in range(count)]


def _spoil(nights: Nights, data_set: str, kind: str, mutations: list[Mutation]) -> list[Mutation]:
    """Each mutation of the right file of that kind is refused, or leads to the state of the right one; those that came in."""
    came_in = []
    nights.take_in(nights.draft(changed=False))
    before = state()
    nights.take_in(nights.draft(changed=True, kind=kind))
    right = state()
    nights.take_in(nights.draft(changed=False))
    assert state() == before
    for mutation in mutations:
        draft = nights.draft(changed=True, kind=kind)
        mutation(draft, Random(f"{SEED}:{data_set}:{mutation.__name__}"))
        what = f"{data_set} {kind} {mutation.__name__}"
        try:
            reports = nights.take_in(draft)
        except KakanaiError as refusal:
            assert _names_the_fault(refusal.message, draft), f"{what}: {refusal.message}"
            assert state() == before, f"{what}: refused, but something changed"
            continue
        came_in.append(mutation)
        found = state()
        wrong = list(_between(found[0], before[0], right[0], reports[-1]))
        assert not wrong, f"{what}: {len(wrong)} rows, {wrong[:3]}"
        spoiled = next(file for file in reports[-1].files if file.data_set == data_set)
        if draft.removed:
            assert spoiled.difference.kept >= draft.removed and "消していません" in spoiled.remark, what
        if not any(file.rejected for file in reports[-1].files):
            assert found[1] == right[1], what
        nights.take_in(nights.draft(changed=False))
        assert state() == before, f"{what}: the next right file does not lead back"
    return came_in


@pytest.mark.parametrize("data_set", sorted(LAYOUTS), ids=lambda name: f"{name}-seed{SEED}")
def test_a_spoiled_file_is_refused_by_name_or_harmless(
    city_app: Flask, city_feeds: Path, tmp_path: Path, data_set: str
) -> None:
    mutations = _mutations(data_set, MUTATIONS, OF_EACH_LAYOUT)
    _spoil(Nights(data_set, city_feeds, tmp_path), data_set, "full", mutations)


@pytest.mark.parametrize("data_set", sorted(LAYOUTS), ids=lambda name: f"{name}-seed{SEED}")
def test_a_spoiled_difference_is_refused_by_name_or_harmless(
    city_app: Flask, city_feeds: Path, tmp_path: Path, data_set: str
) -> None:
    mutations = _mutations(data_set, OF_DIFFERENCES, DIFFERENCES_OF_EACH_LAYOUT)
    _spoil(Nights(data_set, city_feeds, tmp_path), data_set, "diff", mutations)


@pytest.mark.parametrize("data_set", ["02", "03", "18b"])
def test_rows_that_are_missing_beside_a_bad_one_stay(
    city_app: Flask, city_feeds: Path, tmp_path: Path, data_set: str
) -> None:
    nights = Nights(data_set, city_feeds, tmp_path)
    assert _spoil(nights, data_set, "full", [bad_row_and_removals]) == [bad_row_and_removals]
