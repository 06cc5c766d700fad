"""Builds the new state of the persons an import touches, beside the old one and before the switch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Table,
    any_,
    bindparam,
    insert,
    literal,
    select,
    text,
    union,
)

from app.data import gaiji, person_making, person_workers
from app.data.cells import Cells
from app.data.forms import Forms
from app.data.models.register import PersonRow, RegisterRow, SearchKeyRow
from app.data.person_making import Chunk, Made, Maker, PlainRow
from app.data.person_workers import Makers
from app.data.projection import EXPECTED_SET, NOTICE_SET, Row
from app.data.staging import (
    AFFECTED,
    CHANGE,
    GONE,
    PERSON,
    PERSON_BEFORE,
    PERSON_FRESH,
    PERSON_OVER,
    PERSON_SETS,
    SEARCH_KEY,
    SEARCH_KEY_BEFORE,
    SEARCH_KEY_FRESH,
    SEARCH_KEY_OVER,
    STAGE,
    STAGE_PERSON,
    analyze,
    load,
    pause,
)

BATCH = 500
_COLUMNS = tuple(column.name for column in PersonRow.__table__.columns)
_TABLES = cast(Table, PersonRow.__table__), cast(Table, SearchKeyRow.__table__)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Filled:
    """The rows stand in the register already, and the persons go into their own tables, which are empty (see `feed_first`).

    ``expected``: at most so many persons, about. ``index`` gives the rows what they are found by. ``beside`` is other work
    in small steps, which is done to its end, most of it while other processes make persons.
    """

    expected: int
    index: Callable[[], None]
    beside: Iterable[None]


def build(
    connection: Connection,
    forms: Forms,
    identity: bytes,
    protected: Collection[str],
    newly_protected: Collection[str],
    everyone: bool,
    progress: Progress,
    makers: Makers,
    filled: Filled | None = None,
) -> int:
    """Fill the temporary tables of persons and search keys for everyone whom the staged rows touch; returns how many.

    ``everyone``: build all persons anew, because the rules of the keys changed. ``filled``: build them from the register.
    """
    as_text = connection.dialect.name == "postgresql"
    own_characters = gaiji.coming_table(connection, forms)
    maker = Maker(Cells(forms.columns), identity, protected, own_characters, _COLUMNS, as_text)
    total = 0 if filled else _collect(connection, newly_protected, everyone)
    makers.start(person_workers.how_many(filled.expected if filled else total))
    if filled:
        filled.index()
        total = _collect(connection, newly_protected, everyone=True)
    else:
        STAGE_PERSON.create(connection)
    pause(connection)
    chunks = _chunks(connection, forms, bool(filled))
    _make(connection, makers.make(maker, chunks), total, progress, filled)
    compares = not filled and _is_filled(connection)
    pause(connection)
    if compares:
        _find_differences(connection)
    pause(connection)
    return total


def _make(
    connection: Connection, all_made: Iterator[Made], total: int, progress: Progress, filled: Filled | None
) -> None:
    done, steps = 0, iter(filled.beside if filled else ())
    for made in all_made:
        _load(connection, made, bool(filled))
        done += made.count
        progress(done, total)
        next(steps, None)
    for _ in steps:
        pass


def _is_filled(connection: Connection) -> bool:
    """Whether anything was imported before."""
    return connection.scalar(text("SELECT 1 FROM register_row LIMIT 1")) is not None


def _load(connection: Connection, made: Made, straight: bool) -> None:
    persons, keys = _TABLES if straight else (PERSON, SEARCH_KEY)
    load(connection, persons, made.persons, settled=straight)
    load(connection, keys, made.keys, settled=straight)
    pause(connection)


def _find_differences(connection: Connection) -> None:
    """Which of the new rows differ from the stored ones. Most changes of a person touch none of his keys."""
    for new, before, over, fresh in (
        (PERSON, PERSON_BEFORE, PERSON_OVER, PERSON_FRESH),
        (SEARCH_KEY, SEARCH_KEY_BEFORE, SEARCH_KEY_OVER, SEARCH_KEY_FRESH),
    ):
        connection.execute(insert(over).from_select(list(before.c), before.select().except_(new.select())))
        connection.execute(insert(fresh).from_select(list(new.c), new.select().except_(before.select())))
        analyze(connection, over)


def _keep_stored(connection: Connection, numbers: Sequence[str], serials: Collection[int]) -> None:
    """Copy what is stored of these persons, a few at a time: who reads for long keeps others from committing."""
    for model, kept, chosen in (
        (PersonRow, PERSON_BEFORE, _among(connection, PersonRow.number, numbers)),
        (SearchKeyRow, SEARCH_KEY_BEFORE, _among(connection, SearchKeyRow.person, serials)),
    ):
        stored = select(*model.__table__.columns).where(chosen)
        connection.execute(insert(kept).from_select(list(kept.c), stored))


def _chunks(connection: Connection, forms: Forms, straight: bool) -> Iterator[Chunk]:
    """The affected persons with their rows; no transaction is open while one is worked on, unless all is done in one."""
    serial = connection.scalar(text("SELECT max(serial) FROM person")) or 0
    something_stored = not straight and _is_filled(connection)
    last = ""
    while numbers := _next(connection, last):
        rows = _loaded(connection, numbers) if straight else _rows(connection, numbers, something_stored)
        notices = _notices(connection, _receipts(rows, forms))
        serials = _serials(connection, numbers) if something_stored else {}
        if serials:
            _keep_stored(connection, numbers, serials.values())
        pause(connection)
        for number in numbers:
            if number not in serials:
                serial += 1
                serials[number] = serial
        yield Chunk({number: serials[number] for number in numbers}, rows, notices)
        last = numbers[-1]


def _receipts(rows: Mapping[str, list[PlainRow]], forms: Forms) -> set[str]:
    expected = [Row(*row, forms) for group in rows.values() for row in group if row[0] == EXPECTED_SET]
    return person_making.receipts(expected)


def _collect(connection: Connection, newly_protected: Collection[str], everyone: bool) -> int:
    """Note whom the staged rows touch; returns how many."""
    sources = [
        select(STAGE.c.person_number)
        .join(CHANGE, CHANGE.c.no == STAGE.c.no)
        .where(STAGE.c.data_set.in_(PERSON_SETS)),
        select(GONE.c.person_number).where(GONE.c.data_set.in_(PERSON_SETS)),
    ]
    if everyone:
        sources.append(select(RegisterRow.person_number).where(RegisterRow.data_set.in_(PERSON_SETS)))
    elif _touches_notices(connection):
        # A notice decides whether its people are expected; there are few of them.
        sources.append(select(STAGE.c.person_number).where(STAGE.c.data_set == EXPECTED_SET))
        sources.append(select(RegisterRow.person_number).where(RegisterRow.data_set == EXPECTED_SET))
    connection.execute(insert(AFFECTED).from_select(["number"], union(*sources)))
    known = set(connection.scalars(select(AFFECTED.c.number).where(AFFECTED.c.number.in_(newly_protected))))
    missing = [{"number": number} for number in newly_protected if number not in known]
    if missing:
        connection.execute(insert(AFFECTED), missing)
    analyze(connection, AFFECTED)
    return connection.scalar(text("SELECT count(*) FROM feed_affected")) or 0


def _touches_notices(connection: Connection) -> bool:
    statement = text(
        "SELECT EXISTS (SELECT 1 FROM feed_stage s JOIN feed_change c ON c.no = s.no WHERE s.data_set = :notice)"
        " OR EXISTS (SELECT 1 FROM feed_gone WHERE data_set = :notice)"
    )
    return bool(connection.scalar(statement, {"notice": NOTICE_SET}))


def _next(connection: Connection, last: str) -> list[str]:
    statement = (
        select(AFFECTED.c.number).where(AFFECTED.c.number > last).order_by(AFFECTED.c.number).limit(BATCH)
    )
    return list(connection.scalars(statement))


_STAGED_ROWS = select(
    STAGE.c.data_set,
    STAGE.c.row_key,
    STAGE.c.person_number,
    STAGE.c.history,
    STAGE.c.latest,
    STAGE.c.deleted,
    STAGE.c.form,
    STAGE.c.payload,
)
_STAGED_OF_PERSONS = (
    _STAGED_ROWS.join(AFFECTED, AFFECTED.c.number == STAGE.c.person_number)
    .where(AFFECTED.c.number >= bindparam("first"), AFFECTED.c.number <= bindparam("last"))
    .where(STAGE.c.data_set.in_(PERSON_SETS))
)
_STORED_ROWS = select(
    RegisterRow.data_set,
    RegisterRow.row_key,
    RegisterRow.person_number,
    RegisterRow.history,
    RegisterRow.latest,
    RegisterRow.deleted,
    RegisterRow.form,
    RegisterRow.payload,
    RegisterRow.gone,
)


_LOADED = text(
    "SELECT data_set, row_key, person_number, history, latest, deleted, form, payload FROM register_row"
    " WHERE person_number = ANY(:numbers) AND data_set = ANY(:sets)"
)


def _loaded(connection: Connection, numbers: Sequence[str]) -> dict[str, list[PlainRow]]:
    """The rows of these persons where all there are stand in the register of PostgreSQL."""
    found: dict[str, list[PlainRow]] = {}
    rows = connection.execute(_LOADED, {"numbers": list(numbers), "sets": list(PERSON_SETS)})
    for data_set, row_key, number, history, latest, deleted, form, payload in rows:
        row = (data_set, row_key, history, latest, deleted, False, form, payload)
        found.setdefault(number, []).append(row)
    return found


def _rows(
    connection: Connection, numbers: Sequence[str], something_stored: bool
) -> dict[str, list[PlainRow]]:
    """The rows of these persons as they will be: the staged ones, and the stored ones that no staged one replaces."""
    found: dict[str, list[PlainRow]] = {}
    replaced = set()
    between = {"first": numbers[0], "last": numbers[-1]}
    staged = connection.execute(_STAGED_OF_PERSONS, between).all()
    for data_set, row_key, number, history, latest, deleted, form, payload in staged:
        if something_stored:
            replaced.add((data_set, row_key))
        row = (data_set, row_key, history, latest, deleted, False, form, payload)
        found.setdefault(number, []).append(row)
    if not something_stored:
        return found
    dropped = _dropped(connection, numbers)
    theirs = _among(connection, RegisterRow.person_number, numbers)
    stored = _STORED_ROWS.where(theirs, RegisterRow.data_set.in_(PERSON_SETS))
    found_stored = connection.execute(stored).all()
    for data_set, row_key, number, history, latest, deleted, form, payload, gone in found_stored:
        place = (data_set, row_key)
        if place not in replaced and number is not None:
            is_gone = gone or place in dropped
            row = (data_set, row_key, history, latest, deleted, is_gone, form, payload)
            found.setdefault(number, []).append(row)
    return found


def _dropped(connection: Connection, numbers: Sequence[str]) -> set[tuple[str, str]]:
    statement = select(GONE.c.data_set, GONE.c.row_key).where(
        _among(connection, GONE.c.person_number, numbers)
    )
    return {(data_set, row_key) for data_set, row_key in connection.execute(statement)}


def _notices(connection: Connection, receipts: Collection[str]) -> dict[str, PlainRow]:
    """The move-out notices as they will be, by receipt number."""
    if not receipts:
        return {}
    wanted = {"keys": sorted(receipts), "notice": NOTICE_SET}
    found = {}
    stored = _STORED_ROWS.where(
        RegisterRow.data_set == bindparam("notice"),
        RegisterRow.row_key.in_(bindparam("keys", expanding=True)),
    )
    gone_now = set(connection.scalars(select(GONE.c.row_key).where(GONE.c.data_set == NOTICE_SET)))
    for data_set, key, _, history, latest, deleted, form, payload, gone in connection.execute(stored, wanted):
        is_gone = gone or key in gone_now
        found[key] = (data_set, key, history, latest, deleted, is_gone, form, payload)
    staged = _STAGED_ROWS.where(
        STAGE.c.data_set == bindparam("notice"), STAGE.c.row_key.in_(bindparam("keys", expanding=True))
    )
    for data_set, key, _, history, latest, deleted, form, payload in connection.execute(staged, wanted):
        found[key] = (data_set, key, history, latest, deleted, False, form, payload)
    return found


def _serials(connection: Connection, numbers: Sequence[str]) -> dict[str, int]:
    statement = select(PersonRow.number, PersonRow.serial).where(
        _among(connection, PersonRow.number, numbers)
    )
    return dict(connection.execute(statement).all())


def _among(
    connection: Connection, column: Any, values: Collection[str] | Collection[int]
) -> ColumnElement[bool]:
    """PostgreSQL takes them as one array: a list of hundreds it would read and plan anew each time."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(column.type)))
    return column.in_(values)
