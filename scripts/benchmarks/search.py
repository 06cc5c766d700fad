"""Every kind of search in the database: keys, persons, their households and warnings, as the results page needs them.

The baseline is the look-up of one person by primary key through the same session. Each search is measured once with
each of many typed texts drawn from the register itself, so that the figures are medians over common and rare names.
Before that the same kind is searched with the texts of as many others: on a working day caches and plans are warm, but
with what somebody else has asked; the look-ups of the baseline, too, come back to the same persons.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from serve import application
from sqlalchemy import Row as TableRow
from sqlalchemy import select

from app.data import residents, towns
from app.data.models.register import PersonRow
from app.domain.disclosure import Disclosure
from app.domain.query import Query, parse_query
from app.extensions import db
from benchmarks import Row

PEOPLE = 150
LOOKUPS = 2000
P50_LIMIT = {"sqlite": 15, "postgresql": 6}
P99_LIMIT = {"sqlite": 40, "postgresql": 12}
EVERYTHING = Disclosure(
    "benchmark", "", "benchmark", frozenset({"01a", "16", "17", "20a", "20b", "02", "04", "19"})
)

Person = TableRow[str, str, str, str, str, str]


def run() -> list[Row]:
    """Medians and 99th percentiles in milliseconds."""
    with application().app_context():
        return list(_rows())


def _rows() -> Iterator[Row]:
    dialect = db.engine.dialect.name
    people, others = _people("resident")
    companies, other_companies = _companies()
    lookup = statistics.median(_lookups(people))
    before = _kinds(others, other_companies)
    for kind, typed in _kinds(people, companies).items():
        _search_times(before[kind])
        times = sorted(_search_times(typed))
        for name, figure, limits in (
            ("median", statistics.median(times), P50_LIMIT),
            ("99 %", times[int(len(times) * 0.99)], P99_LIMIT),
        ):
            yield Row(
                f"{kind}, {name}", figure, "ms", lookup, "look-up by primary key", lookup * limits[dialect]
            )


def _search_times(typed: Sequence[str]) -> list[float]:
    def search(query: Query) -> None:
        residents.search(query, EVERYTHING)
        db.session.rollback()

    city, today = towns.own_city(), date.today()
    queries = [parse_query(text, today=today, own_city=city) for text in typed]
    return [_milliseconds(lambda query=query: search(query)) for query in queries]  # type: ignore[misc]


def _lookups(people: Sequence[Person]) -> list[float]:
    def look_up(number: str) -> None:
        db.session.execute(select(PersonRow.name, PersonRow.birth).where(PersonRow.number == number)).one()
        db.session.rollback()

    numbers = [people[at % len(people)].number for at in range(LOOKUPS)]
    return [_milliseconds(lambda number=number: look_up(number)) for number in numbers]  # type: ignore[misc]


def _milliseconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _people(status: str) -> tuple[list[Person], list[Person]]:
    """Persons spread over the register, the same ones in every run, and as many others."""
    columns = (
        PersonRow.number,
        PersonRow.name,
        PersonRow.kana,
        PersonRow.birth,
        PersonRow.town,
        PersonRow.lot,
    )
    rows = db.session.execute(
        select(*columns)
        .where(PersonRow.status == status, PersonRow.category == "japanese", PersonRow.protected.is_(False))
        .order_by(PersonRow.number)
    ).all()
    db.session.rollback()
    chosen = random.Random(1).sample(  # noqa: S311
        [row for row in rows if "　" in row.name and "　" in row.kana], 2 * PEOPLE
    )
    return chosen[:PEOPLE], chosen[PEOPLE:]


def _companies() -> tuple[list[str], list[str]]:
    names = db.session.scalars(
        select(PersonRow.name).where(PersonRow.category == "corporation").limit(2 * PEOPLE)
    ).all()
    return list(names[:PEOPLE]), list(names[PEOPLE:])


def _kinds(people: Sequence[Person], companies: Sequence[str]) -> dict[str, list[str]]:
    """What is typed, by kind of search."""
    return {
        "whole name": [row.name for row in people],
        "surname": [row.name.split("　")[0] for row in people],
        "given name": [row.name.split("　")[1] for row in people],
        "two characters inside a name": [row.name.replace("　", "")[1:3] for row in people],
        "whole reading": [row.kana for row in people],
        "reading of the surname and one more": [_first(row.kana, 1) for row in people],
        "three kana inside a reading": [row.kana.replace("　", "")[1:4] for row in people],
        "first two kana typed": [row.kana[:2] for row in people],
        "one kana typed": [row.kana[:1] for row in people],
        "nobody": [f"{row.name[:1]}鵺{row.name[-1:]}" for row in people],
        "birth date": [f"{row.birth[:4]}-{row.birth[4:6]}-{row.birth[6:]}" for row in people],
        "month of birth": [f"{row.birth[:4]}年{int(row.birth[4:6])}月" for row in people],
        "surname and year of birth": [f"{row.name.split('　')[0]} {row.birth[:4]}" for row in people],
        "two kana and month of birth": [
            f"{row.kana[:2]} {row.birth[:4]}年{int(row.birth[4:6])}月" for row in people
        ],
        "address": [f"{row.town}{row.lot}" for row in people],
        "person number": [row.number for row in people],
        "corporation": list(companies),
    }


def _first(reading: str, more: int) -> str:
    surname, given = reading.split("　")[:2]
    return surname + given[:more]
