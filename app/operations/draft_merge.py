"""Taking over into a draft what a newer published version changed: row by row, by what tells rows apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.data import drafts
from app.data.models.base import opaque_id, utc_now
from app.data.models.draft import DraftChangeRow, DraftLineRow, DraftRow
from app.domain.authority import Actor
from app.domain.content_columns import row_types
from app.domain.content_difference import keyed
from app.extensions import db
from app.operations import draft_forms, packs
from app.operations.drafts import rows_of

Cells = Mapping[str, Any]


def merge_version(row: DraftRow, newer: int, actor: Actor) -> int:
    """Bring a draft onto a newer version, inside the caller's transaction; how many rows were taken over.

    A row that the draft changed as well stays as the draft has it: the changes of the draft, which are shown against the
    newer version from then on, name it.
    """
    base = rows_of(packs.published(row.base_version or newer).source)
    new = rows_of(packs.published(newer).source)
    lines = drafts.list_lines(row.id)
    act, taken = opaque_id(), 0
    for part in row_types():
        was, now = keyed(part, base.get(part, ())), keyed(part, new.get(part, ()))
        mine = [line for line in lines if line.part == part]
        here = dict(zip(keyed(part, [line.cells for line in mine]), mine, strict=True))
        for key in [key for key in now.keys() | was.keys() if now.get(key) != was.get(key)]:
            line = here.get(key)
            if (line.cells if line else None) == was.get(key):
                _take(row, part, line.id if line else None, now.get(key), act, actor)
                taken += 1
    row.forms = drafts.forms_text(draft_forms.merged(row.id, row.base_version or newer, newer))
    row.base_version = newer
    row.revision, row.changed_at, row.changed_by = row.revision + 1, utc_now(), actor.staff_id
    return taken


def _take(
    draft: DraftRow, part: str, line_id: str | None, cells: Cells | None, act: str, actor: Actor
) -> None:
    """The row as the newer version has it: new, changed or gone."""
    text, now = drafts.cells_to_text(cells) if cells is not None else "", utc_now()
    stored = drafts.find_line_row(draft.id, line_id) if line_id else None
    before = stored.cells if stored else ""
    if stored is None:
        stored = DraftLineRow(
            id=opaque_id(), draft_id=draft.id, part=part, position=drafts.last_position(draft.id, part) + drafts.STEP,
            cells=text, version=1, changed_at=now, changed_by=actor.staff_id,
        )  # fmt: skip
        db.session.add(stored)
        db.session.flush()
    elif text:
        stored.cells, stored.version, stored.changed_at = text, stored.version + 1, now
    else:
        db.session.delete(stored)
    # By the system: taking over makes nobody an author of what others published.
    db.session.add(
        DraftChangeRow(
            draft_id=draft.id, act=act, part=part, line_id=stored.id, position=stored.position, before=before, after=text,
            line_version=stored.version, at=now, by="system", undone=0,
        )
    )  # fmt: skip
