"""What each step's screen shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Response, url_for
from werkzeug.datastructures import MultiDict

from app.domain.authority import Actor
from app.domain.case import KIND_DIGITS, KIND_LABELS, STATE_LABELS, Case, Kind, State, Step
from app.domain.dates import age_on, format_wareki
from app.domain.errors import Invalid
from app.domain.lots import lot_key
from app.domain.person import WarningLevel
from app.domain.places import written_postal
from app.operations import certificates, moves, navigation, packs, places, subjects, warnings
from app.operations.cases import KIND_NEEDS
from app.operations.identity import needs_acknowledgement
from app.operations.print_values import SEXES, year_text
from app.reception.addresses import UNLISTED, town_said
from app.reception.frame import GUIDE, next_action, show_step, step_url
from app.reception.move_form import grid_rows
from app.web.pages import Action

Typed = Mapping[str, Any] | None
SCREEN = "main"
"""Stands for the screen as a whole where an error names its field."""


def render(
    case: Case, step: Step, actor: Actor, *, wrong: Invalid | None = None, form: Typed = None, status: int = 200,
    block: str = "app", **extra: Any,
) -> Response:  # fmt: skip
    """The screen of a step; with ``wrong`` the same screen with what was typed and what is to be mended."""
    # A refusal that belongs to no field is said as well, at the head of the screen.
    errors = (wrong.fields or {SCREEN: wrong.message}) if wrong else {}
    screen = _certificates if step is Step.CONTENT and case.kind is Kind.CERTIFICATE else SCREENS[step]
    if case.state is not State.OPEN:
        return _closed(case, step)
    return screen(case, actor, dict(errors=errors, form=form, status=status, block=block, **extra))


def _closed(case: Case, step: Step) -> Response:
    return show_step(
        case, Step.PRINT, "この受付は進められません", [], template="reception/closed.html", state=STATE_LABELS[case.state],
        resumable=case.state is State.SUSPENDED, here=step,
    )  # fmt: skip


def _typed(case: Case, step: Step, form: Typed) -> Mapping[str, Any]:
    """What was just typed, otherwise what was being typed when work stopped."""
    return form if form is not None else case.fact(f"draft.{step}", default={})


def _identity(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    pack = packs.of_case(case)
    visitor = case.visitor
    typed = _typed(case, Step.IDENTITY, extra.pop("form"))
    documents = case.fact("identity.documents", default=[])
    stored = {
        "document": documents[0] if documents else "", "document2": documents[1] if len(documents) > 1 else "",
        "relation": case.fact("identity.relation", default="self"), "papers": case.fact("identity.papers", default=[]),
        **{name: visitor.value(name) if visitor else "" for name in ("name", "kana", "sex", "address", "phone")},
        "birth": format_wareki(visitor.birth) if visitor and visitor.birth else "",
    }  # fmt: skip
    confirm = [
        text
        for level, _code, text in (visitor.seen.get("warnings", []) if visitor else [])
        if level == "confirm"
    ]
    asks = bool(confirm) and needs_acknowledgement(case)
    if asks:
        warnings.note_shown_in_case(case, actor, WarningLevel.CONFIRM)
    return show_step(
        case, Step.IDENTITY, "本人確認", [GUIDE, next_action("用件へ進む" if not case.kind else "次へ進む")], **extra,
        values={**stored, **typed}, visitor=visitor, registered=bool(visitor and visitor.number),
        age=age_on(visitor.birth, case.received_on) if visitor and visitor.birth else None,
        documents=sorted((one for one in pack.identity_documents if one.needed), key=lambda one: one.order),
        relations=sorted(pack.relations, key=lambda one: one.order), papers=pack.proof_papers, sexes=SEXES,
        confirm=confirm if asks else [],
    )  # fmt: skip


def _kind(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    extra.pop("form")
    likely = Kind.MOVE_IN if case.fact("move.receipt") else Kind.CERTIFICATE
    offered = [
        (kind, KIND_LABELS[kind], "", KIND_DIGITS[kind])
        for kind in Kind
        if KIND_NEEDS[kind] & actor.receptions
    ]
    elsewhere = [KIND_LABELS[kind] for kind in Kind if not KIND_NEEDS[kind] & actor.receptions]
    return show_step(
        case,
        Step.KIND,
        "用件を選ぶ",
        [GUIDE],
        likely=case.kind or likely,
        offered=offered,
        elsewhere=elsewhere,
        **extra,
    )


def _subjects(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    extra.pop("form")
    household = subjects.candidates(case, actor)
    members = {person.number for person in household}
    chosen = {person.number for person in case.subjects}
    return show_step(
        case, Step.SUBJECTS, "対象者を選ぶ", [next_action("次へ進む")], household=household,
        chosen=chosen or ({person.number for person in household} if case.kind is Kind.ADDRESS_CHANGE else set()),
        others=[person for person in case.subjects if person.number not in members], sexes=SEXES,
        related=subjects.related(case, actor),
        today=case.received_on, **extra,
    )  # fmt: skip


def _content(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    form = extra.pop("form")
    typed = _typed(case, Step.CONTENT, form)
    names = ("changed_on", "old_address", "old_householder", "town", "lot", "building", "origin")
    stored = {name: case.fact(f"move.{name}", default="") for name in names}
    stored["town_text"], stored["lot_text"], stored["building_text"] = (
        stored["town"],
        stored["lot"],
        stored["building"],
    )
    stored["town"] = case.fact("move.town_id", default="")
    stored["household"] = case.fact("move.household", default="new")
    stored["householder"] = case.fact("move.new_householder", default="")
    if stored["changed_on"]:
        stored["changed_on"] = format_wareki(date.fromisoformat(stored["changed_on"]))
    notified = case.fact("move.notified_on")
    stored["notified_on"] = format_wareki(date.fromisoformat(notified) if notified else case.received_on)
    planned = case.fact("move.planned_move_in_on")
    planned_on = format_wareki(date.fromisoformat(planned)) if planned else ""
    if not stored["old_address"] and case.kind is Kind.ADDRESS_CHANGE and case.subjects:
        stored["old_address"] = case.subjects[0].address
    empty = 0 if case.kind is Kind.ADDRESS_CHANGE else extra.pop("empty_rows", None)
    rows = grid_rows(case, form, empty)
    shown = {**stored, **typed}
    said = _places_said(case, shown)
    if not said["lot"]:
        # Known to the master: leaving the field does not mark it.
        shown["lot"] = shown.get("lot") or lot_key(str(shown.get("lot_text", "")))
    return show_step(
        case, Step.CONTENT, f"{KIND_LABELS[case.kind]}の内容" if case.kind else "内容入力",
        [GUIDE, next_action("確認事項へ進む")], values=shown, rows=rows,
        planned_on=planned_on,
        relationships=moves.RELATIONSHIPS, sexes=SEXES, origins=moves.ORIGINS,
        households=moves.HOUSEHOLDS, late=moves.late_text(case), said=said, unlisted=UNLISTED, **extra,
    )  # fmt: skip


def _places_said(case: Case, shown: Mapping[str, Any]) -> dict[str, str]:
    """What the masters know of the two addresses as they stand in the fields."""
    town_id, lot = (str(shown.get(name, "")) for name in ("town", "lot_text"))
    town = places.find_chosen_town(town_id)
    listed = (
        places.is_lot(town_id, lot) if town and lot.strip() else case.fact("move.lot_listed") is not False
    )
    postal = case.fact("move.old_postal_code", default="")
    return {
        "town": town_said(town) if town else "",
        "lot": UNLISTED if lot.strip() and not listed else "",
        "old_address": f"〒{written_postal(postal)}" if postal else "",
    }


def _certificates(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    form = extra.pop("form") or {}
    pack = packs.of_case(case)
    request_view = certificates.view(case, actor, extra.pop("person_id", None) or form.get("person"))
    household = [one for one in subjects.candidates(case, actor) if not one.protected]
    present = {person.number for person in case.subjects}
    issue = Action("交付請求書を印刷する", "F9", "submit", "details", primary=True, alt="Ctrl+Enter")
    summary = _places_of(extra["errors"], request_view)
    return show_step(
        case, Step.CONTENT, "証明書を選ぶ", [GUIDE, issue], template="reception/certificates.html",
        view=request_view, typed=form, summary=summary, year_text=year_text, aside_label="手数料",
        titles={one.code: one.title for one in pack.certificates},
        guides=[(one.code, one.title, one.guidance, one.law) for one in sorted(pack.certificates, key=lambda one: one.order)],
        addable=[one for one in household if one.number not in present] if case.is_for_self else [],
        purpose=case.fact("certificate.purpose", default=""), recipient=case.fact("certificate.recipient", default=""),
        **extra,
    )  # fmt: skip


def _places_of(errors: Mapping[str, str], view: certificates.Request) -> list[tuple[str, str]]:
    """Where each message leads: the table for a field that is not on the screen (of a line that is locked or not chosen)."""
    rows = [row for row in view.rows if not row.locked]
    away = {f"{name}-{row.certificate.code}" for row in view.rows for name in ("copies", "year")}
    away -= {f"copies-{row.certificate.code}" for row in rows}
    away -= {f"year-{row.certificate.code}" for row in rows if row.copies}
    away |= {"person"} | (set() if view.exemptions else {"exemption"})
    return [("rows" if name in away else name, message) for name, message in errors.items()]


def _questions(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    extra.pop("form")
    pack = packs.of_case(case)
    return show_step(
        case, Step.QUESTIONS, "確認事項", [GUIDE, next_action("手続き一覧へ進む")],
        interview=navigation.interview(case, actor),
        groups={group.code: group.title for group in pack.question_groups}, aside_label="必要な手続き", **extra,
    )  # fmt: skip


def _procedures(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    form = extra.pop("form") or {}
    pack = packs.of_case(case)
    found = navigation.procedure_list(case, actor)
    ticked = {line.code for line in case.procedures if line.print_chosen}
    if isinstance(form, MultiDict) and "print" in form:
        ticked = set(form.getlist("print"))
    listed = {item.procedure.code for item in (*found.needed, *found.excluded)}
    others = [one for one in pack.procedures if one.code not in listed]
    undecided = {code for code, _reasons in found.undecided}
    reasons = {one.procedure: one.reason for one in found.verdicts if one.procedure not in listed | undecided}
    issue = Action("申請書と案内書を印刷する", "F9", "submit", "issue", primary=True, alt="F12")
    return show_step(
        case, Step.PROCEDURES, "手続き一覧", [GUIDE, issue], found=found, others=others, reasons=reasons,
        pack=pack, ticked=ticked, typed=form, **extra,
    )  # fmt: skip


def _print(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    extra.pop("form")
    latest = case.documents[0] if case.documents else None
    close = Action("受付を終了する", "F12", "submit", "close", primary=True, alt="Ctrl+Enter")
    again = [Action("印刷ダイアログを開く", "F9", "print", "pdf")] if latest else []
    moving = case.kind in {Kind.MOVE_IN, Kind.ADDRESS_CHANGE}
    return show_step(
        case, Step.PRINT, "印刷しました" if latest else "印刷・案内", [*again, close], latest=latest,
        fee=certificates.total_fee(case, packs.of_case(case)) if case.kind is Kind.CERTIFICATE else None,
        listed=navigation.procedure_list(case, actor).needed if moving else (), close_url=url_for("reception.close", case_id=case.id),
        aside_label="次にすること", back=step_url(case.id, Step.PROCEDURES if moving else Step.CONTENT), **extra,
    )  # fmt: skip


SCREENS: dict[Step, Callable[[Case, Actor, dict[str, Any]], Response]] = {
    Step.IDENTITY: _identity,
    Step.KIND: _kind,
    Step.SUBJECTS: _subjects,
    Step.CONTENT: _content,
    Step.QUESTIONS: _questions,
    Step.PROCEDURES: _procedures,
    Step.PRINT: _print,
}
