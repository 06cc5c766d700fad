"""What a reader's program says of itself, and the agreement to the last try of a PIN."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("counter_device") as table:
        table.add_column(sa.Column("version", sa.String(length=20), server_default="", nullable=False))
        table.add_column(sa.Column("readers", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("problem", sa.String(length=20), server_default="", nullable=False))
    with op.batch_alter_table("card_slot") as table:
        table.add_column(sa.Column("last_try", sa.Boolean(), server_default=sa.false(), nullable=False))
