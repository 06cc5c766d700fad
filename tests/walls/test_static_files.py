"""What the browser is given: the vendored files are the published ones, and nothing points outside this server."""

from __future__ import annotations

import gzip
import hashlib
import re

from flask import Flask, url_for

from tests.conftest import new_client
from tests.walls import tree

STATIC = tree.ROOT / "app" / "static"
VENDOR = STATIC / "vendor"
WEIGHT = 70_000
"""Bytes of all styles and scripts as they are sent: loaded at the first page, kept by the browser for the others."""
ELSEWHERE = frozenset(
    {
        "desk.css", "desk.js", "placing.css", "placing.js", "placing_lines.js", "sheet.js", "sheet_editors.js", "tsv.js",
        "security_key.js", "customer.css", "signature.js",
    }
)  # fmt: skip
"""Loaded where rules are edited, on the second screen, or where a security key is asked for, and nowhere else."""
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
    sent = [
        path for path in STATIC.rglob("*") if path.suffix in {".css", ".js"} and path.name not in ELSEWHERE
    ]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in sent) <= WEIGHT


def test_styles_and_scripts_go_out_compressed(app: Flask) -> None:
    """And whole to who does not take them so; what a browser has kept is not sent again."""
    client, plain = new_client(app), (STATIC / "js" / "app.js").read_bytes()
    with app.test_request_context():
        address = url_for("static", filename="js/app.js")
    packed = client.get(address, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == plain
    assert client.get(address, headers={"Accept-Encoding": "identity"}).data == plain
    kept = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})
    assert kept.status_code == 304
    assert "Content-Encoding" not in client.get("/login", headers={"Accept-Encoding": "gzip"}).headers
