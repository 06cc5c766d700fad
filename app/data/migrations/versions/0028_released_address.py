"""Releases that let one paper print the address of a protected person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("case_release", sa.Column("form", sa.String(length=80), server_default="", nullable=False))
    op.add_column("case_release", sa.Column("paper", sa.String(length=64), server_default="", nullable=False))
    op.add_column("case_release", sa.Column("case_version", sa.Integer(), server_default="0", nullable=False))
