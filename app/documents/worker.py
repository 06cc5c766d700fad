"""The renderer's own process: `python -m app.documents.worker INSTANCE` reads jobs from its input and writes PDFs.

It holds the fonts, no database, no settings, no keys but those of the job. It ends when its input ends.
"""

import gc
import sys
from pathlib import Path
from typing import Any

from app.documents.again import print_again
from app.documents.definitions import FormDefinition
from app.documents.fonts import FontsRefused, find_fonts, find_sources
from app.documents.isolation import isolate
from app.documents.render import render_set
from app.documents.serving import Answer, open_pipes, serve
from app.documents.wire import decode_jobs, encode_set, write_frame

MOST_KNOWN = 400


def main() -> int:
    """Serve until the input ends."""
    source, target = open_pipes()
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

    def work(header: dict[str, Any], body: bytes) -> Answer:
        if len(known) > MOST_KNOWN:
            known.clear()
        if "again" in header:
            return {}, print_again(body, header["again"], header["mark"], fonts)
        return encode_set(render_set(decode_jobs(header, body, known), fonts))

    return serve(source, target, work)


if __name__ == "__main__":
    sys.exit(main())
