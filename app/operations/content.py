"""Publishing the content pack (業務定義) with its forms."""

from __future__ import annotations

from pathlib import Path

from app.documents.form_reader import load_definitions
from app.domain.content import ContentPack
from app.intake.content_pack import load_pack
from app.operations import packs

FORMS = "forms"


def publish_folder(folder: Path) -> tuple[ContentPack, int, int | None]:
    """Read a folder's pack and forms and publish them: the pack, how many forms, the new version (None: unchanged).

    Raises what the readers raise when something in the folder is wrong; then nothing is published.
    """
    pack = load_pack(folder)
    forms = load_definitions(folder / FORMS)
    return pack, len(forms), packs.publish(pack, forms)
