#!/usr/bin/env python3
"""Lint, format, types and import contracts: seconds, for every commit.

    python3 scripts/check.py

Runs all four, also when one fails, and exits 1 if any did.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from environment import PYTHON, ROOT, TESTS, EnvironmentProblem, ensure_packages, say

CHECKS = (
    ("lint", ("-m", "ruff", "check", "--output-format", "concise", ".")),
    ("format", ("-m", "ruff", "format", "--check", "--output-format", "concise", ".")),
    (
        "types",
        (
            "-m",
            "mypy",
        ),
    ),
    (
        "imports",
        ("-c", "from importlinter.cli import lint_imports_command as run; run(['--no-logo', '--no-cache'])"),
    ),
)


def run_checks() -> bool:
    """Run every check and say how each went; True when all passed."""
    passed = True
    for name, arguments in CHECKS:
        started = time.monotonic()
        # The checks read UTF-8 sources whatever the console's own encoding is.
        environment = {**os.environ, "PYTHONUTF8": "1"}
        done = subprocess.run(
            [PYTHON, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8"
        )
        good = done.returncode == 0
        passed = passed and good
        say(f"{name:<8} {'ok' if good else 'FAILED'}  {time.monotonic() - started:.1f} s")
        if not good:
            say((done.stdout + done.stderr).rstrip())
    return passed


def main() -> int:
    """Install what is missing, then check."""
    try:
        ensure_packages(TESTS)
    except EnvironmentProblem as problem:
        say(str(problem))
        return 1
    return 0 if run_checks() else 1


if __name__ == "__main__":
    sys.exit(main())
