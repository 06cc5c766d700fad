"""Rows of the vault for who names them, and no address beside a protected person."""

from __future__ import annotations

from alembic import op

from app.data.row_policies import WITHHELD, statements

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.execute(
        "UPDATE person SET town = '（住所は表示できません）', prefecture = '', city = '', lot = '', building = '',"
        f" postal_code = '' WHERE protected AND NOT ({WITHHELD})"  # noqa: S608
    )
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)
