"""Two hundred rare characters on paper: each glyph by its pixels, and each name as text."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.demo.city import wordlists
from app.demo.city.glyphs import FILE, font_bytes
from app.documents import FontStack, find_fonts, render, render_set
from app.documents.fonts.city import Listed, receive_fonts, write_map
from app.documents.fonts.search import BUNDLED
from app.domain.gaiji import drawn_as, read_mapping
from tests.conftest import leave_out
from tests.glyphs import EM, IPAMJ, cropped, rare_characters, rare_names, unlike
from tests.unit.documents.paper import bare, identity, job, one_field, poppler_text

_BIG = one_field({"bind": "subject.name", "x": 20, "y": 20, "w": 60, "h": 30, "size": 60})
_DPI = EM / 60 * 72


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> FontStack:
    """The fonts of the invented city: IPAmj, the city's own font and its code table."""
    if not IPAMJ.exists():
        leave_out("IPAmj Mincho is not installed")
    instance = tmp_path_factory.mktemp("city")
    (instance / FILE).write_bytes(font_bytes())
    listed = [Listed(FILE, hashlib.sha256(font_bytes()).hexdigest(), "2026-01-01")]
    receive_fonts(instance, listed, [instance], date(2026, 11, 22))
    columns = ("motokodo", "mj", "ucs", "ivs", "shukutai")
    rows = [dict(zip(columns, row, strict=False)) for row in wordlists.read("gaiji")]
    write_map(instance, drawn_as(map(read_mapping, rows)))
    return find_fonts(instance)


@pytest.fixture(scope="module")
def bundled_stack(tmp_path_factory: pytest.TempPathFactory) -> FontStack:
    """The fonts of the product alone."""
    instance = tmp_path_factory.mktemp("bundled")
    (instance / "fonts").mkdir()
    entry = f'[[font]]\nrole = "core"\nfile = "{(BUNDLED / "ipaexm.ttf").as_posix()}"\n'
    (instance / "fonts" / "fonts.toml").write_text(entry, encoding="utf-8")
    return find_fonts(instance)


def _drawn(texts: list[str], fonts: FontStack, folder: Path) -> dict[str, Image.Image]:
    """Each character as poppler draws it from a page of its own."""
    jobs = [
        job(_BIG, {"subject.name": text}, document=f"D{at}", name=f"J{at}") for at, text in enumerate(texts)
    ]
    pdf = render_set(jobs, fonts).pdf
    box = {"-x": 18, "-y": 18, "-W": 64, "-H": 34}
    area = [part for name, mm in box.items() for part in (name, str(round(mm / 25.4 * _DPI)))]
    subprocess.run(
        ["pdftoppm", "-gray", "-r", str(_DPI), *area, "-", str(folder / "page")], input=pdf, check=True
    )
    pages = sorted(folder.glob("page*.pgm"))
    assert len(pages) == len(texts)
    return {
        text: cropped(Image.open(BytesIO(page.read_bytes()))) for text, page in zip(texts, pages, strict=True)
    }


def test_every_glyph_is_printed_as_the_font_has_it(stack: FontStack, tmp_path: Path) -> None:
    texts = rare_characters()
    assert len(set(texts)) == 200
    assert unlike(_drawn(texts, stack, tmp_path)) == {}


def test_without_the_fonts_of_the_city_the_comparison_fails(bundled_stack: FontStack, tmp_path: Path) -> None:
    texts = rare_characters()[:30]
    assert len(unlike(_drawn(texts, bundled_stack, tmp_path))) > 25


def test_every_name_is_read_back_as_the_register_has_it(stack: FontStack) -> None:
    form = one_field({"bind": "subject.name", "x": 10, "y": 10, "w": 190, "h": 20, "size": 12})
    for name in rare_names():
        rendered = render(form, {"subject.name": name}, identity(), stack)
        assert bare(name) in bare(poppler_text(rendered.pdf))
        assert rendered.problems == ()
