"""How values are written on pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from app.domain.dates import (
    DateProblem,
    Echo,
    PartialDate,
    age_on,
    echo_text,
    format_wareki,
    format_wareki_day,
    in_japan,
    today_in_japan,
)

_READING = re.compile(r"([一-龠々]+)《([^》]+)》")


def register_filters(app: Flask) -> None:
    app.add_template_filter(wareki)
    app.add_template_filter(format_wareki_day, "wareki_day")
    app.add_template_filter(moment)
    app.add_template_filter(clock)
    app.add_template_filter(date_echo)
    app.add_template_filter(yen)
    app.add_template_filter(age, "age_on")
    app.add_template_filter(pairs)
    app.add_template_filter(doubled)
    app.add_template_filter(ruby)


def wareki(value: date | PartialDate | None) -> str:
    return format_wareki(value) if value else ""


def date_echo(text: str | None, field: Echo) -> str:
    """How a typed date is read, as the page says it while it is typed; empty when it cannot be read."""
    try:
        return f"✓ {echo_text(text or '', today=today_in_japan(), field=field)}"
    except DateProblem:
        return ""


def moment(value: datetime | None) -> str:
    """An instant in local time, to the minute."""
    return f"{in_japan(value):%Y/%m/%d %H:%M}" if value else ""


def clock(value: datetime) -> str:
    """The time of day of an instant in local time."""
    return f"{in_japan(value):%H:%M}"


def yen(value: int) -> str:
    return f"{value:,}円"


def age(value: date | PartialDate | None, on: date) -> int | None:
    return age_on(value, on) if value else None


def ruby(text: str) -> Markup:
    """A text with its readings in 《》 as ruby: 待《ま》つ. A reading stands over the kanji before it."""
    parts, end = [], 0
    for found in _READING.finditer(text):
        parts += [
            escape(text[end : found.start()]),
            Markup("<ruby>{}<rt>{}</rt></ruby>").format(*found.groups()),
        ]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def pairs(items: Iterable[Any], value: str, label: str) -> list[tuple[Any, Any]]:
    """(value, label) of each item, as fields with choices take them."""
    return [(getattr(item, value), getattr(item, label)) for item in items]


def doubled(items: Iterable[str]) -> list[tuple[str, str]]:
    """Texts that are their own labels."""
    return [(item, item) for item in items]
