"""03 resident tax (three years) and 04 arrears."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.demo.city.feeds.frame import Frame, Row
from app.demo.city.people import Person, Work, age_on

_YEARS = 3
_PER_CAPITA, _FOREST_TAX = 4_000, 1_000
_EXEMPT_UP_TO, _BASIC_DEDUCTION, _RATE = 450_000, 430_000, 0.10
_ITEMS = ("010", "012", "013", "024")


def resident_tax(frame: Frame) -> Iterator[Row]:
    """03: a row for each year in which a person of 16 or more lived here on 1 January."""
    for person in frame.city.residents():
        yield from _person_years(frame, person)
    for person in frame.city.former:
        if person.removed_on is not None and person.removed_on.year >= frame.taxed_year - _YEARS:
            yield from _person_years(frame, person)


def _person_years(frame: Frame, person: Person) -> Iterator[Row]:
    for year in range(frame.taxed_year - _YEARS + 1, frame.taxed_year + 1):
        first = date(year, 1, 1)
        here = (person.since is None or person.since <= first) and not (
            person.removed_on and person.removed_on <= first
        )
        age = age_on(person.birth, first)
        if here and age >= 16:
            yield _tax_row(frame, person, year, age)


def _tax_row(frame: Frame, person: Person, year: int, age: int) -> Row:
    work = person.work if person.work.kind else Work("none", pension=900_000 if age >= 66 else 0)
    undeclared = work.kind in {"none", "homemaker", "student"} and not work.salary and frame.chance(0.22)
    row = frame.row(
        person.number, kazeinendo=str(year), mishinkokukubun="2" if undeclared else "0", shomeihakkokahi="1"
    )
    if undeclared:
        row["shomeihakkokahi"] = "0"
        return row
    income = total_income(work, age)
    taxable = max(0, income - _BASIC_DEDUCTION) // 1000 * 1000
    taxed = income > _EXEMPT_UP_TO and work.insurer != "assistance"
    row |= {
        "kazeihikazeikubun": "1" if taxed else "0",
        "tadantaikazeitaishoshakubun": "0",
        "gokeishotokukingaku": str(income),
        "soshotokukingakuto": str(income),
        "kyuyoshunyu": str(work.salary),
        "nenkinshunyu": str(work.pension),
        "kintowarigaku": str(_PER_CAPITA if taxed else 0),
        "shotokuwarigaku": str(int(taxable * _RATE) // 100 * 100 if taxed else 0),
        "shinrinkankyozei": str(_FOREST_TAX if taxed else 0),
        "fuyoninzu": str(_dependants(person, year)),
    }
    if work.business and frame.chance(0.03):
        loss = -work.business // 2
        row["gokeishotokukingaku"] = row["soshotokukingakuto"] = str(loss)
        row |= {
            "kazeihikazeikubun": "0",
            "kintowarigaku": "0",
            "shotokuwarigaku": "0",
            "shinrinkankyozei": "0",
        }
    return row


def total_income(work: Work, age: int) -> int:
    """Income after the deductions for salaries and pensions, as the tax on residents reckons it, roughly."""
    salary = max(0, work.salary - max(650_000, min(1_950_000, int(work.salary * 0.3 + 80_000))))
    pension = max(0, work.pension - (1_100_000 if age >= 65 else 600_000))
    return salary + pension + work.business


def _dependants(person: Person, year: int) -> int:
    if person.work.salary + person.work.business < 2_000_000:
        return 0
    children = [m for m in person.household.members if person in (m.father, m.mother)]
    return sum(1 for child in children if age_on(child.birth, date(year, 1, 1)) < 23)


def arrears(frame: Frame) -> Iterator[Row]:
    """04: arrears of about one householder in twenty-five, settled ones too, and what special households brought."""
    special = {row["atenabango"] for row in frame.city.rows.get("04", ())}
    for household in frame.city.households:
        if household.kind == "facility" or not frame.chance(0.045):
            continue
        person = household.head
        if person.number not in special and age_on(person.birth, frame.as_of) >= 20:
            for item in _ITEMS[: frame.between(1, 2)]:
                yield _arrears_row(frame, person, item)


def _arrears_row(frame: Frame, person: Person, item: str) -> Row:
    owes = frame.chance(0.8)
    row = frame.row(person.number, zeimokukodo=item, tainoumu="1" if owes else "0")
    if not owes:
        return row
    months = frame.between(1, 14)
    row |= {
        "tainokensu": str(months),
        "tainogaku": str(months * frame.between(32, 410) * 100),
        "nozeisodanchu": "1" if frame.chance(0.3) else "0",
        "bunnochu": "1" if frame.chance(0.25) else "0",
        "shobunchu": "1" if frame.chance(0.08) else "0",
    }
    return row
