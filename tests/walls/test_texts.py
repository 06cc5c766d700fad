"""What may stand in no file: this or that machine's paths, package hosts, things from outside, unfinished places."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.walls import tree

TEXTS = (
    ".py",
    ".html",
    ".css",
    ".js",
    ".toml",
    ".json",
    ".md",
    ".txt",
    ".in",
    ".svg",
    ".tsv",
    ".cfg",
    ".mako",
    "",
)
# Put together from parts, so that this file may be looked at too.
MACHINE_PATHS = re.compile(
    r"(?<![\w.~<-])/(?:" + "|".join(("wo" + "rk", "ho" + "me", "Us" + "ers", "ro" + "ot")) + r")/\w"
)
PACKAGE_HOSTS = re.compile(
    "--(?:extra-)?index" + "-url|--find" + r"-links\b|--trusted" + "-host|py" + r"pi\.org"
)
UNFINISHED = re.compile(r"\b(?:TO" + "DO|FIX" + "ME|XX" + r"X)\b|Not" + "ImplementedError")
INLINE = re.compile(
    r"\son[a-z]+\s*=|\sstyle\s*=|<style\b|<script(?![^>]*\bsrc=)|hx-on|\bjs:|javascript:", re.IGNORECASE
)
OUTSIDE = re.compile(r"""(?:src|href|action|url)\s*[=(]\s*["']?(?:https?:)?//""", re.IGNORECASE)


def test_no_machine_path_package_host_or_unfinished_place() -> None:
    in_the_root = [
        path for path in sorted(tree.ROOT.iterdir()) if path.is_file() and path.suffix in TEXTS[:-1]
    ]
    texts = [*in_the_root, *tree.files(suffixes=TEXTS)]
    assert _found(texts, MACHINE_PATHS) + _found(texts, PACKAGE_HOSTS) + _found(texts, UNFINISHED) == []


def test_templates_have_nothing_inline() -> None:
    assert _found(tree.files("app/templates", suffixes=(".html",)), INLINE) == []


def test_nothing_is_loaded_from_outside() -> None:
    pages = tree.files("app/templates", "app/static", suffixes=(".html", ".css", ".js", ".svg"))
    assert _found(pages, OUTSIDE) == []


def _found(paths: Iterable[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{tree.name(path)}:{number}: {found[0]}"
        for path in paths
        for number, line in enumerate(
            _without_comments(path.read_text(encoding="utf-8")).splitlines(), start=1
        )
        for found in pattern.finditer(line)
    ]


def _without_comments(text: str) -> str:
    """Comments of a template are not sent; their line ends stay, so that the numbers are right."""
    return re.sub(r"\{#.*?#\}", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)


@pytest.mark.parametrize(
    "line",
    [
        '<p style="x">',
        "<a onclick=x>",
        "<script>x</script>",
        '<p hx-on:click="x">',
        '<a href="javascript:x">',
    ],
)
def test_an_inline_handler_is_seen(line: str) -> None:
    assert INLINE.search(line)


@pytest.mark.parametrize("line", ['<script src="https://x/y.js">', "url(//x/y.png)", "href='http://x'"])
def test_an_address_outside_is_seen(line: str) -> None:
    assert OUTSIDE.search(line)
