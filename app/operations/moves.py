"""Moves (異動): who belongs to one from the beginning, and what to say of its deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from app.data import cases, residents
from app.data.models.case import CaseRow
from app.domain.authority import Actor
from app.domain.case import Case, Kind
from app.domain.opening import WEEKDAYS
from app.domain.register import MoveInNotice
from app.domain.register_facts import case_facts_from_move_in
from app.operations import packs
from app.operations.case_households import gather
from app.operations.cases import seen
from app.operations.deadlines import find_notice_deadline
from app.operations.identity import require_authority


def begin(row: CaseRow, actor: Actor, papers: Sequence[str] = ()) -> None:
    """Put those into the case who belong to it as soon as its kind is known. Only inside a transaction.

    Who does not come for himself has shown what proves his authority: before, or among ``papers``. Raises Invalid.

    For a move-in the visitor himself becomes a mover, and the rest of his notice (転出証明書情報) with him; otherwise the
    others of the households it is about.
    """
    case = cases.get_case(row.id)
    if case.kind is not Kind.CERTIFICATE:
        require_authority(case, actor, papers)
    if case.kind is Kind.MOVE_IN:
        _begin_move_in(case, actor)
    elif case.kind is not Kind.CERTIFICATE:
        gather(row, actor)


def _begin_move_in(case: Case, actor: Actor) -> None:
    case_id = case.id
    receipt = case.fact("move.receipt")
    if not receipt:
        if case.visitor is not None and case.is_for_self and not case.subjects:
            cases.mark_subject(case_id, case.visitor.id, True)
        return
    found = residents.get_move_in(receipt, actor.disclosure(f"case:{case_id}"))
    if len(found.persons) != len(found.people):
        # It was used or taken back since the case knows of it: what was entered stands.
        return
    known = {person.number for person in case.persons if not person.is_visitor}
    for person, row in zip(found.persons, found.people, strict=True):
        if person.number in known:
            continue
        cases.add_person(
            case_id,
            number=person.number,
            source="move_out_notice",
            # The domicile (本籍) goes from one register to the next; only the notice tells it.
            seen=seen(person)
            | {"domicile": row.get("honseki", ""), "register_head": row.get("hittosha", "")},
            visitor=False,
            subject=True,
        )
    for name, value in _notice_facts(found).items():
        # The kind may be chosen again after the content was entered: what staff entered stands.
        if value and case.fact(name) is None:
            cases.set_fact(case_id, "", name, value, "move_out_notice", actor.staff_id)


def _notice_facts(found: MoveInNotice) -> dict[str, str]:
    notice = found.notice
    heads = {row.get("setainushishimei", "") for row in found.people} - {""}
    return {
        "move.old_address": _joined(notice, "tenshutsumotojusho"),
        "move.old_code": notice.get("tenshutsumotojusho_shikuchosonkodo", ""),
        "move.old_postal_code": notice.get("tenshutsumotojusho_yubinbango", ""),
        "move.planned_move_out_on": _day(notice, "tenshutsuyoteinengappi"),
        "move.planned_move_in_on": _day(notice, "tennyuyoteinengappi"),
        "move.old_householder": heads.pop() if len(heads) == 1 else "",
        "move.town_id": notice.get("tennyusakijusho_choazakodo", ""),
        "move.town": notice.get("tennyusakijusho_choaza", ""),
        "move.lot": notice.get("tennyusakijusho_banchigohyoki", ""),
        "move.building": notice.get("tennyusakijusho_katagaki", ""),
        "move.origin": _origin(notice),
        **{name: str(fact.value) for name, fact in case_facts_from_move_in(notice).items()},
    }


def _day(row: Mapping[str, str], column: str) -> str:
    """A date of the notice; nothing for an open one (0000-01-01), which is no day that could be offered."""
    try:
        return date.fromisoformat(row.get(column, "")).isoformat()
    except ValueError:
        return ""


def _origin(notice: Mapping[str, str]) -> str:
    old, new = (notice.get(f"{name}_todofuken", "") for name in ("tenshutsumotojusho", "tennyusakijusho"))
    return "" if not old or not new else ("same" if old == new else "other")


def _joined(row: Mapping[str, str], prefix: str) -> str:
    parts = ("todofuken", "shikugunchosonmei", "choaza", "banchigohyoki")
    front = "".join(row.get(f"{prefix}_{part}", "") for part in parts)
    building = row.get(f"{prefix}_katagaki", "")
    return f"{front}　{building}" if building else front


def late_text(case: Case) -> str:
    """What to say when the notice comes after its deadline (住基法22条, 23条, 52条2項); empty when it does not."""
    changed, notified = case.fact("move.changed_on"), case.fact("move.notified_on")
    changed = case.fact("move.death_known_on") or changed
    if not changed:
        return ""
    return late_notice(case, date.fromisoformat(changed), date.fromisoformat(notified) if notified else None)


def late_notice(case: Case, changed_on: date, notified_on: date | None = None) -> str:
    """The same for a change date that is being typed; without another day the notice is made when the case began."""
    notified = notified_on or case.received_on
    deadline = find_notice_deadline(case, packs.of_case(case), changed_on)
    if deadline is None or not deadline.is_over(notified):
        return ""
    last = deadline.last_day
    return f"届出の期限の{last.month}月{last.day}日（{WEEKDAYS[last.weekday()]}）を{(notified - last).days}日過ぎています。"
