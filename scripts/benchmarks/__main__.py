"""``python -m benchmarks NAME``: run one benchmark and print its rows as JSON on the last line."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict


def main() -> None:
    """Runs in a process of its own, so that one benchmark's caches do not help the next."""
    rows = importlib.import_module(f"benchmarks.{sys.argv[1]}").run()
    print(json.dumps([asdict(row) for row in rows], ensure_ascii=False))


if __name__ == "__main__":
    main()
