"""Response headers and the origin of unsafe requests (exact values: docs/security.md)."""

from __future__ import annotations

from flask import Flask, Response, abort, g, request
from flask_wtf.csrf import CSRFError

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors {ancestors}; report-uri /csp-report"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), "
        "display-capture=(), clipboard-read=(), local-network-access=()"
    ),
}
TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"
LARGEST_UPLOAD = 21 * 1024 * 1024
UPLOADS = frozenset(
    {"admin.add_leaflet", "forms.add", "forms.change_settings", "forms.receive", "desk.receive"}
)
"""Routes that take an official form or a leaflet as a file; everything else stays within the common limit."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Reports of the browser itself carry neither token nor our origin.
WITHOUT_ORIGIN = frozenset({"api.csp_report"})


def allow_framing() -> None:
    """This response may stand in a frame of our own page (a PDF in the print step)."""
    g.framed = True


def set_headers(response: Response) -> Response:
    """Put the headers on every response; only files with a version in their address may be kept by the browser."""
    framed = g.get("framed", False)
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(
        ancestors="'self'" if framed else "'none'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN" if framed else "DENY"
    for name, value in HEADERS.items():
        response.headers[name] = value
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
    if request.endpoint == "api.font" and response.status_code in {200, 304}:
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    elif request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(["Cookie", "HX-Request"])
    return response


def check_origin() -> None:
    """Refuse an unsafe request that another page sent (CSRF; the token is checked besides)."""
    if request.method in SAFE_METHODS or request.endpoint in WITHOUT_ORIGIN:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CSRFError("another site")
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        raise CSRFError("another origin")


def allow_uploads() -> None:
    """Let the files of official forms in. Comes before anything that reads what was posted."""
    if request.endpoint in UPLOADS:
        request.max_content_length = LARGEST_UPLOAD


def check_text() -> None:
    """Refuse control characters that no form of ours sends and that not every database can store."""
    texts = (
        *(request.view_args or {}).values(),
        *request.form,
        *(v for _, v in request.form.items(multi=True)),
    )
    if any("\0" in text for text in texts if isinstance(text, str)):
        abort(400)


def init_security(app: Flask) -> None:
    app.before_request_funcs.setdefault(None, []).insert(0, allow_uploads)
    app.before_request(check_origin)
    app.before_request(check_text)
    app.after_request(set_headers)
