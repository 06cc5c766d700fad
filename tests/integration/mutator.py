"""Spoils feed files the way cores, transports and hands spoil them; the same seed spoils them alike.

Most mutations of a `Draft` leave hash and row count right, as a source does that writes wrong files; those of `Draft.after`
damage the finished bytes behind the manifest's back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from app.intake.layouts import Column
from tests.integration.feed_draft import Draft

Mutation = Callable[[Draft, Random], None]


def _columns(draft: Draft, wanted: Callable[[Column], bool]) -> list[Column]:
    return [column for column in draft.layout.columns if wanted(column)]


def _spoil_cell(draft: Draft, rng: Random, wanted: Callable[[Column], bool], values: tuple[str, ...]) -> None:
    columns = _columns(draft, wanted)
    if draft.rows and columns:
        rng.choice(draft.rows)[draft.place(rng.choice(columns))] = rng.choice(values)


def swapped_columns(draft: Draft, rng: Random) -> None:
    one, other = rng.sample(range(len(draft.header)), 2)
    for row in (draft.header, *draft.rows):
        row[one], row[other] = row[other], row[one]


def swapped_names(draft: Draft, rng: Random) -> None:
    """Two headings exchanged, of columns that most rows fill and fill differently; elsewhere no one could tell."""
    full = [
        at
        for at in range(len(draft.header))
        if sum(1 for row in draft.rows if row[at]) * 10 > len(draft.rows) * 8
    ]
    pairs = [
        (one, other)
        for one in full
        for other in full
        if one < other and sum(1 for row in draft.rows if row[one] != row[other]) * 10 > len(draft.rows) * 8
    ]
    if len(draft.rows) < 10 or not pairs:
        return swapped_columns(draft, rng)
    one, other = rng.choice(pairs)
    draft.header[one], draft.header[other] = draft.header[other], draft.header[one]
    return None


def renamed_column(draft: Draft, rng: Random) -> None:
    at = rng.randrange(len(draft.header))
    draft.header[at] += rng.choice(("２", "_旧", "コード"))


def dropped_column(draft: Draft, rng: Random) -> None:
    at = rng.randrange(len(draft.header))
    for row in (draft.header, *draft.rows):
        del row[at]


def doubled_column(draft: Draft, rng: Random) -> None:
    at = rng.randrange(len(draft.header))
    for row in (draft.header, *draft.rows):
        row.insert(at, row[at])


def unnamed_column(draft: Draft, rng: Random) -> None:
    draft.header[rng.randrange(len(draft.header))] = ""


def empty_unknown_column(draft: Draft, _rng: Random) -> None:
    draft.header.append("独自項目")
    for row in draft.rows:
        row.append("")


def names_shifted(draft: Draft, _rng: Random) -> None:
    draft.header.append(draft.header.pop(0))


def lost_header(draft: Draft, _rng: Random) -> None:
    if draft.rows:
        draft.header = draft.rows.pop(0)
    else:
        draft.header = [f"列{at}" for at in range(len(draft.header))]


def wrong_code(draft: Draft, rng: Random) -> None:
    _spoil_cell(draft, rng, lambda c: c.codes is not None and not c.codes_open, ("Z", "99x", "９", "不明"))


def broken_date(draft: Draft, rng: Random) -> None:
    texts = ("2026-13-45", "2026/01/02", "令和8年1月2日", "20260102", "0000-00-00", "2026-1-2")
    _spoil_cell(draft, rng, lambda c: c.type == "DATE" and c.unknown is None, texts)


def wrong_kind_of_value(draft: Draft, rng: Random) -> None:
    _spoil_cell(draft, rng, lambda c: c.type in {"9", "S9", "9V"}, ("十二", "1,200", "0x1F", "1e5", "--1"))


def too_long(draft: Draft, rng: Random) -> None:
    _spoil_cell(draft, rng, lambda c: c.type in {"X", "9"} and c.length < 100, ("1" * 120,))


def huge_cell(draft: Draft, rng: Random) -> None:
    _spoil_cell(draft, rng, lambda c: c.type == "N", ("あ" * rng.choice((3_000, 140_000)),))


def forbidden_character(draft: Draft, rng: Random) -> None:
    _spoil_cell(
        draft, rng, lambda c: c.type == "N", ("玉\x1f名", "玉\u202e名", "玉\ufffd名", "玉\x85名", "\x1e")
    )


def empty_required(draft: Draft, rng: Random) -> None:
    _spoil_cell(draft, rng, lambda c: c.level == "required", ("",))


def shifted_row(draft: Draft, rng: Random) -> None:
    if draft.rows:
        row = rng.choice(draft.rows)
        row.insert(0, "")
        if rng.random() < 0.5:
            row.pop()


def short_row(draft: Draft, rng: Random) -> None:
    if draft.rows:
        row = rng.choice(draft.rows)
        del row[rng.randrange(1, len(row)) :]


def bad_row_and_removals(draft: Draft, rng: Random) -> None:
    """A row that is rejected, and some that are not there any more: nobody can tell which of them it was."""
    if len(draft.rows) > 1:
        draft.removed = max(1, len(draft.rows) // 50)
        for _ in range(draft.removed):
            del draft.rows[rng.randrange(1, len(draft.rows))]
        rng.choice(draft.rows[1:] or draft.rows).append("余り")


def other_city(draft: Draft, rng: Random) -> None:
    column = next((c for c in draft.layout.columns if c.id == draft.layout.municipality), None)
    if column is None or not draft.rows:
        draft.stem = draft.stem.replace(draft.lg_code, "011002", 1)
        return
    for row in rng.choice((draft.rows, [rng.choice(draft.rows)])):
        row[draft.place(column)] = "011002"


def doubled_rows(draft: Draft, rng: Random) -> None:
    if draft.rows:
        draft.rows.insert(rng.randrange(len(draft.rows)), list(rng.choice(draft.rows)))


def doubled_key(draft: Draft, rng: Random) -> None:
    """A second row of the same key that says something else."""
    if not draft.rows:
        return
    row = list(rng.choice(draft.rows))
    free = [
        c
        for c in _columns(draft, lambda c: c.type == "N" and c.id not in draft.layout.key)
        if c.name in draft.header
    ]
    if free:
        row[draft.place(rng.choice(free))] = "別"
    draft.rows.append(row)


def second_state(draft: Draft, rng: Random) -> None:
    """A second row of the same subject under another history number."""
    names = {column.id: column for column in draft.layout.columns}
    if "rirekibango" not in names or not draft.rows:
        return doubled_rows(draft, rng)
    row = list(rng.choice(draft.rows))
    row[draft.place(names["rirekibango"])] = "77"
    if "saishinfuragu" in names:
        row[draft.place(names["saishinfuragu"])] = "1"
    draft.rows.append(row)
    return None


def half_the_rows(draft: Draft, _rng: Random) -> None:
    draft.rows = draft.rows[: len(draft.rows) // 2]


def no_rows(draft: Draft, _rng: Random) -> None:
    draft.rows = []


def other_order(draft: Draft, rng: Random) -> None:
    rng.shuffle(draft.rows)


def bare_line_feeds(draft: Draft, _rng: Random) -> None:
    draft.line_end = "\n"


def bare_returns(draft: Draft, _rng: Random) -> None:
    draft.before = lambda content: content.replace(b"\r\n", b"\r")


def byte_order_mark(draft: Draft, rng: Random) -> None:
    marks = b"\xef\xbb\xbf" * rng.choice((1, 2))
    draft.before = lambda content: marks + content


def no_last_line_end(draft: Draft, _rng: Random) -> None:
    draft.before = lambda content: content.removesuffix(b"\r\n")


def blank_lines(draft: Draft, _rng: Random) -> None:
    draft.before = lambda content: content + b"\r\n\r\n"


def odd_quotes(draft: Draft, rng: Random) -> None:
    """Quotes where none belong, even and uneven in number."""
    put = rng.choice((b'"', b'""', b'"x"y', b"'\""))

    def spoil(content: bytes) -> bytes:
        at = content.find(b",", rng.randrange(len(content)))
        return content[: at + 1] + put + content[at + 1 :]

    draft.before = spoil


def nul_bytes(draft: Draft, rng: Random) -> None:
    draft.before = lambda content: _with(content, rng, b"\x00")


def other_separator(draft: Draft, rng: Random) -> None:
    mark = rng.choice((b"\t", b";"))
    draft.before = lambda content: content.replace(b",", mark)


def utf16(draft: Draft, _rng: Random) -> None:
    draft.before = lambda content: content.decode().encode("utf-16")


def undeclared_cp932(draft: Draft, _rng: Random) -> None:
    draft.encoding = "cp932"


def lossy_cp932(draft: Draft, rng: Random) -> None:
    """Converted by a program that puts a sign in the place of what it cannot write."""
    draft.manifest["encoding"] = "cp932"
    draft.encoding = "cp932"
    wide = _columns(draft, lambda c: c.type == "N")
    if draft.rows and wide:
        rng.choice(draft.rows)[draft.place(rng.choice(wide))] = rng.choice(("髙〓", "吉?"))


def cut_short(draft: Draft, rng: Random) -> None:
    draft.after = lambda content: content[: rng.randrange(len(content))]


def cut_short_and_sealed(draft: Draft, rng: Random) -> None:
    """A source that ran out of space: the manifest counts what was to be written, and hashes what was."""
    keep = len(draft.rows)
    draft.manifest["rows"] = keep
    draft.before = lambda content: content[: rng.randrange(len(content))]


def grown(draft: Draft, _rng: Random) -> None:
    draft.after = lambda content: content + content.splitlines(keepends=True)[-1]


def flipped_bit(draft: Draft, rng: Random) -> None:
    draft.after = lambda content: _flipped(content, rng)


def wrong_hash(draft: Draft, _rng: Random) -> None:
    draft.manifest["sha256"] = "0" * 64


def wrong_count(draft: Draft, rng: Random) -> None:
    draft.manifest["rows"] = rng.choice(
        (len(draft.rows) + 1, len(draft.rows) - 1, -1, str(len(draft.rows)), True)
    )


def wrong_kind(draft: Draft, rng: Random) -> None:
    draft.manifest["kind"] = rng.choice(("diff" if draft.kind == "full" else "full", "全件", "", 1))


def wrong_day(draft: Draft, rng: Random) -> None:
    draft.manifest["as_of"] = rng.choice(
        ("2020-01-01", "2026-02-30", "昨日", "9999-12-31T23:59:59+00:00", "2099-01-01", "")
    )


def wrong_layout(draft: Draft, rng: Random) -> None:
    draft.manifest["layout"] = rng.choice(("99z", "01a" if draft.layout.id != "01a" else "01b", "", "../01a"))


def other_manifest_keys(draft: Draft, rng: Random) -> None:
    if rng.random() < 0.5:
        draft.manifest["comment"] = "再送"
    else:
        draft.manifest["encoding"] = "euc-jp"


def half_manifest(draft: Draft, rng: Random) -> None:
    def spell(table: dict[str, Any]) -> str:
        text = json.dumps(table)
        return text[: rng.randrange(1, len(text) - 1)]

    draft.spell = spell


def odd_manifest(draft: Draft, rng: Random) -> None:
    text = rng.choice(("", "[]", "null", '{"rows": 1}', "[" * 5000, '{"rows": NaN}'))
    draft.spell = lambda _table: text


def no_manifest(draft: Draft, _rng: Random) -> None:
    draft.spell = lambda _table: None


def wrong_name(draft: Draft, rng: Random) -> None:
    stem = draft.stem
    draft.stem = rng.choice(
        (stem[1:], stem.replace("_1_", "_3_"), stem + " (1)", stem.replace("_2", "_9"), "住民")
    )


def _with(content: bytes, rng: Random, put: bytes) -> bytes:
    at = rng.randrange(len(content))
    return content[:at] + put + content[at:]


def _flipped(content: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]


MUTATIONS: tuple[Mutation, ...] = (
    swapped_columns, swapped_names, renamed_column, dropped_column, doubled_column, unnamed_column, empty_unknown_column,
    names_shifted, lost_header, wrong_code, broken_date, wrong_kind_of_value, too_long, huge_cell, forbidden_character,
    empty_required, shifted_row, short_row, other_city, doubled_rows, doubled_key, second_state, half_the_rows, no_rows,
    other_order, bare_line_feeds, bare_returns, byte_order_mark, no_last_line_end, blank_lines, odd_quotes, nul_bytes,
    other_separator, utf16, undeclared_cp932, lossy_cp932, cut_short, cut_short_and_sealed, grown, flipped_bit,
    wrong_hash, wrong_count, wrong_kind, wrong_day, wrong_layout, other_manifest_keys, half_manifest, odd_manifest,
    no_manifest, wrong_name, bad_row_and_removals,
)  # fmt: skip

OF_DIFFERENCES: tuple[Mutation, ...] = tuple(
    mutation
    for mutation in MUTATIONS
    # A difference that says less is a right one; and nothing tells that its headings were exchanged.
    if mutation not in (no_rows, half_the_rows, bad_row_and_removals, swapped_names)
)
"""What is done to differences."""
