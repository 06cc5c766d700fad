"""Builds the new state of the persons an import touches, beside the old one and before the switch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Connection, bindparam, insert, select, text, union

from app.data import gaiji, projection, search_keys
from app.data.forms import Forms
from app.data.models.register import PersonRow, RegisterRow
from app.data.projection import EXPECTED_SET, NOTICE_SET, Projection, Row
from app.data.staging import (
    AFFECTED,
    CHANGE,
    GONE,
    PERSON,
    PERSON_SETS,
    SEARCH_KEY,
    STAGE,
    STAGE_PERSON,
    analyze,
    build_index,
    bulk_insert,
)

BATCH = 500
_COLUMNS = tuple(column.name for column in PersonRow.__table__.columns)

Progress = Callable[[int, int], None]


def build(
    connection: Connection,
    forms: Forms,
    identity: bytes,
    protected: Collection[str],
    newly_protected: Collection[str],
    everyone: bool,
    progress: Progress,
) -> int:
    """Fill the temporary tables of persons and search keys for everyone whom the staged rows touch; returns how many.

    ``everyone``: build all persons anew, because the rules of the keys changed.
    """
    _collect(connection, newly_protected, everyone)
    build_index(connection, STAGE_PERSON)
    own_characters = gaiji.coming_table(connection, forms)
    total = connection.scalar(text("SELECT count(*) FROM feed_affected")) or 0
    serial = connection.scalar(text("SELECT max(serial) FROM person")) or 0
    something_stored = connection.scalar(text("SELECT 1 FROM register_row LIMIT 1")) is not None
    connection.commit()
    last, done = "", 0
    while numbers := _next(connection, last):
        rows = _rows(connection, forms, numbers, something_stored)
        notices = _notices(
            connection, forms, {r for group in rows.values() for r in projection.receipts(group)}
        )
        serials = _serials(connection, numbers) if something_stored else {}
        connection.commit()
        persons: list[tuple[object, ...]] = []
        keys: list[search_keys.KeyRow] = []
        for number in numbers:
            found = projection.project(number, rows.get(number, ()), notices, number in protected)
            if found is None:
                continue
            if number not in serials:
                serial += 1
                serials[number] = serial
            persons.append(_person(found, serials[number], projection.person_id(identity, number)))
            birth = str(found.columns["birth"])
            keys += search_keys.rows(
                search_keys.translated(found.keys, own_characters), serials[number], found.rank, birth
            )
        bulk_insert(connection, PERSON, persons)
        bulk_insert(connection, SEARCH_KEY, keys)
        connection.commit()
        last, done = numbers[-1], done + len(numbers)
        progress(done, total)
    analyze(connection, PERSON)
    analyze(connection, SEARCH_KEY)
    connection.commit()
    return total


def _person(found: Projection, serial: int, identity: str) -> tuple[object, ...]:
    columns = {**found.columns, "serial": serial, "id": identity}
    return tuple(columns[name] for name in _COLUMNS)


def _collect(connection: Connection, newly_protected: Collection[str], everyone: bool) -> None:
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


def _rows(
    connection: Connection, forms: Forms, numbers: Sequence[str], something_stored: bool
) -> dict[str, list[Row]]:
    """The rows of these persons as they will be: the staged ones, and the stored ones that no staged one replaces."""
    found: dict[str, list[Row]] = {}
    replaced = set()
    between = {"first": numbers[0], "last": numbers[-1]}
    staged = connection.execute(_STAGED_OF_PERSONS, between)
    for data_set, row_key, number, history, latest, deleted, form, payload in staged:
        if something_stored:
            replaced.add((data_set, row_key))
        row = Row(data_set, row_key, history, latest, deleted, False, form, payload, forms)
        found.setdefault(number, []).append(row)
    if not something_stored:
        return found
    dropped = _dropped(connection, numbers)
    stored = _STORED_ROWS.where(RegisterRow.person_number.in_(numbers), RegisterRow.data_set.in_(PERSON_SETS))
    for data_set, row_key, number, history, latest, deleted, form, payload, gone in connection.execute(
        stored
    ):
        place = (data_set, row_key)
        if place not in replaced and number is not None:
            is_gone = gone or place in dropped
            row = Row(data_set, row_key, history, latest, deleted, is_gone, form, payload, forms)
            found.setdefault(number, []).append(row)
    return found


def _dropped(connection: Connection, numbers: Sequence[str]) -> set[tuple[str, str]]:
    statement = select(GONE.c.data_set, GONE.c.row_key).where(GONE.c.person_number.in_(numbers))
    return {(data_set, row_key) for data_set, row_key in connection.execute(statement)}


def _notices(connection: Connection, forms: Forms, receipts: Collection[str]) -> dict[str, Row]:
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
        found[key] = Row(data_set, key, history, latest, deleted, is_gone, form, payload, forms)
    staged = _STAGED_ROWS.where(
        STAGE.c.data_set == bindparam("notice"), STAGE.c.row_key.in_(bindparam("keys", expanding=True))
    )
    for data_set, key, _, history, latest, deleted, form, payload in connection.execute(staged, wanted):
        found[key] = Row(data_set, key, history, latest, deleted, False, form, payload, forms)
    return found


def _serials(connection: Connection, numbers: Sequence[str]) -> dict[str, int]:
    statement = select(PersonRow.number, PersonRow.serial).where(PersonRow.number.in_(numbers))
    return dict(connection.execute(statement).all())
