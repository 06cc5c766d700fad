"""A security key made of software: signs what a page asks, as an authenticator and its browser would together."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.domain.security_keys import encode
from tests.client import ORIGIN


class SoftKey:
    """One key with one credential; what it says can be bent by keyword: ``origin``, ``host``, ``flags``, ``count``, ``kind``."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.count = 0

    def make(self, challenge: str, **bent: Any) -> str:
        """What the page sends when this key is registered."""
        public = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        said, data = self._said("webauthn.create", challenge, bent)
        return json.dumps(
            {
                "id": encode(self.id), "clientData": encode(said), "authenticatorData": encode(data),
                "publicKey": encode(public), "algorithm": -7,
            }
        )  # fmt: skip

    def answer(self, challenge: str, **bent: Any) -> str:
        """What the page sends when this key is asked."""
        said, data = self._said("webauthn.get", challenge, bent)
        signed = data + hashlib.sha256(said).digest()
        return json.dumps(
            {
                "id": encode(self.id), "clientData": encode(said), "authenticatorData": encode(data),
                "signature": encode(self.private.sign(signed, ec.ECDSA(SHA256()))),
            }
        )  # fmt: skip

    def _said(self, kind: str, challenge: str, bent: dict[str, Any]) -> tuple[bytes, bytes]:
        self.count += 1
        said = {"type": bent.get("kind", kind), "challenge": challenge, "origin": bent.get("origin", ORIGIN)}
        host = hashlib.sha256(bent.get("host", "localhost").encode()).digest()
        count = bent.get("count", self.count)
        return json.dumps(said).encode(), host + bytes([bent.get("flags", 0x01)]) + count.to_bytes(4)
