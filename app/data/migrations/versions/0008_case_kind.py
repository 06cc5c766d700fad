"""Room for the names of all kinds of case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("case_file", "kind", type_=sa.String(length=40), existing_nullable=True)
        return
    # Made anew, the table would take with it whatever refers to it; a column of its own does not.
    op.add_column("case_file", sa.Column("wide_kind", sa.String(length=40), nullable=True))
    op.execute("UPDATE case_file SET wide_kind = kind")
    op.execute("ALTER TABLE case_file DROP COLUMN kind")
    op.execute("ALTER TABLE case_file RENAME COLUMN wide_kind TO kind")
