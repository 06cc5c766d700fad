"""AC-02: what is made at the same moment for the same people still has a name of its own."""

from __future__ import annotations

import ast
from datetime import UTC, datetime

import time_machine

from app.config import PROJECT_ROOT
from app.data.models.base import opaque_id
from app.documents import FormDefinition, job_key
from tests.unit.documents.paper import identity


def test_four_thousand_ids_and_tokens_under_a_clock_that_stands_still(
    forms: dict[str, FormDefinition],
) -> None:
    form = forms["inkan_toroku"]
    with time_machine.travel(datetime(2026, 11, 22, tzinfo=UTC), tick=False):
        ids = [opaque_id() for _ in range(4000)]
    tokens = {identity(job=one).token(form, 1, 1) for one in ids}
    keys = {job_key(b"s" * 32, one) for one in ids}
    assert len(set(ids)) == len(tokens) == len(keys) == 4000
    used = {at: {one[at] for one in ids} for at in range(1, 31)}
    assert all(len(one) == 32 for one in ids) and all(len(letters) == 32 for letters in used.values()), (
        "150 bits"
    )


def test_the_print_pipeline_writes_no_files_and_asks_no_clock() -> None:
    """No name can be made of time, process or place in a queue where there is no file to name."""
    pipeline = ("render", "renderer", "worker", "wire", "again", "merge", "verify", "identity", "compose")
    for name in pipeline:
        tree = ast.parse((PROJECT_ROOT / "app" / "documents" / f"{name}.py").read_text(encoding="utf-8"))
        called = {
            node.func.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        plain = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert (
            not {"write_bytes", "write_text", "mkstemp", "NamedTemporaryFile", "time", "now", "getpid"}
            & called
        ), name
        assert "open" not in plain, name
