"""What every screen of a case has in common: identity bar, step list, function bar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request, url_for

from app.domain.authority import Right
from app.domain.case import CHANNEL_LABELS, STEP_LABELS, Case, Channel, Step
from app.domain.case_mark import CaseMark, mark_of
from app.domain.channel_details import TOLD_BY
from app.operations import beside, cases, corrections, customer, defects
from app.operations.channel_entry import channel_in_words
from app.reception.guard import carry_stamp
from app.web import pages
from app.web.access import current_actor
from app.web.open_screens import watch
from app.web.pages import Action, Finder, Page, show
from app.web.seat import chosen_seat

BADGE_OF_LEVEL = {"restricted": 1, "hold": 2, "confirm": 3, "notice": 4}
ORDER = list(Step)
TEMPLATES: dict[Step, str] = {step: f"reception/{step.value}.html" for step in Step}
GUIDE = pages.GUIDE
DEFECT = Action("不備の連絡", None, "drawer", "defect", alt="Alt+O")
MEMO = Action("メモ", "F6", "drawer", "memo", alt="Alt+M")


@dataclass(frozen=True)
class Identity:
    """The identity bar (受付中の方): it stays on the screen as long as the case does."""

    number: str
    visitor: str
    subject: str
    check: str
    channel: str
    badges: list[tuple[int, str]]
    mark: CaseMark


@dataclass(frozen=True)
class StepItem:
    """A step of the list at the left."""

    key: str
    number: int
    label: str
    url: str | None
    state: str


def step_url(case_id: str, step: Step) -> str:
    return url_for("reception.show_step", case_id=case_id, step=step.value)


def show_step(
    case: Case,
    step: Step,
    title: str,
    actions: list[Action],
    *,
    block: str = "app",
    status: int = 200,
    announce: str | None = None,
    aside_label: str | None = None,
    template: str | None = None,
    before: str | None = None,
    address: str | None = None,
    errors: dict[str, str] | None = None,
    **context: Any,
) -> Response:
    """The screen of a step, whole or as the part that changed. ``before`` is where 前へ leads if not to the step before.

    ``address`` is the screen's own where a step has several.
    """
    carry_stamp(case)
    watch(person.number for person in case.persons if not person.seen.get("withheld"))
    on_customer = customer.released(case, current_actor(), chosen_seat())
    stands_beside = beside.read_beside(case, step, current_actor())
    if stands_beside.consented:
        actions = _gone_through(case, step, actions)
    return show(
        template or TEMPLATES[step],
        Page(title, announce, aside_label),
        block=block,
        status=status,
        push=(address or step_url(case.id, step)) if request.method == "GET" else None,
        case=case,
        step=step,
        identity=identity(case),
        steps=step_items(case, step),
        actions=[*_back(case, step, before), *actions, MEMO, *_hand_on(case, on_customer)] if actions else [],
        customer=on_customer,
        releasable=customer.ITEMS,
        released_first=customer.ALWAYS,
        beside=stands_beside,
        phrases=cases.memo_phrases(current_actor()),
        errors=errors or {},
        letter=defects.check(case),
        defect=defects.open_defect(case),
        told_by=TOLD_BY,
        finder=_finder(case, step, template),
        **context,
    )


def _finder(case: Case, step: Step, template: str | None) -> Finder | None:
    """F2 within the case; where the subjects are chosen, the search stands on the screen itself."""
    if (step is Step.SUBJECTS and template is None) or not current_actor().may(Right.FIND_PERSON):
        return None
    hidden = {"version": str(case.version), "step": step.value}
    return Finder(url_for("reception.find_person", case_id=case.id), hidden)


def identity(case: Case) -> Identity:
    visitor = case.visitor
    names = ["本人" if person.is_visitor else person.name for person in case.subjects]
    subjects = "、".join(names[:2]) + (f" ほか{len(names) - 2}人" if len(names) > 2 else "")
    return Identity(
        number=case.number,
        visitor=visitor.name if visitor else "",
        subject=subjects,
        check=str(case.fact("identity.summary", default="")),
        channel=_channel(case),
        badges=badges(case),
        mark=mark_of(case.number),
    )


def _channel(case: Case) -> str:
    if case.channel is Channel.COUNTER:
        return ""
    words = channel_in_words(case)
    return f"{CHANNEL_LABELS[case.channel]}（{words}）" if words else CHANNEL_LABELS[case.channel]


def badges(case: Case) -> list[tuple[int, str]]:
    """Each warning of the persons of the case once, the most severe first."""
    found = {
        (BADGE_OF_LEVEL[level], text)
        for person in case.persons
        for level, _code, text in person.seen.get("warnings", [])
    }
    return sorted(found)[:4]


def step_items(case: Case, current: Step) -> list[StepItem]:
    reached = ORDER.index(case.step)
    items = []
    for number, (step, asks) in enumerate(case.steps, start=1):
        place = ORDER.index(step)
        if step is current:
            state = "current"
        elif not asks and case.kind is not None:
            state = "auto"
        elif place < reached or (place == reached and step is not current):
            state = "done" if place < reached else "todo"
        else:
            state = "todo"
        linked = state in {"done", "todo"} and place <= reached
        items.append(
            StepItem(
                step.value, number, STEP_LABELS[step], step_url(case.id, step) if linked else None, state
            )
        )
    return items


def next_action(label: str, target: str = "step") -> Action:
    return Action(label, "F12", "submit", target, primary=True, alt="Ctrl+Enter")


def print_actions(case: Case, issue: Action) -> list[Action]:
    """Printing, and the sheet with the single papers; what is ticked or typed goes with either.

    A correction is printed when it was consented to; until then it goes to who consents.
    """
    form = issue.target
    if is_awaiting_consent(case):
        return [replace(next_action("訂正の確認へ進む", form), hidden={"correction": "1"})]
    return [
        Action("1枚ずつ選んで印刷", None, "submit", form, alt="Alt+P", hidden={"choose": "1"}),
        issue,
    ]


def _gone_through(case: Case, step: Step, actions: list[Action]) -> list[Action]:
    """F12 of a correction that was consented to: on to the next screen, nothing is sent, for nothing in it changes any more."""
    if step is Step.PRINT:
        return actions
    on = step_url(case.id, case.step_after(step))
    return [
        replace(one, kind="link", target=on, hidden={}) if one.key == "F12" and one.kind == "submit" else one
        for one in actions
    ]


def is_awaiting_consent(case: Case) -> bool:
    """Whether the case is a correction that nobody has consented to."""
    correction = corrections.get(case.id)
    return correction is not None and not correction.consented


def _of_a_letter(case: Case) -> list[Action]:
    return [DEFECT] if case.channel is Channel.POST else []


def _hand_on(case: Case, on_customer: customer.Released) -> list[Action]:
    """Putting the case aside, giving it to another counter, and, of a correction, asking for the consent."""
    handover = Action("引き継ぐ", None, "link", url_for("reception.handover", case_id=case.id), alt="Alt+Z")
    found = [*_of_a_letter(case), *_customer(on_customer), suspend_action(case), handover]
    if is_awaiting_consent(case):
        address = url_for("reception.correction", case_id=case.id)
        found.append(Action("訂正の確認", None, "link", address, alt="Alt+V"))
    return found


def suspend_action(case: Case) -> Action:
    return Action("中断して保存", None, "post", url_for("reception.suspend", case_id=case.id), alt="Alt+Q")


def _customer(found: customer.Released) -> list[Action]:
    """F8 where the seat has a customer screen: choose what is shown, or take it back."""
    if not found.screen:
        return []
    if found.shown:
        return [Action("お客様画面を消す", "F8", "submit", "customer-hide")]
    return [Action("お客様画面に出す", "F8", "dialog", "customer-dialog")]


def _back(case: Case, step: Step, url: str | None) -> list[Action]:
    before = case.step_before(step)
    url = url or (step_url(case.id, before) if before else None)
    return [Action("前へ", "F3", "link", url)] if url else []
