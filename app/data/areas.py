"""Municipalities and postal areas of the whole country, to pick addresses elsewhere from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, false, func, or_, select

from app.data.models.places import AreaRow, MunicipalityRow
from app.data.towns import begins
from app.domain.kana import kana_key
from app.domain.places import Area, Municipality, place_key
from app.extensions import db

_MUNICIPALITY = (MunicipalityRow.code, MunicipalityRow.prefecture, MunicipalityRow.name, MunicipalityRow.kana)
_AREA = (AreaRow.name, AreaRow.kana, AreaRow.postal_code, AreaRow.note)


def list_by_postal_code(digits: str, limit: int) -> tuple[Area, ...]:
    """The areas whose postal code begins so."""
    rows = db.session.execute(
        select(*_MUNICIPALITY, *_AREA)
        .join(MunicipalityRow, MunicipalityRow.code == AreaRow.municipality)
        .where(begins(AreaRow.postal_code, digits))
        .order_by(AreaRow.postal_code, AreaRow.municipality, AreaRow.name)
        .limit(limit)
    )
    return tuple(Area(Municipality(*row[:4]), *row[4:]) for row in rows)


def list_leading(text: str, limit: int) -> tuple[Municipality, ...]:
    """What the text begins with: municipalities and prefectures by their whole name, then by the name alone; longest first."""
    key = place_key(text)

    def leads(column: Any) -> ColumnElement[bool]:
        return func.substr(key, 1, func.length(column)) == column

    whole = leads(MunicipalityRow.key)
    alone = leads(MunicipalityRow.name_key) & (MunicipalityRow.name_key != "")
    longest = func.length(case((whole, MunicipalityRow.key), else_=MunicipalityRow.name_key))
    rows = db.session.execute(
        select(*_MUNICIPALITY)
        .where(or_(whole, alone))
        .order_by(case((whole, 0), else_=1), longest.desc(), MunicipalityRow.code)
        .limit(limit)
    )
    return tuple(Municipality(*row) for row in rows)


def list_municipalities(typed: str, limit: int, prefecture: str = "") -> tuple[Municipality, ...]:
    """Municipalities (and prefectures, unless inside one) that hold what was typed in name or reading.

    First those whose own name begins so, then those whose prefecture does, then the rest; by code, from north to south.
    """
    name, kana = place_key(typed), kana_key(typed)
    statement = select(*_MUNICIPALITY)
    if prefecture:
        statement = statement.where(MunicipalityRow.prefecture == prefecture, MunicipalityRow.name_key != "")
    ranks = []
    if name:
        own = [begins(MunicipalityRow.name_key, name), MunicipalityRow.name_key == name]
        held = [MunicipalityRow.key.contains(name, autoescape=True)]
        front = [begins(MunicipalityRow.key, name)]
        if kana:
            own.append(begins(MunicipalityRow.name_kana_key, kana))
            front.append(begins(MunicipalityRow.kana_key, kana))
            held.append(MunicipalityRow.kana_key.contains(kana, autoescape=True))
        statement = statement.where(or_(false(), *held))
        is_prefecture = MunicipalityRow.name_key == ""
        ranks = [case((or_(*front) & is_prefecture, 0), (or_(*own), 1), (or_(*front), 2), else_=3)]
    rows = db.session.execute(statement.order_by(*ranks, MunicipalityRow.code).limit(limit))
    return tuple(Municipality(*row) for row in rows)


def list_areas(code: str, typed: str, limit: int) -> tuple[tuple[str, str, str], ...]:
    """Areas of a municipality that hold what was typed, each name once: name, reading, postal code (empty: several)."""
    name, kana = place_key(typed), kana_key(typed)
    sole = case(
        (func.min(AreaRow.postal_code) == func.max(AreaRow.postal_code), func.min(AreaRow.postal_code)),
        else_="",
    )
    statement = select(AreaRow.name, AreaRow.kana, sole).where(
        AreaRow.municipality == code, AreaRow.name != ""
    )
    ranks: list[ColumnElement[int]] = []
    if name:
        held = [AreaRow.key.contains(name, autoescape=True)]
        front = [begins(AreaRow.key, name)]
        if kana:
            held.append(AreaRow.kana_key.contains(kana, autoescape=True))
            front.append(begins(AreaRow.kana_key, kana))
        statement = statement.where(or_(*held))
        ranks.append(func.min(case((or_(*front), 0), else_=1)))
    grouped = statement.group_by(AreaRow.name, AreaRow.kana, AreaRow.kana_key)
    rows = db.session.execute(grouped.order_by(*ranks, AreaRow.kana_key, AreaRow.name).limit(limit))
    return tuple((row[0], row[1], row[2]) for row in rows)


def find_postal_code(code: str, rest: str) -> str:
    """The postal code of the area that an address begins with after its municipality; empty where it is not certain."""
    key = place_key(rest)
    leads = func.substr(key, 1, func.length(AreaRow.key)) == AreaRow.key
    rows = db.session.execute(
        select(AreaRow.key, AreaRow.postal_code)
        .where(AreaRow.municipality == code, AreaRow.name != "", leads)
        .order_by(func.length(AreaRow.key).desc())
        .limit(2)
    ).all()
    if not rows or (len(rows) == 2 and rows[0][0] == rows[1][0]):
        return ""
    return str(rows[0][1])


def count_areas() -> tuple[int, dict[str, int]]:
    """How many municipalities there are, and how many areas by source."""
    places = select(func.count()).select_from(MunicipalityRow).where(MunicipalityRow.name != "")
    rows = db.session.execute(select(AreaRow.source, func.count()).group_by(AreaRow.source))
    return db.session.scalar(places) or 0, {row[0]: row[1] for row in rows}
