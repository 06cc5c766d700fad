"""A block that is sent alone carries the id it replaces, and every target of a swap is somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from tests.walls import tree

BASE = tree.ROOT / "app" / "templates" / "_shared" / "base.html"
BLOCK = re.compile(r"\{%-?\s*block\s+(\w+)\s*-?%\}")
SENT = re.compile(r"""block=["'](\w+)["']""")


def test_a_block_and_its_element_have_one_name() -> None:
    found = {tree.name(path): misfits(path.read_text(encoding="utf-8")) for path in _templates()}
    assert {name: blocks for name, blocks in found.items() if blocks} == {}


def misfits(template: str) -> list[str]:
    """Own blocks of a page that neither begin with the element of their name nor fill one."""
    own = [found for found in BLOCK.finditer(template) if found[1] not in _blocks_of_the_frame()]
    return [found[1] for found in own if not _fits(template, found)]


def _fits(template: str, block: re.Match[str]) -> bool:
    name = block[1].replace("_", "-")
    before = re.search(r"<[a-z][^<>]*>\s*$", template[: block.start()])
    inside = re.search(r"<[a-z][^>]*>", template[block.end() :])
    around = bool(before and f'id="{name}"' in before[0])
    return around or bool(inside and f'id="{name}"' in inside[0])


def _blocks_of_the_frame() -> set[str]:
    return set(BLOCK.findall(BASE.read_text(encoding="utf-8")))


def test_every_block_that_is_sent_is_there() -> None:
    there = {
        name for path in [BASE, *_templates()] for name in BLOCK.findall(path.read_text(encoding="utf-8"))
    }
    sent = {
        name
        for path in tree.files("app", suffixes=(".py",))
        for name in SENT.findall(path.read_text(encoding="utf-8"))
    }
    assert sent - there == set()


def test_every_target_of_a_swap_is_there() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in [BASE, *_templates()])
    ids = set(re.findall(r'\bid="([\w-]+)"', text))
    targets = set(re.findall(r'hx-target="#([\w-]+)"', text))
    assert targets - ids == set()


def _templates() -> list[Path]:
    return [path for path in tree.files("app/templates", suffixes=(".html",)) if path != BASE]


def test_a_block_under_another_name_is_seen() -> None:
    assert misfits('{% block results %}<div id="list"></div>{% endblock %}') == ["results"]
    assert misfits('{% block results %}<div class="a" id="results"></div>{% endblock %}') == []
    assert misfits('<div id="results">{% block results %}<p></p>{% endblock %}</div>') == []
