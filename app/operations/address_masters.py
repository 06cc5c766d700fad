"""The address masters (住所マスタ): loading the shipped postal areas, files of the address base registry, and the overview."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from app.data import areas, audit, place_files, register, towns
from app.data.place_files import AREAS, LOTS, MUNICIPALITIES, TOWNS, SourceState
from app.data.staging import workbench
from app.data.town_projection import REGISTRY, area_row, lot_row, municipality_row, town_row
from app.data.transactions import transaction
from app.domain.authority import SYSTEM, Actor
from app.domain.dates import in_japan
from app.domain.errors import KakanaiError, NotFound
from app.domain.numbers import municipality_code
from app.domain.places import OPEN_END, Building, Lot, Town
from app.domain.register import FeedState
from app.extensions import db
from app.intake.postal_areas import SHIPPED, PostalRecord, read_areas, read_version
from app.intake.registry_files import RegistryFault, RegistryFile, open_file

POSTAL = "postal"
KINDS = {"town": "町字", "parcel": "地番", "residence": "住居番号", "postal": "全国の町域"}
FEEDS = {"18a": "町字", "18b": "地番・住居番号", "18c": "方書", "18d": "郵便番号（町域）"}
LONGEST_TYPED = 100
SHOWN = 20
_STEP = 5000
_BEGINNING = "0000-01-01"

Progress = Callable[[str, int, int], None]
"""(stage in Japanese, done, total); total 0 when it is not known."""


class MasterRefused(KakanaiError):
    """A file of places cannot be taken in; the message names every fault."""


@dataclass(frozen=True)
class FileOutcome:
    """What a file of the registry holds: rows read, new ones, those the feed knows, ended ones, those of other cities.

    ``stray`` are lots whose town id no town has; ``example`` is the first of them: town id and number.
    """

    name: str
    kind: str
    rows: int
    added: int
    known: int
    ended: int
    elsewhere: int
    stray: int = 0
    example: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class MasterLine:
    """One origin of places: what of, from where, how many rows stand there, of when they are and when they came.

    ``state``: None for a file that has not come yet, otherwise whether it is too old (feeds only).
    """

    title: str
    origin: str
    count: int
    as_of: str
    came_at: datetime | None
    stale: bool = False
    remark: str = ""


@dataclass(frozen=True)
class TownLine:
    """A town of the master with its numbers of lots and buildings, and where it is known from."""

    town: Town
    lots: int
    buildings: int
    source: str


@dataclass(frozen=True)
class TownDetail:
    """A town with the first of its lots and buildings that hold what was typed."""

    town: Town
    lots: tuple[Lot, ...]
    buildings: tuple[Building, ...]


def _quiet(_stage: str, _done: int, _total: int) -> None:
    """Reports to nobody."""


def load_postal(
    path: Path = SHIPPED, *, actor: Actor = SYSTEM, progress: Progress = _quiet, again: bool = False
) -> int | None:
    """Take in the postal areas that come with the product, and make the city's own places anew from the stored feeds.

    Returns how many areas there are, None when this very file is loaded already (unless ``again``). Raises MasterRefused.
    """
    try:
        version = read_version(path)
        states = {state.kind: state for state in place_files.list_sources()}
        if not again and POSTAL in states and states[POSTAL].as_of == version:
            return None
        with workbench(db.engine) as connection:
            count = _stage_postal(connection, path, progress)
            progress("書き込み", 0, 1)
            with transaction(connection):
                place_files.write_areas(connection)
                place_files.record_source(
                    connection, POSTAL, path.name, version, (count, count, 0), actor.staff_id
                )
                audit.record("places.loaded", actor=actor, detail={"version": version, "areas": count})
            place_files.settle(connection)
        return count
    except (OSError, ValueError, EOFError, StopIteration) as error:
        raise MasterRefused(
            f"{path.name} を読めません（ファイルがないか、壊れています）。製品のファイルを入れ直してください。"
        ) from error


def _stage_postal(connection: Connection, path: Path, progress: Progress) -> int:
    prefectures: dict[str, dict[str, Any]] = {}
    cities: dict[str, dict[str, Any]] = {}

    def rows() -> Iterator[dict[str, Any]]:
        for number, record in enumerate(read_areas(path), start=1):
            code = municipality_code(record.five)
            if code not in cities:
                _name(record, code, cities, prefectures)
            if number % _STEP == 0:
                progress("郵便番号データの読み込み", number, 0)
            yield area_row(
                f"{POSTAL}|{number:06d}",
                code,
                record.postal_code,
                record.name,
                record.kana,
                record.note,
                POSTAL,
            )

    count = place_files.stage(connection, AREAS, rows())
    place_files.stage(connection, MUNICIPALITIES, [*prefectures.values(), *cities.values()])
    connection.commit()
    return count


def _name(
    record: PostalRecord, code: str, cities: dict[str, dict[str, Any]], prefectures: dict[str, dict[str, Any]]
) -> None:
    cities[code] = municipality_row(
        code, record.prefecture, record.city, record.prefecture_kana, record.city_kana
    )
    whole = municipality_code(f"{record.five[:2]}000")
    prefectures[whole] = municipality_row(whole, record.prefecture, "", record.prefecture_kana, "")


def check_registry(paths: Sequence[Path], *, progress: Progress = _quiet) -> tuple[FileOutcome, ...]:
    """What files of the address base registry would change; writes nothing. Raises MasterRefused with every fault."""
    with workbench(db.engine) as connection:
        return _stage_registry(connection, paths, progress)


def import_registry(
    paths: Sequence[Path], *, replace_known: bool = False, actor: Actor = SYSTEM, progress: Progress = _quiet
) -> tuple[FileOutcome, ...]:
    """Take in files of the address base registry, all or none of them. Each kind replaces what was taken in of it before.

    What feed 18 says of a town or lot stands, unless ``replace_known``: then the registry's name, reading and days of a town do.
    Raises MasterRefused with every fault; then nothing is changed.
    """
    with workbench(db.engine) as connection:
        outcomes = _stage_registry(connection, paths, progress)
        progress("書き込み", 0, 1)
        with transaction(connection):
            for outcome in outcomes:
                _write(connection, outcome, replace_known)
                counts = (outcome.rows, outcome.added, outcome.rows - outcome.added)
                place_files.record_source(connection, outcome.kind, outcome.name, "", counts, actor.staff_id)
            kinds = {outcome.kind: outcome.added for outcome in outcomes}
            audit.record("places.imported", actor=actor, detail={"added": kinds, "replace": replace_known})
        place_files.settle(connection)
    return outcomes


def _write(connection: Connection, outcome: FileOutcome, replace_known: bool) -> None:
    if outcome.kind == "town":
        place_files.write_towns(connection, replace=replace_known)
    else:
        place_files.write_lots(connection, residence=outcome.kind == "residence")


def _stage_registry(
    connection: Connection, paths: Sequence[Path], progress: Progress
) -> tuple[FileOutcome, ...]:
    code = towns.own_city_code()
    if not code:
        raise MasterRefused(
            "先に、市の町字（連携データ 18a）を取り込んでください。市区町村コードが分かりません。"
        )
    try:
        files = [open_file(path) for path in paths]
        _refuse_twice(files)
        outcomes = [_stage_file(connection, file, code, progress) for file in files]
    except RegistryFault as fault:
        raise MasterRefused("\n".join(fault.problems)) from fault
    problems = [problem for file in files for problem in file.problems]
    problems += [
        f"{one.name}: この市（{code}）の行がありません。市のファイルか確かめてください。"
        for one in outcomes
        if one.rows == one.elsewhere
    ]
    if problems:
        raise MasterRefused("\n".join(problems))
    outcomes = _with_stray(connection, outcomes)
    connection.commit()
    return tuple(outcomes)


def _with_stray(connection: Connection, outcomes: Sequence[FileOutcome]) -> list[FileOutcome]:
    """The outcomes with their lots of no town: known only when all files are staged, in whatever order they were given."""
    with_towns = any(one.kind == "town" for one in outcomes)
    found = []
    for one in outcomes:
        if one.kind != "town":
            stray, example = place_files.lots_without_town(
                connection, residence=one.kind == "residence", with_towns=with_towns
            )
            one = replace(one, stray=stray, example=example)
        found.append(one)
    return found


def _refuse_twice(files: Sequence[RegistryFile]) -> None:
    kinds = [file.kind for file in files]
    twice = [file.path.name for file in files if kinds.count(file.kind) > 1]
    if twice:
        raise RegistryFault(
            [f"同じ種類のファイルが2つ以上あります（{'、'.join(twice)}）。1つずつ指定してください。"]
        )


def _stage_file(connection: Connection, file: RegistryFile, code: str, progress: Progress) -> FileOutcome:
    ended = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal ended
        for number, values in enumerate(file.records(code), start=1):
            if number % _STEP == 0:
                progress(f"{KINDS[file.kind]}の読み込み", number, 0)
            # Addresses of today need no lot that is no more; an ended town stays, for past addresses.
            if file.kind != "town" and values.get("ablt_date", OPEN_END) < OPEN_END:
                ended += 1
            else:
                yield _town(values) if file.kind == "town" else _lot(values, residence=residence)

    residence = file.kind == "residence"
    if file.kind == "town":
        place_files.stage(connection, TOWNS, rows())
        file.problems += [
            f"{file.path.name}: 町字ID {one} の行が2つ以上あります。"
            for one in place_files.double_towns(connection)
        ]
        added, known = place_files.compare_towns(connection)
    else:
        place_files.stage(connection, LOTS, rows())
        added, known = place_files.compare_lots(connection, residence=residence)
    return FileOutcome(file.path.name, file.kind, file.rows, added, known, ended, file.elsewhere)


def _town(values: dict[str, str]) -> dict[str, Any]:
    row = town_row(values, {})
    return row | {
        "source": REGISTRY, "postal_code": values.get("post_code", "")[:7], "valid_from": values.get("efct_date", _BEGINNING),
    }  # fmt: skip


def _lot(values: dict[str, str], *, residence: bool) -> dict[str, Any]:
    columns = ("blk_num", "rsdt_num", "rsdt_num2") if residence else ("prc_num1", "prc_num2", "prc_num3")
    town_id = values["machiaza_id"]
    parts = [values[name] for name in columns if name in values]
    row = lot_row("", town_id, parts, residence, REGISTRY)
    return row | {"row_key": f"{REGISTRY}|{int(residence)}|{town_id}|{row['number']}"}


def overview() -> tuple[MasterLine, ...]:
    """What the masters hold, from where, and since when. Counts only."""
    municipalities, shipped = areas.count_areas()
    held = towns.count_by_source()
    states = {state.data_set: state for state in register.list_feed_states()}
    counts = {"18a": held["town"].get("18a", 0), "18b": held["lot"].get("18b", 0), "18c": held["building"].get("18c", 0),
              "18d": shipped.get("18d", 0)}  # fmt: skip
    lines = [
        _feed_line(data_set, title, counts[data_set], states.get(data_set))
        for data_set, title in FEEDS.items()
    ]
    lines[0] = replace(lines[0], remark=f"うち廃止 {towns.count_abolished():,}件")
    sources = {state.kind: state for state in place_files.list_sources()}
    registry = {"town": held["town"].get(REGISTRY, 0), "parcel": held["lot"].get("registry", 0),
                "residence": held["lot"].get("registry_residence", 0), POSTAL: shipped.get(POSTAL, 0)}  # fmt: skip
    lines += [_file_line(kind, title, registry[kind], sources.get(kind)) for kind, title in KINDS.items()]
    return tuple(
        replace(line, remark=f"{municipalities:,}市区町村") if line.title == KINDS[POSTAL] else line
        for line in lines
    )


def _feed_line(data_set: str, title: str, count: int, state: FeedState | None) -> MasterLine:
    origin = f"データ連携 {data_set}"
    if state is None:
        return MasterLine(title, origin, count, "", None)
    return MasterLine(
        title, origin, count, f"{in_japan(state.as_of):%Y/%m/%d %H:%M}", state.imported_at, state.stale
    )


def _file_line(kind: str, title: str, count: int, state: SourceState | None) -> MasterLine:
    origin = "製品に付いている郵便番号データ" if kind == POSTAL else "アドレス・ベース・レジストリ"
    if state is None:
        return MasterLine(title, origin, count, "", None)
    remark = "" if kind == POSTAL else f"{state.file}：{state.rows:,}行、うち取込 {state.added:,}行"
    return MasterLine(title, origin, count, state.as_of, state.loaded_at, remark=remark)


def search_towns(typed: str) -> tuple[TownLine, ...]:
    """Towns of the master that hold what was typed, abolished ones too; at most 20."""
    found = towns.list_towns(typed[:LONGEST_TYPED], SHOWN, None)
    ids = [town.town_id for town in found]
    lots, buildings, sources = towns.count_lots(ids), towns.count_buildings(ids), towns.town_sources(ids)
    return tuple(
        TownLine(town, lots.get(town.town_id, 0), buildings.get(town.town_id, 0), sources[town.town_id])
        for town in found
    )


def show_town(town_id: str, typed: str) -> TownDetail:
    """A town with its lots that begin with what was typed, and its buildings that hold it; 20 of each. Raises NotFound."""
    town = towns.find_town(town_id)
    if town is None:
        raise NotFound("この町・字は住所マスタにありません。検索し直してください。")
    wanted = typed[:LONGEST_TYPED]
    lots = towns.list_lots(town_id, wanted, SHOWN)
    buildings = towns.list_buildings(town_id, "", wanted, SHOWN, None)
    if not buildings and lots and wanted.strip():
        buildings = towns.list_buildings(town_id, wanted, "", SHOWN, None)
    return TownDetail(town, lots, buildings)
