"""One POST to the server and its answer: no proxy, no redirect, no other host, and only a certificate that is believed."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from cardreader_agent.wire.settings import Settings

Post = Callable[[str, bytes, Mapping[str, str]], tuple[int, bytes]]
"""Path, body, headers → status, body. Raises Unreachable."""

PATIENCE = 15.0
"""Seconds for an answer; the server keeps a question up to five."""
LONGEST = 65_536
_TYPE = {"Content-Type": "application/json", "Connection": "close"}


class Unreachable(Exception):
    """There was no answer; ``code`` says why: ``network``, ``certificate``, ``answer``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Server:
    """Sends to the one server of the settings."""

    def __init__(self, settings: Settings, patience: float = PATIENCE) -> None:
        parts = urlsplit(settings.server)
        self._host, self._port, self._patience = parts.hostname or "", parts.port, patience
        self._trust: ssl.SSLContext | None = None
        if parts.scheme == "https":
            # With a file only its authorities count, and not those that the machine believes besides.
            self._trust = ssl.create_default_context(cafile=settings.ca_file or None)
            self._trust.minimum_version = ssl.TLSVersion.TLSv1_2

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Raises Unreachable."""
        if self._trust is None:
            way = http.client.HTTPConnection(self._host, self._port, timeout=self._patience)
        else:
            way = http.client.HTTPSConnection(
                self._host, self._port, timeout=self._patience, context=self._trust
            )
        try:
            way.request("POST", path, body, {**headers, **_TYPE})
            answer = way.getresponse()
            return answer.status, answer.read(LONGEST)
        except ssl.SSLError:
            raise Unreachable("certificate") from None
        except http.client.HTTPException:
            raise Unreachable("answer") from None
        except OSError:
            raise Unreachable("network") from None
        finally:
            way.close()
