"""The printing fonts: which ones are used, in which order, and what character each of them can print (文字と外字).

`ipaexm.ttf` and `ipaexg.ttf` beside this file are the unmodified IPAex fonts; they may be passed on only together with
`IPA_Font_License_Agreement_v1.0.txt`. They are the last resort of a machine without the city's fonts.
"""

from app.documents.fonts.search import FontSource, FontsRefused, find_fonts, find_sources
from app.documents.fonts.stack import GETA, FontStack, Glyph, clusters

__all__ = [
    "GETA",
    "FontSource",
    "FontStack",
    "FontsRefused",
    "Glyph",
    "clusters",
    "find_fonts",
    "find_sources",
]
