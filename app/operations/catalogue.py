"""Searching a version of the content (業務定義): procedures, questions and certificates by name, reading, section or words."""

from __future__ import annotations

from functools import lru_cache

from app.domain.catalogue_search import Catalogue, Entry
from app.domain.content import ContentPack
from app.extensions import db
from app.operations import packs

PROCEDURE, QUESTION, CERTIFICATE = "procedure", "question", "certificate"
MOST_FOUND = 20


def find(version: int, query: str, kinds: tuple[str, ...] = (), limit: int = MOST_FOUND) -> list[Entry]:
    """At most `limit` entries of a published version. Raises NotFound for a version that was never published."""
    return _catalogue(version, str(db.engine.url)).find(query, limit, kinds)


@lru_cache(maxsize=packs.KEPT_VERSIONS)
def _catalogue(version: int, _store: str) -> Catalogue:
    """Of a version of one database; a process that works on several keeps them apart."""
    return Catalogue(entries(packs.published(version).pack))


def entries(pack: ContentPack) -> list[Entry]:
    """What can be found in a pack, in the order of the catalogue."""
    sections = {one.code: one.title for one in pack.sections}
    groups = {one.code: one.title for one in pack.question_groups}
    procedures = sorted(pack.procedures, key=lambda one: (one.order, one.code))
    certificates = sorted(pack.certificates, key=lambda one: one.order)
    questions = sorted(pack.questions, key=lambda one: (one.group, one.order))
    return [
        *(
            Entry(
                PROCEDURE, one.code, one.title,
                (sections.get(one.section, ""), one.explanation, one.guidance, one.legal_basis, *one.bring),
            )
            for one in procedures
        ),
        *(Entry(CERTIFICATE, one.code, one.title, (one.guidance, one.law)) for one in certificates),
        *(
            Entry(QUESTION, one.id, one.text, (groups.get(one.group, ""), one.why, one.guidance, one.law))
            for one in questions
        ),
    ]  # fmt: skip
