"""One row of a feed: checked against its layout, or the list of what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.intake.checks import QuickTest, accepts, quick_test
from app.intake.layouts import CONDITIONAL, REQUIRED, Column, Condition, Layout
from app.intake.marks import Marks
from app.intake.screen import Cells, Screen
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
    has none); ``cells`` stand under the identifiers ``ids``; ``extra`` are those of unknown columns by Japanese name.
    """

    line: int
    key: str
    person: str | None
    history: int
    latest: bool
    deleted: bool
    ids: Sequence[str]
    cells: Sequence[str]
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """The non-empty cells by identifier, made anew at each call."""
        return {identifier: cell for identifier, cell in zip(self.ids, self.cells, strict=True) if cell}


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
    """Checks the rows of one file, whose columns are ``ids``; remembers the keys it has seen, to name duplicates."""

    def __init__(self, layout: Layout, file: str, lg_code: str, ids: Sequence[str]) -> None:
        self.layout = layout
        self.file = file
        self.lg_code = lg_code
        self._ids = tuple(ids)
        self._places = {identifier: place for place, identifier in enumerate(ids)}
        self._columns = {column.id: column for column in layout.columns}
        self._names = {column.id: column.name for column in layout.columns}
        self._screen = Screen(layout, lg_code, ids)
        self._tests: dict[str, QuickTest] = {column.id: quick_test(column) for column in layout.columns}
        self._required = frozenset(column.id for column in layout.columns if column.level == REQUIRED)
        self._by_value, self._rules = _conditions(layout.columns)
        self._subject = tuple(name for name in layout.key if name not in _HISTORY_COLUMNS)
        self._seen = Marks()
        self._current = Marks()

    def check(self, lines: Sequence[int], batch: Sequence[Sequence[str]]) -> list[FeedRow | list[RowFault]]:
        """For each row of a batch (its cells in the order of ``ids``) the row, or everything that is wrong with it."""
        columns: list[Cells] = list(zip(*batch, strict=True))
        found: list[FeedRow | list[RowFault]] = list(self._rows(lines, batch, columns))
        for at in self._screen.suspects(columns):
            faults = self._faults(lines[at], batch[at])
            if faults:
                found[at] = faults
        rows = [row for row in found if isinstance(row, FeedRow)]
        if self._have_new_keys(rows):
            return found
        return [(self._key_faults(row) or row) if isinstance(row, FeedRow) else row for row in found]

    def _faults(self, line: int, cells: Sequence[str]) -> list[RowFault]:
        values = {identifier: cell for identifier, cell in zip(self._ids, cells, strict=True) if cell}
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
        return faults

    def _rows(
        self, lines: Sequence[int], batch: Sequence[Sequence[str]], columns: Sequence[Cells]
    ) -> Iterator[FeedRow]:
        empty: Cells = ("",) * len(batch)

        def of(name: str | None) -> Cells:
            return columns[self._places[name]] if name in self._places else empty

        histories = of("rirekibango") if self.layout.has_history else empty
        heads = zip(
            lines,
            self._joined(self.layout.key, of),
            of(self.layout.person),
            histories,
            of("saishinfuragu"),
            of("sakujofuragu"),
            batch,
            strict=True,
        )
        ids = self._ids
        for line, key, person, history, latest, deleted, cells in heads:
            number = int(history) if history.isdecimal() else 0
            yield FeedRow(line, key, person or None, number, latest != "0", deleted == "1", ids, cells)

    @staticmethod
    def _joined(names: Sequence[str], of: Callable[[str], Cells]) -> Iterable[str]:
        if len(names) == 1:
            return of(names[0])
        return map(KEY_SEPARATOR.join, zip(*map(of, names), strict=True))

    def _have_new_keys(self, rows: Sequence[FeedRow]) -> bool:
        """Note the keys of all these rows; False, and nothing noted, when any of them has something wrong with its key."""
        inside = len(self.layout.key) - 1
        if any(row.key.count(KEY_SEPARATOR) != inside for row in rows):
            return False
        current = (
            [self._subject_of(row) for row in rows if row.latest and not row.deleted]
            if self.layout.has_history
            else []
        )
        if not self._current.add_new(current):
            return False
        if self._seen.add_new([_mark(row) for row in rows]):
            return True
        self._current.remove(current)
        return False

    def _subject_of(self, row: FeedRow) -> str:
        if len(self._subject) == len(self.layout.key):
            return row.key
        return KEY_SEPARATOR.join([row.cells[self._places[name]] for name in self._subject])

    def _key_faults(self, row: FeedRow) -> list[RowFault]:
        layout = self.layout
        if row.key.count(KEY_SEPARATOR) != len(layout.key) - 1:
            return [self._key_fault(row, layout.key, f"「{KEY_SEPARATOR}」を含まない値")]
        if not self._seen.add_new([_mark(row)]):
            columns = (*layout.key, "rirekibango") if layout.has_history else layout.key
            return [self._key_fault(row, tuple(dict.fromkeys(columns)), "ファイルの中で1回だけ")]
        if layout.has_history and row.latest and not row.deleted:
            if not self._current.add_new([self._subject_of(row)]):
                return [self._key_fault(row, self._subject, "最新フラグが1の行は1つだけ")]
        return []

    def _key_fault(self, row: FeedRow, columns: Sequence[str], expected: str) -> RowFault:
        names = "＋".join(self._names[name] for name in columns)
        values = row.values
        read = "＋".join(values.get(name, EMPTY) for name in columns)
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


def _mark(row: FeedRow) -> str:
    return f"{row.key}{KEY_SEPARATOR}{row.history}"


def _is_personal(column: Column, value: str | None) -> bool:
    """Whether a faulty value may tell something of the person: codes, dates and numbers of their usual length do not."""
    if value is None:
        return False
    if column.address or (column.type in {"X", "N"} and column.codes is None):
        return True
    return not value.isascii() or len(value) > max(column.length, LONGEST_PLAIN)


def _clip(text: str) -> str:
    return text if len(text) <= MAX_READ_CHARACTERS else f"{text[:MAX_READ_CHARACTERS]}…"
