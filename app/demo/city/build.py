"""Builds the invented city: people first, then their histories, then what they live on."""

from __future__ import annotations

from datetime import date

from app.demo.city import former, households
from app.demo.city.addressees import add_corporations, add_non_residents
from app.demo.city.foreigners import Foreigners
from app.demo.city.histories import settle
from app.demo.city.livelihoods import give_livelihoods
from app.demo.city.output import Progress, silent
from app.demo.city.people import City, Household
from app.demo.city.registry import Registry
from app.demo.city.special import add_special_households

SMALLEST, LARGEST = 400, 1_000_000
AS_OF = date(2026, 11, 20)
"""The day the city shows unless another is asked for."""
EARLIEST, LATEST = date(2025, 11, 1), date(2045, 12, 31)
_FOREIGN, _MOVED_OUT, _DEAD, _STRUCK_OFF, _NON_RESIDENT, _CORPORATION = 0.015, 1.15, 0.4, 0.012, 0.33, 0.05


class CityRefused(ValueError):
    """The city asked for cannot be made; the message says why and what to do."""


def build_city(population: int, seed: int, as_of: date = AS_OF, progress: Progress = silent) -> City:
    """A city of exactly ``population`` residents on ``as_of``; the same arguments make the same city.

    Raises CityRefused below SMALLEST (the special households need their people) or above LARGEST, and for a day before
    the layouts are in force or after LATEST.
    """
    if not SMALLEST <= population <= LARGEST:
        raise CityRefused(
            f"人口 {population} の市は作れません。{SMALLEST} から {LARGEST} までで指定してください。"
        )
    if not EARLIEST <= as_of <= LATEST:
        raise CityRefused(
            f"時点 {as_of} の市は作れません。{EARLIEST} から {LATEST} までの日を指定してください。"
        )
    registry = Registry(population, seed, as_of)
    city = registry.city
    progress("世帯", 0, population)
    foreigners = Foreigners(registry)
    add_special_households(registry, foreigners, population)
    city.households += foreigners.add(int(population * _FOREIGN))
    _fill(registry, population, progress)
    for home in city.households:
        give_livelihoods(registry, home)
    progress("除票と住登外", population, population)
    former.add_moved_out(registry, int(population * _MOVED_OUT))
    former.add_dead(registry, int(population * _DEAD))
    former.add_struck_off(registry, int(population * _STRUCK_OFF))
    add_non_residents(registry, int(population * _NON_RESIDENT))
    add_corporations(registry, int(population * _CORPORATION))
    return city


def _fill(registry: Registry, population: int, progress: Progress) -> None:
    """Found ordinary households until the city is full, to the person."""
    city = registry.city
    count = sum(len(home.members) for home in city.households)
    while count < population:
        homes = households.found(registry)
        size = sum(len(home.members) for home in homes)
        if count + size > population:
            homes = households.found_single(registry)
            size = 1
        for home in homes:
            _house(registry, home)
        count += size
        if count // 5000 != (count - size) // 5000:
            progress("世帯", count, population)


def _house(registry: Registry, home: Household) -> None:
    settle(registry, home)
    registry.city.households.append(home)
