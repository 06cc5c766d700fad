"""Whom the tests look for, read from the city's own feed files."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.intake.layouts import load_layouts

ADULT = ("1960-01-01", "1990-12-31")


@dataclass(frozen=True)
class Found:
    """Somebody to type into the search box."""

    number: str
    name: str
    kana: str


def rows(feeds: Path, data_set: str) -> Iterator[dict[str, str]]:
    """The rows of a feed file by column identifier, as delivered."""
    layout = load_layouts()[data_set]
    ids = {column.name: column.id for column in layout.columns}
    path = next(feeds.glob(f"*_{layout.link_id}_1_*.csv"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {ids[name]: value for name, value in row.items() if name in ids and value}


def protected_numbers(feeds: Path) -> set[str]:
    """Everyone protected, those protected together included."""
    found = set()
    for row in rows(feeds, "01c"):
        found |= {row["atenabango"], row.get("awasete_atenabango", "")}
    return found - {""}


def somebody_with_a_seal(feeds: Path) -> Found:
    """An ordinary householder with a registered seal, no memo and no arrears, whose name nobody else has."""
    noted = {row["atenabango"] for data_set in ("19", "04") for row in rows(feeds, data_set)}
    seals = {row["atenabango"] for row in rows(feeds, "02") if row["torokujotai"] == "1"}
    residents = [row for row in rows(feeds, "01a") if row["juminjotai"] == "1"]
    names = [row["shimei"] for row in residents]
    for row in residents:
        plain = row["juminshubetsu"] == "1" and row.get("zokugarahyoki") == "世帯主"
        fits = plain and ADULT[0] <= row["seinengappi"] <= ADULT[1] and row["atenabango"] in seals - noted
        if fits and row["atenabango"] not in protected_numbers(feeds) and names.count(row["shimei"]) == 1:
            return Found(row["atenabango"], row["shimei"], row["shimei_furigana"])
    raise AssertionError("the city has nobody of the kind")


def protected_resident(feeds: Path) -> tuple[Found, set[str]]:
    """A protected resident, and every long enough text of hers that tells where she lives."""
    kept = {row["atenabango"] for row in rows(feeds, "01c") if row["shiensochikubun"] == "1"}
    for row in rows(feeds, "01a"):
        if row["atenabango"] in kept and row["juminjotai"] == "1" and row["juminshubetsu"] == "1":
            texts = {row.get(f"jusho_{part}", "") for part in ("katagaki", "katagaki_furigana")}
            long = {text for text in texts if len(text) >= 4}
            if long:
                return Found(row["atenabango"], row["shimei"], row["shimei_furigana"]), long
    raise AssertionError("the city has no protected resident in a building")


def family_of_four(feeds: Path) -> list[str]:
    """The names of an announced family with a child of school age and one below it; the first is the householder."""
    notices: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(feeds, "20b"):
        notices[row["uketsukebango"]].append(row)
    for movers in notices.values():
        births = sorted(row["seinengappi"][:4] for row in movers)
        if len(movers) == 4 and births[-1] >= "2020" and "2011" <= births[-2] <= "2019":
            return [row["shimei"] for row in movers]
    raise AssertionError("no announced family of four with a school child and a small one")


def household(feeds: Path, size: int) -> list[str]:
    """The names of a household of so many about whom nothing warns, householder and spouse first."""
    noted = {
        row["atenabango"] for data_set in ("19", "04") for row in rows(feeds, data_set)
    } | protected_numbers(feeds)
    people = [row for row in rows(feeds, "01a") if row["juminjotai"] == "1"]
    names = [row["shimei"] for row in people]
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in people:
        groups[row.get("setaibango", "")].append(row)
    for found in groups.values():
        couple = [row for row in found if row.get("zokugarahyoki") in {"世帯主", "妻"}]
        plain = all(row["juminshubetsu"] == "1" and row["atenabango"] not in noted for row in found)
        if (
            len(found) == size
            and len(couple) == 2
            and plain
            and all(names.count(row["shimei"]) == 1 for row in found)
        ):
            head, wife = sorted(couple, key=lambda row: row["zokugarahyoki"] != "世帯主")
            return [head["shimei"], wife["shimei"], *(row["shimei"] for row in found if row not in couple)]
    raise AssertionError(f"the city has no such household of {size}")
