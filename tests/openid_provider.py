"""A small OpenID Connect provider over HTTP: asks nobody for a password, and can be bent in every way a token can be wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.serving import in_background

CLIENT, SECRET = "kakanai", "a secret: with/signs"


class Provider:
    """``person`` signs in whenever a browser comes. ``bend`` changes the claims of the next ID tokens; ``sign`` makes a token
    of them in place of the provider's own key; ``known`` changes what is published about the provider."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://localhost:{port}/city"
        self.person: str | None = None
        self.bend: Callable[[dict[str, Any]], object] = lambda claims: None
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.known: dict[str, Any] = {}
        self.broken = False
        self.ec_key = ec.generate_private_key(ec.SECP256R1())
        self.rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.ec_key, "ES256", headers={"kid": "ec"})

    def keys(self) -> dict[str, Any]:
        parts = {
            "ec": jwt.algorithms.ECAlgorithm.to_jwk(self.ec_key.public_key(), as_dict=True),
            "rsa": jwt.algorithms.RSAAlgorithm.to_jwk(self.rsa_key.public_key(), as_dict=True),
        }
        return {"keys": [{**part, "kid": name, "use": "sig"} for name, part in parts.items()]}

    def discovery(self) -> dict[str, Any]:
        own = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return own | self.known

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        self.asked.append(asked)
        back = {"state": asked["state"]}
        if self.person is None:
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe(16)
            self._codes[back["code"]] = asked | {"person": self.person}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        own = base64.b64encode(
            f"{CLIENT}:{SECRET.translate({32: '%20', 58: '%3A', 47: '%2F'})}".encode()
        ).decode()
        if authorization != f"Basic {own}":
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(sent["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).decode()
        if (
            asked is None
            or asked["redirect_uri"] != sent["redirect_uri"]
            or asked["code_challenge"] != proof.rstrip("=")
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer, "sub": f"id of {asked['person']}", "aud": CLIENT, "exp": now + 300, "iat": now,
            "auth_time": now, "nonce": asked["nonce"], "preferred_username": asked["person"],
        }  # fmt: skip
        self.bend(claims)
        return 200, {"access_token": "not used", "token_type": "Bearer", "id_token": self.sign(claims)}


def sent_back(address: str) -> str:
    """Where a provider's page at the address sends the browser: its code and state as a query."""
    target = urlsplit(address)
    wire = HTTPConnection(target.netloc, timeout=10)
    wire.request("GET", f"{target.path}?{target.query}")
    answer = wire.getresponse()
    wire.close()
    assert answer.status == 302
    return str(answer.headers["Location"])


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def openid_provider() -> Iterator[Provider]:
    """One that listens at a free port of this machine until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            target = urlsplit(self.path)
            if served.broken:
                self.reply(500, {})
            elif target.path == "/city/authorize":
                self.send_response(302)
                self.send_header("Location", served.authorize(_flat(target.query)))
                self.end_headers()
            elif target.path == "/city/keys":
                self.reply(200, served.keys())
            else:
                self.reply(200, served.discovery())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply(*served.token(_flat(body), self.headers.get("Authorization", "")))

        def reply(self, status: int, content: Mapping[str, Any]) -> None:
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        served = Provider(listening.server_address[1])
        with in_background(listening):
            yield served
