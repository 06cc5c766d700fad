"""Staff: sections, periods of roles, first passwords, and changes of staff for a day (人事異動)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("section", sa.String(length=60), server_default="", nullable=False))
        table.add_column(sa.Column("next_name", sa.String(length=60), nullable=True))
        table.add_column(sa.Column("next_section", sa.String(length=60), nullable=True))
        table.add_column(sa.Column("next_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("temporary_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("staff_assignment") as table:
        table.add_column(sa.Column("since", sa.Date(), server_default="2000-01-01", nullable=False))
        table.add_column(sa.Column("until", sa.Date(), nullable=True))
    op.add_column("staff_session", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "staff_transfer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by", sa.String(length=40), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=40), nullable=True),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_transfer"),
    )
    op.create_index("ix_staff_transfer_effective_on", "staff_transfer", ["effective_on"])
    op.create_index("ix_staff_transfer_made_at", "staff_transfer", ["made_at"])
    op.create_table(
        "staff_transfer_line",
        sa.Column("transfer_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["staff_transfer.id"], name="fk_staff_transfer_line_transfer_id_staff_transfer"
        ),
        sa.PrimaryKeyConstraint("transfer_id", "staff_id", name="pk_staff_transfer_line"),
    )
    op.create_index("ix_staff_transfer_line_staff_id", "staff_transfer_line", ["staff_id"])
