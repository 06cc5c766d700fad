"""What the random walk believes to be so: its people, the seats of its clerks, their cases and papers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask.testing import FlaskClient

from tests.desk import Desk
from tests.integration import small_city as city

if TYPE_CHECKING:
    from tests.integration.walked_city import WalkedCity

START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
"""A Wednesday, ten in the morning in the city."""

HOUSEHOLD_OF = {1: 1, 2: 1, city.WIFE: 2, city.CHILD: 2, 6: 4, 7: 5, 8: 6}
"""Who is looked at, received and protected, and in which household; about them no file warns."""

COOKIE = "__Host-kakanai"


@dataclass
class Seat:
    """A PC with one browser, and who is signed in there as far as the model knows."""

    number: int
    desk: Desk
    staff: str = ""
    counter: str = ""
    begun: datetime = START
    used: datetime = START
    world: WalkedCity = field(init=False)

    @property
    def token(self) -> str:
        assert isinstance(self.desk.browser, FlaskClient)
        found = self.desk.browser.get_cookie(COOKIE)
        return found.value if found else ""

    def leave(self) -> None:
        self.staff = self.counter = ""


@dataclass
class Released:
    """A release that was asked for or allowed: for whom, until when, and its one output.

    ``version``: that of the case it is for, of an address.
    """

    staff: str
    until: datetime
    document: str = ""
    version: int = 0
    waiting: bool = False

    def counts(self, now: datetime) -> bool:
        """Whether it may still be used."""
        return not self.waiting and not self.document and now < self.until


@dataclass
class Reception:
    """A case as the model knows it. ``stage`` counts what was done of a certificate request."""

    id: str
    person: int
    staff: str
    stopped: bool = False
    asked_by: str = ""
    stage: int = 0
    releases: list[Released] = field(default_factory=list)
    address: Released | None = None
    """The last request for its visitor's address on its paper."""

    @property
    def asks_address(self) -> bool:
        return self.address is not None and self.address.waiting


@dataclass(frozen=True)
class PrintedPaper:
    """A document that was made: of which case, in which session, when."""

    address: str
    case: Reception
    token: str
    made_at: datetime

    @property
    def id(self) -> str:
        return self.address.rsplit("/", 1)[1]
