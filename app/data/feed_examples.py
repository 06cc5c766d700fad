"""Examples of the rows that an import would change, read from its workbench: whose they are and which columns, no value.

Rows of protected persons are counted like all others and never an example.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Boolean, Connection, bindparam, text

from app.data.forms import Forms
from app.domain.disclosure import MASK, UNNAMED
from app.domain.feed_jobs import EXAMPLES, Example, ExampleKind
from app.domain.register import NOTICE_SET, notice_of

LOOKED_AT = 20 * EXAMPLES
"""Rows of a kind that are read to find the examples: those of the protected are passed over."""

SHOWN_COLUMNS = 12
_CLOSED = "tagyomusanshofukafuragu"
_SAME = "値の違う項目なし（消滅していた行が戻るときなど）"
_KEY_SEPARATOR = "|"

# The workbench chooses the rows before the register is touched: on SQLite who reads that for long keeps others waiting.
_PLACES = text("SELECT min(no), max(no) FROM feed_stage WHERE data_set = :data_set")
_CHANGES = (
    " FROM (SELECT no FROM feed_change WHERE no >= :first AND no <= :last AND is_new = :is_new ORDER BY no LIMIT :most) c"
    " JOIN feed_stage s ON s.no = c.no"
    " LEFT JOIN register_row r ON r.data_set = s.data_set AND r.row_key = s.row_key ORDER BY s.no"
)
_STAGED = text(
    "SELECT s.row_key, s.person_number, s.history, r.form, r.payload, s.form, s.payload" + _CHANGES
).bindparams(bindparam("is_new", type_=Boolean))
_GONE = text(
    "SELECT r.row_key, r.person_number, r.history, r.form, r.payload, NULL, NULL"
    " FROM (SELECT row_key FROM feed_gone WHERE data_set = :data_set ORDER BY row_key LIMIT :most) g"
    " JOIN register_row r ON r.data_set = :data_set AND r.row_key = g.row_key ORDER BY r.row_key"
)


@dataclass(frozen=True)
class Terms:
    """What the columns of a data set are called, by id, and what its rows speak of.

    ``person`` is the column of the addressee number, ``key`` those of the key; ``history``: rows are numbered besides.
    """

    data_set: str
    names: Mapping[str, str]
    person: str | None
    key: Sequence[str]
    history: bool


def take(
    connection: Connection, forms: Forms, terms: Terms, protected: Collection[str]
) -> tuple[Example, ...]:
    """The first examples of each kind of what the compared rows of a data set change; none of the protected (01c).

    ``protected`` is everybody who is protected now or by this import.
    """
    if terms.data_set == "01c":
        return ()
    notices = map(notice_of, protected) if terms.data_set == NOTICE_SET else ()
    hidden = {*protected, *notices}
    found: list[Example] = []
    for kind in ExampleKind:
        if terms.data_set in UNNAMED and kind is not ExampleKind.CHANGED:
            continue  # without whom it is about, nothing is left to be told
        found += islice(_told(kind, _rows(connection, terms.data_set, kind), forms, terms, hidden), EXAMPLES)
    return tuple(found)


def _rows(connection: Connection, data_set: str, kind: ExampleKind) -> Sequence[Sequence[Any]]:
    """Key, number, history, form and payload as stored, and form and payload as they would be, of the first rows of a kind."""
    if kind is ExampleKind.GONE:
        return connection.execute(_GONE, {"data_set": data_set, "most": LOOKED_AT}).all()
    first, last = connection.execute(_PLACES, {"data_set": data_set}).one()
    bounds = {"first": first, "last": last, "is_new": kind is ExampleKind.ADDED, "most": LOOKED_AT}
    return [] if first is None else connection.execute(_STAGED, bounds).all()


def _told(
    kind: ExampleKind, rows: Iterable[Sequence[Any]], forms: Forms, terms: Terms, hidden: Collection[str]
) -> Iterator[Example]:
    for row_key, number, history, old_form, old_payload, form, payload in rows:
        who = row_key if terms.data_set == NOTICE_SET else number
        before = {} if old_form is None else forms.unpack(old_form, old_payload)
        after = {} if form is None else forms.unpack(form, payload)
        if who in hidden or "1" in (before.get(_CLOSED), after.get(_CLOSED)):
            continue
        subject = _subject(terms, row_key, number, history)
        columns = _columns(terms, before, after) if kind is ExampleKind.CHANGED else ""
        yield Example(kind, subject, who if subject else None, columns)


def _subject(terms: Terms, row_key: str, number: str | None, history: int) -> str:
    """Whose row it is. Of a person's row the number only: the rest of its key may be what is known of him."""
    if terms.data_set in UNNAMED:
        return ""
    if terms.person:
        numbered = f"、履歴番号 {history}" if terms.history and history else ""
        return f"{terms.names[terms.person]} {number}{numbered}"
    parts = row_key.split(_KEY_SEPARATOR)
    if len(parts) != len(terms.key):
        return row_key
    return "、".join(
        f"{terms.names[column]} {part}" for column, part in zip(terms.key, parts, strict=True) if part
    )


def _columns(terms: Terms, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """What the columns are called that differ; those that are withheld of somebody are not compared."""
    places = {column: place for place, column in enumerate(terms.names)}
    differing = [
        column
        for column in sorted({*before, *after}, key=lambda one: (places.get(one, len(places)), one))
        if before.get(column) != after.get(column) and MASK not in (before.get(column), after.get(column))
    ]
    if not differing:
        return _SAME
    more = len(differing) - SHOWN_COLUMNS
    named = "、".join(terms.names.get(column, column) for column in differing[:SHOWN_COLUMNS])
    return f"{named} ほか{more}項目" if more > 0 else named
