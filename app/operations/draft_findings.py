"""Findings of the whole pack, brought back to the rows and cells of a draft they are about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from app.domain.code_lists import CodeLists
from app.domain.content import ContentPack, ContentProblem
from app.domain.content_check import check_content
from app.domain.content_columns import columns, row_key
from app.domain.drafts import Finding, Level, Line
from app.domain.table_check import check_tables
from app.intake.content_pack import FILES

_FILE_WORDS = re.compile(r"[a-z_/]+(?:\.toml)? にある (?:id|code)")
_CONDITION = re.compile(r" conditions\[(\d+)\]")


def whole_findings(
    pack: ContentPack,
    lines: Mapping[str, Sequence[Line]],
    lists: CodeLists,
    forms: Collection[str],
    unread: Collection[str],
    printed: Collection[str],
) -> Iterator[Finding]:
    """What `check_content` and `check_tables` see; rows in `unread` could not be read and are spoken of already.

    `forms` are the codes of the forms, `printed` the facts that they print.
    """
    index = {part: _by_key(found) for part, found in lines.items()}
    for problem in check_content(pack, forms):
        finding = _located(problem, index, lists)
        if not finding.line_id or finding.line_id not in unread:
            yield finding
    for found in check_tables(pack, printed):
        for line in index[found.part].get(found.code, ())[:1]:
            yield Finding(found.level, found.part, line.id, found.column, found.text)


def _by_key(lines: Sequence[Line]) -> dict[str, list[Line]]:
    index: dict[str, list[Line]] = {}
    for line in lines:
        key = row_key(line.part, line.cells)
        for words in {" ".join(key), " ".join(key[:2]).strip(), key[0]}:
            index.setdefault(words, []).append(line)
    return index


def _located(
    problem: ContentProblem, index: Mapping[str, Mapping[str, Sequence[Line]]], lists: CodeLists
) -> Finding:
    part, rest = _part_of(problem)
    text = f"「{_shown(problem.read, lists)}」 {problem.problem}{_desk_words(problem.action)}"
    found = _line_of(index.get(part, {}), rest) or _line_of(index.get(part, {}), problem.read)
    if found is None:
        return Finding(Level.ERROR, part, "", "", f"{problem.place} {text}")
    numbered = _CONDITION.search(problem.place)
    column = f"conditions.{numbered[1]}" if numbered else _column_of(found, problem.read)
    return Finding(Level.ERROR, part, found.id, column, text)


def _part_of(problem: ContentProblem) -> tuple[str, str]:
    table, _, rest = problem.place.partition(" ")
    for name, kinds in FILES.items():
        folder = name.removesuffix(".toml").removesuffix("/")
        if problem.file.removesuffix(".toml").split("/")[0] == folder and table in kinds:
            return kinds[table][0], rest
    return "", rest


def _line_of(index: Mapping[str, Sequence[Line]], words: str) -> Line | None:
    """The row whose key is the longest beginning of the words."""
    while words:
        if found := index.get(words):
            return found[-1]
        words = words.rpartition(" ")[0]
    return None


def _column_of(line: Line, read: str) -> str:
    for column in columns(line.part):
        raw: Any = line.cells.get(column.name)
        if read and (str(raw) == read or (isinstance(raw, list) and read in map(str, raw))):
            return column.name
    return ""


def _shown(read: str, lists: CodeLists) -> str:
    known = next((found.names[read] for found in lists.lists.values() if found.names.get(read)), "")
    return f"{known}（{read}）" if known and known != read else read


def _desk_words(action: str) -> str:
    """Advice for whoever edits files, in the words of whoever edits tables."""
    said = _FILE_WORDS.sub("一覧にあるもの", action)
    said = said.replace(
        "rules.toml に行を書くか、by_hand を直してください。",
        "判定の行を加えるか、「職員が追加するときだけ」を直してください。",
    )
    return said.replace(
        "rules に行を書くか、by_hand を直してください。",
        "判定の行を加えるか、「職員が追加するときだけ」を直してください。",
    )
