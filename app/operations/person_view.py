"""Seeing one addressee (宛名の照会): who he is, his household, its qualifications, and how old each of the data is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.data import audit, register
from app.data.persons import MOST_MEMBERS
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.dates import in_japan, today_in_japan
from app.domain.disclosure import Disclosure
from app.domain.errors import NotFound
from app.domain.memos import memo_runs
from app.domain.person import Category, Person
from app.domain.qualifications import (
    BY_KEY,
    NOT_ARRIVED,
    NOT_REGISTERED,
    NOTHING,
    QUALIFICATIONS,
    Qualification,
    Word,
)
from app.domain.register import FeedState
from app.domain.relations import RelatedPerson
from app.operations import layout_words
from app.operations.households import allowed
from app.operations.person_items import Item, items_of
from app.operations.related import related_to
from app.operations.residence import HistoryLine, history_of

MOST_ROWS = 40
"""Rows of one qualification that are shown; a history longer than that is read in its own section's system."""

_CORPORATION_SETS = frozenset({"04"})
_BASE_SETS = {
    Category.JAPANESE: ("01a", "住民情報"), Category.FOREIGN: ("01a", "住民情報"),
    Category.NON_RESIDENT: ("16", "住登外者"), Category.CORPORATION: ("17", "法人"),
    Category.EXPECTED: ("20b", "転出証明書情報"),
}  # fmt: skip


@dataclass(frozen=True)
class Age:
    """How old the data of a feed is: the day it speaks of, and whether it should have come again by now."""

    as_of: str
    stale: bool


@dataclass(frozen=True)
class Column:
    """A qualification as a column of the household's table; ``age`` None where its feed never arrived."""

    key: str
    head: str
    title: str
    age: Age | None


@dataclass(frozen=True)
class Cell:
    """What a column says of a member; ``opens``: there are rows to be seen."""

    word: Word
    opens: bool = False


@dataclass(frozen=True)
class MatrixRow:
    """One member of the household with a cell for each column."""

    person: Person
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """The household's qualifications (資格) as far as the asking member of staff may read them; absent columns are not his."""

    columns: tuple[Column, ...] = ()
    rows: tuple[MatrixRow, ...] = ()


@dataclass(frozen=True)
class PersonView:
    """A person with all his items, his household (himself included), its qualifications and the age of his own data."""

    person: Person
    items: tuple[Item, ...]
    household: tuple[Person, ...]
    matrix: Matrix
    history: tuple[HistoryLine, ...]
    related: tuple[RelatedPerson, ...]
    source: str
    age: Age | None


@dataclass(frozen=True)
class QualificationRow:
    """One row behind a cell: (item, text) pairs, whether it speaks of today, whether its source took it back."""

    items: tuple[tuple[str, str], ...]
    current: bool
    withdrawn: bool


@dataclass(frozen=True)
class QualificationView:
    """A qualification of one person with its history, newest first."""

    person: Person
    key: str
    title: str
    delicate: bool
    rows: tuple[QualificationRow, ...]
    age: Age | None


def show(person_id: str, actor: Actor, purpose: str, today: date | None = None) -> PersonView:
    """A person with household and qualifications, as far as the purpose opens them; recorded with everybody who was shown.

    Raises NotFound, Refused.
    """
    found = allowed(person_id, actor, purpose)
    disclosure = actor.disclosure(purpose)
    states = {state.data_set: state for state in register.list_feed_states()}
    person = found.person
    matrix = matrix_of(found.members, disclosure, states, today or today_in_japan())
    related = related_to(person, disclosure, {member.number for member in found.members})
    base, title = _BASE_SETS[person.category]
    view = PersonView(
        person,
        items_of(person, disclosure),
        found.members,
        matrix,
        history_of(person, disclosure),
        related,
        title,
        age_of(states.get(base)),
    )
    with transaction():
        numbers = [member.number for member in (*found.members, *(one.person for one in related))]
        audit.record(
            "resident.viewed", actor=actor, persons=numbers,
            detail={"members": len(found.members), "purpose": purpose.partition(":")[0]},
        )  # fmt: skip
        note_warnings(actor, [*found.members, *(one.person for one in related)])
    return view


def note_warnings(actor: Actor, persons: Sequence[Person]) -> None:
    """Record which warnings were shown beside whom, one row a person; inside the caller's transaction."""
    for person in persons:
        if person.warnings:
            codes = [warning.code for warning in person.warnings]
            audit.record("warning.shown", actor=actor, persons=[person.number], detail={"codes": codes})


def matrix_of(
    household: Sequence[Person], disclosure: Disclosure, states: Mapping[str, FeedState], today: date
) -> Matrix:
    """The table of qualifications of these persons, the first `MOST_MEMBERS` of them."""
    members = household[:MOST_MEMBERS]
    readable = [one for one in QUALIFICATIONS if disclosure.may_read(one.data_set) and _fits(one, members)]
    if not readable:
        return Matrix()
    rows = register.list_rows_of(
        [member.number for member in members], [one.data_set for one in readable], disclosure
    )
    columns = tuple(
        Column(one.key, one.head, one.title, age_of(states.get(one.data_set))) for one in readable
    )
    return Matrix(
        columns,
        tuple(
            MatrixRow(
                member, tuple(_cell(one, member, rows[member.number], states, today) for one in readable)
            )
            for member in members
        ),
    )


def _fits(one: Qualification, members: Sequence[Person]) -> bool:
    """A firm has no insurance, and only who moves in with a notice has a card that a file tells of."""
    if all(member.category is Category.CORPORATION for member in members):
        return one.data_set in _CORPORATION_SETS
    return one.data_set != "20b" or any(member.category is Category.EXPECTED for member in members)


def _cell(
    one: Qualification,
    member: Person,
    rows: Mapping[str, Sequence[Mapping[str, str]]],
    states: Mapping[str, FeedState],
    today: date,
) -> Cell:
    if member.category is Category.EXPECTED and one.data_set != "20b":
        return Cell(NOT_REGISTERED)
    if one.data_set not in states:
        return Cell(NOT_ARRIVED)
    held = rows.get(one.data_set, ())
    word = one.read(held, today)
    return Cell(word or NOTHING, opens=bool(held) and (word is not None or one.data_set != register.MEMO_SET))


def age_of(state: FeedState | None) -> Age | None:
    """The age of a feed in a few characters; None where it never arrived."""
    return Age(f"{in_japan(state.as_of):%m/%d}", state.stale) if state else None


def show_qualification(person_id: str, key: str, actor: Actor, purpose: str) -> QualificationView:
    """The rows behind one cell with their history; recorded. Raises NotFound, also without the right to the column."""
    one = BY_KEY.get(key)
    disclosure = actor.disclosure(purpose)
    if one is None or not disclosure.may_read(one.data_set):
        raise NotFound("この項目はありません。画面を開き直してください。")
    person = allowed(person_id, actor, purpose).person
    delivered = register.list_delivered(person.number, one.data_set, disclosure)
    if one.data_set == register.MEMO_SET:
        delivered = [row for row in delivered if row.current and memo_runs(row.values, today_in_japan())]
    rows = tuple(
        QualificationRow(
            tuple(layout_words.items(one.data_set, row.values, foreign=person.is_foreign)),
            row.current,
            row.withdrawn,
        )
        for row in delivered[:MOST_ROWS]
    )
    state = next((one_ for one_ in register.list_feed_states() if one_.data_set == one.data_set), None)
    with transaction():
        audit.record(
            "resident.qualification_viewed",
            actor=actor,
            persons=[person.number],
            detail={"data_set": one.data_set, "purpose": purpose.partition(":")[0]},
        )
    return QualificationView(person, one.key, one.title, one.delicate, rows, age_of(state))
