"""What the issuing desk (発行する窓口) has before it: requests whose papers are printed and not yet made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.case import CaseMemo, CertificateLine, Channel
from app.domain.content import ContentPack, Counter

ISSUE_NOTE = "issue"
"""The kind of memo that is written for the issuing desk (発行指示メモ)."""


@dataclass(frozen=True)
class IssueItem:
    """A request whose form was printed: its lines, for whom they are, and what was noted for the desk.

    ``people`` are names by the person's id in the case, ``numbers`` the addressee numbers of everybody in it.
    """

    case_id: str
    number: str
    content_version: int
    printed_at: datetime
    channel: Channel
    counter: str
    staff: str
    lines: tuple[CertificateLine, ...]
    people: dict[str, str]
    numbers: tuple[str, ...]
    notes: tuple[CaseMemo, ...]

    @property
    def done(self) -> bool:
        """Whether every line was made."""
        return all(line.issued_at for line in self.lines)


def serves(pack: ContentPack, desk: str, section: str, received_at: str) -> bool:
    """Whether a counter makes the certificates of a section that were asked for at another (or the same) counter.

    The office that received the request makes them if it can; otherwise every counter of the section does.
    """
    counters = {one.code: one for one in pack.counters}
    own, received = counters.get(desk), counters.get(received_at)
    if own is None or section not in _sections(own):
        return False
    if received is None or own.office == received.office:
        return True
    return not any(one.office == received.office and section in _sections(one) for one in pack.counters)


def _sections(counter: Counter) -> frozenset[str]:
    return frozenset({counter.section, *counter.receives_for})
