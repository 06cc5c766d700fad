"""Files and functions stay short enough to be read at once."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.walls import tree

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60


def test_files_are_short() -> None:
    lengths = {tree.name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _sources()}
    assert {name: length for name, length in lengths.items() if length > LINES_OF_A_FILE} == {}


def test_functions_are_short() -> None:
    found = {tree.name(path): too_long(path.read_text(encoding="utf-8")) for path in _sources()}
    assert {name: functions for name, functions in found.items() if functions} == {}


def _sources() -> list[Path]:
    return list(tree.files(suffixes=(".py",)))


def too_long(source: str) -> list[str]:
    """Functions over the limit, as "name (lines)"."""
    return [
        f"{node.name} ({length} lines)"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LINES_OF_A_FUNCTION
    ]


def test_a_long_function_is_seen() -> None:
    assert too_long("def long():\n" + "    x = 1\n" * LINES_OF_A_FUNCTION) == ["long (61 lines)"]
