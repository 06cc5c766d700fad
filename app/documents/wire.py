"""What goes between the server and the renderer's process: frames of JSON with raw bytes behind, nothing executable."""

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from app.documents.definitions import FormDefinition
from app.documents.form_reader import read_definition
from app.documents.identity import PageIdentity
from app.documents.problems import PrintProblem
from app.documents.render import FormJob, RenderedPage, RenderedSet
from app.domain.dates import PartialDate

_HEAD = struct.Struct(">4sII")
_MAGIC = b"KKN1"
LARGEST_HEADER = 64_000_000
LARGEST_BODY = 512_000_000


class BrokenFrame(Exception):
    """The other side ended, or sent something that is no frame."""


def write_frame(stream: BinaryIO, header: Mapping[str, Any], body: bytes = b"") -> None:
    """Send one frame."""
    data = json.dumps(header, separators=(",", ":")).encode()
    stream.write(_HEAD.pack(_MAGIC, len(data), len(body)))
    stream.write(data)
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Receive one frame. Raises `BrokenFrame`."""
    magic, header, body = _HEAD.unpack(_exactly(stream, _HEAD.size))
    if magic != _MAGIC or header > LARGEST_HEADER or body > LARGEST_BODY:
        raise BrokenFrame("not a frame")
    return json.loads(_exactly(stream, header)), _exactly(stream, body)


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count) if count else b""
    if data is None or len(data) != count:
        raise BrokenFrame("the other side ended")
    return data


def encode_jobs(jobs: Sequence[FormJob]) -> tuple[dict[str, Any], bytes]:
    """Jobs as a header and the official blanks of their forms as the body."""
    definitions: dict[int, tuple[int, FormDefinition]] = {}
    for job in jobs:
        definitions.setdefault(id(job.definition), (len(definitions), job.definition))
    forms = [definition for _, definition in definitions.values()]
    header = {
        "definitions": [
            {"source": form.source, "blank": None if form.base_pdf is None else len(form.base_pdf)}
            for form in forms
        ],
        "jobs": [
            {
                "definition": definitions[id(job.definition)][0],
                "values": {key: _encode(value) for key, value in job.values.items()},
                "identity": _encode_identity(job.identity),
                "copies": job.copies,
                "whole_sheets": job.whole_sheets,
            }
            for job in jobs
        ],
    }
    return header, b"".join(form.base_pdf or b"" for form in forms)


def decode_jobs(header: Mapping[str, Any], body: bytes, known: dict[str, FormDefinition]) -> list[FormJob]:
    """The jobs of a frame; definitions already seen are taken from `known` and new ones are added to it."""
    definitions, position = [], 0
    for entry in header["definitions"]:
        length = entry["blank"] or 0
        blank = body[position : position + length] if entry["blank"] is not None else None
        position += length
        key = json.dumps(entry["source"], sort_keys=True) + (
            hashlib.sha256(blank).hexdigest() if blank is not None else ""
        )
        if key not in known:
            known[key] = read_definition(entry["source"], base_pdf=blank)
        definitions.append(known[key])
    return [
        FormJob(
            definitions[job["definition"]],
            {key: _decode(value) for key, value in job["values"].items()},
            _decode_identity(job["identity"]),
            job["copies"],
            job["whole_sheets"],
        )
        for job in header["jobs"]
    ]


def encode_set(rendered: RenderedSet) -> tuple[dict[str, Any], bytes]:
    """A finished set as a header, its PDF as the body."""
    pages = [[getattr(page, name) for name in RenderedPage.__slots__] for page in rendered.pages]
    found = [[getattr(problem, name) for name in PrintProblem.__slots__] for problem in rendered.problems]
    return {"pages": pages, "problems": found, "fonts": rendered.fonts}, rendered.pdf


def decode_set(header: Mapping[str, Any], body: bytes) -> RenderedSet:
    """The finished set of a frame."""
    pages = tuple(RenderedPage(*page) for page in header["pages"])
    return RenderedSet(
        body, pages, tuple(PrintProblem(*item) for item in header["problems"]), header["fonts"]
    )


def _encode(value: object) -> Any:
    if isinstance(value, list | tuple):
        return [_encode(item) for item in value]
    if isinstance(value, Mapping):
        return {"row": {key: _encode(item) for key, item in value.items()}}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, PartialDate):
        return {"partial": [value.year, value.month, value.day, value.text, value.western]}
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"{type(value).__name__} cannot be printed")


def _decode(value: Any) -> object:
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "row" in value:
        return {key: _decode(item) for key, item in value["row"].items()}
    return date.fromisoformat(value["day"]) if "day" in value else PartialDate(*value["partial"])


def _encode_identity(identity: PageIdentity) -> dict[str, Any]:
    return {
        "job": identity.job, "document": identity.document, "number": identity.number, "persons": identity.persons,
        "key": identity.key.hex(), "marks": identity.marks, "copy": identity.copy,
    }  # fmt: skip


def _decode_identity(data: Mapping[str, Any]) -> PageIdentity:
    return PageIdentity(
        data["job"], data["document"], data["number"], tuple(data["persons"]), bytes.fromhex(data["key"]),
        tuple(data["marks"]), data["copy"],
    )  # fmt: skip
