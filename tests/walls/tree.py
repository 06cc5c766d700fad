"""What the walls look at: the files that belong to the project, not those that merely lie in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_OURS = ("app", "cardreader_agent", "scripts", "tests", "docs", ".ci")
_NOT_OURS = {"__pycache__", "vendor", "versions"}


def files(*folders: str, suffixes: tuple[str, ...] = ()) -> Iterator[Path]:
    """Files below the folders (all of ours without any), with one of the suffixes if any is named."""
    for folder in folders or _OURS:
        for path in sorted((ROOT / folder).rglob("*")):
            if (
                path.is_file()
                and not _NOT_OURS & set(path.parts)
                and (not suffixes or path.suffix in suffixes)
            ):
                yield path


def name(path: Path) -> str:
    """How the file is named in messages."""
    return path.relative_to(ROOT).as_posix()
