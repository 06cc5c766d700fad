"""What a security key (セキュリティキー) says, read and compared: WebAuthn Level 2, sections 5.8.1, 6.1 and 7.2.

The browser hands over the public key as it registers one (`getPublicKey`), so nothing of CBOR is read here: without an
attestation, which no city's own keys need, what it stands in says no more than the browser's own word.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.errors import Invalid

USER_PRESENT, USER_VERIFIED = 0x01, 0x04
LONGEST_ID = 1023
LONGEST_PART = 4096
ALGORITHMS = {-7: "ES256", -257: "RS256"}
"""COSE numbers of the signatures that are taken; every key on the market makes the first."""
UNREADABLE = "セキュリティキーの応答を読み取れませんでした。もう一度操作してください。"


@dataclass(frozen=True)
class Place:
    """Where the answer has to be for: the page's origin, and the host name the key is bound to."""

    origin: str
    host: str


@dataclass(frozen=True)
class Answer:
    """What a key answered: the credential's id and the three parts that belong together."""

    credential_id: str
    client_data: bytes
    authenticator_data: bytes
    signature: bytes

    @property
    def signed(self) -> bytes:
        """The bytes under the signature (7.2, steps 19 and 20)."""
        return self.authenticator_data + hashlib.sha256(self.client_data).digest()

    @property
    def count(self) -> int:
        """The key's own counter; 0 for one that counts nothing."""
        return int.from_bytes(self.authenticator_data[33:37])


@dataclass(frozen=True)
class NewKey:
    """A key as it is registered: its id and its public key (DER, SubjectPublicKeyInfo)."""

    credential_id: str
    algorithm: int
    public_key: bytes
    client_data: bytes
    authenticator_data: bytes


def read_answer(text: str) -> Answer:
    """What the page sent for a key's answer. Raises Invalid."""
    said = _mapping(text)
    return Answer(
        _identifier(said),
        _bytes(said, "clientData"),
        _bytes(said, "authenticatorData"),
        _bytes(said, "signature"),
    )


def read_new_key(text: str) -> NewKey:
    """What the page sent for a new key. Raises Invalid."""
    said = _mapping(text)
    algorithm = said.get("algorithm")
    if not isinstance(algorithm, int) or algorithm not in ALGORITHMS:
        raise Invalid("このセキュリティキーの方式には対応していません。別のキーをお使いください。")
    return NewKey(
        _identifier(said), algorithm, _bytes(said, "publicKey"), _bytes(said, "clientData"), _bytes(said, "authenticatorData")
    )  # fmt: skip


def check_ceremony(
    client_data: bytes, authenticator_data: bytes, kind: str, challenge: bytes, place: Place
) -> None:
    """Raise Invalid unless the answer is for this page, this challenge and this act, with somebody at the key.

    ``kind`` is "webauthn.get" or "webauthn.create".
    """
    said = _mapping(client_data.decode("utf-8", "replace"))
    fits = (
        said.get("type") == kind
        and isinstance(said.get("challenge"), str)
        and hmac.compare_digest(_decode(str(said["challenge"])), challenge)
        and said.get("origin") == place.origin
        and said.get("crossOrigin") in {None, False}
    )
    if not fits:
        raise Invalid(UNREADABLE)
    host = hashlib.sha256(place.host.encode()).digest()
    if len(authenticator_data) < 37 or not hmac.compare_digest(authenticator_data[:32], host):
        raise Invalid(UNREADABLE)
    if not authenticator_data[32] & USER_PRESENT:
        raise Invalid(UNREADABLE)


def encode(data: bytes) -> str:
    """Base64url without padding, as WebAuthn writes bytes."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _mapping(text: str) -> Mapping[str, object]:
    try:
        said = json.loads(text)
    except ValueError:
        raise Invalid(UNREADABLE) from None
    if not isinstance(said, dict):
        raise Invalid(UNREADABLE)
    return said


def _identifier(said: Mapping[str, object]) -> str:
    raw = _bytes(said, "id")
    if not 0 < len(raw) <= LONGEST_ID:
        raise Invalid(UNREADABLE)
    return encode(raw)


def _bytes(said: Mapping[str, object], name: str) -> bytes:
    text = said.get(name)
    if not isinstance(text, str) or not text or len(text) > LONGEST_PART:
        raise Invalid(UNREADABLE)
    return _decode(text)


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(UNREADABLE) from None
