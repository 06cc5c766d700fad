"""Addresses as they are picked and typed (R45): places of the city, and any address of Japan or abroad in one box.

Candidates come from master data only, never from a resident.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import current_app

from app.config import Settings
from app.data import areas, towns
from app.domain.countries import find_countries, leading_country
from app.domain.places import (
    Area,
    Building,
    Choice,
    Lot,
    Municipality,
    Resolved,
    Town,
    place_key,
    postal_digits,
    written_postal,
)

SHOWN = 20
ABROAD, SAME, OTHER = "abroad", "same", "other"
_LONGEST_TYPED = 100
_POSTAL_DIGITS = 7


def city_name() -> str:
    """The name of the city: as the settings say, otherwise as its own address master writes it."""
    settings: Settings = current_app.config["KAKANAI"]
    known: str = settings.city_name or current_app.extensions.get("kakanai_city", "")
    if not known:
        known = current_app.extensions["kakanai_city"] = towns.own_city_parts()[1]
    return known


def list_towns(typed: str, on: date) -> tuple[Town, ...]:
    """Towns (町字) of that day that hold what was typed, in name, reading or postal code."""
    return towns.list_towns(typed[:_LONGEST_TYPED], SHOWN, on)


def find_chosen_town(town_id: str) -> Town | None:
    """A town by its id (町字ID), abolished or not."""
    return towns.find_town(town_id) if town_id else None


def find_town(town_id: str, name: str, on: date) -> Town | None:
    """The town that was chosen, otherwise the one of that day whose very name or reading was typed."""
    chosen = towns.find_town(town_id) if town_id else None
    if chosen is not None and place_key(chosen.name) == place_key(name):
        return chosen
    return towns.find_town_named(name[:_LONGEST_TYPED], on) if name.strip() else None


def list_lots(town_id: str, typed: str) -> tuple[Lot, ...]:
    """Lots (地番) and house numbers of a town."""
    return towns.list_lots(town_id, typed, SHOWN) if town_id else ()


def is_lot(town_id: str, typed: str) -> bool:
    """Whether the master holds this lot of the town."""
    return bool(town_id) and towns.is_lot(town_id, typed)


def list_buildings(town_id: str, lot: str, typed: str, on: date) -> tuple[Building, ...]:
    """Buildings (方書) of that day on a lot, narrowed by what was typed."""
    return towns.list_buildings(town_id, lot, typed[:_LONGEST_TYPED], SHOWN, on) if town_id else ()


def suggest(typed: str) -> tuple[Choice, ...]:
    """How an address can go on after what was typed: prefecture, municipality, town, or a country; at most 20.

    A postal code leads to its areas at once. Towns of the own city include abolished ones: it is a past address.
    """
    text = typed.strip()[:_LONGEST_TYPED]
    digits = postal_digits(text)
    if digits:
        return _by_postal_code(digits)
    if not text:
        return ()
    here = _own_place()
    leading = _leading(areas.list_leading(text, SHOWN), text)
    if len(leading) == 1:
        return _inside(leading[0], _rest(text, leading[0]), here)
    found = leading or areas.list_municipalities(text, SHOWN)
    abroad = () if leading or _is_abroad(text) else find_countries(text, SHOWN)
    choices = [_municipality(one, here) for one in found]
    choices += [Choice(f"{one.name}　", "国外", code=one.code, origin=ABROAD) for one in abroad]
    return _first_likely(choices[:SHOWN])


def _is_abroad(text: str) -> bool:
    """Whether a country is named and more than it: nothing is left to pick."""
    country = leading_country(text)
    return country is not None and len(place_key(text)) > max(
        len(place_key(word)) for word in (country.name, *country.words)
    )


def _leading(found: tuple[Municipality, ...], text: str) -> tuple[Municipality, ...]:
    """The one that the text names whole; otherwise all that bear the longest name that it begins with."""
    key = place_key(text)
    for one in found:
        if key.startswith(place_key(one.full)):
            return (one,)
    longest = max((len(one.name) for one in found), default=0)
    return tuple(one for one in found if len(one.name) == longest)


def _rest(text: str, place: Municipality) -> str:
    key = place_key(text)
    whole = place_key(place.full)
    return key[len(whole) :] if key.startswith(whole) else key[len(place_key(place.name)) :]


def _inside(place: Municipality, rest: str, here: tuple[str, str]) -> tuple[Choice, ...]:
    if not place.name:
        found = areas.list_municipalities(rest, SHOWN, place.prefecture)
        return _first_likely([_municipality(one, here) for one in found], unless=not rest)
    named: list[tuple[str, str, str]]
    if place.code == here[0]:
        past = towns.list_towns(rest, SHOWN, None)
        named = [(town.name, f"{town.kana}{_ended(town)}", town.postal_code) for town in past]
    else:
        named = list(areas.list_areas(place.code, rest, SHOWN))
    choices = [
        Choice(place.full + name, note, postal, place.code, _origin(place.code, here), complete=True)
        for name, note, postal in named
    ]
    return _first_likely(choices, unless=not rest)


def _ended(town: Town) -> str:
    return f"　{town.valid_to} 廃止" if town.is_abolished else ""


def _first_likely(choices: list[Choice], unless: bool = False) -> tuple[Choice, ...]:
    """The first one is what Enter takes, unless nothing was typed for it yet."""
    if unless or not choices:
        return tuple(choices)
    first = choices[0]
    return (replace(first, likely=True), *choices[1:])


def _municipality(one: Municipality, here: tuple[str, str]) -> Choice:
    return Choice(one.full, one.kana, code=one.code, origin=_origin(one.code, here) if one.name else "")


def _by_postal_code(digits: str) -> tuple[Choice, ...]:
    here = _own_place()
    found = areas.list_by_postal_code(digits, SHOWN)
    choices = [_area(one, here) for one in found]
    if len(choices) == 1 and len(digits) == _POSTAL_DIGITS:
        return (replace(choices[0], sure=True, likely=True),)
    return _first_likely(choices)


def _area(one: Area, here: tuple[str, str]) -> Choice:
    place = one.municipality
    note = f"〒{written_postal(one.postal_code)}" + (f"　{one.note}" if one.note else "")
    return Choice(
        place.full + one.name,
        note,
        one.postal_code,
        place.code,
        _origin(place.code, here),
        complete=bool(one.name),
    )


def _own_place() -> tuple[str, str]:
    """Code of the city and of its prefecture."""
    code = towns.own_city_code()
    return code, code[:2]


def _origin(code: str, here: tuple[str, str]) -> str:
    return (SAME if code[:2] == here[1] else OTHER) if here[1] else ""


def own_code() -> str:
    """The municipality code (団体コード) of the city; empty before its address master has come."""
    return towns.own_city_code()


def origin_of(found: Resolved) -> str:
    """How an address lies to the city: same (prefecture), other, abroad; empty where that is not certain."""
    if found.country:
        return ABROAD
    return _origin(found.code, _own_place()) if found.code else ""


def resolve(text: str) -> Resolved:
    """What is certain of a typed address: municipality with its code, postal code; or the country."""
    typed = text.strip()[:_LONGEST_TYPED]
    leading = _leading(areas.list_leading(typed, SHOWN), typed) if typed else ()
    if len(leading) == 1:
        place = leading[0]
        postal = areas.find_postal_code(place.code, _rest(typed, place)) if place.name else ""
        return Resolved(place.code, place.prefecture, place.name, postal)
    country = leading_country(typed)
    return Resolved(country=country.code) if country and not leading else Resolved()
