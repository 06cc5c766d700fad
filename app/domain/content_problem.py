"""What is wrong in one cell: what was read, why it cannot stand there, what to do."""

from __future__ import annotations


class CellProblem(ValueError):
    """A text that means nothing in its cell."""

    def __init__(self, read: str, problem: str, action: str) -> None:
        super().__init__(f"「{read}」 {problem} {action}")
        self.read = read
        self.problem = problem
        self.action = action
