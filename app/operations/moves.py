"""The content of a move (異動内容): when, from where to where, who goes along and how they stand to the householder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.data import audit, cases, residents
from app.domain.authority import Actor
from app.domain.case import Case, CasePerson, Kind, Step
from app.domain.dates import DateProblem, PartialDate, format_wareki_day, parse_date, parse_day
from app.domain.errors import Invalid
from app.domain.opening import WEEKDAYS
from app.domain.places import Resolved
from app.domain.register import MoveInNotice
from app.domain.register_facts import case_facts_from_move_in
from app.operations import packs, places
from app.operations.cases import changing, move_on, seen
from app.operations.deadlines import find_notice_deadline
from app.operations.navigation import refresh
from app.operations.places import city_name

HOUSEHOLDER = "世帯主"
ORIGINS = (("other", "県外から"), ("same", "県内から"), ("abroad", "国外から"))
HOUSEHOLDS = (("new", "新しい世帯をつくる"), ("join", "すでにある世帯に入る"))
JOIN = "join"
MOST_MEMBERS = 20
LONGEST = 200
RELATIONSHIPS = (
    HOUSEHOLDER, "夫", "妻", "夫（未届）", "妻（未届）", "子", "長男", "長女", "二男", "二女", "子の夫", "子の妻", "子の子",
    "父", "母", "夫の父", "夫の母", "妻の父", "妻の母", "兄", "弟", "姉", "妹", "縁故者", "同居人",
)  # fmt: skip


@dataclass(frozen=True)
class MemberInput:
    """A row of the member grid. ``person`` is the id in the case, empty for one who is typed here."""

    person: str
    included: bool
    name: str
    kana: str
    birth: str
    sex: str
    relationship: str


@dataclass(frozen=True)
class MoveInput:
    """What the clerk entered about the move; texts as typed."""

    changed_on: str
    notified_on: str
    old_address: str
    old_householder: str
    town_id: str
    town: str
    lot: str
    building: str
    origin: str
    household: str
    householder: str
    members: Sequence[MemberInput]


def begin(case_id: str, actor: Actor) -> None:
    """Put those into the case who are announced to move in (転出証明書情報). Only inside a transaction.

    Called when the kind is chosen: the visitor himself becomes a mover, and the rest of his notice with him.
    """
    case = cases.get_case(case_id)
    if case.kind is not Kind.MOVE_IN:
        return
    receipt = case.fact("move.receipt")
    if not receipt:
        if case.visitor is not None and case.is_for_self and not case.subjects:
            cases.mark_subject(case_id, case.visitor.id, True)
        return
    found = residents.get_move_in(receipt, actor.disclosure(f"case:{case_id}"))
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


def save(case_id: str, actor: Actor, version: int | None, entered: MoveInput, today: date) -> None:
    """Record the move, run the rules and go on. Raises Invalid naming each field; then nothing is stored."""
    with changing(case_id, actor, version, Step.CONTENT) as row:
        case = cases.get_case(case_id)
        wrong: dict[str, str] = {}
        changed = _changed_on(entered.changed_on, today, wrong)
        notified = _notified_on(entered.notified_on, changed, today, wrong)
        _check_place(entered, wrong)
        old = _old_place(case, entered)
        births = _check_members(entered.members, today, wrong)
        origin = _check_origin(case, entered, old, wrong)
        _check_household(entered, wrong)
        if wrong or changed is None or notified is None:
            raise Invalid("入力内容を確認してください。", wrong)
        _store_members(case, entered.members, births)
        facts = (
            _facts(entered, changed, notified) | _place_facts(entered, old, changed) | _origin_facts(origin)
        )
        for name, value in facts.items():
            cases.set_fact(case_id, "", name, None if value == "" else value, "case", actor.staff_id)
        audit.record(
            "case.content_saved", actor=actor, case_id=case_id,
            detail={"kind": case.kind, "members": sum(one.included for one in entered.members)},
        )  # fmt: skip
        refresh(case_id, actor)
        move_on(row, Step.CONTENT)


def late_text(case: Case) -> str:
    """What to say when the notice comes after its deadline (住基法22条, 23条, 52条2項); empty when it does not."""
    changed, notified = case.fact("move.changed_on"), case.fact("move.notified_on")
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


def _changed_on(text: str, today: date, wrong: dict[str, str]) -> date | None:
    if not text.strip():
        wrong["changed_on"] = "異動日を入力してください（例: R8.11.20、11/20）。"
        return None
    try:
        return parse_day(text, today=today)
    except DateProblem as problem:
        wrong["changed_on"] = f"{problem.message}転入・転居は、住み始めた後に届け出ます。"
        return None


def _notified_on(text: str, changed: date | None, today: date, wrong: dict[str, str]) -> date | None:
    """The day of the notice (届出日): today unless another is typed, never in the future and not before the change."""
    try:
        notified = parse_day(text, today=today) if text.strip() else today
    except DateProblem as problem:
        wrong["notified_on"] = problem.message
        return None
    if changed is not None and notified < changed:
        wrong["notified_on"] = (
            f"届出日（{format_wareki_day(notified)}）が異動日より前です。届出日か異動日を確かめてください。"
        )
        return None
    return notified


def _check_place(entered: MoveInput, wrong: dict[str, str]) -> None:
    if not entered.town.strip():
        wrong["town"] = "新しい住所の町・字を選んでください。"
    if not entered.lot.strip():
        wrong["lot"] = "新しい住所の地番を入力してください（例: 12番地3）。"
    for name in ("old_address", "old_householder", "town", "lot", "building"):
        if len(getattr(entered, name)) > LONGEST:
            wrong[name] = f"{LONGEST}文字以内で入力してください。"


def _check_members(
    members: Sequence[MemberInput], today: date, wrong: dict[str, str]
) -> list[PartialDate | None]:
    births: list[PartialDate | None] = []
    included = [member for member in members if member.included]
    if not included:
        wrong["members"] = "異動する方を1人以上入れてください。"
    if len(members) > MOST_MEMBERS:
        wrong["members"] = f"一つの受付で扱えるのは{MOST_MEMBERS}人までです。"
    for place, member in enumerate(members):
        births.append(_check_member(place, member, today, wrong))
    return births


def _old_place(case: Case, entered: MoveInput) -> Resolved:
    """What is certain of the address before: what the notice says of it as long as its text stands."""
    text = entered.old_address.strip()
    code, postal = (case.fact(f"move.{name}", default="") for name in ("old_code", "old_postal_code"))
    if text and text == case.fact("move.old_address") and code:
        return Resolved(code=code, postal_code=postal, country=case.fact("move.old_country", default=""))
    return places.resolve(text)


def _check_origin(case: Case, entered: MoveInput, old: Resolved, wrong: dict[str, str]) -> str:
    """Where a move-in comes from: as chosen, otherwise as the address before tells. Empty for other moves."""
    if case.kind is not Kind.MOVE_IN:
        return ""
    told = places.origin_of(old)
    if not entered.origin and told:
        return told
    if entered.origin not in dict(ORIGINS):
        wrong["origin"] = "どこからの転入かを選んでください。"
    elif told and told != entered.origin:
        wrong["origin"] = (
            f"転入元は「{dict(ORIGINS)[entered.origin]}」ですが、転入前の住所は「{dict(ORIGINS)[told]}」の住所です。"
            "どちらかを直してください。"
        )
    return entered.origin


def _check_household(entered: MoveInput, wrong: dict[str, str]) -> None:
    if entered.household not in dict(HOUSEHOLDS):
        wrong["household"] = "新しい世帯をつくるか、すでにある世帯に入るかを選んでください。"
        return
    heads = sum(member.included and member.relationship == HOUSEHOLDER for member in entered.members)
    if entered.household == JOIN and heads:
        wrong["members"] = (
            "すでにある世帯に入るときは、続柄に「世帯主」は使えません。入る世帯の世帯主からみた続柄を選んでください。"
        )
    elif entered.household == JOIN and not entered.householder.strip():
        wrong["householder"] = "入る世帯の世帯主の氏名を入力してください。"
    elif entered.household != JOIN and heads != 1:
        wrong.setdefault("members", f"世帯主は1人だけ選んでください（現在{heads}人）。")


def _check_member(place: int, member: MemberInput, today: date, wrong: dict[str, str]) -> PartialDate | None:
    if not member.included:
        return None
    if not member.name.strip():
        wrong[f"name-{place}"] = "氏名を入力してください。"
    if len(member.name) > LONGEST or len(member.kana) > LONGEST:
        wrong[f"name-{place}"] = f"{LONGEST}文字以内で入力してください。"
    if not member.relationship:
        wrong[f"relationship-{place}"] = "世帯主との続柄を選んでください。"
    try:
        return parse_date(member.birth, today=today, field="birth")
    except DateProblem as problem:
        wrong[f"birth-{place}"] = problem.message
        return None


def _store_members(case: Case, members: Sequence[MemberInput], births: Sequence[PartialDate | None]) -> None:
    for member, birth in zip(members, births, strict=True):
        known = case.person(member.person) if member.person else None
        if member.person and known is None:
            raise Invalid("画面の内容が古くなっています。画面を開き直してください。")
        if not member.included:
            if known is not None:
                _leave_out(case, known)
            continue
        person_id = known.id if known else cases.add_person(
            case.id, number=None, source="typed", seen={}, visitor=False, subject=True
        )  # fmt: skip
        cases.mark_subject(case.id, person_id, True)
        cases.correct_person(case.id, person_id, _values(member, birth))


def _leave_out(case: Case, person: CasePerson) -> None:
    # One who came out of the notice or the register can be included again; one who was typed by mistake is gone.
    if person.is_visitor or person.source != "typed":
        cases.mark_subject(case.id, person.id, False)
    else:
        cases.remove_person(case.id, person.id)


def _values(member: MemberInput, birth: PartialDate | None) -> Mapping[str, Any]:
    return {
        "name": member.name.strip(), "kana": member.kana.strip(), "sex": member.sex, "relationship": member.relationship,
        "birth": birth.iso if birth else "", "birth_text": birth.text if birth else "",
    }  # fmt: skip


def _facts(entered: MoveInput, changed: date, notified: date) -> dict[str, str | bool]:
    heads = [one.name.strip() for one in entered.members if one.included and one.relationship == HOUSEHOLDER]
    return {
        "move.changed_on": changed.isoformat(), "move.notified_on": notified.isoformat(),
        "move.old_address": entered.old_address.strip(), "move.old_householder": entered.old_householder.strip(),
        "move.household": entered.household, "move.new_householder": heads[0] if heads else entered.householder.strip(),
        "joins_household": entered.household == JOIN,
    }  # fmt: skip


def _place_facts(entered: MoveInput, old: Resolved, changed: date) -> dict[str, str | bool]:
    """The new address with what follows from its town, and the codes of both."""
    town = places.find_town(entered.town_id.strip(), entered.town, changed)
    name = town.name if town else entered.town.strip()
    lot, building = entered.lot.strip(), entered.building.strip()
    number = f"{city_name()}{name}{lot}"
    return {
        "move.town_id": town.town_id if town else "", "move.town": name, "move.lot": lot, "move.building": building,
        "move.new_address": f"{number}　{building}" if building else number,
        "move.code": places.own_code(), "move.postal_code": town.postal_code if town else "",
        "move.district": town.district if town else "", "move.elementary": town.elementary if town else "",
        "move.junior_high": town.junior_high if town else "",
        "move.lot_listed": places.is_lot(town.town_id if town else "", lot),
        "move.old_code": old.code, "move.old_postal_code": old.postal_code, "move.old_country": old.country,
    }  # fmt: skip


def _origin_facts(origin: str) -> dict[str, str | bool]:
    if not origin:
        return {}
    return {"move.origin": origin, "from_abroad": origin == "abroad", "same_prefecture": origin == "same"}
