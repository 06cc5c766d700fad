"""One field of a form with its value, as drawing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from unicodedata import normalize

from app.documents import problems
from app.documents.code_drawing import draw_code
from app.documents.codes import CodeRefused
from app.documents.definitions import (
    Box,
    CellsField,
    ChoiceField,
    CodeField,
    DateField,
    FormDefinition,
    Label,
    Option,
    TextField,
    TextStyle,
)
from app.documents.drawing import MM, Ink
from app.documents.fit import Fitted, Glyphs, fit, width_of
from app.documents.fonts import FontStack
from app.documents.formats import as_date, is_blank, show
from app.documents.print_keys import matches
from app.documents.problems import PrintProblem
from app.domain.dates import PartialDate, wareki_parts, western_parts

_RING_LINE = 0.45
_SQUARE = 3.0


@dataclass(frozen=True)
class Note:
    """A whole text that is printed on the continuation sheet, and the fields that had no room for it."""

    number: int
    names: tuple[str, ...]
    text: str


@dataclass
class Filler:
    """Draws fields of one document; collects problems, and the notes that go to the continuation sheet (別紙)."""

    definition: FormDefinition
    fonts: FontStack
    problems: list[PrintProblem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def label(self, ink: Ink, item: Label, values: Mapping[str, object]) -> None:
        """A pre-printed text."""
        text, style = item.text.text(values), item.style
        glyphs = self.fonts.glyphs(
            text.replace("\n", "") if item.spread or item.vertical else text, style.font
        )
        self._report_missing(glyphs, "".join(text.split()))
        if item.spread:
            ink.spread(glyphs, item.box, style)
        elif item.vertical:
            ink.column(glyphs, item.box, style)
        else:
            self.printed(ink, text, item.box, style)

    def text(self, ink: Ink, item: TextField, values: Mapping[str, object]) -> None:
        """A text that is condensed, made smaller, broken into lines, or else printed whole on the continuation sheet."""
        text = item.text.text(values)
        if item.vertical and self._column(ink, item, text):
            return
        self._text(ink, item.name, item.box, text, item.style)

    def _column(self, ink: Ink, item: TextField, text: str) -> bool:
        """A text one character below another; False when it does not fit so."""
        glyphs = self.fonts.glyphs(_clean(text, 1), item.style.font)
        if len(glyphs) * item.style.least > item.box.h * MM:
            return False
        self._report_missing(glyphs, item.name)
        if glyphs:
            ink.column(glyphs, item.box, item.style)
        return True

    def cells(self, ink: Ink, item: CellsField, values: Mapping[str, object]) -> None:
        """One character per cell. Half-width kana are widened first, so that a voiced sound takes one cell."""
        box, width = item.box, item.box.w / item.count
        text = "".join(
            normalize("NFKC", part) if "\uff61" <= part <= "\uff9f" else part
            for part in _kana_runs(item.text.text(values))
        )
        glyphs = self.fonts.glyphs(text, item.style.font)
        if len(glyphs) > item.count:
            self._text(ink, item.name, box, text, item.style)
            return
        self._report_missing(glyphs, item.name)
        first = item.count - len(glyphs) if item.from_right else 0
        middle = box.y + box.h / 2
        placed = [
            (glyph, box.x + (first + index + 0.5) * width, middle) for index, glyph in enumerate(glyphs)
        ]
        if placed:
            ink.at_centres(placed, min(item.style.size, width * MM, box.h * MM), item.style)

    def date(self, ink: Ink, item: DateField, values: Mapping[str, object]) -> None:
        """Era, year, month and day in their boxes; a date the register only describes is printed as its text."""
        value = values.get(item.key)
        day = as_date(value)
        if day is None or (isinstance(day, PartialDate) and day.text):
            if not is_blank(value):
                style = replace(item.style, align="left", lines=1)
                self._text(ink, item.name, item.box, show(item.key, value, "wareki"), style)
            return
        era, year, month, day_of_month = western_parts(day) if item.western else wareki_parts(day)
        shown = {"era": era, "year": year, "month": month, "day": day_of_month}
        if year == 1 and era != "西暦":
            shown["year"] = item.first_year
        if item.era_options:
            if self._mark(ink, item.era_options, era, item.style, False):
                shown["era"] = ""
        for part, box in item.parts.items():
            if shown[part] not in (None, ""):
                self._text(ink, item.name, box, str(shown[part]), item.style)

    def choice(self, ink: Ink, item: ChoiceField, values: Mapping[str, object]) -> None:
        """Options ringed or ticked. A value that none of several options stands for is reported."""
        value = values.get(item.key)
        marked = self._mark(ink, item.options, value, item.style, item.tick)
        if not marked and len(item.options) > 1 and not is_blank(value) and value is not False:
            self.problems.append(
                problems.no_option(
                    self.definition.code, self.definition.title, item.name, show(item.key, value)
                )
            )

    def code(self, ink: Ink, item: CodeField, values: Mapping[str, object]) -> None:
        """A code, nothing when there is no value. What the code cannot hold is printed as text, and reported."""
        text = item.text.text(values)
        if not text:
            return
        try:
            draw_code(ink, item.box, text, item.symbology)
        except CodeRefused as refused:
            form = self.definition
            self.problems.append(problems.no_code(form.code, form.title, item.name, str(refused)))
            self._text(ink, item.name, item.box, text, TextStyle(size=8, least=4, condense=50, lines=20))

    def _text(self, ink: Ink, name: str, box: Box, text: str, style: TextStyle) -> None:
        text = _clean(text, style.lines)
        if not text:
            return
        glyphs = self.fonts.glyphs(text, style.font)
        self._report_missing(glyphs, name)
        fitted = fit(glyphs, box.w * MM, box.h * MM, style)
        if fitted is None:
            number = self._note(name, text)
            self.problems.append(
                problems.continued(self.definition.code, self.definition.title, name, number)
            )
            style = replace(style, least=4.0, condense=40, lines=1)
            fitted = fit(
                self.fonts.glyphs(f"別紙{number}のとおり", style.font), box.w * MM, box.h * MM, style
            )
        if fitted is not None:
            ink.text(fitted, box, style)

    def _note(self, name: str, text: str) -> int:
        """The number of the note with this text: a long name stands in many boxes, and once on the sheet."""
        for at, note in enumerate(self.notes):
            if note.text == text:
                self.notes[at] = replace(note, names=tuple(dict.fromkeys((*note.names, name))))
                return note.number
        self.notes.append(Note(len(self.notes) + 1, (name,), text))
        return len(self.notes)

    def _mark(
        self, ink: Ink, options: tuple[Option, ...], value: object, style: TextStyle, tick: bool
    ) -> bool:
        """Ring or tick the options a value stands for; whether there was one."""
        marked = False
        for option in options:
            if not matches(value, option.values):
                continue
            marked = True
            if not tick:
                ink.ellipse(self._ring(option, style), _RING_LINE)
            elif option.text:
                square = tick_square(option)
                ink.tick(Box(square.x, square.y - 0.6, _SQUARE + 0.6, _SQUARE + 0.4))
            else:
                ink.tick(option.box)
        return marked

    def _ring(self, option: Option, style: TextStyle) -> Box:
        """Where the ring of an option lies: round its text, or in its box when the official blank has the text."""
        box = option.box
        if not option.text:
            return box
        glyphs = self.fonts.glyphs(option.text, style.font)
        fitted = fit(glyphs, box.w * MM, box.h * MM, style) or squeezed(glyphs, box.w * MM, style)
        width = max(width_of(line) for line in fitted.lines) * fitted.size * fitted.scale / MM
        height = min(fitted.size * (1.25 * len(fitted.lines) + 0.55) / MM, box.h + 1.2)
        width = max(width * 1.1 + 2.4, height)
        return Box(box.x + (box.w - width) / 2, box.y + (box.h - height) / 2, width, height)

    def printed(self, ink: Ink, text: str, box: Box, style: TextStyle) -> None:
        """A text that belongs to the form itself: one that does not fit is a fault of the definition, and squeezed in."""
        glyphs = self.fonts.glyphs(text, style.font)
        fitted = fit(glyphs, box.w * MM, box.h * MM, style)
        if fitted is None:
            self.problems.append(problems.label_too_long(self.definition.code, self.definition.title, text))
            fitted = squeezed(glyphs, box.w * MM, style)
        ink.text(fitted, box, style)

    def _report_missing(self, glyphs: Glyphs, name: str) -> None:
        for glyph in glyphs:
            if glyph.font is None and glyph.text != "\n":
                form = self.definition
                self.problems.append(problems.missing_glyph(form.code, form.title, name, glyph.text))


def squeezed(glyphs: Glyphs, width: float, style: TextStyle) -> Fitted:
    """A label forced into its width: it is reported, but a form without the label would be worse."""
    natural = width_of(glyphs) * style.least
    return Fitted((glyphs,), style.least, min(1.0, width / natural))


def tick_square(option: Option) -> Box:
    """The square before the text of an option that is ticked."""
    box = option.box
    return Box(box.x + 0.5, box.y + (box.h - _SQUARE) / 2, _SQUARE, _SQUARE)


def _clean(text: str, lines: int) -> str:
    """Line ends and tabs made uniform; on a single line a break becomes a full-width space."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip("\n ")
    return text if lines > 1 else text.replace("\n", "　")


def _kana_runs(text: str) -> list[str]:
    """The text in runs of half-width kana and of everything else."""
    runs: list[str] = []
    for char in text:
        narrow = "\uff61" <= char <= "\uff9f"
        if runs and ("\uff61" <= runs[-1][0] <= "\uff9f") == narrow:
            runs[-1] += char
        else:
            runs.append(char)
    return runs
