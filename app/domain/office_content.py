"""Deadlines, events, sections, offices, counters, phrases, pamphlets and settings of the content pack, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.opening import CITY_HALL


@dataclass(frozen=True)
class Limit:
    """How one limit is counted: `amount` of `unit` (day, month, year) from a date of the case, named by `base`.

    `include_first` counts that day itself as the first; otherwise the next day is the first. With `events` it counts
    in these alone: the same law may count from the birth here and from the move there.
    """

    base: str
    amount: int
    unit: str
    include_first: bool = False
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeadlineRule:
    """A deadline (期限) as data: the earliest of its limits. `roll` moves a closed day (閉庁日) to the next open one."""

    code: str
    title: str
    limits: tuple[Limit, ...]
    roll: bool
    note: str = ""
    legal_basis: str = ""
    review: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class MoveReason:
    """A reason for change (異動事由) with its code in the core system."""

    code: str
    title: str
    core_code: str


@dataclass(frozen=True)
class Event:
    """What a visitor comes for (用件): the code rule rows name, its title, its digit and the reasons it can have.

    `deadline` is a code of the deadline table: until when the event itself has to be notified.
    """

    code: str
    title: str
    order: int
    form: str = ""
    deadline: str = ""
    reasons: tuple[MoveReason, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section (課) with the place and the telephone number it is announced with."""

    code: str
    title: str
    floor: str
    phone: str
    order: int


@dataclass(frozen=True)
class Office:
    """An office (庁舎): the city hall or a branch; each has an opening calendar of its own."""

    code: str
    title: str
    order: int


@dataclass(frozen=True)
class Counter:
    """A counter (窓口), the office it is in, and the sections whose procedures are done there."""

    code: str
    title: str
    section: str
    floor: str
    phone: str
    order: int
    receives_for: tuple[str, ...] = ()
    office: str = CITY_HALL


class MemoKind(StrEnum):
    """What a ready phrase is for: a memo of the reception, a note to the issuing desk (発行指示) or to another section
    (申し送り), or the reason why a reviewer sends something back (差戻し)."""

    RECEPTION = "reception"
    ISSUE = "issue"
    HANDOVER = "handover"
    SENT_BACK = "sent_back"


@dataclass(frozen=True)
class MemoPhrase:
    """A ready phrase (定型文): two letters that choose it. With a ``counter`` it is that desk's own."""

    code: str
    kind: MemoKind
    text: str
    order: int
    counter: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Pamphlet:
    """A slot for a pamphlet (案内の冊子・ちらし) that procedures name, with the section that keeps it up to date.

    `languages` are the codes (ISO 639-1, plain Japanese as `ja-easy`) the city wants it in.
    """

    code: str
    title: str
    section: str
    order: int
    languages: tuple[str, ...] = ("ja",)
    note: str = ""


@dataclass(frozen=True)
class Setting:
    """A value that differs between cities (市の設定値): conditions and arguments name it as "$code".

    `value` is a whole number of `unit`, or a text. `review` says what the city has to check; empty when it has been.
    """

    code: str
    title: str
    value: int | str
    unit: str = ""
    note: str = ""
    legal_basis: str = ""
    review: str = ""
