"""A form and its values as composed pages: everything is resolved, fitted and counted before a PDF exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from app.documents.continuation import Continuation, Rest
from app.documents.definitions import (
    CardsField,
    CellsField,
    ChoiceField,
    CodeField,
    DateField,
    FormDefinition,
    FormField,
    Label,
    Line,
    Rect,
    SealField,
    TableField,
    TextField,
)
from app.documents.drawing import Ink, Op
from app.documents.filling import Filler
from app.documents.fonts import FontStack
from app.documents.guide import draw_cards
from app.documents.problems import PrintProblem, PrintRefused, continued_rows
from app.documents.tables import Rows, draw_table

MOST_ROWS = 500


@dataclass(frozen=True)
class ComposedPage:
    """The drawing of one page; `blank` is the page of the official PDF that lies under it, counted from 0."""

    ops: tuple[Op, ...]
    blank: int | None = None


@dataclass(frozen=True)
class Composed:
    """A document before it has an identity."""

    pages: tuple[ComposedPage, ...]
    problems: tuple[PrintProblem, ...]


_printed: WeakKeyDictionary[FormDefinition, dict[str, tuple[list[list[Op]], list[PrintProblem]]]] = (
    WeakKeyDictionary()
)
"""The pre-printed part of each form version, by font stack: it holds no value of any person."""


def compose(definition: FormDefinition, values: Mapping[str, object], fonts: FontStack) -> Composed:
    """Lay out a form filled with values.

    Raises `PrintRefused` when a list of the values is longer than `MOST_ROWS`.
    """
    printed, found = _pre_printed(definition, fonts)
    filler = Filler(definition, fonts, list(found))
    inks = [Ink(definition.height) for _ in range(definition.pages)]
    for ink, ops in zip(inks, printed, strict=True):
        ink.ops.extend(ops)
    for item in definition.elements:
        if isinstance(item, Label) and item.text.keys:
            filler.label(inks[item.page - 1], item, values)
    rests: list[Rest] = []
    for field in definition.fields:
        _fill(field, inks, filler, values, rests)
    pages = [
        ComposedPage(
            tuple(ink.ops), index if definition.base_pdf is not None and index < definition.pages else None
        )
        for index, ink in enumerate(inks)
    ]
    pages += [ComposedPage(tuple(ops)) for ops in Continuation(definition, filler, values).write(rests)]
    return Composed(tuple(pages), tuple(dict.fromkeys(filler.problems)))


def _pre_printed(definition: FormDefinition, fonts: FontStack) -> tuple[list[list[Op]], list[PrintProblem]]:
    versions = _printed.setdefault(definition, {})
    if fonts.fingerprint not in versions:
        filler = Filler(definition, fonts)
        inks = [Ink(definition.height) for _ in range(definition.pages)]
        for item in definition.elements:
            ink = inks[item.page - 1]
            if isinstance(item, Rect):
                ink.rect(item)
            elif isinstance(item, Line):
                ink.line(item)
            elif not item.text.keys:
                filler.label(ink, item, {})
        versions[fonts.fingerprint] = ([ink.ops for ink in inks], filler.problems)
    return versions[fonts.fingerprint]


def _fill(
    field: FormField, inks: list[Ink], filler: Filler, values: Mapping[str, object], rests: list[Rest]
) -> None:
    ink = inks[field.page - 1]
    match field:
        case TextField():
            filler.text(ink, field, values)
        case CellsField():
            filler.cells(ink, field, values)
        case DateField():
            filler.date(ink, field, values)
        case ChoiceField():
            filler.choice(ink, field, values)
        case SealField():
            filler.seal(ink, field)
        case CodeField():
            filler.code(ink, field, values)
        case TableField():
            _table(field, ink, filler, values, rests)
        case CardsField():
            draw_cards(field, inks, filler, _rows(values, field.key))


def _table(
    field: TableField, ink: Ink, filler: Filler, values: Mapping[str, object], rests: list[Rest]
) -> None:
    rows = _rows(values, field.key)
    draw_table(ink, filler, field, field.box.y, field.rows, rows[: field.rows], 1)
    rest = rows[field.rows :]
    if rest:
        rests.append(Rest(field, rest, field.rows + 1))
        filler.problems.append(
            continued_rows(filler.definition.code, filler.definition.title, field.name, len(rest))
        )


def _rows(values: Mapping[str, object], key: str) -> Rows:
    rows = values.get(key) or []
    if not isinstance(rows, list | tuple):
        raise PrintRefused(f"{key} は一覧ではありません。")
    if len(rows) > MOST_ROWS:
        raise PrintRefused(f"{key} が{len(rows)}行あります。{MOST_ROWS}行までにしてください。")
    return rows
