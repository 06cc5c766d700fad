"""Writes the 27 feed files of a city, and the font that one of them announces."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

from app.demo.city import glyphs
from app.demo.city.feeds import children, desk, insurance, masters, register, tax, welfare
from app.demo.city.feeds.frame import Frame, Row, with_extra
from app.demo.city.people import City
from app.demo.city.places import CITY_CODE
from app.intake.layouts import load_layouts
from app.intake.writer import write_feed

Progress = Callable[[str, int, int], None]

_NIGHT = time(23, 30)


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _nothing(_frame: Frame) -> Iterable[Row]:
    """A data set that holds only what special households brought."""
    return ()


_MAKERS: dict[str, Callable[[Frame], Iterable[Row]]] = {
    "01a": lambda frame: register.RegisterRows(frame).latest(),
    "01b": lambda frame: register.RegisterRows(frame).history(),
    "01c": _nothing,
    "02": desk.seals,
    "03": tax.resident_tax,
    "04": tax.arrears,
    "05": insurance.national_pension,
    "06": welfare.public_assistance,
    "07": welfare.disability_welfare,
    "08": welfare.long_term_care,
    "09": insurance.national_health_insurance,
    "10": insurance.late_elderly,
    "11": children.child_allowance,
    "12": children.medical_aid,
    "13": children.childcare,
    "14": children.child_support_allowance,
    "15a": masters.private_characters,
    "15b": masters.private_glyphs,
    "16": desk.non_residents,
    "17": desk.corporations,
    "18a": masters.towns,
    "18b": masters.lots,
    "18c": masters.buildings,
    "18d": masters.postal_codes,
    "19": desk.memos,
    "20a": _nothing,
    "20b": _nothing,
}
FEEDS = tuple(_MAKERS)


def write_city(city: City, seed: int, out: Path, progress: Progress) -> list[Path]:
    """Write every feed of the city into ``out``; same city and seed, same bytes. Returns the CSV files in order."""
    stamp = datetime.combine(city.as_of - timedelta(days=1), _NIGHT)
    out.mkdir(parents=True, exist_ok=True)
    (out / glyphs.FILE).write_bytes(glyphs.font_bytes())
    paths = []
    layouts = load_layouts(city.as_of)
    for place, (identifier, maker) in enumerate(_MAKERS.items()):
        layout = layouts[identifier]
        progress(f"{identifier} {layout.title}", place, len(_MAKERS))
        frame = Frame(city, Random(f"{seed}:{identifier}"))
        rows = with_extra(frame, identifier, maker(frame))
        paths.append(
            write_feed(out, layout, rows, lg_code=CITY_CODE, kind="full", stamp=stamp, serial=1, as_of=stamp)
        )
    progress("完了", len(_MAKERS), len(_MAKERS))
    return paths
