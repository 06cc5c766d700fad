"""Room on the pages of the register for the rows that a night changes."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    # It counts for pages written from now on; those that are full stay so until the table is written anew.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE register_row SET (fillfactor = 90)")
