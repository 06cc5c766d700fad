"""Drafts of the content pack: rows, changes and states."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select

from app.data.models.base import opaque_id, utc_now
from app.data.models.draft import DraftChangeRow, DraftLineRow, DraftRow
from app.domain.drafts import Draft, DraftState, Line
from app.domain.errors import NotFound
from app.extensions import db

_MOST_SHOWN = 100
STEP = 10
"""Rows stand this far apart, so that one fits between two."""


def cells_to_text(cells: Mapping[str, Any]) -> str:
    """Plain cells as they are stored; the same cells give the same text."""
    return json.dumps(cells, ensure_ascii=False, sort_keys=True, default=_day, separators=(",", ":"))


def cells_from_text(text: str) -> dict[str, Any]:
    """The plain cells of a stored text."""
    cells: dict[str, Any] = json.loads(text, object_hook=_read_day)
    return cells


def _day(value: object) -> dict[str, str]:
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    raise TypeError(f"not storable: {value!r}")


def _read_day(value: dict[str, Any]) -> Any:
    return date.fromisoformat(value["$date"]) if value.keys() == {"$date"} else value


def get_draft(draft_id: str) -> Draft:
    """A draft. Raises NotFound."""
    row = db.session.get(DraftRow, draft_id)
    if row is None:
        raise NotFound("この下書きは見つかりません。一覧から選び直してください。")
    return _draft(row)


def lock_draft(draft_id: str) -> DraftRow:
    """A draft that is about to be changed: writers of one draft come one after the other. Raises NotFound."""
    row = db.session.get(DraftRow, draft_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("この下書きは見つかりません。一覧から選び直してください。")
    return row


def list_drafts(states: Iterable[DraftState]) -> tuple[Draft, ...]:
    """The drafts in these states, those changed last first."""
    rows = db.session.scalars(
        select(DraftRow)
        .where(DraftRow.state.in_(list(states)))
        .order_by(DraftRow.changed_at.desc())
        .limit(_MOST_SHOWN)
    )
    return tuple(map(_draft, rows))


def add_draft(title: str, purpose: str, head: tuple[str, str], base: int | None, forms: str, by: str) -> str:
    """A new draft without rows; its id."""
    now = utc_now()
    row = DraftRow(
        id=opaque_id(), title=title, purpose=purpose, pack_title=head[0], pack_version=head[1], base_version=base,
        forms=forms, state=DraftState.EDITING, revision=1, begun_at=now, begun_by=by, changed_at=now, changed_by=by,
        comment="",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def fill(draft_id: str, parts: Mapping[str, Sequence[Mapping[str, Any]]], by: str) -> None:
    """The rows a draft begins with."""
    now = utc_now()
    rows = [
        {
            "id": opaque_id(), "draft_id": draft_id, "part": part, "position": at * STEP, "cells": cells_to_text(cells),
            "version": 1, "changed_at": now, "changed_by": by,
        }
        for part, lines in parts.items()
        for at, cells in enumerate(lines, start=1)
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(DraftLineRow), rows)


def list_lines(draft_id: str, parts: Sequence[str] = ()) -> tuple[Line, ...]:
    """Every row of a draft, or of some of its tables, in its order."""
    rows = db.session.scalars(
        select(DraftLineRow)
        .where(DraftLineRow.draft_id == draft_id, *([DraftLineRow.part.in_(parts)] if parts else []))
        .order_by(DraftLineRow.part, DraftLineRow.position, DraftLineRow.id)
    )
    return tuple(map(_line, rows))


def find_line_row(draft_id: str, line_id: str) -> DraftLineRow | None:
    """A stored row of a draft that is about to be changed, or None."""
    row = db.session.get(DraftLineRow, line_id, populate_existing=True)
    return row if row is not None and row.draft_id == draft_id else None


def last_position(draft_id: str, part: str) -> int:
    """The place of the last row of a table; 0 when it has none."""
    found = db.session.scalar(
        select(func.max(DraftLineRow.position)).where(
            DraftLineRow.draft_id == draft_id, DraftLineRow.part == part
        )
    )
    return found or 0


def remove_draft_lines(draft_id: str) -> None:
    """Drop the rows of a draft that will never be edited again; its changes stay readable."""
    db.session.execute(delete(DraftLineRow).where(DraftLineRow.draft_id == draft_id))


def list_editors(draft_id: str) -> tuple[str, ...]:
    """Everyone whose change stands in a draft."""
    rows = db.session.scalars(select(DraftChangeRow.by).where(DraftChangeRow.draft_id == draft_id).distinct())
    return tuple(sorted(rows))


def last_act(draft_id: str, by: str, form: str | None = None) -> list[DraftChangeRow]:
    """The changes of the last act of a member of staff that is not undone, the latest first; on a form, or on the tables."""
    about = DraftChangeRow.part != "forms" if form is None else DraftChangeRow.line_id == form
    mine = (DraftChangeRow.draft_id == draft_id, DraftChangeRow.by == by, DraftChangeRow.undone == 0, about)
    act = db.session.scalar(
        select(DraftChangeRow.act).where(*mine).order_by(DraftChangeRow.id.desc()).limit(1)
    )
    if act is None:
        return []
    rows = db.session.scalars(
        select(DraftChangeRow).where(DraftChangeRow.act == act).order_by(DraftChangeRow.id.desc())
    )
    return list(rows)


def list_changes(draft_id: str, limit: int = 200) -> list[DraftChangeRow]:
    """The changes of a draft that stand, the latest first."""
    rows = db.session.scalars(
        select(DraftChangeRow)
        .where(DraftChangeRow.draft_id == draft_id, DraftChangeRow.undone == 0)
        .order_by(DraftChangeRow.id.desc())
        .limit(limit)
    )
    return list(rows)


def _draft(row: DraftRow) -> Draft:
    return Draft(
        row.id, row.title, row.purpose, row.pack_title, row.pack_version, row.base_version, DraftState(row.state),
        row.revision, row.begun_at, row.begun_by, row.changed_at, row.changed_by, row.submitted_at, row.submitted_by,
        row.in_force_on, row.decided_at, row.decided_by, row.comment,
    )  # fmt: skip


def _line(row: DraftLineRow) -> Line:
    cells = cells_from_text(row.cells)
    return Line(row.id, row.part, row.position, cells, row.version, row.changed_at, row.changed_by, row.cells)


def get_forms(draft_id: str) -> str:
    """The forms a draft is published with, as they are stored with a version."""
    forms = db.session.scalar(select(DraftRow.forms).where(DraftRow.id == draft_id))
    return forms or "[]"


def decide(row: DraftRow, state: DraftState, by: str, comment: str) -> None:
    """Put a draft into a state that someone decided on."""
    row.state, row.decided_at, row.decided_by, row.comment = state, utc_now(), by, comment
    row.revision += 1


def forms_text(forms: object) -> str:
    """Forms as a draft stores them."""
    return json.dumps(forms, ensure_ascii=False)
