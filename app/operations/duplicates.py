"""Seeing that the same was applied for twice on one day (重複), before it is received or printed, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.data import audit, cases, corrections, duplicates, staff
from app.data.duplicates import DuplicatePair
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import Case, CaseProcedure, Kind, ProcedureState
from app.domain.content import ContentPack
from app.domain.dates import JAPAN, today_in_japan
from app.domain.duplicates import CERTIFICATE, Earlier
from app.domain.errors import Conflict, Invalid, NotFound
from app.operations import packs
from app.operations.cases import require
from app.operations.review import own_sections

UNSEEN = "本日すでに受け付けている手続き・証明書があります。内容を確かめて「確認した」に印を付けてください。"
PAIR_DAYS = 30
"""How far back the reviewers' list of duplicates goes."""


@dataclass(frozen=True)
class Duplicate:
    """One that was taken before, in words, for the clerk: what, under which number, when, where and by whom."""

    earlier: Earlier
    title: str
    counter: str
    staff: str


@dataclass(frozen=True)
class Pair:
    """A duplicate in the reviewers' list, in words."""

    pair: DuplicatePair
    title: str
    counter: str
    confirmed_by: str
    settled_by: str


def waiting(case: Case, actor: Actor) -> tuple[Duplicate, ...]:
    """What was taken today in other cases for the same persons and no clerk of this case has confirmed, in words.

    That it was shown is recorded.
    """
    found = _unseen(case)
    if not found:
        return ()
    with transaction():
        audit.record(
            "case.duplicate_shown", actor=actor, case_id=case.id,
            detail={"codes": sorted({one.code for one in found}), "cases": sorted({one.number for one in found})},
        )  # fmt: skip
    pack = packs.of_case(case)
    names, counters = staff.list_staff_names({one.by for one in found}), dict(staff.list_counters())
    return tuple(
        Duplicate(
            one, _title(pack, one.kind, one.code), counters.get(one.counter, ""), names.get(one.by, one.by)
        )
        for one in found
    )


def confirm(case_id: str, actor: Actor, *, seen: bool, code: str | None = None) -> None:
    """Inside the transaction that receives or prints: refuse what nobody has seen, and keep what was seen.

    Of two counters that come at the same moment the second waits here for the first. ``code`` limits it to one procedure.
    Raises Invalid.
    """
    case = cases.get_case(case_id)
    duplicates.hold_persons({one.number for one in case.persons if one.number})
    found = [one for one in _unseen(case) if code in {None, one.code}]
    if not found:
        return
    if not seen:
        raise Invalid(UNSEEN, {"duplicates": UNSEEN})
    duplicates.confirm(case_id, found, actor)
    audit.record(
        "case.duplicate_confirmed", actor=actor, case_id=case_id,
        detail={"codes": sorted({one.code for one in found}), "cases": sorted({one.number for one in found})},
    )  # fmt: skip


def check(case: Case, *, seen: bool) -> None:
    """Before something slow: refuse what `confirm` would refuse at its end. Raises Invalid."""
    if not seen and _unseen(case):
        raise Invalid(UNSEEN, {"duplicates": UNSEEN})


def _unseen(case: Case) -> list[Earlier]:
    since = datetime.combine(today_in_japan(), time(), JAPAN)
    found = _certificates(case, since) if case.kind is Kind.CERTIFICATE else _procedures(case, since)
    replaced = corrections.list_replaced(case.id)
    found = [one for one in found if one.case_id not in replaced]
    confirmed = duplicates.list_confirmed(case.id) if found else frozenset()
    return [one for one in found if one.key not in confirmed]


def _procedures(case: Case, since: datetime) -> list[Earlier]:
    open_lines = {
        line.code: line
        for line in case.procedures
        if line.needed and line.state in {ProcedureState.NOT_STARTED, ProcedureState.PRINTED}
    }
    wanted = {code: numbers for code, line in open_lines.items() if (numbers := _numbers(case, line))}
    found = duplicates.find_procedures(case.id, wanted, since) if wanted else ()
    # Of two that were printed the later one was told; from then on only one that is received already matters.
    return [one for one in found if one.received or open_lines[one.code].state is ProcedureState.NOT_STARTED]


def _numbers(case: Case, line: CaseProcedure) -> frozenset[str]:
    own = [one for one in case.persons if one.id in line.people] or case.subjects
    return frozenset(one.number for one in own if one.number)


def _certificates(case: Case, since: datetime) -> list[Earlier]:
    wanted: dict[str, set[str]] = {}
    for line in case.certificates:
        person = case.person(line.subject)
        if person and person.number:
            wanted.setdefault(line.kind, set()).add(person.number)
    found = duplicates.find_certificates(case.id, wanted, since) if wanted else ()
    first = min((one.made_at for one in case.documents), default=utc_now())
    return [one for one in found if one.at < first]


def _title(pack: ContentPack, kind: str, code: str) -> str:
    if kind == CERTIFICATE:
        found = pack.certificate_by_code.get(code)
        return found.title if found else code
    procedure = pack.procedure_by_code.get(code)
    return procedure.title if procedure else code


def pairs(actor: Actor, *, settled: bool = False) -> tuple[tuple[Pair, ...], bool]:
    """The duplicates of this counter's sections, dealt with or not, the latest first; the flag says that there are more.

    That it was read is recorded. Raises Refused.
    """
    require(actor, Right.REVIEW)
    found, more = duplicates.list_pairs(utc_now() - timedelta(days=PAIR_DAYS), settled=settled)
    own = [one for one in found if _is_own(one, actor)]
    names = staff.list_staff_names({who for one in own for who in (one.confirmed_by, one.settled_by)})
    counters = dict(staff.list_counters())
    with transaction():
        audit.record("review.duplicates_listed", actor=actor, detail={"items": len(own)})
    return tuple(
        Pair(
            one, _title(packs.published(one.content_version).pack, one.kind, one.code),
            counters.get(one.counter, one.counter), names.get(one.confirmed_by, ""), names.get(one.settled_by, ""),
        )
        for one in own
    ), more  # fmt: skip


def _is_own(pair: DuplicatePair, actor: Actor) -> bool:
    pack = packs.published(pair.content_version).pack
    table = pack.certificate_by_code if pair.kind == CERTIFICATE else pack.procedure_by_code
    found = table.get(pair.code)
    return found is not None and found.section in own_sections(packs.current().pack, actor.counter)


def settle(pair_id: str, actor: Actor, *, settled: bool) -> None:
    """Say that a duplicate was dealt with, or take it back. Raises Refused, NotFound, Conflict."""
    require(actor, Right.REVIEW)
    with transaction():
        row = duplicates.hold_pair(pair_id)
        if row is None or not _is_own(duplicates.pair_of(row), actor):
            raise NotFound("この重複は一覧にありません。")
        if (row.settled_at is not None) is settled:
            who = staff.list_staff_names({row.settled_by}).get(row.settled_by, "ほかの職員")
            raise Conflict(f"{who}さんが先に処理しています。一覧を確かめてください。")
        row.settled_at, row.settled_by = (utc_now(), actor.staff_id) if settled else (None, "")
        action = "review.duplicate_settled" if settled else "review.duplicate_reopened"
        audit.record(action, actor=actor, case_id=row.case_id, detail={"code": row.code})
