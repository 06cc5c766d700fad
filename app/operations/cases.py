"""Opening, showing, suspending and ending a case (受付)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from app.data import audit, cases, content, corrections, handovers, register, residents
from app.data.models.base import opaque_id, utc_now
from app.data.models.case import CaseRow
from app.data.transactions import transaction
from app.domain.authority import Actor, Reception, Right
from app.domain.case import KIND_LABELS, MEMO_LABELS, STEP_LABELS, Case, Channel, Kind, State, Step
from app.domain.dates import era_on, today_in_japan
from app.domain.errors import Conflict, Invalid, NotFound, Refused, Stopped
from app.domain.new_households import KEYS, MORE, joined_fact
from app.domain.numbers import reception_number
from app.domain.office_content import MemoPhrase
from app.domain.person import Category, Person, Status
from app.domain.phrases import chosen_phrase, phrases_at
from app.operations import calendar, corporations, holders, packs, searches
from app.operations.stops import STOP_MESSAGE as STOP_MESSAGE
from app.operations.stops import list_guarded, list_held, note_stop
from app.operations.stops import stop_if_protected as stop_if_protected
from app.operations.taken_out import TAKEN_OUT

CLOSED_MESSAGE = "この受付は終了しています。内容は「対応履歴」で確認できます。"
CONSENTED_MESSAGE = "この訂正は承認されています。内容は変更できません。印刷と終了だけができます。"
LONGEST_MEMO = 1000
_COUNTER = frozenset({Reception.MOVES})
KIND_NEEDS: dict[Kind, frozenset[Reception]] = {
    **dict.fromkeys(Kind, _COUNTER),
    Kind.CERTIFICATE: frozenset({Reception.CERTIFICATES, Reception.TAX_CERTIFICATES}),
    Kind.SINGLE: frozenset({Reception.MOVES, Reception.SECTION}),
}
"""What a counter must be able to receive; one of them is enough."""


def open_case(actor: Actor, *, person_id: str | None, channel: Channel, token: str, today: date) -> str:
    """Begin a case for a person found by search, or for a visitor who is in no register. Returns the case's id.

    ``token`` comes with the button: pressed twice, it opens one case. A protected person's case is opened as stopped.
    Raises Refused, NotFound.
    """
    require(actor, Right.RECEIVE)
    calendar.require_open(actor)
    person = residents.get_person(person_id, actor.disclosure("case.open")) if person_id else None
    with transaction() as session:
        searches.settle(actor.session)
        case_id = opaque_id()
        earlier = cases.accept(token, actor.staff_id, case_id)
        if earlier != case_id:
            return earlier
        version = content.current_version_id(today)
        if version is None:
            raise NotFound("業務定義がまだ公開されていません。情報政策課へご連絡ください。")
        now = utc_now()
        row = CaseRow(
            id=case_id, number=new_number(today), kind=None, channel=channel, state=State.OPEN, step=Step.IDENTITY,
            counter=actor.counter, opened_by=actor.staff_id, held_by=actor.staff_id, opened_at=now, changed_at=now,
            received_on=today, version=1, content_version_id=version, register_import_id=register.current_import_id(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit.record("case.opened", actor=actor, case_id=row.id, detail={"channel": channel})
        if person is not None:
            place_visitor(row, person, actor)
        return row.id


def place_visitor(row: CaseRow, person: Person, actor: Actor) -> None:
    """Somebody of the register is who came; a corporation (法人) is who asks. Only inside a transaction."""
    if person.category is Category.CORPORATION and not person.protected:
        _note_corporation(row, person, actor)
        return
    cases.add_person(
        row.id, number=person.number, source=source_of(person), seen=seen(person), visitor=True, subject=False
    )
    if guarded := list_held(cases.get_case(row.id), actor):
        note_stop(row, actor, guarded)
        return
    audit.record(
        "case.person_added", actor=actor, case_id=row.id, persons=[person.number], detail={"as": "visitor"}
    )
    if person.status is Status.EXPECTED:
        cases.set_fact(row.id, "", "move.receipt", person.receipt_number, "move_out_notice", actor.staff_id)


def _note_corporation(row: CaseRow, person: Person, actor: Actor) -> None:
    """Who came for it is typed or looked up at the identity step."""
    details = corporations.details_of(person, actor.disclosure(f"case:{row.id}"))
    cases.set_fact(row.id, "", corporations.DETAILS, details, "register", actor.staff_id)
    cases.set_fact(row.id, "", corporations.CORPORATION, person.number, "register", actor.staff_id)
    audit.record(
        "case.person_added", actor=actor, case_id=row.id, persons=[person.number], detail={"as": "requester"}
    )


def source_of(person: Person) -> str:
    """Where the case's facts about the person come from: one who is only announced is in no data set but the notice."""
    return "move_out_notice" if person.status is Status.EXPECTED else "register"


def seen(person: Person) -> dict[str, Any]:
    """A person as the case keeps him: what was shown when he was chosen. A withheld address is not among it."""
    address = person.address
    return {
        "person_id": person.id, "name": person.name, "kana": person.kana, "sex": person.sex,
        "birth": person.birth.iso, "birth_text": person.birth.text, "relationship": person.relationship,
        "household_number": person.household_number, "address": "" if address.withheld else address.text,
        "postal_code": address.postal_code, "withheld": address.withheld, "category": person.category,
        "status": person.status, "alias": person.alias, "former_surname": person.former_surname,
        "latin_name": person.latin_name, "nationality": person.nationality, "is_householder": person.is_householder,
        "warnings": [[warning.level, warning.code, warning.text] for warning in person.warnings],
    }  # fmt: skip


def show(case_id: str, actor: Actor, *, note: bool = True) -> Case:
    """The case as it is now. Raises NotFound, Stopped."""
    require(actor, Right.RECEIVE)
    if not note:
        case = cases.get_case(case_id)
        stop_if_protected(case, actor)
        return case
    with transaction():
        case = cases.get_case(case_id)
        held = case.state is State.STOPPED or bool(list_held(case, actor))
        if not held:
            audit.record(
                "case.viewed", actor=actor, case_id=case.id,
                persons=[person.number for person in case.persons if person.number], detail={"step": case.step},
            )  # fmt: skip
    if held:
        stop_if_protected(case, actor)
        raise Stopped(STOP_MESSAGE)  # released at this very moment: that counts from the next look on
    return case


@contextmanager
def changing(
    case_id: str,
    actor: Actor,
    version: int | None,
    at: Step = Step.IDENTITY,
    *,
    by_others: bool = False,
    content: bool = True,
) -> Iterator[CaseRow]:
    """One change of an open case: locked, its version checked, audit and all writes in one transaction.

    ``at`` is the step the change belongs to: a case that has not come so far is not changed, so that no step before it,
    the identity first of all, is passed over. Only who holds the case changes it, unless ``by_others``. ``content`` is
    False for what leaves what the case says as it is: a correction that was consented to is only printed and closed.
    Raises NotFound, Stopped, Refused (the case is not open), Conflict.
    """
    require(actor, Right.RECEIVE)
    stop_if_protected(cases.get_case(case_id), actor)
    with transaction():
        row = cases.lock_case(case_id)
        _require_open(row, actor, by_others)
        if version is not None and row.version != version + 1:
            raise Conflict(holders.changed_text(row, actor))
        if content and corrections.is_consented(case_id):
            raise Refused(CONSENTED_MESSAGE)
        if not has_reached(Step(row.step), at):
            raise Conflict(f"先に「{STEP_LABELS[Step(row.step)]}」を済ませてください。")
        yield row


def _require_open(row: CaseRow, actor: Actor, by_others: bool) -> None:
    mine = by_others or row.held_by == actor.staff_id
    if not mine and row.state in {State.OPEN, State.SUSPENDED}:
        raise Conflict(holders.taken_text(row))
    match row.state:
        case State.OPEN:
            return
        case State.CLOSED:
            raise Refused(CLOSED_MESSAGE)
        case State.AWAITING:
            raise Refused("この訂正は承認待ちです。承認されるまで変更できません。")
        case State.DROPPED:
            raise Refused("この訂正は取りやめになっています。")
    raise Refused("この受付は中断中です。再開してから操作してください。")


def has_reached(step: Step, wanted: Step) -> bool:
    """Whether a case at ``step`` may show and change what belongs to ``wanted``."""
    order = list(Step)
    return order.index(wanted) <= order.index(step)


def move_on(row: CaseRow, step: Step) -> None:
    """Go to the step after ``step``; what later steps hold stays, but they are gone through again in order."""
    row.step = cases.get_case(row.id).step_after(step)
    cases.set_fact(row.id, "", f"draft.{step}", None, "case", "")


def choose_kind(
    case_id: str,
    actor: Actor,
    version: int | None,
    kind: Kind,
    begin: Callable[[CaseRow, Actor], None] = lambda *_: None,
) -> None:
    """What the visitor came for. For himself, he becomes the subject at once (R13).

    ``begin`` puts in what is known beforehand, in the same transaction. Raises Refused, Conflict.
    """
    if not KIND_NEEDS[kind] & actor.receptions:
        raise Refused(f"「{KIND_LABELS[kind]}」は現在の窓口では受け付けられません。市民課をご案内ください。")
    with changing(case_id, actor, version, Step.KIND) as row:
        case = cases.get_case(case_id)
        if case.channel is Channel.EX_OFFICIO and kind is Kind.CERTIFICATE:
            raise Invalid(
                "職権の受付では、証明書の交付を選べません。", {"kind": "ほかの用件を選んでください。"}
            )
        if case.kind is not None and case.kind is not kind:
            _leave_kind(case, actor)
        row.kind = kind
        if kind in _OF_THE_FAMILY and case.visitor is not None and case.is_for_self:
            # Nobody tells his own birth or death: who comes for himself is one of the household.
            cases.set_fact(case_id, "", RELATION, HOUSEHOLD, "case", actor.staff_id)
            case = cases.get_case(case_id)
        visitor = case.visitor
        if visitor is not None and case.is_for_self and kind not in _NOT_THE_VISITOR:
            cases.mark_subject(case_id, visitor.id, True)
        begin(row, actor)
        audit.record("case.kind_chosen", actor=actor, case_id=case_id, detail={"kind": kind})
        move_on(row, Step.KIND)


RELATION = "identity.relation"
SELF = "self"
HOUSEHOLD = "household"
_OF_THE_FAMILY = frozenset({Kind.BIRTH, Kind.DEATH})
_NOT_THE_VISITOR = frozenset({Kind.MOVE_IN, Kind.BIRTH, Kind.DEATH})
"""Kinds that a visitor who acts for himself is not the subject of, or not without more being known."""
_OF_A_KIND = (
    f"draft.{Step.CONTENT}", "move.households", *map(joined_fact, KEYS), MORE, "move.added_households", "single.procedures",
    TAKEN_OUT,
)  # fmt: skip


def _leave_kind(case: Case, actor: Actor) -> None:
    """Nobody stays whom only the other kind brought into the case, and nothing typed for it. Raises Invalid."""
    if case.certificates or case.documents or case.procedures or case.fact("move.changed_on"):
        raise Invalid("すでに内容が入力されています。別の用件は、新しい受付で行ってください。")
    gone = cases.remove_others(case.id)
    if gone:
        audit.record("case.person_removed", actor=actor, case_id=case.id, persons=gone)
    known = case.facts.get(("", RELATION))
    if known is not None and known.source == "case":
        cases.set_fact(case.id, "", RELATION, SELF, "asked", known.recorded_by)
    for name in _OF_A_KIND:
        cases.set_fact(case.id, "", name, None, "case", "")


def keep_draft(case_id: str, actor: Actor, step: Step, kept: Mapping[str, Any]) -> None:
    """Keep what is being typed in a step; replaced by the step itself when it is saved. Bounded in size."""
    if len(kept) > 400 or sum(len(str(value)) for value in kept.values()) > 40_000:
        raise Invalid("入力が多すぎて途中の保存ができません。内容を確定してください。")
    require(actor, Right.RECEIVE)
    stop_if_protected(cases.get_case(case_id), actor)
    with transaction():
        row = cases.hold_case(case_id)
        if row.held_by != actor.staff_id:
            raise Conflict(holders.taken_text(row))
        # A draft that arrives after the step was saved, or the case put aside, has nothing left to keep.
        if row.state == State.OPEN and has_reached(Step(row.step), step):
            cases.set_fact(case_id, "", f"draft.{step}", dict(kept), "case", actor.staff_id)


def suspend(case_id: str, actor: Actor) -> None:
    """Put the case aside; anyone with authority goes on with it later (R38)."""
    with changing(case_id, actor, None, content=False) as row:
        row.state = State.SUSPENDED
        audit.record("case.suspended", actor=actor, case_id=case_id)


def close(case_id: str, actor: Actor, version: int | None) -> None:
    """End the reception. A correction ends when it was consented to: before, it goes to the second person.

    Raises Refused for that one.
    """
    with changing(case_id, actor, version, content=False) as row:
        if corrections.is_correction(case_id) and not corrections.is_consented(case_id):
            raise Refused("訂正は、承認を依頼し、承認されてから終了します。")
        row.state, row.closed_at = State.CLOSED, utc_now()
        cases.set_fact(case_id, "", TAKEN_OUT, None, "case", actor.staff_id)
        handovers.withdraw(case_id)
        audit.record("case.closed", actor=actor, case_id=case_id)


def leave_stopped(case_id: str, actor: Actor) -> None:
    """The clerk has read the stop (取扱注意) and hands the visitor to a superior; recorded, the case stays stopped.

    Raises Conflict when nobody in the case is protected.
    """
    require(actor, Right.RECEIVE)
    case = cases.get_case(case_id)
    if case.state is not State.STOPPED and not list_guarded(case):
        raise Conflict("この受付は停止していません。")
    with transaction():
        cases.lock_case(case_id).state = State.STOPPED
        audit.record("case.warning_confirmed", actor=actor, case_id=case_id, detail={"level": "restricted"})


def note_stop_shown(case_id: str, actor: Actor) -> None:
    """The stop was on the screen."""
    with transaction():
        audit.record("case.warning_shown", actor=actor, case_id=case_id, detail={"level": "restricted"})


def add_memo(case_id: str, actor: Actor, kind: str, text: str, phrase: str = "") -> None:
    """A memo for the history (R39), of a case in whatever state. ``phrase`` is what was typed to choose a ready one (R46).

    Raises Invalid, Stopped, NotFound.
    """
    require(actor, Right.RECEIVE)
    if kind not in MEMO_LABELS:
        raise Invalid("メモの種類を選び直してください。", {"memo-kind": "メモの種類を選んでください。"})
    text = _with_phrase(actor, kind, text.strip(), phrase.strip())
    if not text:
        raise Invalid("メモが空です。", {"memo": "メモを入力してから保存してください。"})
    if len(text) > LONGEST_MEMO:
        message = f"メモは{LONGEST_MEMO:,}文字以内にしてください（入力: {len(text):,}文字）。"
        raise Invalid(message, {"memo": message})
    stop_if_protected(cases.get_case(case_id), actor)
    with transaction():
        # Beside the case: what others have on their screens stays what it is.
        cases.hold_case(case_id)
        cases.add_memo(case_id, kind, text, actor.staff_id, actor.counter)
        audit.record("case.memo_added", actor=actor, case_id=case_id, detail={"kind": kind})


def number_of(case_id: str) -> str:
    """The reception number of a case. Raises NotFound."""
    return cases.get_case(case_id).number


def memo_phrases(actor: Actor) -> tuple[MemoPhrase, ...]:
    """The ready phrases of the actor's desk today."""
    return phrases_at(packs.current().pack, actor.counter, today_in_japan())


def _with_phrase(actor: Actor, kind: str, text: str, typed: str) -> str:
    """The memo with the phrase that was chosen by its digit or letters and not put in by the screen itself."""
    if not typed:
        return text
    found = chosen_phrase(memo_phrases(actor), kind, typed)
    if found is None:
        message = f"定型文「{typed[:10]}」はありません。番号か、英字2文字を入力してください（例: 1、mo）。"
        raise Invalid(message, {"phrase": message})
    return f"{text}\n{found.text}" if text else found.text


def require(actor: Actor, right: Right) -> None:
    """Raise Refused unless the actor has the right here."""
    if not actor.may(right):
        raise Refused("現在の窓口または権限では行えません。")


def new_number(today: date) -> str:
    """The next reception number, taken in the running transaction."""
    era = era_on(today)
    if era is None:
        raise ValueError(f"no era covers {today.isoformat()}: is the clock of the server right?")
    year = f"{era.letter}{era.year_of(today.year)}"
    return reception_number(year, today.month, cases.next_serial(cases.reception_year(today)))
