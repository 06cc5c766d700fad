"""What machines ask: whether the server is well, fonts, and reports of browsers about blocked content."""

from __future__ import annotations

import logging
import re

from flask import Blueprint, Response, abort, jsonify, make_response, request, send_from_directory

from app.extensions import csrf
from app.operations import fonts, open_screens
from app.operations import health as operations
from app.operations.record import note_blocked
from app.web.open_screens import MARK_HEADER

bp = Blueprint("api", __name__)
log = logging.getLogger("kakanai.csp")
MAX_REPORT = 10_000
_DIRECTIVE = re.compile(r"[a-z-]{3,40}")
_BLOCKED = frozenset({"inline", "eval", "wasm-eval", "data", "blob", "self"})
FONT_FILE = re.compile(r"[a-z]+(?:-[a-z0-9]+)*\.(?:woff|css)|IPA_Font_License_Agreement_v1\.0\.txt")
FONT_TYPES = {"woff": "font/woff", "css": "text/css", "txt": "text/plain"}


@bp.get("/health")
def health() -> tuple[Response, int]:
    """200 with status ok, or 503 naming what essential part fails; no personal data."""
    report = operations.check()
    return jsonify(report), 200 if report["status"] == "ok" else 503


@bp.get("/screen")
def screen() -> Response:
    """Asked by every page that shows where somebody lives: it is loaded anew once one of them has become protected.

    Open to whoever has a mark, and answers nothing else, so that three hundred screens may ask every second.
    """
    response = make_response("", 204)
    if open_screens.is_outdated(request.headers.get(MARK_HEADER, "")):
        response.headers["HX-Refresh"] = "true"
    return response


@bp.get("/fonts/<name>")
def font(name: str) -> Response:
    """A file of the screen fonts. Its name holds a digest of what is in it, so that it never changes."""
    if FONT_FILE.fullmatch(name) is None:
        abort(404)
    return send_from_directory(fonts.screen_folder(), name, mimetype=FONT_TYPES[name.rpartition(".")[2]])


@bp.post("/csp-report")
@csrf.exempt
def csp_report() -> tuple[str, int]:
    """Record which directive was violated by what kind of thing; whatever else the report holds may be page data."""
    if (request.content_length or 0) > MAX_REPORT:
        return "", 413
    sent = request.get_json(force=True, silent=True)
    report = sent.get("csp-report") if isinstance(sent, dict) else None
    directive = str(report.get("effective-directive", "")) if isinstance(report, dict) else ""
    if isinstance(report, dict) and _DIRECTIVE.fullmatch(directive):
        blocked = str(report.get("blocked-uri", ""))
        noted = note_blocked(directive, blocked if blocked in _BLOCKED else "address")
        log.warning("content security policy: %s%s", directive, "" if noted else " (not recorded: too many)")
    return "", 204
