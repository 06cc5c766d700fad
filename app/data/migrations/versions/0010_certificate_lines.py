"""What is asked about a line of a certificate request besides its contents, and when it was issued.

The fiscal year, a fact of the person until now, goes to the line it was chosen for.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_UNIQUE = "uq_case_certificate_case_id_kind_subject_options_key"
_YEAR = "certificate.year."


def upgrade() -> None:
    with op.batch_alter_table("case_certificate") as table:
        table.add_column(sa.Column("entered", sa.JSON(), server_default="{}", nullable=False))
        table.add_column(sa.Column("years", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("issued_by", sa.String(length=40), server_default="", nullable=False))
        table.drop_constraint(_UNIQUE, type_="unique")
        table.drop_column("options_key")
    _move_years()


def _move_years() -> None:
    connection = op.get_bind()
    facts = connection.execute(
        sa.text("SELECT case_id, subject, name, value FROM case_fact WHERE name LIKE :name"),
        {"name": f"{_YEAR}%"},
    ).all()
    for case_id, subject, name, value in facts:
        connection.execute(
            sa.text(
                "UPDATE case_certificate SET years = :years"
                " WHERE case_id = :case_id AND subject = :subject AND kind = :kind"
            ).bindparams(sa.bindparam("years", type_=sa.JSON())),
            {"years": [_number(value)], "case_id": case_id, "subject": subject, "kind": name.removeprefix(_YEAR)},
        )
    connection.execute(sa.text("DELETE FROM case_fact WHERE name LIKE :name"), {"name": f"{_YEAR}%"})


def _number(value: Any) -> int:
    # SQLite hands JSON over as its text, PostgreSQL as what it stands for.
    return int(json.loads(value) if isinstance(value, str) else value)
