"""What each step's screen shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, url_for
from werkzeug.datastructures import MultiDict

from app.domain.authority import Actor
from app.domain.case import (
    KIND_CHOICES,
    KIND_LABELS,
    KIND_NOTES,
    Case,
    Channel,
    Kind,
    KindChoice,
    State,
    Step,
)
from app.domain.errors import Invalid
from app.domain.households import people_of
from app.domain.relations import TIE, TIES
from app.operations import (
    certificates,
    documents,
    duplicates,
    packs,
    printing,
    procedure_list,
    single,
    subject_warnings,
    subjects,
    taken_out,
)
from app.operations.cases import KIND_NEEDS
from app.operations.identity import missing_authority
from app.operations.print_values import SEXES
from app.reception.certificate_screen import show_certificates
from app.reception.content import show_content
from app.reception.frame import GUIDE, is_awaiting_consent, next_action, show_step, step_url
from app.reception.identity_screen import show_identity
from app.reception.navigation_screens import show_procedures, show_questions
from app.reception.overview import show_overview
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
    screen = CONTENTS.get(case.kind, SCREENS[step]) if step is Step.CONTENT else SCREENS[step]
    if case.state is not State.OPEN or case.held_by != actor.staff_id:
        return show_overview(case, actor)
    return screen(case, actor, dict(errors=errors, form=form, status=status, block=block, **extra))


def screen_of(case: Case, step: Step, actor: Actor) -> Response:
    """The screen of a step as it stands now, whoever has the case: to compare with, not to be sent."""
    screen = CONTENTS.get(case.kind, SCREENS[step]) if step is Step.CONTENT else SCREENS[step]
    return screen(case, actor, {"errors": {}, "form": None, "status": 200, "block": "app"})


def _kind(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    """The nine big choices; after one that stands for several kinds, these."""
    form = extra.pop("form") or {}
    group: KindChoice | None = extra.pop("group", None)
    if group is None:
        offered = [one for one in KIND_CHOICES if _may_receive(actor, one) and _fits(case, one)]
        options = [
            (one.code, one.label, one.note, str(digit))
            for digit, one in enumerate(KIND_CHOICES, start=1)
            if one in offered
        ]
        elsewhere = [one.label for one in KIND_CHOICES if not _may_receive(actor, one)]
        chosen = next((one.code for one in KIND_CHOICES if case.kind in one.kinds), None)
        likely = chosen or (Kind.MOVE_IN if case.fact("move.receipt") else Kind.CERTIFICATE).value
        likely = likely if any(one.code == likely for one in offered) else offered[0].code if offered else ""
    else:
        options = [(kind.value, KIND_LABELS[kind], KIND_NOTES.get(kind, ""), "") for kind in group.kinds]
        options = [(*one[:3], str(digit)) for digit, one in enumerate(options, start=1)]
        elsewhere, likely = [], case.kind if case.kind in group.kinds else group.kinds[0].value
    return show_step(
        case, Step.KIND, f"{group.label}の種類を選ぶ" if group else "用件を選ぶ", [GUIDE], likely=likely, offered=options,
        elsewhere=elsewhere, before=step_url(case.id, Step.KIND) if group else None,
        proofs=missing_authority(case) if "papers" in extra["errors"] else (),
        asked=(form.get("kind", ""), KIND_LABELS.get(form.get("kind", ""), "")), **extra,
    )  # fmt: skip


def _fits(case: Case, choice: KindChoice) -> bool:
    """Nobody asks for a certificate where the city acts of its own accord (職権)."""
    return case.channel is not Channel.EX_OFFICIO or Kind.CERTIFICATE not in choice.kinds


def _may_receive(actor: Actor, choice: KindChoice) -> bool:
    return any(KIND_NEEDS[kind] & actor.receptions for kind in choice.kinds)


_WHOLE_HOUSEHOLD = frozenset(
    {Kind.ADDRESS_CHANGE, Kind.MOVE_OUT, Kind.HOUSEHOLD_MERGER, Kind.HOUSEHOLDER_CHANGE}
)
"""Kinds that are mostly about everybody: all are chosen to begin with."""
_WHO = {
    Kind.BIRTH: "生まれた子の父または母を選んでください。生まれた子は次の画面で入力します。",
    Kind.DEATH: "亡くなった方を選んでください。",
    Kind.MOVE_OUT: "転出する方を選んでください。選ばなかった方は残ります。",
    Kind.ADDRESS_CHANGE: "転居する方を選んでください。選ばなかった方は残ります。",
    Kind.HOUSEHOLD_SEPARATION: "新しい世帯をつくる方を選んでください。選ばなかった方は残ります。",
    Kind.HOUSEHOLD_MERGER: "ほかの世帯に入る世帯の方を選んでください。入る先の世帯は次の画面で選びます。",
    Kind.HOUSEHOLD_COMPOSITION: "ほかの世帯へ移る方を選んでください。移る先の世帯は次の画面で選びます。",
    Kind.MARRIAGE: "婚姻した方を選んでください。",
    Kind.DIVORCE: "離婚した方を選んでください。氏が変わるお子さんも選びます。",
    Kind.NAME_CHANGE: "氏または名が変わる方を選んでください。",
}


def _subjects(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    extra.pop("form")
    household = subjects.candidates(case, actor)
    members = {person.number for person in household}
    added = (
        case.subjects if case.kind is not Kind.BIRTH else tuple(person for person, _part in people_of(case))
    )
    chosen = {person.number for person in added}
    unseen = subject_warnings.list_unseen(case, household)
    subject_warnings.note_shown(case, actor, unseen)
    begun = chosen and not (case.is_for_self and case.step is Step.SUBJECTS and len(chosen) == 1)
    if not begun and case.kind in _WHOLE_HOUSEHOLD:
        chosen |= members
    return show_step(
        case, Step.SUBJECTS, "対象者を選ぶ", [GUIDE, next_action("次へ進む")], household=household, chosen=chosen,
        unseen=unseen, gone=taken_out.last(case), others=[person for person in added if person.number not in members], sexes=SEXES,
        related=subjects.related(case, actor), who=_WHO.get(case.kind, "") if case.kind else "",
        today=case.received_on, may_type=case.kind in subjects.TYPED, ties=TIES,
        tied={person.id: case.fact(TIE, person.id, "") for person in added},
        present={person.number: person.id for person in case.subjects if person.number}, **extra,
    )  # fmt: skip


def _print(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    form = extra.pop("form") or {}
    latest = case.documents[0] if case.documents else None
    if is_awaiting_consent(case):
        address = url_for("reception.correction", case_id=case.id)
        on = Action("訂正の確認へ進む", "F12", "link", address, primary=True, alt="Ctrl+Enter")
    else:
        on = Action("受付を終了する", "F12", "submit", "close", primary=True, alt="Ctrl+Enter")
    opens = latest is not None and documents.is_shown(case.id, latest.id, actor)
    again = [Action("印刷ダイアログを開く", "F9", "print", "pdf")] if opens else []
    moving = case.kind is not Kind.CERTIFICATE
    return show_step(
        case, Step.PRINT, "印刷しました" if latest else "印刷・案内", [GUIDE, *again, on], latest=latest, typed=form,
        fee=certificates.total_fee(case, packs.of_case(case)) if case.kind is Kind.CERTIFICATE else None,
        listed=procedure_list.procedure_list(case, actor).needed if moving else (), close_url=url_for("reception.close", case_id=case.id),
        aside_label="次にすること", back=step_url(case.id, Step.PROCEDURES if moving else Step.CONTENT),
        print_now=latest is not None and opens and printing.prints_now(latest, actor),
        twice=duplicates.waiting(case, actor) if moving else (), awaits_consent=on.kind == "link", **extra,
    )  # fmt: skip


def _single(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    """R-11: the picker of single procedures; what is picked stays ticked whatever is searched."""
    form = extra.pop("form")
    if isinstance(form, MultiDict):
        codes = form.getlist("procedures")
    else:
        codes = case.fact(f"draft.{Step.CONTENT}", default={}).get("procedures") or case.fact(
            single.CHOSEN, default=[]
        )
    codes = [codes] if isinstance(codes, str) else codes
    searched = extra.pop("searched", "")
    picked = single.list_chosen(case, codes)
    favourites = () if searched else single.list_favourites(case, actor)
    return show_step(
        case, Step.CONTENT, "個別の手続きを選ぶ", [GUIDE, next_action("確認事項へ進む")], template="reception/single.html",
        shelves=single.list_shelves(case, actor, searched), favourites=favourites, picked=picked, codes=[one.code for one in picked],
        searched=searched, subjects_url=step_url(case.id, Step.SUBJECTS), aside_label="選んだ手続き", **extra,
    )  # fmt: skip


CONTENTS: dict[Kind | None, Callable[[Case, Actor, dict[str, Any]], Response]] = {
    Kind.CERTIFICATE: show_certificates,
    Kind.SINGLE: _single,
}
"""Content steps that are no notice."""

SCREENS: dict[Step, Callable[[Case, Actor, dict[str, Any]], Response]] = {
    Step.IDENTITY: show_identity,
    Step.KIND: _kind,
    Step.SUBJECTS: _subjects,
    Step.CONTENT: show_content,
    Step.QUESTIONS: show_questions,
    Step.PROCEDURES: show_procedures,
    Step.PRINT: _print,
}
