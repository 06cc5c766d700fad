"""Offices and their opening calendars (開庁暦); every counter belongs to the city hall until it is said otherwise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    office = op.create_table(
        "office",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_office")),
        sa.UniqueConstraint("title", name=op.f("uq_office_title")),
    )
    op.bulk_insert(office, [{"code": "city_hall", "title": "市役所", "position": 1}])
    op.add_column(
        "counter", sa.Column("office", sa.String(length=20), server_default="city_hall", nullable=False)
    )
    op.create_table(
        "opening_calendar",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("office", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["office"], ["office.code"], name=op.f("fk_opening_calendar_office_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_calendar")),
    )
    op.create_index(op.f("ix_opening_calendar_office"), "opening_calendar", ["office"], unique=False)
