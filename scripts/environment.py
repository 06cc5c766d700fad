"""The project's own Python: makes ``.venv`` and installs pinned packages when their list has changed.

Standard library only, because it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SERVER = (ROOT / "requirements.txt",)
TESTS = (ROOT / "requirements.txt", ROOT / "requirements-test.txt")
AGENT = (ROOT / "requirements-agent.txt",)

_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==", re.MULTILINE)
_TAKING = re.compile(r"^(?:Collecting |Processing \S*/)([A-Za-z0-9_.]+(?:-[A-Za-z][A-Za-z0-9_.]*)*)")


class EnvironmentProblem(Exception):
    """The packages cannot be installed here; the message says why and what to do."""


def say(text: str = "") -> None:
    """Print a line at once, also when the output is a pipe or a console that cannot show Japanese."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def ensure_packages(requirements: tuple[Path, ...], *, may_build: bool = False) -> None:
    """Make ``.venv`` hold exactly what the pinned files name; does nothing when it already does.

    ``may_build`` allows packages that are published as source only (card readers under Linux) to be built here.
    A killed run is simply run again: the stamp that says "done" is written last.
    Raises EnvironmentProblem.
    """
    if sys.version_info < OLDEST_PYTHON:
        raise EnvironmentProblem(
            f"Python {sys.version.split()[0]} では動きません。Python 3.11〜3.13 で実行してください。"
        )
    stamp = VENV / f".{requirements[-1].stem}.installed"
    wanted = _fingerprint(requirements)
    works = _venv_works()
    if works and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    if not works:
        _make_venv()
    _install(requirements, may_build=may_build)
    stamp.write_text(wanted, encoding="ascii")


def _fingerprint(requirements: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for path in requirements:
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} {sys.version_info.major}.{sys.version_info.minor}"


def _venv_works() -> bool:
    """Whether ``.venv`` has a Python of this version; a moved or half-made folder has not."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2], sys.prefix != sys.base_prefix)"
    try:
        answer = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.split() == [f"{sys.version_info.major}.{sys.version_info.minor}", "True"]


def _make_venv() -> None:
    say(f"実行環境 .venv を作っています（Python {sys.version.split()[0]}）")
    if VENV.exists():
        shutil.rmtree(VENV)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode == 0:
        return
    # Debian ships venv without the bundled pip; an installed pip can then fill the folder from outside.
    shutil.rmtree(VENV, ignore_errors=True)
    bare = [sys.executable, "-m", "venv", "--without-pip", str(VENV)]
    if subprocess.run(bare, capture_output=True).returncode != 0 or not _outside_pip():
        raise EnvironmentProblem(
            f"実行環境を作れませんでした。\n{(made.stderr or made.stdout).strip()}\n"
            "Debian・Ubuntu では python3-venv を入れてから、もう一度実行してください。"
        )


def _outside_pip() -> bool:
    return subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode == 0


def _pip() -> list[str]:
    inside = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True)
    if inside.returncode == 0:
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def _install(requirements: tuple[Path, ...], *, may_build: bool) -> None:
    """Install with hashes checked; wheels only, unless said otherwise, so that no downloaded code runs while installing."""
    command = [*_pip(), "install", "--require-hashes", "--progress-bar", "off"]
    command += ["--prefer-binary"] if may_build else ["--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-input"]
    for path in requirements:
        command += ["-r", str(path)]
    total = len({name for path in requirements for name in _PINNED.findall(path.read_text(encoding="utf-8"))})
    say(f"パッケージを入れています（{'、'.join(path.name for path in requirements)}）")
    last: deque[str] = deque(maxlen=40)
    seen = 0
    pip = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    for line in pip.stdout or ():
        last.append(line)
        found = _TAKING.match(line)
        if found:
            seen += 1
            say(f"  {seen}/{total} {found[1]}")
        elif line.startswith("Installing collected"):
            say("  展開しています")
    if pip.wait() != 0:
        raise EnvironmentProblem(
            "パッケージを入れられませんでした。pip の最後の出力:\n"
            + "".join(last)
            + "パッケージの取得先への接続（pip の設定）を確かめて、もう一度実行してください。"
        )
