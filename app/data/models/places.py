"""Places to pick an address from. No row comes from a person: `town`, `lot` and `building` are projections of data set 18
and of the address base registry, `area` of the postal data of the country, all of them public."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import UtcDateTime
from app.data.models.register import BYTEWISE
from app.extensions import Base


class TownRow(Base):
    """A town (町字) of the city with what it is found by; days as ISO texts, the last 9999-12-31 while it exists.

    ``source``: 18a or registry. A ``held`` row of the registry stands before the feed's, because staff asked for it.
    """

    __tablename__ = "town"

    town_id: Mapped[str] = mapped_column(String(7), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kana: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(BYTEWISE, index=True)
    kana_key: Mapped[str] = mapped_column(BYTEWISE, index=True)
    postal_code: Mapped[str] = mapped_column(String(7), index=True)
    residence: Mapped[bool] = mapped_column(Boolean)
    valid_from: Mapped[str] = mapped_column(String(10))
    valid_to: Mapped[str] = mapped_column(String(10))
    district: Mapped[str] = mapped_column(Text)
    elementary: Mapped[str] = mapped_column(Text)
    junior_high: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(10))
    held: Mapped[bool] = mapped_column(Boolean)


class LotRow(Base):
    """A lot (地番) or house number (住居番号) of a town; ``position`` orders 2 before 10, house numbers before lots."""

    __tablename__ = "lot"
    __table_args__ = (
        Index("ix_lot_town_id_position", "town_id", "position"),
        Index("ix_lot_town_id_number", "town_id", "number"),
    )

    row_key: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    town_id: Mapped[str] = mapped_column(String(7))
    number: Mapped[str] = mapped_column(BYTEWISE)
    position: Mapped[str] = mapped_column(BYTEWISE)
    residence: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str] = mapped_column(String(10))


class BuildingRow(Base):
    """A building (方書) of a town and lot."""

    __tablename__ = "building"
    __table_args__ = (Index("ix_building_town_id_lot", "town_id", "lot"),)

    row_key: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    town_id: Mapped[str] = mapped_column(String(7))
    lot: Mapped[str] = mapped_column(BYTEWISE)
    name: Mapped[str] = mapped_column(Text)
    kana: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(BYTEWISE)
    kana_key: Mapped[str] = mapped_column(BYTEWISE)
    postal_code: Mapped[str] = mapped_column(String(7))
    valid_from: Mapped[str] = mapped_column(String(10))
    valid_to: Mapped[str] = mapped_column(String(10))


class MunicipalityRow(Base):
    """A municipality (市区町村) of Japan, or a prefecture (``name`` empty), under its code of six digits.

    ``key`` and ``kana_key`` are of prefecture and name, ``name_key`` and ``name_kana_key`` of the name alone.
    """

    __tablename__ = "municipality"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    prefecture: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kana: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(BYTEWISE)
    name_key: Mapped[str] = mapped_column(BYTEWISE)
    kana_key: Mapped[str] = mapped_column(BYTEWISE)
    name_kana_key: Mapped[str] = mapped_column(BYTEWISE)


class AreaRow(Base):
    """A postal area (町域) of a municipality; ``source``: 18d (the city's feed) or postal (the file of the product)."""

    __tablename__ = "area"

    row_key: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    municipality: Mapped[str] = mapped_column(String(6), index=True)
    postal_code: Mapped[str] = mapped_column(BYTEWISE, index=True)
    name: Mapped[str] = mapped_column(Text)
    kana: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(BYTEWISE)
    kana_key: Mapped[str] = mapped_column(BYTEWISE)
    note: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(10))


class PlaceSourceRow(Base):
    """The last file of places that was taken in of each kind (postal, town, parcel, residence), besides the feeds."""

    __tablename__ = "place_source"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    file: Mapped[str] = mapped_column(Text)
    as_of: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer)
    passed_over: Mapped[int] = mapped_column(Integer)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    loaded_by: Mapped[str] = mapped_column(String(40))
