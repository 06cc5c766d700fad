"""Issuing papers: filled, rendered apart, verified page by page, stored with their hash, and only then shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app

from app.config import Settings
from app.data import audit, cases, papers
from app.data.models.base import opaque_id, utc_now
from app.data.transactions import transaction
from app.documents.identity import REPRINT, PageIdentity, job_key
from app.documents.problems import PrintFailed, PrintRefused
from app.documents.render import FormJob, RenderedSet
from app.documents.renderer import Renderer
from app.domain.authority import Actor, Right
from app.domain.case import STEP_LABELS, Case, Kind, ProcedureState, State, Step
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.operations import leaflets, unprinted
from app.operations.cases import changing, has_reached, require, stop_if_protected
from app.operations.orders import OrderedForm, order_again, order_forms
from app.operations.procedure_list import ListedProcedure

CHANGED = "この受付は更新されています。最新の内容を確認して、もう一度印刷してください。"
GONE = "この帳票は表示できません。「もう一度印刷する」から出力してください。"


@dataclass(frozen=True)
class Issued:
    """A document that is stored and may be opened now; ``notes`` are what the clerk should look at on it."""

    document_id: str
    notes: tuple[str, ...]


def issue(
    case_id: str, actor: Actor, version: int | None, chosen: Sequence[str] | None, today: date
) -> Issued:
    """Make one PDF of the case's forms: the request of a certificate case, or the move with the chosen procedures.

    ``chosen`` are procedure codes (None: every line that is ticked). Raises Invalid, Conflict, Stopped.
    """
    require(actor, Right.PRINT)
    case = cases.get_case(case_id)
    stop_if_protected(case, actor)
    if case.state is not State.OPEN:
        raise Refused("この受付は受付中ではありません。再開してから印刷してください。")
    if case.kind is not None and not has_reached(case.step, _printed_from(case.kind)):
        raise Conflict(f"先に「{STEP_LABELS[case.step]}」を済ませてください。")
    if version is not None and case.version != version:
        raise Conflict(CHANGED)
    ordered, listed = order_forms(case, actor, chosen)
    document_id = opaque_id()
    rendered = _render(case, actor, document_id, ordered, marks=())
    with changing(case_id, actor, case.version) as row:
        _store(case, actor, document_id, ordered, rendered, reprint_of=None, reason="")
        leaflets.note_handed((one.definition.code for one in ordered), actor.counter)
        for item in listed:
            _note_issued(case_id, item, chosen)
        row.step = Step.PRINT
        audit.record(
            "document.made", actor=actor, case_id=case_id, persons=_numbers(ordered),
            detail={"document": document_id, "forms": [one.definition.code for one in ordered], "pages": len(rendered.pages)},
        )  # fmt: skip
    return Issued(document_id, tuple(problem.message for problem in rendered.problems))


def _printed_from(kind: Kind) -> Step:
    """The step from which the papers of a case are made."""
    return Step.CONTENT if kind is Kind.CERTIFICATE else Step.PROCEDURES


def _note_issued(case_id: str, item: ListedProcedure, chosen: Sequence[str] | None) -> None:
    """Keep whether the line was ticked, and how far it has come: the guide leads to every other section."""
    line = cases.get_procedure(case_id, item.procedure.code)
    if chosen is not None:
        line.print_chosen = item.procedure.code in chosen
    if line.state != ProcedureState.NOT_STARTED:
        return
    if item.procedure.forms and line.print_chosen:
        line.state = ProcedureState.PRINTED
    elif not item.here and item.procedure.in_guide:
        line.state = ProcedureState.GUIDED


def _render(
    case: Case, actor: Actor, document_id: str, ordered: Sequence[OrderedForm], marks: tuple[str, ...]
) -> RenderedSet:
    settings = _settings()
    key = job_key(settings.keys.secret, document_id)
    jobs = [
        FormJob(
            one.definition, one.values,
            PageIdentity(
                document_id, f"{document_id[1:9].upper()}-{place}", case.number,
                tuple(person.id for person in one.persons), key, marks,
            ),
        )
        for place, one in enumerate(ordered, start=1)
    ]  # fmt: skip
    try:
        return renderer().issue(jobs)
    except PrintFailed as failure:
        with transaction():
            audit.record(
                "document.refused", actor=actor, case_id=case.id,
                detail={"document": document_id, "why": type(failure).__name__},
            )  # fmt: skip
        message = "帳票を作成できませんでした。途中まで作成したものは破棄しました。もう一度印刷してください。"
        raise Invalid(failure.message if isinstance(failure, PrintRefused) else message) from failure


def renderer() -> Renderer:
    """The renderer of this server process: its own processes without network, started when they are first needed."""
    settings = _settings()
    kept: Renderer | None = current_app.extensions.get("kakanai_renderer")
    if kept is None:
        kept = Renderer(settings.instance, settings.render_timeout, settings.render_workers)
        kept = current_app.extensions.setdefault("kakanai_renderer", kept)
    return kept


def _store(
    case: Case, actor: Actor, document_id: str, ordered: Sequence[OrderedForm], rendered: RenderedSet, *,
    reprint_of: str | None, reason: str,
) -> None:  # fmt: skip
    unprinted.note(rendered.problems)
    papers.add(
        document_id=document_id, case_id=case.id, made_by=actor.staff_id, counter=actor.counter, session=actor.session,
        forms=[
            {"form": one.definition.code, "title": one.definition.title, "version": one.definition.version,
             "people": [person.name for person in one.persons]}
            for one in ordered
        ],
        persons=_numbers(ordered), reprint_of=reprint_of, reason=reason, pages=len(rendered.pages),
        sha256=rendered.sha256, content=rendered.pdf,
    )  # fmt: skip


def shown_minutes() -> int:
    """For how many minutes a document can be opened after it was made."""
    return _settings().document_link_seconds // 60


def open_document(case_id: str, document_id: str, actor: Actor) -> bytes:
    """The bytes of a document of this case, for the session that made it and for ten minutes (AC-06).

    Checked again: a person protected since then stops it. Raises NotFound, Stopped.
    """
    stored = _released(cases.get_case(case_id), document_id, actor)
    limit = timedelta(seconds=_settings().document_link_seconds)
    if stored.session != actor.session or utc_now() - stored.made_at > limit:
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


def _released(case: Case, document_id: str, actor: Actor) -> papers.StoredPaper:
    """A paper of the case, if everybody on it may still be served and its bytes are those that were verified.

    Raises NotFound, Stopped.
    """
    require(actor, Right.PRINT)
    stop_if_protected(case, actor)
    stored = papers.find(case.id, document_id)
    if stored is None:
        raise NotFound(GONE)
    stop_if_protected(case, actor, stored.persons)
    if hashlib.sha256(stored.content).hexdigest() != stored.sha256:
        with transaction():
            audit.record(
                "document.refused",
                actor=actor,
                case_id=case.id,
                detail={"document": document_id, "why": "changed"},
            )
        raise NotFound(GONE)
    return stored


def reprint(
    case_id: str, document_id: str, actor: Actor, reason: str, *, as_printed: bool, token: str
) -> Issued:
    """Print again: the pages as they were first printed, or the same forms anew with what the case holds now (R29).

    Marked and recorded. ``token`` comes with the button: pressed twice, it makes one copy.
    Raises NotFound, Stopped, Invalid, Conflict when the case changes meanwhile.
    """
    case = cases.get_case(case_id)
    stored = _released(case, document_id, actor)
    fresh = opaque_id()
    if as_printed:
        with transaction():
            accepted = cases.accept(token, actor.staff_id, fresh)
            if accepted != fresh:
                return Issued(accepted, ())
            papers.copy(
                stored,
                fresh,
                made_by=actor.staff_id,
                counter=actor.counter,
                session=actor.session,
                reason=reason,
            )
            _note_reprint(case_id, actor, document_id, fresh, stored.persons, "as_printed")
        return Issued(fresh, ())
    ordered = order_again(case, actor, [form["form"] for form in stored.forms])
    rendered = _render(case, actor, fresh, ordered, marks=(REPRINT,))
    stop_if_protected(cases.get_case(case_id), actor, _numbers(ordered))
    with transaction():
        if cases.hold_case(case_id).version != case.version:
            raise Conflict(CHANGED)
        accepted = cases.accept(token, actor.staff_id, fresh)
        if accepted != fresh:
            return Issued(accepted, ())
        _store(case, actor, fresh, ordered, rendered, reprint_of=document_id, reason=reason)
        _note_reprint(case_id, actor, document_id, fresh, _numbers(ordered), "today")
    return Issued(fresh, tuple(problem.message for problem in rendered.problems))


def _note_reprint(case_id: str, actor: Actor, old: str, new: str, persons: Sequence[str], how: str) -> None:
    audit.record(
        "document.reprinted", actor=actor, case_id=case_id, persons=persons,
        detail={"document": new, "reprint_of": old, "data": how},
    )  # fmt: skip


def _numbers(ordered: Iterable[OrderedForm]) -> list[str]:
    return sorted({person.number for one in ordered for person in one.persons if person.number})


def _settings() -> Settings:
    settings: Settings = current_app.config["KAKANAI"]
    return settings
