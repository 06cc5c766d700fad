"""The visitor's route (回り順): this counter first, then the other sections in the order in which they are passed."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.content import ContentPack, Place, Procedure


def is_here(pack: ContentPack, counter: str, procedure: Procedure) -> bool:
    """Whether a procedure is done at this counter: the catalogue says so, or the counter belongs to its section."""
    if procedure.place is Place.HERE:
        return True
    own = next((one for one in pack.counters if one.code == counter), None)
    return own is not None and procedure.section in {own.section, *own.receives_for}


def in_route_order(pack: ContentPack, counter: str, found: Iterable[Procedure]) -> list[Procedure]:
    """Procedures in the order of the route: what needs nothing but an explanation comes last."""

    def place(one: Procedure) -> tuple[bool, bool, int, int, str]:
        here = is_here(pack, counter, one)
        section = pack.section_by_code.get(one.section)
        order = section.order if section and not here else 0
        return one.automatic, not here, order, one.order, one.code

    return sorted(found, key=place)


def counter_of(pack: ContentPack, section: str) -> str | None:
    """The counter a section has; None for one whose place is not in the city's own buildings (市役所の外)."""
    found = sorted((one for one in pack.counters if one.section == section), key=lambda one: one.order)
    return found[0].code if found else None
