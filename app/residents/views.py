"""What the pages of this room show of a person: plain texts, already decided by the data room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.dates import age_on, format_wareki, format_western
from app.domain.person import OPENABLE, STATUS_LABELS, Category, FoundBy, Hit, Person, Status, WarningLevel
from app.web.open_screens import watch

LEVELS = {WarningLevel.RESTRICTED: 1, WarningLevel.HOLD: 2, WarningLevel.CONFIRM: 3, WarningLevel.NOTICE: 4}
SEXES = {"1": "男", "2": "女"}
CATEGORIES = {
    Category.JAPANESE: "日本人", Category.FOREIGN: "外国人", Category.NON_RESIDENT: "住登外",
    Category.CORPORATION: "法人", Category.EXPECTED: "転入予定",
}  # fmt: skip
FOUND_BY = {
    FoundBy.ALIAS: "通称で一致", FoundBy.FORMER_SURNAME: "旧氏で一致", FoundBy.PAST_NAME: "以前の名前で一致",
    FoundBy.PAST_ADDRESS: "旧住所で一致", FoundBy.ADDRESS_BEFORE: "転入前の住所で一致",
    FoundBy.ADDRESS_AFTER: "転出先の住所で一致",
}  # fmt: skip


@dataclass(frozen=True)
class ShownPerson:
    """A person as a row of a table."""

    id: str
    number: str
    name: str
    kana: str
    birth_text: str
    age: int | None
    sex: str
    address: str
    relationship: str
    category: str
    status_text: str
    warnings: list[tuple[int, str]]
    protected: bool
    openable: bool


@dataclass(frozen=True)
class ShownHit:
    """A row that was found, with the rows of its household below it."""

    person: ShownPerson
    members: list[ShownPerson]
    notes: list[str]
    """By what else than the current name and address it was found."""
    namesake: bool
    below: bool
    more_members: bool


def shown_hit(hit: Hit, today: date, *, may_receive: bool) -> ShownHit:
    """A hit as a row, each note with the name it speaks of."""
    names = {FoundBy.ALIAS: hit.person.alias, FoundBy.FORMER_SURNAME: hit.person.former_surname}
    notes = [f"{FOUND_BY[one]}{f'：{name}' if (name := names.get(one)) else ''}" for one in hit.found_by]
    members = [shown(member, today, may_receive=may_receive) for member in hit.members]
    person = shown(hit.person, today, may_receive=may_receive)
    return ShownHit(person, members, notes, hit.namesake, hit.below, hit.more_members)


def shown(person: Person, today: date, *, may_receive: bool) -> ShownPerson:
    """Western dates for foreign residents, era dates for everybody else (resident-record standard 1.0).

    Whoever is shown with his address is watched by the page: it goes as soon as he becomes protected.
    """
    watch([] if person.protected else [person.number])
    known = person.birth.iso != "00000000" or bool(person.birth.text)
    birth = (format_western if person.is_foreign else format_wareki)(person.birth) if known else ""
    return ShownPerson(
        id=person.id, number=person.number, name=person.name, kana=person.kana, birth_text=birth,
        age=age_on(person.birth, today) if known and person.status is not Status.DEAD else None,
        sex=SEXES.get(person.sex, ""), address=person.address.text, relationship=person.relationship,
        category=CATEGORIES[person.category], status_text=STATUS_LABELS[person.status],
        warnings=[(LEVELS[warning.level], warning.text) for warning in person.warnings], protected=person.protected,
        openable=may_receive and person.status in OPENABLE,
    )  # fmt: skip
