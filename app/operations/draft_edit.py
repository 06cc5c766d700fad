"""Changing the rows of a draft: cells, new rows, rows taken away, and undoing the last act.

Every act is one transaction with its audit row. A row that someone else changed since it was shown is not overwritten:
nothing of the act is stored, and `Clash` carries both values. A cell that cannot be read keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.data import audit, drafts
from app.data.models.base import opaque_id, utc_now
from app.data.models.draft import DraftChangeRow, DraftLineRow, DraftRow
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.cell_text import WRONG, cell_text, read_cell
from app.domain.condition_text import condition_text, read_condition
from app.domain.content_columns import CellKind, Column, column, key_fields
from app.domain.content_owners import owners
from app.domain.content_problem import CellProblem
from app.domain.drafts import CellEdit, DraftState, Line
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.extensions import db
from app.operations.draft_pack import DraftPack, empty_cells, read_draft
from app.operations.drafts import require_editor

MOST_EDITS = 3000
MOST_ROWS = 2000
MOST_CONDITIONS = 30
NEW = "new:"
"""Begins the id of a row that an edit makes: `new:1`, `new:2` … in the order they are to stand."""


@dataclass(frozen=True)
class Clashing:
    """A cell two people changed: what it is called, what stands there now, by whom, and what was typed."""

    line_id: str
    column: str
    label: str
    now: str
    by: str
    typed: str


class Clash(Conflict):
    """Rows that someone else changed since they were shown."""

    def __init__(self, cells: Sequence[Clashing]) -> None:
        super().__init__("ほかの職員が先にこの行を変えています。どちらにするか選んでください。")
        self.cells = tuple(cells)


def change_cells(draft_id: str, part: str, edits: Sequence[CellEdit], actor: Actor) -> tuple[str, ...]:
    """Put what was typed into cells; the ids of the rows. Raises Clash, Invalid, NotFound, Refused."""
    if len(edits) > MOST_EDITS:
        raise Invalid(f"一度に変えられるのは{MOST_EDITS}個のセルまでです。分けて貼り付けてください。")
    with _editing(draft_id, actor) as act:
        made: dict[str, str] = {}
        for line_id in dict.fromkeys(edit.line_id for edit in edits):
            mine = [edit for edit in edits if edit.line_id == line_id]
            if line_id.startswith(NEW):
                made[line_id] = act.add(part, _with_edits(part, {}, mine, act))
            else:
                made[line_id] = act.change(part, line_id, mine)
    return tuple(made.values())


def add_row(
    draft_id: str, part: str, after: str | None, actor: Actor, cells: Mapping[str, Any] | None = None
) -> str:
    """A new row below another (at the end); its id. Raises NotFound, Refused, Invalid."""
    with _editing(draft_id, actor) as act:
        return act.add(part, dict(cells or {}), after)


def add_rows(draft_id: str, rows: Sequence[tuple[str, Mapping[str, Any]]], actor: Actor) -> tuple[str, ...]:
    """Several new rows of any tables in one act; their ids. Raises NotFound, Refused, Invalid."""
    with _editing(draft_id, actor) as act:
        return tuple(act.add(part, dict(cells)) for part, cells in rows)


def put_row(draft_id: str, part: str, line_id: str, cells: Mapping[str, Any], actor: Actor) -> None:
    """Replace a row as a whole, whoever changed it before. Raises NotFound, Refused."""
    put_rows(draft_id, part, {line_id: cells}, actor)


def put_rows(draft_id: str, part: str, rows: Mapping[str, Mapping[str, Any]], actor: Actor) -> None:
    """Replace several rows as wholes in one act. Raises NotFound, Refused."""
    with _editing(draft_id, actor) as act:
        for line_id, cells in rows.items():
            act.put(part, act.line(part, line_id), dict(cells))


def duplicate_row(draft_id: str, part: str, line_id: str, actor: Actor) -> str:
    """A copy of a row below it, with a code of its own; its id. Raises NotFound, Refused."""
    with _editing(draft_id, actor) as act:
        line = act.line(part, line_id)
        key = key_fields(part)[-1]
        cells = dict(line.cells)
        if isinstance(cells.get(key), str):
            cells[key] = act.free_code(part, cells[key])
        return act.add(part, cells, line_id)


def remove_rows(draft_id: str, part: str, seen: Mapping[str, int], actor: Actor) -> None:
    """Take rows away (id to the version they were shown in). Raises Clash, NotFound, Refused."""
    with _editing(draft_id, actor) as act:
        for line_id, version in seen.items():
            act.remove(part, line_id, version)


def undo(draft_id: str, actor: Actor) -> str:
    """Take back one's own last act; the id of a row it was about. Raises Conflict when someone changed the rows since."""
    with _editing(draft_id, actor, "content.draft_undone") as act:
        changes = drafts.last_act(draft_id, actor.staff_id)
        if not changes:
            raise Conflict("取り消せる変更はありません。")
        for change in changes:
            _take_back(act, change)
        return changes[-1].line_id


def _take_back(act: _Act, change: DraftChangeRow) -> None:
    row = drafts.find_line_row(act.draft.id, change.line_id)
    if change.after and (row is None or row.version != change.line_version):
        raise Conflict("この後にほかの職員が同じ行を変えたため、取り消せません。行を開いて直してください。")
    now = utc_now()
    if not change.before:
        db.session.delete(row)
    elif row is None:
        db.session.add(
            DraftLineRow(
                id=change.line_id, draft_id=act.draft.id, part=change.part, position=change.position,
                cells=change.before, version=change.line_version + 1, changed_at=now, changed_by=act.actor.staff_id,
            )
        )  # fmt: skip
    else:
        row.cells, row.version = change.before, row.version + 1
        row.changed_at, row.changed_by = now, act.actor.staff_id
    change.undone = 1
    act.touched += 1


class _Act:
    """One act of one member of staff on one draft, inside its transaction."""

    def __init__(self, draft: DraftRow, found: DraftPack, actor: Actor) -> None:
        self.draft, self.found, self.actor = draft, found, actor
        self.id, self.touched = opaque_id(), 0
        self._rows = {part: [line.cells for line in lines] for part, lines in found.of_part.items()}
        self._lines = {line.id: line for line in found.lines}
        self._codes: set[tuple[str, str]] = {
            (line.part, str(line.cells.get(key_fields(line.part)[-1])))
            for lines in found.of_part.values()
            for line in lines
        }
        self._last: dict[str, int] = {}

    def line(self, part: str, line_id: str) -> Line:
        """A row of a table as it stands. Raises NotFound."""
        line = self._lines.get(line_id)
        if line is None or line.part != part:
            raise NotFound("この行は、ほかの職員が削除しています。表を開き直してください。")
        return line

    def free_code(self, part: str, code: str) -> str:
        """A code no row of the table has yet, made from another."""
        stem, number = code.rstrip("0123456789").rstrip("_") or "row", 2
        while (part, f"{stem}_{number}") in self._codes:
            number += 1
        return f"{stem}_{number}"

    def add(self, part: str, cells: dict[str, Any], after: str | None = None) -> str:
        if part not in self.found.of_part:
            raise NotFound("この表はありません。")
        if len(self.found.of_part[part]) + self.touched > MOST_ROWS:
            raise Invalid(f"1つの表は{MOST_ROWS}行までです。")
        key = key_fields(part)[-1]
        code = cells.get(key)
        if not code and part not in {"requester_rules", "fees", "exemptions", "deadlines"}:
            code = self.free_code(part, _stem(part, cells))
        made = empty_cells(part, str(code or "")) | cells
        if code:
            made[key] = code
            self._codes.add((part, str(code)))
        self._allow(part, made)
        position = self._place(part, after)
        row = DraftLineRow(
            id=opaque_id(), draft_id=self.draft.id, part=part, position=position, cells=drafts.cells_to_text(made),
            version=1, changed_at=utc_now(), changed_by=self.actor.staff_id,
        )  # fmt: skip
        db.session.add(row)
        self._note(row, "", row.cells)
        self._rows[part] = [*self._rows[part], made]
        return row.id

    def _place(self, part: str, after: str | None) -> int:
        if after is None:
            last = self._last.get(part) or drafts.last_position(self.draft.id, part)
            self._last[part] = last + drafts.STEP
            return self._last[part]
        above = self.line(part, after)
        below = [line for line in self.found.of_part[part] if line.position > above.position]
        if below and below[0].position - above.position < 2:
            for line in below:
                row = drafts.find_line_row(self.draft.id, line.id)
                if row is not None:
                    row.position += drafts.STEP
        return above.position + 1

    def change(self, part: str, line_id: str, edits: Sequence[CellEdit]) -> str:
        line = self.line(part, line_id)
        if any(edit.seen != line.version for edit in edits):
            raise Clash([self._clashing(line, edit) for edit in edits])
        self.put(part, line, _with_edits(part, line.cells, edits, self))
        return line_id

    def put(self, part: str, line: Line, cells: dict[str, Any]) -> None:
        """Store the cells of a row, if they are others than before."""
        if cells == line.cells:
            return
        self._allow(part, line.cells)
        self._allow(part, cells)
        row = drafts.find_line_row(self.draft.id, line.id)
        if row is None:
            raise NotFound("この行は、ほかの職員が削除しています。表を開き直してください。")
        before, row.cells = row.cells, drafts.cells_to_text(cells)
        row.version, row.changed_at, row.changed_by = row.version + 1, utc_now(), self.actor.staff_id
        self._note(row, before, row.cells)

    def _clashing(self, line: Line, edit: CellEdit) -> Clashing:
        found = column(line.part, edit.column.split(".")[0])
        label, now = edit.column, ""
        if found is not None:
            label, now = found.label, shown_cell(found, edit.column, line.cells, self.found)
        return Clashing(line.id, edit.column, label, now, line.changed_by, edit.text)

    def remove(self, part: str, line_id: str, version: int) -> None:
        line = self.line(part, line_id)
        if line.version != version:
            raise Clash([Clashing(line.id, "", "行", "変更されています", line.changed_by, "削除")])
        self._allow(part, line.cells)
        row = drafts.find_line_row(self.draft.id, line_id)
        if row is not None:
            self._note(row, row.cells, "")
            db.session.delete(row)

    def _allow(self, part: str, cells: Mapping[str, Any]) -> None:
        """Raises Refused where the row is not of the actor's own section."""
        if not may_edit(part, cells, self._rows, self.actor, self.section):
            raise Refused(
                "この行は、ほかの課と共用のため変えられません。業務定義の担当（情報政策課）へご相談ください。"
            )

    @property
    def section(self) -> str:
        return section_of(self.found, self.actor)

    def _note(self, row: DraftLineRow, before: str, after: str) -> None:
        db.session.add(
            DraftChangeRow(
                draft_id=self.draft.id, act=self.id, part=row.part, line_id=row.id, position=row.position, before=before,
                after=after, line_version=row.version, at=utc_now(), by=self.actor.staff_id, undone=0,
            )
        )  # fmt: skip
        self.touched += 1


class _editing:
    """Opens a draft for one act; at the end the draft and the operation log know of it. Raises Refused, NotFound."""

    def __init__(self, draft_id: str, actor: Actor, event: str = "content.draft_changed") -> None:
        self._draft_id, self._actor, self._event = draft_id, actor, event
        self._transaction = transaction()

    def __enter__(self) -> _Act:
        require_editor(self._actor)
        self._transaction.__enter__()
        try:
            row = drafts.lock_draft(self._draft_id)
            if row.state != DraftState.EDITING:
                raise Refused(
                    "この下書きは審査中か公開済みのため、変えられません。差し戻してもらうか、新しい下書きを作ってください。"
                )
            self._act = _Act(row, read_draft(drafts.get_draft(row.id)), self._actor)
        except BaseException as problem:
            self._transaction.__exit__(type(problem), problem, problem.__traceback__)
            raise
        return self._act

    def __exit__(self, kind: Any, problem: Any, trace: Any) -> None:
        if kind is None and self._act.touched:
            row = self._act.draft
            row.revision, row.changed_at, row.changed_by = row.revision + 1, utc_now(), self._actor.staff_id
            detail = {"draft": row.id, "act": self._act.id, "rows": self._act.touched}
            audit.record(self._event, actor=self._actor, detail=detail)
        self._transaction.__exit__(kind, problem, trace)


def may_edit(
    part: str,
    cells: Mapping[str, Any],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    actor: Actor,
    section: str,
) -> bool:
    """Whether a member of staff may change a row: any with the right to all content, otherwise those of his section."""
    if actor.may(Right.MANAGE_CONTENT):
        return True
    found = owners(part, cells, rows)
    return found is not None and found <= {section}


def section_of(found: DraftPack, actor: Actor) -> str:
    """The section of the counter that a member of staff acts at."""
    counters: Iterable[Mapping[str, Any]] = (line.cells for line in found.of_part["counters"])
    return next((str(one.get("section")) for one in counters if one.get("code") == actor.counter), "")


def shown_cell(found: Column, name: str, cells: Mapping[str, Any], draft: DraftPack) -> str:
    """A cell as text; `conditions.2` is the second condition."""
    if "." not in name:
        return cell_text(found, cells, draft.lists)
    items = cells.get(found.name) or []
    at = int(name.rpartition(".")[2]) - 1
    return condition_text(items[at], draft.lists) if at < len(items) else ""


def _stem(part: str, cells: Mapping[str, Any]) -> str:
    return str(
        cells.get("procedure")
        or {"procedures": "procedure", "facts": "fact"}.get(part, part.removesuffix("s"))
    )


def _with_edits(part: str, before: Mapping[str, Any], edits: Sequence[CellEdit], act: _Act) -> dict[str, Any]:
    """The cells with what was typed; what cannot be read stays as it was typed."""
    cells = dict(before)
    for edit in edits:
        name, _, number = edit.column.partition(".")
        found = column(part, name)
        if found is None or (number and not number.isdecimal()):
            raise Invalid("この列はありません。表を開き直してください。")
        if number:
            cells[name] = _with_condition(cells.get(name) or [], int(number), edit.text, act)
            continue
        if found.kind is CellKind.CONDITIONS:
            cells[name] = [_read_one(line, act) for line in edit.text.splitlines() if line.strip()]
            continue
        value = _read(found, edit.text, act)
        if (
            value is None
            and found.required
            and found.kind not in {CellKind.CODE, CellKind.NUMBER, CellKind.DATE, CellKind.FLAG}
        ):
            value = "" if found.kind in {CellKind.TEXT, CellKind.LONG} else []
        if value is None or value == _plain_default(found):
            cells.pop(name, None)
        else:
            cells[name] = value
    for name, raw in cells.items():
        if isinstance(raw, list):
            cells[name] = [one for one in raw if one != {WRONG: ""}]
    return cells


def _plain_default(found: Column) -> Any:
    """What a field that is left out of the files has."""
    default = found.default
    return list(default) if isinstance(default, tuple) else default


def _read(found: Column, text: str, act: _Act) -> Any:
    try:
        return read_cell(found, text, act.found.lists)
    except CellProblem:
        return {WRONG: text}


def _with_condition(conditions: Sequence[Any], number: int, text: str, act: _Act) -> list[Any]:
    if not 1 <= number <= MOST_CONDITIONS:
        raise Invalid(f"条件は{MOST_CONDITIONS}個までです。")
    kept = [*conditions, *([{WRONG: ""}] * (number - len(conditions)))]
    kept[number - 1] = _read_one(text, act)
    return kept


def _read_one(text: str, act: _Act) -> Any:
    try:
        return read_condition(text, act.found.lists) if text.strip() else {WRONG: ""}
    except CellProblem:
        return {WRONG: text}
