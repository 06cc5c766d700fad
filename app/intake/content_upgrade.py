"""Packs that were published before certificates had tables of their own: what they hold, in the tables of today.

Cases keep the version they were opened with, so an old version has to stay readable.
"""

from __future__ import annotations

from typing import Any

_TAX_ITEMS = "tax_items"


def upgrade_pack(table: dict[str, Any]) -> dict[str, Any]:
    """The parts of a stored pack with contents and additions moved out of certificates and fees; others unchanged."""
    certificates, fees = _rows(table.get("certificates")), _rows(table.get("fees"))
    if not any("options" in row for row in certificates) and not any("steps" in row for row in fees):
        return table
    by_item = {row.get("code") for row in fees if _TAX_ITEMS in row.get("multiply_by", [])}
    items = list(table.get("certificate_items", []))
    for row in certificates:
        counted = {"measure": _TAX_ITEMS} if row.get("fee") in by_item else {}
        items += [{"certificate": row.get("code"), **counted, **option} for option in row.get("options", [])]
    additions = list(table.get("fee_additions", []))
    for row in fees:
        dates = {name: row[name] for name in ("valid_from", "valid_to") if name in row}
        additions += [{"fee": row.get("code"), **step, **dates} for step in row.get("steps", [])]
    return {
        **table,
        "certificates": [_without(row, "options") for row in certificates],
        "fees": [_without(row, "steps") for row in fees],
        "certificate_items": items,
        "fee_additions": additions,
    }


def _rows(part: object) -> list[dict[str, Any]]:
    """The rows of a part; none when it is not one, which the reader says."""
    sound = isinstance(part, list) and all(isinstance(row, dict) for row in part)
    return list(part) if sound and isinstance(part, list) else []


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
