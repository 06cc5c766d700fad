"""For what persons are opened outside a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "person_look",
        sa.Column("session", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session", "person_id", name=op.f("pk_person_look")),
    )
    op.create_index("ix_person_look_staff_id_chosen_at", "person_look", ["staff_id", "chosen_at"])
