"""The agent's way to the server: what it keeps on disk, whom it believes, and that its counts only rise."""

from __future__ import annotations

import datetime
import os
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from cardreader_agent.wire.identity import FILE as IDENTITY
from cardreader_agent.wire.identity import Identity, NotPaired, read_identity, write_identity
from cardreader_agent.wire.server import Server, Unreachable
from cardreader_agent.wire.settings import FILE, Settings, SettingsProblem, read_settings, write_settings
from cardreader_agent.wire.terminal import Terminal


def paired() -> Identity:
    return Identity("d" * 32, "市民課", "1番", "demo-1", Ed25519PrivateKey.generate())


def test_settings_come_back_and_wrong_ones_are_named(tmp_path: Path) -> None:
    wanted = Settings("https://kakanai.example", reader="Sony FeliCa Port")
    write_settings(tmp_path, wanted)
    assert read_settings(tmp_path) == wanted
    for text, said in (
        ("", "サーバーのアドレスが設定されていません"), ("server = 'http://kakanai.example'", "https:// で始めて"),
        ("server = 'https://kakanai.example'\nfallback = 'x'", "fallback"), ("server = 3", "server"),
        ("server = 'https://kakanai.example/cards?x=1'", "読めません"), ("server =", "読めません"),
        ("server = 'https://kakanai.example'\nca_file = '/nowhere/ca.pem'", "/nowhere/ca.pem"),
    ):  # fmt: skip
        (tmp_path / FILE).write_text(text, encoding="utf-8")
        with pytest.raises(SettingsProblem, match=said):
            read_settings(tmp_path)
    (tmp_path / FILE).write_text("server = 'http://127.0.0.1:8000'", encoding="utf-8")
    assert read_settings(tmp_path).server == "http://127.0.0.1:8000", "a trial on the same machine"


def test_the_key_is_the_owners_alone(tmp_path: Path) -> None:
    with pytest.raises(NotPaired, match="まだ登録されていません"):
        read_identity(tmp_path)
    for _ in range(2):
        identity = paired()
        write_identity(tmp_path, identity)
        again = read_identity(tmp_path)
        assert (again.device, again.seat, again.public_key) == (
            identity.device,
            identity.seat,
            identity.public_key,
        )
    if os.name == "posix":
        assert (tmp_path / IDENTITY).stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [IDENTITY]
    (tmp_path / IDENTITY).write_text("{}", encoding="utf-8")
    with pytest.raises(NotPaired, match="もう一度"):
        read_identity(tmp_path)


def test_counts_rise_whatever_the_clock_does() -> None:
    counts: list[int] = []

    def post(_path: str, _body: bytes, headers: object) -> tuple[int, bytes]:
        counts.append(int(dict(headers)["X-Kakanai-Count"]))  # type: ignore[call-overload]
        return 204, b""

    identity, now = paired(), 1_800_000_000.0
    terminal = Terminal(post, identity, lambda: now)
    for _ in range(3):
        assert terminal.next_slot([]) is None
    now -= 20
    terminal.next_slot([])
    now += 21
    # Started anew, with nothing kept of the count.
    Terminal(post, identity, lambda: now).next_slot([])
    assert counts == sorted(set(counts)), counts


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/good")
        else:
            self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>" if self.path == "/page" else b"{}")

    def log_message(self, *_arguments: object) -> None:
        pass


def _authority(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kakanai test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, secret = folder / "ca.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, secret


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server with a certificate that nobody believes by himself."""
    certificate, secret = _authority(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}", certificate
    server.shutdown()
    server.server_close()
    thread.join()


def test_only_the_named_authority_is_believed_and_nothing_is_followed(tls: tuple[str, Path]) -> None:
    address, certificate = tls
    trusted = Server(Settings(address, ca_file=str(certificate)))
    assert trusted.post("/good", b"{}", {}) == (200, b"{}")
    assert trusted.post("/moved", b"{}", {})[0] == 302, "no redirect leads anywhere"
    with pytest.raises(Unreachable) as stopped:
        Terminal(lambda _path, body, headers: trusted.post("/page", body, headers), paired()).next_slot([])
    assert stopped.value.code == "answer", "a page of somebody else is no slot"
    with pytest.raises(Unreachable) as stopped:
        Server(Settings(address)).post("/good", b"{}", {})
    assert stopped.value.code == "certificate"
    with pytest.raises(Unreachable) as stopped:
        Server(Settings("http://127.0.0.1:9")).post("/good", b"{}", {})
    assert stopped.value.code == "network"
