"""Persons as the asking member of staff may see them. No address of a protected person is in the table they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, select

from app.data import flags
from app.data.models.register import PersonRow
from app.data.projection import group_key
from app.domain.dates import PartialDate
from app.domain.disclosure import Disclosure
from app.domain.errors import NotFound
from app.domain.person import WITHHELD, Address, Category, Person, PersonWarning, Status
from app.extensions import db

MOST_MEMBERS = 30
"""Members of a household that are shown beside a hit; institutions have more."""

MOST_HOUSEHOLD = 200

_COLUMNS = (
    PersonRow.serial, PersonRow.group_key, PersonRow.id, PersonRow.number, PersonRow.category, PersonRow.status,
    PersonRow.name, PersonRow.kana, PersonRow.sex, PersonRow.birth, PersonRow.birth_text, PersonRow.relationship,
    PersonRow.household_number, PersonRow.prefecture, PersonRow.city, PersonRow.town, PersonRow.lot,
    PersonRow.building, PersonRow.postal_code, PersonRow.protected, PersonRow.alias, PersonRow.former_surname,
    PersonRow.latin_name, PersonRow.nationality, PersonRow.is_householder, PersonRow.receipt_number,
)  # fmt: skip
_DATA_SETS = {
    Category.JAPANESE: "01a",
    Category.FOREIGN: "01a",
    Category.NON_RESIDENT: "16",
    Category.CORPORATION: "17",
    Category.EXPECTED: "20b",
}
_UNKNOWN = "該当する方が見つかりません。もう一度検索してください。"


def get_person(person_id: str, disclosure: Disclosure) -> Person:
    """The person with this opaque id. Raises NotFound, also where the kind of person may not be read."""
    return _one(select(*_COLUMNS).where(PersonRow.id == person_id), disclosure)


def get_person_by_number(number: str, disclosure: Disclosure) -> Person:
    """The person with this addressee number (宛名番号). Raises NotFound as `get_person` does."""
    return _one(select(*_COLUMNS).where(PersonRow.number == number), disclosure)


def list_household(household_number: str, disclosure: Disclosure) -> tuple[Person, ...]:
    """The residents of a household: householder, spouse, children, others."""
    return _group(group_key("", household_number, "1"), disclosure) if household_number else ()


def list_expected(receipt_number: str, disclosure: Disclosure) -> tuple[Person, ...]:
    """The people of a move-out notice who are still expected, in the order of the notice."""
    return _group(f"r|{receipt_number}", disclosure)


def list_with_members(
    serials: Sequence[int], disclosure: Disclosure
) -> list[tuple[Person, tuple[Person, ...]]]:
    """The persons in the order of ``serials``, each with the others of its household who are in the same state."""
    if not serials:
        return []
    groups = select(PersonRow.group_key).where(PersonRow.serial.in_(serials))
    statement = (
        select(*_COLUMNS)
        .where(PersonRow.group_key.in_(groups))
        .order_by(PersonRow.group_key, PersonRow.group_position, PersonRow.serial)
        .limit(len(serials) * MOST_MEMBERS + MOST_HOUSEHOLD)
    )
    rows = db.session.execute(statement).all()
    persons = dict(zip((row.serial for row in rows), _persons(rows, disclosure), strict=True))
    households: dict[str, list[int]] = {}
    group_of: dict[int, str] = {}
    for row in rows:
        households.setdefault(row.group_key, []).append(row.serial)
        group_of[row.serial] = row.group_key
    found = []
    for serial in serials:
        others = [other for other in households.get(group_of.get(serial, ""), ()) if other != serial]
        if serial in persons:
            found.append((persons[serial], tuple(persons[other] for other in others[:MOST_MEMBERS])))
    return found


def may_see(category: Category, disclosure: Disclosure) -> bool:
    """Whether persons of this kind may be shown at all."""
    return disclosure.may_read(_DATA_SETS[category])


def _one(statement: Select[*tuple[Any, ...]], disclosure: Disclosure) -> Person:
    row = db.session.execute(statement).one_or_none()
    if row is None or not may_see(Category(row.category), disclosure):
        raise NotFound(_UNKNOWN)
    return _persons([row], disclosure)[0]


def _group(group: str, disclosure: Disclosure) -> tuple[Person, ...]:
    statement = (
        select(*_COLUMNS)
        .where(PersonRow.group_key == group)
        .order_by(PersonRow.group_position, PersonRow.serial)
        .limit(MOST_HOUSEHOLD)
    )
    persons = _persons(db.session.execute(statement).all(), disclosure)
    return tuple(person for person in persons if may_see(person.category, disclosure))


def _persons(rows: Sequence[Row[*tuple[Any, ...]]], disclosure: Disclosure) -> list[Person]:
    warnings = flags.list_warnings([row.number for row in rows], disclosure)
    return [_person(row, warnings.get(row.number, ())) for row in rows]


def _person(row: Row[*tuple[Any, ...]], warnings: Iterable[PersonWarning]) -> Person:
    protected = bool(row.protected)
    return Person(
        id=row.id,
        number=row.number,
        category=Category(row.category),
        status=Status(row.status),
        name=row.name,
        kana=row.kana,
        sex=row.sex,
        birth=PartialDate.from_iso(row.birth, row.birth_text),
        relationship=row.relationship,
        household_number=row.household_number,
        address=WITHHELD if protected else _address(row),
        protected=protected,
        alias=row.alias,
        former_surname=row.former_surname,
        latin_name=row.latin_name,
        nationality=row.nationality,
        is_householder=bool(row.is_householder),
        warnings=(flags.RESTRICTED, *warnings) if protected else tuple(warnings),
        receipt_number=row.receipt_number,
    )


def _address(row: Row[*tuple[Any, ...]]) -> Address:
    return Address(
        prefecture=row.prefecture,
        city=row.city,
        town=row.town,
        number=row.lot,
        building=row.building,
        postal_code=row.postal_code,
    )
