"""Search in the register (宛名検索): bounded scans of the key index, then the persons and their households.

Everything is found through `search_key`; a protected person has no key of any address or phone there, so that such
a query cannot tell him from somebody without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import text

from app.data.persons import list_with_members
from app.data.search_keys import PAST, Kind, Rank
from app.domain.disclosure import Disclosure
from app.domain.person import Hit, SearchPage
from app.domain.query import By, Condition, Match, Query, Reading
from app.extensions import db

MOST_PERSONS = 200
"""Above this many the asker is told to add one more item."""

_MOST_ROWS = MOST_PERSONS + 1
_LAST = "\U0010ffff"
_NOBODY = SearchPage((), False, False)

_KINDS = {
    By.KANJI: (Kind.KANJI, Kind.KANJI_INSIDE),
    By.KANA: (Kind.KANA, Kind.KANA_INSIDE),
    By.LATIN: (Kind.LATIN,),
    By.CORPORATION: (Kind.CORPORATION, Kind.CORPORATION_INSIDE),
    By.ADDRESS: (Kind.ADDRESS,),
    By.LOT: (Kind.LOT,),
    By.BUILDING: (Kind.BUILDING,),
    By.NUMBER: (Kind.NUMBER,),
    By.PHONE: (Kind.PHONE,),
    By.BIRTH: (Kind.BIRTH,),
}
_PEOPLE = (Rank.RESIDENT, Rank.EXPECTED, Rank.NON_RESIDENT, Rank.FORMER)
_RANKS = {
    Kind.KANJI: _PEOPLE,
    Kind.KANJI_INSIDE: _PEOPLE,
    Kind.LATIN: _PEOPLE,
    Kind.BIRTH: _PEOPLE,
    Kind.CORPORATION: (Rank.CORPORATION,),
    Kind.CORPORATION_INSIDE: (Rank.CORPORATION,),
}
_RIGHTS = {
    Rank.RESIDENT: "01a",
    Rank.EXPECTED: "20b",
    Rank.NON_RESIDENT: "16",
    Rank.CORPORATION: "17",
    Rank.FORMER: "01a",
}
_LEADING = (
    By.KANJI,
    By.KANA,
    By.CORPORATION,
    By.LATIN,
    By.NUMBER,
    By.PHONE,
    By.ADDRESS,
    By.BUILDING,
    By.LOT,
    By.BIRTH,
)
"""Which condition the index is entered by; the others are tested on what it finds."""


def search(query: Query, disclosure: Disclosure) -> SearchPage:
    """Persons who meet every condition, the best first, with the members of their households.

    Order: exact name, exact reading, other names (alias, former), beginning, inside; then residents, expected,
    non-residents, corporations, former residents. At most `search_rows` hits; ``too_many`` above `MOST_PERSONS`.
    Only persons of data sets that may be read are searched at all.
    """
    limit = current_app.config["KAKANAI"].search_rows
    page = _search(query, disclosure, limit)
    if not page.hits and query.otherwise is not None:
        return _search(query.otherwise, disclosure, limit)
    return page


def _search(query: Query, disclosure: Disclosure, limit: int) -> SearchPage:
    ranks = {rank for rank, data_set in _RIGHTS.items() if disclosure.may_read(data_set)}
    statement = _Statement(query.conditions, ranks)
    if not statement.branches:
        return _NOBODY
    rows = db.session.connection().execute(text(statement.sql), statement.values).all()
    best: dict[int, tuple[Any, ...]] = {}
    for person, kind, status, key, birth, pos, branch in rows:
        order = (_grade(kind, pos, key == statement.typed[branch]), status, key, birth, person)
        if person not in best or order < best[person]:
            best[person] = order
    serials = sorted(best, key=best.__getitem__)
    found = list_with_members(serials[:limit], disclosure)
    return SearchPage(
        hits=tuple(Hit(person, members) for person, members in found),
        more=len(serials) > limit,
        too_many=len(serials) > MOST_PERSONS or len(rows) >= _MOST_ROWS,
    )


def _grade(kind: int, pos: int, exact: bool) -> int:
    """How well a key met the query: 0 is the whole current name, 6 something inside a former one."""
    past = pos >= PAST
    if kind in (Kind.KANJI_INSIDE, Kind.KANA_INSIDE, Kind.CORPORATION_INSIDE):
        return 6 if past else 4 if exact else 5
    if not exact:
        return 5 if past else 3
    if past:
        return 2
    return 1 if kind == Kind.KANA else 0


@dataclass
class _Statement:
    """The one statement of a query: a union of bounded scans, best matches first, so that it stops at the limit."""

    conditions: Sequence[Condition]
    ranks: set[Rank]
    branches: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        usable = [condition for condition in self.conditions if _usable(condition)]
        if not usable or len(usable) < len(self.conditions):
            return
        leading = min(usable, key=_lead)
        filters = "".join(self._filter(c) for c in usable if c is not leading)
        readings = [reading for reading in leading.readings if reading.by in _KINDS]
        for stage in (_exact, _beginning, _inside):
            for reading in readings:
                self._add_scans(stage(reading), reading, filters)

    @property
    def sql(self) -> str:
        """Rows of person, kind, status, key, birth, pos and the place of the typed key in ``typed``."""
        return f"{' UNION ALL '.join(self.branches)} LIMIT {_MOST_ROWS}"

    def _add_scans(self, kinds: tuple[Kind, bool] | None, reading: Reading, filters: str) -> None:
        if kinds is None:
            return
        kind, exact = kinds
        ranks = [rank for rank in _RANKS.get(kind, tuple(Rank)) if rank in self.ranks]
        if not ranks:
            return
        first = self._bind(reading.key)
        self.typed.append(reading.key)
        place = len(self.typed) - 1
        if exact:
            among = ", ".join(str(int(rank)) for rank in ranks)
            self._add_scan(
                place, f"k.kind = {int(kind)} AND k.status IN ({among}) AND k.key = :{first}", "", filters
            )
            return
        upper = f"<= :{self._bind(reading.last)}" if reading.last else f"< :{self._bind(reading.key + _LAST)}"
        if reading.by == By.NUMBER:
            # Typed without its check digit: one more digit may follow.
            filters += f" AND length(k.key) = {len(reading.key) + 1}"
        # What is equal came out of the exact scan already; a range of dates has none.
        lower = f">= :{first}" if reading.last or kind != _KINDS[reading.by][0] else f"> :{first}"
        for rank in ranks:
            where = f"k.kind = {int(kind)} AND k.status = {int(rank)} AND k.key {lower} AND k.key {upper}"
            self._add_scan(place, where, " ORDER BY k.key, k.person", filters)

    def _add_scan(self, place: int, where: str, order: str, filters: str) -> None:
        # Kinds, ranks and names of parameters are our own numbers; whatever was typed is bound.
        self.branches.append(
            "SELECT * FROM (SELECT k.person, k.kind, k.status, k.key, k.birth, k.pos,"  # noqa: S608
            f" {place} AS place FROM search_key k WHERE {where}{filters}{order} LIMIT {_MOST_ROWS}) AS b{len(self.branches)}"
        )

    def _filter(self, condition: Condition) -> str:
        births = [reading for reading in condition.readings if reading.by == By.BIRTH]
        others = [
            reading for reading in condition.readings if reading.by in _KINDS and reading.by != By.BIRTH
        ]
        tests = [f"k.birth BETWEEN :{self._bind(r.key)} AND :{self._bind(r.last or r.key)}" for r in births]
        if others:
            keys = " OR ".join(self._other(reading) for reading in others)
            tests.append(f"EXISTS (SELECT 1 FROM search_key o WHERE o.person = k.person AND ({keys}))")  # noqa: S608
        return f" AND ({' OR '.join(tests)})"

    def _other(self, reading: Reading) -> str:
        kinds = _KINDS[reading.by] if reading.match != Match.PREFIX else _KINDS[reading.by][:1]
        among = ", ".join(str(int(kind)) for kind in kinds)
        first = self._bind(reading.key)
        if reading.by == By.NUMBER:
            upper = self._bind(reading.key + "9")
            fits = f"length(o.key) <= {len(reading.key) + 1}"
            return f"o.kind IN ({among}) AND o.key >= :{first} AND o.key <= :{upper} AND {fits}"
        if reading.match == Match.EXACT and not reading.last:
            return f"o.kind IN ({among}) AND o.key = :{first}"
        return f"o.kind IN ({among}) AND o.key >= :{first} AND o.key < :{self._bind(reading.key + _LAST)}"

    def _bind(self, value: str) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return name


def _usable(condition: Condition) -> bool:
    """Whether the register knows anything of the kind; a reception number is looked up elsewhere."""
    return any(reading.by in _KINDS for reading in condition.readings)


def _lead(condition: Condition) -> tuple[int, int]:
    readings: Iterable[Reading] = (r for r in condition.readings if r.by in _KINDS)
    place, length = min((_LEADING.index(reading.by), -len(reading.key)) for reading in readings)
    # Names are equally good to enter by: the longest finds the fewest.
    return (0 if _LEADING[place] in _LEADING[:4] else place), length


def _exact(reading: Reading) -> tuple[Kind, bool] | None:
    """The scan for the key itself."""
    return None if reading.last else (_KINDS[reading.by][0], True)


def _beginning(reading: Reading) -> tuple[Kind, bool] | None:
    """The scan for what begins with the key, or lies in the range."""
    kinds = _KINDS[reading.by]
    if reading.last or reading.match != Match.EXACT or reading.by == By.NUMBER:
        return kinds[0], False
    return (kinds[1], True) if len(kinds) > 1 else None


def _inside(reading: Reading) -> tuple[Kind, bool] | None:
    """The scan for what holds the key at any later place."""
    kinds = _KINDS[reading.by]
    return (kinds[1], False) if reading.match == Match.INSIDE and len(kinds) > 1 else None
