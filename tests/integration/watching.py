"""A process that watches a folder: ``python -m … URL INSTANCE [STAGE]``; at STAGE it kills itself."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app import create_app
from app.operations.feed_journal import Journal
from tests.conftest import settings_for


def dying_at(stage: str, report: Callable[..., None]) -> Callable[..., None]:
    def progress(self: Journal, phase: str, done: int, total: int) -> None:
        if phase.startswith(stage):
            os.kill(os.getpid(), signal.SIGKILL)
        report(self, phase, done, total)

    return progress


def main(url: str, instance: str, stage: str = "") -> None:
    if stage:
        Journal.progress = dying_at(stage, Journal.progress)  # type: ignore[method-assign]
    settings = replace(settings_for(Path(instance), url), demo=False, feed_interval_minutes=1)
    with create_app(settings).app_context():
        from app.commands.feed import cli

        cli.main(["watch"], standalone_mode=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
