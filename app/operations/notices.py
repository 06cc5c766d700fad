"""The content of a notice (届出の内容): stored whole or not at all, whatever its kind (R18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.data import audit, cases
from app.domain.authority import Actor
from app.domain.case import Case, Kind, Step
from app.domain.errors import Invalid
from app.domain.household_derivations import HOUSEHOLDER
from app.domain.households import Effect, Part, effect_of
from app.domain.new_households import FIRST, MORE
from app.domain.notices import LATE_REASON, SHAPES
from app.operations.case_households import gather
from app.operations.cases import changing, move_on
from app.operations.navigation import refresh
from app.operations.notice_check import check, name_change, store
from app.operations.notice_dates import check_days, check_late
from app.operations.notice_fields import FactTexts, read_head
from app.operations.notice_households import listed, read_others
from app.operations.notice_members import Entry, MemberInput, entries_of

CHECK = "入力内容を確認してください。"


@dataclass(frozen=True)
class NoticeInput:
    """What the clerk entered: the fields above the grid by name, and its rows; texts as typed."""

    texts: Mapping[str, str]
    members: Sequence[MemberInput]


def save(case_id: str, actor: Actor, version: int | None, entered: NoticeInput, today: date) -> None:
    """Record the notice, run the rules and go on. Raises Invalid naming each field; then nothing is stored."""
    with changing(case_id, actor, version, Step.CONTENT) as row:
        case = cases.get_case(case_id)
        shape = SHAPES.get(case.kind) if case.kind else None
        if shape is None:
            raise Invalid("この用件には入力する届出がありません。画面を開き直してください。")
        wrong: dict[str, str] = {}
        head = read_head(case, shape, entered.texts, today, wrong)
        others = read_others(case, shape, entered.texts, head.changed_on or today, wrong)
        entries = check(
            case,
            shape,
            entries_of(case, shape, entered.members),
            today,
            wrong,
            joins_by_name=head.joins_by_name | others.joins_by_name,
            households=listed(shape, entered.texts),
        )
        if head.changed_on is not None:
            check_days(case, actor, entries, head.changed_on, head.facts, wrong)
            notified = str(head.facts.get("move.notified_on") or today.isoformat())
            reason = entered.texts.get(LATE_REASON, "")
            check_late(case, head.changed_on, date.fromisoformat(notified), reason, wrong)
        if wrong or head.changed_on is None:
            raise Invalid(CHECK, wrong)
        store(case, shape, entries, actor, head.changed_on.isoformat())
        facts: dict[str, str | bool] = {}
        if case.kind is Kind.NAME_CHANGE:
            facts["name_change"] = name_change(entries)
        facts |= _heads(case, entries, entered.texts.get("householder", "").strip()) | head.facts
        more = [_with_head(one, key, entries) for key, one in others.facts.items()]
        cases.set_fact(case_id, "", MORE, more or None, "case", actor.staff_id)
        for name, value in facts.items():
            cases.set_fact(case_id, "", name, None if value == "" else value, "case", actor.staff_id)
        gather(row, actor)
        audit.record(
            "case.content_saved", actor=actor, case_id=case_id,
            detail={"kind": case.kind, "members": sum(one.part is Part.MOVER for one in entries)},
        )  # fmt: skip
        refresh(case_id, actor)
        move_on(row, Step.CONTENT)


def _with_head(facts: FactTexts, key: str, entries: Sequence[Entry]) -> FactTexts:
    """The facts of a further household with its householder, by name."""
    heads = [one for one in entries if one.part is not None and one.typed.relationship == HOUSEHOLDER]
    there = [
        one.name for one in heads if key == (one.joined or one.typed.household) and one.part is not Part.STAYS
    ]
    return {"move.new_householder": there[0], **facts} if there else facts


def _heads(case: Case, entries: Sequence[Entry], named: str) -> dict[str, str | bool]:
    """The householders before and after, by name, and the address where the event changes none."""
    before = [one.name for one in entries if one.before == HOUSEHOLDER and one.part is not Part.JOINED]
    effect = effect_of(case.kind)
    heads = {
        part: [
            one.name
            for one in entries
            if one.part is part and one.typed.relationship == HOUSEHOLDER and _is_first(one)
        ]
        for part in Part
    }
    staying = (heads[Part.STAYS] or [""])[0]
    if effect is Effect.SPLITS:
        after = (heads[Part.MOVER] or heads[Part.JOINED] or [named])[0]
    elif case.kind is Kind.MOVE_OUT:
        after = ""
    else:
        after = (heads[Part.MOVER] + heads[Part.STAYS] or [""])[0] if effect is Effect.TOGETHER else staying
    found: dict[str, str | bool] = {"move.new_householder": after, "move.staying_householder": staying}
    if case.kind is not Kind.MOVE_IN:
        found["move.old_householder"] = (before or [""])[0]
    return found


def _is_first(entry: Entry) -> bool:
    return entry.part is Part.STAYS or (entry.joined or entry.typed.household) == FIRST
