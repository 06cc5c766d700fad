"""What an import would change: the staged rows compared with the stored ones by the database, before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, text

from app.data.forms import Forms
from app.data.staging import CHANGE, GONE, STAGE, STAGE_PLACE, analyze
from app.domain.disclosure import MASK


@dataclass(frozen=True)
class Difference:
    """Rows of one data set that the import adds, changes, leaves and misses.

    ``ended`` of the added and changed ones are marked deleted and were no deleted rows before. ``kept``: stored rows that a
    full file does not name and that stay all the same, because some of its rows were rejected: one of those it may be.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    ended: int = 0
    kept: int = 0


def compare(
    connection: Connection, staged: Collection[str], whole: Collection[str], doubtful: Collection[str] = ()
) -> dict[str, Difference]:
    """Fill the temporary tables of changed and gone rows and count them for each of the ``staged`` data sets.

    ``whole`` are those of which a complete file is staged: what it lacks is gone. Of the ``doubtful`` a full file with
    rejected rows is: what it lacks is only counted. Rows are compared some at a time, each time in a transaction of its
    own: with SQLite's rollback journal, who reads for long keeps others from committing.
    """
    kept: dict[str, int] = {}
    analyze(connection, STAGE)
    stored = connection.scalar(text("SELECT 1 FROM register_row LIMIT 1"))
    connection.commit()
    if stored:
        STAGE_PLACE.create(connection)
    else:
        connection.execute(text("INSERT INTO feed_change (no, is_new) SELECT no, true FROM feed_stage"))
    connection.commit()
    if stored:
        _compare_staged(connection)
        for data_set in sorted(whole):
            for bounds in _stretches(connection, data_set):
                connection.execute(_GONE, bounds)
                connection.commit()
        kept = {data_set: _lacking(connection, data_set) for data_set in doubtful}
    analyze(connection, CHANGE)
    analyze(connection, GONE)
    counted = _count(connection)
    connection.commit()
    for data_set, count in kept.items():
        counted[data_set] = replace(counted.get(data_set, Difference()), kept=count)
    return counted


_STRETCH = 4_000
"""Rows that are read in one transaction: tens of milliseconds."""

_LAST = "\U0010ffff"
_CHANGED = text(
    "INSERT INTO feed_change (no, is_new) SELECT s.no, r.row_key IS NULL FROM feed_stage s"
    " LEFT JOIN register_row r ON r.data_set = s.data_set AND r.row_key = s.row_key"
    " WHERE s.no >= :first AND s.no < :beyond AND (r.row_key IS NULL OR r.digest <> s.digest OR r.gone)"
)
_OF_LACKING = (
    " FROM register_row r"
    " WHERE r.data_set = :data_set AND r.row_key > :after AND r.row_key <= :upto AND NOT r.gone"
    " AND NOT EXISTS (SELECT 1 FROM feed_stage s WHERE s.data_set = r.data_set AND s.row_key = r.row_key)"
)
_GONE = text(
    "INSERT INTO feed_gone (data_set, row_key, person_number)"
    " SELECT r.data_set, r.row_key, r.person_number" + _OF_LACKING
)
_LACKING = text("SELECT count(*)" + _OF_LACKING)
_COUNT = text(
    "SELECT count(*) FROM register_row WHERE data_set = :data_set AND row_key > :after AND row_key <= :upto AND NOT gone"
)
_NEXT = text(
    "SELECT row_key FROM register_row WHERE data_set = :data_set AND row_key > :after ORDER BY row_key"
    " LIMIT 1 OFFSET :stretch"
)


def _compare_staged(connection: Connection) -> None:
    last = connection.scalar(text("SELECT max(no) FROM feed_stage"))
    for first in range(0, (-1 if last is None else last) + 1, _STRETCH):
        connection.execute(_CHANGED, {"first": first, "beyond": first + _STRETCH})
        connection.commit()


def _lacking(connection: Connection, data_set: str) -> int:
    """The stored rows of a data set that are not staged."""
    counted = 0
    for bounds in _stretches(connection, data_set):
        counted += connection.scalar(_LACKING, bounds) or 0
        connection.commit()
    return counted


def _stretches(connection: Connection, data_set: str) -> Iterator[dict[str, str]]:
    """The stored rows of a data set in stretches: the bounds of their keys."""
    after: str | None = ""
    while after is not None:
        upto = connection.scalar(_NEXT, {"data_set": data_set, "after": after, "stretch": _STRETCH})
        yield {"data_set": data_set, "after": after, "upto": _LAST if upto is None else upto}
        after = upto


def count_stored(connection: Connection, data_sets: Collection[str]) -> dict[str, int]:
    """Rows that the sources of these data sets still have."""
    counted = dict.fromkeys(data_sets, 0)
    for data_set in data_sets:
        for bounds in _stretches(connection, data_set):
            counted[data_set] += connection.scalar(_COUNT, bounds) or 0
            connection.commit()
    return counted


_ENDED = text(
    "SELECT s.data_set, count(*) FROM feed_stage s JOIN feed_change c ON c.no = s.no"
    " LEFT JOIN register_row r ON r.data_set = s.data_set AND r.row_key = s.row_key"
    " WHERE s.deleted AND (r.row_key IS NULL OR r.gone OR NOT r.deleted) GROUP BY s.data_set"
)


def _count(connection: Connection) -> dict[str, Difference]:
    gone: dict[str, int] = dict(
        connection.execute(text("SELECT data_set, count(*) FROM feed_gone GROUP BY data_set")).all()
    )
    rows = connection.execute(
        text(
            "SELECT s.data_set, count(*), count(c.no), sum(CASE WHEN c.is_new THEN 1 ELSE 0 END)"
            " FROM feed_stage s LEFT JOIN feed_change c ON c.no = s.no GROUP BY s.data_set"
        )
    ).all()
    ended: dict[str, int] = dict(connection.execute(_ENDED).all())
    counted = {
        data_set: Difference(
            new, touched - new, total - touched, gone.get(data_set, 0), ended.get(data_set, 0)
        )
        for data_set, total, touched, new in rows
    }
    for data_set, count in gone.items():
        counted.setdefault(data_set, Difference(gone=count))
    return counted


_REPLACED = text(
    "SELECT r.form, r.payload FROM feed_stage s JOIN feed_change c ON c.no = s.no"
    " JOIN register_row r ON r.data_set = s.data_set AND r.row_key = s.row_key"
    " WHERE s.data_set = :data_set AND NOT c.is_new"
)


def find_lost(connection: Connection, forms: Forms, data_set: str, columns: Collection[str]) -> str | None:
    """One of the ``columns`` in which a stored row has a value that the staged rows would replace; None when there is none."""
    rows = connection.execute(_REPLACED.execution_options(yield_per=1000), {"data_set": data_set})
    for form, payload in rows:
        for column, value in forms.unpack(form, payload).items():
            if column in columns and value != MASK:
                rows.close()
                return column
    return None
