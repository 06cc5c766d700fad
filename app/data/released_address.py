"""The address of a protected person for the one paper it was released for: the only way out of the vault but its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import select

from app.data import forms, vault
from app.data.forms import Forms
from app.data.models.register import RegisterRow
from app.data.person_making import PlainRow
from app.data.projection import NOTICE_SET, Row, project
from app.data.sealing import Withheld, merged
from app.data.staging import PERSON_SETS
from app.domain.errors import Refused
from app.domain.person import WITHHELD, Address
from app.domain.register import notice_of
from app.domain.releases import Release
from app.extensions import db

_PLACE = ("prefecture", "city", "town", "lot", "building", "postal_code")
Withheldings = Mapping[tuple[str, str], Mapping[str, str]]
_ROWS = select(
    RegisterRow.data_set, RegisterRow.row_key, RegisterRow.history, RegisterRow.latest, RegisterRow.deleted,
    RegisterRow.gone, RegisterRow.form, RegisterRow.payload,
)  # fmt: skip


def read_address(key: bytes, columns: Mapping[str, Withheld], release: Release, now: datetime) -> Address:
    """Where the person of the release lives now; WITHHELD when the register does not say.

    ``key`` is that of the vault, ``columns`` are the withheld columns of every data set. Raises Refused when the release
    does not count at this moment or is for no paper.
    """
    if not release.opens_address or not release.counts(now):
        raise Refused("住所の印字は許可されていないか、許可の時間が過ぎています。")
    number, notice = release.number, notice_of(release.number)
    known = forms.load(db.session.connection())
    withheld = vault.read_owners(key, [number, *([notice] if notice else [])])
    own = _ROWS.where(RegisterRow.person_number == number, RegisterRow.data_set.in_(PERSON_SETS))
    rows = [_whole(known, cast(PlainRow, tuple(row)), withheld, columns) for row in db.session.execute(own)]
    announced = _ROWS.where(RegisterRow.data_set == NOTICE_SET, RegisterRow.row_key == notice)
    notices = [
        _whole(known, cast(PlainRow, tuple(row)), withheld, columns)
        for row in db.session.execute(announced)
        if notice
    ]
    found = project(number, rows, {row.row_key: row for row in notices}, protected=False)
    if found is None:
        return WITHHELD
    prefecture, city, town, lot, building, postal_code = (str(found.columns[name]) for name in _PLACE)
    return Address(prefecture, city, town, lot, building, postal_code)


def _whole(known: Forms, row: PlainRow, withheld: Withheldings, columns: Mapping[str, Withheld]) -> Row:
    """The row with what was withheld of it."""
    data_set, row_key, history, latest, deleted, gone, form, payload = row
    values = merged(known.unpack(form, payload), withheld.get((data_set, row_key), {}), columns[data_set])
    return Row(data_set, row_key, history, latest, deleted, gone, form, known.pack(form, values), known)
