"""What the status page tells (R48)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.data import audit, content, register, staff
from app.data.models.base import utc_now
from app.domain.register import ImportOutcome
from app.operations import devices, feed_board
from app.operations.devices import Device
from app.operations.feed_board import Board

BLOCKED_DAYS = 7
SHOWN_BLOCKED = 20


@dataclass(frozen=True)
class BlockedPrint:
    """A print that was not what had been ordered and was thrown away; ``what`` names no person."""

    at: datetime
    counter: str
    document: str
    page: int
    what: str


@dataclass(frozen=True)
class StatusReport:
    """The data links, the last import that was tried, the content version, the prints that the gate has blocked, the card
    readers and customer screens of the counters.

    ``mark`` changes with everything that the page shows anew by itself.
    """

    board: Board
    last: ImportOutcome | None
    content_version: int | None
    blocked: tuple[BlockedPrint, ...]
    devices: tuple[Device, ...]

    @property
    def mark(self) -> str:
        """Of the links, the blocked prints and who of the devices is silent."""
        newest = f"{self.blocked[0].at:%Y%m%d%H%M%S%f}" if self.blocked else ""
        return f"{self.board.mark}{newest}-{len(self.devices)}-{self.silent}"

    @property
    def silent(self) -> int:
        """How many devices have not been heard of for some minutes."""
        return sum(one.silent for one in self.devices)


def report() -> StatusReport:
    """Counts and times only; names nobody."""
    titles = dict(staff.list_counters())
    found = audit.list_of_action(
        "document.quarantined", utc_now() - timedelta(days=BLOCKED_DAYS), SHOWN_BLOCKED
    )
    blocked = tuple(
        BlockedPrint(
            one.at, titles.get(one.counter, one.counter), str(one.detail["document"])[1:9].upper(),
            one.detail["page"], one.detail["what"],
        )
        for one in found
    )  # fmt: skip
    listed = tuple(
        one for one in devices.list_devices() if one.enrolled and one.kind is not devices.DeviceKind.STAFF_PC
    )
    return StatusReport(
        feed_board.read(), register.find_last_import(), content.current_version_id(), blocked, listed
    )
