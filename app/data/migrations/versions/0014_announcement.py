"""Announcements with their readers, personal settings of the staff, and whether a session's screen is covered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("preferences", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("staff_session") as table:
        table.add_column(sa.Column("covered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "announcement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("counters", sa.JSON(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("must_read", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["written_by"], ["staff.id"], name=op.f("fk_announcement_written_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(op.f("ix_announcement_last_on"), "announcement", ["last_on"], unique=False)
    op.create_table(
        "announcement_read",
        sa.Column("announcement_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"],
            name=op.f("fk_announcement_read_announcement_id_announcement"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_announcement_read_staff_id_staff")),
        sa.PrimaryKeyConstraint("announcement_id", "staff_id", name=op.f("pk_announcement_read")),
    )  # fmt: skip
