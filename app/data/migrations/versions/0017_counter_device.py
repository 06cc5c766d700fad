"""Card readers and customer screens of the counters, and the slots in which a card is read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "counter_device",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("counter", sa.String(length=20), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("last_count", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["counter"], ["counter.code"], name="fk_counter_device_counter_counter"),
        sa.PrimaryKeyConstraint("id", name="pk_counter_device"),
    )
    op.create_index("ix_counter_device_counter", "counter_device", ["counter"])
    op.create_index("ix_counter_device_secret", "counter_device", ["secret"])
    op.create_table(
        "card_slot",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("session", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("counter", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=True),
        sa.Column("reading", sa.JSON(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_card_slot_case_id_case_file"),
        sa.ForeignKeyConstraint(
            ["device_id"], ["counter_device.id"], name="fk_card_slot_device_id_counter_device"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_card_slot"),
    )
    for column in ("device_id", "state", "expires_at"):
        op.create_index(f"ix_card_slot_{column}", "card_slot", [column])
    op.create_table(
        "customer_view",
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("session", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("language_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.String(length=10), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_customer_view_case_id_case_file"),
        sa.ForeignKeyConstraint(
            ["device_id"], ["counter_device.id"], name="fk_customer_view_device_id_counter_device"
        ),
        sa.PrimaryKeyConstraint("device_id", name="pk_customer_view"),
    )
