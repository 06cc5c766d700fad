"""Example households of before a new procedure: those that fail only because of it get it into their lists at once."""

from __future__ import annotations

import re
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

_MORE_ASKED = re.compile(r"質問が(\d+)あります")


def waiting(found: DraftPack) -> Mapping[str, dict[str, Any]]:
    """The rows of examples that fail only by procedures and questions that are new in the draft, as they would be.

    Empty until all examples were run on the draft as it stands.
    """
    trial = trials.find_latest(TrialKind.EXAMPLES, digest_of(found.pack))
    if trial is None or trial.state is not TrialState.DONE or found.draft.base_version is None:
        return {}
    base = packs.published(found.draft.base_version).source
    new = found.pack.procedure_by_code.keys() - base.procedure_by_code.keys()
    asks = bool({one.id for one in found.pack.questions} - {one.id for one in base.questions})
    lines = {str(line.cells.get("code")): line for line in found.of_part["examples"]}
    made = {}
    for failed in trials.list_lines(trial.id):
        line = lines.get(failed.key)
        cells = _with_new(line, failed.result, new, asks) if line else None
        if line and cells:
            made[line.id] = cells
    return made


def _with_new(line: Line, result: Mapping[str, Any], new: set[str], asks: bool) -> dict[str, Any] | None:
    """An example with the new procedures in its list and, where the draft asks something new, as many questions as now."""
    got: Mapping[str, list[str]] = result.get("got", {})
    needed: Mapping[str, list[str]] = line.cells.get("needed") or {}
    differing = {
        code
        for code in needed.keys() | got.keys()
        if sorted(needed.get(code, [])) != sorted(got.get(code, []))
    }
    more = [int(said[1]) for text in result.get("problems", ()) if (said := _MORE_ASKED.match(text))]
    if not differing <= new or not (differing or more) or (more and not asks):
        return None
    kept = {code: people for code, people in needed.items() if code not in differing}
    cells = {**line.cells, "needed": {**kept, **{code: got[code] for code in differing if code in got}}}
    return cells | {"questions": more[0]} if more else cells


def take_over(draft_id: str, actor: Actor) -> int:
    """Put the new procedures into the lists of those examples, in one act; how many. Raises Conflict, Refused, NotFound."""
    made = waiting(read(draft_id))
    if not made:
        raise Conflict("新しい手続きだけが増えた世帯例はありません。世帯例を確かめ直してください。")
    put_rows(draft_id, "examples", made, actor)
    return len(made)
