"""The process beside the agent that talks to the reader, and nothing else.

A driver that hangs, or holds the interpreter while a card thinks, does not stop the window; ended after a reading it takes
every copy of a secret with it. It hears commands on its standard input and answers on its standard output:

    length (4 bytes, big-endian) ‖ step (1 byte) ‖ data     →     length (4) ‖ code of PC/SC (4 bytes), 0 when good ‖ data

It opens no port, writes no file and no log, and ends when its input does.
"""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
from enum import IntEnum

from cardreader_agent.memory import forbid_dumps, wipe
from cardreader_agent.readers.device import Code, Device, DeviceError

LONGEST = 70_000
WAYS = ("pcsc", "nfcpy")


class Step(IntEnum):
    """What may be asked for."""

    NAMES = 1
    CONNECT = 2
    BEGIN = 3
    END = 4
    TRANSMIT = 5
    IS_THERE = 6
    CLOSE = 7


def main(way: str) -> int:
    """Serve one way to cards until nobody asks any more."""
    forbid_dumps()
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # By number: a program without a console has no sys.stdin.
    questions = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    # What a driver prints must not get between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    serve(_device(way), questions, answers)
    return 0


def _device(way: str) -> Device:
    """The driver; one that is not installed answers that there is no reader."""
    try:
        if way == "nfcpy":
            from cardreader_agent.readers.nfc_device import NfcDevice

            return NfcDevice()
        from cardreader_agent.readers.pcsc import PcscDevice

        return PcscDevice()
    except ImportError:
        return _NoDriver()


class _NoDriver:
    """Stands for a driver that is not installed."""

    def names(self, wanted: str) -> list[str]:
        raise DeviceError(Code.NO_SERVICE)

    def connect(self, name: str) -> None:
        raise DeviceError(Code.NO_SERVICE)

    def begin(self) -> None:
        raise DeviceError(Code.NO_SERVICE)

    def end(self) -> None: ...

    def transmit(self, command: bytearray) -> bytes:
        raise DeviceError(Code.NO_SERVICE)

    def is_there(self) -> bool:
        return False

    def close(self) -> None: ...


def serve(device: Device, questions: io.FileIO, answers: io.FileIO) -> None:
    """Answer every question until there are none."""
    try:
        while (question := receive(questions)) is not None:
            data = question[1:]
            code, said = int(Code.GOOD), b""
            try:
                said = _do(device, question[0], data)
            except DeviceError as error:
                code = error.code
            finally:
                wipe(question)
                wipe(data)
            send(answers, code.to_bytes(4, "big"), said)
    finally:
        device.close()


def _do(device: Device, step: int, data: bytearray) -> bytes:
    """One step and what it gives. Raises DeviceError."""
    match step:
        case Step.NAMES:
            return "\n".join(device.names(data.decode())).encode()
        case Step.CONNECT:
            device.connect(data.decode())
        case Step.BEGIN:
            device.begin()
        case Step.END:
            device.end()
        case Step.TRANSMIT:
            return device.transmit(data)
        case Step.IS_THERE:
            return b"\1" if device.is_there() else b"\0"
        case Step.CLOSE:
            device.close()
        case _:
            raise DeviceError(Code.INVALID_PARAMETER)
    return b""


def send(stream: io.FileIO, *parts: bytes | bytearray) -> None:
    """Write one frame; no part is copied together with another one. Raises OSError when nobody listens."""
    length = sum(len(part) for part in parts)
    for part in (length.to_bytes(4, "big"), *parts):
        rest = memoryview(part)
        while rest:
            rest = rest[stream.write(rest) or 0 :]


def receive(stream: io.FileIO) -> bytearray | None:
    """The next frame, in a buffer that can be wiped; None at the end."""
    head = _exactly(stream, 4)
    if head is None:
        return None
    length = int.from_bytes(head, "big")
    return _exactly(stream, length) if 0 < length <= LONGEST else None


def _exactly(stream: io.FileIO, length: int) -> bytearray | None:
    data = bytearray(length)
    rest = memoryview(data)
    while rest:
        count = stream.readinto(rest)
        if not count:
            return None
        rest = rest[count:]
    return data


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
