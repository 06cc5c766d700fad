"""The agent's work: wait for a slot, read one card for it, answer once, and go on whatever happened."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from typing import Protocol

from cardreader_agent.codes import CodeLog
from cardreader_agent.reading import (
    Ask,
    CardProblem,
    Outcome,
    Picture,
    Progress,
    Question,
    Reading,
    Secret,
    Stage,
    Tries,
)
from cardreader_agent.scanner import Scanner
from cardreader_agent.window import words
from cardreader_agent.window.face import Face
from cardreader_agent.wire.identity import NotPaired
from cardreader_agent.wire.server import Unreachable
from cardreader_agent.wire.settings import SettingsProblem
from cardreader_agent.wire.terminal import (
    Answer,
    Gone,
    NotNow,
    Refused,
    ShutOut,
    Slot,
    Terminal,
    TooOld,
)

BEAT = 1.0
"""Seconds between two signs of life while a card is read; the answer to one says whether the clerk still waits."""
SHORTEST_TURN = 0.4
"""Seconds that one question of the server takes at least, so that a busy server is not asked at every moment."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
MARGIN = 2.0
"""Seconds before the slot's end after which nothing is begun any more: the answer has to arrive in time."""
_TROUBLES = (Unreachable, ShutOut, NotNow, TooOld, NotPaired, SettingsProblem)


class Cards(Protocol):
    """The readers of this PC."""

    def names(self) -> list[str]:
        """The readers that are connected now. Raises CardProblem when there can be none (no driver, no service)."""

    def read(
        self,
        fields: Collection[str],
        ask: Ask,
        progress: Progress,
        stopped: Callable[[], bool],
        *,
        last_try: bool,
        seconds: float,
    ) -> Reading:
        """One whole card. Raises CardProblem."""  # fmt: skip


class Agent:
    """One counter PC's agent. ``terminal`` gives the terminal that is paired now, and is asked again after troubles."""

    def __init__(
        self,
        terminal: Callable[[], Terminal],
        cards: Cards,
        face: Face,
        log: CodeLog,
        scanner: Scanner | None = None,
    ) -> None:
        self.find_terminal, self.cards, self.face, self.log = terminal, cards, face, log
        self.scanner = scanner
        self._terminal: Terminal | None = None
        self._trouble: str | None = None
        self._pause = FIRST_PAUSE

    def run(self, ended: threading.Event) -> None:
        """Until ``ended``: nothing that goes wrong ends it."""
        while not ended.is_set():
            began = time.monotonic()
            try:
                self.turn()
            except _TROUBLES as trouble:
                self._rest(trouble_word(trouble))
                self._terminal = None
                ended.wait(self._pause)
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
            except Exception as fault:
                # Whatever it was, its text may hold what was read: only its kind is told.
                self.log.note("fault", kind=type(fault).__name__)
                self._rest("fault")
                ended.wait(LONGEST_PAUSE / 3)
            else:
                self._pause = FIRST_PAUSE
                ended.wait(max(0.0, SHORTEST_TURN - (time.monotonic() - began)))

    def turn(self) -> None:
        """Ask once for a slot, and serve it if there is one. Raises what `Terminal.next_slot` raises, NotPaired."""
        if self._terminal is None:
            self._terminal = self.find_terminal()
        readers, problem = self._readers()
        slot = self._terminal.next_slot(readers, problem)
        self._rest(problem)
        if slot is not None:
            _Service(self, self._terminal, slot).run()

    def _readers(self) -> tuple[list[str], str]:
        try:
            names = self.cards.names()
        except CardProblem as problem:
            return [], problem.outcome.value
        return names, "" if names else Outcome.NO_READER.value

    def _rest(self, trouble: str) -> None:
        if trouble != self._trouble:
            self.log.note("trouble" if trouble else "ready", code=trouble or "none")
            self._trouble = trouble
            self.face.rest(trouble)


def trouble_word(trouble: Exception) -> str:
    """The word of `words.TROUBLES` for what kept the agent from the server."""
    if isinstance(trouble, Unreachable):
        return trouble.code
    if isinstance(trouble, NotNow):
        return str(trouble)
    named = {ShutOut: "shut_out", TooOld: "too_old", NotPaired: "not_paired", SettingsProblem: "settings"}
    return named.get(type(trouble), "fault")


class _Service:
    """One slot, from its opening to its answer."""

    def __init__(self, agent: Agent, terminal: Terminal, slot: Slot) -> None:
        self.terminal, self.slot = terminal, slot
        self.cards, self.face, self.log, self.scanner = agent.cards, agent.face, agent.log, agent.scanner
        self.until = time.monotonic() + slot.seconds - MARGIN
        self._stage = Stage.WAITING
        self._gone, self._done = threading.Event(), threading.Event()

    def run(self) -> None:
        slot = self.slot
        self.log.note("slot", slot=slot.id[:8])
        self.face.open(slot)
        if slot.environment != self.terminal.identity.environment:
            self._answer(Answer(Outcome.BAD_REQUEST))
            self.log.note("elsewhere", slot=slot.id[:8])
            self.face.close(*words.ELSEWHERE)
            return
        beats = threading.Thread(target=self._beat, daemon=True)
        beats.start()
        listens = self.scanner is not None and slot.scan and self.scanner.open()
        try:
            answer, pictures = self._read()
        finally:
            if self.scanner is not None and listens:
                self.scanner.close()
            self._done.set()
            beats.join()
        if self._gone.is_set():
            self.log.note("slot-gone", slot=slot.id[:8])
            self.face.close(*words.STOPPED_THERE)
            return
        taken = self._answer(answer)
        self.log.note(
            "slot-done", slot=slot.id[:8], outcome=answer.outcome, card=answer.card or "none", taken=taken
        )
        said = words.SCANNED if answer.scanned else words.OUTCOMES[Outcome(answer.outcome)]
        self.face.close(*(said if taken == "yes" else words.STOPPED_THERE), pictures)

    def _read(self) -> tuple[Answer, tuple[Picture, ...]]:
        try:
            reading = self.cards.read(
                self.slot.fields, self._ask, self._progress, self._stopped,
                last_try=self.slot.last_try, seconds=max(1.0, self.until - time.monotonic()),
            ).only(self.slot.fields)  # fmt: skip
        except CardProblem as problem:
            if self._scanned():
                return Answer("scanned", scanned=self._scanned()), ()
            status = "none" if problem.status is None else f"{problem.status & 0xFFFFFFFF:04X}"
            self.log.note("card", outcome=problem.outcome.value, sw=status)
            return Answer(problem.outcome, tries=problem.tries), ()
        except Exception as fault:
            self.log.note("fault", kind=type(fault).__name__)
            return Answer(Outcome.CARD_ERROR), ()
        sent, kept = _pictures(reading)
        return Answer(Outcome.READ, reading.card, reading.values, reading.review, name_picture=sent), kept

    def _ask(self, question: Question) -> Secret:
        secret = self.face.ask(question, self._stopped)
        if secret is not None:
            return secret
        if not question.is_there():
            raise CardProblem(Outcome.CARD_REMOVED)
        refused = [one for one in question.choices if one.tries is not Tries.READY]
        if refused and not self._gone.is_set() and not self._scanned():
            # The other way was offered and not taken, also by «やめる»: say why the usual one was not, so that the clerk
            # can have the last try agreed to.
            raise CardProblem(Outcome(refused[0].tries.value), tries=refused[0].left)
        raise CardProblem(Outcome.CANCELLED)

    def _progress(self, stage: Stage, card: object) -> None:
        self._stage = stage
        self.face.progress(stage, card)  # type: ignore[arg-type]

    def _stopped(self) -> bool:
        return (
            self._gone.is_set()
            or time.monotonic() > self.until
            or bool(self._scanned())
            or self.face.stopped()
        )

    def _scanned(self) -> str:
        return self.scanner.text if self.scanner is not None and self.slot.scan else ""

    def _beat(self) -> None:
        """Tell the server how far it is, at once when that changes, and learn whether the clerk still waits."""
        told: Stage | None = None
        beaten = time.monotonic() - BEAT
        while not self._done.wait(0.05):
            if self._stage is told and time.monotonic() - beaten < BEAT:
                continue
            told, beaten = self._stage, time.monotonic()
            try:
                self.terminal.stage(self.slot, told.value)
            except (Gone, ShutOut):
                self._gone.set()
                return
            except Exception as trouble:
                # The reading goes on without the network; the answer is what counts.
                self.log.note("beat-lost", kind=type(trouble).__name__)

    def _answer(self, answer: Answer) -> str:
        """``yes`` when the server has it. A lost answer is sent again until the slot ends; a repeated one counts once."""
        sent = 0
        while True:
            try:
                self.terminal.answer(self.slot, answer)
            except Gone as gone:
                return "yes" if str(gone) == "answered" and sent else "late"
            except (Refused, ShutOut) as refused:
                return type(refused).__name__.lower()
            except (Unreachable, NotNow):
                if not sent:
                    self.log.note("answer-held", slot=self.slot.id[:8])
                    self.face.hold(*words.HELD)
                sent += 1
                if time.monotonic() > self.until + MARGIN:
                    return "lost"
                time.sleep(BEAT)
            else:
                return "yes"


def _pictures(reading: Reading) -> tuple[bytes, tuple[Picture, ...]]:
    """The picture that goes to the page (the name and nothing else), and those for the window here.

    An address never leaves as a picture: nobody could withhold a protected person's in it.
    """
    name = next((one.png for one in reading.pictures if one.shows == ("name",) and not one.whole_face), b"")
    return name, tuple(one for one in reading.pictures if one.whole_face or one.shows != ("name",))
