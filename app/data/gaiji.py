"""The city's own characters (外字) as the core system listed them, and the texts of the register to look for them in."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from app.data.forms import Forms, unpack
from app.data.models.places import BuildingRow, TownRow
from app.data.models.register import PersonRow, RegisterRow
from app.data.staging import CHANGE, GONE, STAGE
from app.domain.characters import fold
from app.domain.gaiji import CodeMapping, is_private, read_mapping, searched_as
from app.extensions import db

CODES, FONTS = "15a", "15b"
_AT_ONCE = 5000
_NAMES = (PersonRow.name, PersonRow.kana, PersonRow.alias, PersonRow.former_surname, PersonRow.latin_name)
_ADDRESSES = (PersonRow.prefecture, PersonRow.city, PersonRow.town, PersonRow.lot, PersonRow.building)


def list_mappings() -> list[CodeMapping]:
    """The code table (外字対応表) that is in force, by code."""
    return sorted(map(read_mapping, _rows(CODES)), key=lambda row: (len(row.code), row.code, row.charset))


def list_font_rows() -> list[dict[str, str]]:
    """The font files that are announced (data set 15b)."""
    return list(_rows(FONTS))


def _rows(data_set: str) -> Iterator[dict[str, str]]:
    statement = (
        select(RegisterRow.form, RegisterRow.payload)
        .where(
            RegisterRow.data_set == data_set,
            RegisterRow.latest.is_(True),
            RegisterRow.deleted.is_(False),
            RegisterRow.gone.is_(False),
        )
        .order_by(RegisterRow.row_key)
    )
    for form, payload in db.session.execute(statement).all():
        yield unpack(form, payload)


def plain_text(text: str) -> str:
    """What was typed, the city's own characters as the plain ones they are found by; search keys hold them so."""
    if not any(map(is_private, text)):
        return text
    return text.translate({ord(char): plain for char, plain in searched_as(list_mappings()).items()})


def stored_table() -> dict[int, str]:
    """For search keys: the root of each of the city's own characters, as the code table is now."""
    return _roots(list_mappings())


def coming_table(connection: Connection, forms: Forms) -> dict[int, str]:
    """For search keys: the root of each of the city's own characters, as the code table will be after the import at work."""
    gone = select(GONE.c.row_key).where(GONE.c.data_set == CODES)
    stored = connection.execute(
        select(RegisterRow.row_key, RegisterRow.deleted, RegisterRow.form, RegisterRow.payload).where(
            RegisterRow.data_set == CODES, RegisterRow.gone.is_(False), RegisterRow.row_key.not_in(gone)
        )
    )
    staged = connection.execute(
        select(STAGE.c.row_key, STAGE.c.deleted, STAGE.c.form, STAGE.c.payload).where(
            STAGE.c.data_set == CODES
        )
    )
    rows = {
        key: None if deleted else forms.unpack(form, payload)
        for key, deleted, form, payload in (*stored, *staged)
    }
    return _roots([read_mapping(row) for row in rows.values() if row is not None])


def _roots(mappings: list[CodeMapping]) -> dict[int, str]:
    return {ord(char): fold(plain) for char, plain in searched_as(mappings).items() if fold(plain)}


def codes_change(connection: Connection) -> bool:
    """Whether the import at work changes the code table, so that keys made under the old one no longer hold."""
    changed = (
        select(STAGE.c.no).join(CHANGE, CHANGE.c.no == STAGE.c.no).where(STAGE.c.data_set == CODES).limit(1)
    )
    gone = select(GONE.c.row_key).where(GONE.c.data_set == CODES).limit(1)
    return connection.scalar(changed) is not None or connection.scalar(gone) is not None


def iterate_texts() -> Iterator[tuple[str, str]]:
    """(all names of a person, all parts of his address), one pair a person; then the towns and buildings of the city.

    What the register shows to everybody: the address of a protected person (支援措置) is masked here as anywhere else, so
    that not even a rare character of it is told.
    """
    statement = select(*_NAMES, *_ADDRESSES).execution_options(yield_per=_AT_ONCE)
    for row in db.session.execute(statement):
        yield "".join(row[: len(_NAMES)]), "".join(row[len(_NAMES) :])
    for name in db.session.scalars(select(TownRow.name).union_all(select(BuildingRow.name))):
        yield "", name
