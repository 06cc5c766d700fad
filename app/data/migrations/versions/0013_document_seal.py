"""The seal that binds a stored paper to its job; papers that are there already have none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("seal", sa.String(length=64), server_default="", nullable=False))
