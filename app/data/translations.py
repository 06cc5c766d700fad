"""Translations of the guide sheet as they are stored: by language and the Japanese text they were made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import select

from app.data.models.base import utc_now
from app.data.models.handout import TranslationRow
from app.domain.translations import Part, Translation
from app.extensions import db


def list_of(language: str) -> tuple[Translation, ...]:
    """Every translation into a language, in the order of part and code."""
    statement = (
        select(TranslationRow)
        .where(TranslationRow.language == language)
        .order_by(TranslationRow.part, TranslationRow.code, TranslationRow.source_key)
    )
    return tuple(_as_translation(row) for row in db.session.scalars(statement))


def put(language: str, one: Translation, staff_id: str) -> None:
    """Store what the city wrote for a text. Only inside a transaction."""
    row = db.session.scalar(
        select(TranslationRow).where(
            TranslationRow.language == language, TranslationRow.source_key == _key(one.source)
        )
    )
    if row is None:
        row = TranslationRow(language=language, source_key=_key(one.source), source=one.source)
        db.session.add(row)
    _fill(row, one, staff_id, edited=True)


def take_in(language: str, given: Iterable[Translation], staff_id: str) -> tuple[int, int]:
    """Store the translations of a file: (how many are new or changed, how many the city's own kept in place).

    What the city wrote stays; what stands in no file stays too. Only inside a transaction.
    """
    rows = {
        row.source_key: row
        for row in db.session.scalars(select(TranslationRow).where(TranslationRow.language == language))
    }
    changed = kept = 0
    for one in given:
        if not one.text:
            continue
        row = rows.get(_key(one.source))
        if row is not None and _as_translation(row) == one:
            continue
        if row is not None and row.edited:
            kept += 1
            continue
        if row is None:
            row = TranslationRow(language=language, source_key=_key(one.source), source=one.source)
            db.session.add(row)
        _fill(row, one, staff_id, edited=False)
        changed += 1
    db.session.flush()
    return changed, kept


def _fill(row: TranslationRow, one: Translation, staff_id: str, *, edited: bool) -> None:
    row.part, row.code, row.text = one.part.value, one.code, one.text
    row.reviewed_on, row.reviewed_by, row.edited = one.reviewed_on, one.reviewed_by, edited
    row.changed_at, row.changed_by = utc_now(), staff_id


def _as_translation(row: TranslationRow) -> Translation:
    return Translation(Part(row.part), row.code, row.source, row.text, row.reviewed_on, row.reviewed_by)


def _key(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
