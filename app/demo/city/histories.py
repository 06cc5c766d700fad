"""How everyone came to be where he is registered: births, moves in and within the city, marriages, changes of householder.

Each line of a history is a whole state (履歴). A person's first line is his birth here or his moving in; the last line of
a resident is his present state.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.demo.city import people
from app.demo.city.people import CHILD, HEAD, Entry, Household, Name, Person, Relation
from app.demo.city.places import Address
from app.demo.city.registry import Registry

_NATIVE_SHARE = 0.52
_WITH_PARENTS = {CHILD, people.GRANDCHILD, people.GREAT_GRANDCHILD, people.WIFE_CHILD, people.SISTER_CHILD}
_MARRIED_IN = {people.WIFE, people.CHILD_WIFE, people.HUSBAND, people.GRANDCHILD_WIFE}
FORMER_SURNAMES_FROM = date(2019, 11, 5)


def settle(registry: Registry, home: Household, *, from_away: bool | None = None, moves: bool = True) -> None:
    """Write the history of a household and its members up to today.

    ``from_away`` decides whether its adults moved in from another municipality; by default about half did.
    Without ``moves`` the household has had one address only.
    """
    away = not registry.chance(_NATIVE_SHARE) if from_away is None else from_away
    origin = (registry.places.abroad() if registry.chance(0.02) else registry.places.away()) if away else None
    stays = _stays(registry, home) if moves else [(home.since, home.address)]
    head_name = home.head.name
    for person in home.members:
        came_from = origin if origin or person.relation not in _MARRIED_IN else _spouse_origin(registry)
        _begin(registry, home, person, came_from, stays)
        person.origin_head = head_name if came_from is origin else person.name
    if home.kind == "widowed":
        _lose_spouse(registry, home)
    for person in home.members:
        _change_names(registry, person)


def _spouse_origin(registry: Registry) -> Address | None:
    return registry.places.away() if registry.chance(0.4) else None


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
    stays: list[tuple[date, Address]],
) -> None:
    """The lines of one member: how he joined, then every move of the household since."""
    joined = max(home.since, person.birth)
    here = [place for day, place in stays if day <= joined][-1:] or [stays[0][1]]
    if person.birth >= home.since:
        _enter(registry, person, people.BORN, person.birth, home.number, here[0])
    elif origin is not None:
        reason = people.FROM_ABROAD if origin.abroad else people.MOVED_IN
        _enter(registry, person, reason, joined, home.number, here[0])
        person.origin = origin
    else:
        _leave_parents(registry, home, person, joined, here[0])
    for day, place in stays:
        if day > joined:
            _move(registry, person, day, place)


def _enter(
    registry: Registry, person: Person, reason: str, day: date, household: str, address: Address
) -> None:
    person.since = day
    person.entries.append(
        Entry(reason, day, registry.notified(day), household, person.relation, address, person.family)
    )


def _leave_parents(
    registry: Registry, home: Household, person: Person, joined: date, address: Address
) -> None:
    """A native: born in a household that has gone since, and in his own from ``joined``."""
    old_home = registry.places.house()
    maiden = person.family
    if person.sex == people.FEMALE and person.relation in _MARRIED_IN:
        maiden = registry.names.surname_for(registry.rng, person.given)
        if registry.chance(0.04) and person.former_surname is None and person.birth.year > 1955:
            person.former_surname = maiden
    old_number = registry.household_numbers.take()
    person.since = person.birth
    person.entries.append(
        Entry(people.BORN, person.birth, registry.notified(person.birth), old_number, CHILD, old_home, maiden)
    )
    if maiden is not person.family:
        person.entries.append(
            Entry(
                people.CORRECTED,
                joined,
                registry.notified(joined),
                old_number,
                CHILD,
                old_home,
                person.family,
            )
        )
    person.entries.append(
        Entry(
            people.MOVED_WITHIN,
            joined,
            registry.notified(joined),
            home.number,
            person.relation,
            address,
            person.family,
            before=old_home,
        )
    )


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
        if entry.household == home.number:
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


def _change_names(registry: Registry, person: Person) -> None:
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


def state(
    person: Person, relation: Relation, family: Name, day: date, reason: str, registry: Registry
) -> None:
    """Add a line that changes the relationship or the surname and nothing else."""
    last = person.entries[-1]
    person.entries.append(
        Entry(reason, day, registry.notified(day), last.household, relation, last.address, family)
    )
