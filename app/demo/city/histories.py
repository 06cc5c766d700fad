"""How everyone came to be where he is registered: births, moves in and within the city, marriages, changes of householder.

Each line of a history is a whole state (履歴). A person's first line is his birth here, his moving in, or his state on the day
the register was put into the computer (改製); the last line of a resident is his present state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.demo.city import people
from app.demo.city.people import CHILD, GRANDCHILD, HEAD, Entry, Household, Name, Person, Relation
from app.demo.city.places import Address
from app.demo.city.registry import Registry

_NATIVE_SHARE = 0.52
_MARRIED_IN = {people.WIFE, people.HUSBAND, people.CHILD_WIFE, people.CHILD_HUSBAND, people.GRANDCHILD_WIFE}
_STRANGERS = {
    people.LODGER, people.RELATIVE, people.WIFE_UNREGISTERED, people.HUSBAND_UNREGISTERED, people.WIFE_FATHER,
    people.WIFE_MOTHER,
}  # fmt: skip
# What the members were while the householder was still a child in his parents' household; the others were children too.
_UNDER_PARENTS = {
    CHILD: GRANDCHILD, GRANDCHILD: people.GREAT_GRANDCHILD, people.SISTER_CHILD: GRANDCHILD, people.FATHER: HEAD,
    people.MOTHER: people.WIFE, people.FATHER_MOTHER: people.MOTHER, people.MOTHER_MOTHER: people.WIFE_MOTHER,
}  # fmt: skip
_SETTLED_AGE = 35
RENEWED_ON = date(1990, 10, 1)
"""When the paper register was renewed in the computer: lines before that day do not exist."""
FORMER_SURNAMES_FROM = date(2019, 11, 5)


@dataclass(frozen=True, slots=True)
class _Past:
    """Where the householder of a native household lived before, and what he was there."""

    number: str
    address: Address
    relation: Relation


@dataclass(frozen=True, slots=True)
class _Step:
    """A state that someone entered on a day."""

    day: date
    number: str
    relation: Relation
    address: Address
    family: Name


def settle(registry: Registry, home: Household, *, from_away: bool | None = None, moves: bool = True) -> None:
    """Write the history of a household and its members up to today.

    ``from_away`` decides whether its adults moved in from another municipality; by default about half did.
    Without ``moves`` the household has had one address only.
    """
    away = not registry.chance(_NATIVE_SHARE) if from_away is None else from_away
    origin = (registry.places.abroad() if registry.chance(0.02) else registry.places.away()) if away else None
    past = None if away else _past(registry, home)
    stays = _stays(registry, home) if moves else [(home.since, home.address)]
    head_name = home.head.name
    for person in home.members:
        _begin(registry, home, person, origin, past, stays)
        person.origin_head = head_name if person.origin is origin else person.name
    if home.kind == "widowed":
        _lose_spouse(registry, home)
    for person in home.members:
        _enter_former_surname(registry, person)


def _past(registry: Registry, home: Household) -> _Past:
    age = people.age_on(home.head.birth, home.since)
    relation = HEAD if age >= _SETTLED_AGE else CHILD
    return _Past(registry.household_numbers.take(), registry.places.house(), relation)


def _stays(registry: Registry, home: Household) -> list[tuple[date, Address]]:
    """Where the household has lived, oldest first; the last is its present address."""
    draw = registry.rng.random()
    moves = 0 if draw < 0.62 else 1 if draw < 0.9 else 2
    days = sorted(registry.day_between(home.since, registry.as_of) for _ in range(moves))
    days = [day for day in days if day > home.since]
    earlier = [registry.home(0.6) for _ in days]
    return list(zip([home.since, *days], [*earlier, home.address], strict=True))


def _begin(
    registry: Registry,
    home: Household,
    person: Person,
    origin: Address | None,
    past: _Past | None,
    stays: list[tuple[date, Address]],
) -> None:
    """The lines of one member: how he joined, then every move of the household since."""
    joined = _joined(registry, home, person)
    here = next(place for day, place in reversed(stays) if day <= joined)
    married_later = person.relation in _MARRIED_IN and joined > home.since
    if married_later or (past is not None and person.relation in _MARRIED_IN):
        origin = registry.places.away() if registry.chance(0.45) else None
    if joined == person.birth:
        _enter(registry, person, people.BORN, joined, home.number, here)
    elif origin is not None:
        reason = people.FROM_ABROAD if origin.abroad else people.MOVED_IN
        _enter(registry, person, reason, joined, home.number, here)
        person.origin = origin
    else:
        _enter_native(
            registry,
            home,
            person,
            None if married_later else past,
            _Step(joined, home.number, person.relation, here, person.family),
        )
    for day, place in stays:
        if joined < day <= person.entries[-1].on:  # before the renewal: only where it led to is known
            person.entries[-1].address = place
        elif day > joined:
            _move(registry, person, day, place)


def _joined(registry: Registry, home: Household, person: Person) -> date:
    """When someone became a member: with the household, by birth, or by a wedding later on."""
    adult = person.birth + timedelta(days=19 * 365)
    if person.relation not in _MARRIED_IN or adult <= home.since:
        return max(home.since, person.birth)
    children = [member.birth for member in home.members if person in (member.father, member.mother)]
    latest = min([registry.as_of, adult + timedelta(days=9 * 365), *children])
    return max(home.since, min(registry.day_between(adult, latest), latest))


def _enter(
    registry: Registry, person: Person, reason: str, day: date, household: str, address: Address
) -> None:
    person.since = day
    person.entries.append(
        Entry(reason, day, registry.notified(day), household, person.relation, address, person.family)
    )


def _enter_native(
    registry: Registry, home: Household, person: Person, past: _Past | None, last: _Step
) -> None:
    """A native: his states from birth to joining the household, those before the renewal of the register left out."""
    steps = [*_native_steps(registry, home, person, past, last.day), last]
    begin = max(person.birth, RENEWED_ON)
    known = [step for step in steps if step.day <= begin]
    first = known[-1]
    reason = people.BORN if begin == person.birth else people.RENEWED
    person.since = person.birth
    notified = registry.notified(begin) if reason == people.BORN else begin
    person.entries.append(
        Entry(reason, begin, notified, first.number, first.relation, first.address, first.family)
    )
    for step in steps[len(known) :]:
        before = person.entries[-1]
        notified = registry.notified(step.day)
        if step.family is not before.family:
            person.entries.append(
                Entry(
                    people.CORRECTED,
                    step.day,
                    notified,
                    before.household,
                    before.relation,
                    before.address,
                    step.family,
                )
            )
        person.entries.append(
            Entry(
                people.MOVED_WITHIN,
                step.day,
                notified,
                step.number,
                step.relation,
                step.address,
                step.family,
                before=before.address,
            )
        )


def _native_steps(
    registry: Registry, home: Household, person: Person, past: _Past | None, joined: date
) -> list[_Step]:
    """What a native was before he joined the household: a child of his parents, perhaps married already."""
    if person.relation in _MARRIED_IN:
        maiden = person.family
        if person.sex == people.FEMALE:
            maiden = registry.names.surname_for(registry.rng, person.given)
        if maiden is not person.family and person.birth.year > 1955 and registry.chance(0.06):
            person.former_surname = maiden
        born = _Step(person.birth, registry.household_numbers.take(), CHILD, registry.places.house(), maiden)
        if past is None or past.relation is not HEAD:
            return [born]
        wedding = min(registry.day_between(*_wedding_days(person)), joined - timedelta(days=1))
        return [
            born,
            _Step(max(wedding, person.birth), past.number, person.relation, past.address, person.family),
        ]
    if past is None or person.relation in _STRANGERS:
        grown = people.age_on(person.birth, joined) >= _SETTLED_AGE
        past = _Past(registry.household_numbers.take(), registry.places.house(), HEAD if grown else CHILD)
        relation = past.relation
    elif person is home.head:
        relation = past.relation
    else:
        relation = person.relation if past.relation is HEAD else _UNDER_PARENTS.get(person.relation, CHILD)
    return [_Step(person.birth, past.number, relation, past.address, person.family)]


def _wedding_days(person: Person) -> tuple[date, date]:
    return person.birth + timedelta(days=20 * 365), person.birth + timedelta(days=30 * 365)


def _move(registry: Registry, person: Person, day: date, place: Address) -> None:
    last = person.entries[-1]
    person.entries.append(
        Entry(
            people.MOVED_WITHIN,
            day,
            registry.notified(day),
            last.household,
            last.relation,
            place,
            last.family,
            before=last.address,
        )
    )


def _lose_spouse(registry: Registry, home: Household) -> None:
    """The householder of today was the wife (or husband) of one who died; the dead one joins the former residents."""
    widow = home.head
    sex = people.MALE if widow.sex == people.FEMALE else people.FEMALE
    birth = widow.birth - timedelta(days=registry.between(-900, 2400))
    earliest = max(home.since, date(1996, 1, 1), birth + timedelta(days=50 * 365))
    if earliest >= registry.as_of - timedelta(days=60):
        return
    died = registry.day_between(earliest, registry.as_of - timedelta(days=40))
    dead = registry.person(home, HEAD, sex, birth, widow.family)
    dead.entries = [
        Entry(
            entry.reason,
            entry.on,
            entry.notified,
            entry.household,
            HEAD,
            entry.address,
            widow.family,
            entry.before,
        )
        for entry in widow.entries
        if entry.household == home.number and entry.on < died
    ] or [Entry(people.MOVED_IN, home.since, home.since, home.number, HEAD, home.address, widow.family)]
    dead.entries[0].reason, dead.entries[0].before = people.MOVED_IN, None
    dead.since = dead.entries[0].on
    dead.origin = widow.origin or registry.places.away()
    dead.spouse, widow.spouse = widow, None
    bury(registry, dead, died)
    for member in home.members:
        _after_death(registry, home, member, died)


def _after_death(registry: Registry, home: Household, member: Person, died: date) -> None:
    """The members' lines before the death show the old householder; a line of the day itself shows the new one."""
    if member.entries[0].on > died:
        return
    widow = member is home.head
    old = (people.WIFE if member.sex == people.FEMALE else people.HUSBAND) if widow else member.relation
    later = [entry for entry in member.entries if entry.on > died]
    earlier = [entry for entry in member.entries if entry.on <= died]
    for entry in earlier:
        if entry.household == home.number or (widow and entry.relation is HEAD):
            entry.relation = old
    last = earlier[-1]
    change = Entry(
        people.NEW_HEAD,
        died,
        registry.notified(died),
        home.number,
        member.relation,
        last.address,
        last.family,
    )
    member.entries = [*earlier, change, *later]


def bury(registry: Registry, person: Person, died: date) -> None:
    """Enter a death and hand the person to the former residents."""
    last = person.entries[-1]
    notified = min(died + timedelta(days=registry.between(0, 6)), registry.as_of)
    person.entries.append(
        Entry(people.DIED, died, notified, last.household, last.relation, last.address, last.family)
    )
    person.status, person.removed_on = people.DEAD, died
    registry.city.former.append(person)


def leave(registry: Registry, person: Person, day: date, to: Address) -> None:
    """Enter a move out of the city and hand the person to the former residents."""
    last = person.entries[-1]
    reason = people.LEFT_JAPAN if to.abroad else people.LEFT
    person.entries.append(
        Entry(
            reason,
            day,
            registry.notified(day),
            last.household,
            last.relation,
            last.address,
            last.family,
            after=to,
        )
    )
    person.status, person.removed_on = people.MOVED_OUT, day
    registry.city.former.append(person)


def _enter_former_surname(registry: Registry, person: Person) -> None:
    """A former surname (旧氏) on the record is entered on a day of its own."""
    last = person.entries[-1]
    if person.former_surname is None or last.on >= registry.as_of:
        person.former_surname = None
        return
    day = registry.day_between(max(FORMER_SURNAMES_FROM, last.on + timedelta(days=1)), registry.as_of)
    person.entries.append(
        Entry(
            people.FORMER_SURNAME_ENTERED, day, day, last.household, last.relation, last.address, last.family
        )
    )
