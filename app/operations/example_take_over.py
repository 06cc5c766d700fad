"""Example households of before a new procedure: those that fail only because it was added get it into their lists at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.data import trials
from app.domain.authority import Actor
from app.domain.drafts import Line
from app.domain.errors import Conflict
from app.domain.trials import TrialKind, TrialState
from app.operations import packs
from app.operations.draft_edit import put_rows
from app.operations.draft_pack import DraftPack
from app.operations.drafts import read
from app.operations.tried_content import digest_of


def waiting(found: DraftPack) -> Mapping[str, dict[str, Any]]:
    """The rows of examples whose list differs by procedures that are new in the draft and by nothing else, as they would be.

    Empty until all examples were run on the draft as it stands.
    """
    trial = trials.find_latest(TrialKind.EXAMPLES, digest_of(found.pack))
    if trial is None or trial.state is not TrialState.DONE or found.draft.base_version is None:
        return {}
    before = packs.published(found.draft.base_version).source.procedure_by_code
    new = found.pack.procedure_by_code.keys() - before.keys()
    lines = {str(line.cells.get("code")): line for line in found.of_part["examples"]}
    made = {}
    for failed in trials.list_lines(trial.id):
        line = lines.get(failed.key)
        cells = _with_new(line, failed.result.get("got", {}), new) if line else None
        if line and cells:
            made[line.id] = cells
    return made


def _with_new(line: Line, got: Mapping[str, list[str]], new: set[str]) -> dict[str, Any] | None:
    needed: Mapping[str, list[str]] = line.cells.get("needed") or {}
    differing = {
        code
        for code in needed.keys() | got.keys()
        if sorted(needed.get(code, [])) != sorted(got.get(code, []))
    }
    if not differing or not differing <= new:
        return None
    kept = {code: people for code, people in needed.items() if code not in differing}
    return {**line.cells, "needed": {**kept, **{code: got[code] for code in differing if code in got}}}


def take_over(draft_id: str, actor: Actor) -> int:
    """Put the new procedures into the lists of those examples, in one act; how many. Raises Conflict, Refused, NotFound."""
    made = waiting(read(draft_id))
    if not made:
        raise Conflict("新しい手続きだけが増えた世帯例はありません。世帯例を確かめ直してください。")
    put_rows(draft_id, "examples", made, actor)
    return len(made)
