"""Trials (試行) of content: its stored example households run, or past cases replayed, before it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.domain.list_difference import Change, LineChange


class TrialKind(StrEnum):
    """What is tried."""

    EXAMPLES = "examples"
    REPLAY = "replay"


TRIAL_KIND_LABELS = {TrialKind.EXAMPLES: "世帯例の確認", TrialKind.REPLAY: "過去の受付での試行"}


class TrialState(StrEnum):
    """How a trial stands. ``OUTDATED``: the content was changed while it ran."""

    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    OUTDATED = "outdated"


TRIAL_STATE_LABELS = {
    TrialState.RUNNING: "実行中",
    TrialState.STOPPED: "中止",
    TrialState.DONE: "終了",
    TrialState.OUTDATED: "下書きが変わったため終了",
}


@dataclass(frozen=True)
class Trial:
    """A trial as stored: of which content (`source` and the digest of what it held), against which version, how far.

    `since` and `until` bound the days of reception of a replay; the tried content is taken as valid on `judged_on`, where
    it is given, otherwise on each case's own day. `found` counts the results, `tally` is what the kind counts beside.
    """

    id: str
    kind: TrialKind
    source: str
    digest: str
    base: int | None
    since: date | None
    until: date | None
    judged_on: date | None
    state: TrialState
    total: int
    done: int
    found: int
    tally: Mapping[str, Any]
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None

    @property
    def running(self) -> bool:
        return self.state is TrialState.RUNNING


@dataclass(frozen=True)
class TrialLine:
    """One result: the code of an example, or the reception number of a case with a procedure (`topic`); what was found."""

    position: int
    key: str
    topic: str
    result: Mapping[str, Any]


@dataclass(frozen=True)
class TrialPart:
    """What came of a part of a trial: how much was done, where to go on, results as (key, topic, result), and the end."""

    done: int
    place: str
    lines: list[tuple[str, str, Mapping[str, Any]]]
    tally: Mapping[str, Any]
    ended: TrialState | None


@dataclass
class ReplayTally:
    """What a replay counts over all cases, beside the cases that differ."""

    procedures: dict[str, dict[str, int]] = field(default_factory=dict)
    """By procedure: how many cases gain it, lose it, and so on."""
    events: dict[str, int] = field(default_factory=dict)
    differing: int = 0
    """Cases whose list differs."""
    as_then: int = 0
    """Cases for which the version in force gives today the list that was given then."""
    unread: int = 0
    """Cases that could not be judged, because the content they need is not there."""

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> ReplayTally:
        return cls(
            {code: dict(found) for code, found in stored.get("procedures", {}).items()},
            dict(stored.get("events", {})),
            stored.get("differing", 0),
            stored.get("as_then", 0),
            stored.get("unread", 0),
        )

    def add(self, event: str, changes: list[LineChange], as_then: bool) -> None:
        """Count one case."""
        self.events[event] = self.events.get(event, 0) + 1
        self.differing += bool(changes)
        self.as_then += as_then
        for one in changes:
            counts = self.procedures.setdefault(one.procedure, {})
            counts[one.change] = counts.get(one.change, 0) + 1

    def stored(self) -> dict[str, Any]:
        return {
            "procedures": self.procedures,
            "events": self.events,
            "differing": self.differing,
            "as_then": self.as_then,
            "unread": self.unread,
        }


def change_of(stored: Mapping[str, Any]) -> LineChange:
    """A line of a case as it was stored."""
    return LineChange(
        stored["procedure"], Change(stored["change"]), stored["before"], stored["after"], stored["because"]
    )
