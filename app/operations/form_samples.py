"""A sample (見本) of a form, filled with invented data: of the forms in force, and of those being placed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from app.config import PROJECT_ROOT
from app.documents.definitions import FormDefinition
from app.documents.identity import PageIdentity
from app.documents.problems import PrintFailed
from app.documents.render import FormJob
from app.documents.samples import read_sample
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
    try:
        return renderer().issue([sample_job(form, sample_values(SAMPLE))]).pdf
    except PrintFailed as failure:
        raise Invalid("見本を作成できませんでした。しばらくしてから、もう一度開いてください。") from failure


def sample_job(form: FormDefinition, values: dict[str, Any]) -> FormJob:
    """One copy of a form for nobody, marked as a sample on every page."""
    identity = PageIdentity("sample", "SAMPLE", "R0-00-000000-0", ("sample",), bytes(32), ("見本",))
    return FormJob(form, values, identity, 1)


@lru_cache(maxsize=1)
def sample_titles() -> dict[str, str]:
    """The samples by name, with what each is for; the ordinary one first."""
    found = {path.stem: read_sample(path)[0] for path in sorted(SAMPLES.glob("*.json"))}
    return {SAMPLE: found[SAMPLE], **found}


def sample_values(name: str) -> dict[str, Any]:
    """What a sample prints. Raises NotFound."""
    if name not in sample_titles():
        raise NotFound("この見本はありません。見本を選び直してください。")
    return read_sample(SAMPLES / f"{name}.json")[1]
