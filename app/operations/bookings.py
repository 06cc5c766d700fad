"""Bookings of a move (引越しワンストップ) and move-out notices of other cities, found for the visitor (feeds 20a/20b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.data import announced, audit, cases, residents
from app.domain.authority import Actor
from app.domain.case import Case, CasePerson, Kind, Step
from app.domain.dates import format_wareki, format_wareki_day
from app.domain.disclosure import Disclosure
from app.domain.errors import Invalid, NotFound
from app.domain.person import Person
from app.domain.places import place_key
from app.domain.register import MoveInNotice
from app.operations import moves
from app.operations.cases import changing, seen
from app.operations.stops import stop_for

NOTICE = "move_out_notice"
RECEIPT = "move.receipt"
MOST_SHOWN = 3
_TYPES = {"0": "転出証明書情報", "1": "特例転入（カード）", "2": "引越しワンストップの予約"}
_USED, _TAKEN_BACK = "3", "9"
_STILL_EXPECTED = frozenset({"1", "2"})


@dataclass(frozen=True)
class Booking:
    """A booking as it is offered: what it is, whom it announces, from where and when, and what has to be looked at."""

    receipt: str
    title: str
    people: tuple[str, ...]
    old_address: str
    planned: str
    says: tuple[str, ...] = ()


def find(case: Case, actor: Actor) -> tuple[Booking, ...]:
    """The bookings that name somebody like the visitor: born the same day, with his name or his reading of it."""
    visitor = case.visitor
    if case.kind is not Kind.MOVE_IN or case.fact(RECEIPT) or visitor is None or visitor.number:
        return ()
    iso = visitor.value("birth").replace("-", "")
    if len(iso) != 8 or "00" in (iso[4:6], iso[6:]):
        return ()
    disclosure = actor.disclosure(f"case:{case.id}")
    alike = [
        one
        for one in residents.list_expected_born(iso, disclosure)
        if _alike(visitor, one) and not one.protected
    ]
    found = (_booking(case, one.receipt_number, one, visitor, disclosure) for one in alike[:MOST_SHOWN])
    return tuple(sorted((one for one in found if one is not None), key=lambda one: len(one.says)))


def taken(case: Case, actor: Actor) -> Booking | None:
    """The booking the case was filled from, with what has to be looked at."""
    receipt = case.fact(RECEIPT)
    if case.kind is not Kind.MOVE_IN or not receipt:
        return None
    return _booking(case, receipt, None, None, actor.disclosure(f"case:{case.id}"))


def take(case_id: str, actor: Actor, version: int | None, receipt: str) -> None:
    """Fill the case from a booking. Raises Invalid for one that is used, taken back or somebody else's, Stopped, Conflict."""
    number = receipt.strip()
    case = cases.get_case(case_id)
    found = _read(number, actor.disclosure(f"case:{case_id}")) if number else None
    if found is None:
        raise _wrong(f"受付番号「{number[:20]}」の転出証明書情報は届いていません。番号を確かめてください。")
    _refuse_closed(found)
    stop_for(case_id, actor, found.persons)
    visitor = case.visitor
    if visitor is None or case.kind is not Kind.MOVE_IN or case.fact(RECEIPT):
        raise Invalid("この受付では、予約を取り込めません。画面を開き直してください。")
    named = next((one for one in found.persons if _alike(visitor, one)), None)
    if named is None and case.is_for_self:
        names = "、".join(f"{one.name}さん" for one in found.persons)
        raise _wrong(
            f"この受付番号の方は{names}で、来庁者（{visitor.name}さん）が含まれていません。番号を確かめてください。"
        )
    with changing(case_id, actor, version, Step.CONTENT) as row:
        if named is not None and visitor.number is None:
            announced.announce_person(case_id, visitor.id, named.number, NOTICE, seen(named))
        cases.set_fact(case_id, "", RECEIPT, number, NOTICE, actor.staff_id)
        cases.set_fact(case_id, "", f"draft.{Step.CONTENT}", None, "case", actor.staff_id)
        moves.begin(row, actor)
        audit.record(
            "case.booking_taken", actor=actor, case_id=case_id, persons=[one.number for one in found.persons]
        )


def _wrong(message: str) -> Invalid:
    return Invalid(message, {"receipt_number": message})


def _read(receipt: str, disclosure: Disclosure) -> MoveInNotice | None:
    try:
        return residents.get_move_in(receipt, disclosure)
    except NotFound:
        return None


def _refuse_closed(found: MoveInNotice) -> None:
    state = found.notice.get("jotai", "")
    if state == _USED:
        raise _wrong(
            "この転出証明書情報は、すでに転入の届出に使われています。登録の内容を宛名検索で確かめてください。"
        )
    if state == _TAKEN_BACK:
        raise _wrong("この転出届は、転出元の市区町村で取り消されています。転出元に確かめてください。")
    if state not in _STILL_EXPECTED or len(found.persons) != len(found.people):
        raise _wrong("この転出証明書情報は、いまは使えません。転出元の市区町村に確かめてください。")


def _key(text: str) -> str:
    return place_key(text).replace(" ", "").replace("　", "")


def _alike(visitor: CasePerson, one: Person) -> bool:
    if visitor.value("birth").replace("-", "") != one.birth.iso.replace("-", ""):
        return False
    kana = visitor.value("kana")
    return _key(visitor.name) == _key(one.name) or (bool(kana) and _key(kana) == _key(one.kana))


def _booking(
    case: Case, receipt: str, match: Person | None, visitor: CasePerson | None, disclosure: Disclosure
) -> Booking | None:
    found = _read(receipt, disclosure)
    if found is None:
        return None
    notice = found.notice
    parts = ("todofuken", "shikugunchosonmei", "choaza", "banchigohyoki")
    says = [*_said_of_days(case, found), *_said_of_use(case, found.persons)]
    if match is not None and visitor is not None:
        says = [*_said_of_match(visitor, match), *says]
    return Booking(
        receipt,
        _TYPES.get(notice.get("tokureitennyukubun", ""), _TYPES["0"]),
        tuple(f"{one.name}（{format_wareki(one.birth)}生）" for one in found.persons),
        "".join(notice.get(f"tenshutsumotojusho_{part}", "") for part in parts),
        _words(notice.get("tennyuyoteinengappi", "")),
        tuple(says),
    )


def _said_of_match(visitor: CasePerson, match: Person) -> list[str]:
    said = []
    if _key(visitor.name) != _key(match.name):
        said.append(
            f"氏名が違います（来庁者「{visitor.name}」、予約「{match.name}」）。本人の予約か確かめてください。"
        )
    kana = visitor.value("kana")
    if kana and _key(kana) != _key(match.kana):
        said.append(
            f"カナが違います（来庁者「{kana}」、予約「{match.kana}」）。本人の予約か確かめてください。"
        )
    return said


def _said_of_days(case: Case, found: MoveInNotice) -> list[str]:
    said = []
    visit, leaves = (
        _day(found.notice.get("raichoyoteibi", "")),
        _day(found.notice.get("tenshutsuyoteinengappi", "")),
    )
    if visit is not None and visit < case.received_on:
        said.append(
            f"来庁予定日（{format_wareki_day(visit)}）を過ぎています。転入した日をあらためて確かめてください。"
        )
    if leaves is not None and leaves > case.received_on:
        said.append(
            f"転出予定日（{format_wareki_day(leaves)}）がまだ来ていません。住み始めた日を確かめてください。"
        )
    return said


def _said_of_use(case: Case, people: Sequence[Person]) -> list[str]:
    others = announced.list_other_cases(case.id, [one.number for one in people], NOTICE)
    return (
        [f"受付番号 {'、'.join(others)} でも、この方たちの転入を受け付けています。重なりを確かめてください。"]
        if others
        else []
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _words(text: str) -> str:
    day = _day(text)
    return format_wareki_day(day) if day else ""
