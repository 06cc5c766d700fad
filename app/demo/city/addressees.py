"""Addressees who are no residents: owners of land who live elsewhere (住登外者), and corporations (法人)."""

from __future__ import annotations

from datetime import date

from app.demo.city import people, wordlists
from app.demo.city.numbers import phone, unregistered_corporation_number
from app.demo.city.people import Corporation, Name, NonResident
from app.demo.city.registry import Registry

_BUSINESSES = ("012", "012", "012", "012", "010", "010", "013", "023", "027", "028")
# How offices write the legal form: before or after the name, in full, in brackets, or as one sign.
_FORMS = (
    ("株式会社", "", "カブシキガイシャ"), ("", "株式会社", "カブシキガイシャ"), ("（株）", "", "カブシキガイシャ"),
    ("", "㈱", "カブシキガイシャ"), ("有限会社", "", "ユウゲンガイシャ"), ("", "（有）", "ユウゲンガイシャ"),
    ("合同会社", "", "ゴウドウガイシャ"), ("医療法人社団", "会", "イリョウホウジンシャダン"),
    ("社会福祉法人", "会", "シャカイフクシホウジン"), ("一般社団法人", "", "イッパンシャダンホウジン"),
    ("特定非営利活動法人", "", "トクテイヒエイリカツドウホウジン"), ("宗教法人", "寺", "シュウキョウホウジン"),
    ("農事組合法人", "", "ノウジクミアイホウジン"),
)  # fmt: skip
_CHARITIES = ("会", "寺")


def add_non_residents(registry: Registry, count: int) -> None:
    """``count`` persons registered elsewhere; some are former residents under a second number (名寄せ元)."""
    former = [person for person in registry.city.former if person.status == people.MOVED_OUT]
    for _ in range(count):
        twin = former[registry.between(0, len(former) - 1)] if former and registry.chance(0.03) else None
        sex = people.MALE if registry.chance(0.6) else people.FEMALE
        birth = registry.birth(registry.between(28, 93))
        family = registry.names.surname(registry.rng)
        given = twin.given if twin else registry.names.given(registry.rng, sex, birth.year, family)
        address = registry.home(0.3) if registry.chance(0.12) else registry.places.away()
        business = _BUSINESSES[registry.between(0, len(_BUSINESSES) - 1)]
        registry.city.non_residents.append(
            NonResident(
                registry.non_residents.take(),
                twin.sex if twin else sex,
                twin.birth if twin else birth,
                twin.family if twin else family,
                given,
                address,
                business,
                twin.number if twin else "",
                registry.chance(0.02),
                not twin and registry.chance(0.06),
            )
        )


def add_corporations(registry: Registry, count: int) -> None:
    """``count`` corporations, their legal form written in every way offices know."""
    words = wordlists.read("companies")
    fronts = [row for row in words if row[0] == "F"]
    backs = [row for row in words if row[0] == "B"]
    for serial in range(count):
        before, after, form = _FORMS[registry.between(0, len(_FORMS) - 1)]
        front = fronts[registry.between(0, len(fronts) - 1)]
        back = backs[registry.between(0, len(backs) - 1)]
        if after in _CHARITIES:
            back = ["", after, "カイ" if after == "会" else "ジ"]
            after = ""
        founded = registry.day_between(date(1951, 4, 1), registry.years_ago(1))
        closed = registry.day_between(founded, registry.as_of) if registry.chance(0.09) else None
        leader = _leader(registry)
        registry.city.corporations.append(
            Corporation(
                registry.corporations.take(),
                unregistered_corporation_number(990_000_000_000 + serial),
                f"{before}{front[1]}{back[1]}{after}",
                f"{form}{front[2]}{back[2]}" if before else f"{front[2]}{back[2]}{form}",
                leader.written,
                registry.home(0.1) if registry.chance(0.85) else registry.places.away(),
                founded,
                closed,
                phone(registry.rng),
            )
        )


def _leader(registry: Registry) -> Name:
    family = registry.names.surname(registry.rng)
    given = registry.names.given(registry.rng, people.MALE, registry.between(1945, 1988), family)
    return Name(f"{family.written}　{given.written}", f"{family.reading}　{given.reading}")
