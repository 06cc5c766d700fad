"""What machines ask: whether the server is well, and reports of browsers about blocked content."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify, request

from app.extensions import csrf
from app.operations import health as operations

bp = Blueprint("api", __name__)
log = logging.getLogger("kakanai.csp")
MAX_REPORT = 10_000


@bp.get("/health")
def health() -> tuple[Response, int]:
    """200 with status ok, or 503 naming what essential part fails; no personal data."""
    report = operations.check()
    return jsonify(report), 200 if report["status"] == "ok" else 503


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
