"""A card reader for tests: enrols, asks and answers over the wire that the agent beside a real reader uses."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CARD = "my_number_card"


class Wire(Protocol):
    """Sends a POST and returns status and body."""

    def __call__(self, path: str, body: bytes, headers: dict[str, str], /) -> tuple[int, bytes]: ...


class CardAgent:
    """One reader with a key of its own."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.key = Ed25519PrivateKey.generate()
        self.device, self.count = "", 0

    @property
    def public_key(self) -> str:
        return self.key.public_key().public_bytes_raw().hex()

    def enrol(self, code: str) -> int:
        """Take part with the code that the administration page showed."""
        body = json.dumps({"code": code, "public_key": self.public_key}).encode()
        status, said = self.wire("/cards/enrol", body, {})
        if status == 201:
            self.device = json.loads(said)["device"]
        return status

    def headers(
        self, path: str, body: bytes, *, count: int, at: int, key: Ed25519PrivateKey
    ) -> dict[str, str]:
        digest = hashlib.sha256(body).hexdigest()
        signed = "\n".join(["POST", path, self.device, str(count), str(at), digest]).encode()
        return {
            "X-Kakanai-Device": self.device, "X-Kakanai-Count": str(count), "X-Kakanai-Time": str(at),
            "X-Kakanai-Signature": key.sign(signed).hex(),
        }  # fmt: skip

    def send(self, path: str, sent: Any = None, *, late: int = 0) -> tuple[int, bytes]:
        """A signed message; ``late`` seconds old by its own clock."""
        self.count += 1
        body = json.dumps(sent if sent is not None else {}).encode()
        at = int(time.time()) - late
        return self.wire(path, body, self.headers(path, body, count=self.count, at=at, key=self.key))

    def next(self) -> dict[str, Any] | None:
        """The slot that waits for this reader."""
        status, said = self.send("/cards/next")
        assert status in {200, 204}, (status, said)
        return dict(json.loads(said)) if status == 200 else None

    def answer(self, slot: str, **values: str) -> int:
        """What a card held; birth as YYYYMMDD."""
        sent = {"outcome": "read", "card": CARD, "values": values, "needs_review": []}
        return self.send(f"/cards/slots/{slot}/answer", sent)[0]

    def fail(self, slot: str, outcome: str, tries: int | None = None) -> int:
        return self.send(f"/cards/slots/{slot}/answer", {"outcome": outcome, "tries": tries})[0]
