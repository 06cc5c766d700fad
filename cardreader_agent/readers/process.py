"""A `Reader` over the process that serves it: waits for cards, limits how long a card may think, starts the process anew."""

from __future__ import annotations

import contextlib
import io
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from cardreader_agent.readers.device import Code
from cardreader_agent.readers.serving import WAYS, Step, receive, send
from cardreader_agent.reading import CardProblem, CommandRefused, Outcome, Transmit

COMMAND_SECONDS = 10.0
"""The longest a card may take for one command; real ones take up to some seconds when they write."""
POLL_SECONDS = 0.15
SETTLE_SECONDS = 2.0
"""How long another program may hold or reset a card that was just laid down."""
REFUSALS = frozenset({
    Code.INVALID_PARAMETER, Code.INSUFFICIENT_BUFFER, Code.PROTOCOL_MISMATCH, Code.INVALID_VALUE, Code.UNSUPPORTED_FEATURE,
})  # fmt: skip
WINDOWS_ERRORS = 0x10000
"""Codes below it come from a driver under Windows: it did not take the command."""
CARD_GONE = frozenset({
    Code.NO_SMARTCARD, Code.NOT_TRANSACTED, Code.DATA_LOST, Code.UNRESPONSIVE_CARD, Code.UNPOWERED_CARD, Code.RESET_CARD,
    Code.REMOVED_CARD,
})  # fmt: skip
READER_GONE = frozenset({
    Code.UNKNOWN_READER, Code.READER_UNAVAILABLE, Code.NO_SERVICE, Code.SERVICE_STOPPED, Code.NO_READERS_AVAILABLE,
})  # fmt: skip
WAIT_FOR = frozenset({Code.NO_SMARTCARD, Code.REMOVED_CARD})
TRY_AGAIN: dict[int, Outcome] = {
    Code.SHARING_VIOLATION: Outcome.BUSY,
    Code.UNRESPONSIVE_CARD: Outcome.CARD_ERROR,
    Code.RESET_CARD: Outcome.CARD_REMOVED,
    Code.UNPOWERED_CARD: Outcome.CARD_REMOVED,
    Code.NOT_TRANSACTED: Outcome.CARD_REMOVED,
    Code.READER_UNAVAILABLE: Outcome.NO_READER,
    Code.NO_SERVICE: Outcome.NO_READER,
    Code.SERVICE_STOPPED: Outcome.NO_READER,
}
"""What passes by itself shortly after a card was laid down or a service started; what it is called when it does not."""
READER_PROCESS = "--reader-process"
"""Argument with which the packaged program serves a reader instead of opening a window."""


class ReaderProcess:
    """The reader called ``wanted`` (empty: the only one there is); for nfcpy the path of the device."""

    def __init__(self, way: str, wanted: str = "", *, command_seconds: float = COMMAND_SECONDS) -> None:
        if way not in WAYS:
            raise ValueError(way)
        self._way, self._wanted, self._seconds = way, wanted, command_seconds
        self._used = threading.Lock()
        self._child: _Child | None = None

    @property
    def name(self) -> str:
        return self._wanted

    @property
    def process_id(self) -> int | None:
        """Of the process that serves it now, for a self-check; None before the first use."""
        return self._child.id if self._child else None

    def names(self) -> list[str]:
        """The readers there are, for a self-check. Raises NO_READER, BUSY."""
        with self._alone():
            code, said = self._started().ask(Step.NAMES, bytearray(self._wanted.encode()), self._seconds)
        if code != Code.GOOD:
            raise CardProblem(Outcome.NO_READER, status=code)
        return said.decode().split("\n") if said else []

    def connect(self, seconds: float, stopped: Callable[[], bool]) -> ProcessConnection:
        """See `cardreader_agent.reading.Reader`."""
        if not self._used.acquire(blocking=False):
            raise CardProblem(Outcome.BUSY)
        try:
            self._wait_for_card(seconds, stopped)
        except BaseException:
            self._used.release()
            raise
        return ProcessConnection(self._started(), self._seconds, self._let_go)

    def close(self) -> None:
        """End the process; a later `connect` starts another one."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _wait_for_card(self, seconds: float, stopped: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        patience = time.monotonic() + min(seconds, SETTLE_SECONDS)
        while not stopped():
            now = time.monotonic()
            code, _ = self._started().ask(Step.CONNECT, bytearray(self._wanted.encode()), self._seconds)
            if code == Code.GOOD:
                return
            if code in WAIT_FOR:
                patience = now + SETTLE_SECONDS
                if now > until:
                    raise CardProblem(Outcome.NO_CARD, status=code)
            elif code not in TRY_AGAIN or now > patience:
                raise CardProblem(TRY_AGAIN.get(code, _outcome(code)), status=code)
            time.sleep(POLL_SECONDS)
        raise CardProblem(Outcome.CANCELLED)

    def _started(self) -> _Child:
        if self._child is None or not self._child.lives:
            self._child = _Child(self._way)
        return self._child

    def _let_go(self, *, had_secret: bool) -> None:
        """After a reading. A process through which a secret went is ended, and with it every copy its drivers made."""
        if had_secret and self._child is not None:
            used, self._child = self._child, _Child(self._way)
            threading.Thread(target=used.end, daemon=True).start()
        self._used.release()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._used.acquire(blocking=False):
            raise CardProblem(Outcome.BUSY)
        try:
            yield
        finally:
            self._used.release()


class ProcessConnection:
    """See `cardreader_agent.reading.Connection`."""

    def __init__(self, child: _Child, seconds: float, let_go: Callable[..., None]) -> None:
        self._child, self._seconds, self._let_go = child, seconds, let_go
        self._had_secret = False
        self._closed = False

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transmit]:
        self._ask(Step.BEGIN, bytearray())
        try:
            yield self._transmit
        finally:
            with contextlib.suppress(CardProblem):
                self._ask(Step.END, bytearray())

    def is_there(self) -> bool:
        try:
            return self._ask(Step.IS_THERE, bytearray()) == b"\1"
        except CardProblem:
            return False

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(CardProblem):
            self._ask(Step.CLOSE, bytearray())
        self._let_go(had_secret=self._had_secret)

    def _transmit(self, command: bytes | bytearray) -> bytes:
        self._had_secret = self._had_secret or isinstance(command, bytearray)
        return self._ask(Step.TRANSMIT, command)

    def _ask(self, step: Step, data: bytes | bytearray) -> bytes:
        code, said = self._child.ask(step, data, self._seconds)
        if code == Code.GOOD:
            return said
        if code in REFUSALS or 0 < code < WINDOWS_ERRORS:
            raise CommandRefused(code)
        raise CardProblem(_outcome(code), status=code)


class _Child:
    """One process. It is ended when a card thinks too long; a process that ended answers FAILED."""

    def __init__(self, way: str) -> None:
        self._process = subprocess.Popen(
            _command(way), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, cwd=_home(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        # Unbuffered pipes are plain files: nothing keeps a copy of what goes through.
        self._questions = cast(io.FileIO, self._process.stdin)
        self._said = cast(io.FileIO, self._process.stdout)
        self._answers: queue.SimpleQueue[bytearray | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._one_at_a_time = threading.Lock()

    @property
    def id(self) -> int:
        return self._process.pid

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(self, step: Step, data: bytes | bytearray, seconds: float) -> tuple[int, bytes]:
        """Code and data of an answer."""
        with self._one_at_a_time:
            try:
                send(self._questions, bytes([step]), data)
                answer = self._answers.get(timeout=seconds)
            except (OSError, ValueError, queue.Empty):
                answer = None
            if answer is None:
                self.end()
                return Code.FAILED, b""
            return int.from_bytes(answer[:4], "big"), bytes(answer[4:])

    def end(self) -> None:
        """Let it power the card down and go; kill it when it does not."""
        with contextlib.suppress(OSError):
            self._questions.close()
        try:
            self._process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError), self._said:
            while (answer := receive(self._said)) is not None:
                self._answers.put(answer)
        self._answers.put(None)


def _command(way: str) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, READER_PROCESS, way]
    return [sys.executable, "-m", "cardreader_agent.readers.serving", way]


def _home() -> str | None:
    """Where the package is found by the interpreter of the child."""
    return None if getattr(sys, "frozen", False) else str(Path(__file__).resolve().parent.parent.parent)


def _outcome(code: int) -> Outcome:
    if code in CARD_GONE:
        return Outcome.CARD_REMOVED
    return Outcome.NO_READER if code in READER_GONE else Outcome.CARD_ERROR
