"""The font stack: the right glyph for every character of the register, or none and a word about it."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from app.documents import FontsRefused, FontStack, find_fonts, render
from app.documents.fonts import clusters, find_sources, search
from tests.unit.documents.paper import bare, identity, one_field, poppler_text

NAMES = "髙﨑𠮷㐂德彅凪邉\U000e010f邉\U000e0110邉\U000e011f辻\U000e0102辻\U000e0103葛\U000e0102葛\U000e0108斎\U000e0103祐\U000e0103祐\ufe00"
BUNDLED = {
    "ipaexm.ttf": "7a306386f930fee80922f71eebf4ffe0f1ff2817da8e619230953487673d71c7",
    "ipaexg.ttf": "3b9955a5e437ffb24c41548e79296fa724822da21ee75dc1b94f6ccdb8f400dd",
}


def test_a_selector_stays_with_its_base() -> None:
    assert list(clusters("辻\U000e0102𠮷a")) == ["辻\U000e0102", "𠮷", "a"]


def test_a_sequence_of_another_collection_is_missing_not_the_usual_form(fonts: FontStack) -> None:
    adobe_japan = "葛\U000e0100"
    assert fonts.resolve(adobe_japan).font is None
    assert fonts.resolve("葛").font is not None
    assert fonts.missing("東京葛\U000e0100飾葛\U000e0100") == (adobe_japan,)


def test_a_sequence_is_never_taken_from_the_fallback(fonts: FontStack) -> None:
    only_in_ipaex = "辻\U000e0100"
    assert (ord("辻"), 0xE0100) in fonts.mincho[-1].font.sequences
    assert fonts.resolve(only_in_ipaex).font is None


def test_a_plain_character_falls_back(fonts: FontStack) -> None:
    assert fonts.resolve("㋿").font is fonts.mincho[-1].font


def test_a_private_code_of_the_font_class_is_no_character(fonts: FontStack) -> None:
    """The codes that stand for sequences inside the class must not be reachable from data."""
    code = fonts.resolve("辻\U000e0102").code
    assert fonts.resolve(chr(code)).font is None


def test_every_sequence_is_as_wide_as_the_font_says(fonts: FontStack) -> None:
    font = fonts.mincho[0].font
    with TTFont(font.face.filename, lazy=True) as original:
        metrics, order = original["hmtx"].metrics, original.getGlyphOrder()
        scale = 1000 / original["head"].unitsPerEm
    for code in font.sequences.values():
        assert font.width(code) == pytest.approx(metrics[order[font.face.charToGlyph[code]]][0] * scale)


def test_embedded_outlines_are_those_the_font_has_for_each_sequence(fonts: FontStack) -> None:
    """What the reader of the paper sees: each glyph of the PDF against the font file, read by another library."""
    form = one_field({"bind": "subject.name", "x": 10, "y": 10, "w": 190, "h": 20, "size": 8})
    pdf = render(form, {"subject.name": NAMES}, identity(), fonts).pdf
    with TTFont(fonts.mincho[0].font.face.filename, lazy=True) as original:
        wanted = {text: _outline(original, _glyph(original, text)) for text in clusters(NAMES)}
    found: dict[str, object] = {}
    for font in PdfReader(BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values():
        if "IPAmj" not in font["/BaseFont"]:
            continue
        embedded = TTFont(BytesIO(font["/FontDescriptor"]["/FontFile2"].get_data()))
        codes = embedded["cmap"].tables[0].cmap
        for line in font["/ToUnicode"].get_data().decode().splitlines():
            if line.startswith("<") and len(line.split()) == 2 and len(line) >= 11:
                code, text = (bytes.fromhex(part.strip("<>")) for part in line.split())
                found[text.decode("utf-16-be")] = _outline(embedded, codes[code[0]])
    assert {text: found.get(text) for text in wanted} == wanted
    assert wanted["邉\U000e010f"] != wanted["邉\U000e0110"]


def _glyph(font: TTFont, text: str) -> str:
    if len(text) == 1:
        return str(font.getBestCmap()[ord(text)])
    table = next(table for table in font["cmap"].tables if table.format == 14)
    glyph = dict(table.uvsDict[ord(text[1])])[ord(text[0])]
    return str(glyph or font.getBestCmap()[ord(text[0])])


def _outline(font: TTFont, glyph: str) -> object:
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[glyph].draw(pen)
    return pen.value


def test_names_come_back_from_the_pdf_as_they_are_in_the_register(fonts: FontStack) -> None:
    form = one_field({"bind": "subject.name", "x": 10, "y": 10, "w": 190, "h": 20, "size": 8})
    pdf = render(form, {"subject.name": NAMES}, identity(), fonts).pdf
    assert NAMES in bare(poppler_text(pdf, "-raw"))
    assert NAMES in bare(PdfReader(BytesIO(pdf)).pages[0].extract_text())


def test_a_machine_without_fonts_prints_with_the_ones_kept_in_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_system_folders", list)
    stack = find_fonts(tmp_path)
    assert [source.path.parent for source in find_sources(tmp_path)] == [search.BUNDLED] * 2
    assert "IPAex明朝" in stack.notice and "印字できません" in stack.notice
    assert stack.resolve("髙").font is not None
    assert stack.missing("𠮷") == ("𠮷",)


def test_the_fonts_kept_in_the_project_are_unmodified_and_bring_their_licence() -> None:
    for name, expected in BUNDLED.items():
        assert hashlib.sha256((search.BUNDLED / name).read_bytes()).hexdigest() == expected
    licence = (search.BUNDLED / "IPA_Font_License_Agreement_v1.0.txt").read_text(encoding="utf-8")
    assert "IPA Font License Agreement v1.0" in licence and "Article 3" in licence


def test_the_instance_comes_before_the_system_and_adds_the_citys_own_characters(tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / "ipaexm.ttf").write_bytes((search.BUNDLED / "ipaexm.ttf").read_bytes())
    (folder / "EUDC.TTE").write_bytes((search.BUNDLED / "ipaexg.ttf").read_bytes())
    sources = {source.role: source.path for source in find_sources(tmp_path)}
    assert sources["city"] == folder / "EUDC.TTE"
    assert folder / "ipaexm.ttf" in sources.values()


def test_configured_fonts_are_checked(tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / "core.ttf").write_bytes((search.BUNDLED / "ipaexm.ttf").read_bytes())
    config = folder / "fonts.toml"
    config.write_text(f'[[font]]\nrole = "core"\nfile = "core.ttf"\nsha256 = "{BUNDLED["ipaexm.ttf"]}"\n')
    assert [source.role for source in find_sources(tmp_path)] == ["core", "label"]
    config.write_text(f'[[font]]\nrole = "core"\nfile = "core.ttf"\nsha256 = "{"0" * 64}"\n')
    with pytest.raises(FontsRefused, match=r"core\.ttf"):
        find_fonts(tmp_path)
    config.write_text('[[font]]\nrole = "core"\nfile = "gone.ttf"\n')
    with pytest.raises(FontsRefused, match=r"gone\.ttf"):
        find_fonts(tmp_path)
