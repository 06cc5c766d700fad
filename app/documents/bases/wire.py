"""Bases and pictures as frames between the server and the process that reads official PDFs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app.documents.bases.model import BaseField, BasePage, NormalisedBase
from app.documents.serving import Answer


def encode_base(base: NormalisedBase) -> Answer:
    """A base as a header, its PDF as the body."""
    header = {
        "pages": [asdict(page) for page in base.pages],
        "fields": [asdict(field) for field in base.fields],
        "notes": base.notes,
    }
    return header, base.pdf


def decode_base(header: Mapping[str, Any], body: bytes) -> NormalisedBase:
    """The base of a frame."""
    pages = [
        BasePage(page["width"], page["height"], tuple(page["missing_fonts"])) for page in header["pages"]
    ]
    fields = [BaseField(**{**field, "options": tuple(field["options"])}) for field in header["fields"]]
    return NormalisedBase(body, tuple(pages), tuple(fields), tuple(header["notes"]))


def encode_pictures(pictures: Sequence[bytes]) -> Answer:
    """Pictures one behind the other."""
    return {"lengths": [len(picture) for picture in pictures]}, b"".join(pictures)


def decode_pictures(header: Mapping[str, Any], body: bytes) -> list[bytes]:
    """The pictures of a frame."""
    found, position = [], 0
    for length in header["lengths"]:
        found.append(body[position : position + length])
        position += length
    return found
