"""The table of figures, on the terminal and in its section of docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import date

from benchmarks import Row
from environment import ROOT

_HEAD = ("| measured | figure | limit | baseline | times the baseline |", "| --- | --- | --- | --- | --- |")
_INTRODUCTION = """\
# Benchmarks

Written by `python3 scripts/bench.py --write` and `python3 scripts/bench.py register --write`. Figures hold for the
machine of that day; the baseline beside each was taken in the same run, so that the last column can be compared between
machines.
"""
_DOCUMENT = ROOT / "docs" / "benchmarks.md"


def table(results: Mapping[str, Sequence[Row]]) -> list[str]:
    """The lines of the table of these rows by benchmark."""
    lines = list(_HEAD)
    for name, rows in results.items():
        lines += [_line(name, row) for row in rows]
    return lines


def write_section(title: str, measured: str, lines: Sequence[str]) -> None:
    """Put the table into the document under its heading; other sections, and rows of benchmarks not in it, stay."""
    there = _DOCUMENT.read_text(encoding="utf-8") if _DOCUMENT.exists() else ""
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", there, re.MULTILINE | re.DOTALL))
    lines = _with_others(lines, sections.get(title, "").splitlines())
    machine = f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}"
    head = f"{date.today():%Y-%m-%d}, {measured}, {machine}."
    sections[title] = "\n".join(("", head, "", *lines, "", ""))
    text = _INTRODUCTION + "".join(
        f"\n## {name}\n{body.rstrip()}\n" for name, body in sorted(sections.items())
    )
    _DOCUMENT.write_text(text, encoding="utf-8")


def _with_others(lines: Sequence[str], before: Sequence[str]) -> list[str]:
    """The lines with those of other benchmarks that stood there before, by the name each row begins with."""
    rows = [line for line in before if line.startswith("| ") and line not in _HEAD]
    given = [line for line in lines if line not in _HEAD]
    new = dict.fromkeys(map(_benchmark, given))
    body = [
        line
        for name in (dict.fromkeys(map(_benchmark, rows)) | new)
        for line in (given if name in new else rows)
        if _benchmark(line) == name
    ]
    return [*_HEAD, *body]


def _benchmark(line: str) -> str:
    return line.removeprefix("| ").partition(":")[0]


def _line(name: str, row: Row) -> str:
    limit = "–"
    if row.limit is not None:
        limit = f"{_number(row.limit)} {row.unit}{'' if row.kept else ' **over**'}"
    baseline = f"{_number(row.baseline)} {row.unit} ({row.baseline_of})" if row.baseline else "–"
    ratio = f"{row.ratio:.1f}" if row.ratio else "–"
    return f"| {name}: {row.what} | {_number(row.figure)} {row.unit} | {limit} | {baseline} | {ratio} |"


def _number(value: float | None) -> str:
    """Three digits that mean something, and no more."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
