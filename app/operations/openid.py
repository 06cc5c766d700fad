"""The city's own sign-in page (OpenID Connect Core 1.0): where to send whoever signs in, and what its answer says.

The code flow with PKCE (RFC 7636). Nothing is taken from what the browser brings back but a code; who it is stands in the ID
token, fetched by this server and signed by a key of the issuer. Every address must be the issuer's own host: a provider
that points elsewhere is not spoken to.
"""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt

ANSWERS_WITHIN = 5.0
LONGEST_ANSWER = 262_144
ALGORITHMS = ("RS256", "PS256", "ES256")
"""What an ID token may be signed with, whatever its own head says."""
LEEWAY = 60
"""Seconds by which the two clocks may differ."""
ROUNDED = 2
"""Seconds by which two times in whole seconds may seem further apart."""
CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nonce", "auth_time"]


class ProviderUnreachable(Exception):
    """The provider gave no answer, or none that can be used; nothing is known about who it is."""


class NotProved(Exception):
    """The provider did not say, believably and just now, who it is. ``why`` is for the operation log, never the answer itself."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Question:
    """One trip of a browser to the provider. ``verifier`` never leaves the server before the code comes back."""

    state: str
    nonce: str
    verifier: str
    begun_at: datetime


@dataclass(frozen=True)
class Provider:
    """Where the city's staff sign in, and what this server is there."""

    issuer: str
    client: str
    secret: str
    return_address: str
    authorities: str = ""

    def address(self, question: Question) -> str:
        """Where the browser goes. The provider is to ask for the password or what it has in its place anew: at a shared PC
        somebody else may have signed in there before (``max_age`` makes it say when that was). Raises ProviderUnreachable."""
        digest = hashlib.sha256(question.verifier.encode()).digest()
        asked = {
            "response_type": "code", "scope": "openid profile", "client_id": self.client,
            "redirect_uri": self.return_address, "state": question.state, "nonce": question.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256", "prompt": "login", "max_age": str(LEEWAY),
        }  # fmt: skip
        address = self._own(self._known(), "authorization_endpoint")
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def claims(self, code: str, question: Question) -> Mapping[str, Any]:
        """What the provider says of who came back with the code. Raises ProviderUnreachable and NotProved."""
        known = self._known()
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.return_address,
            "code_verifier": question.verifier,
        }  # fmt: skip
        own = base64.b64encode(
            f"{quote(self.client, safe='')}:{quote(self.secret, safe='')}".encode()
        ).decode()
        answer = self._ask(
            self._own(known, "token_endpoint"), urlencode(form),
            {"Authorization": f"Basic {own}", "Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        token = answer.get("id_token")
        if not isinstance(token, str):
            # Another code, one that was used already, or one that waited too long (RFC 6749, 5.2).
            if answer.get("error") == "invalid_grant":
                raise NotProved("code")
            raise ProviderUnreachable("token")
        return self._read(token, self._ask(self._own(known, "jwks_uri")), question)

    def _read(self, token: str, key_set: Mapping[str, Any], question: Question) -> Mapping[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, _key_of(token, key_set), algorithms=list(ALGORITHMS), audience=self.client,
                issuer=self.issuer, leeway=LEEWAY, options={"require": CLAIMS, "enforce_minimum_key_length": True},
            )  # fmt: skip
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
            raise NotProved("clock") from None
        except jwt.PyJWTError as problem:
            raise NotProved(type(problem).__name__) from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", "" if several else self.client) != self.client:
            raise NotProved("azp")
        if claims["nonce"] != question.nonce:
            raise NotProved("nonce")
        # Both by the provider's own clock: nobody signed in there before this trip began, however the clocks differ.
        signed_in, said = claims["auth_time"], claims["iat"]
        trip = (datetime.now(UTC) - question.begun_at).total_seconds()
        if not (isinstance(signed_in, int) and isinstance(said, int)) or said - signed_in > trip + ROUNDED:
            raise NotProved("auth_time")
        return claims

    def _known(self) -> Mapping[str, Any]:
        """What the provider publishes about itself (OpenID Connect Discovery 1.0)."""
        known = self._ask(f"{self.issuer}/.well-known/openid-configuration")
        if known.get("issuer") != self.issuer:
            raise ProviderUnreachable("issuer")
        return known

    def _own(self, known: Mapping[str, Any], name: str) -> str:
        address = known.get(name)
        if not isinstance(address, str) or urlsplit(address)[:2] != urlsplit(self.issuer)[:2]:
            raise ProviderUnreachable(name)
        return address

    def _ask(
        self, address: str, form: str | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """A JSON answer; redirects are not followed and no proxy is asked."""
        target = urlsplit(address)
        path = target.path + (f"?{target.query}" if target.query else "")
        try:
            wire = self._wire(target.scheme, target.netloc)
            try:
                wire.request(
                    "POST" if form is not None else "GET",
                    path,
                    form,
                    {**(headers or {}), "Accept": "application/json"},
                )
                answer = json.loads(wire.getresponse().read(LONGEST_ANSWER))
            finally:
                wire.close()
        except (OSError, HTTPException, ValueError, RecursionError) as problem:
            # What was asked holds the code and our secret; only the kind of what went wrong goes on.
            raise ProviderUnreachable(type(problem).__name__) from None
        if not isinstance(answer, dict):
            raise ProviderUnreachable("answer")
        return answer

    def _wire(self, scheme: str, place: str) -> HTTPConnection:
        if scheme == "http":
            return HTTPConnection(place, timeout=ANSWERS_WITHIN)
        context = ssl.create_default_context(cafile=self.authorities or None)
        return HTTPSConnection(place, timeout=ANSWERS_WITHIN, context=context)


def _key_of(token: str, key_set: Mapping[str, Any]) -> jwt.PyJWK:
    """The issuer's key that a token names; one without a name goes with the only key there is."""
    name = jwt.get_unverified_header(token).get("kid")
    keys = [key for key in jwt.PyJWKSet.from_dict(dict(key_set)).keys if key.public_key_use in {None, "sig"}]
    fitting = [key for key in keys if key.key_id == name] if name is not None else keys
    if len(fitting) != 1:
        raise jwt.InvalidKeyError
    return fitting[0]
