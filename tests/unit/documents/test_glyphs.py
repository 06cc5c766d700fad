"""2,500 characters that only a selector or the city's own font can print: the shape of each on paper, and its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import pytest

from app.documents import FontStack, RenderedSet, find_fonts
from app.documents.fonts import Glyph
from app.documents.page_text import read_pages
from tests.conftest import leave_out
from tests.glyphs import IPAMJ
from tests.unit.documents.glyph_sheets import (
    CityFont,
    Drawings,
    print_sheets,
    rows_of,
    sequences,
    wrong_cells,
)
from tests.unit.documents.paper import bare, poppler_text

CITY = CityFont()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> FontStack:
    """IPAmj and a font of 500 private characters."""
    if not IPAMJ.exists():
        leave_out("IPAmj Mincho is not installed")
    instance = tmp_path_factory.mktemp("gaiji")
    (instance / "fonts").mkdir()
    (instance / "fonts" / "EUDC.TTE").write_bytes(CITY.data)
    return find_fonts(instance)


@pytest.fixture(scope="module")
def texts(stack: FontStack) -> list[str]:
    """2,000 sequences and 500 private characters."""
    return sequences(stack, 2000) + CITY.codes


@pytest.fixture(scope="module")
def drawings(texts: list[str]) -> Drawings:
    """How they must look."""
    return Drawings(texts[:2000], CITY.data)


def wrong_texts(rendered: RenderedSet, texts: Sequence[str]) -> list[str]:
    """Rows that poppler, or the reader of the gate, does not give back as the register has them."""
    wrong = []
    for number, (rows, page) in enumerate(zip(rows_of(texts), read_pages(rendered.pdf), strict=True), 1):
        seen = bare(poppler_text(rendered.pdf, "-raw", "-f", str(number), "-l", str(number)))
        said = ["".join(row) for row in rows]
        wrong += [text for text in said if text not in seen or text not in page.own]
    return wrong


def test_every_character_is_printed_in_its_shape_and_read_back_as_it_is(
    stack: FontStack, texts: list[str], drawings: Drawings, tmp_path: Path
) -> None:
    assert len(set(texts)) == 2500
    rendered = print_sheets(texts, stack)
    assert rendered.problems == ()
    assert wrong_texts(rendered, texts) == []
    assert wrong_cells(rendered.pdf, texts, drawings, tmp_path) == {}


class Tampered(FontStack):
    """Fonts with a fault: each glyph is drawn, or read back, as something else."""

    fault = ""

    def glyphs(self, text: str, style: str = "mincho") -> tuple[Glyph, ...]:
        """The glyphs with the fault built in."""
        return tuple(self._spoilt(glyph) for glyph in super().glyphs(text, style))

    def _spoilt(self, glyph: Glyph) -> Glyph:
        font = glyph.font
        if font is None or len(glyph.text) == 1:
            return glyph
        base, selector = map(ord, glyph.text)
        drawn, said = font.face.charToGlyph[glyph.code], (base, selector)
        if self.fault == "usual form":
            drawn = font.face.charToGlyph[base]
        elif self.fault == "tofu":
            drawn = 0
        elif self.fault == "selector dropped":
            said = (base,)
        elif self.fault == "other text":
            said = (base + 1, selector)
        elif self.fault == "shifted":
            return replace(glyph, advance=glyph.advance + 0.06)
        return replace(glyph, code=font.add_code(drawn, said))


@pytest.mark.parametrize(
    ("fault", "shapes", "read"),
    [
        ("", False, False), ("tofu", True, False), ("usual form", True, False), ("shifted", True, False),
        ("selector dropped", False, True), ("other text", False, True),
    ],
)  # fmt: skip
def test_a_fault_in_shape_or_text_is_seen(
    stack: FontStack,
    drawings: Drawings,
    texts: list[str],
    tmp_path: Path,
    fault: str,
    shapes: bool,
    read: bool,
) -> None:
    """The controls: each check finds the faults it is there for, and the whole page with them."""
    some = texts[1:2000:20]
    faulty = type("Faulty", (Tampered,), {"fault": fault})
    same = {one.name: getattr(stack, one.name) for one in fields(stack) if one.compare}
    tampered = faulty(**{**same, "fingerprint": f"{stack.fingerprint}{fault}"})
    rendered = print_sheets(some, tampered)
    wrong = wrong_cells(rendered.pdf, some, drawings, tmp_path)
    assert len(wrong) > len(some) / 3 if shapes else not wrong
    assert len(wrong_texts(rendered, some)) == (len(some) // 20 if read else 0)
