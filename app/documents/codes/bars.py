"""Bar codes: Code 128 (ISO/IEC 15417) and NW-7 (JIS X 0506, Codabar)."""

from app.documents.codes.problems import CodeRefused

Bars = list[tuple[int, int]]
"""The bars of a code: (first module, width in modules), the quiet zone of ten modules at the left counted."""

QUIET = 10
_CODE128 = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221"
    "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131"
    "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "2141214121211111431113411311411141131143114111134113111131411141313111414111312114122112142112322331112"
)
"""The widths of the bars and spaces of the characters, six of each; the stop, the last, has a seventh."""
_CODE_C, _CODE_B, _START_B, _START_C, _STOP = 99, 100, 104, 105, 106
_NW7 = {
    "0": "1111133", "1": "1111331", "2": "1113113", "3": "3311111", "4": "1131131", "5": "3111131", "6": "1311113",
    "7": "1311311", "8": "1331111", "9": "3113111", "-": "1113311", "$": "1133111", ":": "3111313", "/": "3131113",
    ".": "3131311", "+": "1131313", "A": "1133131", "B": "1313113", "C": "1113133", "D": "1113331",
}  # fmt: skip
_NW7_VALUES = {char: value for value, char in enumerate("0123456789-$:/.+ABCD")}


def code128(text: str) -> tuple[int, Bars]:
    """The modules of a Code 128 with its check character: how many there are, quiet zones included, and the bars.

    Raises `CodeRefused` for a text with anything but printable ASCII.
    """
    if not text or not all(" " <= char <= "~" for char in text):
        raise CodeRefused("コード128には半角の英数字と記号だけを使えます。")
    values = _code128_values(text)
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return _bars(
        "".join(_CODE128[6 * value : 6 * value + 6] for value in (*values, check, _STOP)) + _CODE128[-1]
    )


def _code128_values(text: str) -> list[int]:
    """Start, characters and changes between the sets B and C: from four digits on, pairs of them take one character."""
    values: list[int] = []
    in_pairs, place = False, 0
    while place < len(text):
        digits = _digits(text, place)
        if digits >= (2 if in_pairs else 4 if not values or place + digits == len(text) else 6):
            if not in_pairs:
                if values and digits % 2:  # the odd digit stays in the set before
                    values.append(ord(text[place]) - 32)
                    place += 1
                values.append(_CODE_C if values else _START_C)
                in_pairs = True
            values.append(int(text[place : place + 2]))
            place += 2
            continue
        if in_pairs or not values:
            values.append(_CODE_B if values else _START_B)
            in_pairs = False
        values.append(ord(text[place]) - 32)
        place += 1
    return values


def _digits(text: str, place: int) -> int:
    end = place
    while end < len(text) and text[end].isdigit():
        end += 1
    return end - place


def nw7(text: str) -> tuple[int, Bars]:
    """The modules of an NW-7 with a check character (modulus 16) before the stop: how many there are, and the bars.

    A text without start and stop characters (A to D) of its own gets A at both ends. Raises `CodeRefused` for other
    characters than digits and ``-$:/.+``.
    """
    inner, start, stop = text, "A", "A"
    if len(text) > 2 and text[0] in "ABCD" and text[-1] in "ABCD":
        start, inner, stop = text[0], text[1:-1], text[-1]
    if not inner or not all(char in _NW7_VALUES and char not in "ABCD" for char in inner):
        raise CodeRefused("NW-7には半角の数字と - $ : / . + だけを使えます。")
    total = sum(_NW7_VALUES[char] for char in (start, *inner, stop))
    check = "0123456789-$:/.+"[-total % 16]
    return _bars("1".join(_NW7[char] for char in (start, *inner, check, stop)))


def _bars(widths: str) -> tuple[int, Bars]:
    """Bars and spaces in turn, beginning and ending with a bar, between two quiet zones."""
    bars: Bars = []
    at = QUIET
    for index, width in enumerate(map(int, widths)):
        if index % 2 == 0:
            bars.append((at, width))
        at += width
    return at + QUIET, bars
