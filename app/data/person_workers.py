"""Spreads the making of persons over processes, for imports large enough to pay for starting them.

A process has no database connection and writes nothing: it is given rows and gives rows back. They come in the order
of the chunks, so that the result does not depend on how many processes there are.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.queues import SimpleQueue

from app.data.person_making import Chunk, Made, Maker
from app.domain.errors import KakanaiError

MOST = 2
"""Processes beside the import's own. They keep up with its one connection; more would wait for it and hold memory."""

WORTH_IT = 3000
"""Persons from which on processes are started; fewer are made sooner without."""


_PATIENCE = 10
"""Counters come first where processors are short: who makes persons holds nothing that they would wait for."""


class WorkerLost(KakanaiError):
    """A process that made search keys ended before its work was done; nothing was written."""


def how_many(persons: int) -> int:
    """The processes to make so many persons with; 0 to make them in this one."""
    return min(MOST, processors()) if persons >= WORTH_IT and processors() > 1 else 0


def processors() -> int:
    """How many this machine has."""
    return os.cpu_count() or 1


class Makers:
    """The processes beside an import; a context, which they end with. Without any, persons are made in this process.

    They may be started long before what they make persons with is known: starting takes them a quarter of a second.
    """

    def __init__(self) -> None:
        self._workers = 0
        self._pool: ProcessPoolExecutor | None = None
        # A new interpreter on every system: a forked one would share the connections of this process.
        self._context = multiprocessing.get_context("spawn")

    def __enter__(self) -> Makers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def start(self, workers: int) -> None:
        """Start so many processes, unless there are some already; they get ready beside whatever this one does."""
        if self._pool is not None or not workers:
            return
        self._workers = workers
        self._coming: SimpleQueue[Maker] = self._context.SimpleQueue()
        self._pool = ProcessPoolExecutor(
            workers, mp_context=self._context, initializer=_begin, initargs=(self._coming,)
        )
        for _ in range(workers):
            self._pool.submit(_awake)

    def make(self, maker: Maker, chunks: Iterator[Chunk]) -> Iterator[Made]:
        """Make the persons of chunks, in their order; to be called once.

        Raises WorkerLost when a process was killed or could not be started.
        """
        if self._pool is None:
            yield from map(maker.make, chunks)
            return
        for _ in range(self._workers):
            self._coming.put(maker)
        try:
            yield from _in_order(self._pool, self._workers + 1, chunks)
        except BrokenProcessPool as error:
            raise WorkerLost(
                "検索の準備をしていたプロセスが途中で終わりました。登録されているデータは変わっていません。"
                "サーバーのメモリーの空きを確かめて、もう一度取り込んでください。"
            ) from error


def _in_order(pool: ProcessPoolExecutor, ahead: int, chunks: Iterator[Chunk]) -> Iterator[Made]:
    """What is sent ahead is bounded: a whole register would not fit into memory."""
    waiting: deque[Future[Made]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(_make, chunk))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _awake() -> None:
    """A process that was asked something has started."""


_coming: SimpleQueue[Maker] | None = None
_maker: Maker | None = None


def _begin(coming: SimpleQueue[Maker]) -> None:
    global _coming
    _coming = coming
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the import, which then ends its processes
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # rows hold no cycles
    if hasattr(os, "nice"):
        os.nice(_PATIENCE)


def _end_with_parent() -> None:
    """A killed import leaves no process behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _make(chunk: Chunk) -> Made:
    global _maker
    if _maker is None:
        assert _coming is not None  # noqa: S101
        _maker = _coming.get()
    return _maker.make(chunk)
