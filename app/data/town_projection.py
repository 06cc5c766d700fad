"""Brings the tables of places to what data set 18 says: part of the switch of an import, or for all of it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, literal, select, union_all, update

from app.data.forms import Forms
from app.data.models.places import AreaRow, BuildingRow, LotRow, MunicipalityRow, TownRow
from app.data.models.register import RegisterRow
from app.data.staging import CHANGE, GONE, STAGE, bulk_insert, rewrite
from app.domain.addresses import address_key
from app.domain.characters import fold_text
from app.domain.kana import kana_key, to_katakana
from app.domain.lots import lot_key, lot_order
from app.domain.numbers import municipality_code
from app.domain.places import OPEN_END, place_key
from app.extensions import Base

POSTAL_SET = "18d"
FEED, REGISTRY, POSTAL = "18a", "registry", "postal"
LOTS_FEED = "18b"
_BATCH = 2000
_LAST = "\U0010ffff"
_REST = "以下に掲載がない場合"
_BEGINNING = "0000-01-01"

Projected = type[LotRow | BuildingRow | AreaRow]
Values = dict[str, str]


def rebuild(connection: Connection, forms: Forms) -> None:
    """Bring the tables to the rows that an import changed; after the rows themselves."""
    changed = select(STAGE.c.data_set).join(CHANGE, CHANGE.c.no == STAGE.c.no).distinct()
    touched = set(connection.scalars(changed)) | set(connection.scalars(select(GONE.c.data_set).distinct()))
    for data_set, model, make in _PROJECTED:
        if data_set in touched:
            _replace(connection, forms, data_set, model, make)
    if POSTAL_SET in touched:
        _name_municipalities(connection, _staged(connection, forms, POSTAL_SET))
    _settle(connection, forms, touched)


def rebuild_all(connection: Connection, forms: Forms) -> None:
    """Make everything that comes from the feeds anew from the rows as they are stored."""
    for _ in make_all(connection, forms):
        pass


def make_all(connection: Connection, forms: Forms) -> Iterator[None]:
    """The same, some of it at each step."""
    for data_set, model, make in _PROJECTED:
        kept = model.source == data_set if model is not BuildingRow else BuildingRow.row_key != ""  # type: ignore[union-attr]
        connection.execute(delete(model).where(kept))
        for batch in _batches(make(key, values) for key, values in _read(connection, forms, data_set)):
            _insert(connection, model, batch)
            yield
    _name_municipalities(connection, _read(connection, forms, POSTAL_SET))
    _settle(connection, forms, {FEED, LOTS_FEED, POSTAL_SET})
    yield


def _settle(connection: Connection, forms: Forms, touched: set[str]) -> None:
    if POSTAL_SET in touched:
        drop_covered(connection)
    if touched & {FEED, POSTAL_SET}:
        rebuild_towns(connection, forms)
    if LOTS_FEED in touched:
        drop_double_lots(connection)


def _replace(
    connection: Connection,
    forms: Forms,
    data_set: str,
    model: Projected,
    make: Callable[[str, Values], dict[str, Any]],
) -> None:
    """Bring the rows of one table to the delivered rows that changed: most changes touch nothing that stands here."""
    changed = select(STAGE.c.row_key).join(CHANGE, CHANGE.c.no == STAGE.c.no)
    deleted = changed.where(STAGE.c.data_set == data_set, STAGE.c.deleted.is_(True))
    gone = select(GONE.c.row_key).where(GONE.c.data_set == data_set)
    connection.execute(delete(model).where(model.row_key.in_(union_all(deleted, gone))))
    table = cast(Table, model.__table__)
    for batch in _batches(make(key, values) for key, values in _staged(connection, forms, data_set)):
        keys = [row["row_key"] for row in batch]
        rewrite(connection, table, table.c.row_key.in_(keys), _in_order(table, batch))


def _staged(connection: Connection, forms: Forms, data_set: str) -> Iterator[tuple[str, Values]]:
    """The changed rows of a data set that an import brings, as long as they are not deletions."""
    rows = connection.execute(
        select(STAGE.c.row_key, STAGE.c.form, STAGE.c.payload)
        .join(CHANGE, CHANGE.c.no == STAGE.c.no)
        .where(STAGE.c.data_set == data_set, STAGE.c.deleted.is_(False))
        .execution_options(yield_per=_BATCH)
    )
    for row_key, form, payload in rows:
        yield row_key, forms.unpack(form, payload)


def _insert(connection: Connection, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    table = cast(Table, model.__table__)
    for batch in _batches(rows):
        bulk_insert(connection, table, _in_order(table, batch))


def _in_order(table: Table, rows: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Rows as tuples in the order of the columns."""
    names = [column.name for column in table.columns]
    return [tuple(map(row.__getitem__, names)) for row in rows]


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def _read(
    connection: Connection, forms: Forms, data_set: str, prefix: str = ""
) -> Iterator[tuple[str, Values]]:
    """The present rows of a data set whose key begins so, in the order of their keys."""
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
            yield row_key, forms.unpack(form, payload)
        last = rows[-1][0]


def rebuild_towns(connection: Connection, forms: Forms) -> None:
    """All towns of 18a. A row of the registry gives way to one of the feed, unless it is held: that keeps its name."""
    postal = _postal_codes(connection, forms)
    held = set(connection.scalars(select(TownRow.town_id).where(TownRow.held)))
    connection.execute(delete(TownRow).where(TownRow.source == FEED))
    rows = (town_row(values, postal) for _, values in _read(connection, forms, FEED))
    for batch in _batches(rows):
        named = [row for row in batch if row["town_id"] in held]
        fresh = [row for row in batch if row["town_id"] not in held]
        if named:
            connection.execute(_SURROUNDINGS, [{"id": row["town_id"], **_surroundings(row)} for row in named])
        if fresh:
            ids = [row["town_id"] for row in fresh]
            connection.execute(delete(TownRow).where(TownRow.town_id.in_(ids)))
            connection.execute(insert(TownRow), fresh)


_CITYS_OWN = ("postal_code", "district", "elementary", "junior_high")
"""What only the city knows of a town, whoever names it."""

_SURROUNDINGS = (
    update(TownRow.__table__)  # type: ignore[arg-type]
    .where(TownRow.__table__.c.town_id == bindparam("id"))
    .values({name: bindparam(f"new_{name}") for name in _CITYS_OWN})
)


def _surroundings(row: dict[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": row[name] for name in _CITYS_OWN}


def _postal_codes(connection: Connection, forms: Forms) -> dict[str, str]:
    """The postal code of each town name of the city; the town master itself has none."""
    first = next(_read(connection, forms, FEED), None)
    if first is None:
        return {}
    code = first[1].get("lg_code", "")
    rows = connection.execute(select(AreaRow.name, AreaRow.postal_code).where(AreaRow.municipality == code))
    codes: dict[str, set[str]] = {}
    for name, postal_code in rows:
        codes.setdefault(place_key(name), set()).add(postal_code)
    return {name: found.pop() for name, found in codes.items() if len(found) == 1}


def town_row(values: Values, postal: dict[str, str]) -> dict[str, Any]:
    """A row of `town` from the columns of 18a, which are those of the address base registry."""
    get = values.get
    name = f"{get('oaza_cho', '')}{get('chome', '')}{get('koaza', '')}"
    kana = f"{get('oaza_cho_kana', '')}{get('chome_number', '')}{get('koaza_kana', '')}"
    return {
        "town_id": get("machiaza_id", ""), "name": name, "kana": kana, "key": address_key(name), "kana_key": kana_key(kana),
        "postal_code": postal.get(place_key(get("oaza_cho", "")), ""), "residence": get("rsdt_addr_flg") == "1",
        "valid_from": get("efct_date", _BEGINNING), "valid_to": get("ablt_date", OPEN_END),
        "district": get("gyoseikumei") or get("gyoseikukodo", ""),
        "elementary": get("shogakkokumei") or get("shogakkokukodo", ""),
        "junior_high": get("chugakkokumei") or get("chugakkokukodo", ""), "source": FEED, "held": False,
    }  # fmt: skip


# The same few numbers come again in every town.
_part_key = lru_cache(maxsize=20_000)(lot_key)


def lot_row(row_key: str, town_id: str, parts: Iterable[str], residence: bool, source: str) -> dict[str, Any]:
    """A row of `lot`; house numbers are ordered before lots."""
    number = "-".join(filter(None, map(_part_key, parts)))
    position = f"{'0' if residence else '1'}{lot_order(number)}"
    return {
        "row_key": row_key, "town_id": town_id, "number": number, "position": position, "residence": residence,
        "source": source,
    }  # fmt: skip


def _lot(row_key: str, values: Values) -> dict[str, Any]:
    parts = [values[name] for name in ("banchi", "edaban1", "edaban2", "edaban3") if name in values]
    residence = values.get("jukyohyojikubun") == "1"
    return lot_row(row_key, values.get("machiaza_id", ""), parts, residence, LOTS_FEED)


def _building(row_key: str, values: Values) -> dict[str, Any]:
    name, kana = values.get("katagaki", ""), values.get("katagaki_furigana", "")
    return {
        "row_key": row_key, "town_id": values.get("machiaza_id", ""), "lot": lot_key(values.get("banchi", "")),
        "name": name, "kana": kana, "key": fold_text(name), "kana_key": kana_key(kana),
        "postal_code": values.get("yubinbango", ""), "valid_from": values.get("yukokaishinengappi", _BEGINNING),
        "valid_to": values.get("yukoshuryonengappi", OPEN_END),
    }  # fmt: skip


def _area(row_key: str, values: Values) -> dict[str, Any]:
    name, _, note = values.get("choikimei", "").replace(_REST, "").partition("（")
    kana = to_katakana(values.get("choikimei_furigana", "") if name else "").partition("(")[0]
    code = municipality_code(values["dantaikodo"])
    return area_row(row_key, code, values["yubinbango"], name, kana, note.rstrip("）"), POSTAL_SET)


def area_row(
    row_key: str, code: str, postal: str, name: str, kana: str, note: str, source: str
) -> dict[str, Any]:
    """A row of `area`."""
    return {
        "row_key": row_key, "municipality": code, "postal_code": postal, "name": name, "kana": kana,
        "key": place_key(name), "kana_key": kana_key(kana), "note": note, "source": source,
    }  # fmt: skip


def municipality_row(code: str, prefecture: str, name: str, kana: str, name_kana: str) -> dict[str, Any]:
    """A row of `municipality`; ``name`` and ``name_kana`` are empty for a prefecture."""
    return {
        "code": code, "prefecture": prefecture, "name": name, "kana": name_kana or kana,
        "key": place_key(prefecture + name), "name_key": place_key(name), "kana_key": kana_key(kana + name_kana),
        "name_kana_key": kana_key(name_kana),
    }  # fmt: skip


def _name_municipalities(connection: Connection, rows: Iterable[tuple[str, Values]]) -> None:
    """Every municipality of these rows of 18d, and its prefecture, as 18d writes them."""
    found: dict[str, dict[str, Any]] = {}
    for _, values in rows:
        five = values["dantaikodo"]
        code = municipality_code(five)
        if code in found:
            continue
        prefecture, kana = values["todofukenmei"], to_katakana(values.get("todofukenmei_furigana", ""))
        name_kana = to_katakana(values.get("shikuchosonmei_furigana", ""))
        whole = municipality_code(f"{five[:2]}000")
        found[whole] = municipality_row(whole, prefecture, "", kana, "")
        found[code] = municipality_row(code, prefecture, values["shikuchosonmei"], kana, name_kana)
    for batch in _batches(found.values()):
        codes = [row["code"] for row in batch]
        connection.execute(delete(MunicipalityRow).where(MunicipalityRow.code.in_(codes)))
        connection.execute(insert(MunicipalityRow), batch)


def drop_covered(connection: Connection) -> None:
    """Where the city's own postal feed speaks of a municipality, the areas of the shipped file are not offered."""
    covered = select(AreaRow.municipality).where(AreaRow.source == POSTAL_SET).distinct()
    connection.execute(delete(AreaRow).where(AreaRow.source == POSTAL, AreaRow.municipality.in_(covered)))


def drop_double_lots(connection: Connection) -> None:
    """A lot of the registry that the city's own feed holds too is kept once, as the feed's."""
    others = LotRow.source != LOTS_FEED
    if connection.scalar(select(literal(1)).where(others).limit(1)) is None:
        return  # comparing the feed with itself is the longest part of a night's places
    fed = LotRow.__table__.alias("fed")
    same = select(fed.c.row_key).where(
        fed.c.town_id == LotRow.town_id, fed.c.number == LotRow.number, fed.c.source == LOTS_FEED
    )
    connection.execute(delete(LotRow).where(others, same.exists()))


_PROJECTED: tuple[tuple[str, Projected, Callable[[str, Values], dict[str, Any]]], ...] = (
    (LOTS_FEED, LotRow, _lot),
    ("18c", BuildingRow, _building),
    (POSTAL_SET, AreaRow, _area),
)
