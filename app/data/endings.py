"""Whose protection may be ended, requests to end it, and ending it: the addresses come back out of the vault."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, insert, or_, select

from app.data import feed_switch, following, gaiji, vault
from app.data.batches import in_batches
from app.data.cells import Cells
from app.data.feed_switch import Ground
from app.data.models.base import utc_now
from app.data.models.ending import EndingRow
from app.data.models.register import PersonRow, ProtectionRow, RegisterRow, SearchKeyRow
from app.data.person_making import Chunk, Maker, PlainRow, receipts
from app.data.projection import EXPECTED_SET, NOTICE_SET, Row
from app.data.protection import PROVISIONAL
from app.data.staging import PERSON_SETS
from app.domain.endings import Ending, EndingState, Standing
from app.domain.errors import NotFound
from app.domain.register import notice_of
from app.extensions import db

MOST = 200
"""Persons and requests that are listed, the oldest first."""

GONE = "この依頼は、すでに判断されたか取り消されています。一覧を開き直してください。"
_PERSON, _KEY = cast(Table, PersonRow.__table__), cast(Table, SearchKeyRow.__table__)


def list_standing() -> tuple[Standing, ...]:
    """Those whose end awaits a decision (解除待ち), and those flagged by hand, the oldest first."""
    rows = db.session.scalars(
        select(ProtectionRow)
        .where(or_(ProtectionRow.pending_since.is_not(None), ProtectionRow.ground == PROVISIONAL))
        .order_by(ProtectionRow.since, ProtectionRow.number)
        .limit(MOST)
    )
    return tuple(Standing(row.number, row.ground, row.since, row.pending_since) for row in rows)


def list_together(number: str) -> tuple[str, ...]:
    """The person and everybody who is protected only because of him."""
    rows = db.session.scalars(
        select(ProtectionRow.number)
        .where(or_(ProtectionRow.number == number, ProtectionRow.source == number))
        .order_by(ProtectionRow.number)
    )
    return tuple(rows)


def list_others_at_home(numbers: Collection[str]) -> tuple[str, ...]:
    """Protected persons whom the protection of one of these would reach (household, other numbers), not among them."""
    found: list[str] = []
    around = following.list_followers(db.session.connection(), numbers, following.STORED)
    for batch in in_batches(around.keys() - set(numbers)):
        found += db.session.scalars(select(ProtectionRow.number).where(ProtectionRow.number.in_(batch)))
    return tuple(sorted(found))


def list_waiting() -> tuple[Ending, ...]:
    """Requests that wait for a decision, the oldest first."""
    rows = db.session.scalars(
        select(EndingRow)
        .where(EndingRow.state == EndingState.ASKED)
        .order_by(EndingRow.asked_at, EndingRow.id)
        .limit(MOST)
    )
    return tuple(map(_ending, rows))


def ask(number: str, reason: str, staff_id: str) -> str:
    """Note a request; its id."""
    row = EndingRow(
        person_number=number, state=EndingState.ASKED, reason=reason, asked_by=staff_id, asked_at=utc_now()
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def get_asked(ending_id: str, *, lock: bool = False) -> Ending:
    """A request that waits. Raises NotFound."""
    row = db.session.get(EndingRow, ending_id, with_for_update=lock, populate_existing=True)
    if row is None or row.state != EndingState.ASKED:
        raise NotFound(GONE)
    return _ending(row)


def decide(ending_id: str, staff_id: str, *, allowed: bool) -> None:
    """Note the answer to a request that was locked."""
    row = db.session.get_one(EndingRow, ending_id)
    row.state = EndingState.ENDED if allowed else EndingState.REFUSED
    row.decided_by, row.decided_at = staff_id, utc_now()
    db.session.flush()


def end(connection: Connection, ground: Ground, identity: bytes, numbers: Sequence[str]) -> None:
    """These are not protected any more: register and search hold their addresses again. What cases lost stays lost.

    An import that was prepared before notices it and is not switched in. Only in a transaction.
    """
    feed_switch.take_turn(connection)
    notices = sorted({notice_of(one) for one in numbers} - {""})
    vault.restore(connection, ground.vault_key, ground.forms, [*numbers, *notices], ground.columns)
    for batch in in_batches(numbers):
        connection.execute(delete(ProtectionRow).where(ProtectionRow.number.in_(batch)))
        _renew(connection, ground, identity, batch)


def _renew(connection: Connection, ground: Ground, identity: bytes, numbers: Sequence[str]) -> None:
    """Make these persons and their search keys anew from their rows."""
    serials = dict(
        connection.execute(
            select(PersonRow.number, PersonRow.serial).where(PersonRow.number.in_(numbers))
        ).all()
    )
    stored = connection.execute(
        _ROWS.where(RegisterRow.person_number.in_(numbers), RegisterRow.data_set.in_(PERSON_SETS))
    )
    rows: dict[str, list[PlainRow]] = {}
    for number, *row in stored:
        rows.setdefault(str(number), []).append(cast(PlainRow, tuple(row)))
    expected = [Row(*row, ground.forms) for group in rows.values() for row in group if row[0] == EXPECTED_SET]
    notices = connection.execute(
        _ROWS.where(RegisterRow.data_set == NOTICE_SET, RegisterRow.row_key.in_(sorted(receipts(expected))))
    )
    found = {str(row[2]): cast(PlainRow, tuple(row[1:])) for row in notices}
    maker = Maker(
        Cells(ground.forms.columns), identity, frozenset(), gaiji.stored_table(),
        tuple(column.name for column in _PERSON.columns), as_text=False,
    )  # fmt: skip
    made = maker.make(Chunk(serials, rows, found))
    connection.execute(delete(_KEY).where(_KEY.c.person.in_(serials.values())))
    connection.execute(delete(_PERSON).where(_PERSON.c.serial.in_(serials.values())))
    for table, values in ((_PERSON, made.persons), (_KEY, made.keys)):
        if values:
            connection.execute(insert(table), [_named(table, row) for row in values])


_ROWS = select(
    RegisterRow.person_number, RegisterRow.data_set, RegisterRow.row_key, RegisterRow.history, RegisterRow.latest,
    RegisterRow.deleted, RegisterRow.gone, RegisterRow.form, RegisterRow.payload,
)  # fmt: skip


def _named(table: Table, row: Any) -> dict[str, Any]:
    return dict(zip((column.name for column in table.columns), row, strict=True))


def _ending(row: EndingRow) -> Ending:
    return Ending(row.id, row.person_number, row.reason, row.asked_by, row.asked_at)
