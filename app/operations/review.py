"""Review (審査・事後処理, R41): the worklists of a section, and moving received procedures from state to state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.data import audit, restrictions, reviews, staff
from app.data.models.case import CaseProcedureRow
from app.data.reviews import ReviewFilter
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import ProcedureState
from app.domain.content import ContentPack
from app.domain.dates import JAPAN, in_japan, today_in_japan
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.domain.office_content import MemoKind
from app.domain.phrases import phrases_at
from app.domain.review import (
    ACTION_LABELS,
    MOST_AT_ONCE,
    STATE_WORDS,
    ReviewAction,
    ReviewItem,
    days_since,
    seen_mark,
    setting,
    state_after,
)
from app.operations import packs
from app.operations.cases import require

LONGEST_TEXT = 500
COMPLETED_DAYS = 30
"""How long a completed procedure stays in the worklist; older ones are found in the history."""

GONE = "この手続きは審査の一覧にありません。取り消されたか、別の課の手続きです。"
_WAITING = (ProcedureState.RECEIVED, ProcedureState.UNDER_REVIEW)


@dataclass(frozen=True)
class Wanted:
    """What a reviewer wants to see; an empty part limits nothing. ``days``: received at least so many days ago."""

    state: str = ""
    section: str = ""
    procedure: str = ""
    days: int = 0


@dataclass(frozen=True)
class Line:
    """A procedure in the worklist. ``withheld``: somebody in its case is protected; nothing of it is shown but its number.

    ``late``: it waits for longer than the city wants. Names of staff and counters are in words.
    """

    item: ReviewItem
    title: str
    section: str
    days: int
    late: bool
    withheld: bool
    received_by: str
    counter: str
    changed_by: str


@dataclass(frozen=True)
class Worklist:
    """The lines, those that wait longest first; how many there are in each state; and what can be filtered by."""

    lines: tuple[Line, ...]
    more: bool
    counts: Mapping[ProcedureState, int]
    sections: tuple[tuple[str, str], ...]
    procedures: tuple[tuple[str, str], ...]
    limit: int


def own_sections(pack: ContentPack, counter: str) -> tuple[str, ...]:
    """The sections whose procedures are reviewed at a counter: its own, and those it receives for."""
    found = next((one for one in pack.counters if one.code == counter), None)
    return (found.section, *found.receives_for) if found else ()


def worklist(actor: Actor, wanted: Wanted) -> Worklist:
    """What waits for the sections of this counter; that it was read is recorded. Raises Refused."""
    require(actor, Right.REVIEW)
    pack, today = packs.current().pack, today_in_japan()
    sections = own_sections(pack, actor.counter)
    states = [one for one in STATE_WORDS if wanted.state in {"", one}]
    items, more = reviews.list_items(_filter(sections, wanted, states, today))
    lines = lines_of(items, today)
    with transaction():
        shown = sorted({one for line in lines if not line.withheld for one in line.item.numbers})
        audit.record("review.listed", actor=actor, persons=shown, detail={"items": len(lines)})
    every = [one for one in pack.procedures if one.section in sections and not one.automatic]
    return Worklist(
        lines, more, reviews.count_items(_filter(sections, wanted, list(STATE_WORDS), today)),
        tuple((one.code, one.title) for one in pack.sections if one.code in sections),
        tuple((one.code, one.title) for one in every if wanted.section in {"", one.section}),
        setting(pack, "review_days"),
    )  # fmt: skip


def _filter(
    sections: Sequence[str], wanted: Wanted, states: Sequence[ProcedureState], today: date
) -> ReviewFilter:
    chosen = [one for one in sections if wanted.section in {"", one}]
    codes = {version: _codes(version, chosen, wanted.procedure) for version in reviews.list_versions()}
    before = _midnight(today - timedelta(days=wanted.days - 1)) if wanted.days else None
    return ReviewFilter(codes, states, before, _midnight(today - timedelta(days=COMPLETED_DAYS)))


def _codes(version: int, sections: Sequence[str], procedure: str) -> list[str]:
    return [
        one.code
        for one in packs.published(version).pack.procedures
        if one.section in sections and procedure in {"", one.code}
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN)


def lines_of(items: Sequence[ReviewItem], today: date) -> tuple[Line, ...]:
    """Items in words. Who is protected counts as of now."""
    protected = restrictions.list_protected({number for item in items for number in item.numbers})
    names = staff.list_staff_names({one for item in items for one in (item.received_by, item.changed_by)})
    counters = dict(staff.list_counters())
    limit = setting(packs.current().pack, "review_days")
    return tuple(_line(item, today, limit, protected, names, counters) for item in items)


def _line(
    item: ReviewItem,
    today: date,
    limit: int,
    protected: frozenset[str],
    names: Mapping[str, str],
    counters: Mapping[str, str],
) -> Line:
    pack = packs.published(item.content_version).pack
    procedure = pack.procedure_by_code.get(item.code)
    section = pack.section_by_code.get(procedure.section) if procedure else None
    days = days_since(item.received_at, today)
    return Line(
        item, procedure.title if procedure else item.code, section.title if section else "", days,
        days > limit and item.state in _WAITING, item.stopped or bool(protected & set(item.numbers)),
        names.get(item.received_by, item.received_by), counters.get(item.received_counter, item.received_counter),
        names.get(item.changed_by, item.changed_by),
    )  # fmt: skip


def find(item_id: str, actor: Actor) -> Line:
    """A line of the worklist of this counter. Raises Refused, NotFound (also for another section's)."""
    require(actor, Right.REVIEW)
    item = reviews.find_item(item_id)
    if item is None or not _is_own(item, actor):
        raise NotFound(GONE)
    return lines_of([item], today_in_japan())[0]


def _is_own(item: ReviewItem, actor: Actor) -> bool:
    procedure = packs.published(item.content_version).pack.procedure_by_code.get(item.code)
    return procedure is not None and procedure.section in own_sections(packs.current().pack, actor.counter)


def act(actor: Actor, action: ReviewAction, chosen: Mapping[str, str], text: str = "") -> int:
    """Do one thing with every chosen procedure, or with none. ``chosen`` is what the screen showed of each, by id.

    Raises Refused, NotFound, Invalid (nothing or too much is chosen, the action does not fit, no reason is given), and
    Conflict that names the colleague who has moved one of them meanwhile. Returns how many were moved.
    """
    require(actor, Right.REVIEW)
    text = _text(action, text)
    if not chosen:
        raise Invalid("手続きを1つ以上選んでください。", {"main": "手続きを1つ以上選んでください。"})
    if len(chosen) > MOST_AT_ONCE:
        message = f"一度に処理できるのは{MOST_AT_ONCE}件までです（選択: {len(chosen)}件）。"
        raise Invalid(message, {"main": message})
    with transaction():
        rows = reviews.hold_rows(chosen)
        _check_unchanged(rows, chosen)
        lines = {item_id: find(item_id, actor) for item_id in chosen}
        for item_id, line in lines.items():
            reviews.move(rows[item_id], _next_state(action, line, actor), action, text, actor)
        for case_id, held in _by_case(lines.values()).items():
            audit.record(
                f"review.{action}", actor=actor, case_id=case_id, persons=sorted({*held[0].item.numbers}),
                detail={"procedures": sorted(line.item.code for line in held)},
            )  # fmt: skip
    return len(chosen)


def _text(action: ReviewAction, text: str) -> str:
    text = text.strip()
    if action is ReviewAction.SEND_BACK and not text:
        message = "差戻しの理由を選ぶか、入力してください。"
        raise Invalid(message, {"text": message})
    if len(text) > LONGEST_TEXT:
        message = f"理由は{LONGEST_TEXT}文字以内にしてください（入力: {len(text)}文字）。"
        raise Invalid(message, {"text": message})
    return text


def _check_unchanged(rows: Mapping[str, CaseProcedureRow], chosen: Mapping[str, str]) -> None:
    for item_id, seen in chosen.items():
        row = rows.get(item_id)
        if row is None or row.received_at is None or not row.needed:
            raise NotFound(GONE)
        if seen_mark(row.state, row.changed_at or row.received_at) != seen:
            raise Conflict(_moved(row))


def _moved(row: CaseProcedureRow) -> str:
    who = staff.list_staff_names({row.changed_by}).get(row.changed_by, "ほかの職員")
    when = f"{in_japan(row.changed_at):%H:%M}" if row.changed_at else ""
    word = STATE_WORDS.get(ProcedureState(row.state), "窓口での手続き中")
    return (
        f"{who}さんが{when}に「{word}」にしました。選んだ手続きは、どれも変更していません。"
        "最新の一覧を確かめて、もう一度操作してください。"
    )


def _next_state(action: ReviewAction, line: Line, actor: Actor) -> ProcedureState:
    """Where the action leads. Raises Invalid, Refused."""
    named = f"{line.item.number}「{line.title}」"
    if line.withheld:
        raise Refused(f"{line.item.number}は取扱注意のため、ここでは処理できません。上席に確認してください。")
    after = state_after(action, line.item.state)
    if after is None:
        message = (
            f"{named}は「{STATE_WORDS[line.item.state]}」のため、「{ACTION_LABELS[action]}」はできません。"
        )
        raise Invalid(message, {"main": message})
    pack = packs.published(line.item.content_version).pack
    if line.item.received_by == actor.staff_id and setting(pack, "review_by_another"):
        raise Refused(f"{named}は、ご自分で受け付けた手続きです。別の職員が審査してください。")
    return after


def _by_case(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.item.case_id, []).append(line)
    return found


def reasons(actor: Actor) -> tuple[str, ...]:
    """The phrases that are offered when something is sent back, in their order."""
    phrases = phrases_at(packs.current().pack, actor.counter, today_in_japan())
    return tuple(one.text for one in phrases if one.kind is MemoKind.SENT_BACK)
