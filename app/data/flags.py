"""Warnings beside a person (警告): what is flagged, and in which neutral words it is shown.

A visitor may read the screen: the words tell that something is to be checked, never what.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, bindparam

from app.data.forms import Forms
from app.data.models.register import PersonFlagRow
from app.data.register import current_rows
from app.data.staging import bulk_insert, rewrite
from app.data.touched import touched_numbers
from app.domain.dates import today_in_japan
from app.domain.disclosure import Disclosure
from app.domain.memos import audience_of
from app.domain.person import PersonWarning, WarningLevel

FLAG_SETS = ("02", "04", "19")

RESTRICTED = PersonWarning(WarningLevel.RESTRICTED, "restricted", "取扱注意")
_WARNINGS = {
    warning.code: warning
    for warning in (
        PersonWarning(WarningLevel.HOLD, "hold", "発行禁止"),
        PersonWarning(WarningLevel.HOLD, "guardianship", "発行停止"),
        PersonWarning(WarningLevel.HOLD, "seal_stopped", "印鑑停止"),
        PersonWarning(WarningLevel.CONFIRM, "arrears", "要確認（税務課）"),
        PersonWarning(WarningLevel.CONFIRM, "memo", "要確認（メモ）"),
    )
}
_ORDER = {code: place for place, code in enumerate(_WARNINGS)}
_MEMO_CODES = {"02": "hold", "03": "guardianship"}
_NEVER_ENDING = frozenset({"hold", "guardianship"})
_OPEN_END = "99999999"


TABLE = cast(Table, PersonFlagRow.__table__)
VALID = and_(
    TABLE.c.data_set.in_([bindparam(f"flag_{data_set}") for data_set in FLAG_SETS]),
    TABLE.c.valid_from <= bindparam("flag_day"),
    TABLE.c.valid_to >= bindparam("flag_day"),
    TABLE.c.audience.in_([bindparam("flag_anybody"), bindparam("flag_counter")]),
)
"""The flags that count; its parameters are made by `parameters`. As many for everybody: the text stays the same."""


def parameters(disclosure: Disclosure, today: date | None = None) -> dict[str, Any]:
    """Which flags may be read, and on which day they are read."""
    read = {f"flag_{data_set}": data_set if disclosure.may_read(data_set) else "" for data_set in FLAG_SETS}
    day = (today or today_in_japan()).strftime("%Y%m%d")
    return {**read, "flag_day": day, "flag_anybody": "", "flag_counter": disclosure.counter}


def warnings_of(codes: Collection[str]) -> tuple[PersonWarning, ...]:
    """The warnings of a person's flags, most severe first, each once. Protection is not among them."""
    return tuple(_WARNINGS[code] for code in sorted(set(codes), key=_ORDER.__getitem__))


def rebuild(connection: Connection, forms: Forms) -> None:
    """Make the flags anew of everyone whose rows an import changed; part of the switch, after the rows."""
    for batch in touched_numbers(connection, FLAG_SETS):
        rewrite(connection, TABLE, TABLE.c.person_number.in_(batch), _flagged(connection, forms, batch))


def make_all(connection: Connection, forms: Forms) -> Iterator[None]:
    """Make the flags of everybody where there are none yet, some at each step."""
    for batch in touched_numbers(connection, FLAG_SETS, everyone=True):
        bulk_insert(connection, TABLE, list(_flagged(connection, forms, batch)))
        yield


def _flagged(connection: Connection, forms: Forms, numbers: Collection[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of the table in the order of its columns."""
    for data_set, row_key, number, values in current_rows(connection, forms, numbers, FLAG_SETS):
        code = _code(data_set, values)
        if code:
            begin = values.get("kaishinengappi", "").replace("-", "")
            audience = audience_of(values) if code == "memo" else ""
            yield data_set, row_key, number, code, begin, _end(code, values), audience


def _code(data_set: str, values: Mapping[str, str]) -> str | None:
    if data_set == "02":
        return "seal_stopped" if values.get("torokujotai") == "3" else None
    if data_set == "04":
        return "arrears" if values.get("tainoumu") == "1" else None
    return _MEMO_CODES.get(values.get("memokubun", ""), "memo")


def _end(code: str, values: Mapping[str, str]) -> str:
    """The last day of a flag. A restriction does not end by its date, only by the row's end (抑止は期限だけでは解けない)."""
    if code in _NEVER_ENDING:
        return _OPEN_END
    return values.get("kigennengappi", "").replace("-", "") or _OPEN_END
