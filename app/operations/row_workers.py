"""Spreads the reading of feed files over processes, for imports large enough to pay for starting them.

A process has no database connection and writes nothing: it reads whole files, checks their rows, and sends them here in
portions. It waits while nobody takes them, so that what is on its way stays small.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections.abc import Generator, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection as Channel
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import cast

from app.data.person_workers import MOST, WorkerLost, processors
from app.operations.row_staging import Masking, Order, Portion, portions

WORTH_IT = 64 << 20
"""Bytes to read from which on processes are started; a night's difference is read sooner without."""

_LOST = (
    "ファイルを読んでいたプロセスが途中で終わりました。登録されているデータは変わっていません。"
    "サーバーのメモリーの空きを確かめて、もう一度取り込んでください。"
)


def how_many(orders: Sequence[Order]) -> int:
    """The processes to read these files with; 0 to read them in this one."""
    if processors() == 1 or len(orders) == 1 or sum(map(_size, orders)) < WORTH_IT:
        return 0
    return min(MOST, processors(), len(orders))


def read_all(orders: Sequence[Order], masking: Masking, workers: int) -> Generator[Portion, None, None]:
    """The portions of all files, those of one file in its order; ``workers`` of 0 reads them here, file by file.

    Close it to end the processes early. Raises WorkerLost when a process was killed or could not be started, and
    whatever reading a file raises.
    """
    if not workers:
        for order in orders:
            yield from portions(order, masking)
        return
    # A new interpreter on every system: a forked one would share the connections of this process.
    context = multiprocessing.get_context("spawn")
    started: list[tuple[Channel, BaseProcess]] = []
    try:
        for share in shares(orders, workers):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(theirs, share, masking), daemon=True)
            process.start()
            theirs.close()
            started.append((ours, process))
        yield from _received([ours for ours, _ in started])
    finally:
        for ours, reader in started:
            ours.close()
            reader.terminate()
            reader.join()


def shares(orders: Iterable[Order], workers: int) -> list[list[Order]]:
    """The files dealt out so that the processes have about the same to read: the largest first, each to who has least."""
    dealt: list[list[Order]] = [[] for _ in range(workers)]
    for order in sorted(orders, key=_size, reverse=True):
        min(dealt, key=lambda share: sum(map(_size, share))).append(order)
    return dealt


def _size(order: Order) -> int:
    return order.file.path.stat().st_size


def _received(channels: Sequence[Channel]) -> Iterator[Portion]:
    reading = list(channels)
    while reading:
        for channel in cast(list[Channel], wait(reading)):
            try:
                found = channel.recv()
            except (EOFError, OSError) as error:  # OSError: it died in the middle of a portion
                raise WorkerLost(_LOST) from error
            if found is None:
                reading.remove(channel)
            elif isinstance(found, Exception):
                raise found
            else:
                yield found


def _work(channel: Channel, orders: Sequence[Order], masking: Masking) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the import, which then ends its processes
    gc.disable()  # rows hold no cycles
    try:
        for order in orders:
            for portion in portions(order, masking):
                channel.send(portion)
        channel.send(None)
    except BrokenPipeError:
        pass  # the import was killed
    except Exception as error:
        channel.send(error)
