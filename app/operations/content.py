"""Publishing the content pack (業務定義) with its forms."""

from __future__ import annotations

import json
from pathlib import Path

from app.config import PROJECT_ROOT
from app.data import content
from app.documents.form_reader import load_definitions
from app.domain.content import ContentPack
from app.intake.content_pack import dump_pack, load_pack
from app.operations import form_bases, packs

FORMS = "forms"
STANDARD_FORMS = PROJECT_ROOT / "app" / "content" / FORMS


def forms_folder(folder: Path) -> Path:
    """Where the forms of a folder's pack lie: beside it, or the standard ones (標準の様式) where it brings none."""
    own = folder / FORMS
    return own if own.is_dir() else STANDARD_FORMS


def export_folder(folder: Path) -> tuple[ContentPack, list[Path]]:
    """Write the published pack and its forms as files that ``publish_folder`` reads again. Raises NotFound."""
    current = packs.current()
    written = list(dump_pack(current.source, folder))
    forms = folder / FORMS
    forms.mkdir(parents=True, exist_ok=True)
    for form in current.forms:
        source = dict(form.source)
        path = forms / f"{form.code}.v{form.version}.json"
        if form.base_pdf is not None and isinstance(base := source.get("base"), dict) and "pdf" in base:
            (forms / Path(str(base["pdf"])).name).write_bytes(form.base_pdf)
        path.write_text(json.dumps(source, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return current.source, written


def publish_folder(folder: Path) -> tuple[ContentPack, int, int | None]:
    """Read a folder's pack and forms and publish them: the pack, how many forms, the new version (None: unchanged).

    Raises what the readers raise when something in the folder is wrong; then nothing is published.
    """
    pack = load_pack(folder)
    forms = form_bases.clean_forms(load_definitions(forms_folder(folder)))
    return pack, len(forms), packs.publish(pack, forms)


def is_edited() -> bool:
    """Whether the city has published a version of its own by the rule desk."""
    return content.has_edited_version()
