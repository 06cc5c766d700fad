"""Places of the whole country, and of the city with validity, districts and source.

The tables of the city's own places are projections of data set 18; they come back with `flask addresses load`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for table in ("town", "lot", "building"):
        op.drop_table(table)
    _town()
    _lot()
    _building()
    _municipality()
    _area()
    _place_source()


def _town() -> None:
    op.create_table(
        "town",
        sa.Column("town_id", sa.String(length=7), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("key", _BYTEWISE, nullable=False),
        sa.Column("kana_key", _BYTEWISE, nullable=False),
        sa.Column("postal_code", sa.String(length=7), nullable=False),
        sa.Column("residence", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("elementary", sa.Text(), nullable=False),
        sa.Column("junior_high", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("town_id", name=op.f("pk_town")),
    )
    for column in ("key", "kana_key", "postal_code"):
        op.create_index(op.f(f"ix_town_{column}"), "town", [column], unique=False)


def _lot() -> None:
    op.create_table(
        "lot",
        sa.Column("row_key", _BYTEWISE, nullable=False),
        sa.Column("town_id", sa.String(length=7), nullable=False),
        sa.Column("number", _BYTEWISE, nullable=False),
        sa.Column("position", _BYTEWISE, nullable=False),
        sa.Column("residence", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("row_key", name=op.f("pk_lot")),
    )
    op.create_index("ix_lot_town_id_position", "lot", ["town_id", "position"], unique=False)
    op.create_index("ix_lot_town_id_number", "lot", ["town_id", "number"], unique=False)


def _building() -> None:
    op.create_table(
        "building",
        sa.Column("row_key", _BYTEWISE, nullable=False),
        sa.Column("town_id", sa.String(length=7), nullable=False),
        sa.Column("lot", _BYTEWISE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("key", _BYTEWISE, nullable=False),
        sa.Column("kana_key", _BYTEWISE, nullable=False),
        sa.Column("postal_code", sa.String(length=7), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("row_key", name=op.f("pk_building")),
    )
    op.create_index("ix_building_town_id_lot", "building", ["town_id", "lot"], unique=False)


def _municipality() -> None:
    op.create_table(
        "municipality",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("prefecture", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("key", _BYTEWISE, nullable=False),
        sa.Column("name_key", _BYTEWISE, nullable=False),
        sa.Column("kana_key", _BYTEWISE, nullable=False),
        sa.Column("name_kana_key", _BYTEWISE, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipality")),
    )


def _area() -> None:
    op.create_table(
        "area",
        sa.Column("row_key", _BYTEWISE, nullable=False),
        sa.Column("municipality", sa.String(length=6), nullable=False),
        sa.Column("postal_code", _BYTEWISE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("key", _BYTEWISE, nullable=False),
        sa.Column("kana_key", _BYTEWISE, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("row_key", name=op.f("pk_area")),
    )
    for column in ("municipality", "postal_code"):
        op.create_index(op.f(f"ix_area_{column}"), "area", [column], unique=False)


def _place_source() -> None:
    op.create_table(
        "place_source",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("passed_over", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_place_source")),
    )
