"""What the isolated processes have in common: clean pipes, one frame in and one out, and a word for every failure."""

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from app.documents.isolation import allow_time
from app.documents.problems import PrintFailed
from app.documents.wire import BrokenFrame, read_frame, write_frame

Answer = tuple[dict[str, Any], bytes]


def open_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Where jobs come from and where answers go; what a library prints must not fall between the frames."""
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, target


def serve(source: BinaryIO, target: BinaryIO, work: Callable[[dict[str, Any], bytes], Answer]) -> int:
    """Answer jobs until the input ends."""
    while True:
        try:
            header, body = read_frame(source)
        except BrokenFrame:
            return 0
        allow_time()
        answer, found = _answer(work, header, body)
        write_frame(target, {"id": header["id"], **answer}, found)


def _answer(work: Callable[[dict[str, Any], bytes], Answer], header: dict[str, Any], body: bytes) -> Answer:
    try:
        return work(header, body)
    except PrintFailed as refused:
        return {"refused": refused.message, "log": str(refused)}, b""
    except Exception as error:  # whatever it is, this job ends and the server must hear of it
        place = traceback.extract_tb(error.__traceback__)[-1]
        # Type and place only: the text of an error may quote a person's data.
        return {"failed": f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"}, b""
