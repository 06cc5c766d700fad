"""The invented city 汐瀬市 in the prefecture 凪原県: 27 feed files of people who do not exist.

``generate`` writes the files; ``build_city`` makes the people alone, and ``special_households`` lists those who are there
for a purpose, by label. The same population, seed and as-of day give the same bytes on every machine.

Nothing in it is real: prefecture, city and towns are invented, municipality codes are unassigned ones with right check
digits, postal codes begin with 008 and 009, phones have a zero after the area code, pension numbers the office 0000,
corporation numbers and resident record codes wrong check digits. Surnames and given names are common ones; full names of
publicly known people are never made.

In proportion to the residents there are former residents (moved away, dead, struck off) with their histories, non-resident
addressees and corporations, about three entries in all for each resident. The special households:

- deaths and moves: ``householder_death_leaves_one`` / ``_two`` / ``_adult_and_child``, ``recently_widowed``,
  ``child_only_leaves``, ``recipient_only_leaves``, ``student_leaving``, ``student_away``, ``leaving_soon``, ``came_back``
- insurance and benefits: ``part_on_nhi``, ``turns_75_this_month``, ``late_elderly_by_disability``, ``facility_…``,
  ``care_applied``, ``civil_servant_family``, ``mother_first``, ``child_living_apart``, ``third_child_counts``, ``newborn``,
  ``one_parent_family``, ``public_assistance_family``, ``disabled_child``
- kinship: ``four_generations``, ``great_grandchild``, ``kinship_words``, ``same_address_two_households``,
  ``lodgers_and_relative``, ``unregistered_marriage``, ``stepchild``, ``minor_householder``, ``foreign_householder``,
  ``former_surname_and_alias``
- names and dates: ``namesakes``, ``same_reading``, ``twins``, ``rare_glyphs_1`` to ``_6``, ``name_priority_01`` to
  ``_13``, ``one_letter_names``, ``long_name_and_building``, ``unknown_…``, ``impossible_birth_date…``, ``born_…``,
  ``school_year_edge``
- warnings: ``protected_…`` (each with sentinels: strings of the address that occur nowhere else), ``protection_ended``,
  ``counterpart_of_protected``, ``issuance_hold…``, ``adult_guardian``, ``returned_mail``, ``arrears``
- announced move-ins, each with its receipt number (``notice``): ``movein_…``
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from app.demo.city.build import AS_OF, LARGEST, SMALLEST, CityRefused, build_city
from app.demo.city.output import Progress, silent, write_city
from app.demo.city.people import City, SpecialHousehold
from app.demo.city.places import CITY_CODE, CITY_NAME, PREFECTURE

__all__ = [
    "AS_OF", "CITY_CODE", "CITY_NAME", "LARGEST", "PREFECTURE", "SMALLEST", "CityRefused", "SpecialHousehold", "build_city",
    "generate", "special_households",
]  # fmt: skip


def generate(
    population: int, seed: int, out: Path, progress: Progress | None = None, *, as_of: date = AS_OF
) -> list[Path]:
    """Write the 27 feeds of a city of exactly ``population`` residents into the folder ``out``.

    Returns the CSV files in the order of their layouts. ``progress`` is told (what, done, of how many) as work goes on.
    The folder appears complete or not at all. Raises CityRefused when ``out`` holds anything or the numbers do not fit.
    """
    out = out.resolve()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CityRefused(
            f"{out} は空ではありません。空のフォルダーか、まだないフォルダーを指定してください。"
        )
    tell = progress or silent
    city = build_city(population, seed, as_of, tell)
    draft = out.parent / f".{out.name}.part"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        paths = write_city(city, seed, draft, tell)
        if out.exists():
            out.rmdir()
        draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [out / path.name for path in paths]


def special_households(city: City) -> dict[str, list[SpecialHousehold]]:
    """The special households of a city by label; most labels have one, ``protected_other`` has several."""
    found: dict[str, list[SpecialHousehold]] = {}
    for household in city.special:
        found.setdefault(household.label, []).append(household)
    return found
