"""The test client: goes where a browser goes and judges every answer it gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, has_request_context, request
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from tests import html

ORIGIN = "https://localhost"
# A look may leave its trace in the operation log and in the session's last use, and nothing else.
WRITTEN_BY_LOOKING = frozenset({"audit_event", "audit_head", "audit_person", "staff_session"})
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), "
    "display-capture=(), clipboard-read=(), local-network-access=()",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors {ancestors}; report-uri /csp-report"
)
_WRITE = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)', re.IGNORECASE)
_WRITES_KEY = "tests.written_by_looking"


def expected_headers(response: TestResponse) -> dict[str, str]:
    """The exact security headers this response has to carry."""
    # A paper in the frame of the print step, or what stands there when it can no longer be opened.
    framed = response.mimetype == "application/pdf" or b'<body class="paper-gone">' in response.data
    expected = HEADERS | {
        "Content-Security-Policy": _POLICY.format(ancestors="'self'" if framed else "'none'"),
        "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
    }
    if response.request.path.startswith("/fonts/") and response.status_code == 200:
        expected["Cache-Control"] = "private, max-age=31536000, immutable"
    elif not response.request.path.startswith("/static/"):
        expected["Cache-Control"] = "no-store"
    return expected


def watch_writes(app: Flask) -> None:
    """Remember every write that happens while a GET is answered, so that the client can refuse it."""
    app.extensions[_WRITES_KEY] = []


@event.listens_for(Engine, "before_cursor_execute")
def _note_write(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not has_request_context() or request.method not in {"GET", "HEAD"}:
        return
    written = _WRITE.match(statement)
    if written and written[1].lower() not in WRITTEN_BY_LOOKING:
        from flask import current_app

        current_app.extensions.get(_WRITES_KEY, []).append(
            f"{request.method} {request.path}: {statement[:200]}"
        )


class Client(FlaskClient):
    """Flask's client over HTTPS; fails the test on an answer that breaks a rule of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As a browser does under our referrer policy; over HTTPS a form without it is refused.
        self.environ_base["HTTP_REFERER"] = f"{ORIGIN}/"

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request, then judge the answer."""
        if not args or isinstance(args[0], str):
            kwargs.setdefault("base_url", ORIGIN)
        kwargs.setdefault("buffered", True)
        response = super().open(*args, **kwargs)
        wrong = list(_faults(response)) + self.application.extensions.get(_WRITES_KEY, [])
        assert not wrong, f"{response.request.method} {response.request.path}:\n" + "\n".join(wrong)
        return response

    def fragment(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        """The same request as htmx would send it."""
        headers = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin", **kwargs.pop("headers", {})}
        return self.open(path, method=method, headers=headers, **kwargs)


def _faults(response: TestResponse) -> list[str]:
    wrong = [
        f"header {name} is {response.headers.get(name)!r}, not {value!r}"
        for name, value in expected_headers(response).items()
        if response.headers.get(name) != value
    ]
    if "no-store" in response.headers.get("Cache-Control", ""):
        varies = {part.strip() for part in response.headers.get("Vary", "").split(",")}
        wrong += [f"Vary does not name {name}" for name in ("Cookie", "HX-Request") if name not in varies]
    if response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 307, 308}:
        wrong += html.problems(response.get_data(as_text=True))
    return wrong


SignIn = Callable[..., Client]


def csrf_token(page: TestResponse) -> str:
    """The token of the page's first form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.get_data(as_text=True))
    assert found, f"{page.request.path} has no form with a CSRF token"
    return found[1]


def sign_in(client: Client, staff: str, password: str, counter: str = "") -> Client:
    """Sign in through the real form; ``counter`` is a counter's code, or empty for the last one used."""
    fields = {"csrf_token": csrf_token(client.get("/login")), "staff_id": staff, "password": password}
    answer = client.post("/login", data=fields | {"counter": counter})
    assert answer.status_code == 303, f"{staff} could not sign in: {answer.status_code}"
    return client
