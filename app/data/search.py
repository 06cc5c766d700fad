"""Search in the register (宛名検索): bounded scans of the key index, then the persons and their households.

Everything is found through `search_key`; a protected person has no key of any address or phone there, so that such
a query cannot tell him from somebody without one. Nothing of an address decides about the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask import current_app

from app.data.persons import list_with_members
from app.data.search_keys import BAND, Kind, Rank
from app.data.search_statement import KINDS, MOST_PERSONS, MOST_ROWS, SearchStatement, bind_into, key_test
from app.domain.characters import compose
from app.domain.disclosure import Disclosure
from app.domain.kana import to_katakana
from app.domain.names import kanji_key, split_corporation
from app.domain.person import FoundBy, Hit, Person, SearchPage
from app.domain.search import By, Condition, Origin, Query
from app.extensions import db

__all__ = ["MOST_PERSONS", "search"]

_AT_ONCE = 18
"""Households that are read at once: about a page of them."""

_FULL = 0.7
"""A page that is filled so far is not worth another reading."""

_MOST_TOGETHER = 20
"""Hits of one household that are kept together; institutions can have more than a page holds."""

_NOBODY = SearchPage((), 0, None, False)
_RIGHTS = {
    Rank.RESIDENT: "01a",
    Rank.EXPECTED: "20b",
    Rank.NON_RESIDENT: "16",
    Rank.CORPORATION: "17",
    Rank.FORMER: "01a",
}
_NAME_NOTES = {
    Origin.ALIAS: FoundBy.ALIAS,
    Origin.FORMER_SURNAME: FoundBy.FORMER_SURNAME,
    Origin.PAST: FoundBy.PAST_NAME,
}
_ADDRESS_NOTES = {
    Origin.PAST: FoundBy.PAST_ADDRESS,
    Origin.BEFORE: FoundBy.ADDRESS_BEFORE,
    Origin.AFTER: FoundBy.ADDRESS_AFTER,
}
_PLACES = frozenset({Kind.ADDRESS, Kind.LOT, Kind.BUILDING})
_OF_NAMES = frozenset({Kind.KANJI, Kind.KANJI_INSIDE, Kind.KANA, Kind.KANA_INSIDE})
_INSIDE = frozenset({Kind.KANJI_INSIDE, Kind.KANA_INSIDE, Kind.CORPORATION_INSIDE})
_UNKNOWN_BIRTH = "00000000"

# Folding names costs more than all else in finding namesakes, and the names of a city repeat.
_folded = lru_cache(maxsize=8192)(kanji_key)


_Line = tuple[int, Person, tuple[Person, ...], bool, bool]
"""Serial, person, members below, whether the hit before is of the same household, whether there are more members."""


class _Found:
    """A person as the index knows him, with the best of the keys that met the query."""

    __slots__ = ("birth", "group", "name", "note", "order")

    def __init__(
        self, order: tuple[Any, ...], group: str, name: str, birth: str, note: tuple[int, int]
    ) -> None:
        self.order, self.group, self.name, self.birth, self.note = order, group, name, birth, note


def search(query: Query, disclosure: Disclosure, start: int = 0) -> SearchPage:
    """Persons who meet every condition, the best first, and the members of a household below its first hit.

    Order: exact name as it is written, exact name, exact reading, other names (alias, former), beginning, inside;
    then residents, expected, non-residents, corporations (of the legal form that was typed), former residents; then those
    written as it was typed before those of a variant; then by reading and birth date. The page
    is full with `search_rows` persons, members counted; ``start`` is the ``next`` of the page before. ``too_many``
    above `MOST_PERSONS`. Only persons of data sets that may be read are searched at all.
    """
    asked: Query | None = query
    while asked is not None:
        page = _search(asked, disclosure, start)
        if page.total:
            return page
        asked = asked.otherwise
    return _NOBODY


def _search(query: Query, disclosure: Disclosure, start: int) -> SearchPage:
    ranks = {rank for rank, data_set in _RIGHTS.items() if disclosure.may_read(data_set)}
    if not query.former:
        ranks -= {Rank.FORMER}
    statement = SearchStatement(query, ranks, db.engine.dialect.name, disclosure.businesses)
    if not statement.scans or statement.leading is None:
        return _NOBODY
    rows = db.session.connection().exec_driver_sql(statement.sql, statement.values).all()
    found = _best(rows, statement.typed, statement.leading)
    groups = _households(found)
    lines, end = _page(groups, found, start, disclosure)
    notes = _notes(found, [line[0] for line in lines], query, statement.leading)
    namesakes = _namesakes(found, [line[0] for line in lines])
    return SearchPage(
        hits=tuple(
            Hit(person, members, notes.get(serial, ()), serial in namesakes, below, more)
            for serial, person, members, below, more in lines
        ),
        total=min(len(found), MOST_PERSONS),
        next=end if end < len(groups) else None,
        too_many=len(found) > MOST_PERSONS or len(rows) >= MOST_ROWS,
    )


def _best(rows: Iterable[Sequence[Any]], typed: Sequence[str], leading: Condition) -> dict[int, _Found]:
    """Each person once, by his best key."""
    found: dict[int, _Found] = {}
    written, form = _written(leading.typed), split_corporation(leading.typed)[1]
    spelled = to_katakana(written)
    for serial, kind, status, key, birth, pos, place, name, kana, group in rows:
        grade = _grade(kind, pos, key == typed[place])
        if grade == 0 and kind == Kind.KANJI and _written(name) == written:
            grade = -1
        # 髙橋 comes before 高橋 for who typed 髙橋, ヨシザキ before ヨシサキ.
        variant = kind in _OF_NAMES and not (
            _holds(kana, spelled) if kind >= Kind.KANA else _holds(name, written)
        )
        other_form = bool(form) and status == Rank.CORPORATION and split_corporation(name)[1] != form
        order = (grade, status, variant, other_form, not kana, kana, birth, serial)
        origin = (pos // BAND * BAND, kind)
        known = found.get(serial)
        if known is None:
            found[serial] = _Found(order, group, name, birth, origin)
            continue
        known.order = min(known.order, order)
        known.note = min(known.note, origin)
    return found


def _namesakes(found: Mapping[int, _Found], shown: Iterable[int]) -> set[int]:
    """Which of those shown share name and birth date with somebody else who was found."""
    births = {found[serial].birth for serial in shown} - {_UNKNOWN_BIRTH}
    born = Counter(one.birth for one in found.values() if one.birth in births)
    same: dict[tuple[str, str], list[int]] = {}
    for serial, one in found.items():
        if born[one.birth] > 1:
            same.setdefault((_folded(one.name), one.birth), []).append(serial)
    return {serial for serials in same.values() if len(serials) > 1 for serial in serials}


def _holds(stored: str, typed: str) -> bool:
    """Whether a name or reading holds what was typed just so; most do, so that composing it is the exception."""
    return typed in stored or typed in _written(stored)


def _written(name: str) -> str:
    return "".join(compose(name).split())


def _grade(kind: int, pos: int, exact: bool) -> int:
    """How well a key met the query: 0 is the whole current name, 6 something inside a former one."""
    past = pos >= BAND
    if kind in _INSIDE:
        return 6 if past else 4 if exact else 5
    if not exact:
        return 5 if past else 3
    if past:
        return 2
    return 1 if kind == Kind.KANA else 0


def _households(found: dict[int, _Found]) -> list[list[int]]:
    """The persons in their order, those of one household together where the first of them stands."""
    groups: list[list[int]] = []
    open_groups: dict[str, list[int]] = {}
    for serial in sorted(found, key=lambda serial: found[serial].order):
        group = open_groups.get(found[serial].group)
        if group is None or len(group) == _MOST_TOGETHER:
            group = open_groups[found[serial].group] = []
            groups.append(group)
        group.append(serial)
    return groups


def _page(
    groups: Sequence[Sequence[int]], found: Mapping[int, _Found], start: int, disclosure: Disclosure
) -> tuple[list[_Line], int]:
    """The hits of the households from ``start`` that fill a page, and where the next page starts.

    The hits of one household follow each other; its other members stand below the last of them.
    """
    most = current_app.config["KAKANAI"].search_rows
    page: list[_Line] = []
    persons, at = 0, start
    while at < len(groups) and persons < most * _FULL:
        some = groups[at : at + _AT_ONCE]
        read = list_with_members({one: found[one].group for group in some for one in group}, disclosure)
        for group in some:
            hits = [(serial, *read[serial]) for serial in group if serial in read]
            chosen = {person.id for _, person, _, _ in hits}
            others = tuple(one for one in hits[-1][2] if one.id not in chosen) if hits else ()
            persons += len(hits) + len(others)
            if page and persons > most:
                return page, at
            for place, (serial, person, _, more) in enumerate(hits):
                last = place == len(hits) - 1
                page.append((serial, person, others if last else (), place > 0, last and more))
            at += 1
    return page, at


def _notes(
    found: dict[int, _Found], serials: Sequence[int], query: Query, leading: Condition
) -> dict[int, tuple[FoundBy, ...]]:
    """By what else than the current name and address each person was found."""
    notes: dict[int, list[FoundBy | None]] = {
        serial: [_note(*found[serial].note)] for serial in serials if found[serial].note[0]
    }
    for condition in query.conditions:
        if condition is leading or not serials or all(one.by == By.BIRTH for one in condition.readings):
            continue
        for serial, origin, kind in _origins(serials, condition):
            notes.setdefault(serial, []).append(_note(origin, kind))
    return {serial: tuple(dict.fromkeys(filter(None, some))) for serial, some in notes.items()}


def _origins(serials: Sequence[int], condition: Condition) -> Iterable[tuple[int, int, Kind]]:
    """Of these persons, the best origin of a key that meets the condition."""
    values: dict[str, str] = {}
    bind = bind_into(values, db.engine.dialect.name)
    tests = " OR ".join(f"({key_test(one, bind)})" for one in condition.readings if one.by in KINDS)
    among = ", ".join(map(str, serials))
    statement = f"SELECT o.person, o.pos, o.kind FROM search_key o WHERE o.person IN ({among}) AND ({tests})"  # noqa: S608
    best: dict[int, tuple[int, Kind]] = {}
    for serial, pos, kind in db.session.connection().exec_driver_sql(statement, values):
        origin = (pos // BAND * BAND, Kind(kind))
        best[serial] = min(best.get(serial, origin), origin)
    return [(serial, *origin) for serial, origin in best.items()]


def _note(origin: int, kind: int) -> FoundBy | None:
    return (_ADDRESS_NOTES if kind in _PLACES else _NAME_NOTES).get(Origin(origin))
