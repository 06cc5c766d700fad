"""The blocks of a guide sheet (手続き案内書): one for each procedure, with the sign of its counter, in Japanese and a language.

A block stays on one page as long as it fits on one; in large print one that is higher than a page goes on on the next. It is
drawn by the same engine as every form: one set of font subsets and one page identity for the whole print.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.documents.continuation import FOOT
from app.documents.definitions import Box, GuideField, Label, Line, Rect, TextStyle
from app.documents.drawing import MM, Ink
from app.documents.filling import Filler
from app.documents.fonts import LANGUAGE
from app.documents.guide_rows import BETWEEN, BOTTOM, MORE, PAD, Block, BlockRow, cut_row, high
from app.documents.guide_signs import Signs
from app.documents.guide_text import NOTHING, Laid, draw, lay_out
from app.documents.print_keys import Computed, show
from app.documents.problems import PrintRefused
from app.documents.tables import Rows
from app.domain.guide_words import WORDS

_PAD, _WIDE_PAD = 2.0, 4.0
_GUTTER = 4.0
_LEAST_ROWS, _LEAST_LARGE = 2, 1
_TINT, _FAINT = 0.93, 0.75
_ROUTE_LABEL, _STOP, _ARROW = 16.0, 37.5, 3.2
_RUNNING = TextStyle(size=10.5, least=7, font="gothic")
_TEXTS = ("what", "why", "people", "deadline", "bring")


def draw_guide(
    field: GuideField, inks: list[Ink], filler: Filler, rows: Rows, values: Mapping[str, object]
) -> None:
    """Draw the route and the blocks, on further pages as they are needed; those are appended to `inks`.

    Raises `PrintRefused` when the title of a block is higher than a whole page.
    """
    _Guide(field, inks, filler, values).draw(rows)


class _Guide:
    """Draws one sheet from top to bottom."""

    def __init__(
        self, field: GuideField, inks: list[Ink], filler: Filler, values: Mapping[str, object]
    ) -> None:
        self._field, self._inks, self._filler, self._values = field, inks, filler, values
        self._ink = inks[field.page - 1]
        self._y, self._foot = field.box.y, field.box.y + field.box.h
        self._language = bool(values.get("language"))
        self._signs = Signs(field, filler)
        self._beside = self._language and not field.below
        label = 0.0 if field.below else field.label_width
        self._sign_width = 0.0 if field.below else field.sign
        self._left = field.box.x + self._sign_width + (_PAD if self._sign_width else _WIDE_PAD)
        self._text_x = self._left + label
        room = field.box.x + field.box.w - self._text_x - _PAD
        self._width = (room - _GUTTER) / 2 if self._beside else room
        self._other_x = self._text_x + (self._width + _GUTTER if self._beside else 0.0)

    def draw(self, rows: Rows) -> None:
        going = [row for row in rows if not row.get("automatic")]
        rest = [row for row in rows if row.get("automatic")]
        self._route(going)
        for row in going:
            self._block(row)
        if rest:
            self._heading("rest", "rest_hint")
            for row in rest:
                self._block(row)

    # --- what the rows say

    def _word(self, code: str) -> tuple[str, str]:
        return WORDS[code], str(self._values.get(f"other.{code}") or "")

    def _style(self, size: float, *, other: bool = False, bold: bool = False, grey: float = 0.0) -> TextStyle:
        font = LANGUAGE if other else "gothic"
        return TextStyle(size=size, least=size, lines=200, font=font, bold=bold, grey=grey)

    def _lay(
        self, name: str, text: str, size: float, width: float, *, other: bool = False, bold: bool = False, grey: float = 0.0
    ) -> Laid:  # fmt: skip
        return lay_out(self._filler, name, text, self._style(size, other=other, bold=bold, grey=grey), width)

    def _said(
        self, row: Mapping[str, object], key: str, *, bold: bool, size: float, width: float
    ) -> Laid | None:
        """The translation of a text of a block; where there is none, that is said."""
        if not self._language:
            return None
        text = str(row.get(f"other_{key}") or "")
        if text:
            return self._lay(key, text, size, width, other=True, bold=bold)
        return self._lay(
            key, f"※ {self._word('not_translated')[1]}", size * 0.8, width, other=True, grey=0.45
        )

    def _title(self, row: Mapping[str, object]) -> BlockRow:
        field = self._field
        # The box to tick stands at the right of the title.
        room = field.title_size * 2.6 / MM if not row.get("automatic") else 0.0
        left, width = self._left, self._text_x + self._width - self._left
        right = field.box.x + field.box.w - _PAD - room
        if self._beside:
            other_width = right - self._other_x
        else:
            width = other_width = right - left
        number = "" if row.get("automatic") else f"{row.get('order')}　"
        text = self._lay("title", f"{number}{row.get('title')}", field.title_size, width, bold=True)
        other = self._said(row, "title", bold=True, size=field.title_size * 0.86, width=other_width)
        return BlockRow(None, None, text, other, self._height(text, other) + 2 * _PAD)

    def _height(self, text: Laid, other: Laid | None) -> float:
        return high(text, other, self._beside)

    def _rows(self, row: Mapping[str, object]) -> Iterable[BlockRow]:
        for key in _TEXTS:
            text = show(key, row.get(key))
            if key == "people":
                yield from self._people(text)
            elif key == "bring":
                yield from self._things(row, text)
            elif text:
                yield self._row(row, key, text)

    def _row(self, row: Mapping[str, object], key: str, text: str) -> BlockRow:
        """A text and its translation; of a deadline the last day stands out, and how it was counted is smaller."""
        field = self._field
        if key != "deadline":
            laid = self._lay(key, text, field.size, self._width)
            return self._labelled(
                key, laid, self._said(row, key, bold=False, size=field.other_size, width=self._width)
            )
        (day, _, more), (said, _, said_more) = (
            text.partition("\n"),
            str(row.get("other_deadline") or "").partition("\n"),
        )
        laid = self._lay(key, day, field.size * 1.15, self._width, bold=True)
        told = {"other_deadline": said}
        other = self._said(told, key, bold=True, size=field.other_size * 1.15, width=self._width)
        small = field.size * (1.0 if field.below else 0.92)
        below = self._lay(key, more, small, self._width) if more else None
        other_below = self._lay(key, said_more, small, self._width, other=True) if said_more else None
        added = self._height(below or NOTHING, other_below)
        made = self._labelled(key, laid, other, tint=True, more=added + MORE if added > 0 else 0.0)
        return replace(made, more=below, other_more=other_below)

    def _people(self, text: str) -> Iterable[BlockRow]:
        """Names stand once, as they are registered, over both languages."""
        if text:
            width = self._other_x + self._width - self._text_x
            style = replace(self._style(self._field.size), font="mincho")
            yield self._labelled("people", lay_out(self._filler, "people", text, style, width), None)

    def _things(self, row: Mapping[str, object], text: str) -> Iterable[BlockRow]:
        """A box to tick before each thing, its translation beside it."""
        field = self._field
        others = str(row.get("other_bring") or "").split("\n")
        indent = field.size * 1.4 / MM
        for index, thing in enumerate(text.split("\n") if text else ()):
            laid = self._lay("bring", thing, field.size, self._width - indent)
            said = {"other_thing": others[index] if index < len(others) else ""}
            other = self._said(said, "thing", bold=False, size=field.other_size, width=self._width - indent)
            yield self._labelled("bring" if index == 0 else "", laid, other, box=True)

    def _labelled(
        self,
        key: str,
        text: Laid,
        other: Laid | None,
        *,
        box: bool = False,
        tint: bool = False,
        more: float = 0.0,
    ) -> BlockRow:
        label = other_label = None
        above = 0.0
        if key:
            words = self._word(key)
            width = self._field.box.w - 2 * _PAD if self._field.below else self._field.label_width - 1.5
            said = f"{words[0]}　{words[1]}" if self._field.below and words[1] else words[0]
            size = self._field.label_size
            label = self._lay(
                key, said, size, width, grey=0.25, bold=True, other=self._field.below and self._language
            )
            if self._language and not self._field.below and words[1]:
                other_label = self._lay(key, words[1], size * 0.82, width, other=True, grey=0.35)
            above = label.height + (other_label.height + 0.8 if other_label else 0.0)
        height = self._height(text, other) + more
        height = height + above + 1.4 if self._field.below else max(height, above)
        pad = self._pad(bool(key), box)
        return BlockRow(label, other_label, text, other, height + 2 * pad, box, tint)

    def _pad(self, labelled: bool, box: bool) -> float:
        """Over and under a row; things to bring stand closer together."""
        return (0.7 if box and not labelled else PAD) * (1.6 if self._field.below else 1)

    # --- where it stands

    def _block(self, row: Mapping[str, object]) -> None:
        field = self._field
        sign = 0.0 if row.get("automatic") or not field.sign else self._signs.height(row)
        block = Block(self._title(row), tuple(self._rows(row)), 0.0 if field.below else sign, row)
        if field.below and sign:
            block = replace(block, title=replace(block.title, height=block.title.height + sign + 2))
        room = self._foot - self._y
        least = (
            block.title.height
            + sum(row.height for row in block.rows[: _LEAST_LARGE if field.below else _LEAST_ROWS])
            + BOTTOM
        )
        page = self._filler.definition.height - FOOT - field.next_y
        splits = field.below or block.height > page
        if block.height > room + 0.01 and (least > room or not splits):
            self._new_page()
        if block.height <= self._foot - self._y + 0.01:
            self._whole(block, block.rows, sign)
        else:
            self._split(block, sign)

    def _split(self, block: Block, sign: float) -> None:
        """A block higher than a page, row by row; its title stands again on each page."""
        rows = list(block.rows)
        while True:
            room = self._foot - self._y - block.title.height - BOTTOM
            taken: list[BlockRow] = []
            while rows and sum(row.height for row in taken) + rows[0].height <= room + 0.01:
                taken.append(rows.pop(0))
            if not taken:
                parts = cut_row(rows[0], room, self._beside, self._pad(True, False))
                if parts is None:
                    text = f"{self._filler.definition.title}: 「{block.values.get('title')}」の見出しが1ページに収まりません。"
                    raise PrintRefused(f"{text}手続きの名前を短くしてください。")
                taken, rows[0] = [parts[0]], parts[1]
            self._whole(replace(block, sign=0.0), tuple(taken), sign)
            if not rows:
                return
            self._new_page()

    def _new_page(self) -> None:
        field, height = self._field, self._filler.definition.height
        self._ink = Ink(height)
        self._inks.append(self._ink)
        words = self._word("continued")
        text = f"{self._filler.definition.title}（{words[0]}）　{words[1]}"
        style = replace(
            _RUNNING, font=LANGUAGE if self._language else "gothic", size=max(_RUNNING.size, field.label_size)
        )
        box = Box(field.box.x, field.next_y - 11, field.box.w, 7)
        self._filler.label(self._ink, Label(1, box, Computed((text,)), style), {})
        self._ink.line(
            Line(1, field.box.x, field.next_y - 4, field.box.x + field.box.w, field.next_y - 4, 0.4)
        )
        self._y, self._foot = field.next_y, height - FOOT

    def _whole(self, block: Block, rows: tuple[BlockRow, ...], sign: float) -> None:
        field, ink = self._field, self._ink
        height = max(block.title.height + sum(row.height for row in rows) + BOTTOM, block.sign)
        box = Box(field.box.x, self._y, field.box.w, height)
        inside = field.box.x + (self._sign_width if sign and not field.below else 0.0)
        top = self._y + block.title.height
        for row in rows:
            if row.tint:
                ink.rect(
                    Rect(1, Box(inside, top, field.box.x + field.box.w - inside, row.height), 0.0, _TINT)
                )
            top += row.height
        self._draw_title(block, box, sign)
        top = self._y + block.title.height
        for index, row in enumerate(rows):
            self._draw_row(
                row, top, self._field.box.x + self._field.box.w, line=bool(row.label) and index >= 0
            )
            top += row.height
        ink.rect(Rect(1, box, 0.35, None, 1.6))
        self._y += height + field.gap

    def _draw_row(self, row: BlockRow, top: float, right: float, *, line: bool) -> None:
        ink, field = self._ink, self._field
        left = self._left
        if line:
            ink.rect(Rect(1, Box(left, top, right - _PAD - left, 0.12), 0.0, _FAINT))
        y = top + self._pad(bool(row.label), row.box)
        x, other_x = self._text_x, self._other_x
        if row.label:
            draw(ink, row.label, left, y, 0)
            if row.other_label:
                draw(ink, row.other_label, left, y + row.label.height + 0.8, 0)
            if field.below:
                y += row.label.height + 1.4
        if row.box:
            self._square(x, y, row.text)
            x += field.size * 1.4 / MM
            other_x += field.size * 1.4 / MM
        draw(ink, row.text, x, y, self._width)
        if row.other:
            other_y = y if self._beside else y + row.text.height + BETWEEN
            if row.box and self._beside:
                self._square(self._other_x, other_y, row.other)
            draw(ink, row.other, other_x, other_y, self._width)
        y += self._height(row.text, row.other) + MORE
        if row.more:
            draw(ink, row.more, x, y, self._width)
        if row.other_more:
            under = 0.0 if self._beside or not row.more else row.more.height + BETWEEN
            draw(ink, row.other_more, other_x, y + under, self._width)

    def _square(self, x: float, y: float, text: Laid) -> None:
        side = self._field.size * 0.92 / MM
        lift = self._field.size * 0.5 / MM if text.has_ruby else 0.0
        self._ink.rect(Rect(1, Box(x, y + lift + 0.1, side, side), 0.2))

    def _draw_title(self, block: Block, box: Box, sign: float) -> None:
        ink, field, row = self._ink, self._field, block.title
        y = box.y + _PAD
        if sign and field.below:
            self._signs.wide(self._ink, block.values, Box(box.x, box.y, box.w, sign))
            y += sign + 1
        elif sign:
            self._signs.hanging(self._ink, block.values, Box(box.x, box.y, self._sign_width, box.h))
        draw(ink, row.text, self._left, y, box.w)
        if not block.values.get("automatic"):
            self._check(block, box, y)
        if row.other:
            x = self._other_x if self._beside else self._left
            draw(ink, row.other, x, y + (0.4 if self._beside else row.text.height + 1.6), box.w)

    def _check(self, block: Block, box: Box, y: float) -> None:
        """The box that the last counter ticks."""
        field = self._field
        side = field.title_size * 1.35 / MM
        square = Box(box.x + box.w - _PAD - side, y - 0.4, side, side)
        self._ink.rect(Rect(1, square, 0.4, 1.0, 0.8))
        size = max(field.label_size * 0.95, field.title_size * 0.6)
        word = self._lay("done", WORDS["done"], size, side * 2, grey=0.25)
        draw(self._ink, word, square.x - word.width - 1, square.y + (side - word.height) / 2, side)
        if block.values.get("done"):
            self._ink.tick(Box(square.x + 0.9, square.y + 0.5, square.w - 0.8, square.h - 1.6))

    # --- the route

    def _route(self, rows: list[Mapping[str, object]]) -> None:
        """The counters of the building in the order in which they are passed, as a line of small signs."""
        field = self._field
        stops = {(row.get("place"), row.get("floor")): row for row in reversed(rows) if row.get("window")}
        passed = list(reversed(stops.values()))
        if len(passed) < 2 or not field.route:
            return
        words = self._word("route")
        label = self._lay("route", words[0], field.label_size, _ROUTE_LABEL, bold=True, grey=0.25)
        draw(self._ink, label, field.box.x, self._y + 1.5, 0)
        if words[1]:
            other = self._lay("route", words[1], field.label_size * 0.82, _ROUTE_LABEL, other=True, grey=0.35)
            draw(self._ink, other, field.box.x, self._y + 1.5 + label.height + 0.8, 0)
        first = x = field.box.x + _ROUTE_LABEL + 2.0
        for index, row in enumerate(passed):
            if x + _STOP > field.box.x + field.box.w + 0.1:
                x, self._y = first, self._y + field.route + 2
            self._signs.stop(self._ink, row, Box(x, self._y, _STOP, field.route))
            if index + 1 < len(passed):
                arrow = self._lay("route", "→", field.label_size, _ARROW + 1, grey=0.35)
                draw(self._ink, arrow, x + _STOP, self._y + (field.route - arrow.height) / 2, _ARROW)
            x += _STOP + _ARROW
        self._y += field.route + field.gap + 1

    def _heading(self, *codes: str) -> None:
        """A heading over the procedures nobody has to go anywhere for."""
        field = self._field
        words = [self._word(code) for code in codes]
        text = self._lay(
            "rest", f"{words[0][0]}（{words[1][0]}）", field.label_size * 1.3, field.box.w, bold=True
        )
        other = None
        if self._language and words[0][1]:
            said = " – ".join(word[1] for word in words if word[1])
            other = self._lay("rest", said, field.label_size * 1.1, field.box.w, other=True, grey=0.25)
        height = text.height + (other.height + 1.2 if other else 0.0)
        if self._y + height + 25 > self._foot:
            self._new_page()
        self._y += 1
        draw(self._ink, text, field.box.x, self._y, field.box.w)
        if other:
            draw(self._ink, other, field.box.x, self._y + text.height + 1.2, field.box.w)
        self._y += height + 2
