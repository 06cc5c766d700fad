"""What the common database (共通データベース) tells besides persons: the state of the feeds, move-out notices, the address master."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.person import Person

NOTICE_SET = "20a"
"""Move-out notices of other cities (転出届), by their receipt number."""


def notice_of(number: str) -> str:
    """The receipt number of the notice that announced the person with this number; empty for everybody else."""
    return number.rpartition("-")[0]


@dataclass(frozen=True)
class FeedState:
    """The last accepted file of a data set. ``stale``: nothing has arrived for longer than the installation allows."""

    data_set: str
    imported_at: datetime
    as_of: datetime
    file: str
    rows: int
    rejects: int
    added: int
    changed: int
    gone: int
    stale: bool


@dataclass(frozen=True)
class ImportOutcome:
    """The last import that was tried, switched in or refused (with the reason)."""

    id: str
    finished_at: datetime
    applied: bool
    message: str


@dataclass(frozen=True)
class ProtectionCount:
    """How many persons are protected (支援措置), and for how many the end awaits a decision (解除待ち)."""

    protected: int
    pending: int


@dataclass(frozen=True)
class MoveInNotice:
    """A move-out notice (転出証明書情報) of another city with its people, in their order.

    ``notice`` and the rows of ``people`` are keyed by the identifiers of layouts 20a and 20b and hold non-empty
    values only; ``persons`` are the same people as the search shows them.
    """

    receipt_number: str
    notice: dict[str, str]
    people: tuple[dict[str, str], ...]
    persons: tuple[Person, ...]
