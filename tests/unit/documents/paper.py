"""Making papers for the tests, and looking at them with poppler: another program than the one that wrote them."""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from PIL import Image
from pypdf import PdfReader, PdfWriter

from app.config import PROJECT_ROOT
from app.documents import FormDefinition, FormJob, PageIdentity, read_definition
from app.documents.samples import read_sample

FORMS = PROJECT_ROOT / "app" / "content" / "forms"
MM = 72 / 25.4
PASSED_ON = {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin:/usr/local/bin"}


def sample(name: str) -> dict[str, Any]:
    """The values of a sample file of the content."""
    return read_sample(FORMS / "samples" / f"{name}.json")[1]


def identity(document: str = "DOC1", job: str = "JOB1", **more: Any) -> PageIdentity:
    """An identity as the server would give it."""
    return PageIdentity(job, document, "R8-04-000123-7", ("0000012345",), b"k" * 32, **more)


def job(
    form: FormDefinition, values: Mapping[str, object], document: str = "DOC1", name: str = "JOB1"
) -> FormJob:
    """One copy of one document."""
    return FormJob(form, values, identity(document, name), 1)


def one_field(field: Mapping[str, Any], *more: Mapping[str, Any], **form: Any) -> FormDefinition:
    """A form that consists of these fields."""
    return read_definition(
        {
            "form": "trial", "title": "ためし", "version": 1, "valid_from": "2026-01-01",
            "base": {"elements": []}, "fields": [dict(field), *map(dict, more)], **form,
        }
    )  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A word as poppler sees it, in mm from the top left."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


def poppler_text(pdf: bytes, *options: str) -> str:
    """The text as `pdftotext` extracts it."""
    command = ["pdftotext", "-enc", "UTF-8", *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def words(pdf: bytes) -> list[Word]:
    """Every word with its place."""
    document = re.sub(r' xmlns="[^"]*"', "", poppler_text(pdf, "-bbox"))
    root = ElementTree.fromstring(document)  # noqa: S314 - the output of our own pdftotext
    found = []
    for number, page in enumerate(root.iter("page"), 1):
        for word in page.iter("word"):
            edges = [float(word.attrib[key]) / MM for key in ("xMin", "yMin", "xMax", "yMax")]
            found.append(Word(number, word.text or "", *edges))
    return found


def picture(pdf: bytes, page: int = 1, dpi: int = 100) -> Image.Image:
    """A page as grey pixels, drawn by `pdftoppm`."""
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-f", str(page), "-l", str(page), "-"]
    data = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    return Image.open(BytesIO(data)).convert("L")


def bare(text: str) -> str:
    """Text without white space."""
    return "".join(text.split())


def rebuilt(pdf: bytes, order: list[int], *others: bytes) -> bytes:
    """A PDF of chosen pages of this one (from 0) and then all pages of others, as a faulty merge would make it."""
    writer = PdfWriter()
    pages = PdfReader(BytesIO(pdf)).pages
    for number in order:
        writer.add_page(pages[number])
    for other in others:
        for page in PdfReader(BytesIO(other)).pages:
            writer.add_page(page)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def write_definition(folder: Path, name: str, data: Mapping[str, Any]) -> None:
    """A definition file."""
    (folder / name).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
