"""What an import would change: the staged rows compared with the stored ones by the database, before anything is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.data.staging import CHANGE, GONE, STAGE, STAGE_PLACE, analyze, build_index


@dataclass(frozen=True)
class Difference:
    """Rows of one data set that the import adds, changes, leaves and misses."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0


def compare(connection: Connection, whole: Collection[str]) -> dict[str, Difference]:
    """Fill the temporary tables of changed and gone rows and count them per staged data set.

    ``whole`` are the data sets of which a complete file is staged: what it lacks is gone.
    """
    analyze(connection, STAGE)
    if connection.scalar(text("SELECT 1 FROM register_row LIMIT 1")):
        build_index(connection, STAGE_PLACE)
    connection.execute(
        text(
            "INSERT INTO feed_change (no, is_new) SELECT s.no, r.row_key IS NULL FROM feed_stage s"
            " LEFT JOIN register_row r ON r.data_set = s.data_set AND r.row_key = s.row_key"
            " WHERE r.row_key IS NULL OR r.digest <> s.digest OR r.gone"
        )
    )
    for data_set in sorted(whole):
        connection.execute(
            text(
                "INSERT INTO feed_gone (data_set, row_key, person_number)"
                " SELECT r.data_set, r.row_key, r.person_number FROM register_row r"
                " WHERE r.data_set = :data_set AND NOT r.gone AND NOT EXISTS (SELECT 1 FROM feed_stage s"
                " WHERE s.data_set = r.data_set AND s.row_key = r.row_key)"
            ),
            {"data_set": data_set},
        )
    analyze(connection, CHANGE)
    analyze(connection, GONE)
    counted = _count(connection)
    connection.commit()
    return counted


def count_stored(connection: Connection, data_set: str) -> int:
    """Rows of a data set that its source still has."""
    statement = text("SELECT count(*) FROM register_row WHERE data_set = :data_set AND NOT gone")
    return connection.scalar(statement, {"data_set": data_set}) or 0


def count_changes(connection: Connection) -> int:
    """Rows that the switch would touch."""
    statement = text("SELECT (SELECT count(*) FROM feed_change) + (SELECT count(*) FROM feed_gone)")
    return connection.scalar(statement) or 0


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
    counted = {
        data_set: Difference(new, touched - new, total - touched, gone.get(data_set, 0))
        for data_set, total, touched, new in rows
    }
    for data_set, count in gone.items():
        counted.setdefault(data_set, Difference(gone=count))
    return counted
