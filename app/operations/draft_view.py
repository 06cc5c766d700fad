"""A table of a draft as the rule desk shows it: columns, rows with their cells as text, and what is said about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.authority import Actor, Right
from app.domain.cell_text import cell_text
from app.domain.code_lists import CodeLists, plain
from app.domain.condition_text import condition_text, operator_words, value_list
from app.domain.conditions import phrase
from app.domain.content import Condition, FactType
from app.domain.content_columns import CellKind, Column, columns, key_fields, row_types, title_field
from app.domain.content_labels import PARTS, SCREENS
from app.domain.content_owners import OWNABLE
from app.domain.drafts import DraftState, Finding, Level, Line
from app.domain.errors import NotFound
from app.operations.draft_edit import may_edit, section_of
from app.operations.draft_pack import DraftPack, line_title
from app.operations.drafts import read

ROWS_OF_A_PAGE = 60
FEWEST_CONDITIONS = 2
CHECKBOXES = 20
"""A cell of several codes offers boxes to tick up to so many."""


@dataclass(frozen=True)
class Cell:
    """A cell: its column, what stands in it, how it is shown, and what is wrong with it."""

    column: str
    text: str
    shown: str
    kind: CellKind
    findings: tuple[Finding, ...] = ()

    @property
    def level(self) -> str:
        return str(min((one.level for one in self.findings), key=list(Level).index)) if self.findings else ""


@dataclass(frozen=True)
class Row:
    """A row with its place in the table; `editable` where the member of staff may change it."""

    line: Line
    number: int
    title: str
    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...]
    editable: bool


@dataclass(frozen=True)
class Table:
    """A page of a table with the filter it was asked for, and everything said about the whole table."""

    found: DraftPack
    part: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int
    wanted: Wanted
    findings: tuple[Finding, ...]
    titles: Mapping[str, str]

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """The sections to choose the rows by; none for tables that belong to nobody."""
        return tuple(self.found.lists.of("sections").names.items()) if self.part in _BY_SECTION else ()


@dataclass(frozen=True)
class Wanted:
    """Which rows are to be shown: of a section, with a word, those something is said about, and which page."""

    section: str = ""
    word: str = ""
    procedure: str = ""
    flagged: bool = False
    page: int = 1


_BY_SECTION = frozenset({"procedures", "rules", "certificates"})


def table(draft_id: str, part: str, wanted: Wanted, actor: Actor) -> Table:
    """A page of a table of a draft. Raises NotFound."""
    found = read(draft_id)
    if part not in found.of_part or part not in EDITABLE:
        raise NotFound("この表はありません。下書きの画面から選び直してください。")
    shown = sheet_columns(found, part, found.of_part[part])
    lines = list(enumerate(found.of_part[part], start=1))
    if any((wanted.section, wanted.word, wanted.procedure, wanted.flagged)):
        lines = [(number, line) for number, line in lines if _is_wanted(found, line, shown, wanted)]
    pages = max(1, -(-len(lines) // ROWS_OF_A_PAGE))
    page = min(max(1, wanted.page), pages)
    on_page = lines[(page - 1) * ROWS_OF_A_PAGE : page * ROWS_OF_A_PAGE]
    shown = sheet_columns(found, part, [line for _, line in on_page])
    allowed = _editable(found, actor)
    rows = tuple(_row(found, number, line, shown, allowed(line)) for number, line in on_page)
    findings = tuple(one for one in found.findings if one.part == part)
    titles = {line.id: line_title(line, found.lists) for line in found.of_part[part]}
    return Table(
        found,
        part,
        PARTS[part],
        shown,
        rows,
        len(lines),
        page,
        pages,
        replace(wanted, page=page),
        findings,
        titles,
    )


EDITABLE = frozenset(part for _, parts in SCREENS.values() for part in parts if part in row_types())
"""The tables the desk edits; example households have a page of their own."""


def parts_of(screen: str) -> tuple[tuple[str, str], ...]:
    """The tables of a screen with what they are called."""
    return tuple((part, PARTS[part]) for part in SCREENS[screen][1] if part in row_types())


def screen_of(part: str) -> str:
    """The screen a table belongs to."""
    return next(name for name, (_, parts) in SCREENS.items() if part in parts)


def _editable(found: DraftPack, actor: Actor) -> Any:
    rows = {part: [line.cells for line in lines] for part, lines in found.of_part.items()}
    section = section_of(found, actor)
    return lambda line: may_edit(line.part, line.cells, rows, actor, section)


def _is_wanted(found: DraftPack, line: Line, shown: Sequence[Column], wanted: Wanted) -> bool:
    if wanted.flagged and line.id not in found.by_line:
        return False
    if wanted.procedure and line.cells.get("procedure") != wanted.procedure:
        return False
    if wanted.section and _section(found, line) != wanted.section:
        return False
    word = plain(wanted.word).lower()
    return not word or any(word in plain(_text(found, line, column)).lower() for column in shown)


def _section(found: DraftPack, line: Line) -> Any:
    if line.part != "rules":
        return line.cells.get("section")
    code = line.cells.get("procedure")
    procedures: Iterator[Line] = (one for one in found.of_part["procedures"] if one.cells.get("code") == code)
    return next((one.cells.get("section") for one in procedures), None)


def sheet_columns(found: DraftPack, part: str, lines: Sequence[Line]) -> tuple[Column, ...]:
    """The columns in the order of the sheet: what a row is called first, its code last, a column for each condition."""
    first = "procedure" if part == "rules" else title_field(part)
    last = key_fields(part)[-1] if key_fields(part)[-1] in {"id", "code"} else ""
    named = columns(part)
    ordered = [one for one in named if one.name == first] + [
        one for one in named if one.name not in {first, last}
    ]
    ordered += [one for one in named if one.name == last and last != first]
    made: list[Column] = []
    for one in ordered:
        if one.kind is not CellKind.CONDITIONS:
            made.append(one)
            continue
        most = max((len(line.cells.get(one.name) or ()) for line in lines), default=0)
        for number in range(1, max(FEWEST_CONDITIONS, most + 1) + 1):
            made.append(
                replace(one, name=f"{one.name}.{number}", label=f"{one.label}{number}", required=False)
            )
    return tuple(made)


def _row(found: DraftPack, number: int, line: Line, shown: Sequence[Column], editable: bool) -> Row:
    said = found.by_line.get(line.id, ())
    cells = tuple(_cell(found, line, column, said) for column in shown)
    return Row(line, number, line_title(line, found.lists), cells, said, editable)


def _cell(found: DraftPack, line: Line, column: Column, said: Sequence[Finding]) -> Cell:
    text = _text(found, line, column)
    mine = tuple(one for one in said if one.column == column.name)
    if column.name == "conditions.1":
        mine += tuple(one for one in said if one.column == "conditions")
    return Cell(column.name, text, _shown(found, line, column, text), column.kind, mine)


def _text(found: DraftPack, line: Line, column: Column) -> str:
    if column.kind is not CellKind.CONDITIONS:
        return cell_text(column, line.cells, found.lists)
    items = line.cells.get("conditions") or []
    at = int(column.name.rpartition(".")[2]) - 1
    return condition_text(items[at], found.lists) if at < len(items) else ""


def _shown(found: DraftPack, line: Line, column: Column, text: str) -> str:
    """A condition as a phrase; everything else as its text."""
    if column.kind is not CellKind.CONDITIONS or not text:
        return text
    raw = (line.cells.get("conditions") or [])[int(column.name.rpartition(".")[2]) - 1]
    if not isinstance(raw, list) or raw[0] not in found.lists.facts or "$" in str(raw[2]):
        return text.replace("｜", " ")
    fact = found.lists.facts[raw[0]]
    value = tuple(raw[2]) if isinstance(raw[2], list) else raw[2]
    return phrase(Condition(raw[0], raw[1], value), fact)


@dataclass(frozen=True)
class Editor:
    """How a column is edited: a list to choose from (its name on the page), or choices to tick."""

    column: Column
    list: str = ""
    choices: tuple[str, ...] = ()


def editors(found: DraftPack, shown: Sequence[Column]) -> tuple[Editor, ...]:
    """The editors of a sheet's columns; conditions share one."""
    made, seen = [], set()
    for column in shown:
        name = column.name.partition(".")[0]
        if name in seen:
            continue
        seen.add(name)
        made.append(_editor(replace(column, name=name), found.lists))
    return tuple(made)


def _editor(column: Column, lists: CodeLists) -> Editor:
    if column.choices:
        return Editor(column, choices=tuple(word for _, word in column.choices))
    if column.kind is CellKind.CODES and len(lists.of(column.of).names) <= CHECKBOXES:
        known = lists.of(column.of)
        return Editor(column, choices=tuple(known.shown(code) for code in known.names))
    return Editor(column, list=column.of)


def offered(found: DraftPack, part: str) -> list[tuple[str, list[str]]]:
    """The lists a sheet's cells are chosen from, by name; with conditions also each fact's values and operators."""
    parts = {column.of for column in columns(part) if column.of}
    has_conditions = any(column.kind is CellKind.CONDITIONS for column in columns(part))
    made = [
        (name, _words(found.lists, name)) for name in sorted(parts | ({"facts"} if has_conditions else set()))
    ]
    if has_conditions:
        for fact in found.lists.facts.values():
            known = value_list(fact)
            if known.names:
                made.append((f"values-{fact.id}", [known.shown(code) for code in known.names]))
    return made


def _words(lists: CodeLists, part: str) -> list[str]:
    known = lists.of(part)
    return [known.shown(code) for code in known.names]


def fact_kinds(found: DraftPack) -> list[tuple[str, str, str]]:
    """Each fact as (name, id, type), by which the editor of a condition knows what to offer."""
    known = found.lists.of("facts")
    return [(known.shown(fact.id), fact.id, str(fact.type)) for fact in found.lists.facts.values()]


def operators(found: DraftPack) -> list[tuple[str, list[str]]]:
    """The operators for each type of fact, as words."""
    kinds = {fact.type: fact for fact in found.lists.facts.values()}
    return [
        (str(kind), [word for _, word in operator_words(kinds[kind])]) for kind in FactType if kind in kinds
    ]


def can_add(part: str, actor: Actor) -> bool:
    """Whether a member of staff may add rows to a table."""
    return actor.may(Right.MANAGE_CONTENT) or part in OWNABLE


@dataclass(frozen=True)
class Field:
    """A cell of the form of a row. `parts` are the three of a condition, `several` says that more than one may be ticked."""

    column: Column
    text: str
    error: str
    notes: tuple[str, ...]
    choices: tuple[str, ...] = ()
    several: bool = False
    chosen: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    list: str = ""


@dataclass(frozen=True)
class Single:
    """A row as a form."""

    found: DraftPack
    part: str
    label: str
    line: Line
    title: str
    fields: tuple[Field, ...]
    notes: tuple[str, ...]
    lists: tuple[tuple[str, list[str]], ...]
    editable: bool


def single(draft_id: str, part: str, line_id: str, actor: Actor) -> Single:
    """A row of a draft as a form. Raises NotFound."""
    found = read(draft_id)
    line = found.line(line_id)
    if line is None or line.part != part or part not in EDITABLE:
        raise NotFound("この行は見つかりません。表から選び直してください。")
    said = found.by_line.get(line_id, ())
    fields = tuple(_field(found, line, column, said) for column in sheet_columns(found, part, [line]))
    named = {field.column.name for field in fields} | {"conditions"}
    notes = tuple(one.text for one in said if one.column not in named or one.column == "conditions")
    editable = found.draft.state is DraftState.EDITING and _editable(found, actor)(line)
    lists = tuple(offered(found, part))
    return Single(
        found, part, PARTS[part], line, line_title(line, found.lists), fields, notes, lists, editable
    )


def form_fields(draft_id: str, part: str) -> tuple[Field, ...]:
    """The fields the form of any row of a table has. Raises NotFound."""
    found = read(draft_id)
    if part not in EDITABLE:
        raise NotFound("この表はありません。下書きの画面から選び直してください。")
    blank = Line("", part, 0, {}, 0, found.draft.changed_at, "", "")
    return tuple(
        _field(found, blank, column, ()) for column in sheet_columns(found, part, found.of_part[part])
    )


def _field(found: DraftPack, line: Line, column: Column, said: Sequence[Finding]) -> Field:
    text = _text(found, line, column)
    mine = [one for one in said if one.column == column.name]
    error = " ".join(one.text for one in mine if one.level is Level.ERROR)
    notes = tuple(one.text for one in mine if one.level is not Level.ERROR)
    editor = _editor(column, found.lists)
    if column.kind is CellKind.CONDITIONS:
        pieces = (*text.split("｜"), "", "", "")[:3]
        return Field(column, text, error, notes, parts=tuple(pieces), list="facts")
    several = column.kind is CellKind.CODES
    choices = editor.choices
    if column.kind is CellKind.FLAG:
        choices = ("はい", "いいえ")
    if choices and text and not several and text not in choices:
        choices = (text, *choices)
    chosen = tuple(text.split("、")) if several else ()
    if several and any(one and one not in choices for one in chosen):
        choices = ()
    return Field(column, text, error, notes, choices, several, chosen, list=editor.list)
