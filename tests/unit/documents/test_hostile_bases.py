"""Two hundred files made to do harm: each is refused with a message or comes out clean, in bounded memory, by one process."""

import queue
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from app.config import PROJECT_ROOT
from app.documents import BaseRefused, NormalisedBase, Renderer
from app.documents.isolation import MEMORY_BYTES
from tests.unit.documents.blanks import marked
from tests.unit.documents.hostile import hostile_files

ALLOWED_MORE = 100 * 1024 * 1024
FORBIDDEN = frozenset({
    "/OpenAction", "/AA", "/A", "/JS", "/JavaScript", "/Names", "/AcroForm", "/Annots", "/EmbeddedFiles", "/EF", "/AF", "/XFA",
    "/Metadata", "/OCProperties", "/StructTreeRoot", "/Encrypt", "/Info", "/F", "/Ref", "/OPI", "/Alternates", "/Outlines",
})  # fmt: skip


@pytest.fixture
def renderer(tmp_path: Path) -> Iterator[Renderer]:
    made = Renderer(tmp_path)
    yield made
    made.close()


def peak(process: int) -> int:
    """The most memory that a process ever held, in bytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024  # type: ignore[index]


def keys(value: Any) -> Iterator[str]:
    """Every key of a file that is not the name of a resource."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            for key, inner in dict.items(found):
                names = key in {
                    "/Font",
                    "/XObject",
                    "/ExtGState",
                    "/ColorSpace",
                    "/Pattern",
                    "/Shading",
                    "/CharProcs",
                }
                inner = inner.get_object() if names else inner
                waiting.extend(
                    dict.values(inner) if isinstance(inner, DictionaryObject) and names else [inner]
                )
                yield str(key)
        elif isinstance(found, ArrayObject):
            waiting.extend(list(found))


def assert_clean(base: NormalisedBase) -> None:
    reader = PdfReader(BytesIO(base.pdf))
    assert set(keys(reader.trailer)).isdisjoint(FORBIDDEN)
    for page in reader.pages:
        assert (page.rotation, page.cropbox.left, page.cropbox.bottom) == (0, 0, 0)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_a_hostile_file_is_refused_with_a_reason_or_comes_out_clean(renderer: Renderer) -> None:
    renderer.normalise(marked())
    process = renderer.readers()
    before, wrong, clean = peak(*process), [], 0
    for name, data, must_fall in hostile_files():
        try:
            base = renderer.normalise(data)
        except BaseRefused as refused:
            if not re.search("[ぁ-ん].*ください。|してください", refused.message):
                wrong.append(f"{name}: {refused.message}")
        else:
            clean += 1
            assert_clean(base)
            if must_fall:
                wrong.append(f"{name}: accepted")
    assert wrong == []
    assert renderer.readers() == process, "no file ended the process"
    assert peak(*process) - before < ALLOWED_MORE
    assert clean > 20
    assert len(renderer.normalise(marked(270)).pages) == 1


def test_a_file_that_ends_the_process_is_refused_and_the_next_one_is_read(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    renderer.normalise(marked())
    first = renderer.readers()
    with monkeypatch.context() as patch:
        patch.setattr("app.documents.processes.write_frame", lambda *_arguments: renderer.close())
        with pytest.raises(BaseRefused) as refused:
            renderer.normalise(marked())
    assert "壊れている" in refused.value.message
    assert renderer.normalise(marked()).pages
    assert renderer.readers() != first


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_native_code_can_open_neither_file_nor_socket() -> None:
    program = f"""
import ctypes
native = ctypes.CDLL(None, use_errno=True)
from app.documents.isolation import close_files, isolate
isolate([])
close_files()
print(native.open(b"/etc/hostname", 0), native.socket(2, 1, 0), native.pipe((ctypes.c_int * 2)()))
try:
    bytearray({MEMORY_BYTES})
except MemoryError:
    print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "-1 -1 -1\nrefused\n", done.stderr


def test_who_waits_for_others_is_told_so(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was never looked at is not called too complex."""
    monkeypatch.setattr(renderer._reading, "_free", queue.LifoQueue())
    monkeypatch.setattr(renderer._reading, "_timeout", 0.01)
    with pytest.raises(BaseRefused) as refused:
        renderer.normalise(marked())
    assert "少し待って" in refused.value.message
