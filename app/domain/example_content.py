"""Example households (確認用の世帯例) of the content pack, as plain data: what a family must be told, decided by people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

PlainValue = bool | int | str | date


@dataclass(frozen=True)
class ExamplePerson:
    """A person of an example; the name is his id in it.

    `like` is a code of a preset whose facts he has unless `facts` says otherwise ("unknown": the register does not tell);
    both count as told by the register.
    `in_before` and `in_after` are whether he is of the household before and after the change; left out, the event decides.
    """

    name: str
    birth: str
    relationship: str
    like: str = ""
    moves: bool = True
    in_before: bool | None = None
    in_after: bool | None = None
    facts: Mapping[str, PlainValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Example:
    """A household, an event on a day (`on`), and the complete list it must get.

    `needed` is every needed procedure with the names of the persons it concerns. `answers` is what the household says
    when it is asked (`fact:name` before `fact`; "unknown" is わからない), `case` what is known of the case. `source`
    says from which rows of the catalogue it was written, `traps` which points are easy to get wrong. It may be asked
    at most `questions` questions. One that no longer says what must be has a reason in `retired` and is not run.
    The content valid on `received` is used: the day the family stands at the counter, two days after the change if left out.
    """

    code: str
    title: str
    source: str
    event: str
    on: date
    people: tuple[ExamplePerson, ...]
    needed: Mapping[str, tuple[str, ...]]
    case: Mapping[str, PlainValue] = field(default_factory=dict)
    answers: Mapping[str, PlainValue] = field(default_factory=dict)
    questions: int = 30
    received: date | None = None
    traps: tuple[str, ...] = ()
    retired: str = ""

    @property
    def file(self) -> str:
        """Where a folder of the pack keeps it: with the others of its event."""
        return f"examples/{self.event}.toml"


@dataclass(frozen=True)
class Preset:
    """Facts many persons of examples share (a resident without anything special, …)."""

    code: str
    title: str
    facts: Mapping[str, PlainValue]


@dataclass(frozen=True)
class Ordinary:
    """What whoever has nothing special answers to the question about a fact."""

    fact: str
    answer: PlainValue
