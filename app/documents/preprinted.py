"""What a form shows of its fields before anything is filled in: separators of cells, the texts of choices, seals' places."""

from dataclasses import replace

from app.documents.definitions import (
    Box,
    CellsField,
    ChoiceField,
    DateField,
    FormField,
    Line,
    Option,
    Rect,
    SealField,
    TextField,
    TextStyle,
)
from app.documents.drawing import MM, Ink
from app.documents.filling import Filler, tick_square
from app.documents.fit import fit

_IN_CIRCLE = 0.62
"""How much of the width of a seal's place its text may take."""


def draw_frame(ink: Ink, filler: Filler, field: FormField) -> None:
    """Draw the pre-printed part of a field; nothing for those that have none."""
    match field:
        case TextField() if is_printed(field):
            filler.printed(ink, field.text.text({}), field.box, field.style)
        case CellsField() if filler.definition.base_pdf is None:  # an official page has its own cells
            _cells(ink, field)
        case DateField():
            for option in field.era_options:
                _ringed(ink, filler, option, field.style)
        case ChoiceField():
            for option in field.options:
                (_ticked if field.tick else _ringed)(ink, filler, option, field.style)
        case SealField():
            _seal(ink, filler, field)


def is_printed(field: TextField) -> bool:
    """Whether a text is the same on every copy: it prints no value."""
    return not field.text.keys


def _cells(ink: Ink, field: CellsField) -> None:
    box, width = field.box, field.box.w / field.count
    for index in range(1, field.count):
        x = box.x + index * width
        ink.line(Line(field.page, x, box.y, x, box.y + box.h, 0.12, 0.5))


def _ringed(ink: Ink, filler: Filler, option: Option, style: TextStyle) -> None:
    if option.text:
        filler.printed(ink, option.text, option.box, style)


def _ticked(ink: Ink, filler: Filler, option: Option, style: TextStyle) -> None:
    if not option.text:
        return
    square, box = tick_square(option), option.box
    ink.rect(Rect(1, square, 0.2))
    place = Box(square.x + square.w + 1.0, box.y, box.x + box.w - square.x - square.w - 1.2, box.h)
    filler.printed(ink, option.text, place, replace(style, align="left"))


def _seal(ink: Ink, filler: Filler, field: SealField) -> None:
    side = min(field.box.w, field.box.h)
    box = Box(field.box.x + (field.box.w - side) / 2, field.box.y + (field.box.h - side) / 2, side, side)
    ink.ellipse(box, 0.2, 0.5)
    style = TextStyle(size=side * MM * 0.4, least=4, font="gothic", align="center", grey=0.6)
    fitted = fit(filler.fonts.glyphs(field.text, "gothic"), side * MM * _IN_CIRCLE, side * MM, style)
    if fitted is not None:
        ink.text(fitted, box, style)
