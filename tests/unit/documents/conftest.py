"""Fonts and forms for the tests of the documents."""

import shutil
from pathlib import Path

import pytest

from app.documents import FontStack, FormDefinition, find_fonts, load_definitions
from tests.conftest import leave_out
from tests.unit.documents.paper import FORMS


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> FontStack:
    """The fonts of a city: IPAmj Mincho first."""
    stack = find_fonts(tmp_path_factory.mktemp("instance"))
    if len(stack.mincho[0].font.sequences) < 10_000:
        leave_out("the font IPAmj Mincho (Debian: fonts-ipamj-mincho) is not installed")
    return stack


@pytest.fixture(scope="session", autouse=True)
def _poppler() -> None:
    if shutil.which("pdftotext") is None:
        leave_out("pdftotext (Debian: poppler-utils) is not installed")


@pytest.fixture(scope="session")
def forms() -> dict[str, FormDefinition]:
    """The forms of the default content."""
    return load_definitions(FORMS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for definitions."""
    made = tmp_path / "forms"
    made.mkdir()
    return made
