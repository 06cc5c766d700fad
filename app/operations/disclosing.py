"""The address of a protected person on one paper (住所の印字): asked for on the sheet of papers, decided on by a responsible person.

One allowed request is for one person on one paper of the case as it was when it was asked, for the member of staff who
asked, for ten minutes and once. Everybody else on the paper stays withheld, and so does every other paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app

from app.config import Settings
from app.data import audit, cases, papers, released_address, releases, restrictions
from app.data.models.base import opaque_id, utc_now
from app.data.transactions import transaction
from app.documents.problems import CONTINUED
from app.documents.render import RenderedSet
from app.domain.authority import SYSTEM, Actor
from app.domain.case import Case, CasePerson, Kind, Step
from app.domain.errors import Conflict, Invalid, Refused
from app.domain.releases import ADDRESS_REASONS, Release, ReleaseState, paper_of
from app.extensions import db
from app.intake.layouts import load_versions
from app.operations import duplicates
from app.operations.cases import changing
from app.operations.documents import DISCARDED, Paper, numbers_of, render, store
from app.operations.feed_files import withheld_columns
from app.operations.orders import OrderedForm, order_everything
from app.operations.printing import marks_of, note_issued, printable_case
from app.operations.procedure_list import procedure_list
from app.operations.stops import list_guarded

CHANGED = "承認のあとで受付の内容が変わったため、住所を印字できません。もう一度依頼してください。"
NOT_ALLOWED = (
    "住所の印字は許可されていないか、許可の時間（10分・出力1回）が過ぎています。もう一度依頼してください。"
)
UNCLEAR = "印字できなかった文字、または枠に入りきらない欄があります。お渡しする前に帳票を確かめてください。"


@dataclass(frozen=True)
class Choice:
    """A paper and the protected person on it whose address can be asked for; ``value`` is what a form sends."""

    value: str
    title: str
    name: str


@dataclass(frozen=True)
class AddressStand:
    """What can be asked for, and what became of the last request: awaited, refused, or allowed until ``until``."""

    choices: tuple[Choice, ...]
    asked: Choice | None = None
    waiting: bool = False
    refused: bool = False
    until: datetime | None = None


def stand_of(case: Case, actor: Actor, ordered: Sequence[OrderedForm]) -> AddressStand | None:
    """How it stands with addresses on these papers of the case; None when nobody on them is withheld."""
    offered = dict(_offered(ordered))
    if not offered:
        return None
    choices = tuple(
        Choice(value, form.definition.title, person.name) for value, (form, person) in offered.items()
    )
    last = releases.find_address(case.id, actor.staff_id)
    if last is None or last.document_id is not None:
        return AddressStand(choices)
    asked = next(
        (one for one, found in zip(choices, offered.values(), strict=True) if _is_for(last, *found)), None
    )
    until = last.until if asked and last.counts(utc_now()) and last.case_version == case.version else None
    return AddressStand(
        choices, asked, last.state is ReleaseState.ASKED, last.state is ReleaseState.REFUSED, until
    )


def is_waiting(case_id: str, actor: Actor) -> bool:
    """Whether the actor's last request in the case still waits for its answer."""
    last = releases.find_address(case_id, actor.staff_id)
    return last is not None and last.state is ReleaseState.ASKED


def ask(case_id: str, actor: Actor, version: int | None, chosen: str, reason: str) -> None:
    """Ask that one paper may print where one person lives. ``chosen`` is the value of a `Choice`.

    Raises Invalid, Conflict (asked already, or the case has changed), Refused (the visitor may be the counterpart), Stopped.
    """
    case = printable_case(case_id, actor, version)
    found = dict(_offered(order_everything(case, actor))).get(chosen)
    wrong = {} if found else {"chosen": "住所を印字する帳票と方を選んでください。"}
    if reason not in ADDRESS_REASONS:
        wrong["address_reason"] = "依頼の理由を選んでください。"
    if found is None or wrong:
        raise Invalid("住所の印字の依頼を確認してください。", wrong)
    form, person = found
    _require_no_counterpart(case)
    with transaction():
        if cases.hold_case(case_id).version != case.version:
            raise Conflict(CHANGED)
        if is_waiting(case_id, actor):
            raise Conflict("住所の印字は、すでに依頼しています。責任者の判断をお待ちください。")
        number, code = person.number or "", form.definition.code
        releases.ask_address(
            case_id, number, actor.staff_id, actor.counter, reason=reason, form=code,
            paper=paper_of(code, form.person_ids), version=case.version,
        )  # fmt: skip
        audit.record(
            "release.address_asked", actor=actor, case_id=case_id, persons=[number],
            detail={"reason": reason, "form": code},
        )  # fmt: skip


def issue(case_id: str, actor: Actor, version: int | None, *, duplicates_seen: bool = False) -> str:
    """Make the one paper with the address that was allowed; its id. Nothing else of the case can be made after it.

    Raises Refused (no release counts for who asks), Conflict (the case has changed since), Invalid, Stopped.
    """
    case = printable_case(case_id, actor, version)
    duplicates.check(case, seen=duplicates_seen)
    release = releases.find_address(case_id, actor.staff_id)
    if release is None or not release.counts(utc_now()):
        raise Refused(NOT_ALLOWED)
    _require_no_counterpart(case)
    paper = _paper(case, actor, release)
    document_id = opaque_id()
    rendered = _rendered(case, actor, document_id, paper)
    codes = set(paper.form.procedures)
    listed = () if case.kind is Kind.CERTIFICATE else procedure_list(case, actor).needed
    with changing(case_id, actor, case.version, content=False) as row:
        duplicates.confirm(case_id, actor, seen=duplicates_seen)
        if not releases.spend(release.id, document_id):
            raise Refused(NOT_ALLOWED)
        store(case, actor, document_id, [paper], rendered, reprint_of=None, reason="", with_address=True)
        for item in listed:
            note_issued(case_id, item, codes, codes, actor)
        row.step = Step.PRINT
        detail = {"document": document_id, "forms": [release.form], "pages": len(rendered.pages)}
        audit.record(
            "document.made", actor=actor, case_id=case_id, persons=numbers_of([paper]), detail=detail
        )
        audit.record(
            "release.address_printed", actor=actor, case_id=case_id, persons=[release.number],
            detail={"document": document_id, "form": release.form, "release": release.id},
        )  # fmt: skip
    return document_id


def _paper(case: Case, actor: Actor, release: Release) -> Paper:
    """The paper as it was asked for, with the person's address in it and nowhere else."""
    settings: Settings = current_app.config["KAKANAI"]
    address = released_address.read_address(
        settings.keys.vault, withheld_columns(load_versions()), release, utc_now()
    )
    if address.withheld or not address.text:
        raise Invalid("この方の住所は連携データにありません。必要な欄は本人が記入してください。")
    shown = {"withheld": False, "address": address.text, "postal_code": address.postal_code}
    opened = replace(
        case,
        persons=tuple(
            replace(one, seen={**one.seen, **shown}) if one.number == release.number else one
            for one in case.persons
        ),
    )
    same = next(
        (
            one
            for one in order_everything(opened, actor)
            if paper_of(one.definition.code, one.person_ids) == release.paper
        ),
        None,
    )
    if same is None or case.version != release.case_version:
        raise Conflict(CHANGED)
    return Paper(same, 1, marks_of(case, same))


def _rendered(case: Case, actor: Actor, document_id: str, paper: Paper) -> RenderedSet:
    """The paper as a PDF; what could not be printed is not said in words, for they would hold parts of the address."""
    try:
        rendered = render(case, actor, document_id, [paper])
    except Invalid as failed:
        raise Invalid(DISCARDED) from failed
    told = tuple(
        replace(one, kind=CONTINUED, field="", detail="", message=UNCLEAR) for one in rendered.problems[:1]
    )
    return replace(rendered, problems=told)


def _offered(ordered: Sequence[OrderedForm]) -> Iterator[tuple[str, tuple[OrderedForm, CasePerson]]]:
    numbers = {person.number for form in ordered for person in form.persons if person.number}
    protected = restrictions.list_protected(numbers)
    for place, form in enumerate(ordered, 1):
        for person in form.persons:
            if person.number in protected and person.seen.get("withheld"):
                yield f"{place}:{person.id}", (form, person)


def _is_for(release: Release, form: OrderedForm, person: CasePerson) -> bool:
    return (
        release.paper == paper_of(form.definition.code, form.person_ids) and release.number == person.number
    )


def _require_no_counterpart(case: Case) -> None:
    """Somebody of the counterpart's name came: nothing of an address goes to him, whoever allows it. Raises Refused."""
    guarded = list_guarded(case)
    if guarded - restrictions.list_protected(guarded):
        raise Refused("この受付では、住所は印字できません。必要な欄は本人が記入してください。")


def forget_lapsed() -> int:
    """Drop the papers with an address that nobody may open any more; how many. The record keeps that they were made."""
    found = papers.list_lapsed(utc_now())
    db.session.rollback()
    if found:
        with transaction():
            papers.empty(found)
            audit.record("release.address_forgotten", actor=SYSTEM, detail={"documents": found})
    return len(found)
