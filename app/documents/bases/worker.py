"""The process that reads official PDFs: `python -m app.documents.bases.worker` normalises them and makes pictures.

It holds no fonts of the city, no jobs, no keys. PDFium is native code, which Python's hook does not see; therefore everything is
loaded and tried once before the process gives up, with the operating system's limits, the right to open anything at all.
"""

import codecs
import gc
import sys
from typing import Any

from app.documents.bases.normalise import normalise
from app.documents.bases.pictures import load_fonts, pictures
from app.documents.bases.sample import sample
from app.documents.bases.wire import encode_base, encode_pictures
from app.documents.isolation import close_files, isolate
from app.documents.serving import Answer, open_pipes, serve
from app.documents.wire import write_frame

_CODECS = ("ascii", "charmap", "latin-1", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "gbk")
"""What pypdf decodes strings and names with, each by how its bytes begin: no sample has all, and Python loads each when first asked."""


def main() -> int:
    """Serve until the input ends."""
    source, target = open_pipes()
    load_fonts()
    for name in _CODECS:
        codecs.lookup(name)
    pictures(normalise(sample()).pdf, 20)
    isolate([])
    close_files()
    gc.freeze()
    write_frame(target, {"ready": True, "notice": "PDFium"})
    return serve(source, target, _work)


def _work(header: dict[str, Any], body: bytes) -> Answer:
    if header["do"] == "normalise":
        return encode_base(normalise(body))
    return encode_pictures(pictures(body, header["dpi"], header["pages"]))


if __name__ == "__main__":
    sys.exit(main())
