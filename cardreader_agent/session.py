"""One reading from laying a card down to taking it away: which card, which secret, one try, whole record, power off."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from contextlib import closing

from cardreader_agent import cards
from cardreader_agent.cards import AlreadyOpen, Found
from cardreader_agent.cards.residence import Limits
from cardreader_agent.reading import (
    FIELDS,
    Ask,
    Card,
    CardProblem,
    Connection,
    Outcome,
    Progress,
    Question,
    Reader,
    Reading,
    Secret,
    Stage,
    Tries,
)

SETTLE_SECONDS = 2.0
"""How long after a card was laid down other programs of the PC may still reset it under us."""
RESET = frozenset({0x80100067, 0x80100068})
"""PC/SC: somebody powered the card down or reset it; it is still there."""
SHORT_WAIT = 0.1
_limits: dict[str, Limits] = {}
"""By a reader's name; for the life of the program."""


def read_card(
    reader: Reader,
    ask: Ask,
    progress: Progress,
    *,
    fields: Collection[str] = FIELDS,
    last_try_agreed: bool = False,
    wait: float = 50.0,
    stopped: Callable[[], bool] = lambda: False,
) -> Reading:
    """Read ``fields`` of the card that lies, or within ``wait`` seconds is laid, on ``reader``.

    ``last_try_agreed`` says that the resident agreed to use the last try and the clerk confirmed it: without it nothing is sent
    to a card with one try left. ``stopped`` is looked at before every command and while waiting.

    A secret reaches the card at most once, only the card that was asked for it, and only after its remaining tries were read in
    the same moment; it is overwritten and the card powered down however the reading ends. Raises `CardProblem`.
    """
    progress(Stage.WAITING, None)
    connection, found = _identify(reader, progress, wait, stopped)
    with closing(connection):
        if not found.choices:
            with connection.transaction() as transmit:
                return cards.read(found, transmit, None, stopped=stopped).only(fields)
        secret = _ask(found, connection, ask, progress, last_try_agreed=last_try_agreed)
        try:
            progress(Stage.CARD, found.card)
            with connection.transaction() as transmit:
                reading = cards.read(
                    found,
                    transmit,
                    secret,
                    last_try_agreed=last_try_agreed,
                    limits=_limits.setdefault(reader.name, Limits()),
                    stopped=stopped,
                )
            return reading.only(fields)
        finally:
            secret.wipe()


def _identify(
    reader: Reader, progress: Progress, wait: float, stopped: Callable[[], bool]
) -> tuple[Connection, Found]:
    """The card and what opens it. No secret is involved yet, so a card that others reset is simply asked again."""
    settled = None
    powered_down = False
    while True:
        connection = reader.connect(wait if settled is None else SETTLE_SECONDS, stopped)
        settled = settled or time.monotonic() + SETTLE_SECONDS
        try:
            progress(Stage.CARD, None)
            with connection.transaction() as transmit:
                return connection, cards.identify(transmit, stopped=stopped)
        except AlreadyOpen as problem:
            # Another program left the card open: powered down, it counts its tries again.
            connection.close()
            if powered_down:
                raise CardProblem(Outcome.CARD_ERROR, status=problem.status) from None
            powered_down = True
        except CardProblem as problem:
            connection.close()
            if problem.status not in RESET or time.monotonic() > settled:
                raise
            time.sleep(SHORT_WAIT)
        except BaseException:
            connection.close()
            raise


def _ask(
    found: Found, connection: Connection, ask: Ask, progress: Progress, *, last_try_agreed: bool
) -> Secret:
    """What somebody typed for one of the choices; its form is right. Raises CardProblem."""
    choices = found.offered(last_try_agreed=last_try_agreed)
    states = {choice.kind: choice for choice in choices}
    if not any(choice.tries is Tries.READY for choice in choices):
        raise _closed(max(choices, key=lambda choice: choice.left or 0).tries)
    progress(Stage.SECRET, found.card)
    secret = ask(Question(Card(found.card), choices, connection.is_there))
    try:
        chosen = states.get(secret.kind)
        if chosen is None:
            raise CardProblem(Outcome.BAD_REQUEST)
        if chosen.tries is not Tries.READY:
            raise _closed(chosen.tries)
        cards.check_form(secret)
    except CardProblem:
        secret.wipe()
        raise
    return secret


def _closed(tries: Tries) -> CardProblem:
    if tries is Tries.LAST:
        return CardProblem(Outcome.LAST_TRY, tries=1)
    return CardProblem(Outcome.BLOCKED, tries=0)
