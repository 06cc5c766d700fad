"""The translations that ship with the pack: nothing left in Japanese where it cannot be read, no figure lost or changed."""

import re
from pathlib import Path

import pytest

from app.domain.languages import PLAIN_JAPANESE, TRANSLATED
from app.domain.translations import RUBY, Translation
from app.intake.translation_files import read_translations

SHIPPED = read_translations(Path(__file__).parents[3] / "app/content/translations")
CHINESE = {"zh-hans", "zh-hant"}
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_KANJI = re.compile("[々㐀-鿿]")
_FIGURE = re.compile(r"\d+")


def _figures(text: str) -> set[int]:
    """Figures above three: below, a language may say it in words (third, first day)."""
    return {int(one) for one in _FIGURE.findall(re.sub(r"(?<=\d)[.,](?=\d{3})", "", text)) if int(one) > 3}


def _wrong(language: str, one: Translation) -> str:
    if not one.text:
        return ""
    if not _figures(one.source) <= _figures(one.text):
        return "figures"
    plain = _BRACKETS.sub("", one.text)
    if language == PLAIN_JAPANESE:
        # A day after figures is read differently by each of them (14日, 20日), so that one carries no reading.
        bare = re.sub(r"(?<=[\d}])日", "", RUBY.sub("", one.text))
        return "kanji without a reading" if _KANJI.search(bare) else ""
    if _KANA.search(plain) or (language not in CHINESE and _KANJI.search(plain)):
        return "Japanese outside brackets"
    return ""


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_are_readable_and_keep_their_figures(language: str) -> None:
    found = [(why, one.source, one.text) for one in SHIPPED[language] if (why := _wrong(language, one))]

    assert not found
