"""What a reading is made of: the words that cards, readers, the window and the wire have in common.

`cardreader_agent.session.read_card` reads one card from one `Reader` and either returns a `Reading` or raises a
`CardProblem`; nothing in between. It asks for a secret through `Ask` and tells how far it is through `Progress`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from cardreader_agent.memory import wipe

FIELDS = ("name", "kana", "birth", "sex", "address")
"""All that is ever read for the server: never the 12-digit number, the domicile, the face or a signature."""

Transmit = Callable[[bytes | bytearray], bytes]
"""Sends one command APDU, returns the answer's data followed by its two status bytes.

A command with a secret comes as a bytearray, which its sender overwrites: keep no copy. Raises `CardProblem` when the card or
the reader is gone, `CommandRefused` when the reader could not pass the command on.
"""


class Card(StrEnum):
    """The kinds of card, as the wire names them."""

    MY_NUMBER = "my_number_card"
    """マイナンバーカード, also one that carries a licence (マイナ免許証) or a residence permit (特定在留カード)."""
    LICENCE = "drivers_licence"
    RESIDENCE = "residence_card"
    SPECIAL_PERMANENT = "special_permanent_resident_certificate"


class Outcome(StrEnum):
    """How a reading ended, as the wire names it."""

    READ = "read"
    WRONG_PIN = "wrong_pin"
    """The resident's PIN was refused; `CardProblem.tries` says how many are left."""
    LAST_TRY = "last_try"
    """One try is left and nobody agreed to use it: nothing was sent to the card."""
    BLOCKED = "blocked"
    """No try is left: nothing (more) was sent to the card."""
    WRONG_NUMBER = "wrong_number"
    """The number printed on the card was refused; `CardProblem.tries` is None where the card does not count."""
    CARD_REMOVED = "card_removed"
    """The card left the reader or was reset meanwhile; a secret that was typed is dropped."""
    NO_CARD = "no_card"
    CARD_ERROR = "card_error"
    """Something a good card does not answer, a damaged record, a character that does not decode, no answer in time."""
    UNSUPPORTED = "unsupported"
    BAD_REQUEST = "bad_request"
    """A malformed secret or request; nothing reached the card."""
    NO_READER = "no_reader"
    """No reader, no driver, or the system's smart card service does not run."""
    BUSY = "busy"
    """This reader reads already, or another program holds the card."""
    CANCELLED = "cancelled"
    """Somebody stopped the reading at the window, or ``stopped`` became true. Not a word of the cards."""


class CardProblem(Exception):
    """A reading that did not come about. ``status`` is the failing step's status word or PC/SC code, for the log only."""

    def __init__(self, outcome: Outcome, *, tries: int | None = None, status: int | None = None) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
        self.tries = tries
        self.status = status


class CommandRefused(CardProblem):
    """The reader did not pass the command on (too long for it); the card knows nothing of it and is still there."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__(Outcome.CARD_ERROR, status=status)


class SecretKind(StrEnum):
    """What may be asked for, who knows it, and its form."""

    TEXT_PIN = "text_pin"
    """券面事項入力補助用の暗証番号: four digits, typed by the resident, three tries."""
    PRINTED_NUMBER = "printed_number"
    """照合番号B: fourteen digits from the card's face, typed by the clerk, ten tries; see `printed_number`."""
    LICENCE_PIN = "licence_pin"
    """運転免許証の暗証番号1: four digits, typed by the resident, three tries."""
    CARD_NUMBER = "card_number"
    """在留カード等番号: ``AA12345678BB`` from the card's face, typed by the clerk; the card does not count tries."""


class Secret:
    """What somebody typed, in one buffer that `wipe` overwrites; it never shows itself.

    The buffer holds ASCII. The caller gives it away: whoever reads the card wipes it, whatever happens.
    """

    __slots__ = ("kind", "value")

    def __init__(self, kind: SecretKind, value: bytearray) -> None:
        self.kind = kind
        self.value = value

    def wipe(self) -> None:
        """Overwrite the buffer and empty it."""
        wipe(self.value)

    def __repr__(self) -> str:
        return f"Secret({self.kind.value})"


class Tries(StrEnum):
    """Whether a secret may be tried."""

    READY = "ready"
    LAST = "last_try"
    """One try is left and its use was not agreed to."""
    NONE = "blocked"


@dataclass(frozen=True)
class Choice:
    """A secret that opens the card. ``left`` is None where the card does not count."""

    kind: SecretKind
    left: int | None
    tries: Tries


@dataclass(frozen=True)
class Question:
    """Asks for one of ``choices``, the usual one first; at least one of them is `Tries.READY`.

    ``is_there`` says without disturbing the card whether it still lies on the reader: ask it every half second and stop
    asking when it is gone.
    """

    card: Card
    choices: tuple[Choice, ...]
    is_there: Callable[[], bool]


Ask = Callable[[Question], Secret]
"""Asks at the window. Raises `CardProblem` to end the reading: CANCELLED when somebody stops or nobody types,
CARD_REMOVED when the card is gone, LAST_TRY or BLOCKED when the clerk does not take the other way that is offered.
"""


class Stage(StrEnum):
    """How far a reading is, as the wire names it."""

    WAITING = ""
    """A card is to be laid on the reader."""
    SECRET = "secret"  # noqa: S105 - the wire's word for a step
    CARD = "card"
    """The card is being read and must lie still."""


Progress = Callable[[Stage, "Card | None"], None]
"""Told at each change of stage; the card as soon as it is known."""


@dataclass(frozen=True)
class Picture:
    """What stands on the card as a picture only, for the clerk to read. ``png`` is black on white.

    ``shows`` names the fields to be read in it. ``whole_face`` is true for the front of a first-generation residence card,
    which also shows the card's number: such a picture stays in the agent's own window and is never sent.
    """

    png: bytes = field(repr=False)
    shows: tuple[str, ...]
    whole_face: bool = False


@dataclass(frozen=True)
class Reading:
    """A whole card, read to the end and decoded without loss.

    ``values`` holds what the card says as text, unchanged: no normalising, no folding, variation selectors kept. ``birth`` is
    YYYYMMDD, ``sex`` 1 (男) or 2 (女). A field the card does not say is missing, never empty. ``review`` names the
    fields a person has to look at, also missing ones (外字, 通称, an unknown day of birth, a name given as picture).
    """

    card: Card
    values: Mapping[str, str] = field(repr=False)
    review: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()

    def only(self, fields: Collection[str]) -> Reading:
        """The same reading without what was not asked for."""
        return Reading(
            self.card,
            {name: value for name, value in self.values.items() if name in fields},
            tuple(name for name in self.review if name in fields),
            tuple(picture for picture in self.pictures if set(picture.shows) & set(fields)),
        )


class Connection(Protocol):
    """One card on one reader, from laying it down to taking it away. Used by one thread at a time."""

    def transaction(self) -> AbstractContextManager[Transmit]:
        """Have the card alone, for less than five seconds at a time between two commands.

        Raises CARD_REMOVED when the card left or was reset by anybody since the connection was made.
        """

    def is_there(self) -> bool:
        """Whether this card still lies there; sends it nothing that counts."""

    def close(self) -> None:
        """Power the card down, so that every right it gave ends; never raises."""


class Reader(Protocol):
    """A reader that was chosen by its name."""

    @property
    def name(self) -> str: ...

    def connect(self, seconds: float, stopped: Callable[[], bool]) -> Connection:
        """Wait for a card and take it. Raises NO_CARD, NO_READER, BUSY, CARD_ERROR, CANCELLED."""


def printed_number(birth_as_printed: str, expiry_year: str, security_code: str) -> bytearray:
    """照合番号B of a My Number Card from what its face says, as the buffer of a `Secret`.

    ``birth_as_printed`` is YYMMDD with the year of the era (昭和55年2月17日 → ``550217``), ``expiry_year`` the western year the
    card expires in, ``security_code`` the four digits at the front. Raises BAD_REQUEST for anything else.
    """
    for text, length in ((birth_as_printed, 6), (expiry_year, 4), (security_code, 4)):
        if len(text) != length or not (text.isascii() and text.isdigit()):
            raise CardProblem(Outcome.BAD_REQUEST)
    return bytearray((birth_as_printed + expiry_year + security_code).encode("ascii"))
