"""A small LDAP server over TLS: answers simple binds and nothing else, and remembers whom it was asked about."""

from __future__ import annotations

import socket
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.serving import in_background

YES, NO, BUSY = 0, 49, 51


class LdapServer:
    """``people``: name as the directory has it → password. With ``result`` it gives that answer to everybody."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port, self.certificate = port, certificate
        self.people: dict[str, str] = {}
        self.asked: list[str] = []
        self.result: int | None = None

    def answer(self, name: str, password: str) -> bytes:
        """The BindResponse of RFC 4511, 4.2.2, with an empty name and message."""
        self.asked.append(name)
        # An empty password is an unauthenticated bind, which many servers answer with success (RFC 4513, 5.1.2).
        right = YES if not password or self.people.get(name) == password else NO
        code = right if self.result is None else self.result
        return bytes.fromhex("300c02010161070a01") + bytes([code]) + bytes.fromhex("04000400")


def read_bind(data: bytes) -> tuple[str, str]:
    """Name and password of a simple bind with short parts, byte by byte as the standard writes it."""
    assert data[0] == 0x30 and data[1] == len(data) - 2, data.hex()
    assert data[2:5] == b"\x02\x01\x01", "message 1"
    assert data[5] == 0x60 and data[6] == len(data) - 7, "a bind request"
    assert data[7:10] == b"\x02\x01\x03", "version 3"
    assert data[10] == 0x04
    end = 12 + data[11]
    assert data[end] == 0x80 and end + 2 + data[end + 1] == len(data)
    return data[12:end].decode(), data[end + 2 :].decode()


def make_certificate(folder: Path) -> Path:
    """A certificate for localhost that signs itself, with its key, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "directory.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


@contextmanager
def ldap_server(folder: Path) -> Iterator[LdapServer]:
    """One that listens at a free port of localhost until the block ends."""
    certificate = make_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                with context.wrap_socket(self.request, server_side=True) as wire:
                    wire.sendall(served.answer(*read_bind(wire.recv(4096))))
            except (ssl.SSLError, ConnectionError):
                pass  # a client that does not trust the certificate

    class Server(socketserver.ThreadingTCPServer):
        address_family = socket.AF_INET
        daemon_threads = True

    with Server(("localhost", 0), Handler) as listening:
        served = LdapServer(listening.server_address[1], certificate)
        with in_background(listening):
            yield served
