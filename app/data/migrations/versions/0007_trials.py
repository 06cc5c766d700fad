"""Trials of content, what they found, and households invented to try it on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "content_trial",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("judged_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("tally", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("finished_at", moment, nullable=True),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("held_until", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["base"], ["content_version.id"], name=op.f("fk_content_trial_base_content_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_trial")),
    )
    for column in ("asked_at", "digest", "source", "state"):
        op.create_index(op.f(f"ix_content_trial_{column}"), "content_trial", [column])
    op.create_table(
        "content_trial_line",
        sa.Column("trial_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["content_trial.id"], name=op.f("fk_content_trial_line_trial_id_content_trial")
        ),
        sa.PrimaryKeyConstraint("trial_id", "position", name=op.f("pk_content_trial_line")),
    )
    op.create_table(
        "invented_household",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invented_household")),
    )
    op.create_index(op.f("ix_invented_household_staff_id"), "invented_household", ["staff_id"])
