"""Issuing the papers of a case, all that are ticked or single ones, and issuing them again (R27, R29)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app

from app.data import audit, cases, corrections, papers, reviews
from app.data.models.base import opaque_id, utc_now
from app.data.transactions import transaction
from app.documents.identity import CORRECTED, REPRINT
from app.documents.problems import PrintFailed
from app.domain.authority import Actor, Right
from app.domain.case import STEP_LABELS, Case, CaseDocument, Kind, ProcedureState, State, Step
from app.domain.corrections import REASON, corrected_items
from app.domain.errors import Conflict, Invalid, Refused
from app.operations import duplicates, holders, leaflets, preferences
from app.operations.cases import changing, has_reached, require, stop_if_protected
from app.operations.defects import check as check_letter
from app.operations.defects import open_defect
from app.operations.documents import (
    Paper,
    keep,
    note_failure,
    numbers_of,
    released,
    render,
    renderer,
    store,
    told,
)
from app.operations.orders import OrderedForm, order_again, order_everything, order_forms
from app.operations.procedure_list import ListedProcedure, procedure_list
from app.operations.separators import separator_of

CHANGED = "この受付は更新されています。最新の内容を確認して、もう一度印刷してください。"
AWAITED = "予約の方の本人確認が済んでいないため、まだ印刷できません。来庁されたら「本人確認」で書類を確認してください。"
NOTHING = "印刷するものを1つ以上選んでください。"


def issue(
    case_id: str, actor: Actor, version: int | None, chosen: Sequence[str] | None,
    selected: Mapping[int, int] | None = None, *, separator: bool | None = None, duplicates_seen: bool = False,
) -> str:  # fmt: skip
    """Make one PDF of the case's papers, the request of a certificate case or the move with the chosen procedures; its id.

    ``chosen`` are procedure codes (None: every line that is ticked). ``selected`` names single papers instead, by their
    place among everything the case can have printed (from 1), each with its number of copies. ``separator`` puts a sheet
    that names nobody before them (None: as the counter's printer needs it). What was applied for today already has to be
    ``duplicates_seen``. Raises Invalid, Conflict, Stopped.
    """
    case = printable_case(case_id, actor, version)
    duplicates.check(case, seen=duplicates_seen)
    if selected is None:
        ordered, listed = order_forms(case, actor, chosen)
        wanted = [Paper(one, marks=marks_of(case, one)) for one in ordered]
    else:
        wanted = [
            Paper(one, selected[place], marks_of(case, one))
            for place, one in enumerate(order_everything(case, actor), 1)
            if place in selected
        ]
        listed = procedure_list(case, actor).needed if wanted and case.kind is not Kind.CERTIFICATE else ()
        chosen = [code for paper in wanted for code in paper.form.procedures]
    if not wanted:
        raise Invalid(NOTHING)
    document_id = opaque_id()
    ordered_papers = [*separator_of(case, actor, len(wanted), separator), *wanted]
    rendered = render(case, actor, document_id, ordered_papers)
    with changing(case_id, actor, case.version, content=False) as row:
        duplicates.confirm(case_id, actor, seen=duplicates_seen)
        store(case, actor, document_id, ordered_papers, rendered, reprint_of=None, reason="")
        leaflets.note_handed((one.form.definition.code for one in wanted), actor.counter)
        for item in listed:
            note_issued(
                case_id, item, chosen, {code for paper in wanted for code in paper.form.procedures}, actor
            )
        row.step = Step.PRINT
        audit.record(
            "document.made", actor=actor, case_id=case_id, persons=numbers_of(wanted),
            detail={"document": document_id, "forms": [one.form.definition.code for one in wanted], "pages": len(rendered.pages)},
        )  # fmt: skip
    return document_id


def marks_of(case: Case, form: OrderedForm) -> tuple[str, ...]:
    """What is said at the top of a paper: that it prints something else than the register says of somebody on it (R12)."""
    differs = any(corrected_items(one) and case.fact(REASON, one.id) for one in form.persons)
    return (CORRECTED,) if differs else ()


def printable_case(case_id: str, actor: Actor, version: int | None) -> Case:
    """The case, if its papers may be made now. Raises Refused, Stopped, Conflict."""
    require(actor, Right.PRINT)
    case = cases.get_case(case_id)
    stop_if_protected(case, actor)
    if case.state is not State.OPEN:
        raise Refused("この受付は受付中ではありません。再開してから印刷してください。")
    if case.held_by != actor.staff_id:
        raise Conflict(holders.taken_text(case))
    if corrections.is_correction(case_id) and not corrections.is_consented(case_id):
        raise Refused("この訂正はまだ承認されていません。承認されてから印刷してください。")
    if case.awaits_visitor:
        raise Invalid(AWAITED)
    _require_sound_letter(case)
    first = Step.CONTENT if case.kind is Kind.CERTIFICATE else Step.PROCEDURES
    if case.kind is not None and not has_reached(case.step, first):
        raise Conflict(f"先に「{STEP_LABELS[case.step]}」を済ませてください。")
    if version is not None and case.version != version:
        raise Conflict(CHANGED)
    return case


def _require_sound_letter(case: Case) -> None:
    """A request whose letter lacks something is answered first. Raises Invalid."""
    if open_defect(case):
        raise Invalid(
            "郵送の不備を連絡しています。届いたものを確かめ、「不備の連絡」で解消を記録してから印刷してください。"
        )
    letter = check_letter(case)
    if letter is not None and letter.difference < 0:
        raise Invalid(
            f"同封の定額小為替が{letter.words}「不備の連絡」で差出人に伝えるか、届いた額を直してください。"
        )


def choose_procedures(case_id: str, actor: Actor, version: int, chosen: Collection[str]) -> None:
    """Keep which procedures are ticked for printing. Raises Conflict, Refused, Stopped."""
    with changing(case_id, actor, version, Step.PROCEDURES, content=False):
        for line in cases.get_case(case_id).procedures:
            if line.needed:
                cases.get_procedure(case_id, line.code).print_chosen = line.code in chosen
        audit.record("case.papers_chosen", actor=actor, case_id=case_id, detail={"procedures": len(chosen)})


def note_issued(
    case_id: str,
    item: ListedProcedure,
    chosen: Collection[str] | None,
    printed: Collection[str],
    actor: Actor,
) -> None:
    """Keep whether the line was ticked (``chosen``), and how far it has come: the guide leads to every other section."""
    line = cases.get_procedure(case_id, item.procedure.code)
    if chosen is not None:
        line.print_chosen = item.procedure.code in chosen
    if line.state != ProcedureState.NOT_STARTED:
        return
    if item.procedure.code in printed or (item.procedure.forms and line.print_chosen):
        reviews.mark(line, ProcedureState.PRINTED, actor)
    elif not item.here and item.procedure.in_guide:
        reviews.mark(line, ProcedureState.GUIDED, actor)


@dataclass(frozen=True)
class Again:
    """How a document is printed again: what of it (places from 1, None: everything), with which data, and why.

    ``token`` comes with the button: pressed twice, it makes one copy. ``version`` is the case's that was on the screen.
    """

    reason: str
    token: str
    as_printed: bool
    places: Collection[int] | None = None
    version: int | None = None


def reprint(case_id: str, document_id: str, actor: Actor, again: Again) -> str:
    """Print again: the pages as they were first printed, or the same papers anew with what the case holds now (R29).

    Marked (再出力) and recorded. Raises NotFound, Stopped, Invalid, Conflict when the case has changed meanwhile.
    """
    case = cases.get_case(case_id)
    replaced = corrections.replaced_by(case_id)
    if replaced:
        raise Refused(f"この受付は訂正されています。訂正後の受付 {replaced} から印刷してください。")
    stored = released(case, document_id, actor)
    places = range(1, len(stored.forms) + 1) if again.places is None else again.places
    forms = [form for place, form in enumerate(stored.forms, 1) if place in places]
    if not forms:
        raise Invalid("もう一度印刷するものを1つ以上選んでください。")
    if again.as_printed:
        return _copy(stored, actor, again, forms)
    if again.version is not None and case.version != again.version:
        raise Conflict(CHANGED)
    return _renew(case, stored, actor, again, forms)


def _copy(stored: papers.StoredPaper, actor: Actor, again: Again, forms: list[papers.StoredForm]) -> str:
    """The stored pages, marked, under a new id."""
    fresh, first = opaque_id(), 1
    kept: list[papers.StoredForm] = []
    pages: list[int] = []
    for form in forms:
        count = form.get("pages", stored.pages)
        start = form.get("first", 1)
        pages += range(start, start + count)
        kept.append({**form, "first": first, "pages": count})
        first += count
    # Papers of earlier versions do not say which pages are whose: the file stays whole.
    if any("first" not in form for form in forms):
        pages, kept = list(range(1, stored.pages + 1)), list(stored.forms)
    try:
        content = renderer().print_again(stored.content, pages, REPRINT)
    except PrintFailed as failure:
        note_failure(stored.case_id, actor, fresh, failure)
        raise Invalid(told(failure)) from failure
    with transaction():
        accepted = cases.accept(again.token, actor.staff_id, fresh)
        if accepted != fresh:
            return accepted
        keep(stored.case_id, actor, fresh, kept, stored.persons, content, len(pages), stored.id, again.reason)
        _note_reprint(stored.case_id, actor, stored.id, fresh, stored.persons, "as_printed")
    return fresh


def _renew(
    case: Case, stored: papers.StoredPaper, actor: Actor, again: Again, forms: list[papers.StoredForm]
) -> str:
    """The same papers with what the case holds now: whoever is protected since then stops it (AC-12)."""
    fresh = opaque_id()
    wanted = [
        Paper(one, _copies(one.definition.code, forms), (REPRINT, *marks_of(case, one)))
        for one in order_again(case, actor, forms)
    ]
    rendered = render(case, actor, fresh, wanted)
    stop_if_protected(cases.get_case(case.id), actor, numbers_of(wanted))
    with transaction():
        if cases.hold_case(case.id).version != case.version:
            raise Conflict(CHANGED)
        accepted = cases.accept(again.token, actor.staff_id, fresh)
        if accepted != fresh:
            return accepted
        store(case, actor, fresh, wanted, rendered, reprint_of=stored.id, reason=again.reason)
        _note_reprint(case.id, actor, stored.id, fresh, numbers_of(wanted), "today")
    return fresh


def _copies(code: str, forms: Sequence[papers.StoredForm]) -> int | None:
    return next((form.get("copies") for form in forms if form["form"] == code), None)


def _note_reprint(case_id: str, actor: Actor, old: str, new: str, persons: Sequence[str], how: str) -> None:
    audit.record(
        "document.reprinted", actor=actor, case_id=case_id, persons=persons,
        detail={"document": new, "reprint_of": old, "data": how},
    )  # fmt: skip


JUST_MADE = timedelta(seconds=60)


def prints_now(document: CaseDocument, actor: Actor) -> bool:
    """Whether the screen hands a document to the browser's printing by itself: where the city or this member of staff wants it,
    and only fresh."""
    chosen = preferences.of(actor.staff_id)["printing"]
    wanted = chosen == "at_once" or (chosen == "city" and current_app.config["KAKANAI"].print_at_once)
    return wanted and document.made_by == actor.staff_id and utc_now() - document.made_at < JUST_MADE
