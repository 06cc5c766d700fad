#!/usr/bin/env python3
"""Run every check and every test; arguments go to pytest.

    python3 scripts/test.py
    python3 scripts/test.py tests/unit -k wareki

Without arguments the tests run in as many processes as the machine has processors.

Installs the Python packages the tests need into ``.venv``; as root on Debian the system packages too. Exits 0 only
when everything that ran passed; what did not run, and why, stands at the end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from check import run_checks
from environment import AGENT, PYTHON, ROOT, TESTS, EnvironmentProblem, ensure_packages, say

DEBIAN_PACKAGES = {
    "python3-venv": "the virtual environment",
    "chromium": "tests/browser",
    "poppler-utils": "tests that read the text of a PDF",
    "postgresql": "every test on PostgreSQL",
    "python3-tk": "the window of the card reader agent",
    "xvfb": "tests/agent/test_window.py",
    "fonts-ipamj-mincho": "tests of rare characters on paper",
    "fonts-ipaexfont": "screens and pictures with Japanese text",
    "pcscd": "tests of card readers",
    "vsmartcard-vpcd": "tests of card readers: the virtual reader",
    "libusb-1.0-0": "tests of card readers: nfcpy",
    "libpcsclite-dev": "tests of card readers: building pyscard",
    "swig": "tests of card readers: building pyscard",
    "gcc": "tests of card readers: building pyscard",
    "python3-dev": "tests of card readers: building pyscard",
}


def main() -> int:
    """Install, check, test, and say what is missing."""
    missing = _install_system_packages()
    try:
        ensure_packages(TESTS)
    except EnvironmentProblem as problem:
        say(str(problem))
        return 1
    built = _build_agent_packages()
    checked = run_checks()
    environment = {**os.environ, "PYTHONUTF8": "1"}
    # Settings of a server that runs here must not reach the tests.
    for name in [name for name in environment if name.startswith("KAKANAI_")]:
        del environment[name]
    if not missing and built and _may_install():
        environment["ALL_TESTS_MUST_RUN"] = "1"
    arguments = sys.argv[1:] or ["-n", "auto", "--dist", "worksteal"]
    tested = subprocess.run([PYTHON, "-m", "pytest", *arguments], cwd=ROOT, env=environment).returncode
    for name in missing:
        say(f"not installed: {name}; needed for {DEBIAN_PACKAGES[name]}, which did not run or not fully")
    if not built:
        say("not installed: requirements-agent.txt (see above); the tests of card readers did not run")
    if not checked:
        say("the checks before the tests FAILED (see above)")
    return tested or (0 if checked else 1)


def _build_agent_packages() -> bool:
    """What a counter PC has; under Linux it is built, which not every machine can."""
    try:
        ensure_packages(AGENT, may_build=True)
    except EnvironmentProblem as problem:
        say(str(problem))
        return False
    return True


def _may_install() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("dpkg-query") is not None


def _install_system_packages() -> list[str]:
    """Install what is missing where that is allowed; returns what is missing afterwards."""
    missing = [name for name in DEBIAN_PACKAGES if not _is_installed(name)]
    if missing and _may_install():
        say(f"Installing Debian packages: {' '.join(missing)}")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
        for command in (["apt-get", "update", "-q"], install):
            done = subprocess.run(command, env=quiet, capture_output=True, text=True)
            if done.returncode != 0:
                say(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}")
                break
        missing = [name for name in missing if not _is_installed(name)]
    return missing


def _is_installed(name: str) -> bool:
    """Whether the package, or on other systems the program it stands for, is there."""
    if shutil.which("dpkg-query"):
        asked = subprocess.run(["dpkg-query", "-W", "-f=${Status}", name], capture_output=True, text=True)
        if asked.stdout == "install ok installed":
            return True
    if name == "python3-venv":
        return subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode == 0
    if name == "postgresql":
        return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if name == "chromium":
        return any(
            shutil.which(program) for program in ("chromium", "chromium-browser", "google-chrome", "msedge")
        )
    if name == "poppler-utils":
        return shutil.which("pdftotext") is not None
    return False


if __name__ == "__main__":
    sys.exit(main())
