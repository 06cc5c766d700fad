"""Persons as the asking member of staff may see them. No address of a protected person is in the table they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ARRAY, Select, String, Table, any_, bindparam, func, select

from app.data import flags
from app.data.models.register import PersonRow
from app.data.projection import group_key
from app.domain.dates import PartialDate
from app.domain.disclosure import Disclosure
from app.domain.errors import NotFound, Refused
from app.domain.person import WITHHELD, Address, Category, Person, PersonWarning, Status
from app.extensions import db

MOST_MEMBERS = 30
"""Members of a household that are shown beside a hit; institutions have more."""

MOST_HOUSEHOLD = 200
MOST_AT_ADDRESS = 60

_TABLE = cast(Table, PersonRow.__table__)
_COLUMNS = tuple(
    _TABLE.c[name]
    for name in (
        "serial", "group_key", "id", "number", "category", "status", "name", "kana", "sex", "birth", "birth_text",
        "relationship", "household_number", "protected", "alias", "former_surname", "latin_name", "nationality",
        "is_householder", "receipt_number", "prefecture", "city", "town", "lot", "building", "postal_code",
        "reserved_for",
    )
)  # fmt: skip
_SERIAL, _GROUP, _RESERVED = 0, 1, len(_COLUMNS) - 1

# The flags of each person are looked up by themselves: joined, PostgreSQL reads all of them for the few of a page.
_CODES = (
    select(func.aggregate_strings(flags.TABLE.c.code, ","))
    .where(flags.TABLE.c.person_number == _TABLE.c.number, flags.VALID)
    .scalar_subquery()
)
# Statements are built once: building one costs more than the database needs to answer it.
_PERSONS = select(*_COLUMNS, _CODES)
_BY_ID = _PERSONS.where(_TABLE.c.id == bindparam("id"))
_BY_NUMBER = _PERSONS.where(_TABLE.c.number == bindparam("number"))
_BY_SERIAL = _PERSONS.where(_TABLE.c.serial == bindparam("serial"))
_OF_GROUP = (
    _PERSONS.where(_TABLE.c.group_key == bindparam("group"))
    .order_by(_TABLE.c.group_position, _TABLE.c.serial)
    .limit(MOST_HOUSEHOLD)
)
_BY_SERIALS = _PERSONS.where(_TABLE.c.serial.in_(bindparam("serials", expanding=True))).order_by(
    _TABLE.c.group_position, _TABLE.c.serial
)
_BY_NUMBERS = _PERSONS.where(_TABLE.c.number.in_(bindparam("numbers", expanding=True))).order_by(
    _TABLE.c.serial
)
_EXPECTED_BORN = (
    _PERSONS.where(_TABLE.c.status == Status.EXPECTED.value, _TABLE.c.birth == bindparam("birth"))
    .order_by(_TABLE.c.serial)
    .limit(MOST_HOUSEHOLD)
)
_AT_ADDRESS = (
    _PERSONS.where(
        _TABLE.c.town == bindparam("town"),
        _TABLE.c.lot == bindparam("lot"),
        _TABLE.c.building == bindparam("building"),
        _TABLE.c.city == bindparam("city"),
        _TABLE.c.status == Status.RESIDENT.value,
        _TABLE.c.protected.is_(False),
        _TABLE.c.group_key != bindparam("group"),
    )
    .order_by(_TABLE.c.group_key, _TABLE.c.group_position, _TABLE.c.serial)
    .limit(bindparam("most"))
)
_IN_GROUPS = {
    # One text for any number of them: the database keeps it planned, and no list is written into it each time.
    "postgresql": _TABLE.c.group_key == any_(bindparam("groups", type_=ARRAY(String))),
    "sqlite": _TABLE.c.group_key.in_(bindparam("groups", expanding=True)),
}
_WITH_MEMBERS = {
    dialect: _PERSONS.where(in_groups)
    .order_by(_TABLE.c.group_key, _TABLE.c.group_position, _TABLE.c.serial)
    .limit(bindparam("most"))
    for dialect, in_groups in _IN_GROUPS.items()
}
_CATEGORIES = {category.value: category for category in Category}
_STATUSES = {status.value: status for status in Status}
_DATA_SETS = {
    Category.JAPANESE: "01a",
    Category.FOREIGN: "01a",
    Category.NON_RESIDENT: "16",
    Category.CORPORATION: "17",
    Category.EXPECTED: "20b",
}
_RESERVED_FOR_OTHERS = "この宛名は、登録した業務の窓口だけが参照できます（他業務参照不可）。必要なときは担当課に確認してください。"
_UNKNOWN = "該当する方が見つかりません。もう一度検索してください。"


def get_person(person_id: str, disclosure: Disclosure) -> Person:
    """The person with this opaque id.

    Raises NotFound, also where the kind of person may not be read, and Refused where another business keeps him to itself.
    """
    return _one(_BY_ID, {"id": person_id}, disclosure)


def get_person_by_number(number: str, disclosure: Disclosure) -> Person:
    """The person with this addressee number (宛名番号). Raises NotFound as `get_person` does."""
    return _one(_BY_NUMBER, {"number": number}, disclosure)


def list_household(household_number: str, disclosure: Disclosure) -> tuple[Person, ...]:
    """The residents of a household: householder, spouse, children, others."""
    return _group(group_key("", household_number, "1"), disclosure) if household_number else ()


def list_expected(receipt_number: str, disclosure: Disclosure) -> tuple[Person, ...]:
    """The people of a move-out notice who are still expected, in the order of the notice."""
    return _group(f"r|{receipt_number}", disclosure)


def list_expected_born(birth: str, disclosure: Disclosure) -> tuple[Person, ...]:
    """The people of move-out notices (転出証明書情報) who were born on a day ("YYYYMMDD") and are still expected."""
    return _several(_EXPECTED_BORN, {"birth": birth}, disclosure)


def list_persons(serials: Sequence[int], disclosure: Disclosure) -> tuple[Person, ...]:
    """The persons with these serials as far as they may be seen, in the order of households."""
    return _several(_BY_SERIALS, {"serials": serials}, disclosure) if serials else ()


def list_persons_by_number(numbers: Sequence[str], disclosure: Disclosure) -> tuple[Person, ...]:
    """The persons with these addressee numbers as far as they may be seen."""
    return _several(_BY_NUMBERS, {"numbers": numbers}, disclosure) if numbers else ()


def list_at_address(person: Person, disclosure: Disclosure) -> tuple[Person, ...]:
    """Residents of other households at the very address of a resident, `MOST_AT_ADDRESS` + 1 at most.

    Nobody for a protected person, and never one: an address that both have would be told by it (AC-18).
    """
    place = person.address
    if person.protected or place.withheld or person.status is not Status.RESIDENT or not place.town:
        return ()
    own = group_key(person.number, person.household_number, "1")
    values = {
        "town": place.town, "lot": place.number, "building": place.building, "city": place.city, "group": own,
        "most": MOST_AT_ADDRESS + 1,
    }  # fmt: skip
    return _several(_AT_ADDRESS, values, disclosure)


def list_with_members(
    groups: Mapping[int, str], disclosure: Disclosure
) -> dict[int, tuple[Person, tuple[Person, ...], bool]]:
    """By serial: the person, the first others of his household who are in the same state, and whether there are more.

    ``groups`` are the group keys of the persons by their serials.
    """
    if not groups:
        return {}
    most = len(groups) * MOST_MEMBERS + MOST_HOUSEHOLD
    households: dict[str, list[Person]] = {}
    place: dict[int, tuple[Person, str]] = {}
    members, distinct = _WITH_MEMBERS[db.engine.dialect.name], list(dict.fromkeys(groups.values()))
    for row, person in _read(members, {"groups": distinct, "most": most}, disclosure):
        households.setdefault(row[_GROUP], []).append(person)
        place[row[_SERIAL]] = person, row[_GROUP]
    for serial in groups:
        # Institutions as large as a village fill the limit, so that hits and whole households stay behind it.
        if serial not in place:
            for row, person in _read(_BY_SERIAL, {"serial": serial}, disclosure):
                place[serial] = person, row[_GROUP]
                whole = _read(_OF_GROUP, {"group": row[_GROUP]}, disclosure)
                households[row[_GROUP]] = [member for _, member in whole]
    found = {}
    for serial, (person, group) in ((serial, place[serial]) for serial in groups if serial in place):
        others = [other for other in households[group] if other.id != person.id]
        found[serial] = person, tuple(others[:MOST_MEMBERS]), len(others) > MOST_MEMBERS
    return found


def may_see(category: Category, disclosure: Disclosure) -> bool:
    """Whether persons of this kind may be shown at all."""
    return disclosure.may_read(_DATA_SETS[category])


def open_to(reserved_for: str, disclosure: Disclosure) -> bool:
    """Whether a person is no other business's alone (他業務参照不可)."""
    return not reserved_for or reserved_for in disclosure.businesses


def _read(
    statement: Select[*tuple[Any, ...]], values: dict[str, Any], disclosure: Disclosure
) -> Iterator[tuple[Sequence[Any], Person]]:
    """The row of each person, and the person with his warnings."""
    for row in db.session.connection().execute(statement, values | flags.parameters(disclosure)).all():
        yield row, _person(row, flags.warnings_of(row[-1].split(",")) if row[-1] else ())


def _one(statement: Select[*tuple[Any, ...]], values: dict[str, Any], disclosure: Disclosure) -> Person:
    found = list(_read(statement, values, disclosure))
    if len(found) != 1 or not may_see(found[0][1].category, disclosure):
        raise NotFound(_UNKNOWN)
    if not open_to(found[0][0][_RESERVED], disclosure):
        raise Refused(_RESERVED_FOR_OTHERS)
    return found[0][1]


def _group(group: str, disclosure: Disclosure) -> tuple[Person, ...]:
    return _several(_OF_GROUP, {"group": group}, disclosure)


def _several(
    statement: Select[*tuple[Any, ...]], values: dict[str, Any], disclosure: Disclosure
) -> tuple[Person, ...]:
    found = _read(statement, values, disclosure)
    return tuple(
        person
        for row, person in found
        if may_see(person.category, disclosure) and open_to(row[_RESERVED], disclosure)
    )


def _person(row: Sequence[Any], warnings: tuple[PersonWarning, ...]) -> Person:
    (
        _, _, identity, number, category, status, name, kana, sex, birth, birth_text, relationship, household,
        protected, alias, former_surname, latin_name, nationality, is_householder, receipt, *place, _reserved, _code,
    ) = row  # fmt: skip
    return Person(
        id=identity,
        number=number,
        category=_CATEGORIES[category],
        status=_STATUSES[status],
        name=name,
        kana=kana,
        sex=sex,
        birth=_date(birth, birth_text, category == Category.FOREIGN or bool(nationality)),
        relationship=relationship,
        household_number=household,
        address=WITHHELD if protected else Address(*place),
        protected=bool(protected),
        alias=alias,
        former_surname=former_surname,
        latin_name=latin_name,
        nationality=nationality,
        is_householder=bool(is_householder),
        warnings=(flags.RESTRICTED, *warnings) if protected else warnings,
        receipt_number=receipt,
    )


@lru_cache(maxsize=32768)
def _date(iso: str, text: str, foreign: bool) -> PartialDate:
    """A stored birth date: "YYYYMMDD", zeros being unknown; that of a foreigner is written in western years."""
    return PartialDate(int(iso[:4]) or None, int(iso[4:6]) or None, int(iso[6:]) or None, text, foreign)
