"""The screens of the interview (確認事項, R-05) and of the list of procedures (手続き一覧, R-06)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict

from app.domain.authority import Actor
from app.domain.case import Case, Step
from app.operations import duplicates, guide_choice, interview, newer_content, packs
from app.operations.procedure_list import ListedProcedure, ProcedureList, procedure_list
from app.reception.frame import GUIDE, next_action, print_actions, show_step
from app.web.pages import Action

Extra = dict[str, Any]


@dataclass(frozen=True)
class Stop:
    """A place of the visitor's route with the lines that are done there; `number` is empty for what needs no going."""

    number: str
    title: str
    floor: str
    items: tuple[ListedProcedure, ...]


def show_questions(case: Case, actor: Actor, extra: Extra) -> Response:
    """The open questions by topic; what is known lies folded below with its source and can be changed."""
    typed = extra.pop("form") or {}
    return show_step(
        case, Step.QUESTIONS, "確認事項", [GUIDE, next_action("手続き一覧へ進む")],
        interview=interview.interview(case, actor), aside_label="必要な手続き", typed=typed,
        newer=newer_content.published_since(case), **extra,
    )  # fmt: skip


def show_procedures(case: Case, actor: Actor, extra: Extra) -> Response:
    """The list by the stops of the route, what to bring, and what staff change by hand."""
    form = extra.pop("form") or {}
    pack = packs.of_case(case)
    found = procedure_list(case, actor)
    ticked = {line.code for line in case.procedures if line.print_chosen}
    if isinstance(form, MultiDict) and "print" in form:
        ticked = set(form.getlist("print"))
    issue = Action("申請書と案内書を印刷する", "F9", "submit", "issue", primary=True, alt="F12")
    return show_step(
        case, Step.PROCEDURES, "手続き一覧", [GUIDE, *print_actions(case, issue)], found=found, stops=_stops(case, found), pack=pack,
        ticked=ticked, typed=form, changed=_changed(case, found), newer=newer_content.published_since(case),
        offer=guide_choice.offer(case, pack, found), twice=duplicates.waiting(case, actor),
        everybody=sorted(person.id for person in case.subjects),
        refused=any(name.startswith("exclude-") for name in extra["errors"]), **extra,
    )  # fmt: skip


def _stops(case: Case, found: ProcedureList) -> list[Stop]:
    """The lines as they are passed: this counter, each other section, and at the end what happens by itself."""

    def place(item: ListedProcedure) -> tuple[str, str]:
        if item.procedure.automatic:
            return "届出にともなって自動で行われるもの", ""
        return ("この窓口", "") if item.here else (item.section, item.floor)

    stops: list[Stop] = []
    for (title, floor), items in groupby(found.needed, key=place):
        listed = tuple(items)
        number = "" if listed[0].procedure.automatic else str(len(stops) + 1)
        stops.append(Stop(number, title, floor, listed))
    return stops


def _changed(case: Case, found: ProcedureList) -> ListedProcedure | None:
    """The line that was just changed by hand, so that it can be undone at once."""
    code = request.args.get("changed", "")
    return next((item for item in (*found.needed, *found.excluded) if item.line.code == code), None)
