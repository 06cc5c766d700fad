"""Who stands at the reader in a test: a reader without a driver, and somebody who types."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator

from cardreader_agent.reading import (
    Card,
    CardProblem,
    Choice,
    Outcome,
    Question,
    Reading,
    Secret,
    SecretKind,
    Stage,
    Transmit,
)
from cardreader_agent.session import read_card
from tests.agent.virtual.card import Pulled, VirtualCard

REMOVED, RESET = 0x80100069, 0x80100068
NUMBERS = itertools.count()


class DirectReader:
    """Holds a card without any driver: the same answers that the reader's process gives."""

    def __init__(self, card: VirtualCard) -> None:
        self.card = card
        self.laid = 0
        self.open = 0
        self.name = f"direct {next(NUMBERS)}"

    def connect(self, seconds: float, stopped: Callable[[], bool]) -> DirectConnection:
        self.card.power()
        self.open += 1
        return DirectConnection(self)

    def exchange(self, card: VirtualCard) -> None:
        """Another card, or the same one laid down again."""
        self.card = card
        self.laid += 1


class DirectConnection:
    def __init__(self, reader: DirectReader) -> None:
        self.reader, self.laid = reader, reader.laid

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transmit]:
        if not self.is_there():
            raise CardProblem(Outcome.CARD_REMOVED, status=REMOVED)
        yield self.transmit

    def transmit(self, command: bytes | bytearray) -> bytes:
        try:
            return self.reader.card.transmit(command)
        except Pulled:
            raise CardProblem(Outcome.CARD_REMOVED, status=REMOVED) from None

    def is_there(self) -> bool:
        return self.laid == self.reader.laid

    def close(self) -> None:
        if self.is_there():
            self.reader.card.power()
        self.reader.open -= 1


class Person:
    """Types ``value`` for ``kind``; remembers what was asked and every buffer that was given away."""

    def __init__(self, kind: SecretKind = SecretKind.TEXT_PIN, value: bytes = b"1234") -> None:
        self.kind, self.value = kind, value
        self.asked: list[tuple[Card, tuple[Choice, ...]]] = []
        self.given: list[Secret] = []
        self.before: Callable[[], None] = lambda: None
        """What happens between the entry and its use."""

    def __call__(self, question: Question) -> Secret:
        self.asked.append((question.card, question.choices))
        secret = Secret(self.kind, bytearray(self.value))
        self.given.append(secret)
        self.before()
        return secret


def quiet(_stage: Stage, _card: Card | None) -> None:
    """Progress nobody looks at."""


def try_card(
    card: VirtualCard, person: Person, *, last_try_agreed: bool = False
) -> Reading | tuple[Outcome, int | None]:
    """What came of a reading, after which nothing of it is left: no buffer, no open card."""
    reader = DirectReader(card)
    try:
        return read_card(reader, person, quiet, last_try_agreed=last_try_agreed, wait=0)
    except CardProblem as problem:
        return problem.outcome, problem.tries
    finally:
        assert all(not secret.value for secret in person.given), "a secret was left in its buffer"
        assert reader.open == 0 and not card.rights, "the card was left powered"
