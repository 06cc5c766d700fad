"""Who is protected (支援措置): read from the measures that were delivered, never ended by a clock or by an omission.

A person is protected because of a measure of his own, because he is protected together with another (併せて支援), or
because he follows one of the two: by his household, or as another number of the same human being (名寄せ; see
`app.data.following`). An import only ever adds to the protected; when the reason is gone, the end is marked as awaiting a
decision (解除待ち).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from app.data import following
from app.data.batches import in_batches
from app.data.forms import Forms
from app.data.models.register import ProtectionRow, RegisterRow
from app.data.withdrawal import withdraw_from_cases

MEASURE = "measure"
TOGETHER = "together"
HOUSEHOLD_MEMBER = "household"
MERGED_NUMBER = "merged"
FOLLOWING = frozenset({HOUSEHOLD_MEMBER, MERGED_NUMBER})
"""Grounds of those who are protected because of somebody else whom they are found beside."""

PROVISIONAL = "manual"
"""Set by hand at a counter (仮の取扱注意): no file ends it."""

DECIDING_COLUMNS = frozenset({"awasete_atenabango"})
"""Columns of 01c that a file may lack although they say who is protected."""

_IN_FORCE = frozenset({"1", "2"})  # 支援措置、仮支援措置


@dataclass(frozen=True)
class Measure:
    """One delivered row of 01c."""

    number: str
    history: int
    latest: bool
    deleted: bool
    kind: str
    together: str
    counterpart: bool

    @classmethod
    def of(cls, history: int, latest: bool, deleted: bool, values: Mapping[str, str]) -> Measure:
        return cls(
            values["atenabango"],
            history,
            latest,
            deleted,
            values.get("shiensochikubun", ""),
            values.get("awasete_atenabango", ""),
            bool(values.get("kagaishashimei")),
        )


@dataclass(frozen=True)
class Added:
    """A person whom this import protects: number, ground, and because of whom."""

    number: str
    ground: str
    source: str


@dataclass(frozen=True)
class Plan:
    """Who is protected once the import is switched in, and what that changes; ``worse``: as in its `Loss`."""

    protected: frozenset[str]
    added: tuple[Added, ...] = ()
    pending: tuple[str, ...] = ()
    resumed: tuple[str, ...] = ()
    worse: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Loss:
    """Whose measure stood before a file of measures, and whose does not any more; those protected together included.

    ``dropped`` of the ``ended`` are those whom a full file says nothing of: left out by mistake, or no longer there.
    ``begun`` are those who have one now and had none. The ``exposed`` lose the name by which their counterpart (加害者) is
    recognised at a counter.
    """

    standing: frozenset[str]
    ended: frozenset[str]
    dropped: frozenset[str]
    begun: frozenset[str]
    exposed: frozenset[str]

    @property
    def worse(self) -> frozenset[str]:
        """Everybody who is protected less after the file."""
        return self.ended | self.exposed


@dataclass
class _State:
    ground: dict[str, str] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)


def has_measures(connection: Connection) -> bool:
    """Whether 01c ever named anybody."""
    return (
        connection.scalar(select(RegisterRow.row_key).where(RegisterRow.data_set == "01c").limit(1))
        is not None
    )


def list_stored_measures(
    connection: Connection, forms: Forms, numbers: Collection[str], *, gone: bool = True
) -> list[Measure]:
    """The stored rows of 01c of these persons, those that the source dropped included unless ``gone`` is False."""
    found = []
    kept = () if gone else (RegisterRow.gone.is_(False),)
    for batch in in_batches(numbers):
        rows = connection.execute(
            select(
                RegisterRow.history,
                RegisterRow.latest,
                RegisterRow.deleted,
                RegisterRow.form,
                RegisterRow.payload,
            ).where(RegisterRow.data_set == "01c", RegisterRow.person_number.in_(batch), *kept)
        )
        found += [
            Measure.of(history, latest, deleted, forms.unpack(form, payload))
            for history, latest, deleted, form, payload in rows
        ]
    return found


def list_in_force(connection: Connection, forms: Forms) -> frozenset[str]:
    """Everybody protected whom a measure that the source still has protects today, himself or together with another."""
    stored = list_stored_measures(connection, forms, list_numbers(connection), gone=False)
    return frozenset(number for number, _source in _reasons(stored))


def weigh(connection: Connection, forms: Forms, measures: Sequence[Measure], whole: bool) -> Loss:
    """What a file of measures takes from whom; ``measures`` and ``whole`` as for `make_plan`.

    By the measures themselves and not by the ground alone: who was flagged by hand before his measure came, or followed
    somebody, keeps the ground he had, and would not be missed.
    """
    stored = list_stored_measures(connection, forms, list_numbers(connection), gone=False)
    before, state = _reasons(stored), _load(connection)
    before |= {
        (number, state.source[number])
        for number, ground in state.ground.items()
        if ground in (MEASURE, TOGETHER) and number not in state.pending
    }
    named = {measure.number for measure in measures}
    kept = set() if whole else {reason for reason in before if reason[1] not in named}
    standing = frozenset(number for number, _source in before)
    left = frozenset(number for number, _source in kept | _reasons(measures))
    said = {measure.number for measure in measures if not measure.deleted}
    spoken_of = {number for number, source in before if source in said}
    ended = standing - left
    dropped = ended - spoken_of if whole else frozenset[str]()
    exposed = (_known_counterparts(stored) & (left if whole else named)) - _known_counterparts(measures)
    return Loss(standing, ended, dropped, left - standing, exposed)


def _reasons(measures: Iterable[Measure]) -> set[tuple[str, str]]:
    """Who is protected today by these rows, and because of whose: his own, or those of somebody together with whom."""
    found = set()
    for number, rows in _group(measures).items():
        for row in _current(rows):
            if row.kind in _IN_FORCE:
                found |= {(number, number), (row.together or number, number)}
    return found


def _known_counterparts(measures: Iterable[Measure]) -> frozenset[str]:
    """Whose measures in force name a counterpart."""
    return frozenset(
        number
        for number, rows in _group(measures).items()
        if any(row.counterpart for row in _current(rows) if row.kind in _IN_FORCE)
    )


def list_numbers(connection: Connection) -> frozenset[str]:
    """The numbers of everybody who is protected."""
    return frozenset(connection.scalars(select(ProtectionRow.number)))


def make_plan(connection: Connection, measures: Sequence[Measure] | None, whole: bool) -> Plan:
    """Decide who is protected after an import whose 01c holds ``measures`` (None: the import has no 01c).

    ``whole``: the file was a full one, so that persons it does not name have no measure any more.
    The households of the staged 01a and the merged numbers of the staged 16 are read from the temporary tables, the others
    from the register.
    """
    before = _load(connection)
    core = _core(before, _group(measures or ()), whole and measures is not None)
    resumed = {number for number in core if number in before.pending}
    kept = {
        number
        for number, ground in before.ground.items()
        if ground in (MEASURE, TOGETHER) and number not in core
    }
    # Whose end awaits a decision is still protected, and so is everyone who moves in with him.
    followers = following.list_followers(connection, core.keys() | kept, following.STAGED)
    added = [Added(number, *reason) for number, reason in core.items() if number not in before.ground]
    added += [
        Added(number, MERGED_NUMBER if one.merged else HOUSEHOLD_MEMBER, one.source)
        for number, one in followers.items()
        if number not in before.ground and number not in core
    ]
    alone = {n for n, ground in before.ground.items() if ground in FOLLOWING and n not in core}
    resumed |= {number for number in alone & before.pending if number in followers}
    pending = (kept | (alone - followers.keys())) - before.pending
    return Plan(
        frozenset({*before.ground, *(item.number for item in added)}),
        tuple(sorted(added, key=lambda item: item.number)),
        tuple(sorted(pending)),
        tuple(sorted(resumed)),
    )


def apply_plan(connection: Connection, plan: Plan, now: datetime) -> None:
    """Store what the plan changes, and take back what cases hold of those added.

    The rows of the register that tell where they live must go to the vault in the same transaction.
    """
    if plan.added:
        connection.execute(
            insert(ProtectionRow),
            [
                {
                    "number": item.number,
                    "ground": item.ground,
                    "source": item.source,
                    "since": now,
                    "pending_since": None,
                }
                for item in plan.added
            ],
        )
        withdraw_from_cases(connection, [item.number for item in plan.added])
    for numbers, moment in ((plan.pending, now), (plan.resumed, None)):
        for batch in in_batches(numbers):
            connection.execute(
                update(ProtectionRow).where(ProtectionRow.number.in_(batch)).values(pending_since=moment)
            )


def _load(connection: Connection) -> _State:
    state = _State()
    rows = connection.execute(
        select(ProtectionRow.number, ProtectionRow.ground, ProtectionRow.source, ProtectionRow.pending_since)
    )
    for number, ground, source, pending_since in rows:
        state.ground[number] = ground
        state.source[number] = source
        if pending_since is not None:
            state.pending.add(number)
    return state


def _group(measures: Iterable[Measure]) -> dict[str, list[Measure]]:
    grouped: dict[str, list[Measure]] = {}
    for measure in measures:
        grouped.setdefault(measure.number, []).append(measure)
    return grouped


def _core(
    before: _State, measures: Mapping[str, Sequence[Measure]], whole: bool
) -> dict[str, tuple[str, str]]:
    """Persons with a measure in force and those protected together with them: number → (ground, source)."""
    core: dict[str, tuple[str, str]] = {}
    together: dict[str, str] = {}
    if not whole:
        for number, ground in before.ground.items():
            source = before.source[number]
            if ground not in FOLLOWING and source not in measures and number not in before.pending:
                core[number] = (ground, source)
    for number, rows in measures.items():
        in_force = [row for row in _current(rows) if row.kind in _IN_FORCE]
        if in_force:
            core[number] = (MEASURE, number)
        together.update((row.together, number) for row in in_force if row.together)
    for number, source in together.items():
        core.setdefault(number, (TOGETHER, source))
    for number, ground in before.ground.items():
        if ground == PROVISIONAL:
            core.setdefault(number, (PROVISIONAL, before.source[number]))
    return core


def _current(rows: Sequence[Measure]) -> list[Measure]:
    """The rows that speak of today. Where none is marked as the latest, all do: in doubt a person is protected."""
    valid = [row for row in rows if not row.deleted]
    latest = [row for row in valid if row.latest]
    newest = max((row.history for row in latest), default=0)
    return [row for row in latest if row.history == newest] or valid
