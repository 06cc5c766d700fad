"""Where a page really lies: its crop box, its rotation and its unit, as a viewer applies them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pypdf.generic import ArrayObject, IndirectObject

from app.documents.bases.model import LARGEST_SIDE, SMALLEST_SIDE, BaseRefused

MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Frame:
    """What is seen of a page: its box in the page's own points, turned by `rotation`, `unit` points of paper to one of its own."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int = 0
    unit: float = 1.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as seen, in points."""
        across, up = (self.right - self.left) * self.unit, (self.top - self.bottom) * self.unit
        return (up, across) if self.rotation % 180 else (across, up)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The box that is seen, in the page's own points."""
        return self.left, self.bottom, self.right, self.top

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """From the page's own points to points of the upright page with its origin at the bottom left."""
        unit, left, bottom, right, top = self.unit, self.left, self.bottom, self.right, self.top
        return {
            0: (unit, 0.0, 0.0, unit, -left * unit, -bottom * unit),
            90: (0.0, -unit, unit, 0.0, -bottom * unit, right * unit),
            180: (-unit, 0.0, 0.0, -unit, right * unit, top * unit),
            270: (0.0, unit, -unit, 0.0, top * unit, -left * unit),
        }[self.rotation]

    @property
    def is_plain(self) -> bool:
        """Whether the page lies as it is seen."""
        return (self.left, self.bottom, self.rotation, self.unit) == (0.0, 0.0, 0, 1.0)

    def moved(self, up: float) -> tuple[float, float, float, float, float, float]:
        """The matrix with the page moved up by some points."""
        a, b, c, d, e, f = self.matrix
        return a, b, c, d, e, f + up

    def seen(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """A rectangle of the page (left, bottom, right, top) as x, y, width, height in mm from the top left of what is seen."""
        a, b, c, d, e, f = self.matrix
        corners = [(a * x + c * y + e, b * x + d * y + f) for x in box[::2] for y in box[1::2]]
        across, up = [corner[0] for corner in corners], [corner[1] for corner in corners]
        return (
            min(across) / MM, (self.size[1] - max(up)) / MM,
            (max(across) - min(across)) / MM, (max(up) - min(up)) / MM,
        )  # fmt: skip


def frame_of(page: Mapping[str, Any], number: int) -> Frame:
    """The frame of a page with its inherited entries filled in; `number` from 1 is for the message. Raises `BaseRefused`."""
    media = rectangle(page.get("/MediaBox"))
    if media is None:
        raise BaseRefused.unreadable(f"page {number} without a size")
    crop = rectangle(page.get("/CropBox")) or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if right <= left or top <= bottom:
        left, bottom, right, top = media
    frame = Frame(
        left, bottom, right, top, _rotation(page.get("/Rotate"), number), _unit(page.get("/UserUnit"))
    )
    width, height = (side / MM for side in frame.size)
    if not (SMALLEST_SIDE <= width <= LARGEST_SIDE and SMALLEST_SIDE <= height <= LARGEST_SIDE):
        raise BaseRefused(
            f"{number}ページ目の大きさが{width:,.1f}×{height:,.1f} mm です。"
            f"様式にできるのは縦横とも{SMALLEST_SIDE:g}〜{LARGEST_SIDE:g} mm の用紙です。用紙の設定を直した PDF を取り込んでください。"
        )
    return frame


def resolve(value: Any) -> Any:
    """What a reference leads to; anything else is itself."""
    return value.get_object() if isinstance(value, IndirectObject) else value


def rectangle(value: Any) -> tuple[float, float, float, float] | None:
    """Left, bottom, right and top of a PDF rectangle; None for anything else."""
    value = resolve(value)
    if not isinstance(value, ArrayObject) or len(value) != 4:
        return None
    numbers = [number(item) for item in value]
    if any(one is None or not math.isfinite(one) or abs(one) > 1e6 for one in numbers):
        return None
    x1, y1, x2, y2 = (float(one or 0.0) for one in numbers)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def number(value: Any) -> float | None:
    """A PDF number; None for anything else."""
    value = resolve(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _rotation(value: Any, page: int) -> int:
    turned = number(value) or 0.0
    if not math.isfinite(turned) or turned % 90:
        raise BaseRefused(
            f"{page}ページ目の向き（{turned:g}度）が読み取れません。縦か横に直した PDF にしてください。"
        )
    return int(turned) % 360


def _unit(value: Any) -> float:
    found = number(value) or 1.0
    return found if 0 < found <= 100 else 1.0
