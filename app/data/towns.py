"""The city's own places (住所マスタ) to pick from: towns, lots and buildings. Master data only, nothing of a resident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from app.data.forms import unpack
from app.data.models.places import BuildingRow, LotRow, TownRow
from app.data.models.register import RegisterRow
from app.domain.addresses import address_key
from app.domain.characters import fold_text
from app.domain.kana import kana_key
from app.domain.lots import lot_key
from app.domain.places import OPEN_END, Building, Lot, Town, postal_digits
from app.extensions import db

_LAST = "\U0010ffff"
_TOWN = (
    TownRow.town_id, TownRow.name, TownRow.kana, TownRow.postal_code, TownRow.residence, TownRow.valid_from,
    TownRow.valid_to, TownRow.district, TownRow.elementary, TownRow.junior_high,
)  # fmt: skip
_BUILDING = (
    BuildingRow.town_id,
    BuildingRow.lot,
    BuildingRow.name,
    BuildingRow.kana,
    BuildingRow.postal_code,
)


def list_towns(typed: str, limit: int, on: date | None) -> tuple[Town, ...]:
    """Towns that hold what was typed, in name or reading (any width, voicing, kana) or postal code, by reading.

    Those that begin so come first. ``on``: the day they must exist on; None takes abolished ones too.
    """
    wanted, rank = _town_matches(typed)
    statement = select(*_TOWN).where(wanted).order_by(rank, TownRow.kana_key, TownRow.town_id).limit(limit)
    if on is not None:
        statement = statement.where(_in_force(TownRow, on))
    return tuple(_town(row) for row in db.session.execute(statement))


def _town_matches(typed: str) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    """What a town must fulfil, and 0 for one that begins with what was typed, 1 for another."""
    everything, same = TownRow.town_id != "", case((TownRow.town_id == "", 1), else_=0)
    digits = postal_digits(typed)
    if digits:
        return begins(TownRow.postal_code, digits), same
    if not typed.strip():
        return everything, same
    # 中央一 is the beginning of 中央一丁目, too.
    names = sorted({address_key(typed), address_key(f"{typed}丁目")} - {""})
    kana = kana_key(typed)
    first = [begins(TownRow.key, key) for key in names] + ([begins(TownRow.kana_key, kana)] if kana else [])
    inner = [TownRow.key.contains(key, autoescape=True) for key in names]
    inner += [TownRow.kana_key.contains(kana, autoescape=True)] if kana else []
    return or_(false(), *inner), case((or_(false(), *first), 0), else_=1)


def _town(row: Sequence[Any]) -> Town:
    return Town(*row)


def find_town(town_id: str) -> Town | None:
    """A town by its id (町字ID)."""
    row = db.session.execute(select(*_TOWN).where(TownRow.town_id == town_id)).one_or_none()
    return _town(row) if row else None


def find_town_named(name: str, on: date) -> Town | None:
    """The one town of that day with this very name or reading; None when there is none, or more than one."""
    keys = [TownRow.key == key for key in (address_key(name),) if key]
    keys += [TownRow.kana_key == key for key in (kana_key(name),) if key]
    if not keys:
        return None
    rows = db.session.execute(select(*_TOWN).where(or_(*keys), _in_force(TownRow, on)).limit(2)).all()
    return _town(rows[0]) if len(rows) == 1 else None


def list_lots(town_id: str, typed: str, limit: int) -> tuple[Lot, ...]:
    """Lots and house numbers of a town that begin with what was typed in any notation, 2 before 10."""
    statement = select(LotRow.town_id, LotRow.number, LotRow.residence).where(LotRow.town_id == town_id)
    key = lot_key(typed)
    if key:
        statement = statement.where(begins(LotRow.number, key))
    elif typed.strip():
        return ()
    return tuple(Lot(*row) for row in db.session.execute(statement.order_by(LotRow.position).limit(limit)))


def is_lot(town_id: str, typed: str) -> bool:
    """Whether the master holds this lot or house number of the town, however it is written."""
    key = lot_key(typed).rstrip("-")
    statement = select(LotRow.row_key).where(LotRow.town_id == town_id, LotRow.number == key).limit(1)
    return bool(key) and db.session.execute(statement).first() is not None


def list_buildings(town_id: str, lot: str, typed: str, limit: int, on: date | None) -> tuple[Building, ...]:
    """Buildings of a town on a lot (on any lot when it is empty) whose name or reading holds what was typed."""
    statement = select(*_BUILDING).where(BuildingRow.town_id == town_id)
    if on is not None:
        statement = statement.where(_in_force(BuildingRow, on))
    key = lot_key(lot).rstrip("-")
    if key:
        statement = statement.where(BuildingRow.lot == key)
    if typed.strip():
        name, kana = fold_text(typed.strip()), kana_key(typed)
        held = [BuildingRow.key.contains(name, autoescape=True)]
        held += [BuildingRow.kana_key.contains(kana, autoescape=True)] if kana else []
        statement = statement.where(or_(*held))
    ordered = statement.order_by(BuildingRow.kana_key, BuildingRow.row_key).limit(limit)
    return tuple(Building(*row) for row in db.session.execute(ordered))


def count_by_source() -> dict[str, dict[str, int]]:
    """How many towns, lots and buildings there are by source; house numbers of the registry as registry_residence."""
    of_towns = db.session.execute(select(TownRow.source, func.count()).group_by(TownRow.source))
    of_lots = db.session.execute(
        select(LotRow.source, LotRow.residence, func.count()).group_by(LotRow.source, LotRow.residence)
    )
    lots: dict[str, int] = {}
    for source, residence, count in of_lots:
        name = f"{source}_residence" if residence and source == "registry" else source
        lots[name] = lots.get(name, 0) + count
    buildings = db.session.scalar(select(func.count()).select_from(BuildingRow)) or 0
    return {"town": {row[0]: row[1] for row in of_towns}, "lot": lots, "building": {"18c": buildings}}


def count_abolished() -> int:
    """How many towns are no more."""
    statement = select(func.count()).select_from(TownRow).where(TownRow.valid_to != OPEN_END)
    return db.session.scalar(statement) or 0


def count_lots(town_ids: Sequence[str]) -> dict[str, int]:
    """How many lots these towns have."""
    return _count_in(LotRow, town_ids)


def count_buildings(town_ids: Sequence[str]) -> dict[str, int]:
    """How many buildings these towns have."""
    return _count_in(BuildingRow, town_ids)


def _count_in(model: type[LotRow | BuildingRow], town_ids: Sequence[str]) -> dict[str, int]:
    rows = db.session.execute(
        select(model.town_id, func.count()).where(model.town_id.in_(town_ids)).group_by(model.town_id)
    )
    return {row[0]: row[1] for row in rows}


def town_sources(town_ids: Sequence[str]) -> dict[str, str]:
    """From where these towns are known: 18a or registry."""
    rows = db.session.execute(select(TownRow.town_id, TownRow.source).where(TownRow.town_id.in_(town_ids)))
    return {row[0]: row[1] for row in rows}


def own_city() -> str:
    """Prefecture and name of the city (熊本県架空市) as its address master writes them; empty before the first import."""
    return "".join(own_city_parts())


def own_city_parts() -> tuple[str, str]:
    """Prefecture and name of the city, each empty before the first import."""
    values = _first_town()
    return values.get("pref", ""), values.get("city", "")


def own_city_code() -> str:
    """The municipality code (団体コード) of the city, empty before the first import."""
    return _first_town().get("lg_code", "")


def _first_town() -> dict[str, str]:
    statement = select(RegisterRow.form, RegisterRow.payload).where(RegisterRow.data_set == "18a")
    row = db.session.execute(statement.order_by(RegisterRow.row_key).limit(1)).one_or_none()
    return unpack(row.form, row.payload) if row else {}


def begins(column: Any, prefix: str) -> ColumnElement[bool]:
    """The rows whose column begins with a text, by a range of the index."""
    # Not BETWEEN: PostgreSQL cannot parse the collation that stands with each bound of it.
    return and_(column >= prefix, column < prefix + _LAST)


def _in_force(model: type[TownRow | BuildingRow], on: date) -> ColumnElement[bool]:
    day = on.isoformat()
    return and_(model.valid_from <= day, model.valid_to >= day)
