"""Fonts and codes of the city: what is taken in, what is refused and why, and what paper and screen make of it."""

import hashlib
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from app.demo.city.glyphs import FILE, font_bytes
from app.documents import FontStack, find_fonts, render
from app.documents.fonts import find_sources
from app.documents.fonts.city import Listed, fonts_in_force, list_city_fonts, receive_fonts, write_map
from app.documents.fonts.screen import build_screen_fonts, read_index, unicode_range
from app.documents.fonts.search import BUNDLED
from app.domain.mojikiban import Wanted, find_shapes
from tests.unit.documents.paper import bare, identity, one_field, poppler_text

TODAY = date(2026, 11, 22)
DATA = font_bytes()
SHA256 = hashlib.sha256(DATA).hexdigest()


def _feed(folder: Path, data: bytes = DATA, name: str = FILE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder


def _listed(sha256: str = SHA256, day: str = "2026-01-01") -> list[Listed]:
    return [Listed(FILE, sha256, day)]


def test_a_font_is_taken_in_once_with_the_codes_it_draws(tmp_path: Path) -> None:
    feed = _feed(tmp_path / "feed")
    (font,) = receive_fonts(tmp_path, _listed(), [feed], TODAY)
    assert (font.problem, font.codes) == ("", tuple(range(0xE008, 0xE020)))
    assert (tmp_path / "fonts" / "city" / font.file).read_bytes() == DATA
    assert receive_fonts(tmp_path, _listed(), [feed], TODAY) == ()
    assert [source.role for source in find_sources(tmp_path)].count("city") == 1


@pytest.mark.parametrize(
    ("data", "sha256", "why"),
    [
        (b"", SHA256, "sha256"),
        (DATA[:-100], SHA256, "sha256"),
        (DATA[:300], hashlib.sha256(DATA[:300]).hexdigest(), "読めません"),
        (b"%PDF-1.7", hashlib.sha256(b"%PDF-1.7").hexdigest(), "読めません"),
        (None, SHA256, "フォルダーにありません"),
    ],
)
def test_what_cannot_be_used_is_recorded_and_stops_nothing(
    tmp_path: Path, data: bytes | None, sha256: str, why: str
) -> None:
    feed = tmp_path / "feed" if data is None else _feed(tmp_path / "feed", data)
    (font,) = receive_fonts(tmp_path, _listed(sha256), [feed], TODAY)
    assert why in font.problem
    assert fonts_in_force(list_city_fonts(tmp_path), TODAY) == ()
    assert not list((tmp_path / "fonts" / "city").glob("*/*"))
    find_fonts(tmp_path)


def test_a_font_without_a_private_character_is_no_font_of_the_city(tmp_path: Path) -> None:
    data = (BUNDLED / "ipaexg.ttf").read_bytes()
    feed = _feed(tmp_path / "feed", data)
    (font,) = receive_fonts(tmp_path, _listed(hashlib.sha256(data).hexdigest()), [feed], TODAY)
    assert "私用領域" in font.problem


def test_the_newest_version_whose_day_has_come_is_in_force(tmp_path: Path) -> None:
    with TTFont(BytesIO(DATA)) as font:
        font["name"].setName("second", 5, 3, 1, 0x409)
        target = BytesIO()
        font.save(target)
    second = target.getvalue()
    receive_fonts(tmp_path, _listed(), [_feed(tmp_path / "a")], TODAY)
    coming = _listed(hashlib.sha256(second).hexdigest(), "2027-01-01")
    receive_fonts(tmp_path, coming, [_feed(tmp_path / "b", second)], TODAY)
    received = list_city_fonts(tmp_path)
    assert len(received) == 2
    assert [font.sha256 for font in fonts_in_force(received, TODAY)] == [SHA256]
    assert [font.sha256 for font in fonts_in_force(received, date(2027, 1, 1))] == [coming[0].sha256]


def test_paper_draws_private_codes_by_font_or_by_table_and_keeps_them_in_the_text(tmp_path: Path) -> None:
    receive_fonts(tmp_path, _listed(), [_feed(tmp_path / "feed")], TODAY)
    write_map(tmp_path, {"\ue000": "辺", "\ue009": "辺", "\uf123": "葛\U000e0100"})
    stack = find_fonts(tmp_path)
    core = stack.mincho[0].font
    drawn, mapped = stack.resolve("\ue009"), stack.resolve("\ue000")
    assert drawn.font is not core and drawn.code == 0xE009
    assert mapped.font is core
    assert core.face.charToGlyph[mapped.code] == core.face.charToGlyph[ord("辺")]
    assert stack.missing("\ue000\ue009\ue0ff\uf123") == ("\ue0ff", "\uf123")
    form = one_field({"bind": "subject.name", "x": 10, "y": 10, "w": 190, "h": 20, "size": 8})
    pdf = render(form, {"subject.name": "渡\ue000\ue009"}, identity(), stack).pdf
    assert "渡\ue000\ue009" in bare(poppler_text(pdf))


def test_a_code_of_plane_15_does_not_meet_those_that_stand_for_sequences(
    tmp_path: Path, fonts: FontStack
) -> None:
    taken = chr(fonts.resolve("辻\U000e0102").code)
    write_map(tmp_path, {taken: "辺"})
    stack = find_fonts(tmp_path)
    core = stack.mincho[0].font
    sequence, private = stack.resolve("辻\U000e0102"), stack.resolve(taken)
    assert core.face.charToGlyph[private.code] == core.face.charToGlyph[ord("辺")]
    assert core.face.charToGlyph[sequence.code] != core.face.charToGlyph[ord("辺")]


@pytest.fixture(scope="module")
def bundled_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance that uses the fonts of the product only: quick to slice."""
    instance = tmp_path_factory.mktemp("bundled")
    (instance / "fonts").mkdir()
    (instance / "fonts" / "fonts.toml").write_text(
        f'[[font]]\nrole = "core"\nfile = "{(BUNDLED / "ipaexm.ttf").as_posix()}"\n', encoding="utf-8"
    )
    receive_fonts(instance, _listed(), [_feed(instance / "feed")], TODAY)
    write_map(instance, {"\ue000": "辺", "\ue001": "辻\U000e0100"})
    return instance


def test_slices_hold_every_character_and_sequence_of_the_font(bundled_only: Path) -> None:
    made = build_screen_fonts(bundled_only)
    folder = bundled_only / "fonts" / "screen"
    codes: set[int] = set()
    sequences = 0
    for name in made.files:
        if name.startswith("core"):
            with TTFont(folder / name) as font:
                assert not codes & font.getBestCmap().keys()
                codes |= font.getBestCmap().keys()
                uvs = [table.uvsDict for table in font["cmap"].tables if table.format == 14]
                sequences += sum(len(pairs) for table in uvs for pairs in table.values())
                names = {str(record) for record in font["name"].names if record.nameID in (1, 3, 4, 6)}
                assert not any("IPA" in name for name in names) and names
                assert any(record.nameID == 13 for record in font["name"].names)
    with TTFont(BUNDLED / "ipaexm.ttf", lazy=True) as whole:
        assert codes == {code for code in whole.getBestCmap() if not 0xE000 <= code <= 0xF8FF}
        assert sequences == sum(
            len(p) for t in whole["cmap"].tables if t.format == 14 for p in t.uvsDict.values()
        )
    assert (folder / "IPA_Font_License_Agreement_v1.0.txt").exists()


def test_the_style_sheet_names_the_city_first_and_marks_what_is_missing(bundled_only: Path) -> None:
    made = build_screen_fonts(bundled_only, ["葛\U000e0100", "\ue0ff"])
    folder = bundled_only / "fonts" / "screen"
    sheet = (folder / made.sheet).read_text(encoding="ascii")
    assert [sheet.index(family) for family in ("Gaiji", "Mincho", "Missing")] == sorted(
        sheet.index(family) for family in ("Gaiji", "Mincho", "Missing")
    )
    assert "unicode-range: U+E008-E01F;" in sheet and "unicode-range: U+E000-E001;" in sheet
    assert "local(" not in sheet  # a PC's IPAmj has forms that this paper has not
    (missing,) = [name for name in made.files if name.startswith("missing")]
    with TTFont(folder / missing) as font:
        tables = {table.format: table for table in font["cmap"].tables}
        assert tables[14].uvsDict == {0xE0100: [(ord("葛"), "mark")]}
        assert set(font.getBestCmap()) == {0xE0FF}


def test_another_build_keeps_what_open_pages_ask_for_and_nothing_older(bundled_only: Path) -> None:
    first = build_screen_fonts(bundled_only, ["\ue0fa"])
    second = build_screen_fonts(bundled_only, ["\ue0fb"])
    third = build_screen_fonts(bundled_only, ["\ue0fc"])
    there = {path.name for path in (bundled_only / "fonts" / "screen").iterdir()}
    assert read_index(bundled_only) == third
    assert there == {"index.json", *second.files, *third.files}
    assert first.sheet not in there
    assert build_screen_fonts(bundled_only, ["\ue0fc"]) == third


def test_a_range_is_written_as_style_sheets_do() -> None:
    assert unicode_range([0x3042, 0x20, 0x21, 0x22, 0x20BB7]) == "U+20-22,U+3042,U+20BB7"


def test_the_invented_city_uses_two_hundred_rare_characters() -> None:
    from app.demo.city import wordlists
    from app.documents.fonts import clusters

    found = [
        c for row in wordlists.read("rare_names") for name in row for c in clusters(wordlists.glyphs(name))
    ]
    assert len(found) == len(set(found)) == 200
    assert all(find_shapes(Wanted(code=c)) for c in found[:3])
