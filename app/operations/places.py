"""Addresses that exist in the city (R45)."""

from __future__ import annotations

from flask import current_app

from app.config import Settings
from app.data import towns
from app.domain.register import Building, Lot, Town

SHOWN = 20


def city_name() -> str:
    """The name of the city: as the settings say, otherwise as its own address master writes it."""
    settings: Settings = current_app.config["KAKANAI"]
    known: str = settings.city_name or current_app.extensions.get("kakanai_city", "")
    if not known:
        known = current_app.extensions["kakanai_city"] = towns.own_city_parts()[1]
    return known


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
