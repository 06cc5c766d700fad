"""The renderer's own process: one job in, its PDF or nothing out, and nothing else within its reach."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.config import PROJECT_ROOT
from app.documents import (
    FontStack,
    FormDefinition,
    FormJob,
    PrintRefused,
    Renderer,
    RendererBroken,
    RenderTimeout,
    VerificationFailed,
    render_set,
)
from app.documents.page_text import read_pages
from app.documents.wire import write_frame
from app.domain.dates import PartialDate
from tests.unit.documents.paper import identity, job, one_field, sample


@pytest.fixture
def renderer(tmp_path: Path) -> Iterator[Renderer]:
    made = Renderer(tmp_path, timeout=20)
    yield made
    made.close()


def many(form: FormDefinition, count: int) -> list[FormJob]:
    """A print job of many documents."""
    values = sample("family")
    return [job(form, values, f"DOC{number}") for number in range(count)]


def pid(renderer: Renderer) -> int:
    """The process that served last."""
    return renderer.processes()[0]


def test_it_prints_the_same_bytes_as_the_engine_itself(
    renderer: Renderer, fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    """Also between two processes and two runs of one: a reprint can be proved equal by its hash."""
    values = {
        **sample("large_family"),
        "answers.care_status": ["certified", "facility"], "visitor.birth": date(1950, 1, 7),
        "subject.birth": PartialDate(1950, None, None, "昭和25年頃"), "case.received_on": PartialDate(2026, 4, 0),
    }  # fmt: skip
    jobs = [job(form, values, code) for code, form in sorted(forms.items())]
    first = renderer.issue(jobs)
    assert renderer.issue(jobs).sha256 == first.sha256
    renderer.close()
    assert renderer.issue(jobs).sha256 == first.sha256
    assert render_set(jobs, fonts).sha256 == first.sha256
    assert "IPAmj明朝" in renderer.notice()


def test_a_late_job_is_cancelled_whole_and_the_next_one_is_served(
    tmp_path: Path, forms: dict[str, FormDefinition]
) -> None:
    renderer = Renderer(tmp_path, timeout=0.6)
    try:
        renderer.notice()
        with pytest.raises(RenderTimeout) as late:
            renderer.issue(many(forms["shomei_kofu"], 900))
        assert "取りやめました" in late.value.message
        served = renderer.issue(many(forms["inkan_toroku"], 1))
        assert [page.document for page in served.pages] == ["DOC0"]
    finally:
        renderer.close()


def test_a_killed_process_leaves_nothing_and_the_next_job_gets_its_own_paper(
    renderer: Renderer, forms: dict[str, FormDefinition], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        own = replace(many(forms["inkan_toroku"], 1)[0], identity=identity(f"OWN{number}"))
        assert [page.document for page in renderer.issue([own]).pages] == [f"OWN{number}"]
        os.kill(pid(renderer), signal.SIGKILL)
        os.waitid(os.P_PID, pid(renderer), os.WEXITED | os.WNOWAIT)
    renderer.notice()

    def send_and_kill(stream: Any, header: Any, body: bytes) -> None:
        write_frame(stream, header, body)
        os.kill(pid(renderer), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr("app.documents.processes.write_frame", send_and_kill)
        with pytest.raises(RendererBroken):
            renderer.issue(many(forms["shomei_kofu"], 200))
    assert len(renderer.issue(many(forms["inkan_toroku"], 2)).pages) == 2


def test_a_job_that_cannot_be_printed_is_refused_with_a_reason(renderer: Renderer) -> None:
    form = one_field({"type": "table", "bind": "members", "x": 10, "y": 10, "rows": 1, "row_height": 8,
                      "columns": [{"width": 50, "bind": "name"}]})  # fmt: skip
    with pytest.raises(PrintRefused, match="501行"):
        renderer.issue([job(form, {"members": [{"name": "一"}] * 501})])
    with pytest.raises(PrintRefused):
        renderer.issue([])
    with pytest.raises(PrintRefused, match="一覧"):
        renderer.issue([job(form, {"members": "no list"})])
    broken = replace(job(form, {"members": []}), copies="two")  # type: ignore[arg-type]
    with pytest.raises(RendererBroken, match="TypeError") as failure:
        renderer.issue([broken])
    assert "two" not in str(failure.value)


def test_threads_get_their_own_papers(tmp_path: Path, forms: dict[str, FormDefinition]) -> None:
    renderer = Renderer(tmp_path, timeout=60, workers=2)
    wrong: list[str] = []

    def work(name: str) -> None:
        for round_number in range(6):
            document = f"{name}{round_number}"
            values = {**sample("family"), "subject.name": f"試験　{document}"}
            rendered = renderer.issue([job(forms["inkan_toroku"], values, document, document)])
            text = ["".join(page.own) for page in read_pages(rendered.pdf)]
            if len(text) != 1 or f"試験　{document}" not in text[0]:
                wrong.append(document)

    threads = [threading.Thread(target=work, args=(f"T{number}N",)) for number in range(8)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        renderer.close()
    assert wrong == []


def test_what_the_process_returns_is_verified_against_the_order(
    renderer: Renderer, forms: dict[str, FormDefinition], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renderer that returns an earlier job's paper is found out by the server, not trusted."""
    earlier = renderer.issue(many(forms["inkan_toroku"], 1))
    monkeypatch.setattr("app.documents.renderer.decode_set", lambda _header, _body: earlier)
    own = replace(many(forms["inkan_toroku"], 1)[0], identity=identity("DOC0", "JOB2"))
    with pytest.raises(VerificationFailed):
        renderer.issue([own])


ATTEMPTS = {
    "connect": "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
    "resolve": "import socket; socket.getaddrinfo('localhost', 80)",
    "read another file": "open('/etc/hostname').read()",
    "read by descriptor": "import os; os.open('/etc/hostname', os.O_RDONLY)",
    "read the settings": "open('INSTANCE/keys.toml').read()",
    "list a folder's file by a detour": "open('FONTS/../../../../../etc/hostname').read()",
    "write": "open('INSTANCE/x', 'w')",
    "write beside the fonts": "open('FONTS/x', 'w')",
    "run a program": "import subprocess; subprocess.run(['true'])",
    "shell": "import os; os.system('true')",
    "fork": "import os; os.fork()",
    "load a library": "import ctypes; ctypes.CDLL('libc.so.6')",
    "remove": "import os; os.remove('FONTS/x')",
    "fetch": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX paths")
def test_the_process_cannot_reach_anything(tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    (fonts / "mine.ttf").write_text("a font")
    (tmp_path / "keys.toml").write_text("a secret")
    attempts = {
        name: code.replace("INSTANCE", str(tmp_path)).replace("FONTS", str(fonts))
        for name, code in ATTEMPTS.items()
    }
    program = f"""
from pathlib import Path
from typing import Any
from app.documents.isolation import allow_time, isolate
isolate([Path({str(fonts)!r})])
allow_time()
assert open({str(fonts / "mine.ttf")!r}).read() == "a font"
import colorsys
for name, code in {attempts!r}.items():
    try:
        exec(code)
    except PermissionError:
        print(name)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == list(ATTEMPTS), done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_the_process_may_use_only_so_much_memory() -> None:
    program = """
from app.documents.isolation import MEMORY_BYTES, isolate
isolate([])
try:
    bytearray(MEMORY_BYTES)
except MemoryError:
    print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "refused\n", done.stderr


def test_the_process_knows_no_settings(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKANAI_DATABASE_URL", "postgresql://secret")
    renderer.notice()
    environment = Path(f"/proc/{pid(renderer)}/environ")
    if environment.exists():
        assert b"KAKANAI" not in environment.read_bytes()
