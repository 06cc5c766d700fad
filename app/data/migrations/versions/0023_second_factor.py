"""Second factors of staff, and sign-ins that wait for one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "staff_factor",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("used_step", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("key_count", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_factor_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_factor"),
        sa.UniqueConstraint("credential_id", name="uq_staff_factor_credential_id"),
    )
    op.create_index("ix_staff_factor_staff_id", "staff_factor", ["staff_id"])
    op.create_table(
        "staff_half_sign_in",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("counter", sa.String(length=20), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter"], ["counter.code"], name="fk_staff_half_sign_in_counter_counter"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_half_sign_in_staff_id_staff"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_staff_half_sign_in"),
    )
    op.create_index("ix_staff_half_sign_in_staff_id", "staff_half_sign_in", ["staff_id"])
    op.create_index("ix_staff_half_sign_in_begun_at", "staff_half_sign_in", ["begun_at"])
