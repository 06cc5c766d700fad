"""Review of received procedures, and applications that came twice; what was received before waits from its last change on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.batch_alter_table("case_procedure") as table:
        table.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("changed_by", sa.String(length=40), server_default="", nullable=False))
        table.add_column(sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("received_by", sa.String(length=40), server_default="", nullable=False))
        table.add_column(sa.Column("received_counter", sa.String(length=20), server_default="", nullable=False))
    op.create_index("ix_case_procedure_state_received_at", "case_procedure", ["state", "received_at"])
    op.execute(
        "UPDATE case_procedure SET "
        "changed_at = (SELECT changed_at FROM case_file WHERE case_file.id = case_procedure.case_id), "
        "received_at = (SELECT changed_at FROM case_file WHERE case_file.id = case_procedure.case_id), "
        "received_by = (SELECT held_by FROM case_file WHERE case_file.id = case_procedure.case_id), "
        "received_counter = (SELECT counter FROM case_file WHERE case_file.id = case_procedure.case_id) "
        "WHERE state = 'received'"
    )
    _entries()
    _duplicates()


def _entries() -> None:
    op.create_table(
        "review_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("procedure", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("counter", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_review_entry_case_id_case_file"),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name="fk_review_entry_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_review_entry"),
    )
    op.create_index("ix_review_entry_case_id", "review_entry", ["case_id"])


def _duplicates() -> None:
    op.create_table(
        "case_duplicate",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("other_case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=False),
        sa.Column("counter", sa.String(length=20), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=40), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_duplicate_case_id_case_file"),
        sa.ForeignKeyConstraint(
            ["other_case_id"], ["case_file.id"], name="fk_case_duplicate_other_case_id_case_file"
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["staff.id"], name="fk_case_duplicate_confirmed_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_case_duplicate"),
        sa.UniqueConstraint(
            "case_id", "other_case_id", "kind", "code", name="uq_case_duplicate_case_id_other_case_id_kind_code"
        ),
    )
    op.create_index("ix_case_duplicate_found_at", "case_duplicate", ["found_at"])
