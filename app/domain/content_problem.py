"""What is wrong in one cell: what was read, why it cannot stand there, what to do."""

from __future__ import annotations

from dataclasses import dataclass


class CellProblem(ValueError):
    """A text that means nothing in its cell."""

    def __init__(self, read: str, problem: str, action: str) -> None:
        super().__init__(f"「{read}」 {problem} {action}")
        self.read = read
        self.problem = problem
        self.action = action


@dataclass(frozen=True)
class ContentProblem:
    """One thing wrong in a content pack: the file, the place in it, what was read, why it is wrong, what to do."""

    file: str
    place: str
    read: str
    problem: str
    action: str

    def __str__(self) -> str:
        return f"{self.file} {self.place}: 「{self.read}」 {self.problem} {self.action}"
