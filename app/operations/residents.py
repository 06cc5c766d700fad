"""Finding and reading persons of the register (宛名検索、住民情報の照会); each search and each view is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.data import audit, register, residents, towns
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.dates import in_japan, today_in_japan
from app.domain.detailed_query import parse_details
from app.domain.person import Person, SearchPage, Status
from app.domain.query import parse_query
from app.domain.register_facts import facts_from_register
from app.domain.search import Query
from app.operations import searches

_EMPTY = SearchPage((), 0, None, False)
_TOO_SHORT = "もう少し入力してください。例: 高橋太郎、タカハシ、S40.1.2"
_RECEIVING = "40"

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Found:
    """What a search found; ``problem`` (Japanese) says why nothing was searched."""

    page: SearchPage
    problem: str | None = None
    query: Query | None = None


@dataclass(frozen=True)
class Column:
    """A qualification as a column of the household's table."""

    key: str
    label: str


@dataclass(frozen=True)
class MatrixRow:
    """One member of the household: the name and a short text by column, missing where there is nothing to say."""

    person: str
    cells: dict[str, str]


@dataclass(frozen=True)
class Matrix:
    """The household's qualifications (資格) as far as the asking member of staff may read them."""

    columns: tuple[Column, ...] = ()
    rows: tuple[MatrixRow, ...] = ()


@dataclass(frozen=True)
class PersonView:
    """A person with his household (himself included), its qualifications and the age of the data behind them."""

    person: Person
    household: tuple[Person, ...]
    matrix: Matrix = field(default_factory=Matrix)
    feed_ages: tuple[tuple[str, str, str], ...] = ()
    """(label, time, level): level is "warning" where the data is old, otherwise "ok"."""


def find(
    text: str, actor: Actor, today: date | None = None, *, start: int = 0, settled: bool = True
) -> Found:
    """Search by whatever was typed into the one box; ``start`` is the ``next`` of the page before.

    What was typed is kept in the log, encrypted, when it has ``settled``: until then it may be the beginning of more.
    """
    query = parse_query(text, today=today or today_in_japan(), own_city=towns.own_city())
    if query.problem or query.too_short:
        return Found(_EMPTY, query.problem or (_TOO_SHORT if text.strip() else None))
    return _ask(query, actor, start, settled)


def find_by_details(
    form: Mapping[str, str], actor: Actor, today: date | None = None, *, start: int = 0
) -> tuple[Found, dict[str, str]]:
    """Search by the fields of the detailed search (A-02); second, what is wrong with them, by field."""
    asked = parse_details(form, today=today or today_in_japan(), own_city=towns.own_city())
    if asked.errors:
        return Found(_EMPTY), asked.errors
    return _ask(asked.query, actor, start, settled=True), {}


def _ask(query: Query, actor: Actor, start: int, settled: bool) -> Found:
    if limit := searches.limit_reached(actor):
        return Found(_EMPTY, limit)
    page = residents.search(query, actor.disclosure("search"), start)
    # Nothing is shown unless its record is stored; searching itself needs no lock.
    detail = {"hits": page.total, "more": page.too_many, "by": sorted(query.by), "from": start}
    searches.note(actor, detail, query.text, settled=settled)
    return Found(page, query=query)


def show(person_id: str, actor: Actor, today: date | None = None) -> PersonView:
    """A person with household and qualifications. Raises NotFound."""
    disclosure = actor.disclosure("view")
    view = household_view(person_id, actor)
    matrix = _matrix(view.household, actor, today or today_in_japan())
    ages = tuple(
        (label, f"{in_japan(state.as_of):%m/%d %H:%M}", "warning" if state.stale else "ok")
        for state in register.list_feed_states()
        if (label := _AGE_LABELS.get(state.data_set)) and disclosure.may_read(state.data_set)
    )
    with transaction():
        numbers = [person.number for person in view.household]
        audit.record("resident.viewed", actor=actor, persons=numbers, detail={"members": len(numbers)})
    return PersonView(view.person, view.household, matrix, ages)


def household_view(person_id: str, actor: Actor) -> PersonView:
    """A person and his household only, for the steps of a case, which record it themselves. Raises NotFound."""
    disclosure = actor.disclosure("view")
    person = residents.get_person(person_id, disclosure)
    if person.status is Status.RESIDENT:
        household = residents.list_household(person.household_number, disclosure)
    elif person.status is Status.EXPECTED:
        household = residents.list_expected(person.receipt_number, disclosure)
    else:
        household = ()
    return PersonView(person, household or (person,))


def _matrix(household: Sequence[Person], actor: Actor, today: date) -> Matrix:
    disclosure = actor.disclosure("view")
    readable = [item for item in _QUALIFICATIONS if disclosure.may_read(item.data_set)]
    sets = [item.data_set for item in readable]
    if not sets:
        return Matrix()
    rows = []
    for person in household:
        held = register.list_rows(person.number, sets, disclosure)
        cells = {item.data_set: text for item in readable if (text := item.text(held[item.data_set], today))}
        rows.append(MatrixRow(person.name, cells))
    return Matrix(tuple(Column(item.data_set, item.label) for item in readable), tuple(rows))


@dataclass(frozen=True)
class _Qualification:
    """How the rows of one data set become a word."""

    data_set: str
    label: str
    text: Callable[[Rows, date], str]


def _yes(data_set: str, fact: str) -> Callable[[Rows, date], str]:
    def text(rows: Rows, on: date) -> str:
        found = facts_from_register({data_set: rows}, on).get(fact)
        return "あり" if found is not None and found.value is True else ""

    return text


def _care(rows: Rows, on: date) -> str:
    found = facts_from_register({"08": rows}, on).get("care_status")
    return {
        "applying": "申請中",
        "certified": "認定",
        "certified_facility": "認定（施設）",
        "facility": "施設",
    }.get(str(found.value) if found else "", "")


def _handbook(rows: Rows, on: date) -> str:
    found = facts_from_register({"07": rows}, on).get("handbook")
    words = {"physical": "身体", "intellectual": "療育", "mental": "精神"}
    if found is None or found.value == "none":
        return ""
    kinds = words if found.value == "all" else str(found.value).split("_")
    return "・".join(words[kind] for kind in kinds if kind in words)


def _any_receiving(rows: Rows, _on: date) -> str:
    return "あり" if any(row.get("shikakujotai") == _RECEIVING for row in rows) else ""


_QUALIFICATIONS = (
    _Qualification("09", "国保", _yes("09", "nhi_member")),
    _Qualification("10", "後期", _yes("10", "late_elderly_member")),
    _Qualification("05", "年金", _yes("05", "pension_first")),
    _Qualification("08", "介護", _care),
    _Qualification("11", "児童手当", _yes("11", "allowance_recipient")),
    _Qualification("12", "医療費助成", _any_receiving),
    _Qualification("14", "児童扶養手当", _yes("14", "support_allowance_recipient")),
    _Qualification("13", "保育", _yes("13", "nursery_user")),
    _Qualification("07", "障害", _handbook),
    _Qualification("06", "生保", _yes("06", "public_assistance")),
    _Qualification("02", "印鑑", _yes("02", "seal_registered")),
)
_AGE_LABELS = {"01a": "住民情報", **{item.data_set: item.label for item in _QUALIFICATIONS}}
