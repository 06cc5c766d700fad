"""Rows of the content pack to and from plain tables, driven by the types of the dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.domain.content import Choice, Condition, MoveReason

POSITIONAL: tuple[type, ...] = (Choice, Condition, MoveReason)
"""Small rows that are written as a list of their fields, in order."""

_NAMES = {
    str: "文字列",
    int: "整数",
    bool: "true か false",
    date: "日付（例 2025-04-01）",
    list: "並び（[ ] の中）",
}


@dataclass(frozen=True)
class Finding:
    """One thing wrong in a row: where, what was read, why it is wrong, what to do."""

    place: str
    read: str
    problem: str
    action: str


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def encode(value: Any) -> Any:
    """A row as tables, lists and plain values; fields that equal their default are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, POSITIONAL):
            return [encode(getattr(value, field.name)) for field in fields(value)]
        return {
            field.name: encode(getattr(value, field.name))
            for field in fields(value)
            if getattr(value, field.name) != _default(field)
        }
    if isinstance(value, tuple):
        return [encode(one) for one in value]
    if isinstance(value, dict):
        return {name: encode(one) for name, one in value.items()}
    if isinstance(value, StrEnum):
        return value.value
    return value


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def decode(kind: Any, raw: object, place: str, findings: list[Finding]) -> Any:
    """The value of a type from plain tables; what does not fit is added to `findings` and comes back as None."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _decode_row(kind, raw, place, findings)
    if get_origin(kind) is Mapping:
        return _decode_mapping(get_args(kind)[1], raw, place, findings)
    if get_origin(kind) is tuple:
        return _decode_tuple(get_args(kind)[0], raw, place, findings)
    if get_origin(kind) in {Union, UnionType}:
        return _decode_union(get_args(kind), raw, place, findings)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _decode_enum(kind, raw, place, findings)
    if _is_a(raw, kind):
        return raw
    return _wrong_type(raw, place, [kind], findings)


def _is_a(raw: object, kind: Any) -> bool:
    """Whether a plain value is of the type; true is no number here and a time of day no date."""
    if kind is int:
        return isinstance(raw, int) and not isinstance(raw, bool)
    if kind is date:
        return isinstance(raw, date) and not isinstance(raw, datetime)
    return isinstance(raw, kind)


def _decode_row(kind: type, raw: object, place: str, findings: list[Finding]) -> Any:
    names = [field.name for field in fields(kind)]
    if kind in POSITIONAL and isinstance(raw, list):
        if len(raw) != len(names):
            expected = "、".join(names)
            findings.append(
                Finding(
                    place,
                    str(raw),
                    f"{len(raw)}個あります。",
                    f"{expected} の順に{len(names)}個書いてください。",
                )
            )
            return None
        raw = dict(zip(names, raw, strict=True))
    if not isinstance(raw, dict):
        return _wrong_type(raw, place, [dict], findings)
    for name in raw.keys() - set(names):
        findings.append(
            Finding(
                f"{place} {name}", str(raw[name]), "この項目はありません。", f"使える項目: {'、'.join(names)}"
            )
        )
    values: dict[str, Any] = {}
    for field in fields(kind):
        if field.name in raw:
            values[field.name] = decode(
                _types(kind)[field.name], raw[field.name], f"{place} {field.name}", findings
            )
        elif field.default is MISSING and field.default_factory is MISSING:
            findings.append(
                Finding(place, "", f"「{field.name}」がありません。", f"{field.name} を書いてください。")
            )
    return None if findings else kind(**values)


def _decode_tuple(kind: Any, raw: object, place: str, findings: list[Finding]) -> Any:
    if not isinstance(raw, list):
        return _wrong_type(raw, place, [list], findings)
    return tuple(decode(kind, one, f"{place}[{at}]", findings) for at, one in enumerate(raw, start=1))


def _decode_mapping(kind: Any, raw: object, place: str, findings: list[Finding]) -> Any:
    if not isinstance(raw, dict):
        return _wrong_type(raw, place, [dict], findings)
    return {name: decode(kind, one, f"{place} {name}", findings) for name, one in raw.items()}


def _decode_union(kinds: tuple[Any, ...], raw: object, place: str, findings: list[Finding]) -> Any:
    """One of several types: a list must hold values of one of the list types, a plain value be one of the others."""
    if isinstance(raw, list):
        for kind in kinds:
            if get_origin(kind) is tuple and all(_is_a(one, get_args(kind)[0]) for one in raw):
                return tuple(raw)
    elif any(get_origin(kind) is not tuple and kind is not NoneType and _is_a(raw, kind) for kind in kinds):
        return raw
    return _wrong_type(raw, place, [kind for kind in kinds if kind is not NoneType], findings)


def _decode_enum(kind: type[StrEnum], raw: object, place: str, findings: list[Finding]) -> Any:
    if isinstance(raw, str) and raw in set(kind):
        return kind(raw)
    findings.append(
        Finding(
            place, str(raw), "決められた値ではありません。", f"次のどれかにしてください: {'、'.join(kind)}"
        )
    )
    return None


def _wrong_type(raw: object, place: str, kinds: list[Any], findings: list[Finding]) -> None:
    names = dict.fromkeys(_NAMES.get(list if get_origin(kind) is tuple else kind, "表") for kind in kinds)
    findings.append(
        Finding(place, str(raw)[:100], "値の種類が違います。", f"{'または'.join(names)}で書いてください。")
    )
