"""Rooms import in one direction, and the rules know nothing but Python."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

from tests.walls import tree


def test_import_contracts_are_kept() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run(['--no-logo', '--no-cache'])",
    ]
    done = subprocess.run(
        command,
        cwd=tree.ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_rules_import_only_the_standard_library() -> None:
    foreign = {
        tree.name(path): module
        for path in tree.files("app/domain", suffixes=(".py",))
        for module in imported(path.read_text(encoding="utf-8"))
        if module.split(".")[0] not in sys.stdlib_module_names and not module.startswith("app.domain")
    }
    assert foreign == {}


def test_nothing_below_the_pages_knows_the_request() -> None:
    """Flask lends them the settings of the running application and nothing of the request."""
    names = {
        (tree.name(path), alias.name)
        for path in tree.files("app/operations", "app/data", suffixes=(".py",))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
        if alias.name not in {"current_app", "has_app_context"}
    }
    assert names == set()


def imported(source: str) -> set[str]:
    """Every module a source names in an import; a relative import counts as its own package's."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("app.domain" if node.level else node.module or "")
    return found


def test_a_foreign_import_is_seen() -> None:
    assert imported("import os\nfrom sqlalchemy.orm import Session") == {"os", "sqlalchemy.orm"}


def test_the_agent_beside_a_reader_listens_nowhere() -> None:
    """It calls the server and is called by nobody: nothing it imports could open a port."""
    listening = {
        "socket",
        "socketserver",
        "http.server",
        "asyncio",
        "xmlrpc.server",
        "multiprocessing.connection",
    }
    found = {
        tree.name(path): module
        for path in tree.files("cardreader_agent", suffixes=(".py",))
        for module in imported(path.read_text(encoding="utf-8"))
        if module in listening
    }
    assert found == {}
