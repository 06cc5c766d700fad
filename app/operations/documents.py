"""Papers: filled, rendered apart, verified page by page, stored with their hash and seal, and only then shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import current_app

from app.config import Settings
from app.data import audit, cases, papers, sealing
from app.data.models.base import utc_now
from app.data.releases import list_made_under
from app.data.transactions import transaction
from app.documents.identity import PageIdentity, job_key, seal
from app.documents.problems import PrintFailed, PrintRefused
from app.documents.render import FormJob, RenderedSet
from app.documents.renderer import Renderer
from app.documents.verify import VerificationFailed
from app.domain.authority import Actor, Right
from app.domain.case import Case, CasePerson
from app.domain.errors import Invalid, NotFound, Refused
from app.operations import releases, unprinted
from app.operations.cases import require, stop_if_protected
from app.operations.orders import OrderedForm

GONE = "この帳票は表示できません。「もう一度印刷する」から出力してください。"
DISCARDED = "帳票を作成できませんでした。途中まで作成したものは破棄しました。もう一度印刷してください。"
BLOCKED = (
    "印刷物が注文と一致しなかったため、渡さずに破棄しました。もう一度印刷してください。"
    "続くときは情報政策課へご連絡ください（稼働状況の画面に記録されています）。"
)

MOST_NOTES = 20
"""Of one form: who prints a paper full of them has read enough."""


@dataclass(frozen=True)
class Paper:
    """A form to print in so many copies (None: as many as the form says), with what is printed at its top."""

    form: OrderedForm
    copies: int | None = None
    marks: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many copies."""
        return self.copies or self.form.definition.copies


def render(case: Case, actor: Actor, document_id: str, ordered: Sequence[Paper]) -> RenderedSet:
    """One verified PDF of the papers in this order.

    A failure is recorded and nothing is kept of the job. Raises Invalid with what the clerk is told.
    """
    try:
        for paper in ordered:
            check_people(case, paper.form)
        return renderer().issue(jobs_of(case, document_id, ordered))
    except PrintFailed as failure:
        note_failure(case.id, actor, document_id, failure)
        raise Invalid(told(failure)) from failure


def check_people(case: Case, form: OrderedForm) -> None:
    """Compare the rows that will be printed with the persons the paper is bound to: the gate before the renderer.

    Raises VerificationFailed when a row belongs to somebody else, or a person to another case.
    """
    bound, everybody = _said_of(form.persons), _said_of(case.persons)
    if not bound <= everybody:
        raise VerificationFailed(0, "a person of the paper does not belong to the case")
    values = form.values
    rows = [*values.get("targets", ()), {name: values.get(f"subject.{name}") for name in _SAID}]
    for row in rows:
        said = tuple(str(row.get(name) or "") for name in _SAID)
        if any(said) and said not in bound:
            raise VerificationFailed(0, "a row of the paper is that of somebody it is not for")
    for row in values.get("members", ()):
        if tuple(str(row.get(name) or "") for name in _SAID) not in everybody:
            raise VerificationFailed(0, "a member on the paper does not belong to the case")


_SAID = ("name", "number", "birth")


def _said_of(persons: Iterable[CasePerson]) -> frozenset[tuple[str, ...]]:
    return frozenset((person.name, person.number or "", str(person.birth or "")) for person in persons)


def jobs_of(case: Case, document_id: str, ordered: Sequence[Paper]) -> list[FormJob]:
    """The papers as the renderer takes them: each under an identity of its own, with the key of this job."""
    settings = _settings()
    key = job_key(settings.keys.secret, document_id)
    return [
        FormJob(
            one.form.definition, one.form.values,
            PageIdentity(
                document_id, f"{document_id[1:9].upper()}-{place}", case.number, one.form.person_ids, key, one.marks
            ),
            one.copies, settings.print_duplex,
        )
        for place, one in enumerate(ordered, start=1)
    ]  # fmt: skip


def told(failure: PrintFailed) -> str:
    """What the clerk is told of a failure."""
    if isinstance(failure, VerificationFailed):
        return BLOCKED
    return failure.message if isinstance(failure, PrintRefused) else DISCARDED


def note_failure(case_id: str, actor: Actor, document_id: str, failure: PrintFailed) -> None:
    """Record that a job was given up; what the gate has blocked is an event of its own, which the status page shows."""
    blocked = isinstance(failure, VerificationFailed)
    detail: dict[str, Any] = {"document": document_id, "why": type(failure).__name__}
    if isinstance(failure, VerificationFailed):
        detail |= {"page": failure.page, "what": failure.what}
    with transaction():
        event = "document.quarantined" if blocked else "document.refused"
        audit.record(event, actor=actor, case_id=case_id, detail=detail)


def renderer() -> Renderer:
    """The renderer of this server process: its own processes without network, started when they are first needed."""
    settings = _settings()
    kept: Renderer | None = current_app.extensions.get("kakanai_renderer")
    if kept is None:
        kept = Renderer(settings.instance, settings.render_timeout, settings.render_workers)
        kept = current_app.extensions.setdefault("kakanai_renderer", kept)
    return kept


def store(
    case: Case, actor: Actor, document_id: str, ordered: Sequence[Paper], rendered: RenderedSet, *,
    reprint_of: str | None, reason: str, with_address: bool = False,
) -> None:  # fmt: skip
    """Keep a verified PDF with everything it belongs to; only inside a transaction, with its audit row.

    ``with_address``: it prints where a protected person lives, as a release allowed; it is stored encrypted.
    """
    unprinted.note(rendered.problems)
    forms, first = [], 1
    notes: dict[str, dict[str, None]] = {}
    for problem in rendered.problems:
        notes.setdefault(problem.form, {})[problem.message] = None
    for place, paper in enumerate(ordered, 1):
        definition = paper.form.definition
        identity = f"{document_id[1:9].upper()}-{place}"
        pages = sum(page.document == identity for page in rendered.pages)
        forms.append(
            {"form": definition.code, "title": definition.title, "version": definition.version, "copies": paper.count,
             "people": [person.name for person in paper.form.persons], "persons": list(paper.form.person_ids),
             "first": first, "pages": pages, "notes": list(notes.pop(definition.code, ()))[:MOST_NOTES]}
        )  # fmt: skip
        if with_address:
            forms[-1][WITH_ADDRESS] = True
        first += pages
    keep(case.id, actor, document_id, forms, numbers_of(ordered), rendered.pdf, first - 1, reprint_of, reason)


def keep(
    case_id: str, actor: Actor, document_id: str, forms: list[dict[str, Any]], persons: list[str], content: bytes,
    pages: int, reprint_of: str | None, reason: str,
) -> None:  # fmt: skip
    """Store a paper under its seal."""
    sha256 = hashlib.sha256(content).hexdigest()
    if is_with_address(forms):
        content = sealing.lock_paper(_settings().keys.vault, document_id, content)
    papers.add(
        document_id=document_id, case_id=case_id, made_by=actor.staff_id, counter=actor.counter, session=actor.session,
        forms=forms, persons=persons, reprint_of=reprint_of, reason=reason, pages=pages, sha256=sha256, content=content,
        seal=_seal(document_id, case_id, actor.session, persons, sha256),
    )  # fmt: skip
    releases.note_output(case_id, actor, document_id)


WITH_ADDRESS = "with_address"
"""What the record of a paper says when it prints where a protected person lives, as a release allowed."""

ONCE = "住所を印字した帳票は、もう一度印刷できません。必要なときは、あらためて責任者に依頼してください。"


def is_with_address(forms: Iterable[papers.StoredForm]) -> bool:
    """Whether one of the papers prints a protected address."""
    return any(form.get(WITH_ADDRESS) for form in forms)


def shown_minutes() -> int:
    """For how many minutes a document can be opened after it was made."""
    return _settings().document_link_seconds // 60


def _seal(document_id: str, case_id: str, session: str, persons: Iterable[str], sha256: str) -> str:
    return seal(job_key(_settings().keys.secret, document_id), case_id, session, *sorted(persons), sha256)


def open_document(case_id: str, document_id: str, actor: Actor) -> bytes:
    """The bytes of a document of this case, for the session that made it and for ten minutes (AC-06).

    Checked again: a person protected since then stops it. Raises NotFound, Stopped.
    """
    stored = released(cases.get_case(case_id), document_id, actor, opening=True)
    if not _is_shown_to(stored, actor):
        raise NotFound(GONE)
    with transaction():
        audit.record(
            "document.opened",
            actor=actor,
            case_id=case_id,
            persons=stored.persons,
            detail={"document": document_id},
        )
    return stored.content


def is_shown(case_id: str, document_id: str, actor: Actor) -> bool:
    """Whether this session may still open the document."""
    stored = papers.find(case_id, document_id)
    return stored is not None and _is_shown_to(stored, actor)


def _is_shown_to(stored: papers.StoredPaper, actor: Actor) -> bool:
    limit = timedelta(seconds=_settings().document_link_seconds)
    return stored.session == actor.session and utc_now() - stored.made_at <= limit


def released(case: Case, document_id: str, actor: Actor, *, opening: bool = False) -> papers.StoredPaper:
    """A paper of the case, if everybody on it may still be served and it is the one that was verified and sealed.

    ``opening``: it is only shown, as the one output of a release (解除) may be. Raises NotFound, Stopped, and Refused for
    a copy of a paper that prints a protected address: it was made once.
    """
    require(actor, Right.PRINT)
    output = document_id if opening else None
    stop_if_protected(case, actor, document_id=output)
    stored = papers.find(case.id, document_id)
    if stored is None:
        raise NotFound(GONE)
    stop_if_protected(case, actor, stored.persons, document_id=output)
    if is_with_address(stored.forms):
        if not opening:
            raise Refused(ONCE)
        # Another release lets the case go on; this paper was made under its own.
        if not list_made_under(case.id, actor.staff_id, utc_now(), document_id):
            raise NotFound(GONE)
        key = _settings().keys.vault
        stored = replace(stored, content=sealing.unlock_paper(key, stored.id, stored.content))
    if not _is_whole(stored):
        note_failure(
            case.id, actor, document_id, VerificationFailed(0, "the stored file is not the sealed one")
        )
        raise NotFound(GONE)
    return stored


def _is_whole(stored: papers.StoredPaper) -> bool:
    """Whether bytes, hash and seal still belong together; papers of earlier versions have no seal."""
    found = hashlib.sha256(stored.content).hexdigest()
    sealed = _seal(stored.id, stored.case_id, stored.session, stored.persons, found)
    return found == stored.sha256 and stored.seal in {"", sealed}


def numbers_of(ordered: Iterable[Paper]) -> list[str]:
    """The numbers of the registered persons the papers are about."""
    return sorted({person.number for one in ordered for person in one.form.persons if person.number})


def _settings() -> Settings:
    settings: Settings = current_app.config["KAKANAI"]
    return settings
