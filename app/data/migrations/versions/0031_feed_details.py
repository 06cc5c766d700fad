"""The faults of refused files of the data links, and examples of what a file would change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "feed_job_reject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("read", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["feed_job_file.id"], name=op.f("fk_feed_job_reject_file_id_feed_job_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_job_reject")),
    )
    op.create_index(op.f("ix_feed_job_reject_file_id"), "feed_job_reject", ["file_id"])
    op.create_table(
        "feed_job_example",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person_number", sa.String(length=24), nullable=True),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["feed_job_file.id"], name=op.f("fk_feed_job_example_file_id_feed_job_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_job_example")),
    )
    op.create_index(op.f("ix_feed_job_example_file_id"), "feed_job_example", ["file_id"])
