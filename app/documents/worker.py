"""The renderer's own process: `python -m app.documents.worker INSTANCE` reads jobs from its input and writes PDFs.

It holds the fonts, no database, no settings, no keys but those of the job. It ends when its input ends.
"""

import gc
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from app.documents.definitions import FormDefinition
from app.documents.fonts import FontsRefused, FontStack, find_fonts, find_sources
from app.documents.isolation import allow_time, isolate
from app.documents.problems import PrintFailed
from app.documents.render import render_set
from app.documents.wire import BrokenFrame, decode_jobs, encode_set, read_frame, write_frame

MOST_KNOWN = 400


def main() -> int:
    """Serve until the input ends."""
    source = sys.stdin.buffer
    # What a library prints must not fall between the frames.
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    instance = Path(sys.argv[1])
    try:
        fonts = find_fonts(instance)
    except FontsRefused as refused:
        write_frame(target, {"refused": str(refused)})
        return 1
    isolate(path.path.parent for path in find_sources(instance))
    gc.freeze()
    write_frame(target, {"ready": True, "notice": fonts.notice, "fonts": fonts.fingerprint})
    known: dict[str, FormDefinition] = {}
    while True:
        try:
            header, body = read_frame(source)
        except BrokenFrame:
            return 0
        allow_time()
        answer, pdf = _answer(header, body, known, fonts)
        write_frame(target, {"id": header["id"], **answer}, pdf)
        if len(known) > MOST_KNOWN:
            known.clear()


def _answer(
    header: dict[str, Any], body: bytes, known: dict[str, FormDefinition], fonts: FontStack
) -> tuple[dict[str, Any], bytes]:
    try:
        return encode_set(render_set(decode_jobs(header, body, known), fonts))
    except PrintFailed as refused:
        return {"refused": refused.message}, b""
    except Exception as error:  # whatever it is, this job ends and the server must hear of it
        place = traceback.extract_tb(error.__traceback__)[-1]
        # Type and place only: the text of an error may quote a person's data.
        return {"failed": f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"}, b""


if __name__ == "__main__":
    sys.exit(main())
