"""What machines ask: whether the server is well, fonts, and reports of browsers about blocked content."""

from __future__ import annotations

import logging
import re

from flask import Blueprint, Response, abort, jsonify, request, send_from_directory

from app.extensions import csrf
from app.operations import fonts
from app.operations import health as operations

bp = Blueprint("api", __name__)
log = logging.getLogger("kakanai.csp")
MAX_REPORT = 10_000
FONT_FILE = re.compile(r"[a-z]+(?:-[a-z0-9]+)*\.(?:woff|css)|IPA_Font_License_Agreement_v1\.0\.txt")
FONT_TYPES = {"woff": "font/woff", "css": "text/css", "txt": "text/plain"}


@bp.get("/health")
def health() -> tuple[Response, int]:
    """200 with status ok, or 503 naming what essential part fails; no personal data."""
    report = operations.check()
    return jsonify(report), 200 if report["status"] == "ok" else 503


@bp.get("/fonts/<name>")
def font(name: str) -> Response:
    """A file of the screen fonts. Its name holds a digest of what is in it, so that it never changes."""
    if FONT_FILE.fullmatch(name) is None:
        abort(404)
    return send_from_directory(fonts.screen_folder(), name, mimetype=FONT_TYPES[name.rpartition(".")[2]])


@bp.post("/csp-report")
@csrf.exempt
def csp_report() -> tuple[str, int]:
    """Note which directive was violated where; the report's other contents may hold page data and are dropped."""
    if (request.content_length or 0) > MAX_REPORT:
        return "", 413
    sent = request.get_json(force=True, silent=True)
    report = sent.get("csp-report") if isinstance(sent, dict) else None
    if isinstance(report, dict):
        directive = str(report.get("effective-directive", "?"))[:60].replace("\n", " ")
        log.warning("content security policy: %s", directive)
    return "", 204
