"""The households before and after an event, side by side (異動前後の世帯), as they stand in the form (R-08)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.case import Case, Kind
from app.domain.household_derivations import HOUSEHOLDER
from app.domain.households import Effect, Member, Part, effect_of, groups_after, householder_problem
from app.operations.notice_members import Entry
from app.reception.notice_form import Row


@dataclass(frozen=True)
class ShownHousehold:
    """A household after the event as the screen shows it: its fields are named with ``prefix`` before them."""

    key: str
    prefix: str
    title: str
    values: Mapping[str, Any]
    said: Mapping[str, str]
    joins: bool


@dataclass(frozen=True)
class Line:
    """Somebody of a household on one of the sides; ``changed``: what he was before, where that is something else."""

    name: str
    relationship: str
    changed: str = ""


@dataclass(frozen=True)
class Side:
    """A household on one of the sides: what it is called, where it is, and who is in it, the householder first."""

    title: str
    address: str
    lines: tuple[Line, ...]
    headless: bool = False


@dataclass(frozen=True)
class Sides:
    """Everything before, and everything after."""

    before: tuple[Side, ...]
    after: tuple[Side, ...]


Shown = Sequence[tuple[Row, Member]]


def show_sides(case: Case, rows: Sequence[Row], households: Sequence[ShownHousehold]) -> Sides:
    """Both sides as the rows stand; whoever is neither named nor chosen is on none of them."""
    people = [(row, _member(row)) for row in rows if row.name and row.part is not None]
    return Sides(tuple(_before(case, people)), tuple(_after(case, people, households)))


def _member(row: Row) -> Member:
    joined = row.household if row.part is Part.JOINED else ""
    return Entry(row.at, row.typed, row.person, row.part, joined=joined).member()


def _before(case: Case, people: Shown) -> Iterator[Side]:
    homes: dict[str, list[tuple[Row, Member]]] = {}
    for row, one in people:
        arrives = case.kind is Kind.MOVE_IN and one.part is not Part.JOINED
        if row.person is not None and row.person.number and not arrives:
            homes.setdefault(one.home, []).append((row, one))
    for found in homes.values():
        joined = found[0][1].part is Part.JOINED
        address = next((row.person.address for row, _ in found if row.person), "")
        lines = sorted((Line(one.name, one.before) for _, one in found), key=_head_first)
        yield Side("入る先の世帯" if joined else "いまの世帯", address, tuple(lines))


def _after(case: Case, people: Shown, households: Sequence[ShownHousehold]) -> Iterator[Side]:
    effect = effect_of(case.kind)
    addresses = {one.id: row.person.address if row.person else "" for row, one in people}
    for group in groups_after(case.kind, [one for _row, one in people]):
        new = effect is Effect.SPLITS and any(one.part is not Part.STAYS for one in group)
        shown = next((one for one in households if one.key == group[0].household), households[0])
        # Whose householder is only named has none among the people of the case.
        told = not new or shown.joins or not _joins(shown)
        headless = told and bool(householder_problem(group))
        address = addresses[group[0].id]
        if new:
            title, address = _title(shown, len(households) > 1), _place(shown) or addresses[group[-1].id]
        else:
            title = "異動後の世帯" if effect is Effect.TOGETHER else "残る世帯"
        yield Side(title, address, tuple(sorted((_line(one) for one in group), key=_head_first)), headless)
    gone = tuple(Line(one.name, "") for _row, one in people if one.part is Part.MOVER)
    if effect is Effect.LEAVES and gone:
        yield Side("亡くなった方" if case.kind is Kind.DEATH else "市外へ転出する方", "", gone)


def _joins(shown: ShownHousehold) -> bool:
    return shown.joins or shown.values.get("household") == "join"


def _title(shown: ShownHousehold, several: bool) -> str:
    what = "入った後の世帯" if _joins(shown) else "新しい世帯"
    return f"{shown.title}（{what}）" if several else what


def _place(shown: ShownHousehold) -> str:
    texts = (str(shown.values.get(f"{name}_text", "")).strip() for name in ("town", "lot", "building"))
    return "".join(texts)


def _line(one: Member) -> Line:
    return Line(one.name, one.now, one.before if one.before and one.before != one.now else "")


def _head_first(line: Line) -> bool:
    return line.relationship != HOUSEHOLDER
