"""Cases in several hands: handovers, messages to staff, ticks of other counters, continuations and corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    with op.batch_alter_table("case_file") as table:
        table.add_column(sa.Column("held_since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("continues", sa.String(length=32), nullable=True))
        table.create_foreign_key("fk_case_file_continues_case_file", "case_file", ["continues"], ["id"])
    op.create_table(
        "case_handover",
        sa.Column("id", sa.String(length=32), nullable=False),
        _case("case_handover"),
        sa.Column("procedure", sa.String(length=40), nullable=False),
        *_references("case_handover", from_staff="staff", from_counter="counter", to_counter="counter"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        *_references("case_handover", True, answered_by="staff"),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_handover"),
    )
    op.create_index("ix_case_handover_case_id", "case_handover", ["case_id"])
    op.create_index("ix_case_handover_to_counter_state", "case_handover", ["to_counter", "state"])
    op.create_table(
        "case_message",
        sa.Column("id", sa.String(length=32), nullable=False),
        _case("case_message"),
        *_references("case_message", to_staff="staff"),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_references("case_message", sent_by="staff"),
        sa.Column("counter", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_case_message"),
    )
    op.create_index("ix_case_message_case_id", "case_message", ["case_id"])
    op.create_index("ix_case_message_to_staff_read_at", "case_message", ["to_staff", "read_at"])
    op.create_table(
        "case_tick",
        sa.Column("id", sa.Integer(), nullable=False),
        _case("case_tick"),
        sa.Column("procedure", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_references("case_tick", by="staff"),
        sa.Column("counter", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_tick"),
    )
    op.create_index("ix_case_tick_case_id", "case_tick", ["case_id"])
    _corrections()


def _corrections() -> None:
    op.create_table(
        "case_correction",
        _case("case_correction"),
        *_references("case_correction", corrects="case_file"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        *_references("case_correction", asked_by="staff"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        *_references("case_correction", True, decided_by="staff"),
        sa.Column("consented", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_correction"),
    )
    op.create_index("ix_case_correction_corrects", "case_correction", ["corrects"])
    op.create_index("ix_case_correction_submitted_at", "case_correction", ["submitted_at"])


_KEYS = {"staff": ("id", 40), "counter": ("code", 20), "case_file": ("id", 32)}


def _references(table: str, nullable: bool = False, **columns: str) -> list[sa.Column[str]]:
    """Columns that name a row of another table."""
    return [
        sa.Column(
            name,
            sa.String(length=_KEYS[to][1]),
            sa.ForeignKey(f"{to}.{_KEYS[to][0]}", name=f"fk_{table}_{name}_{to}"),
            nullable=nullable,
        )
        for name, to in columns.items()
    ]


def _case(table: str) -> sa.Column[str]:
    return _references(table, case_id="case_file")[0]
