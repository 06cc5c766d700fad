"""Opening a case and going through its steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.domain.case import KIND_CHOICES, Channel, Kind, KindChoice, Step
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid, NotFound, Stopped
from app.operations import (
    card_reading,
    cases,
    identity,
    interview,
    moves,
    navigation,
    notices,
    single,
    subjects,
)
from app.reception import screens
from app.reception.blueprint import bp
from app.reception.conflict import typed_values
from app.reception.frame import step_url
from app.reception.notice_form import read_notice
from app.reception.stopping import show_stop
from app.web.access import current_actor
from app.web.forms import token_of, version_of
from app.web.pages import go

Form = MultiDict[str, str]


@bp.post("/cases")
def open_case() -> BaseResponse:
    channel = request.form.get("channel", Channel.COUNTER)
    if channel not in set(Channel):
        raise Invalid("受付方法を選び直してください。")
    person = request.form.get("person", "")
    begin = partial(
        cases.open_case, current_actor(), person_id=person or None, channel=Channel(channel),
        token=token_of(request.form, person, channel), today=today_in_japan(),
    )  # fmt: skip
    slot = request.form.get("slot")
    case_id = card_reading.open_with(current_actor(), slot, begin) if slot else begin()
    return go(url_for("reception.show_case", case_id=case_id))


@bp.get("/cases/<case_id>")
def show_case(case_id: str) -> BaseResponse:
    try:
        case = cases.show(case_id, current_actor(), note=False)
    except Stopped:
        return show_stop(case_id)
    return go(step_url(case_id, case.step))


@bp.get("/cases/<case_id>/steps/<step>")
def show_step(case_id: str, step: str) -> BaseResponse:
    try:
        case = cases.show(case_id, current_actor())
    except Stopped:
        return show_stop(case_id)
    wanted = _step(step)
    if list(Step).index(wanted) > list(Step).index(case.step):
        return go(step_url(case_id, case.step))
    return screens.render(case, wanted, current_actor())


@bp.post("/cases/<case_id>/steps/<step>")
def save_step(case_id: str, step: str) -> BaseResponse:
    wanted = _step(step)
    save = SAVERS.get(wanted)
    if save is None:
        raise NotFound("この手順は保存できません。画面のボタンから操作してください。")
    group = _group(request.form.get("kind", "")) if wanted is Step.KIND else None
    if group is not None:
        case = cases.show(case_id, current_actor(), note=False)
        return screens.render(case, Step.KIND, current_actor(), group=group)
    try:
        save(case_id, request.form)
        reached = cases.show(case_id, current_actor(), note=False).step
    except Stopped:
        return show_stop(case_id, status=403)
    except Invalid as wrong:
        case = cases.show(case_id, current_actor(), note=False)
        extra: dict[str, Any] = (
            {"group": _group_of(request.form.get("kind", ""))} if wanted is Step.KIND else {}
        )
        return screens.render(
            case, wanted, current_actor(), wrong=wrong, form=request.form, status=422, **extra
        )
    return go(step_url(case_id, reached))


@bp.post("/cases/<case_id>/draft")
def draft(case_id: str) -> tuple[str, int]:
    """Keep what is being typed in a step, so that it is there after whatever interrupts it."""
    actor = current_actor()
    step = _step(request.form.get("step", ""))
    cases.keep_draft(case_id, actor, step, typed_values())
    return "", 204


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise NotFound("この手順はありません。画面を開き直してください。") from None


def _group(code: str) -> KindChoice | None:
    """The choice that stands for several kinds; nothing is stored until one of them is chosen."""
    return next((one for one in KIND_CHOICES if one.code == code and len(one.kinds) > 1), None)


def _group_of(kind: str) -> KindChoice | None:
    """The choice of several kinds that this one was chosen from."""
    return next((one for one in KIND_CHOICES if len(one.kinds) > 1 and kind in one.kinds), None)


def _save_identity(case_id: str, form: Form) -> None:
    shown = [
        (form.get(name, ""), form.get(until, ""))
        for name, until in (("document", "expiry1"), ("document2", "expiry2"))
    ]
    documents = [(code, until) for code, until in shown if code]
    case = cases.show(case_id, current_actor(), note=False)
    typed = {name: form.get(name, "") for name in ("name", "kana", "birth", "sex", "address")}
    choices = {name: form.get(f"use-{name}", card_reading.BY_HAND) for name in typed}
    decided = card_reading.decide(case, typed, choices)
    entered = identity.IdentityInput(
        documents=[code for code, _until in documents], expiry=[until for _code, until in documents],
        relation=form.get("relation", ""), papers=form.getlist("papers"), **decided,
        phone=form.get("phone", ""), acknowledged=bool(form.get("acknowledged")),
        by_card=(by_card := card_reading.taken(case, decided)),
        details=form, channel=form, enclosures=form.getlist("enclosures"),
        reason=form.get("reason", "") or ("document" if by_card else ""),
    )  # fmt: skip
    identity.save(case_id, current_actor(), version_of(form), entered, today_in_japan())


def _save_kind(case_id: str, form: Form) -> None:
    kind = form.get("kind", "")
    if kind not in set(Kind):
        raise Invalid("用件を選んでください。", {"kind": "用件を選んでください。"})
    begin = partial(moves.begin, papers=form.getlist("papers"))
    cases.choose_kind(case_id, current_actor(), version_of(form), Kind(kind), begin)


TIE_FIELD = "tie-"
"""How the field begins that says what an added person is to the visitor."""


def _save_subjects(case_id: str, form: Form) -> None:
    ties = {name.removeprefix(TIE_FIELD): form[name] for name in form if name.startswith(TIE_FIELD)}
    subjects.choose(
        case_id,
        current_actor(),
        version_of(form),
        form.getlist("subjects"),
        ties,
        acknowledged="acknowledged" in form,
    )


def _save_content(case_id: str, form: Form) -> None:
    if cases.show(case_id, current_actor(), note=False).kind is Kind.SINGLE:
        single.choose(
            case_id, current_actor(), version_of(form), form.getlist("procedures"), navigation.refresh
        )
        return
    notices.save(case_id, current_actor(), version_of(form), read_notice(form), today_in_japan())


def _save_questions(case_id: str, form: Form) -> None:
    interview.finish_questions(case_id, current_actor(), version_of(form))


SAVERS: dict[Step, Callable[[str, Form], None]] = {
    Step.IDENTITY: _save_identity,
    Step.KIND: _save_kind,
    Step.SUBJECTS: _save_subjects,
    Step.CONTENT: _save_content,
    Step.QUESTIONS: _save_questions,
}
