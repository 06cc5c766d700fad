"""What a sample (見本) prints: invented values of a household, from a file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.documents.formats import as_date
from app.domain.dates import PartialDate


def read_sample(path: Path) -> tuple[str, dict[str, Any]]:
    """The title of a sample file and its values by print key.

    Births of foreign residents are written in western years, as the register has them. Raises OSError, ValueError,
    KeyError and TypeError for what is no sample.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    values = dict(data["values"])
    rows = [row for value in values.values() if isinstance(value, list) for row in value]
    values.setdefault(
        "others", [row for row in values.get("targets", ()) if row["name"] != values.get("subject.name")]
    )
    foreign = {row["name"] for row in rows if row.get("nationality")}
    for row in rows:
        if row.get("name") in foreign:
            row["birth"] = _western(row, "birth")
    for key in [key for key in values if key.endswith(".birth")]:
        if values.get(f"{key.removesuffix('.birth')}.name") in foreign:
            values[key] = _western(values, key)
    return str(data["title"]), values


def _western(values: Mapping[str, Any], key: str) -> PartialDate | None:
    born = as_date(values.get(key))
    return born.in_western_years() if isinstance(born, PartialDate) else None
