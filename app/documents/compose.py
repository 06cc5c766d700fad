"""A form and its values as composed pages: everything is resolved, fitted and counted before a PDF exists."""

from collections.abc import Mapping, Sequence
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
    GuideField,
    Label,
    Line,
    Rect,
    SignatureField,
    TableField,
    TextField,
)
from app.documents.drawing import Ink, Op, Printed
from app.documents.filling import Filler
from app.documents.fonts import LANGUAGE, FontStack
from app.documents.guide import draw_cards
from app.documents.guide_blocks import draw_guide
from app.documents.guide_text import draw_fitted
from app.documents.preprinted import draw_frame, is_printed
from app.documents.problems import PrintProblem, PrintRefused, continued_rows
from app.documents.signature import SAID, SIGNED, note_box, signature_code
from app.documents.tables import PlacedRow, Rows, draw_table_frame, fill_rows, place_rows
from app.domain.languages import language

MOST_ROWS = 500


@dataclass(frozen=True)
class ComposedPage:
    """The drawing of one page of `width` by `height` mm; `blank` is the page of the official PDF under it, counted from 0."""

    ops: tuple[Op, ...]
    width: float
    height: float
    blank: int | None = None


@dataclass(frozen=True)
class Composed:
    """A document before it has an identity."""

    pages: tuple[ComposedPage, ...]
    problems: tuple[PrintProblem, ...]


@dataclass(frozen=True)
class _Version:
    """What all documents of a form version share, composed once: it holds no value of any person."""

    pages: tuple[Printed, ...]
    problems: tuple[PrintProblem, ...]
    labels: tuple[Label, ...]
    rows: Mapping[int, tuple[PlacedRow, ...]]
    """The rows of the tables, by the place of the table among the fields."""


_versions: WeakKeyDictionary[FormDefinition, dict[tuple[str, str], _Version]] = WeakKeyDictionary()
"""By font stack and the language a sheet is in."""


def compose(definition: FormDefinition, values: Mapping[str, object], fonts: FontStack) -> Composed:
    """Lay out a form filled with values.

    Raises `PrintRefused` when a list of the values is longer than `MOST_ROWS`.
    """
    fonts = fonts.speaking(language(str(values.get("language") or "")).font)
    version = _version(definition, fonts)
    filler = Filler(definition, fonts, list(version.problems))
    inks = [Ink(definition.height) for _ in range(definition.pages)]
    for ink, printed in zip(inks, version.pages, strict=True):
        if printed.ops:
            ink.ops.append(printed)
    for item in version.labels:
        filler.label(inks[item.page - 1], item, values)
    rests: list[Rest] = []
    for index, field in enumerate(definition.fields):
        if isinstance(field, TableField):
            _table(field, inks[field.page - 1], filler, version.rows[index], values, rests)
        else:
            _fill(field, inks, filler, values)
    width, height = definition.width, definition.height
    on_blank = definition.pages if definition.base_pdf is not None else 0
    pages = [
        ComposedPage(tuple(ink.ops), width, height, index if index < on_blank else None)
        for index, ink in enumerate(inks)
    ]
    more = Continuation(definition, filler, values)
    pages += [ComposedPage(tuple(ops), more.width, more.height) for ops in more.write(rests)]
    return Composed(tuple(pages), tuple(dict.fromkeys(filler.problems)))


def with_back(composed: Composed) -> Composed:
    """The document with an empty last page where its pages are odd: the next one begins on a new sheet of paper."""
    if len(composed.pages) % 2 == 0:
        return composed
    last = composed.pages[-1]
    return Composed((*composed.pages, ComposedPage((), last.width, last.height)), composed.problems)


def _version(definition: FormDefinition, fonts: FontStack) -> _Version:
    versions = _versions.setdefault(definition, {})
    key = (fonts.fingerprint, fonts.spoken)
    if key not in versions:
        versions[key] = _pre_printed(definition, fonts)
    return versions[key]


def _pre_printed(definition: FormDefinition, fonts: FontStack) -> _Version:
    filler = Filler(definition, fonts)
    inks = [Ink(definition.height) for _ in range(definition.pages)]
    labels, rows = [], {}
    for item in definition.elements:
        ink = inks[item.page - 1]
        if isinstance(item, Rect):
            ink.rect(item)
        elif isinstance(item, Line):
            ink.line(item)
        elif item.text.keys:
            labels.append(item)
        else:
            filler.label(ink, item, {})
    for index, field in enumerate(definition.fields):
        ink = inks[field.page - 1]
        if isinstance(field, TableField):
            placed = rows[index] = place_rows(field, field.box.y, field.rows, 1)
            draw_table_frame(ink, filler, field, field.box.y, placed, 1)
        else:
            draw_frame(ink, filler, field)
    pages = tuple(Printed(definition.width, definition.height, tuple(ink.ops)) for ink in inks)
    return _Version(pages, tuple(filler.problems), tuple(labels), rows)


def _fill(field: FormField, inks: list[Ink], filler: Filler, values: Mapping[str, object]) -> None:
    ink = inks[field.page - 1]
    match field:
        case TextField() if field.style.font == LANGUAGE:
            if text := field.text.text(values):
                draw_fitted(ink, filler, field.name, text, field.box, field.style)
        case TextField() if not is_printed(field):
            filler.text(ink, field, values)
        case CellsField():
            filler.cells(ink, field, values)
        case DateField():
            filler.date(ink, field, values)
        case ChoiceField():
            filler.choice(ink, field, values)
        case CodeField():
            filler.code(ink, field, values)
        case SignatureField():
            _sign(field, ink, filler, values)
        case CardsField():
            draw_cards(field, inks, filler, _rows(values, field.key))
        case GuideField():
            draw_guide(field, inks, filler, _rows(values, field.key), values)


def _sign(field: SignatureField, ink: Ink, filler: Filler, values: Mapping[str, object]) -> None:
    """What the visitor wrote on the customer screen, and when; nothing where he signs on paper."""
    code = signature_code(field, filler.definition.height, values)
    if code:
        ink.ops.append(code)
        filler.printed(ink, str(values.get(SAID) or ""), note_box(field), SIGNED)


def _table(
    field: TableField, ink: Ink, filler: Filler, placed: Sequence[PlacedRow], values: Mapping[str, object],
    rests: list[Rest],
) -> None:  # fmt: skip
    rows = _rows(values, field.key)
    fill_rows(ink, filler, placed, rows[: field.rows], values)
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
