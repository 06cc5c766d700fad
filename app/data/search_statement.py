"""The one statement of a search: a union of bounded scans of the key index, the best matches first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from app.data.search_keys import BAND, Kind, Rank
from app.domain.search import ANY_ORIGIN, By, Condition, Match, Query, Reading

MOST_PERSONS = 200
"""Above this many the asker is told to add one more item."""

MOST_ROWS = MOST_PERSONS + 1
_LAST = "\U0010ffff"
_NEXT = "\x01"
"""Behind a key it stands between the key itself and everything longer: no key holds a control character."""

_KEY = "SELECT k.person, k.kind, k.status, k.key, k.birth, k.pos"

KINDS = {
    By.KANJI: (Kind.KANJI, Kind.KANJI_INSIDE),
    By.KANA: (Kind.KANA, Kind.KANA_INSIDE),
    By.LATIN: (Kind.LATIN,),
    By.CORPORATION: (Kind.CORPORATION, Kind.CORPORATION_INSIDE),
    By.CORPORATION_KANA: (Kind.KANA, Kind.KANA_INSIDE),
    By.ADDRESS: (Kind.ADDRESS,),
    By.LOT: (Kind.LOT,),
    By.BUILDING: (Kind.BUILDING,),
    By.NUMBER: (Kind.NUMBER,),
    By.PHONE: (Kind.PHONE,),
    By.BIRTH: (Kind.BIRTH,),
}
_PEOPLE = (Rank.RESIDENT, Rank.EXPECTED, Rank.NON_RESIDENT, Rank.FORMER)
_RANKS = {
    By.KANJI: _PEOPLE,
    By.LATIN: _PEOPLE,
    By.BIRTH: _PEOPLE,
    By.CORPORATION: (Rank.CORPORATION,),
    By.CORPORATION_KANA: (Rank.CORPORATION,),
}
_RESERVABLE = frozenset({Rank.NON_RESIDENT})
"""Who can be the addressee of one business alone: the mark is a column of data set 16, whose persons have this rank."""

_LEADING = (
    By.KANJI,
    By.KANA,
    By.CORPORATION,
    By.CORPORATION_KANA,
    By.LATIN,
    By.NUMBER,
    By.PHONE,
    By.ADDRESS,
    By.BUILDING,
    By.LOT,
    By.BIRTH,
)
_NAMES = 5
"""So many of `_LEADING` are names: equally good to enter by, the longest finds the fewest."""


@dataclass(frozen=True)
class _Scan:
    """One bounded piece of the index; ``low`` and ``high`` are placeholders, ``own`` holds for this scan alone."""

    place: int
    kind: Kind
    ranks: tuple[Rank, ...]
    low: str
    high: str
    equal: bool
    own: str

    @property
    def select(self) -> str:
        """For a union: in the order of the index."""
        order = "" if self.equal else " ORDER BY k.key, k.person"
        among = ", ".join(str(int(rank)) for rank in self.ranks)
        keys = f"k.key = {self.low}" if self.equal else f"k.key >= {self.low} AND k.key <= {self.high}"
        where = f"k.kind = {int(self.kind)} AND k.status IN ({among}) AND {keys}{self.own}"
        return f"{_KEY}, {self.place} AS place FROM search_key k WHERE {where}{{filters}}{order} LIMIT {MOST_ROWS}"

    @property
    def bounds(self) -> list[str]:
        """For a list of bounds, one rank each."""
        return [
            f"({self.place}, {int(self.kind)}, {int(rank)}, {self.low}, {self.low if self.equal else self.high})"
            for rank in self.ranks
        ]


@dataclass
class SearchStatement:
    """SQL and values of a query for the driver itself, or no ``scans`` where nothing in the register can answer it.

    ``dialect`` is a name of SQLAlchemy; ``businesses`` are those whose own addressees (他業務参照不可) may be seen.
    Rows: person, kind, status, key, birth, pos, the place of the typed key in ``typed``, name, kana, group_key.
    """

    query: Query
    ranks: Collection[Rank]
    dialect: str
    businesses: Collection[str] = ()
    scans: list[_Scan] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    leading: Condition | None = None
    """Which condition the index is entered by; the others are tested on what it finds."""
    _filters: str = ""

    def __post_init__(self) -> None:
        conditions = self.query.conditions
        if not conditions or not all(map(_usable, conditions)):
            return
        self.leading = leading = min(conditions, key=_lead)
        self._filters = "".join(self._filter(other) for other in conditions if other is not leading)
        if self.query.sex:
            self._filters += self._of_sex()
        readings = [reading for reading in leading.readings if reading.by in KINDS]
        for stage in (_exact, _beginning, _inside):
            for reading in readings:
                self._add_scans(stage(reading), reading)
        if any(not _RESERVABLE.isdisjoint(scan.ranks) for scan in self.scans):
            self._filters += self._of_businesses()

    @property
    def sql(self) -> str:
        """The whole statement; the order of its rows is that of the scans."""
        found = self._lateral() if self.dialect == "postgresql" else self._union()
        return f"SELECT u.*, p.name, p.kana, p.group_key FROM ({found}) AS u JOIN person p ON p.serial = u.person"  # noqa: S608

    def _union(self) -> str:
        # Kinds, ranks and names of parameters are our own numbers; whatever was typed is bound.
        selects = (scan.select.format(filters=self._filters) for scan in self.scans)
        branches = (f"SELECT * FROM ({one}) AS b{at}" for at, one in enumerate(selects))  # noqa: S608
        return f"{' UNION ALL '.join(branches)} LIMIT {MOST_ROWS}"

    def _lateral(self) -> str:
        """PostgreSQL plans this once for all scans, a union for each of them: that took longer than the search."""
        bounds = ", ".join(bound for scan in self.scans for bound in scan.bounds)
        own = "".join(
            f" AND (s.place <> {scan.place} OR (TRUE{scan.own}))" for scan in self.scans if scan.own
        )
        where = "k.kind = s.kind AND k.status = s.status AND k.key >= s.low AND k.key <= s.high"
        scan = f"{_KEY} FROM search_key k WHERE {where}{own}{self._filters} ORDER BY k.key, k.person LIMIT {MOST_ROWS}"
        return (
            f"SELECT b.*, s.place FROM (VALUES {bounds}) AS s(place, kind, status, low, high)"  # noqa: S608
            f" CROSS JOIN LATERAL ({scan}) AS b LIMIT {MOST_ROWS}"
        )

    def _add_scans(self, kinds: tuple[Kind, bool] | None, reading: Reading) -> None:
        if kinds is None:
            return
        kind, equal = kinds
        ranks = tuple(rank for rank in _RANKS.get(reading.by, tuple(Rank)) if rank in self.ranks)
        if not ranks:
            return
        self.typed.append(reading.key)
        place, own = len(self.typed) - 1, _of_origins(reading, "k")
        if equal:
            self.scans.append(_Scan(place, kind, ranks, self._bind(reading.key), "", True, own))
            return
        if reading.by == By.NUMBER:
            # Typed without its check digit: one more digit may follow.
            own += f" AND length(k.key) = {len(reading.key) + 1}"
        # What is equal came out of the exact scan already; a range of dates has none.
        low = self._bind(reading.key if reading.last or kind != KINDS[reading.by][0] else reading.key + _NEXT)
        high = self._bind(reading.last or reading.key + _LAST)
        self.scans.extend(_Scan(place, kind, (rank,), low, high, False, own) for rank in ranks)

    def _filter(self, condition: Condition) -> str:
        births = [reading for reading in condition.readings if reading.by == By.BIRTH]
        others = [reading for reading in condition.readings if reading.by in KINDS and reading.by != By.BIRTH]
        tests = [f"k.birth BETWEEN {self._bind(r.key)} AND {self._bind(r.last or r.key)}" for r in births]
        if others:
            keys = " OR ".join(self._other(reading) for reading in others)
            tests.append(f"EXISTS (SELECT 1 FROM search_key o WHERE o.person = k.person AND ({keys}))")  # noqa: S608
        return f" AND ({' OR '.join(tests)})"

    def _other(self, reading: Reading) -> str:
        return f"({key_test(reading, self._bind)}{_of_origins(reading, 'o')})"

    def _of_sex(self) -> str:
        sex = self._bind(self.query.sex)
        return f" AND EXISTS (SELECT 1 FROM person s WHERE s.serial = k.person AND s.sex = {sex})"  # noqa: S608

    def _of_businesses(self) -> str:
        """Within the scans: addressees who are another business's alone must not crowd out the others."""
        free = ", ".join(str(int(rank)) for rank in Rank if rank not in _RESERVABLE)
        among = ", ".join(self._bind(business) for business in ("", *sorted(self.businesses)))
        business = "SELECT r.reserved_for FROM person r WHERE r.serial = k.person"
        return f" AND (k.status IN ({free}) OR ({business}) IN ({among}))"

    def _bind(self, value: str) -> str:
        return bind_into(self.values, self.dialect)(value)


def bind_into(values: dict[str, str], dialect: str) -> Callable[[str], str]:
    """A function that keeps a value under a new name and returns the placeholder for it in a statement of the driver."""

    def bind(value: str) -> str:
        name = f"v{len(values)}"
        values[name] = value
        return f"%({name})s" if dialect == "postgresql" else f":{name}"

    return bind


def key_test(reading: Reading, bind: Callable[[str], str]) -> str:
    """The condition that a row ``o`` of the index meets a reading; ``bind`` returns the placeholder of a value."""
    kinds = KINDS[reading.by] if reading.match != Match.PREFIX else KINDS[reading.by][:1]
    among = ", ".join(str(int(kind)) for kind in kinds)
    first = bind(reading.key)
    if reading.by == By.NUMBER:
        fits = f"length(o.key) <= {len(reading.key) + 1}"
        return f"o.kind IN ({among}) AND o.key >= {first} AND o.key <= {bind(reading.key + '9')} AND {fits}"
    if reading.match == Match.EXACT and not reading.last:
        return f"o.kind IN ({among}) AND o.key = {first}"
    return f"o.kind IN ({among}) AND o.key >= {first} AND o.key < {bind(reading.key + _LAST)}"


def _of_origins(reading: Reading, row: str) -> str:
    if reading.origins == ANY_ORIGIN:
        return ""
    bands = (f"{row}.pos BETWEEN {int(one)} AND {one + BAND - 1}" for one in sorted(reading.origins))
    return f" AND ({' OR '.join(bands)})"


def _usable(condition: Condition) -> bool:
    """Whether the register knows anything of the kind; a reception number is looked up elsewhere."""
    return any(reading.by in KINDS for reading in condition.readings)


def _lead(condition: Condition) -> tuple[int, int]:
    readings: Iterable[Reading] = (r for r in condition.readings if r.by in KINDS)
    place, length = min((_LEADING.index(reading.by), -len(reading.key)) for reading in readings)
    return (0 if place < _NAMES else place), length


def _exact(reading: Reading) -> tuple[Kind, bool] | None:
    """The scan for the key itself."""
    return None if reading.last else (KINDS[reading.by][0], True)


def _beginning(reading: Reading) -> tuple[Kind, bool] | None:
    """The scan for what begins with the key, or lies in the range."""
    kinds = KINDS[reading.by]
    if reading.last or reading.match != Match.EXACT or reading.by == By.NUMBER:
        return kinds[0], False
    return (kinds[1], True) if len(kinds) > 1 else None


def _inside(reading: Reading) -> tuple[Kind, bool] | None:
    """The scan for what holds the key at any later place."""
    kinds = KINDS[reading.by]
    return (kinds[1], False) if reading.match == Match.INSIDE and len(kinds) > 1 else None
