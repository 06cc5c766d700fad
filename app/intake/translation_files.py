"""Translations as reviewable files: one TOML file per language, `translations/<language>.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import tomli_w

from app.domain.languages import TRANSLATED
from app.domain.translations import Translation, problems, repeated
from app.intake.content_codec import Finding, decode, encode

FOLDER = "translations"
LARGEST_FILE = 4_000_000


class TranslationsRefused(ValueError):
    """Files that cannot be used, with everything that is wrong in them, one sentence each."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("\n".join(found))
        self.found = found


def read_translations(folder: Path) -> dict[str, tuple[Translation, ...]]:
    """The translations of every `<language>.toml` of a folder by language; none where it does not exist.

    Raises `TranslationsRefused` with every problem of every file.
    """
    made: dict[str, tuple[Translation, ...]] = {}
    wrong: list[str] = []
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        made[path.stem] = _read_file(path, wrong)
    if wrong:
        raise TranslationsRefused(wrong)
    return made


def _read_file(path: Path, wrong: list[str]) -> tuple[Translation, ...]:
    language = path.stem
    if language not in TRANSLATED:
        wrong.append(
            f"{path.name}: 「{language}」という言語はありません。{'、'.join(TRANSLATED)} のどれかにしてください。"
        )
        return ()
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError(f"larger than {LARGEST_FILE:,} bytes")
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        wrong.append(f"{path.name}: ファイルを読めません（{problem}）。UTF-8のTOMLか確かめてください。")
        return ()
    rows = table.pop("text", [])
    if table or not isinstance(rows, list):
        wrong.append(f"{path.name}: [[text]] の並びだけを書いてください。")
        return ()
    made = []
    for number, row in enumerate(rows, start=1):
        found: list[Finding] = []
        one = decode(Translation, row, f"{number}番目", found)
        wrong += [f"{path.name} {each.place}: {each.problem}{each.action}" for each in found]
        if one is not None and not found:
            wrong += [f"{path.name} {number}番目「{one.source[:40]}」: {said}" for said in problems(one)]
            made.append(one)
    wrong += [f"{path.name}: 「{text[:40]}」の訳が2つ以上あります。" for text in repeated(made)]
    return tuple(made)


def write_translations(by_language: Mapping[str, Iterable[Translation]], folder: Path) -> list[Path]:
    """Write a file per language that `read_translations` reads again, and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for language, found in sorted(by_language.items()):
        path = folder / f"{language}.toml"
        table = {"text": [encode(one) for one in found]}
        path.write_text(tomli_w.dumps(table, multiline_strings=False), encoding="utf-8", newline="\n")
        written.append(path)
    return written
