"""Queries about persons and households: the door of the data room to the register."""

from __future__ import annotations

from sqlalchemy import select

from app.data.forms import unpack
from app.data.models.register import RegisterRow
from app.data.persons import (
    get_person,
    get_person_by_number,
    list_expected,
    list_expected_born,
    list_household,
    may_see,
)
from app.data.projection import EXPECTED_SET, NOTICE_SET
from app.data.search import search
from app.domain.disclosure import Disclosure
from app.domain.errors import NotFound
from app.domain.person import Category
from app.domain.register import MoveInNotice
from app.extensions import db

__all__ = [
    "get_move_in",
    "get_person",
    "get_person_by_number",
    "list_expected",
    "list_expected_born",
    "list_household",
    "search",
]

_UNKNOWN = "この受付番号の転出証明書情報は届いていません。番号を確認してください。"


def get_move_in(receipt_number: str, disclosure: Disclosure) -> MoveInNotice:
    """The move-out notice with this receipt number and its people in their order.

    Raises NotFound when there is none, it was taken back, or it may not be read.
    """
    if not (disclosure.may_read(NOTICE_SET) and may_see(Category.EXPECTED, disclosure)):
        raise NotFound(_UNKNOWN)
    notice = db.session.execute(
        select(RegisterRow.form, RegisterRow.payload).where(
            RegisterRow.data_set == NOTICE_SET,
            RegisterRow.row_key == receipt_number,
            RegisterRow.deleted.is_(False),
        )
    ).one_or_none()
    if notice is None:
        raise NotFound(_UNKNOWN)
    first = f"{receipt_number}|"
    rows = db.session.execute(
        select(RegisterRow.form, RegisterRow.payload).where(
            RegisterRow.data_set == EXPECTED_SET,
            RegisterRow.row_key >= first,
            RegisterRow.row_key < first + "\U0010ffff",
            RegisterRow.deleted.is_(False),
            RegisterRow.gone.is_(False),
        )
    )
    people = sorted(
        (disclosure.visible(EXPECTED_SET, unpack(*row)) for row in rows),
        key=lambda row: int(row.get("renban", "0")),
    )
    return MoveInNotice(
        receipt_number, unpack(*notice), tuple(people), list_expected(receipt_number, disclosure)
    )
