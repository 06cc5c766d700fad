"""How a process serves the product: what it has loaded is there for good."""

from __future__ import annotations

import os
import subprocess
import sys

from flask import Flask

from app.config import PROJECT_ROOT
from tests.integration.server import environment

COUNTED = "import gc, serve; serve.application(); print(gc.get_freeze_count(), len(gc.get_objects()))"


def test_a_server_does_not_search_what_it_has_loaded_for_garbage(app: Flask) -> None:
    paths = os.pathsep.join((str(PROJECT_ROOT), str(PROJECT_ROOT / "scripts")))
    counted = subprocess.run(
        [sys.executable, "-c", COUNTED],
        cwd=PROJECT_ROOT, env=environment(app) | {"PYTHONPATH": paths}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    kept, searched = map(int, counted.stdout.split())
    assert kept > 100_000 > 100 * searched
