"""Conditions of rule rows in three values: true, false, and None for *not known yet*."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from app.domain.content import Condition, FactDefinition, FactType
from app.domain.facts import DateSpan, Span, Value, display

OPERATORS: dict[FactType, tuple[str, ...]] = {
    FactType.YES_NO: ("is",),
    FactType.CHOICE: ("is", "is_not", "in", "not_in"),
    FactType.NUMBER: ("=", ">=", "<=", ">", "<", "between"),
    FactType.DATE: ("=", ">=", "<=", ">", "<", "between"),
    FactType.TEXT: ("is", "is_not", "in", "not_in", "matches"),
}
"""The operators that fit each type of fact. None of them tells known from unknown: more facts never turn a verdict round."""

_LIST_OPERATORS = {"in", "not_in", "between"}

_SUFFIX = {
    ">=": ("以上", "以後"),
    "<=": ("以下", "以前"),
    ">": ("超", "より後"),
    "<": ("未満", "より前"),
    "=": ("", ""),
}


def takes_list(operator: str) -> bool:
    """Whether the operator compares with several values."""
    return operator in _LIST_OPERATORS


def holds(condition: Condition, value: Value) -> bool | None:
    """Whether the condition holds for a value; None when that cannot be told. Raises `ValueError` for an unknown operator."""
    if value is None:
        return None
    wanted = condition.value
    match condition.operator:
        case "is":
            return value == wanted
        case "is_not":
            return value != wanted
        case "in":
            return value in _many(wanted)
        case "not_in":
            return value not in _many(wanted)
        case "matches":
            return re.search(str(wanted), str(value)) is not None
        case "between":
            low, high = _many(wanted)
            return both(_ordered(value, ">=", low), _ordered(value, "<=", high))
        case "=":
            return both(_ordered(value, ">=", wanted), _ordered(value, "<=", wanted))
        case ">=" | "<=" | ">" | "<":
            return _ordered(value, condition.operator, wanted)
    raise ValueError(f"unknown operator {condition.operator!r}")


def both(first: bool | None, second: bool | None) -> bool | None:
    """Kleene's and."""
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def either(first: bool | None, second: bool | None) -> bool | None:
    """Kleene's or."""
    if first is True or second is True:
        return True
    return None if first is None or second is None else False


def _many(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _ordered(value: Value, operator: str, wanted: object) -> bool | None:
    """Compares a value, or every value a span can be: true or false only when all of them agree."""
    low, high = _bounds(value)
    at_least = operator in {">=", ">"}
    strict = operator in {">", "<"}

    def passes(bound: int | None) -> bool | None:
        if bound is None:
            return None
        distance = bound - _number(wanted)
        if distance == 0:
            return not strict
        return (distance > 0) == at_least

    # An ordering is monotonic: if the end least likely to pass passes, all do; if the likeliest fails, none does.
    least, most = (low, high) if at_least else (high, low)
    if passes(least) is True:
        return True
    return False if passes(most) is False else None


def _bounds(value: Value) -> tuple[int | None, int | None]:
    match value:
        case Span(low, high):
            return low, high
        case DateSpan(first, last):
            return first.toordinal(), last.toordinal()
    return _number(value), _number(value)


def _number(value: object) -> int:
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, int):
        return value
    raise ValueError(f"not comparable: {value!r}")


def phrase(condition: Condition, fact: FactDefinition) -> str:
    """The condition in Japanese: 「年齢」が75歳以上."""
    shown = [_shown(one, fact) for one in _many(condition.value)]
    label = f"「{fact.label}」が"
    match condition.operator:
        case "is" | "in":
            return label + "または".join(shown)
        case "is_not" | "not_in":
            return label + "・".join(shown) + "以外"
        case "between":
            return f"{label}{shown[0]}から{shown[1]}まで"
        case "matches":
            return f"{label}{shown[0]}に合うもの"
    number, day = _SUFFIX[condition.operator]
    return label + shown[0] + (day if fact.type is FactType.DATE else number)


def shown_value(value: Value, fact: FactDefinition) -> str:
    """A fact's value in Japanese, with the label of a choice and the unit of a number."""
    if isinstance(value, str) and fact.type is FactType.CHOICE:
        return f"「{fact.choice_label(value)}」"
    if isinstance(value, bool):
        return f"「{display(value)}」"
    if isinstance(value, str):
        return f"「{value}」"
    unknown = value is None
    return display(value) + ("" if unknown or fact.type is not FactType.NUMBER else fact.unit)


def _shown(value: object, fact: FactDefinition) -> str:
    if isinstance(value, bool | int | str | date):
        return shown_value(value, fact)
    raise ValueError(f"not a value of a condition: {value!r}")


def samples(conditions: Sequence[Condition], fact: FactDefinition) -> tuple[Value, ...]:
    """Values that between them pass and fail the conditions in every way one answer can; empty when they cannot be listed.

    For a number or a day these are each bound with its neighbours; for text each named value and one that is none of them.
    """
    match fact.type:
        case FactType.YES_NO:
            return (True, False)
        case FactType.CHOICE:
            return tuple(choice.code for choice in fact.choices)
    found: dict[Value, None] = {}
    for condition in conditions:
        neighbours = _NEIGHBOURS.get(fact.type)
        if condition.operator == "matches" or neighbours is None:
            if condition.operator == "matches":
                return ()
            found.update(dict.fromkeys([*map(str, _many(condition.value)), "\0"]))
            continue
        for bound in _many(condition.value):
            found.update(dict.fromkeys(neighbours(bound)))
    return tuple(found)


def _around_number(bound: object) -> list[Value]:
    return [_number(bound) - 1, _number(bound), _number(bound) + 1]


def _around_day(bound: object) -> list[Value]:
    day = date.fromordinal(_number(bound))
    return [day - timedelta(days=1), day, day + timedelta(days=1)]


_NEIGHBOURS: dict[FactType, Callable[[object], list[Value]]] = {
    FactType.NUMBER: _around_number,
    FactType.DATE: _around_day,
}
