"""The list of characters that could not be printed: once for each field of each form, at most 1,000 of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.data.models.unprinted import UnprintedCharacterRow
from app.extensions import db

MOST = 1000


def note(found: Iterable[tuple[str, str, str, str]], at: datetime) -> None:
    """Enter (character, form code, field, form title), or count it once more; the entries longest unseen make room."""
    table = UnprintedCharacterRow
    # In one order: two prints that enter the same characters must not wait for each other.
    for text, form, field, title in sorted(set(found)):
        statement = _insert().values(
            text=text, form=form[:80], field=field[:120], title=title[:200], times=1, first_at=at, last_at=at
        )
        changes = {"times": table.times + 1, "title": statement.excluded.title, "last_at": at}
        keys = [table.text, table.form, table.field]
        db.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes))
    _make_room()


def _make_room() -> None:
    table = UnprintedCharacterRow
    count = db.session.scalar(select(func.count()).select_from(table)) or 0
    if count <= MOST:
        return
    limit = db.session.scalar(select(table.last_at).order_by(table.last_at.desc()).offset(MOST).limit(1))
    db.session.execute(delete(table).where(table.last_at <= limit))


def list_noted(most: int) -> list[UnprintedCharacterRow]:
    """The entries, the last first."""
    table = UnprintedCharacterRow
    order = (table.last_at.desc(), table.text, table.form, table.field)
    return list(db.session.scalars(select(table).order_by(*order).limit(most)))


def characters() -> list[str]:
    """The characters of all entries, each once."""
    return list(db.session.scalars(select(UnprintedCharacterRow.text).distinct()))


def forget(texts: Collection[str]) -> None:
    """Take the entries of these characters out."""
    if texts:
        db.session.execute(delete(UnprintedCharacterRow).where(UnprintedCharacterRow.text.in_(texts)))


def _insert() -> postgresql.Insert | sqlite.Insert:
    return (sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert)(UnprintedCharacterRow)
