"""The printing fonts: which ones are used, in which order, and what character each of them can print (文字と外字).

`ipaexm.ttf` and `ipaexg.ttf` beside this file are the unmodified IPAex fonts; they may be passed on only together with
`IPA_Font_License_Agreement_v1.0.txt`. They are the last resort of a machine without the city's fonts.
"""

from app.documents.fonts.languages import FILES
from app.documents.fonts.search import FontSource, FontsRefused, find_fonts, find_sources
from app.documents.fonts.stack import GETA, JAPANESE, LANGUAGE, FontStack, Glyph, clusters, in_name_signs

STYLES = (*sorted(JAPANESE, reverse=True), *FILES, LANGUAGE)
"""The text styles a form may name."""

__all__ = [
    "GETA",
    "STYLES",
    "FontSource",
    "FontStack",
    "FontsRefused",
    "Glyph",
    "clusters",
    "find_fonts",
    "find_sources",
    "in_name_signs",
]
