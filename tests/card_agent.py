"""A card reader for tests: the real agent's wire, and cards that a test holds in its hand."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cardreader_agent import VERSION
from cardreader_agent.wire.identity import Identity
from cardreader_agent.wire.terminal import NEXT, Refused, Terminal, pair

CARD = "my_number_card"
STATE = {"version": VERSION, "readers": ["Test Reader 00"], "problem": ""}


class Wire(Protocol):
    """Sends a POST and returns status and body."""

    def __call__(self, path: str, body: bytes, headers: Mapping[str, str], /) -> tuple[int, bytes]: ...


class CardAgent:
    """One reader with a key of its own."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.terminal = Terminal(self._post, Identity("", "", "", "", Ed25519PrivateKey.generate()))

    def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        return self.wire(path, body, headers)

    @property
    def device(self) -> str:
        return self.terminal.identity.device

    @device.setter
    def device(self, device: str) -> None:
        self.terminal.identity = replace(self.terminal.identity, device=device)

    def enrol(self, code: str) -> int:
        """Take part with the code that the administration page showed."""
        try:
            self.terminal = Terminal(self._post, pair(self._post, code))
        except Refused:
            return 401
        return 201

    def send(self, path: str, sent: Any = None, *, late: int = 0) -> tuple[int, bytes]:
        """A signed message; ``late`` seconds old by its own clock."""
        body = json.dumps(sent if sent is not None else STATE).encode()
        self.terminal.clock = lambda: time.time() - late
        return self.wire(path, body, self.terminal.signed(path, body))

    def next(self) -> dict[str, Any] | None:
        """The slot that waits for this reader, as it came over the wire."""
        status, said = self.send(NEXT)
        assert status in {200, 204}, (status, said)
        return dict(json.loads(said)) if status == 200 else None

    def answer(self, slot: str, **values: str) -> int:
        """What a card held; birth as YYYYMMDD."""
        sent = {"outcome": "read", "card": CARD, "values": values, "needs_review": []}
        return self.send(f"/cards/slots/{slot}/answer", sent)[0]

    def fail(self, slot: str, outcome: str, tries: int | None = None) -> int:
        return self.send(f"/cards/slots/{slot}/answer", {"outcome": outcome, "tries": tries})[0]
