"""What the browser is given: the vendored files are the published ones, and nothing points outside this server."""

from __future__ import annotations

import hashlib
import re

from tests.walls import tree

STATIC = tree.ROOT / "app" / "static"
VENDOR = STATIC / "vendor"
WEIGHT = 150_000
"""Bytes of all styles and scripts: loaded at the first page, kept by the browser for the others."""
OUTSIDE = re.compile(r"""url\(|@import|https?:|["']//|\beval\(|new Function|\bimport\(""")


def test_vendored_files_are_the_published_ones() -> None:
    listed = dict(reversed(line.split("  ")) for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "SHA256SUMS"
    }
    assert there == listed


def test_own_files_point_to_nothing_outside() -> None:
    own = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js"} and path.parent != VENDOR]
    found = {tree.name(path): points_outside(path.read_text(encoding="utf-8")) for path in own}
    assert own
    assert {name: places for name, places in found.items() if places} == {}


def points_outside(text: str) -> list[str]:
    """Addresses of other servers, and text that would be run as a program."""
    return OUTSIDE.findall(text)


def test_a_pointer_outside_is_seen() -> None:
    assert points_outside('@font-face { src: url("//example.jp/a.woff2") }')
    assert points_outside('import("./more.js")')


def test_styles_and_scripts_are_light() -> None:
    sent = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js"}]
    assert sum(path.stat().st_size for path in sent) <= WEIGHT
