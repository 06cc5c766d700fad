"""A draft as a whole: its pack as far as its cells can be read, the lists its cells are chosen from, and every finding."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from app.data import drafts
from app.domain.cell_text import WRONG, cell_text, read_cell, wrong_text
from app.domain.code_lists import CodeList, CodeLists, code_list
from app.domain.condition_text import read_condition
from app.domain.content import ContentPack, FactDefinition
from app.domain.content_columns import CellKind, Column, columns, key_fields, row_key, row_types, title_field
from app.domain.content_labels import PARTS, field_label
from app.domain.content_problem import CellProblem
from app.domain.derivations import DERIVATIONS
from app.domain.drafts import Draft, Finding, Level, Line
from app.intake.content_codec import Finding as DecodeFinding
from app.intake.content_codec import decode
from app.operations.draft_findings import whole_findings

Cells = Mapping[str, Any]
MUST_BE_FILLED = frozenset({"title", "label", "text", "reason", "why", "explanation", "id", "code"})
"""Texts that may not be empty; others that a row needs may."""

_REGISTER = "register:"
_PRINTED = re.compile(r"\bfacts\.([a-z0-9_]+)")
KEPT_ROWS = 8192


@dataclass(frozen=True)
class DraftPack:
    """A draft read as a whole. `pack` leaves out what cannot be read; `errors` says whether that is so."""

    draft: Draft
    lines: tuple[Line, ...]
    lists: CodeLists
    pack: ContentPack
    findings: tuple[Finding, ...]
    of_part: Mapping[str, tuple[Line, ...]] = field(repr=False)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the draft from being published."""
        return tuple(one for one in self.findings if one.level is Level.ERROR)

    @cached_property
    def by_line(self) -> Mapping[str, tuple[Finding, ...]]:
        """The findings of each row."""
        found: dict[str, list[Finding]] = {}
        for one in self.findings:
            found.setdefault(one.line_id, []).append(one)
        return {line: tuple(items) for line, items in found.items()}

    def line(self, line_id: str) -> Line | None:
        """A row by its id, or None."""
        return next((one for one in self.lines if one.id == line_id), None)


def read_draft(draft: Draft) -> DraftPack:
    """A stored draft with everything that is wrong or worth a look in it."""
    lines = drafts.list_lines(draft.id)
    by_part: dict[str, list[Line]] = {part: [] for part in row_types()}
    for line in lines:
        if line.part in by_part:
            by_part[line.part].append(line)
    of_part = {part: tuple(found) for part, found in by_part.items()}
    forms = form_titles(draft.id)
    lists = code_lists(of_part, forms)
    findings: list[Finding] = []
    parts = {part: tuple(_rows(part, found, lists, findings)) for part, found in of_part.items()}
    pack = ContentPack(title=draft.pack_title, version=draft.pack_version, **parts)
    unread = {one.line_id for one in findings}
    findings += whole_findings(pack, of_part, lists, set(forms), unread, printed_facts(draft.id))
    return DraftPack(draft, lines, lists, pack, tuple(findings), of_part)


def form_titles(draft_id: str) -> dict[str, str]:
    """The forms a draft is published with, by code."""
    stored = json.loads(drafts.get_forms(draft_id))
    return {one["definition"]["form"]: one["definition"].get("title", "") for one in stored}


def printed_facts(draft_id: str) -> set[str]:
    """The facts that the forms of a draft print."""
    return set(_PRINTED.findall(drafts.get_forms(draft_id)))


def code_lists(of_part: Mapping[str, Sequence[Line]], forms: Mapping[str, str]) -> CodeLists:
    """What cells are chosen from, as the rows of the draft have it now."""
    lists = {part: _list_of_rows(part, lines) for part, lines in of_part.items()}
    lists["forms"] = CodeList("様式", dict(forms))
    lists["targets"] = CodeList("証明書", {**_targets(of_part["certificates"]), "notification": "届出"})
    lists["sources"] = _sources(of_part["facts"])
    for part in ("pamphlets",):
        lists.setdefault(part, _used_codes(of_part["procedures"], part))
    facts: dict[str, FactDefinition] = {}
    for line in of_part["facts"]:
        sound = _without_wrong(line.cells)
        fact, _ = _decoded("facts", line.stored) if sound == line.cells else _decode("facts", sound)
        if fact is not None:
            facts[fact.id] = fact
    return CodeLists(lists, facts)


def _list_of_rows(part: str, lines: Sequence[Line]) -> CodeList:
    key, title = key_fields(part)[0], title_field(part)
    pairs = [(str(line.cells.get(key) or ""), _word(line.cells.get(title))) for line in lines]
    return code_list(PARTS.get(part, part), [(code, name) for code, name in pairs if code])


def _targets(lines: Sequence[Line]) -> dict[str, str]:
    """What rows of requesters are about: the tables that certificates name, called by the first that names them."""
    pairs = [
        (str(line.cells.get("requesters") or line.cells.get("code") or ""), _word(line.cells.get("title")))
        for line in lines
    ]
    return {code: title for code, title in reversed(pairs) if code}


def _word(raw: Any) -> str:
    typed = wrong_text(raw)
    return str(raw or "") if typed is None else typed


def _sources(lines: Sequence[Line]) -> CodeList:
    names = {"case": "受付で入力する", "question": "確認事項で聞く"}
    used = {str(line.cells.get("source")) for line in lines}
    names |= {
        one: f"連携データ {one.removeprefix(_REGISTER)}" for one in sorted(used) if one.startswith(_REGISTER)
    }
    names |= {f"derived:{name}": f"計算：{made.title}" for name, made in DERIVATIONS.items()}
    return CodeList(field_label("facts", "source"), names)


def _used_codes(lines: Sequence[Line], column: str) -> CodeList:
    used = sorted({str(code) for line in lines for code in _items(line.cells.get(column))})
    return CodeList(PARTS[column], {code: code for code in used})


def _items(raw: Any) -> Sequence[Any]:
    return raw if isinstance(raw, list) else ()


def _without_wrong(cells: Cells) -> dict[str, Any]:
    kept = {}
    for name, raw in cells.items():
        if wrong_text(raw) is not None:
            continue
        kept[name] = [one for one in raw if wrong_text(one) is None] if isinstance(raw, list) else raw
    return kept


def _rows(part: str, lines: Sequence[Line], lists: CodeLists, findings: list[Finding]) -> Iterator[Any]:
    """The rows of a table that can be read; what is wrong in the others is added to the findings."""
    for line in lines:
        cells = dict(line.cells)
        for column in columns(part):
            findings.extend(_mend(part, line, column, cells, lists))
        row, found = _decoded(part, line.stored) if cells == line.cells else _decode(part, cells)
        known = {one.column.split(".")[0] for one in findings if one.line_id == line.id}
        findings.extend(one for one in _decode_findings(part, line, found) if one.column not in known)
        if row is not None:
            yield row


@lru_cache(maxsize=KEPT_ROWS)
def _decoded(part: str, stored: str) -> tuple[Any, tuple[DecodeFinding, ...]]:
    """A stored row; between two saves of a draft all but a few are the same."""
    return _decode(part, drafts.cells_from_text(stored))


def _decode(part: str, cells: Cells) -> tuple[Any, tuple[DecodeFinding, ...]]:
    found: list[DecodeFinding] = []
    row = decode(row_types()[part], cells, "", found)
    return None if found else row, tuple(found)


def _mend(
    part: str, line: Line, column: Column, cells: dict[str, Any], lists: CodeLists
) -> Iterator[Finding]:
    """Reads once more what could not be read before, and drops from the cells what still cannot."""
    raw = cells.get(column.name)
    if column.kind is CellKind.CONDITIONS and isinstance(raw, list):
        sound = []
        for number, one in enumerate(raw, start=1):
            typed = wrong_text(one)
            try:
                sound.append(one if typed is None else read_condition(typed, lists))
            except CellProblem as problem:
                yield Finding(Level.ERROR, part, line.id, f"{column.name}.{number}", str(problem))
        cells[column.name] = sound
        return
    typed = wrong_text(raw)
    if typed is not None:
        del cells[column.name]
        try:
            read = read_cell(column, typed, lists)
            if read is not None:
                cells[column.name] = read
        except CellProblem as problem:
            yield Finding(Level.ERROR, part, line.id, column.name, str(problem))
    elif column.required and raw in (None, "") and (raw is None or column.name in MUST_BE_FILLED):
        text = f"{column.label}が入っていません。{'選んで' if column.kind is CellKind.CODE else '書いて'}ください。"
        yield Finding(Level.ERROR, part, line.id, column.name, text)


def _decode_findings(part: str, line: Line, found: Sequence[DecodeFinding]) -> Iterator[Finding]:
    for one in found:
        column = one.place.strip().split(" ")[0].split("[")[0]
        yield Finding(Level.ERROR, part, line.id, column, f"「{one.read}」 {one.problem}{one.action}")


def empty_cells(part: str, key: str) -> dict[str, Any]:
    """The cells of a new row: what its class needs and can be empty."""
    cells: dict[str, Any] = {key_fields(part)[-1]: key}
    for column in columns(part):
        if column.required and column.name not in cells:
            cells |= _empty_cell(column)
    return cells


def _empty_cell(column: Column) -> dict[str, Any]:
    if column.kind in {CellKind.CODES, CellKind.LINES, CellKind.ITEMS, CellKind.CONDITIONS, CellKind.VALUES}:
        return {column.name: []}
    return {column.name: ""} if column.kind in {CellKind.TEXT, CellKind.LONG} else {}


def line_title(line: Line, lists: CodeLists) -> str:
    """What a row is called: its name, a rule by its procedure, otherwise its code."""
    if line.part == "rules":
        return f"{lists.of('procedures').shown(str(line.cells.get('procedure')))}：{line.cells.get('id')}"
    return _word(line.cells.get(title_field(line.part))) or "／".join(row_key(line.part, line.cells))


__all__ = [
    "WRONG",
    "DraftPack",
    "cell_text",
    "code_lists",
    "empty_cells",
    "form_titles",
    "line_title",
    "read_draft",
]
