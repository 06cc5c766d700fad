"""The columns of the content pack's tables, read off its dataclasses: what a cell holds and where its list comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from app.domain.content import Condition, ContentPack
from app.domain.content_labels import choice_word, field_label, item_label


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    CODE = "code"
    CODES = "codes"
    LINES = "lines"
    VALUES = "values"
    VALUE = "value"
    ITEMS = "items"
    CONDITIONS = "conditions"


@dataclass(frozen=True)
class Column:
    """A column of a table: the field, what staff call it, what it holds, and the fixed list or the part it is chosen from."""

    name: str
    label: str
    kind: CellKind
    required: bool
    of: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    items: tuple[Column, ...] = ()
    default: Any = None


_REFERENCES: dict[tuple[str, str], str] = {
    ("procedures", "section"): "sections",
    ("procedures", "forms"): "forms",
    ("procedures", "deadline"): "deadlines",
    ("procedures", "concerns"): "facts",
    ("procedures", "pamphlets"): "pamphlets",
    ("rules", "procedure"): "procedures",
    ("rules", "events"): "events",
    ("rules", "concerns"): "facts",
    ("rules", "forms"): "forms",
    ("deadlines", "events"): "events",
    ("questions", "fact"): "facts",
    ("questions", "group"): "question_groups",
    ("facts", "source"): "sources",
    ("certificates", "section"): "sections",
    ("certificates", "fee"): "fees",
    ("certificates", "requires"): "proof_papers",
    ("certificates", "requesters"): "targets",
    ("certificates", "form"): "forms",
    ("certificate_items", "certificate"): "certificates",
    ("certificate_items", "measure"): "fee_measures",
    ("certificate_items", "fee"): "fees",
    ("purposes", "exemption"): "exemptions",
    ("fees", "multiply_by"): "fee_measures",
    ("fee_additions", "fee"): "fees",
    ("fee_additions", "measure"): "fee_measures",
    ("exemptions", "relations"): "relations",
    ("exemptions", "certificates"): "certificates",
    ("requester_rules", "target"): "targets",
    ("requester_rules", "relation"): "relations",
    ("requester_rules", "papers"): "proof_papers",
    ("requester_rules", "form"): "forms",
    ("payments", "form"): "forms",
    ("events", "form"): "forms",
    ("events", "deadline"): "deadlines",
    ("counters", "section"): "sections",
    ("counters", "receives_for"): "sections",
    ("counters", "office"): "offices",
    ("phrases", "counter"): "counters",
    ("pamphlets", "section"): "sections",
    ("pamphlets", "procedures"): "procedures",
}
"""The cells that are chosen from another table (or from a list the desk makes: forms, sources, targets)."""

_LONG = frozenset(
    {"explanation", "guidance", "reason", "why", "note", "review", "text", "evidence", "deadline_note"}
)
_KEYS: dict[str, tuple[str, ...]] = {
    "requester_rules": ("target", "relation"),
    "phrases": ("kind", "code", "counter", "valid_from"),
    "certificate_items": ("certificate", "code"),
    "fees": ("code", "channel", "valid_from"),
    "fee_additions": ("fee", "measure", "valid_from"),
    "exemptions": ("code", "valid_from"),
    "deadlines": ("code", "valid_from"),
    "ordinary": ("fact",),
}


@cache
def row_types() -> Mapping[str, type]:
    """The parts of a pack that are tables, each with the class of its rows."""
    hints = get_type_hints(ContentPack)
    found: dict[str, type] = {}
    for field in fields(ContentPack):
        inner = get_args(hints[field.name])[:1]
        if get_origin(hints[field.name]) is tuple and isinstance(inner[0], type) and is_dataclass(inner[0]):
            found[field.name] = inner[0]
    return found


@cache
def columns(part: str) -> tuple[Column, ...]:
    """The columns of a part in the order of its fields; fields the desk has no cell for are left out."""
    kind = row_types()[part]
    hints = get_type_hints(kind)
    made = []
    for field in fields(kind):
        column = _column(part, field.name, hints[field.name], field.default)
        if column is not None:
            made.append(column)
    return tuple(made)


def column(part: str, name: str) -> Column | None:
    """A column by its name, or None."""
    return next((one for one in columns(part) if one.name == name), None)


def key_fields(part: str) -> tuple[str, ...]:
    """The fields that tell the rows of a part from each other."""
    return _KEYS.get(part) or (fields(row_types()[part])[0].name,)


def title_field(part: str) -> str:
    """The field a row is called by."""
    names = [field.name for field in fields(row_types()[part])]
    return next((name for name in ("title", "label", "text", "reason") if name in names), names[0])


def row_key(part: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells a plain row from the others of its part."""
    return tuple(str(row.get(name) or "") for name in key_fields(part))


def _column(part: str, name: str, hint: Any, default: Any) -> Column | None:
    required = default is MISSING
    shown: dict[str, Any] = {"name": name, "label": field_label(part, name), "required": required}
    shown["default"] = None if required else default
    kind = _kind(part, name, hint)
    if kind is None:
        return None
    if kind in {CellKind.CODE, CellKind.CODES}:
        enum = _enum(hint)
        if enum is not None:
            choices = tuple((one.value, choice_word(enum.__name__, one.value)) for one in enum)
            return Column(kind=kind, choices=choices, **shown)
        return Column(kind=kind, of=_REFERENCES[part, name], **shown)
    if kind is CellKind.ITEMS:
        return Column(kind=kind, items=_items(get_args(hint)[0]), **shown)
    return Column(kind=kind, **shown)


def _kind(part: str, name: str, hint: Any) -> CellKind | None:
    listed = get_origin(hint) is tuple
    inner = get_args(hint)[0] if listed else _without_none(hint)
    if inner is Condition:
        return CellKind.CONDITIONS
    if listed and is_dataclass(inner):
        plain = all(_kind("", field.name, get_type_hints(inner)[field.name]) for field in fields(inner))
        return CellKind.ITEMS if plain else None
    if (part, name) in _REFERENCES or _enum(hint) is not None:
        return CellKind.CODES if listed else CellKind.CODE
    if listed:
        return CellKind.LINES if inner is str else CellKind.VALUES
    return _plain_kind(name, inner)


def _plain_kind(name: str, inner: Any) -> CellKind | None:
    match inner:
        case _ if inner is str:
            return CellKind.LONG if name in _LONG else CellKind.TEXT
        case _ if inner is int:
            return CellKind.NUMBER
        case _ if inner is bool:
            return CellKind.FLAG
        case _ if inner is date:
            return CellKind.DATE
    return CellKind.VALUE if set(get_args(inner)) == {int, str} else None


def _without_none(hint: Any) -> Any:
    rest = [one for one in get_args(hint) if one is not type(None)]
    return rest[0] if len(rest) == 1 and len(get_args(hint)) == 2 else hint


def _enum(hint: Any) -> type[StrEnum] | None:
    inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
    return inner if isinstance(inner, type) and issubclass(inner, StrEnum) else None


def _items(kind: type) -> tuple[Column, ...]:
    """The columns of the small rows inside a cell."""
    hints = get_type_hints(kind)
    made = []
    for field in fields(kind):
        required = field.default is MISSING
        inner = _kind("", field.name, hints[field.name]) or CellKind.TEXT
        default = None if required else field.default
        made.append(Column(field.name, item_label(field.name), inner, required, default=default))
    return tuple(made)
