"""A sample (見本) of a published form, filled with invented data."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from app.config import PROJECT_ROOT
from app.documents.identity import PageIdentity
from app.documents.problems import PrintFailed
from app.documents.render import FormJob
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid, NotFound
from app.extensions import db
from app.operations import packs
from app.operations.documents import renderer

SAMPLES = PROJECT_ROOT / "app" / "content" / "forms" / "samples"
SAMPLE = "family"
_KEPT = 16


def sample(code: str) -> bytes:
    """A form of the newest content as PDF, marked as a sample on every page. Raises NotFound, Invalid."""
    return _printed(packs.current_version(), str(db.engine.url), code)


@lru_cache(maxsize=_KEPT)
def _printed(version: int, _store: str, code: str) -> bytes:
    form = packs.published(version).forms_on(today_in_japan()).get(code)
    if form is None:
        raise NotFound("この様式は、公開中の業務定義にありません。")
    identity = PageIdentity("sample", "SAMPLE", "R0-00-000000-0", ("sample",), bytes(32), ("見本",))
    try:
        return renderer().issue([FormJob(form, _values(), identity, 1)]).pdf
    except PrintFailed as failure:
        raise Invalid("見本を作成できませんでした。しばらくしてから、もう一度開いてください。") from failure


def _values() -> dict[str, Any]:
    text = (SAMPLES / f"{SAMPLE}.json").read_text(encoding="utf-8")
    return dict(json.loads(text)["values"])
