"""The persons of a notice (届出): who goes, who stays, how each stands to his householder afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.case import Case, CasePerson, Kind
from app.domain.dates import PartialDate
from app.domain.errors import Invalid
from app.domain.household_derivations import HOUSEHOLDER
from app.domain.households import (
    Effect,
    Member,
    Part,
    arranged,
    effect_of,
    groups_after,
    part_of,
    people_of,
)
from app.domain.new_households import FIRST, household_of
from app.domain.notices import SHAPES, Asks, Shape

MOST_MEMBERS = 20
PARENTS = (("", "―"), ("father", "父"), ("mother", "母"))


@dataclass(frozen=True)
class MemberInput:
    """A row of the grid, texts as typed. ``person`` is the id in the case, empty for one who is typed here."""

    person: str = ""
    included: bool = False
    name: str = ""
    kana: str = ""
    birth: str = ""
    sex: str = ""
    relationship: str = ""
    parent: str = ""
    new_name: str = ""
    new_kana: str = ""
    weight: str = ""
    household: str = FIRST


@dataclass(frozen=True)
class Entry:
    """Somebody of the notice: where his row is, what was typed, and who he is in the case; ``part`` None: not of it."""

    place: int
    typed: MemberInput
    person: CasePerson | None
    part: Part | None
    birth: PartialDate | None = None
    joined: str = ""
    """The household he is in already, where others join it."""

    @property
    def name(self) -> str:
        return self.typed.name.strip() or (self.person.name if self.person else "")

    @property
    def editable(self) -> bool:
        """Whether name and birth are typed here: he is in no register of the city, or announced by another one."""
        return self.person is None or self.person.source != "register"

    @property
    def before(self) -> str:
        """His relationship as the register has it."""
        return str(self.person.seen.get("relationship", "")) if self.person else ""

    def member(self) -> Member:
        """As the rules about households see him. Who has no household of his own yet belongs to that of the others.

        In which of the new ones he is, is chosen in his row; the members of one that is joined are where it is joined.
        """
        home = self.person.value("household_number") if self.person and self.person.number else ""
        birth = (
            self.birth.iso
            if self.birth
            else self.person.value("birth").replace("-", "")
            if self.person
            else ""
        )
        sex = self.typed.sex or (self.person.value("sex") if self.person else "")
        part = self.part or Part.STAYS
        household = self.joined or (self.typed.household if part is Part.MOVER else FIRST)
        return Member(
            f"row-{self.place}",
            self.name,
            part,
            home,
            sex,
            birth,
            self.before,
            self.typed.relationship,
            household,
        )


def entries_of(case: Case, shape: Shape, members: Sequence[MemberInput]) -> list[Entry]:
    """Everybody of the case with his row, then those who are typed; the part each has if it is saved as it stands.

    Raises Invalid for a row of somebody who is not in the case.
    """
    rows = {member.person: (place, member) for place, member in enumerate(members) if member.person}
    if any(case.person(person) is None for person in rows):
        raise Invalid("画面の内容が古くなっています。画面を開き直してください。")
    found = []
    shown = [person for person in case.persons if person.id in rows or part_of(case, person) is not None]
    for person in shown:
        place, typed = rows.get(person.id, (-1 - person.position, _unchanged(case, person)))
        part = _part(case, shape, person, typed)
        joined = household_of(case, person) if part is Part.JOINED else ""
        found.append(Entry(place, typed, person, part, joined=joined))
    typed_rows = [(place, member) for place, member in enumerate(members) if not member.person]
    found += [Entry(place, one, None, Part.MOVER if one.included else None) for place, one in typed_rows]
    return found


def _unchanged(case: Case, person: CasePerson) -> MemberInput:
    relationship = person.value("relationship")
    return MemberInput(
        person.id, person.is_subject, relationship=relationship, household=household_of(case, person)
    )


def _part(case: Case, shape: Shape, person: CasePerson, typed: MemberInput) -> Part | None:
    rest = part_of(case, _as_no_subject(person))
    if shape.asks is Asks.NAMES:
        return part_of(case, person)
    if shape.asks is Asks.ALL:
        return Part.MOVER if rest is Part.STAYS or person.is_subject else None
    if shape.asks is Asks.NEWBORN and person.number:
        return rest
    return Part.MOVER if typed.included and rest is not Part.JOINED else rest


def _as_no_subject(person: CasePerson) -> CasePerson:
    return replace(person, is_subject=False)


def members_of(entries: Sequence[Entry]) -> list[Member]:
    return [entry.member() for entry in entries if entry.part is not None]


def is_rearranged(case: Case, group: Sequence[Member]) -> bool:
    """Whether the relationships of a household after the event are entered: somebody went, came, or is householder now."""
    if case.kind is Kind.HOUSEHOLDER_CHANGE:
        return True
    if effect_of(case.kind) is Effect.TOGETHER:
        # A newborn's own relationship is asked; the others keep theirs.
        return case.kind is Kind.BIRTH
    return all(one.part is Part.STAYS for one in group) or effect_of(case.kind) is Effect.SPLITS


class Fill(StrEnum):
    """When relationships after the event are filled in."""

    BEGIN = "begin"
    """The screen is opened for the first time."""
    FRESH = "fresh"
    """Who goes has changed, or who is householder: what stood there is put aside."""
    ANEW = "anew"
    """The clerk asked for it, with the householder he has entered."""
    KEEP = "keep"
    """What was entered stands."""


def suggested(case: Case, shape: Shape, entries: Sequence[Entry], fill: Fill) -> tuple[list[Entry], bool]:
    """The entries with relationships to the householder where a household has lost its own, and whether any changed.

    Nobody's relationship to a household that he joins can be told from the one he leaves: it is left open.
    """
    start = [_put_aside(shape, entry) for entry in entries] if fill is Fill.FRESH else list(entries)
    new: dict[str, str] = {}
    groups = groups_after(case.kind, members_of(start))
    for group in groups:
        if case.kind is Kind.MOVE_IN:
            if len(groups) > 1 and fill in {Fill.FRESH, Fill.ANEW}:
                new |= _anew(group, fill)
            continue
        if case.kind is Kind.BIRTH or not is_rearranged(case, group):
            continue
        if any(one.part is Part.JOINED for one in group):
            if fill in {Fill.BEGIN, Fill.FRESH}:
                new |= {one.id: "" for one in group if one.part is Part.MOVER and one.now == one.before}
            continue
        headless = not any(one.now == HOUSEHOLDER for one in group)
        chosen = fill is Fill.ANEW or (fill is Fill.FRESH and shape.asks is Asks.ALL)
        if len({one.home for one in group}) == 1 and (chosen or headless):
            new |= arranged(group)
    made = [_with_relationship(entry, new.get(f"row-{entry.place}")) for entry in start]
    return made, any(entry.typed.relationship != entry.before for entry in made if entry.part is Part.STAYS)


def _anew(group: Sequence[Member], fill: Fill) -> dict[str, str]:
    """Relationships of a household that splits off while it moves in: told by what was announced, or typed so far."""
    known = [replace(one, before=one.before or one.now) for one in group]
    headless = not any(one.now == HOUSEHOLDER for one in known)
    if any(one.part is Part.JOINED for one in group) or not (headless or fill is Fill.ANEW):
        return {}
    found = arranged(known)
    return {one.id: found[one.id] for one in group if found.get(one.id)}


def _put_aside(shape: Shape, entry: Entry) -> Entry:
    if entry.person is None or entry.editable:
        return entry
    chosen = shape.asks is Asks.ALL and entry.typed.included
    return _with_relationship(entry, HOUSEHOLDER if chosen else entry.before)


def _with_relationship(entry: Entry, term: str | None) -> Entry:
    return entry if term is None else replace(entry, typed=replace(entry.typed, relationship=term))


def stored_rows(case: Case) -> list[MemberInput]:
    """The rows as the case holds them."""
    shape = SHAPES[case.kind] if case.kind is not None else None
    rows = []
    for person, part in people_of(case):
        renamed = shape is not None and shape.asks is Asks.NAMES
        weight = case.fact("birth_weight", person.id, "")
        rows.append(
            MemberInput(
                person.id, part is Part.MOVER, relationship=person.value("relationship"),
                parent=str(case.fact("move.parent", person.id, "")), weight=str(weight),
                household=household_of(case, person),
                new_name=str(person.corrected.get("name", "")) if renamed else "",
                new_kana=str(person.corrected.get("kana", "")) if renamed else "",
            )
        )  # fmt: skip
    return rows
