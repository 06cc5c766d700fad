"""The card families as functions over a `Transmit` callable: which card it is, what opens it, what it says.

No function here waits, asks anybody, logs, or knows a reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cardreader_agent.cards import licence, my_number, residence
from cardreader_agent.cards.apdu import BLOCKED, GOOD, Commands, broken
from cardreader_agent.reading import (
    Card,
    CardProblem,
    Choice,
    Outcome,
    Reading,
    Secret,
    SecretKind,
    Transmit,
    Tries,
)

FORMS = {
    SecretKind.TEXT_PIN: re.compile(rb"[0-9]{4}"),
    SecretKind.LICENCE_PIN: re.compile(rb"[0-9]{4}"),
    SecretKind.PRINTED_NUMBER: re.compile(rb"[0-9]{14}"),
    SecretKind.CARD_NUMBER: re.compile(rb"[A-Z]{2}[0-9]{8}[A-Z]{2}"),
}
ALREADY_OPEN = 0x9000


class AlreadyOpen(CardProblem):
    """Somebody verified this card before and left it powered, so that it does not say its tries."""

    def __init__(self) -> None:
        super().__init__(Outcome.CARD_ERROR, status=ALREADY_OPEN)


@dataclass(frozen=True)
class Found:
    """A card that was recognised. ``choices`` is empty when nothing has to be asked."""

    card: Card
    choices: tuple[Choice, ...]
    kind: residence.Kind | None = None

    def offered(self, *, last_try_agreed: bool) -> tuple[Choice, ...]:
        """The choices as they may be used; the last try only where it was agreed to."""
        return tuple(
            Choice(one.kind, one.left, _state(one.left, last_try_agreed=last_try_agreed))
            for one in self.choices
        )


def identify(transmit: Transmit, *, stopped: Callable[[], bool] = lambda: False) -> Found:
    """Which card this is, by its applications only; no counter is touched. Raises UNSUPPORTED, AlreadyOpen, CardProblem."""
    commands = Commands(transmit, stopped=stopped, just_powered=True)
    if commands.has_application(my_number.APPLICATION):
        kinds = (SecretKind.TEXT_PIN, SecretKind.PRINTED_NUMBER)
        return Found(
            Card.MY_NUMBER, tuple(_choice(kind, my_number.tries_left(commands, kind)) for kind in kinds)
        )
    if commands.has_application(licence.APPLICATION):
        if not licence.has_pin(commands):
            return Found(Card.LICENCE, ())
        return Found(Card.LICENCE, (_choice(SecretKind.LICENCE_PIN, licence.tries_left(commands)),))
    if commands.has_application(residence.APPLICATION):
        kind = residence.kind_of(commands)
        return Found(kind.card, (Choice(SecretKind.CARD_NUMBER, None, Tries.READY),), kind)
    raise CardProblem(Outcome.UNSUPPORTED)


def read(
    found: Found,
    transmit: Transmit,
    secret: Secret | None,
    *,
    last_try_agreed: bool = False,
    limits: residence.Limits | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Reading:
    """Open the card with ``secret``, once, and read it to the end. ``limits`` are the reader's, and may be noted in.

    Raises CardProblem, ValueError when a secret is missing.
    """
    commands = Commands(transmit, stopped=stopped)
    if found.card is Card.LICENCE:
        _open_licence(commands, secret, last_try_agreed)
        return licence.read_entries(commands)
    if secret is None:
        raise ValueError("this card is opened by a secret")
    check_form(secret)
    if found.kind is not None:
        files = residence.open_card(commands, found.kind, secret.value, limits=limits)
        return residence.read_fields(commands, files, found.kind)
    my_number.select(commands)
    _check_tries(my_number.tries_left(commands, secret.kind), last_try_agreed)
    _verify(commands, secret, 0x80)
    return my_number.read_items(commands)


def check_form(secret: Secret) -> None:
    """Raises BAD_REQUEST for a value that is not of its kind's form: it must not reach a card."""
    if not FORMS[secret.kind].fullmatch(secret.value):
        raise CardProblem(Outcome.BAD_REQUEST)


def _open_licence(commands: Commands, secret: Secret | None, last_try_agreed: bool) -> None:
    # Asked again, for a card may have been exchanged: a PIN must not go to a card that has none, nor the other way round.
    if licence.has_pin(commands) is (secret is None):
        raise CardProblem(Outcome.CARD_REMOVED)
    _check_tries(licence.tries_left(commands), last_try_agreed)
    if secret is not None:
        check_form(secret)
        _verify(commands, secret, licence.PIN)
        return
    status = commands.verify(licence.UNSET_PIN, licence.PIN)
    if status != GOOD:
        raise broken(status)


def _check_tries(left: int | None, last_try_agreed: bool) -> None:
    """Raises what stands against sending a secret now."""
    if left is None:
        raise AlreadyOpen
    state = _state(left, last_try_agreed=last_try_agreed)
    if state is Tries.NONE:
        raise CardProblem(Outcome.BLOCKED, tries=0)
    if state is Tries.LAST:
        raise CardProblem(Outcome.LAST_TRY, tries=1)


def _verify(commands: Commands, secret: Secret, reference: int) -> None:
    """Send a secret, once. Raises WRONG_PIN, WRONG_NUMBER, BLOCKED, CARD_ERROR."""
    status = commands.verify(secret.value, reference)
    if status == GOOD:
        return
    left = status & 0x0F if status & 0xFFF0 == 0x63C0 else None
    if left == 0 or status in BLOCKED:
        raise CardProblem(Outcome.BLOCKED, tries=0, status=status)
    if left is None:
        raise broken(status)
    wrong = Outcome.WRONG_NUMBER if secret.kind is SecretKind.PRINTED_NUMBER else Outcome.WRONG_PIN
    raise CardProblem(wrong, tries=left, status=status)


def _choice(kind: SecretKind, left: int | None) -> Choice:
    if left is None:
        raise AlreadyOpen
    return Choice(kind, left, _state(left, last_try_agreed=False))


def _state(left: int | None, *, last_try_agreed: bool) -> Tries:
    if left == 0:
        return Tries.NONE
    return Tries.LAST if left == 1 and not last_try_agreed else Tries.READY
