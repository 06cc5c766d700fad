"""``python -m cardreader_agent`` as people start it: paired by a code, checked in plain words, one at a time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cardreader_agent import __main__ as program
from cardreader_agent import single
from cardreader_agent.reading import CardProblem, Outcome
from cardreader_agent.wire.identity import read_identity
from cardreader_agent.wire.settings import Settings


class _Cards:
    """The readers of a test's PC."""

    found: list[str] | None = None

    def __init__(self, _settings: Settings) -> None: ...

    def names(self) -> list[str]:
        if self.found is None:
            raise CardProblem(Outcome.NO_READER)
        return self.found

    def close(self) -> None: ...


class _Server(BaseHTTPRequestHandler):
    """Lets in whoever knows the code; everybody else is unknown."""

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/cards/enrol" and sent["code"] == "123456":
            said = {"device": "d" * 32, "counter": "市民課", "seat": "1番", "environment": "demo-1"}
            self._say(201, said)
        elif self.path == "/cards/next" and self.headers["X-Kakanai-Device"] == "d" * 32:
            self._say(204, None)
        else:
            self._say(401, {"error": "この番号では登録できません。"})

    def _say(self, status: int, said: dict[str, str] | None) -> None:
        self.send_response(status)
        self.end_headers()
        if said is not None:
            self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_arguments: object) -> None: ...


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(program, "CardsAtHand", _Cards)
    monkeypatch.setattr(program, "forbid_dumps", lambda: None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_paired_and_checked(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ["--folder", str(tmp_path)]
    assert program.main([*folder, "--check"]) == 1
    assert "--pair" in capsys.readouterr().out
    assert program.main([*folder, "--pair", "654321", "--server", address]) == 1
    assert "登録できませんでした。この番号では登録できません。" in capsys.readouterr().out
    assert not list(tmp_path.iterdir()), "nothing is kept of a refused code"
    assert program.main([*folder, "--pair", " 123456 ", "--server", address]) == 0
    assert "登録しました: 市民課　1番" in capsys.readouterr().out
    assert read_identity(tmp_path).environment == "demo-1"
    for readers, good, said in (
        (None, 1, "スマートカードサービス"), ([], 1, "NFCポートソフトウェア"), (["Sony FeliCa"], 0, "読取装置: Sony FeliCa"),
    ):  # fmt: skip
        monkeypatch.setattr(_Cards, "found", readers)
        assert program.main([*folder, "--check"]) == good
        told = capsys.readouterr().out
        assert said in told and "サーバーにつながり" in told, told
    # A PC whose server is away, and one that was shut out.
    (tmp_path / "settings.toml").write_text("server = 'http://127.0.0.1:9'", encoding="utf-8")
    assert program.main([*folder, "--check"]) == 1
    assert "サーバーにつながりません" in capsys.readouterr().out
    kept = json.loads((tmp_path / "terminal.json").read_text(encoding="utf-8"))
    (tmp_path / "terminal.json").write_text(json.dumps({**kept, "device": "e" * 32}), encoding="utf-8")
    (tmp_path / "settings.toml").write_text(
        f"server = '{address}'\nreader = 'PaSoRi'\nscanner = '/nowhere'", encoding="utf-8"
    )
    assert program.main([*folder, "--check"]) == 1
    told = capsys.readouterr().out
    assert all(word in told for word in ("登録が解除されています", "「PaSoRi」がありません", "USB-COM")), told


def test_a_second_one_ends_by_itself(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = single.hold_the_place(tmp_path)
    assert program.main(["--folder", str(tmp_path)]) == 3
    assert "すでに動いています" in capsys.readouterr().out
    held.close()
    single.hold_the_place(tmp_path).close()
