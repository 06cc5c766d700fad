"""The published content (業務定義): the pack and the forms that a case follows, in the version it was opened with."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from app.data import audit, content
from app.data.transactions import transaction
from app.documents.definitions import FormDefinition
from app.documents.form_reader import read_definition
from app.domain.authority import SYSTEM, Actor
from app.domain.case import Case
from app.domain.content import ContentPack
from app.domain.errors import NotFound
from app.extensions import db
from app.intake.content_pack import pack_from_json, pack_to_json

# Published versions never change, so a process may keep those it has read.
KEPT_VERSIONS = 8


@dataclass(frozen=True)
class PublishedContent:
    """One published version: the pack as its files have it, and every version of every form."""

    source: ContentPack
    forms: tuple[FormDefinition, ...]

    @property
    def pack(self) -> ContentPack:
        """The pack to work with: settings stand where they are named."""
        return self.source.settled

    def forms_on(self, day: date) -> Mapping[str, FormDefinition]:
        """The forms by code: of each the newest version that is valid on the day."""
        valid = sorted((form for form in self.forms if form.is_valid_on(day)), key=lambda form: form.version)
        return {form.code: form for form in valid}


def of_case(case: Case) -> ContentPack:
    """The pack whose questions, rules and fees this case follows. Raises NotFound."""
    return published(case.content_version).pack


def published(version: int) -> PublishedContent:
    """A published version. Raises NotFound."""
    return _read(version, str(db.engine.url))


@lru_cache(maxsize=KEPT_VERSIONS)
def _read(version: int, _store: str) -> PublishedContent:
    """A version of one database; a process that works on several keeps them apart."""
    return _parse(content.get_payload(version))


@lru_cache(maxsize=KEPT_VERSIONS)
def _parse(text: str) -> PublishedContent:
    """What a stored version says; two versions, or databases, that say the same share it."""
    payload = json.loads(text)
    forms = tuple(
        read_definition(form["definition"], base_pdf=base64.b64decode(form["base"]) if form["base"] else None)
        for form in payload["forms"]
    )
    return PublishedContent(pack_from_json(payload["pack"]), forms)


def stored(version: int) -> dict[str, Any]:
    """A published version as it is stored: the text of its pack, and its forms. Raises NotFound."""
    found: dict[str, Any] = json.loads(content.get_payload(version))
    return found


def current_version(on: date | None = None) -> int:
    """The number of the version in force on a day (today). Raises NotFound before the first publication."""
    version = content.current_version_id(on)
    if version is None:
        raise NotFound("業務定義がまだ公開されていません。情報政策課へご連絡ください。")
    return version


def current(on: date | None = None) -> PublishedContent:
    """The version in force on a day (today). Raises NotFound before the first publication."""
    return published(current_version(on))


def payload_of(pack: ContentPack, forms: list[dict[str, Any]]) -> tuple[str, str]:
    """A version as it is stored, and its digest; `forms` as `stored` has them."""
    payload = json.dumps({"pack": pack_to_json(pack), "forms": forms}, ensure_ascii=False, sort_keys=True)
    return payload, hashlib.sha256(payload.encode()).hexdigest()


def publish(pack: ContentPack, forms: Mapping[str, FormDefinition], actor: Actor = SYSTEM) -> int | None:
    """Put pack and forms into force today; None when they are in force already."""
    stored_forms = [
        {
            "definition": dict(forms[code].source),
            "base": base64.b64encode(forms[code].base_pdf or b"").decode(),
        }
        for code in sorted(forms)
    ]
    payload, digest = payload_of(pack, stored_forms)
    with transaction():
        version = content.add_version(digest, payload, actor.staff_id, title=pack.version)
        if version is not None:
            audit.record("content.published", actor=actor, detail={"version": version, "digest": digest[:16]})
    return version
