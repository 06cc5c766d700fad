"""The lists the project keeps about itself agree with it."""

from __future__ import annotations

import re

import pytest

from tests.walls import tree

NUMBERS = [
    *(f"R{number}" for number in range(1, 52)),
    *("NA1", "NA2", "NB1", "NB2", "NB3", "NB4", "NB5", "NC1", "NC2", "NC3", "NC4", "NC5", "ND1", "ND2"),
    *("S5", "S5x", "S8", "S10", "S12", "S13", "S14", "S17"),
]
ROW = re.compile(r"^\| (\w+) \| (.+) \| (.+) \| (.+) \| (missing|part|done) \| .+ \|$", re.MULTILINE)


def _rows() -> list[tuple[str, ...]]:
    text = (tree.ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    return [found for found in ROW.findall(text) if found[0] != "id"]


def test_every_requirement_has_a_row() -> None:
    assert [row[0] for row in _rows()] == NUMBERS


def test_what_is_done_names_its_place_and_its_test() -> None:
    lacking = [row[0] for row in _rows() if row[4] == "done" and ("`" not in row[2] or "`" not in row[3])]
    assert lacking == []


def test_the_places_named_are_there() -> None:
    gone = {
        place
        for row in _rows()
        for place in re.findall(r"`([^`]+)`", row[2] + row[3])
        if not (tree.ROOT / place.split("::")[0]).exists()
    }
    assert gone == set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt", "requirements-agent.txt"])
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    text = (tree.ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    assert [
        line for line in lines if not re.match(r"[\w.\[\]-]+==\S+.*--hash=sha256:[0-9a-f]{64}", line)
    ] == []


def test_links_of_the_documents_lead_somewhere() -> None:
    broken = []
    for page in [tree.ROOT / "README.md", *tree.files("docs", suffixes=(".md",))]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            if not (page.parent / link).exists():
                broken.append(f"{tree.name(page)}: {link}")
    assert broken == []
