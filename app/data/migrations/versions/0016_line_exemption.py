"""The exemption (減免) of a single line of a certificate request; lines that are there already follow their request."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    with op.batch_alter_table("case_certificate") as table:
        table.add_column(sa.Column("exemption", sa.String(length=40), server_default="", nullable=False))
