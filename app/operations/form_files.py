"""One form as a zip that a reviewer can read: `form.json`, and the official blank beside it as `base.pdf`."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from typing import Any

from app.data import audit
from app.data.transactions import transaction
from app.documents.reading import LARGEST_DEFINITION
from app.domain.authority import Actor
from app.domain.errors import Invalid
from app.operations import draft_forms
from app.operations.draft_forms import Name, StoredForm
from app.operations.form_versions import clean_base

DEFINITION, BASE = "form.json", "base.pdf"
LARGEST_BASE = 20_000_000
LARGEST_ZIP = 21_000_000
_MOST_FILES = 10
_FIRST_MOMENT = (2000, 1, 1, 0, 0, 0)
NOT_OURS = "様式を書き出した zip ファイルではありません（form.json が必要です）。この画面で書き出したファイルを選んでください。"


def form_zip(draft_id: str, name: Name, actor: Actor) -> bytes:
    """A form of a draft as a zip; the same form gives the same bytes. Raises NotFound."""
    form = draft_forms.get(draft_id, *name)
    with transaction():
        detail = {"draft": draft_id, "form": name[0], "version": name[1]}
        audit.record("content.form_exported", actor=actor, detail=detail)
    return zipped(form)


def zipped(form: StoredForm) -> bytes:
    """The files of a form."""
    text = json.dumps(form.source, ensure_ascii=False, indent=1) + "\n"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(DEFINITION, _FIRST_MOMENT), text.encode(), zipfile.ZIP_DEFLATED)
        if form.blank is not None:
            archive.writestr(zipfile.ZipInfo(BASE, _FIRST_MOMENT), form.blank, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def read_zip(data: bytes, actor: Actor) -> StoredForm:
    """The form of a zip. Raises Invalid.

    The official blank is read in the renderer's process and written anew, as an upload is.
    """
    source, blank = unzipped(data)
    if blank is not None:
        base = clean_base(blank, actor)
        blank = base.pdf
        made = source.get("base")
        source["base"] = {**(made if isinstance(made, dict) else {}), "pdf": BASE, "sha256": base.sha256}
    return _flat(StoredForm(source, blank))


def take_in(draft_id: str, form: StoredForm, actor: Actor) -> Name:
    """A form that was read into a draft, as the next version where its code exists. Raises Invalid, Refused."""
    with draft_forms.acting(draft_id, actor) as act:
        same = [number for code, number in act.forms if code == form.source["form"]]
        if same:
            form = StoredForm({**form.source, "version": max(same) + 1}, form.blank)
        act.put(None, form)
    return form.name


def _flat(form: StoredForm) -> StoredForm:
    try:
        return draft_forms.flat(form)
    except (TypeError, AttributeError, ValueError, RecursionError) as problem:
        raise Invalid("この様式は読めません。", {"file": NOT_OURS}) from problem


def unzipped(data: bytes) -> tuple[dict[str, Any], bytes | None]:
    """The definition and the blank of a zip. Raises Invalid for anything else, and for too much of it."""
    try:
        if len(data) > LARGEST_ZIP:
            raise ValueError("too large")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_FILES or DEFINITION not in names:
                raise ValueError("not a form")
            text = _member(archive, DEFINITION, LARGEST_DEFINITION)
            blank = _member(archive, BASE, LARGEST_BASE) if BASE in names else None
        source = json.loads(text.decode("utf-8-sig"))
        if not isinstance(source, dict):
            raise ValueError("not an object")
    except (
        zipfile.BadZipFile, zlib.error, ValueError, RecursionError, OSError, EOFError, KeyError, RuntimeError,
    ) as problem:  # fmt: skip
        raise Invalid("ファイルを読めません。", {"file": NOT_OURS}) from problem
    return source, blank


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A file of the archive, read no further than it may be long, whatever its head says. Raises ValueError."""
    with archive.open(name) as stored:
        data = stored.read(most + 1)
    if len(data) > most:
        raise ValueError("too large")
    return data
