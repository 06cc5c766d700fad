"""The content pack as reviewable files: reading, checking and writing a folder of TOML, and JSON for the store.

A folder holds the files of `FILES`; forms lie beside them and are not part of the pack. Writing leaves out what equals
its default, so that reading what was written gives the same pack.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from app.domain.content import (
    Certificate,
    CertificateItem,
    ContentPack,
    ContentProblem,
    Counter,
    DeadlineRule,
    Event,
    Example,
    Exemption,
    FactDefinition,
    FeeAddition,
    FeeMeasure,
    FeeRule,
    IdentityDocument,
    MemoPhrase,
    Office,
    Ordinary,
    Pamphlet,
    Payment,
    Preset,
    Procedure,
    ProofPaper,
    Purpose,
    Question,
    QuestionGroup,
    Relation,
    RequesterRule,
    Rule,
    Section,
    Setting,
)
from app.domain.content_check import check_content
from app.intake.content_codec import Finding, decode, encode
from app.intake.content_upgrade import upgrade_pack

FILES: dict[str, dict[str, tuple[str, type]]] = {
    "facts.toml": {"fact": ("facts", FactDefinition)},
    "questions.toml": {"group": ("question_groups", QuestionGroup), "question": ("questions", Question)},
    "procedures/": {"procedure": ("procedures", Procedure)},
    "rules/": {"rule": ("rules", Rule)},
    "certificates.toml": {
        "certificate": ("certificates", Certificate),
        "item": ("certificate_items", CertificateItem),
        "purpose": ("purposes", Purpose),
    },
    "fees.toml": {
        "measure": ("fee_measures", FeeMeasure),
        "fee": ("fees", FeeRule),
        "addition": ("fee_additions", FeeAddition),
        "payment": ("payments", Payment),
        "exemption": ("exemptions", Exemption),
    },
    "identity.toml": {
        "document": ("identity_documents", IdentityDocument),
        "paper": ("proof_papers", ProofPaper),
    },
    "requesters.toml": {"relation": ("relations", Relation), "rule": ("requester_rules", RequesterRule)},
    "deadlines.toml": {"deadline": ("deadlines", DeadlineRule)},
    "events.toml": {"event": ("events", Event)},
    "offices.toml": {
        "section": ("sections", Section),
        "office": ("offices", Office),
        "counter": ("counters", Counter),
    },
    "phrases.toml": {"phrase": ("phrases", MemoPhrase)},
    "pamphlets.toml": {"pamphlet": ("pamphlets", Pamphlet)},
    "settings.toml": {"setting": ("settings", Setting)},
    "examples/": {
        "preset": ("presets", Preset),
        "ordinary": ("ordinary", Ordinary),
        "example": ("examples", Example),
    },
}
"""The files of a pack: for each, its tables with the part of the pack they fill and what a row is.

A name that ends with a slash is a folder: each section keeps its procedures and its rows in a file of its own there, so
that a change has one owner. Which file a row stands in means nothing to whoever reads the pack.
"""

OPTIONAL = frozenset({"pamphlets.toml", "settings.toml", "examples/"})
"""What a pack may do without."""

HEAD_FILE = "pack.toml"
"""Holds the pack's title and version."""


class ContentRefused(ValueError):
    """A pack that cannot be used, with everything that is wrong in it."""

    def __init__(self, problems: list[ContentProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load_pack(folder: Path, forms: Collection[str] | None = None) -> ContentPack:
    """The pack in a folder. Raises `ContentRefused` with every problem; nothing is half read.

    `forms` are the codes of the forms that exist; without them form codes are not checked.
    """
    pack, problems = _read_folder(folder)
    problems = problems or check_content(pack, forms)
    if problems:
        raise ContentRefused(problems)
    return pack


def read_pack(folder: Path) -> ContentPack:
    """The pack in a folder whose every field reads well, whatever its tables say. Raises `ContentRefused`."""
    pack, problems = _read_folder(folder)
    if problems:
        raise ContentRefused(problems)
    return pack


def check_pack(folder: Path, forms: Collection[str] | None = None) -> list[ContentProblem]:
    """Everything that is wrong in a folder: files, fields and types first, and when those are sound, what they mean."""
    pack, problems = _read_folder(folder)
    return problems or check_content(pack, forms)


def dump_pack(pack: ContentPack, folder: Path) -> list[Path]:
    """Writes the pack's files into a folder, which is made when it is missing, and returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, dict[str, Any]] = {HEAD_FILE: {"title": pack.title, "version": pack.version}}
    for name, kinds in FILES.items():
        if not name.endswith("/"):
            tables[name] = {}
        for key, (part, _) in kinds.items():
            for row in getattr(pack, part):
                tables.setdefault(_file_of(pack, name, row), {}).setdefault(key, []).append(encode(row))
    written = []
    for name, table in tables.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(tomli_w.dumps(table, indent=2), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _file_of(pack: ContentPack, name: str, row: Any) -> str:
    """The file a row is written to: in a folder its owner's."""
    match row:
        case Procedure() | Example():
            return row.file
        case Rule():
            return pack.rule_file(row)
    return f"{name}_ordinary.toml" if name.endswith("/") else name


def _ordered(pack: ContentPack) -> ContentPack:
    """The pack with the rows of folders in the order of their files, so that it reads the same from anywhere."""
    return replace(
        pack,
        procedures=tuple(sorted(pack.procedures, key=lambda row: row.file)),
        rules=tuple(sorted(pack.rules, key=pack.rule_file)),
        examples=tuple(sorted(pack.examples, key=lambda row: row.file)),
    )


def pack_to_json(pack: ContentPack) -> str:
    """The pack as one JSON text; the same pack gives the same text."""
    table: dict[str, Any] = {"title": pack.title, "version": pack.version}
    for kinds in FILES.values():
        for part, _ in kinds.values():
            table[part] = [encode(row) for row in getattr(pack, part)]
    return json.dumps(table, ensure_ascii=False, sort_keys=True, default=_date_to_json, separators=(",", ":"))


def pack_from_json(text: str) -> ContentPack:
    """The pack of a JSON text written by `pack_to_json`. Raises `ContentRefused` when it is not one."""
    try:
        table = json.loads(text, object_hook=_date_from_json)
    except (ValueError, RecursionError) as problem:
        raise ContentRefused([_unreadable("JSON", problem)]) from problem
    if not isinstance(table, dict):
        raise ContentRefused([_unreadable("JSON", ValueError("not an object"))])
    table = upgrade_pack(table)
    findings: list[tuple[str, Finding]] = []
    parts: dict[str, Any] = {}
    for kinds in FILES.values():
        for part, kind in kinds.values():
            parts[part] = _decode_rows(kind, table.get(part, []), part, "JSON", findings)
    problems = _check_head(table, "JSON") + [_problem(file, finding) for file, finding in findings]
    if problems:
        raise ContentRefused(problems)
    return _ordered(ContentPack(title=table["title"], version=table["version"], **parts))


def _date_to_json(value: object) -> dict[str, str]:
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    raise TypeError(f"not storable: {value!r}")


def _date_from_json(value: dict[str, Any]) -> Any:
    return date.fromisoformat(value["$date"]) if value.keys() == {"$date"} else value


def _read_folder(folder: Path) -> tuple[ContentPack, list[ContentProblem]]:
    problems: list[ContentProblem] = []
    head = _read_file(folder / HEAD_FILE, HEAD_FILE, {"title", "version"}, problems)
    findings: list[tuple[str, Finding]] = []
    parts: dict[str, Any] = {}
    for name, kinds in FILES.items():
        tables = _read_tables(folder, name, set(kinds), problems)
        for key, (part, kind) in kinds.items():
            parts[part] = tuple(
                row
                for file, table in tables
                for row in _decode_rows(kind, table.get(key, []), key, file, findings)
            )
    problems += [_problem(file, finding) for file, finding in findings]
    problems += _check_head(head, HEAD_FILE)
    pack = ContentPack(title=str(head.get("title")), version=str(head.get("version")), **parts)
    return _ordered(pack), problems


def _read_tables(
    folder: Path, name: str, known: set[str], problems: list[ContentProblem]
) -> list[tuple[str, dict[str, Any]]]:
    """The tables of a file or of every file of a folder, each with the file's name."""
    if name in OPTIONAL and not (folder / name).exists():
        return []
    if not name.endswith("/"):
        return [(name, _read_file(folder / name, name, known, problems))]
    files = sorted((folder / name).glob("*.toml"))
    if not files:
        problems.append(
            ContentProblem(
                name, "", "", "フォルダーにファイルがありません。", "業務定義のフォルダーか確認してください。"
            )
        )
    return [(f"{name}{path.name}", _read_file(path, f"{name}{path.name}", known, problems)) for path in files]


def _check_head(head: dict[str, Any], file: str) -> list[ContentProblem]:
    """Title and version must be texts."""
    return [
        ContentProblem(file, key, str(head.get(key, "")), "文字がありません。", "文字列で書いてください。")
        for key in ("title", "version")
        if not isinstance(head.get(key), str) or not head[key]
    ]


def _read_file(path: Path, name: str, known: set[str], problems: list[ContentProblem]) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(
            ContentProblem(name, "", "", "ファイルがありません。", "業務定義のフォルダーか確認してください。")
        )
        return {}
    except (OSError, ValueError) as problem:
        problems.append(_unreadable(name, problem))
        return {}
    for key in table.keys() - known:
        expected = "、".join(sorted(known))
        problems.append(
            ContentProblem(
                name, key, key, "この名前の表はありません。", f"次のどれかにしてください: {expected}"
            )
        )
    return table


def _unreadable(file: str, problem: Exception) -> ContentProblem:
    return ContentProblem(
        file, "", str(problem)[:200], "ファイルを読めません。", "書き方（UTF-8のTOML）を直してください。"
    )


def _decode_rows(
    kind: type, rows: object, table: str, file: str, findings: list[tuple[str, Finding]]
) -> tuple[Any, ...]:
    if not isinstance(rows, list):
        findings.append(
            (file, Finding(table, str(rows), "表の並びではありません。", f"[[{table}]] で書いてください。"))
        )
        return ()
    made = []
    for number, row in enumerate(rows, start=1):
        found: list[Finding] = []
        value = decode(kind, row, f"{table} {_row_name(kind, row, number)}", found)
        findings.extend((file, finding) for finding in found)
        if not found:
            made.append(value)
    return tuple(made)


def _row_name(kind: type, row: object, number: int) -> str:
    """How a row is called in a message: its code or id, otherwise its number."""
    first = fields(kind)[0].name
    named = row.get(first) if isinstance(row, dict) and first in {"id", "code"} else None
    return named if isinstance(named, str) else f"{number}番目"


def _problem(file: str, finding: Finding) -> ContentProblem:
    return ContentProblem(file, finding.place, finding.read, finding.problem, finding.action)
