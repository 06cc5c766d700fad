"""A process that imports feeds and kills itself on the way: ``python -m … URL INSTANCE FEEDS POINT``.

POINT is a stage of the progress report with how much of it is done, or a step of the switch after which it dies.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import create_app
from app.data import protection, town_projection, transactions, vault
from app.operations import feeds
from tests.conftest import settings_for

STEPS: dict[str, tuple[Any, str]] = {
    "addresses withdrawn": (vault, "withdraw"),
    "rows written": (vault, "take_from_stage"),
    "protection written": (protection, "apply_plan"),
    "everything written": (town_projection, "rebuild"),
    "audit written": (transactions, "write_pending"),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(work: Callable[..., Any]) -> Callable[..., None]:
    def instead(*arguments: Any, **named: Any) -> None:
        work(*arguments, **named)
        die()

    return instead


def main(url: str, instance: str, folder: str, point: str) -> None:
    if point in STEPS:
        module, name = STEPS[point]
        setattr(module, name, dying(getattr(module, name)))

    def progress(stage: str, done: int, _total: int) -> None:
        if f"{stage} {done}" == point:
            die()

    # The code of the small city is a real one, and a demo does not open such a register.
    app = create_app(replace(settings_for(Path(instance), url), demo=False))
    with app.app_context():
        feeds.import_files([Path(folder)], progress=progress)


if __name__ == "__main__":
    main(*sys.argv[1:])
