"""Isolated processes that answer jobs: started when needed, one job each at a time, replaced when they are late or broken."""

import os
import queue
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from app.documents.problems import PrintFailed, PrintRefused
from app.documents.wire import BrokenFrame, read_frame, write_frame

PROJECT_ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
JOBS_PER_PROCESS = 500
_PASSED_ON = ("HOME", "USERPROFILE", "LOCALAPPDATA", "SYSTEMROOT", "WINDIR", "PATH", "LANG")


class RenderTimeout(PrintFailed):
    """The job took too long. It is cancelled as a whole and its process is gone; a retry is a new job."""


class RenderersBusy(RenderTimeout):
    """All processes were at work for others the whole time; nothing is known about the job itself."""


class RendererBroken(PrintFailed):
    """The process ended or answered something else. The job is cancelled as a whole."""


class Pool:
    """Some processes of one kind; safe to call from several threads, and after a fork.

    `module` is run with `arguments`; it says that it is ready and then answers frame by frame. When `stamp` gives another value
    than at the start of a process, that process is replaced before its next job.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], timeout: float, count: int = 1,
        stamp: Callable[[], str] = str,
    ) -> None:  # fmt: skip
        self._command = [sys.executable, "-s", "-B", "-m", module, *arguments]
        self._timeout, self._count, self._stamp = timeout, count, stamp
        self._guard = threading.Lock()
        self._open()

    def ask(self, header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        """Have a job done. Raises `PrintRefused`, `RenderTimeout` or `RendererBroken`."""
        deadline = time.monotonic() + self._timeout
        process = self._take(deadline)
        try:
            process.start()
            # The start of a process is not the job's fault: the job has its whole time unless it waited for others.
            answer, found = process.ask(header, body, max(deadline - time.monotonic(), self._timeout / 2))
        finally:
            self._free.put(process)
        if "refused" in answer:
            raise PrintRefused(answer["refused"], answer["log"])
        if "failed" in answer:
            raise broken(answer["failed"])
        return answer, found

    def notice(self) -> str:
        """What a process says about itself; starts one if none runs."""
        process = self._take(time.monotonic() + START_SECONDS)
        try:
            return process.start()
        finally:
            self._free.put(process)

    def numbers(self) -> list[int]:
        """The system's numbers of the processes that run now."""
        return [number for process in self._processes if (number := process.number) is not None]

    def close(self) -> None:
        """End the processes. Jobs in work are cancelled."""
        with self._guard:
            for process in self._processes:
                process.kill()

    def _open(self) -> None:
        self._owner = os.getpid()
        self._processes = [_Process(self._command, self._stamp) for _ in range(self._count)]
        self._free: queue.LifoQueue[_Process] = queue.LifoQueue()
        for process in self._processes:
            self._free.put(process)

    def _take(self, deadline: float) -> "_Process":
        with self._guard:
            if self._owner != os.getpid():
                self._open()  # the pipes of the parent process are not ours
        try:
            return self._free.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            message = "ほかの処理が続いているため、取りやめました。少し待ってから、もう一度行ってください。"
            raise RenderersBusy(message, "busy") from None


class _Process:
    """One process, started when it is needed; used by one thread at a time."""

    def __init__(self, command: list[str], stamp: Callable[[], str]) -> None:
        self._command, self._stamp = command, stamp
        self._running: subprocess.Popen[bytes] | None = None
        self._notice = ""
        self._served = 0
        self._stamped = ""

    def start(self) -> str:
        """Make sure that it runs; its notice."""
        stamped = self._stamp()
        alive = self._running is not None and self._running.poll() is None
        if alive and self._served < JOBS_PER_PROCESS and stamped == self._stamped:
            return self._notice
        self.kill()
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self._running = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=PROJECT_ROOT, env=environment,
        )  # fmt: skip
        answer, _ = self._within(START_SECONDS, lambda: read_frame(self._output))
        if "refused" in answer:
            self.kill()
            raise PrintRefused(answer["refused"])
        self._notice, self._served, self._stamped = answer["notice"], 0, stamped
        return self._notice

    def ask(self, header: dict[str, Any], body: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Send a job and wait for its answer; kills the process when it is late or answers another job."""
        number = secrets.token_hex(16)

        def exchange() -> tuple[dict[str, Any], bytes]:
            write_frame(self._input, {"id": number, **header}, body)
            return read_frame(self._output)

        answer, found = self._within(seconds, exchange)
        self._served += 1
        if answer.get("id") != number:
            self.kill()
            raise broken("an answer to another job")
        return answer, found

    @property
    def number(self) -> int | None:
        """The system's number of the process; None while none runs."""
        return None if self._running is None else self._running.pid

    def kill(self) -> None:
        """End the process at once."""
        running, self._running = self._running, None
        if running is not None:
            running.kill()
            running.wait()
            for pipe in (running.stdin, running.stdout):
                if pipe is not None:
                    _close(pipe)

    @property
    def _input(self) -> BinaryIO:
        return self._pipe("stdin")

    @property
    def _output(self) -> BinaryIO:
        return self._pipe("stdout")

    def _pipe(self, name: str) -> BinaryIO:
        if self._running is None:
            raise BrokenFrame("closed")
        return cast(BinaryIO, getattr(self._running, name))

    def _within(self, seconds: float, work: Any) -> tuple[dict[str, Any], bytes]:
        running = self._running
        late = threading.Event()

        def stop() -> None:
            late.set()
            if running is not None:
                running.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            return cast(tuple[dict[str, Any], bytes], work())
        except (BrokenFrame, OSError, ValueError) as error:
            self.kill()
            if late.is_set():
                raise _late() from None
            raise broken(type(error).__name__) from error
        finally:
            timer.cancel()


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written has nobody to read it
        return


def _late() -> RenderTimeout:
    return RenderTimeout(
        "印刷物の作成に時間がかかりすぎたため、取りやめました。もう一度印刷してください。", "time-out"
    )


def broken(what: str) -> RendererBroken:
    """The failure of a process; `what` goes to the log and holds no data."""
    message = "印刷物を作成できませんでした。もう一度印刷し、続くときは管理者に知らせてください。"
    return RendererBroken(message, f"renderer: {what}")
