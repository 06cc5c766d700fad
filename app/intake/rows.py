"""One row of a feed: checked against its layout, or the list of what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.intake.checks import QuickTest, accepts, quick_test
from app.intake.layouts import CONDITIONAL, REQUIRED, Column, Condition, Layout
from app.intake.wording import condition_text, expected_text

MAX_READ_CHARACTERS = 80
LONGEST_PLAIN = 10
KEY_SEPARATOR = "|"
EMPTY = "（空）"
_HISTORY_COLUMNS = ("rirekibango", "rirekibango_edabango")


@dataclass(slots=True)
class FeedRow:
    """A row that passed every check.

    ``line`` is the physical line it starts on; ``key`` its key parts joined with "|"; ``history`` the 履歴番号 (0 where the file
    has none); ``values`` its non-empty cells by identifier, ``extra`` those of unknown columns by Japanese name.
    """

    line: int
    key: str
    person: str | None
    history: int
    latest: bool
    deleted: bool
    values: dict[str, str]
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with one row, in Japanese: where, what was read, what was expected.

    ``personal`` warns that ``read`` may tell who the person is or where he lives, so that it is not to be shown: its
    column does, the value is not of the kind its column holds, or the row has several faults, so that its cells may
    have slid into each other's columns.
    """

    file: str
    line: int
    column: str
    read: str
    expected: str
    personal: bool = False

    def __str__(self) -> str:
        return f"{self.file} {self.line}行目 {self.column}: 読み取った値 {self.read}、期待 {self.expected}"


Rule = tuple[str, tuple[Condition, ...]]


class RowChecker:
    """Checks rows of one file against its layout; remembers the keys it has seen, to name duplicates."""

    def __init__(self, layout: Layout, file: str, lg_code: str) -> None:
        self.layout = layout
        self.file = file
        self.lg_code = lg_code
        self._columns = {column.id: column for column in layout.columns}
        self._names = {column.id: column.name for column in layout.columns}
        self._tests: dict[str, QuickTest] = {column.id: quick_test(column) for column in layout.columns}
        self._required = frozenset(column.id for column in layout.columns if column.level == REQUIRED)
        self._by_value, self._rules = _conditions(layout.columns)
        self._subject = tuple(name for name in layout.key if name not in _HISTORY_COLUMNS)
        self._seen: set[str] = set()
        self._current: set[str] = set()

    def check(self, line: int, ids: Sequence[str], cells: Sequence[str]) -> FeedRow | list[RowFault]:
        """The row whose ``cells`` stand under the identifiers ``ids``, or everything that is wrong with it."""
        values = {identifier: cell for identifier, cell in zip(ids, cells, strict=True) if cell}
        tests = self._tests
        suspects = [name for name, cell in values.items() if not tests[name](cell)]
        faults: list[RowFault] = []
        if suspects:
            faults += self._cell_faults(line, suspects, values)
        if not self._required <= values.keys():
            faults += self._missing(line, values)
        faults += self._conditional_faults(line, values)
        code_column = self.layout.municipality
        if code_column is not None and values.get(code_column, self.lg_code) != self.lg_code:
            faults.append(self._fault(line, code_column, values, f"この市区町村のコード {self.lg_code}"))
        if len(faults) > 1:
            return [replace(fault, personal=True) for fault in faults]
        return faults or self._row(line, values)

    def _row(self, line: int, values: dict[str, str]) -> FeedRow | list[RowFault]:
        get = values.get
        layout = self.layout
        key = KEY_SEPARATOR.join([get(name, "") for name in layout.key])
        history = int(get("rirekibango", "0")) if layout.has_history else 0
        row = FeedRow(
            line=line,
            key=key,
            person=get(layout.person) if layout.person else None,
            history=history,
            latest=get("saishinfuragu") != "0",
            deleted=get("sakujofuragu") == "1",
            values=values,
        )
        return self._key_faults(row) or row

    def _key_faults(self, row: FeedRow) -> list[RowFault]:
        layout = self.layout
        if row.key.count(KEY_SEPARATOR) != len(layout.key) - 1:
            return [self._key_fault(row, layout.key, f"「{KEY_SEPARATOR}」を含まない値")]
        mark = f"{row.key}{KEY_SEPARATOR}{row.history}"
        if mark in self._seen:
            columns = (*layout.key, "rirekibango") if layout.has_history else layout.key
            return [self._key_fault(row, tuple(dict.fromkeys(columns)), "ファイルの中で1回だけ")]
        self._seen.add(mark)
        if layout.has_history and row.latest and not row.deleted:
            subject = KEY_SEPARATOR.join([row.values.get(name, "") for name in self._subject])
            if subject in self._current:
                return [self._key_fault(row, self._subject, "最新フラグが1の行は1つだけ")]
            self._current.add(subject)
        return []

    def _key_fault(self, row: FeedRow, columns: Sequence[str], expected: str) -> RowFault:
        names = "＋".join(self._names[name] for name in columns)
        read = "＋".join(row.values.get(name, EMPTY) for name in columns)
        return RowFault(self.file, row.line, names, _clip(read), expected, personal=True)

    def _cell_faults(self, line: int, suspects: Sequence[str], values: Mapping[str, str]) -> list[RowFault]:
        columns = (self._columns[name] for name in suspects)
        return [
            self._fault(line, column.id, values, expected_text(column))
            for column in columns
            if not accepts(column, values[column.id], values)
        ]

    def _missing(self, line: int, values: Mapping[str, str]) -> list[RowFault]:
        order = [column.id for column in self.layout.columns if column.id in self._required]
        return [self._fault(line, name, values, "必須の値") for name in order if name not in values]

    def _conditional_faults(self, line: int, values: Mapping[str, str]) -> list[RowFault]:
        faults = []
        for trigger, rules in self._by_value:
            for name, rest in rules.get(values.get(trigger, ""), ()):
                if name not in values and all(test.holds(values) for test in rest):
                    faults.append(self._condition_fault(line, name, values))
        for name, tests in self._rules:
            if name not in values and all(test.holds(values) for test in tests):
                faults.append(self._condition_fault(line, name, values))
        return faults

    def _condition_fault(self, line: int, name: str, values: Mapping[str, str]) -> RowFault:
        when = condition_text(self._columns[name].condition, self._names)
        return self._fault(line, name, values, f"値（{when}は必須）")

    def _fault(self, line: int, name: str, values: Mapping[str, str], expected: str) -> RowFault:
        column = self._columns[name]
        read = _clip(values.get(name, EMPTY))
        return RowFault(self.file, line, column.name, read, expected, _is_personal(column, values.get(name)))


def _conditions(
    columns: Sequence[Column],
) -> tuple[list[tuple[str, dict[str, tuple[Rule, ...]]]], list[Rule]]:
    """Conditional columns sorted for speed: those that wait for a value of another column stand under that value."""
    by_value: dict[str, dict[str, tuple[Rule, ...]]] = {}
    others: list[Rule] = []
    for column in columns:
        if column.level != CONDITIONAL:
            continue
        trigger = next((test for test in column.condition if test.among), None)
        if trigger is None:
            others.append((column.id, column.condition))
            continue
        rest = tuple(test for test in column.condition if test is not trigger)
        rules = by_value.setdefault(trigger.column, {})
        for value in trigger.among:
            rules[value] = (*rules.get(value, ()), (column.id, rest))
    return list(by_value.items()), others


def _is_personal(column: Column, value: str | None) -> bool:
    """Whether a faulty value may tell something of the person: codes, dates and numbers of their usual length do not."""
    if value is None:
        return False
    if column.address or (column.type in {"X", "N"} and column.codes is None):
        return True
    return not value.isascii() or len(value) > max(column.length, LONGEST_PLAIN)


def _clip(text: str) -> str:
    return text if len(text) <= MAX_READ_CHARACTERS else f"{text[:MAX_READ_CHARACTERS]}…"
