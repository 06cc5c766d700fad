"""A signature (署名) on a page: the strokes that the visitor wrote, as one marked part that is read back and compared.

What is drawn follows from the order alone, so that the gate computes it anew and compares the finished page with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.documents.definitions import Box, SignatureField, TextStyle
from app.documents.drawing import MM, number
from app.documents.problems import PrintRefused
from app.domain.signatures import HEIGHT, WIDTH

STROKES, SAID = "visitor.signature", "visitor.signed_at"
"""The strokes among the values of a document, and the line that stands under them."""
BEGIN, END = "/Signature BMC", "EMC"
SIGNED = TextStyle(size=5.5, least=3.5, condense=50, font="gothic", valign="bottom", grey=0.3)
_PEN = 0.45
_NOTE = 0.2
"""How much of the height of the place the line under the strokes takes."""


def strokes_of(values: Mapping[str, object]) -> Sequence[Sequence[int]]:
    """The strokes of a document; none when it is to be signed on paper. Raises `PrintRefused` for anything else."""
    found = values.get(STROKES) or ()
    if not isinstance(found, list | tuple) or not all(_is_stroke(one) for one in found):
        raise PrintRefused("署名を印字できません。")
    return found


def _is_stroke(given: object) -> bool:
    return (
        isinstance(given, list | tuple)
        and len(given) >= 2
        and len(given) % 2 == 0
        and all(type(one) is int and 0 <= one <= WIDTH for one in given)
    )


def note_box(field: SignatureField) -> Box:
    """Where the line under the strokes stands."""
    box, height = field.box, field.box.h * _NOTE
    return Box(box.x, box.y + box.h - height, box.w, height)


def signature_code(field: SignatureField, height: float, values: Mapping[str, object]) -> str:
    """The drawing of the strokes in their place on a page of this height (mm); empty where there are none.

    They keep their shape and stand at the left of the place, as a name does.
    """
    strokes = strokes_of(values)
    if not strokes:
        return ""
    box = field.box
    scale = min(box.w / WIDTH, box.h * (1 - _NOTE) / HEIGHT) * MM
    left, top = box.x * MM, (height - box.y) * MM
    parts = [
        _line([(left + x * scale, top - y * scale) for x, y in zip(one[::2], one[1::2], strict=True)])
        for one in strokes
    ]
    return f"{BEGIN} q {number(_PEN * MM)} w 1 J 1 j {' '.join(parts)} Q {END}"


def _line(points: Sequence[tuple[float, float]]) -> str:
    """One stroke; a dot is a line of no length, which a round pen prints."""
    (x, y), *rest = points
    path = " ".join(f"{number(a)} {number(b)} l" for a, b in rest or [(x, y)])
    return f"{number(x)} {number(y)} m {path} S"
