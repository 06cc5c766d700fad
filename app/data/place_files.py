"""Takes files of places into the tables: staged on a connection of its own, then written in one short transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, Connection, MetaData, Table, delete, func, insert, literal, select, update

from app.data.forms import load as load_forms
from app.data.models.base import utc_now
from app.data.models.places import AreaRow, LotRow, MunicipalityRow, PlaceSourceRow, TownRow
from app.data.staging import analyze, bulk_insert
from app.data.town_projection import POSTAL, POSTAL_SET, REGISTRY, drop_covered, rebuild_all, rebuild_towns
from app.extensions import Base, db

_stages = MetaData()


def _stage(model: type[Base]) -> Table:
    """A temporary table with the columns of a table."""
    columns = [Column(column.name, column.type) for column in model.__table__.columns]
    return Table(f"stage_{model.__tablename__}", _stages, *columns, prefixes=["TEMPORARY"])


TOWNS, LOTS = _stage(TownRow), _stage(LotRow)
AREAS, MUNICIPALITIES = _stage(AreaRow), _stage(MunicipalityRow)


@dataclass(frozen=True)
class SourceState:
    """The last file of a kind: postal, town, parcel or residence. ``passed_over``: rows that were known or not the city's."""

    kind: str
    file: str
    as_of: str
    rows: int
    added: int
    passed_over: int
    loaded_at: Any


def stage(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Put rows into a temporary table of this connection, which is made with the first of them; returns how many."""
    table.create(connection, checkfirst=True)
    names = [column.name for column in table.columns]
    count = bulk_insert(connection, table, ([row[name] for name in names] for row in rows))
    analyze(connection, table)
    return count


def compare_towns(connection: Connection) -> tuple[int, int]:
    """Of the staged towns: how many are new, and how many 18a names already."""
    known = select(TownRow.town_id).where(TownRow.source != REGISTRY)
    return _count(connection, TOWNS, TOWNS.c.town_id.not_in(known)), _count(
        connection, TOWNS, TOWNS.c.town_id.in_(known)
    )


def double_towns(connection: Connection) -> tuple[str, ...]:
    """Town ids that were staged more than once."""
    repeated = select(TOWNS.c.town_id).group_by(TOWNS.c.town_id).having(func.count() > 1)
    return tuple(connection.scalars(repeated.order_by(TOWNS.c.town_id)))


def compare_lots(connection: Connection, *, residence: bool) -> tuple[int, int]:
    """Of the staged lots or house numbers: how many are new, and how many 18b holds already."""
    known, ours = _fed().exists(), LOTS.c.residence.is_(residence)
    counted = select(func.count(LOTS.c.row_key.distinct())).where(ours)
    return connection.scalar(counted.where(~known)) or 0, connection.scalar(counted.where(known)) or 0


def lots_without_town(
    connection: Connection, *, residence: bool, with_towns: bool
) -> tuple[int, tuple[str, str]]:
    """Of the staged lots or house numbers: how many are of no town that there will be, and the first: town id, number.

    ``with_towns``: towns are staged, too, and take the place of those that the registry told before.
    """
    known = select(TownRow.town_id)
    if with_towns:
        known = known.where(TownRow.source != REGISTRY)
    wanted = [LOTS.c.residence.is_(residence), LOTS.c.town_id.not_in(known)]
    if with_towns:
        wanted.append(LOTS.c.town_id.not_in(select(TOWNS.c.town_id)))
    count = connection.scalar(select(func.count(LOTS.c.row_key.distinct())).where(*wanted)) or 0
    first = select(LOTS.c.town_id, LOTS.c.number).where(*wanted).order_by(LOTS.c.town_id, LOTS.c.position)
    example = connection.execute(first.limit(1)).one_or_none()
    return count, (example[0], example[1]) if example else ("", "")


def _fed() -> Any:
    return select(LotRow.row_key).where(
        LotRow.town_id == LOTS.c.town_id, LotRow.number == LOTS.c.number, LotRow.source != REGISTRY
    )


def _count(connection: Connection, table: Table, wanted: Any) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(wanted)) or 0


def write_towns(connection: Connection, *, replace: bool) -> None:
    """The staged towns become those of the registry. ``replace``: they stand before the feed's of the same id."""
    connection.execute(delete(TownRow).where(TownRow.source == REGISTRY))
    if replace:
        ids = select(TOWNS.c.town_id)
        _keep_surroundings(connection)
        connection.execute(delete(TownRow).where(TownRow.town_id.in_(ids)))
    columns = [column.name for column in TownRow.__table__.columns]
    fresh = [literal(replace).label("held") if name == "held" else TOWNS.c[name] for name in columns]
    known = select(TownRow.town_id)
    connection.execute(
        insert(TownRow).from_select(columns, select(*fresh).where(TOWNS.c.town_id.not_in(known)))
    )
    rebuild_towns(connection, load_forms(connection))


def _keep_surroundings(connection: Connection) -> None:
    """What the registry does not tell (district, schools, and the postal code where it has none) stays the feed's."""
    town = cast(Table, TownRow.__table__)
    for name in ("district", "elementary", "junior_high", "postal_code"):
        of_feed = select(town.c[name]).where(town.c.town_id == TOWNS.c.town_id).scalar_subquery()
        known = select(town.c.town_id).where(town.c.town_id == TOWNS.c.town_id).exists()
        connection.execute(update(TOWNS).where(TOWNS.c[name] == "", known).values({name: of_feed}))


def write_lots(connection: Connection, *, residence: bool) -> None:
    """The staged lots become those of the registry (house numbers or lots); those the feed holds are left out."""
    connection.execute(delete(LotRow).where(LotRow.source == REGISTRY, LotRow.residence.is_(residence)))
    columns = [column.name for column in LotRow.__table__.columns]
    fresh = select(*(LOTS.c[name] for name in columns)).where(
        LOTS.c.residence.is_(residence), ~_fed().exists()
    )
    connection.execute(insert(LotRow).from_select(columns, fresh.distinct()))


def write_areas(connection: Connection) -> None:
    """The staged municipalities and areas replace those of the shipped file; 18d keeps the municipalities it speaks of."""
    covered = select(AreaRow.municipality).where(AreaRow.source == POSTAL_SET).distinct()
    connection.execute(delete(AreaRow).where(AreaRow.source == POSTAL))
    connection.execute(
        delete(MunicipalityRow).where(
            MunicipalityRow.code.in_(select(MUNICIPALITIES.c.code)), MunicipalityRow.code.not_in(covered)
        )
    )
    known = select(MunicipalityRow.code)
    for model, table, wanted in (
        (MunicipalityRow, MUNICIPALITIES, MUNICIPALITIES.c.code.not_in(known)),
        (AreaRow, AREAS, AREAS.c.municipality.not_in(covered)),
    ):
        columns = [column.name for column in cast(Table, model.__table__).columns]
        connection.execute(
            insert(model).from_select(columns, select(*(table.c[name] for name in columns)).where(wanted))
        )
    drop_covered(connection)
    rebuild_all(connection, load_forms(connection))


def settle(connection: Connection) -> None:
    """After a large change: let PostgreSQL know the new contents."""
    if connection.dialect.name == "postgresql":
        connection.commit()
        for table in ("area", "municipality", "lot", "town"):
            connection.exec_driver_sql(f"ANALYZE {table}")
        connection.commit()


def record_source(
    connection: Connection, kind: str, file: str, as_of: str, counts: tuple[int, int, int], staff_id: str
) -> None:
    """Note the file that was taken in; ``counts``: rows, added, passed over."""
    connection.execute(delete(PlaceSourceRow).where(PlaceSourceRow.kind == kind))
    rows, added, passed_over = counts
    connection.execute(
        insert(PlaceSourceRow).values(
            kind=kind, file=file, as_of=as_of, rows=rows, added=added, passed_over=passed_over,
            loaded_at=utc_now(), loaded_by=staff_id,
        )
    )  # fmt: skip


def list_sources() -> tuple[SourceState, ...]:
    """The files that were taken in, besides the feeds."""
    columns = (
        PlaceSourceRow.kind, PlaceSourceRow.file, PlaceSourceRow.as_of, PlaceSourceRow.rows, PlaceSourceRow.added,
        PlaceSourceRow.passed_over, PlaceSourceRow.loaded_at,
    )  # fmt: skip
    return tuple(
        SourceState(*row) for row in db.session.execute(select(*columns).order_by(PlaceSourceRow.kind))
    )
