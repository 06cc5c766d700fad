"""Who gives a command: whatever `flask …` does stands in the operation log as done by an operator, never by a clerk."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.domain.authority import Actor, ActorKind
from app.operations import audits

_UNKNOWN = 2**32 - 1
"""What Linux says of a process that nobody signed in for, such as one of a timer."""


class OperatorGroup(AppGroup):
    """A group of commands; what they do is recorded as the operator's."""

    def invoke(self, ctx: click.Context) -> Any:
        with audits.carried_out_by(operator()):
            return super().invoke(ctx)


def operator() -> Actor:
    """Whoever gives this command: the account of the computer, marked so that it is never taken for a member of staff."""
    return Actor(f"os:{_account()}"[:40], "", "", "", frozenset(), kind=ActorKind.COMMAND)


def _account() -> str:
    """The account that was signed in with, also behind ``sudo``; where that is not known, that of the process."""
    if sys.platform == "win32":
        return os.getlogin()
    import pwd

    try:
        number = int(Path("/proc/self/loginuid").read_text())
    except (OSError, ValueError):
        number = _UNKNOWN
    number = os.getuid() if number == _UNKNOWN else number
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
