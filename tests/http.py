"""A browser over real HTTP, just enough for a desk: one address, cookies, no redirects."""

from __future__ import annotations

import http.client
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any


@dataclass(frozen=True)
class HttpAnswer:
    """What came back."""

    status_code: int
    headers: Message
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()


@dataclass
class HttpBrowser:
    """Raises OSError or http.client.HTTPException when the server goes away."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, /) -> HttpAnswer:
        return self._ask("GET", path, None)

    def post(self, path: str, /, *, data: Mapping[str, Any]) -> HttpAnswer:
        return self._ask("POST", path, urllib.parse.urlencode(data, doseq=True).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> HttpAnswer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for sent in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = sent.split(";")[0].partition("=")
            self.cookies[name] = value
        return HttpAnswer(answer.status, answer.headers, content)
