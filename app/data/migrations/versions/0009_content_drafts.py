"""Drafts of the content pack, and from when on a published version is in force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _version()
    _draft()
    _line()
    _change()


def _version() -> None:
    moment = sa.DateTime(timezone=True)
    for column in (
        sa.Column("in_force_on", sa.Date(), server_default="2000-01-01", nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("edited_by", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=True),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("withdrawn_by", sa.String(length=40), nullable=True),
    ):
        op.add_column("content_version", column)
    op.create_index(op.f("ix_content_version_in_force_on"), "content_version", ["in_force_on"])
    # What was published before is in force since that day.
    day = "date(published_at)" if op.get_bind().dialect.name == "sqlite" else "CAST(published_at AS date)"
    op.execute(f"UPDATE content_version SET in_force_on = {day}")


def _draft() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "content_draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("pack_title", sa.String(length=120), nullable=False),
        sa.Column("pack_version", sa.String(length=60), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("forms", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("begun_by", sa.String(length=40), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("changed_by", sa.String(length=40), nullable=False),
        sa.Column("submitted_at", moment, nullable=True),
        sa.Column("submitted_by", sa.String(length=40), nullable=True),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_version"], ["content_version.id"], name=op.f("fk_content_draft_base_version_content_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_draft")),
    )
    op.create_index(op.f("ix_content_draft_state"), "content_draft", ["state"])


def _line() -> None:
    op.create_table(
        "content_draft_line",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["content_draft.id"], name=op.f("fk_content_draft_line_draft_id_content_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_draft_line")),
    )
    op.create_index(op.f("ix_content_draft_line_draft_id"), "content_draft_line", ["draft_id"])


def _change() -> None:
    op.create_table(
        "content_draft_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("line_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("line_version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("undone", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["content_draft.id"], name=op.f("fk_content_draft_change_draft_id_content_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_draft_change")),
    )
    for column in ("act", "draft_id"):
        op.create_index(op.f(f"ix_content_draft_change_{column}"), "content_draft_change", [column])
