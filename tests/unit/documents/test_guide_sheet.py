"""The guide sheet in every language: nothing of the shipped translations is unprintable, and a shaped script reads back."""

from pathlib import Path
from typing import Any

import pytest
import uharfbuzz

from app.documents import FontStack, FormDefinition
from app.documents.fonts import in_name_signs
from app.documents.fonts.languages import FOLDER as SHEET_FONTS
from app.documents.render import render_set
from app.documents.verify import expected_documents, verify
from app.domain.content import ContentPack, Procedure
from app.domain.guide_words import WORDS, place_numbers
from app.domain.languages import LANGUAGES, PLAIN_JAPANESE, Language
from app.domain.translations import RUBY, as_memory
from app.intake.content_pack import read_pack
from app.intake.translation_files import read_translations
from tests.unit.documents.paper import FORMS, job, poppler_text, sample

CONTENT = FORMS.parent
NAME = "渡邉󠄑　𠮷葛󠄂"
FOREIGN = [one for one in LANGUAGES if one.code != "ja"]


@pytest.fixture(scope="module")
def pack() -> ContentPack:
    return read_pack(CONTENT)


@pytest.fixture(scope="module")
def memories() -> dict[str, dict[str, str]]:
    return {
        code: dict(as_memory(found)) for code, found in read_translations(CONTENT / "translations").items()
    }


def _row(pack: ContentPack, procedure: Procedure, order: int, said: dict[str, str]) -> dict[str, Any]:
    section = pack.section_by_code[procedure.section]
    numbers = place_numbers(section.floor)
    reasons = [rule.reason for rule in pack.rules if rule.procedure == procedure.code]
    filled = {"name": in_name_signs(NAME), "people": in_name_signs(NAME), "age": "34"}
    return {
        "order": order, "title": procedure.title, "what": procedure.explanation, "people": NAME,
        "why": "\n".join(reason.format_map(filled | {"name": NAME, "people": NAME}) for reason in reasons[:2]),
        "place": section.title, "floor": section.floor, "floor_number": numbers.get("floor", ""),
        "window": numbers.get("window", ""), "bring": "\n".join(procedure.bring),
        "deadline": procedure.deadline_note or "令和8年12月4日（金）まで\n異動日の翌日から14日以内", "automatic": procedure.automatic,
        "done": False, "other_title": said.get(procedure.title, ""), "other_what": said.get(procedure.explanation, ""),
        "other_why": "\n".join(said.get(reason, "").format_map(filled) for reason in reasons[:2]),
        "other_place": said.get(section.title, ""), "other_floor": said.get(section.floor, ""),
        "other_bring": "\n".join(said.get(thing, "") for thing in procedure.bring),
        "other_deadline": said.get(procedure.deadline_note, ""),
    }  # fmt: skip


def _values(pack: ContentPack, language: Language, said: dict[str, str]) -> dict[str, Any]:
    guided = [one for one in pack.procedures if one.in_guide]
    return {
        **sample("family"), "language": language.code,
        "procedures": [_row(pack, one, order, said) for order, one in enumerate(guided, 1)],
        **{f"other.{code}": said.get(text, "") for code, text in WORDS.items()},
    }  # fmt: skip


@pytest.mark.parametrize("language", FOREIGN, ids=lambda one: one.code)
def test_every_procedure_is_printed_whole_in_every_language(
    pack: ContentPack, memories: dict[str, dict[str, str]], forms: dict[str, FormDefinition], fonts: FontStack,
    language: Language,
) -> None:  # fmt: skip
    said = memories[language.code]
    jobs = [job(forms["tetsuzuki_annai_tagengo"], _values(pack, language, said))]
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    assert [problem.message for problem in rendered.problems] == []
    text = "".join(poppler_text(rendered.pdf, "-raw").split())
    assert NAME.replace("　", "") in text
    if language.code not in {PLAIN_JAPANESE, "ne"}:
        title = pack.procedure_by_code["nhi_join"].title
        assert "".join(said[title].split()) in text


def test_what_is_not_translated_is_said_and_printed_in_japanese(
    pack: ContentPack, memories: dict[str, dict[str, str]], forms: dict[str, FormDefinition], fonts: FontStack
) -> None:
    english = next(one for one in FOREIGN if one.code == "en")
    said = memories["en"]
    row = _row(pack, pack.procedure_by_code["nhi_join"], 1, said) | {"other_title": "", "other_why": ""}
    values = _values(pack, english, said) | {"procedures": [row]}
    rendered = render_set([job(forms["tetsuzuki_annai_tagengo"], values)], fonts)
    text = "".join(poppler_text(rendered.pdf, "-raw").split())
    assert text.count("".join(f"※ {said[WORDS['not_translated']]}".split())) >= 2
    assert "".join(pack.procedure_by_code["nhi_join"].title.split()) in text


def test_large_print_has_no_small_type_and_goes_on_over_pages(
    pack: ContentPack, memories: dict[str, dict[str, str]], forms: dict[str, FormDefinition], fonts: FontStack
) -> None:
    for language in FOREIGN:
        values = _values(pack, language, memories[language.code])
        values["procedures"] = values["procedures"][8:14]
        jobs = [job(forms["tetsuzuki_annai_ookina_tagengo"], values)]
        rendered = render_set(jobs, fonts)
        verify(rendered.pdf, expected_documents(jobs, rendered))
        assert rendered.problems == () and len(rendered.pages) > 3


@pytest.mark.parametrize("form", ["tetsuzuki_annai_ookina_tagengo", "tetsuzuki_annai_tagengo"])
def test_a_text_higher_than_a_page_goes_on_on_the_next(
    pack: ContentPack, memories: dict[str, dict[str, str]], forms: dict[str, FormDefinition], fonts: FontStack, form: str
) -> None:  # fmt: skip
    row = _row(pack, pack.procedure_by_code["nhi_join"], 1, memories["en"])
    row |= {
        "what": "鶴の説明です。" * 400 + "ここで終わり。",
        "other_what": "The Zebra text. " * 400 + "The last words.",
    }
    values = _values(pack, next(one for one in FOREIGN if one.code == "en"), memories["en"])
    jobs = [job(forms[form], values | {"procedures": [row]})]
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    text = "".join(poppler_text(rendered.pdf, "-raw").split())
    assert text.count("鶴") == 400 and text.count("Zebra") == 400
    assert "ここで終わり。" in text and "Thelastwords." in text and rendered.problems == ()


def test_devanagari_is_drawn_as_harfbuzz_shapes_it(
    memories: dict[str, dict[str, str]], fonts: FontStack
) -> None:
    face = uharfbuzz.Face(uharfbuzz.Blob((SHEET_FONTS / "devanagari.ttf").read_bytes()))
    font = uharfbuzz.Font(face)
    stack = fonts.speaking("ne")
    for text in sorted(memories["ne"].values())[:200]:
        for word in text.split():
            if not all("\u0900" <= char <= "\u097f" for char in word):
                continue
            buffer = uharfbuzz.Buffer()
            buffer.add_str(word)
            buffer.guess_segment_properties()
            uharfbuzz.shape(font, buffer)
            glyphs = stack.glyphs(word, "language")
            drawn = [glyph.font.face.charToGlyph[glyph.code] for glyph in glyphs if glyph.font]
            assert drawn == [info.codepoint for info in buffer.glyph_infos], word
            assert "".join(glyph.text for glyph in glyphs) == word


def test_a_reading_stands_over_its_word_and_marks_are_not_printed(
    memories: dict[str, dict[str, str]], fonts: FontStack, forms: dict[str, FormDefinition], pack: ContentPack
) -> None:
    plain = next(one for one in FOREIGN if one.code == PLAIN_JAPANESE)
    values = _values(pack, plain, memories[PLAIN_JAPANESE])
    values["procedures"] = values["procedures"][:3]
    text = poppler_text(render_set([job(forms["tetsuzuki_annai_tagengo"], values)], fonts).pdf, "-raw")
    assert "《" not in text and "｜" not in text
    assert any(RUBY.search(said) for said in memories[PLAIN_JAPANESE].values())


def test_the_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in Path(SHEET_FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in SHEET_FONTS.iterdir()) < 12_000_000
