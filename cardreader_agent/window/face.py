"""What the agent says to people and asks of them; the window is one face, a test's script another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from cardreader_agent.reading import Card, Picture, Question, Secret, Stage
from cardreader_agent.wire.terminal import Slot


class Face(Protocol):
    """Called from the agent's thread; returns at once, `ask` excepted."""

    def rest(self, trouble: str) -> None:
        """Nothing is read now; ``trouble`` is a word of `words.TROUBLES`, empty when all is well."""

    def open(self, slot: Slot) -> None:
        """A card is to be read for this slot."""

    def progress(self, stage: Stage, card: Card | None) -> None:
        """How far the reading is."""

    def ask(self, question: Question, stopped: Callable[[], bool]) -> Secret | None:
        """What was typed; None when somebody chose to stop, the card is gone or ``stopped`` became true."""

    def stopped(self) -> bool:
        """Whether somebody pressed «やめる» since `open`."""

    def hold(self, title: str, advice: str) -> None:
        """The card was read and may be taken, but it is not over: stays until `close`."""

    def close(self, title: str, advice: str, pictures: tuple[Picture, ...] = ()) -> None:
        """How it ended; ``pictures`` are for the clerk's eyes at this window only."""
