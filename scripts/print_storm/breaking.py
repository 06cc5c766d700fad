"""What breaks during the storm: renderers, servers, connections to the database, the database's time."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable

import psycopg

from print_storm.stage import Stage
from print_storm.tally import Tally


class Breaking(threading.Thread):
    """Breaks one thing every few seconds until the storm is over."""

    def __init__(self, stage: Stage, tally: Tally, seed: int, pause: float = 6.0) -> None:
        super().__init__(name="breaking", daemon=True)
        self.stage, self.tally, self.pause = stage, tally, pause
        self.rng = random.Random(seed)  # noqa: S311 - a storm that can be repeated

    def run(self) -> None:
        """Renderers most often, a server now and then."""
        weighted: tuple[tuple[int, Callable[[], None]], ...] = (
            (16, self._kill_renderer), (8, self._stop_renderer), (1, self._kill_server), (5, self._cut_connections),
            (5, self._keep_database_busy),
        )  # fmt: skip
        while not self.tally.is_over:
            time.sleep(self.pause * self.rng.uniform(0.5, 1.5))
            act = self.rng.choices([one for _weight, one in weighted], [weight for weight, _one in weighted])[
                0
            ]
            try:
                act()
            except (psycopg.Error, AssertionError, OSError) as problem:
                self.tally.broke(f"not possible: {type(problem).__name__}")

    def _any_server(self) -> int:
        return self.rng.randrange(len(self.stage.servers))

    def _kill_renderer(self) -> None:
        if self.stage.strike_renderer(self._any_server(), signal.SIGKILL):
            self.tally.broke("renderer killed")

    def _stop_renderer(self) -> None:
        """It stands still beyond the time limit: the job is cancelled and the process with it."""
        if self.stage.strike_renderer(self._any_server(), signal.SIGSTOP):
            self.tally.broke("renderer too slow")

    def _kill_server(self) -> None:
        self.tally.broke("server killed")
        self.stage.restart(self._any_server())

    def _cut_connections(self) -> None:
        with psycopg.connect(self.stage.plain_url(), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        self.tally.broke("database connections cut")

    def _keep_database_busy(self) -> None:
        with psycopg.connect(self.stage.plain_url()) as connection:
            connection.execute("LOCK TABLE document, audit_head IN SHARE ROW EXCLUSIVE MODE")
            time.sleep(self.rng.uniform(0.5, 3))
        self.tally.broke("database busy")
