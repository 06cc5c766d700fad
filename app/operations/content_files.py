"""The content pack as one zip of the files a reviewer can read: handed out, taken in as a draft, and compared."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from app.data import audit
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.content import ContentPack
from app.domain.content_difference import RowChange
from app.domain.errors import Invalid
from app.intake.content_pack import ContentRefused, dump_pack, read_pack
from app.operations import drafts, packs

MOST_FILES = 200
LARGEST = 20_000_000
_FIRST_MOMENT = (2000, 1, 1, 0, 0, 0)
_MOST_PROBLEMS = 20


def draft_zip(draft_id: str, actor: Actor) -> bytes:
    """A draft as a zip. Raises Invalid while a cell of it cannot be read, NotFound."""
    found = drafts.read(draft_id)
    unread = [one for one in found.errors if one.line_id]
    if unread:
        raise Invalid(
            f"直すところが{len(unread)}件あるため、書き出せません。「直すところ」を直してから書き出してください。"
        )
    with transaction():
        audit.record("content.exported", actor=actor, detail={"draft": draft_id})
    return pack_zip(found.pack)


def version_zip(version: int, actor: Actor) -> bytes:
    """A published version as a zip. Raises NotFound."""
    pack = packs.published(version).source
    with transaction():
        audit.record("content.exported", actor=actor, detail={"version": version})
    return pack_zip(pack)


def pack_zip(pack: ContentPack) -> bytes:
    """The files of a pack; the same pack gives the same bytes."""
    made = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(dump_pack(pack, Path(folder))):
            name = path.relative_to(folder).as_posix()
            archive.writestr(zipfile.ZipInfo(name, _FIRST_MOMENT), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def begin_from_zip(title: str, purpose: str, data: bytes, actor: Actor) -> str:
    """A draft from a zip; what is wrong between its tables is shown in the draft. Raises Invalid when it cannot be read."""
    drafts.require_editor(actor)
    try:
        pack = _read_zip(data)
    except (zipfile.BadZipFile, ContentRefused, OSError, ValueError) as problem:
        raise Invalid("ファイルを読めません。", {"file": _said(problem)}) from problem
    return drafts.begin_from_pack(title, purpose, pack, actor)


def _said(problem: Exception) -> str:
    if isinstance(problem, ContentRefused):
        more = len(problem.problems) - _MOST_PROBLEMS
        said = "／".join(map(str, problem.problems[:_MOST_PROBLEMS]))
        return f"{said}{f'／ほか{more}件' if more > 0 else ''}"
    return "業務定義を書き出した zip ファイルではありません。この画面で書き出したファイルを選んでください。"


def _read_zip(data: bytes) -> ContentPack:
    """The pack of a zip. Names that lead out of the folder, other files and too much of it are refused (ValueError)."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [one for one in archive.infolist() if not one.is_dir()]
        if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > LARGEST:
            raise ValueError("too much in the archive")
        for entry in entries:
            path = PurePosixPath(entry.filename)
            if path.suffix != ".toml":
                continue
            if path.is_absolute() or ".." in path.parts or len(path.parts) > 2:
                raise ValueError("a name leads out of the folder")
            target = Path(folder, *path.parts)
            target.parent.mkdir(exist_ok=True)
            with archive.open(entry) as stored:
                target.write_bytes(stored.read(LARGEST))
        return read_pack(Path(folder))


def folder_changes(before: str, after: str) -> tuple[RowChange, ...]:
    """What differs between two packs, each a folder or the number of a version. Raises ContentRefused, NotFound."""
    return drafts.pack_changes(_named(before), _named(after), {})


def _named(name: str) -> ContentPack:
    if name.isdecimal() and not Path(name).is_dir():
        return packs.published(int(name)).source
    return read_pack(Path(name))
