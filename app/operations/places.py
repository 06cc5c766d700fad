"""Addresses that exist in the city (R45)."""

from __future__ import annotations

from app.data import towns
from app.domain.register import Building, Lot, Town

SHOWN = 20


def list_towns(typed: str) -> tuple[Town, ...]:
    """Towns (町字) whose name or reading begins with what was typed."""
    return tuple(towns.list_towns(typed, SHOWN))


def list_lots(town_id: str, typed: str) -> tuple[Lot, ...]:
    """Lots (地番) of a town."""
    return tuple(towns.list_lots(town_id, typed, SHOWN)) if town_id else ()


def list_buildings(town_id: str, lot: str, typed: str) -> tuple[Building, ...]:
    """Buildings (方書) on a lot, narrowed by what was typed."""
    found = towns.list_buildings(town_id, lot, SHOWN) if town_id else ()
    return tuple(building for building in found if typed in building.name or typed in building.kana)
