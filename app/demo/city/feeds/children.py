"""11 child allowance, 12 medical aid, 13 nurseries and kindergartens, 14 child support allowance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from app.demo.city import people, wordlists
from app.demo.city.feeds.frame import ENDED, RECEIVING, Frame, Row, april_first, school_year_end
from app.demo.city.livelihoods import severely_disabled
from app.demo.city.people import City, Household, Person, age_on

_ALLOWANCE_AGE, _COUNTED_AGE, _THIRD_CHILD = 18, 22, 3
_UNDER_THREE, _FROM_THREE, _FROM_THIRD_CHILD = 15_000, 10_000, 30_000
_FUNDS = {"1": "99800001", "2": "99810002", "3": "99820003", "4": "99830004"}


def recipient_of(child: Person) -> Person | None:
    """Who receives child allowance for a child: the parent who earns more, unless a special household says otherwise."""
    if child.recipient is not None:
        return child.recipient
    parents = [p for p in (child.father, child.mother) if p is not None and p.household is child.household]
    if not parents:
        return None
    return max(parents, key=lambda p: (p.work.salary + p.work.business, p.sex == people.MALE))


def families(city: City) -> dict[str, tuple[Person, list[Person]]]:
    """Recipients by number with their children of up to 22, eldest first."""
    found: dict[str, tuple[Person, list[Person]]] = {}
    candidates = [*city.residents(), *(person for person in city.former if person.recipient is not None)]
    for child in candidates:
        if school_year_end(child, _COUNTED_AGE) < city.as_of:
            continue
        recipient = recipient_of(child)
        if recipient is not None and recipient.number:
            found.setdefault(recipient.number, (recipient, []))[1].append(child)
    for _, children in found.values():
        children.sort(key=lambda child: child.birth)
    return found


def child_allowance(frame: Frame) -> Iterator[Row]:
    """11: recipients and their children up to 18; civil servants are paid at work and do not appear."""
    for serial, (recipient, children) in enumerate(families(frame.city).values()):
        if recipient.work.kind == "civil":
            continue
        paid = [child for child in children if school_year_end(child, _ALLOWANCE_AGE) >= frame.as_of]
        if paid:
            yield from _allowance_rows(frame, recipient, children, paid, f"27{serial:06d}")


def _allowance_rows(
    frame: Frame, recipient: Person, children: list[Person], paid: list[Person], number: str
) -> Iterator[Row]:
    amounts = [_amount(frame, child, children) for child in paid]
    begun = max(paid[0].birth, recipient.since or paid[0].birth)
    yield frame.row(
        recipient.number,
        jukyushakubun="1",
        jukyushaatenabango=recipient.number,
        ninteibango=number,
        shikakujotai=RECEIVING,
        ninteinengappi=begun.isoformat(),
        shikyugetsugaku=str(sum(amounts)),
        shisetsutokubun="0",
        genkyotodokeyohi="1" if recipient.sex == people.FEMALE and frame.chance(0.1) else "0",
    )
    for child, amount in zip(paid, amounts, strict=True):
        yield frame.row(
            child.number,
            jukyushakubun="2",
            jukyushaatenabango=recipient.number,
            ninteibango=number,
            shikakujotai=RECEIVING,
            ninteinengappi=max(begun, child.birth).isoformat(),
            shikyugetsugaku=str(amount),
            tashikubun="1" if amount == _FROM_THIRD_CHILD else "0",
        )


def _amount(frame: Frame, child: Person, children: list[Person]) -> int:
    if children.index(child) + 1 >= _THIRD_CHILD:
        return _FROM_THIRD_CHILD
    return _UNDER_THREE if age_on(child.birth, frame.as_of) < 3 else _FROM_THREE


def medical_aid(frame: Frame) -> Iterator[Row]:
    """12: children, the severely disabled, one-parent families."""
    serial = 0
    for household in frame.city.households:
        single = is_one_parent(household, frame.as_of)
        for person in household.members:
            for kind in _aid_kinds(frame, person, single):
                serial += 1
                yield _aid_row(frame, person, kind, serial)


def _aid_kinds(frame: Frame, person: Person, single: bool) -> list[str]:
    child = school_year_end(person, 18) >= frame.as_of
    kinds: list[str] = []
    if person.work.insurer == "assistance":
        return kinds
    if severely_disabled(person):
        kinds.append("1")
    elif child and not single:
        kinds.append("2")
    if single and (
        child or any(member in (m.father, m.mother) for m in person.household.members for member in [person])
    ):
        kinds.append("3")
    return kinds


def _aid_row(frame: Frame, person: Person, kind: str, serial: int) -> Row:
    start = max(person.birth, person.since or person.birth, date(2015, 4, 1))
    until = (
        school_year_end(person, 18)
        if kind == "2"
        else date(frame.as_of.year + (frame.as_of.month > 7), 7, 31)
    )
    guardian = person.father or person.mother
    row = frame.row(
        person.number,
        joseishubetsu=kind,
        jukyushabango=f"{kind}{serial:07d}",
        kohifutanshabango=_FUNDS[kind],
        shikakujotai=RECEIVING,
        shikakukaishinengappi=start.isoformat(),
        jikofutankubun="1" if kind in "13" else "0",
        yukokigen=until.isoformat(),
    )
    if guardian is not None and age_on(person.birth, frame.as_of) < 18:
        row["hogoshaatenabango"] = guardian.number
    return row


def is_one_parent(household: Household, as_of: date) -> bool:
    """Whether a father or a mother alone brings up a child of up to 18 here."""
    children = [member for member in household.members if school_year_end(member, 18) >= as_of]
    return household.kind == "one_parent" and any(
        (child.father is None) != (child.mother is None) for child in children
    )


def childcare(frame: Frame) -> Iterator[Row]:
    """13: children from the first birthday to school age in nurseries and kindergartens; some wait, some have left."""
    facilities = wordlists.read("schools")
    nurseries = [row for row in facilities if row[0] == "N"]
    kindergartens = [row for row in facilities if row[0] == "K"]
    for child in frame.city.residents():
        age = age_on(child.birth, april_first(frame.as_of))
        born = age_on(child.birth, frame.as_of)
        if (
            born > 6
            or age >= 6
            or (born < 1 and not frame.chance(0.12))
            or not frame.chance(0.4 + 0.1 * max(age, 0))
        ):
            continue
        working = child.mother is None or child.mother.work.kind in {"employee", "civil", "self"}
        choice = nurseries if working or age < 3 else kindergartens
        facility = choice[frame.between(0, len(choice) - 1)]
        yield _childcare_row(frame, child, age, facility)


def _childcare_row(frame: Frame, child: Person, age: int, facility: list[str]) -> Row:
    kind = "1" if facility[0] == "K" else "2" if age >= 3 else "3"
    start = max(april_first(frame.as_of), child.birth + timedelta(days=57), child.since or child.birth)
    state = "3" if frame.chance(0.93) else ("1", "2", "4")[frame.between(0, 2)]
    guardian = child.mother or child.father
    row = frame.row(
        child.number,
        ninteikubun=kind,
        ninteikaishinengappi=min(start, frame.as_of).isoformat(),
        ninteishuryonengappi=school_year_end(child, 6).isoformat(),
        riyojotai=state,
        kaisokubun=f"{'ABCD'[frame.between(0, 3)]}{frame.between(1, 9):02d}",
    )
    if kind != "1":
        row["hoikuhitsuyoryo"] = "1" if frame.chance(0.75) else "2"
    if state in "34":
        row |= {
            "shisetsukodo": facility[1],
            "shisetsumei": facility[2],
            "nyushonengappi": row["ninteikaishinengappi"],
        }
    if state == "4":
        row["taishonengappi"] = frame.day(min(start, frame.as_of), frame.as_of).isoformat()
    if guardian is not None:
        row["hogoshaatenabango"] = guardian.number
    return row


def child_support_allowance(frame: Frame) -> Iterator[Row]:
    """14: one-parent families of low income: a row for the recipient and each child."""
    serial = 0
    for household in frame.city.households:
        if not is_one_parent(household, frame.as_of):
            continue
        parent = household.head
        income = parent.work.salary + parent.work.business
        if parent.work.insurer == "assistance" or income > 3_900_000:
            continue
        serial += 1
        children = [m for m in household.members if parent in (m.father, m.mother)]
        yield from _support_rows(frame, parent, children, income, f"{serial:06d}")


def _support_rows(
    frame: Frame, parent: Person, children: list[Person], income: int, number: str
) -> Iterator[Row]:
    eligible = [child for child in children if school_year_end(child, 18) >= frame.as_of]
    payment = "1" if income < 1_900_000 else "2" if income < 3_500_000 else "3"
    begun = frame.day(max(eligible[0].birth, parent.since or eligible[0].birth), frame.as_of)
    for child in eligible:
        state = RECEIVING if frame.chance(0.97) else ENDED
        for person, kind in ((parent, "1"), (child, "2")):
            row = frame.row(
                person.number,
                jukyushakubun=kind,
                shoshobango=number,
                shikakujotai=state,
                ninteinengappi=begun.isoformat(),
                shikyukubun=payment,
                taishojidoatenabango=child.number,
                genkyotodokejotai="1" if frame.chance(0.9) else "0",
            )
            if state == ENDED:
                row |= {"soshitsunengappi": frame.day(begun, frame.as_of).isoformat(), "soshitsujiyu": "06"}
            yield row
