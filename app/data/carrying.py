"""Announced movers (転入予定の方) who are protected, and residents who may be the same persons under their new numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from app.data import gaiji
from app.data.forms import unpack
from app.data.models.register import PersonRow, ProtectionRow, RegisterRow
from app.data.projection import EXPECTED_SET
from app.domain.dates import PartialDate
from app.domain.names import kanji_key
from app.domain.person import Status
from app.extensions import db

MOST = 50


@dataclass(frozen=True)
class Match:
    """A protected mover, and the number of an unprotected resident of the same name and birth date."""

    mover: str
    name: str
    resident: str


def list_matches() -> tuple[Match, ...]:
    """Who may have come under a new number without his protection, the first `MOST`."""
    found: list[Match] = []
    for mover, name, birth in _movers():
        rows = db.session.execute(
            select(PersonRow.number, PersonRow.name).where(
                PersonRow.birth == birth,
                PersonRow.status == Status.RESIDENT.value,
                PersonRow.protected.is_(False),
            )
        )
        found += [Match(mover, name, number) for number, other in rows if _same(name, other)]
    return tuple(found[:MOST])


def _movers() -> Iterator[tuple[str, str, str]]:
    """Number, name and birth date of each; the row of the notice stays when the person is expected no longer."""
    rows = db.session.execute(
        select(RegisterRow.person_number, RegisterRow.form, RegisterRow.payload)
        .join(ProtectionRow, ProtectionRow.number == RegisterRow.person_number)
        .where(RegisterRow.data_set == EXPECTED_SET, RegisterRow.deleted.is_(False))
        .order_by(RegisterRow.person_number)
    ).all()
    for number, form, payload in rows:
        values = unpack(form, payload)
        birth = PartialDate.from_standard(values.get("seinengappi", ""), "", "")
        if birth is not None and number and values.get("shimei"):
            yield number, values["shimei"], birth.iso


def _same(name: str, other: str) -> bool:
    return kanji_key(gaiji.plain_text(name)) == kanji_key(gaiji.plain_text(other))
