"""The signs on a guide sheet: floor and number as they hang over the counter, and the section's name in both languages."""

from collections.abc import Mapping
from dataclasses import replace

from app.documents.definitions import Box, GuideField, Rect, TextStyle
from app.documents.drawing import Ink
from app.documents.filling import Filler
from app.documents.fonts import LANGUAGE
from app.documents.guide_text import Laid, draw, draw_fitted, lay_out

_DARK, _FAINT = 0.15, 0.75
_PAD, _GAP, _EDGE = 2.0, 1.3, 1.2
_BETWEEN = 4.0
_PLACE = 0.62
_NAME = TextStyle(size=8.5, least=5.0, font="gothic", bold=True)
_NAME_OTHER = TextStyle(size=6.8, least=3.6, font=LANGUAGE, grey=0.2)


class Signs:
    """Lays out and draws the signs of one sheet."""

    def __init__(self, field: GuideField, filler: Filler) -> None:
        self._field, self._filler = field, filler

    def height(self, row: Mapping[str, object]) -> float:
        """The height of a sign in mm: over a block in large print, else at its left."""
        dark, names = self._texts(row)
        if self._field.below:
            return max(_stacked(dark), _stacked(names)) + 2 * _PAD
        return _stacked(dark) + _stacked(names) + 4 * _PAD

    def hanging(self, ink: Ink, row: Mapping[str, object], box: Box) -> None:
        """A sign at the left of a block, as high as the block: floor and number on dark ground, the names under it."""
        dark, names = self._texts(row)
        height = _stacked(dark) + 2 * _PAD
        ink.rect(Rect(1, Box(box.x, box.y, box.w, height), 0.0, _DARK, 1.6))
        # Only the corner at the outside of the block is round.
        ink.rect(Rect(1, Box(box.x + box.w - 2, box.y, 2, height), 0.0, _DARK))
        ink.rect(Rect(1, Box(box.x, box.y + height - 2, 2, 2), 0.0, _DARK))
        _pile(ink, dark, box.x + _EDGE, box.y + _PAD, box.w - 2 * _EDGE)
        _pile(ink, names, box.x + _EDGE, box.y + height + 1.6, box.w - 2 * _EDGE)
        ink.rect(Rect(1, Box(box.x + box.w, box.y, 0.12, box.h), 0.0, _FAINT))

    def wide(self, ink: Ink, row: Mapping[str, object], box: Box) -> None:
        """A sign over a block: floor and number dark at the left, the names beside them."""
        dark, names = self._texts(row)
        width = max(text.width for text in dark) + 2 * _BETWEEN
        ink.rect(Rect(1, Box(box.x, box.y, width, box.h), 0.0, _DARK, 1.6))
        _pile(ink, dark, box.x, box.y + (box.h - _stacked(dark)) / 2, width)
        left = [replace(text, style=replace(text.style, align="left")) for text in names]
        _pile(ink, left, box.x + width + _BETWEEN, box.y + (box.h - _stacked(names)) / 2, box.w)

    def stop(self, ink: Ink, row: Mapping[str, object], box: Box) -> None:
        """A small sign in the line of counters."""
        ink.rect(Rect(1, box, 0.25, None, 1.2))
        side = box.h
        ink.rect(Rect(1, Box(box.x, box.y, side, side), 0.0, _DARK, 1.2))
        size = self._field.label_size
        texts = [
            self._white(f"{row.get('floor_number')}階", size * 0.9, side),
            self._white(f"{row.get('window')}番", size * 1.35, side),
        ]
        _pile(ink, texts, box.x, box.y + (side - _stacked(texts)) / 2, side)
        place, said = str(row.get("place") or ""), str(row.get("other_place") or "")
        name = Box(
            box.x + side + 1.0, box.y + 0.4, box.w - side - 1.6, box.h / 2 - 0.4 if said else box.h - 0.8
        )
        draw_fitted(ink, self._filler, "place", place, name, _NAME)
        if said:
            under = Box(name.x, box.y + box.h / 2 - 0.2, name.w, box.h / 2 - 0.2)
            draw_fitted(ink, self._filler, "place", said, under, _NAME_OTHER)

    def _texts(self, row: Mapping[str, object]) -> tuple[list[Laid], list[Laid]]:
        """What a sign says on its dark ground, and the names that belong to it."""
        field = self._field
        wide = field.below
        width = (field.box.w * 0.6 if wide else field.sign) - 2 * _EDGE
        floor, window = str(row.get("floor_number") or ""), str(row.get("window") or "")
        if floor and window:
            dark = [
                self._white(f"{floor}階", field.sign_size * 0.62, width),
                self._white(f"{window}番", field.sign_size, width),
            ]
        else:
            dark = [
                self._white(str(row.get("floor") or row.get("place") or ""), field.sign_size * 0.46, width)
            ]
        names = [self._place(str(row.get("place") or ""), width)]
        for key, factor, grey in (("other_place", 0.95, 0.0), ("other_floor", 0.88, 0.25)):
            text = str(row.get(key) or "")
            if text:
                size = field.label_size * (1.0 if wide else factor)
                style = TextStyle(size=size, least=size, font=LANGUAGE, grey=grey, align="center")
                names.append(lay_out(self._filler, "place", text, style, width))
        return dark, names

    def _place(self, place: str, width: float) -> Laid:
        """The section's name, as large as it stands on one line; a long one is broken."""
        size, least = self._field.sign_size * _PLACE, self._field.label_size * 1.12
        style = TextStyle(font="gothic", bold=True, align="center")
        while True:
            laid = lay_out(self._filler, "place", place, replace(style, size=size, least=size), width)
            if len(laid.lines) == 1 or size <= least:
                return laid
            size = max(least, size - 0.5)

    def _white(self, text: str, size: float, width: float) -> Laid:
        style = TextStyle(size=size, least=size, font="gothic", bold=True, grey=1.0, align="center")
        return lay_out(self._filler, "floor", text, style, width)


def _stacked(texts: list[Laid]) -> float:
    return sum(text.height + _GAP for text in texts) - _GAP


def _pile(ink: Ink, texts: list[Laid], x: float, y: float, width: float) -> None:
    for text in texts:
        draw(ink, text, x, y, width)
        y += text.height + _GAP
