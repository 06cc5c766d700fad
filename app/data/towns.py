"""The city's own address master (住所マスタ): towns, lots and buildings to pick from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from unicodedata import normalize

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, union_all

from app.data.forms import Forms, unpack
from app.data.models.register import BuildingRow, LotRow, RegisterRow, TownRow
from app.data.staging import CHANGE, GONE, STAGE
from app.domain.addresses import address_key
from app.domain.kana import kana_key
from app.domain.register import Building, Lot, Town
from app.extensions import Base, db

POSTAL_SET = "18d"
_BATCH = 2000
_LAST = "\U0010ffff"


def list_towns(prefix: str, limit: int) -> tuple[Town, ...]:
    """Towns whose name or reading begins so (any width, voicing, kana; a postal code by its digits), by reading."""
    columns = (TownRow.town_id, TownRow.name, TownRow.kana, TownRow.postal_code)
    statement = select(*columns).order_by(TownRow.kana_key, TownRow.town_id).limit(limit)
    digits = _plain(prefix).replace("-", "")
    if digits.isdecimal() and len(digits) >= 3:
        statement = statement.where(_begins(TownRow.postal_code, digits))
    elif prefix.strip():
        # 中央一 is the beginning of 中央一丁目, too.
        keys = {address_key(prefix), address_key(f"{prefix}丁目")}
        names = [_begins(TownRow.key, key) for key in sorted(keys) if key]
        names += [_begins(TownRow.kana_key, key) for key in (kana_key(prefix),) if key]
        if not names:
            return ()
        statement = statement.where(or_(*names))
    return tuple(Town(*row) for row in db.session.execute(statement))


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


def list_lots(town_id: str, prefix: str, limit: int) -> tuple[Lot, ...]:
    """Lots of a town whose number begins so, 2 before 10."""
    statement = select(LotRow.town_id, LotRow.number).where(LotRow.town_id == town_id)
    if prefix.strip():
        statement = statement.where(_begins(LotRow.number, _plain(prefix)))
    return tuple(Lot(*row) for row in db.session.execute(statement.order_by(LotRow.position).limit(limit)))


def list_buildings(town_id: str, lot: str, limit: int) -> tuple[Building, ...]:
    """Buildings of a town on a lot (on any lot when it is empty), by reading."""
    statement = select(
        BuildingRow.town_id, BuildingRow.lot, BuildingRow.name, BuildingRow.kana, BuildingRow.postal_code
    ).where(BuildingRow.town_id == town_id)
    if lot:
        statement = statement.where(BuildingRow.lot == _plain(lot))
    ordered = statement.order_by(BuildingRow.kana, BuildingRow.row_key).limit(limit)
    return tuple(Building(*row) for row in db.session.execute(ordered))


def rebuild(connection: Connection, forms: Forms) -> None:
    """Bring the three tables to the rows that an import changed; part of the switch, after the rows."""
    changed = select(STAGE.c.data_set).join(CHANGE, CHANGE.c.no == STAGE.c.no).distinct()
    touched = set(connection.scalars(changed)) | set(connection.scalars(select(GONE.c.data_set).distinct()))
    if touched & {"18a", POSTAL_SET}:
        postal = _postal_codes(connection, forms)
        connection.execute(delete(TownRow))
        _insert(connection, TownRow, (_town(values, postal) for _, values in _read(connection, forms, "18a")))
    if "18b" in touched:
        _replace(connection, forms, "18b", LotRow, _lot)
    if "18c" in touched:
        _replace(connection, forms, "18c", BuildingRow, _building)


def _replace(
    connection: Connection,
    forms: Forms,
    data_set: str,
    model: type[LotRow | BuildingRow],
    make: Callable[[str, dict[str, str]], dict[str, Any]],
) -> None:
    """Make the rows of one table anew whose delivered rows changed."""
    of_set = STAGE.c.data_set == data_set
    staged = select(STAGE.c.row_key).join(CHANGE, CHANGE.c.no == STAGE.c.no).where(of_set)
    gone = select(GONE.c.row_key).where(GONE.c.data_set == data_set)
    connection.execute(delete(model).where(model.row_key.in_(union_all(staged, gone))))
    columns = (STAGE.c.row_key, STAGE.c.form, STAGE.c.payload)
    rows = connection.execute(
        select(*columns)
        .join(CHANGE, CHANGE.c.no == STAGE.c.no)
        .where(of_set, STAGE.c.deleted.is_(False))
        .execution_options(yield_per=_BATCH)
    )
    _insert(connection, model, (make(key, forms.unpack(form, payload)) for key, form, payload in rows))


def _insert(connection: Connection, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        connection.execute(insert(model), batch)


def _begins(column: Any, prefix: str) -> ColumnElement[bool]:
    # Not BETWEEN: PostgreSQL cannot parse the collation that stands with each bound of it.
    return and_(column >= prefix, column < prefix + _LAST)


def _plain(text: str) -> str:
    return normalize("NFKC", text).strip().replace("−", "-").replace("ー", "-")


def _read(
    connection: Connection, forms: Forms, data_set: str, prefix: str = ""
) -> Iterator[tuple[str, dict[str, str]]]:
    """The valid rows of a data set whose key begins so, in the order of their keys."""
    last = prefix
    while True:
        rows = connection.execute(
            select(RegisterRow.row_key, RegisterRow.form, RegisterRow.payload)
            .where(
                RegisterRow.data_set == data_set,
                RegisterRow.row_key > last,
                RegisterRow.row_key < prefix + _LAST,
                RegisterRow.gone.is_(False),
                RegisterRow.deleted.is_(False),
            )
            .order_by(RegisterRow.row_key)
            .limit(_BATCH)
        ).all()
        if not rows:
            return
        for row_key, form, payload in rows:
            values = forms.unpack(form, payload)
            if "ablt_date" not in values:
                yield row_key, values
        last = rows[-1][0]


def _postal_codes(connection: Connection, forms: Forms) -> dict[str, str]:
    """The postal code of each town name of the city; the town master itself has none."""
    first = next(_read(connection, forms, "18a"), None)
    if first is None:
        return {}
    city = first[1].get("lg_code", "")[:5]
    rows = _read(connection, forms, POSTAL_SET, f"{city}|")
    return {values.get("choikimei", ""): values.get("yubinbango", "") for _, values in rows}


def _town(values: dict[str, str], postal: dict[str, str]) -> dict[str, Any]:
    get = values.get
    name = f"{get('oaza_cho', '')}{get('chome', '')}{get('koaza', '')}"
    kana = f"{get('oaza_cho_kana', '')}{get('chome_number', '')}{get('koaza_kana', '')}"
    return {
        "town_id": get("machiaza_id", ""),
        "name": name,
        "kana": kana,
        "key": address_key(name),
        "kana_key": kana_key(kana),
        "postal_code": postal.get(get("oaza_cho", ""), ""),
    }


def _lot(row_key: str, values: dict[str, str]) -> dict[str, Any]:
    parts = [values[name] for name in ("banchi", "edaban1", "edaban2", "edaban3") if name in values]
    return {
        "row_key": row_key,
        "town_id": values.get("machiaza_id", ""),
        "number": "-".join(parts),
        "position": "-".join(part.zfill(6) for part in parts),
    }


def _building(row_key: str, values: dict[str, str]) -> dict[str, Any]:
    return {
        "row_key": row_key,
        "town_id": values.get("machiaza_id", ""),
        "lot": _plain(values.get("banchi", "")),
        "name": values.get("katagaki", ""),
        "kana": values.get("katagaki_furigana", ""),
        "postal_code": values.get("yubinbango", ""),
    }
