"""Relations between persons, memos and persons for one counter or business only, and the index of addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "person_relation",
        sa.Column("data_set", sa.String(length=3), nullable=False),
        sa.Column("row_key", _BYTEWISE, nullable=False),
        sa.Column("person_number", _BYTEWISE, nullable=False),
        sa.Column("other_number", _BYTEWISE, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "row_key", name=op.f("pk_person_relation")),
    )
    op.create_index(op.f("ix_person_relation_person_number"), "person_relation", ["person_number"])
    op.create_index(op.f("ix_person_relation_other_number"), "person_relation", ["other_number"])
    op.add_column("person_flag", sa.Column("audience", sa.String(length=10), server_default="", nullable=False))
    op.add_column("person", sa.Column("reserved_for", sa.String(length=3), server_default="", nullable=False))
    op.create_index("ix_person_town_lot", "person", ["town", "lot"])
