"""Japanese wording of what a column takes: in fault lists and in ``docs/feeds.md``."""

from __future__ import annotations

from collections.abc import Mapping

from app.intake.layouts import Column, Condition

MAX_CODES_SHOWN = 12


def type_text(column: Column) -> str:
    """The column's type and length, such as 「半角10文字以内」."""
    n = column.length
    return {
        "X": f"半角{n}文字以内",
        "N": f"{n}文字以内{'（改行可）' if column.lines else ''}",
        "9": f"{n}桁以内の整数",
        "S9": f"{n}桁以内の整数（負の数は先頭に-）",
        "9V": f"全体{n}桁、小数点以下{column.decimals}桁以内の数",
        "DATE": "実在する日付 YYYY-MM-DD",
        "TIME": "時刻 hh:mm:ss",
        "YEAR": "西暦4桁の年",
    }[column.type]


def expected_text(column: Column) -> str:
    """What a value of the column must look like, codes and special forms included."""
    if column.codes is not None and not column.codes_open:
        return f"コード {codes_text(column.codes, MAX_CODES_SHOWN)}"
    if column.pattern is not None:
        return column.form
    if column.unknown is not None:
        return "日付 YYYY-MM-DD（月日が00でよいのは不詳フラグが1のときだけ）"
    return type_text(column)


def codes_text(codes: Mapping[str, str], limit: int | None = None) -> str:
    """「0=不明、1=男」, cut after ``limit`` codes."""
    shown = [f"{code}={label}" for code, label in codes.items()]
    if limit is not None and len(shown) > limit:
        shown = [*shown[:limit], f"ほか{len(shown) - limit}件"]
    return "、".join(shown)


def condition_text(condition: tuple[Condition, ...], names: Mapping[str, str]) -> str:
    """When the value is required: 「住民状態が1のとき」. ``names`` maps identifiers to Japanese names."""
    return "、かつ".join(_test_text(test, names[test.column]) for test in condition)


def _test_text(test: Condition, name: str) -> str:
    if test.filled:
        return f"{name}があるとき"
    if test.among:
        return f"{name}が{'か'.join(test.among)}のとき"
    return f"{name}が{'か'.join(test.other_than)}でないとき"
