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
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial

from app.data.person_making import Chunk, Made, Maker
from app.domain.errors import KakanaiError

MOST = 2
"""Processes beside the import's own. They keep up with its one connection; more would wait for it and hold memory."""

WORTH_IT = 4000
"""Persons from which on processes are started; a night's difference is made sooner without."""


class WorkerLost(KakanaiError):
    """A process that made search keys ended before its work was done; nothing was written."""


def how_many(persons: int) -> int:
    """The processes to make so many persons with; 0 to make them in this one."""
    return min(MOST, processors()) if persons >= WORTH_IT and processors() > 1 else 0


def processors() -> int:
    """How many this machine has."""
    return os.cpu_count() or 1


@contextmanager
def makers(maker: Maker, workers: int) -> Iterator[Callable[[Iterator[Chunk]], Iterator[Made]]]:
    """What makes chunks, in their order; ``workers`` of 0 makes them here.

    The processes start at once, beside whatever is done before the first chunk, and end with the context. Raises WorkerLost
    when one was killed or could not be started.
    """
    if not workers:
        yield partial(map, maker.make)
        return
    # A new interpreter on every system: a forked one would share the connections of this process.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(maker,))
    try:
        for _ in range(workers):
            pool.submit(_awake)
        yield partial(_in_order, pool, workers + 1)
    except BrokenProcessPool as error:
        raise WorkerLost(
            "検索の準備をしていたプロセスが途中で終わりました。登録されているデータは変わっていません。"
            "サーバーのメモリーの空きを確かめて、もう一度取り込んでください。"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


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


_maker: Maker | None = None


def _begin(maker: Maker) -> None:
    global _maker
    _maker = maker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the import, which then ends its processes
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # rows hold no cycles


def _end_with_parent() -> None:
    """A killed import leaves no process behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _make(chunk: Chunk) -> Made:
    assert _maker is not None  # noqa: S101
    return _maker.make(chunk)
