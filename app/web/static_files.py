"""Styles and scripts go out compressed. They are the same for everybody and hold no secret; pages, which do, never are."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

TEXTS = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})


def compress_static(app: Flask) -> None:
    """Answer a whole static text with its gzip form where the browser takes it; each is packed once a process."""

    @app.after_request
    def pack(response: Response) -> Response:
        if request.endpoint != "static" or response.mimetype not in TEXTS:
            return response
        response.vary.add("Accept-Encoding")
        if (
            response.status_code != 200
            or request.method != "GET"
            or not request.accept_encodings.quality("gzip")
        ):
            return response
        response.direct_passthrough = False
        response.set_data(_packed(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        tag, _weak = response.get_etag()
        if tag:
            # The same contents in another form of bytes.
            response.set_etag(tag, weak=True)
        return response


@lru_cache(maxsize=256)
def _packed(text: bytes) -> bytes:
    return gzip.compress(text, 9, mtime=0)
