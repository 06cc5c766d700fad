"""What a derived fact is: a function over other facts that answers in three values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.domain.content import FactType, Subject
from app.domain.facts import Value

BIRTH = "birth"
MOVES = "moves"
RELATIONSHIP = "relationship"


class Scope(Protocol):
    """What a derivation may see: the arguments of its definition, the person it is for, and other facts."""

    person: str | None
    args: tuple[str | int, ...]

    @property
    def people(self) -> tuple[str, ...]: ...

    def get(self, fact: str, person: str | None = None) -> Value:
        """The value of a fact, of this person or another; when it is missing, that counts as missing here too."""
        ...

    def peek(self, fact: str, person: str | None = None) -> Value:
        """The value of a fact without needing it: when it is missing, nobody is asked for it."""
        ...

    def is_given_up(self, fact: str) -> bool: ...


@dataclass(frozen=True)
class Derivation:
    """A function facts may be derived with: its result, what its arguments are, and the facts it always reads.

    An argument is `number`, `text` or `fact`; with a `+` there may be one or more of it.
    """

    subject: Subject
    type: FactType
    args: tuple[str, ...]
    reads: tuple[str, ...]
    title: str
    compute: Callable[[Scope], Value]


Table = dict[str, Derivation]


def derivation(
    table: Table,
    name: str,
    subject: Subject,
    type_: FactType,
    args: tuple[str, ...],
    reads: tuple[str, ...],
    title: str,
) -> Callable[[Callable[[Scope], Value]], Callable[[Scope], Value]]:
    """Puts the function below it into a table under a name the content uses."""

    def register(function: Callable[[Scope], Value]) -> Callable[[Scope], Value]:
        table[name] = Derivation(subject, type_, args, reads, title, function)
        return function

    return register


def number_arg(scope: Scope, index: int) -> int:
    """An argument that is a number."""
    return int(scope.args[index])


def text_arg(scope: Scope, index: int) -> str:
    """An argument that is a text or the id of a fact."""
    return str(scope.args[index])
