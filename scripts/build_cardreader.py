#!/usr/bin/env python3
"""Build the card reader agent as one folder that runs without Python: on Windows for Windows, on Linux for a trial.

    python3 scripts/build_cardreader.py [--out build/cardreader]

Makes an environment of its own with `requirements-agent.txt` and PyInstaller. Signing is the city's own step
(docs/cardreader.md).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from environment import ROOT, say

PYINSTALLER = "pyinstaller==6.22.3"
NAME = "kakanai-cardreader"
HIDDEN = (
    "smartcard.scard._scard", "smartcard.pcsc", "nfc.clf.pn532", "nfc.clf.rcs380", "nfc.clf.rcs956", "nfc.clf.udp", "serial",
    "cardreader_agent.readers.pcsc", "cardreader_agent.readers.nfc_device", "cardreader_agent.window.screen",
)  # fmt: skip
"""What is imported by name only while the program runs."""


def main() -> int:
    """0 when the folder is there and its program answers."""
    parser = argparse.ArgumentParser(description="Build the card reader agent as one folder.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "cardreader")
    out = parser.parse_args().out.resolve()
    with tempfile.TemporaryDirectory(prefix="kakanai-build-") as place:
        python = _environment(Path(place) / "venv")
        _run(
            [*_command(python, Path(place)), "--distpath", str(out), "--workpath", str(Path(place) / "work")]
        )
    shutil.copy(ROOT / "cardreader_agent" / "windows" / "autostart.xml", out / NAME)
    program = out / NAME / (f"{NAME}.exe" if os.name == "nt" else NAME)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=120)
    say(f"{program}: {said.stdout.strip() or 'does not start'}")
    return said.returncode


def _environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    _run(
        [python, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(ROOT / "requirements-agent.txt")]
    )
    _run([python, "-m", "pip", "install", "-q", PYINSTALLER])
    return python


def _command(python: Path, place: Path) -> list[str | Path]:
    start = place / "start.py"
    start.write_text(
        "import sys\nfrom cardreader_agent.__main__ import main\nsys.exit(main())\n", encoding="ascii"
    )
    command: list[str | Path] = [
        python, "-m", "PyInstaller", "--noconfirm", "--onedir", "--noupx", "--name", NAME, "--paths", str(ROOT),
        "--specpath", str(place),
    ]  # fmt: skip
    for module in HIDDEN:
        command += ["--hidden-import", module]
    if os.name == "nt":
        command += ["--version-file", str(_version_file(place)), "--hide-console", "hide-early"]
    return [*command, start]


def _version_file(place: Path) -> Path:
    """The version resource of the program: who made it, and which version it is."""
    text = (ROOT / "cardreader_agent" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^VERSION = "(\d+)\.(\d+)\.(\d+)"', text, re.MULTILINE)
    numbers = ", ".join(found.groups()) if found else "0, 0, 0"
    version = numbers.replace(", ", ".")
    path = place / "version.txt"
    strings = {
        "CompanyName": "Kakanai", "FileDescription": "カード読取プログラム", "ProductName": "Kakanai CardReader",
        "FileVersion": version, "ProductVersion": version,
    }  # fmt: skip
    rows = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in strings.items())
    path.write_text(
        f"VSVersionInfo(ffi=FixedFileInfo(filevers=({numbers}, 0), prodvers=({numbers}, 0)), kids=["
        f"StringFileInfo([StringTable('041104B0', [{rows}])]), VarFileInfo([VarStruct('Translation', [0x0411, 1200])])])\n",
        encoding="utf-8",
    )
    return path


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(command, cwd=ROOT)
    if done.returncode:
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    sys.exit(main())
