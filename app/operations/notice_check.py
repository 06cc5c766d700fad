"""Checking and storing the persons of a notice (届出)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.data import cases
from app.domain.authority import Actor
from app.domain.case import Case, Kind
from app.domain.dates import DateProblem, PartialDate, parse_date
from app.domain.household_derivations import HOUSEHOLDER
from app.domain.households import Part, groups_after, householder_problem
from app.domain.new_households import FIRST, MEMBER_OF, title_of
from app.domain.notices import NAMED_BY, Asks, Shape
from app.domain.relationships import is_relationship
from app.operations.notice_members import MOST_MEMBERS, Entry, is_rearranged, members_of

LONGEST = 200
_WEIGHT = re.compile(r"\d{3,4}")
_MEMBERS = "members"
_NO_HEAD = (
    "すでにある世帯に入るときは、続柄に「世帯主」は使えません。入る世帯の世帯主からみた続柄を選んでください。"
)


def check(
    case: Case,
    shape: Shape,
    entries: Sequence[Entry],
    today: date,
    wrong: dict[str, str],
    *,
    joins_by_name: frozenset[str],
    households: Sequence[str] = (FIRST,),
) -> list[Entry]:
    """The entries with their birth dates read; what is wrong goes into ``wrong`` by field.

    ``households`` are those there are after the event; ``joins_by_name`` those of them that join one that was not looked
    up, so that its householder is no person of the case.
    """
    read = [replace(entry, birth=_check_row(case, shape, entry, today, wrong)) for entry in entries]
    movers = [entry for entry in read if entry.part is Part.MOVER]
    kind = case.kind
    if not movers and kind is not None:
        who = NAMED_BY.get(kind, "異動する方")
        wrong[_MEMBERS] = (
            "生まれた子を入力してください。" if shape.asks is Asks.NEWBORN else f"{who}を選んでください。"
        )
    elif len(entries) > MOST_MEMBERS * 3 or len(movers) > MOST_MEMBERS:
        wrong[_MEMBERS] = f"一つの受付で扱えるのは{MOST_MEMBERS}人までです。"
    _check_parts(case, read, wrong)
    if movers:
        _check_none_empty(movers, households, wrong)
    _check_relationships(case, read, wrong, joins_by_name)
    return read


def _check_row(
    case: Case, shape: Shape, entry: Entry, today: date, wrong: dict[str, str]
) -> PartialDate | None:
    place, typed = entry.place, entry.typed
    if entry.part is not Part.MOVER or place < 0:
        return None
    if len(typed.name) > LONGEST or len(typed.kana) > LONGEST:
        wrong[f"name-{place}"] = f"{LONGEST}文字以内で入力してください。"
    if len(typed.new_name) > LONGEST or len(typed.new_kana) > LONGEST:
        wrong[f"new_name-{place}"] = f"{LONGEST}文字以内で入力してください。"
    if not entry.editable:
        return None
    if not typed.name.strip():
        wrong[f"name-{place}"] = "氏名を入力してください。"
    if shape.asks is Asks.NEWBORN:
        _check_newborn(entry, wrong)
        return None
    try:
        return parse_date(typed.birth, today=today, field="birth")
    except DateProblem as problem:
        wrong[f"birth-{place}"] = problem.message
        return None


def _check_newborn(entry: Entry, wrong: dict[str, str]) -> None:
    if entry.typed.sex not in {"1", "2"}:
        wrong[f"sex-{entry.place}"] = "性別を選んでください。"
    weight = entry.typed.weight.strip()
    if weight and not _WEIGHT.fullmatch(weight):
        wrong[f"weight-{entry.place}"] = (
            f"「{weight[:20]}」は出生体重として読めません。グラムで入力してください（例: 2980）。"
        )


def _check_parts(case: Case, entries: Sequence[Entry], wrong: dict[str, str]) -> None:
    stays = [entry for entry in entries if entry.part is Part.STAYS]
    if case.kind is Kind.HOUSEHOLD_SEPARATION and not stays:
        wrong.setdefault(_MEMBERS, "いまの世帯に残る方がいません。新しい世帯をつくる方だけを選んでください。")
    if case.kind is Kind.HOUSEHOLD_MERGER and stays:
        names = "、".join(f"{entry.name}さん" for entry in stays)
        wrong.setdefault(
            _MEMBERS,
            f"{names}が残ります。世帯合併では、いまの世帯の全員が移ります。残る方がいるときは世帯構成変更です。",
        )
    if case.kind is Kind.HOUSEHOLD_MERGER:
        _check_together(entries, wrong)
    parents = [entry.typed.parent for entry in entries if entry.typed.parent]
    if len(set(parents)) < len(parents):
        wrong.setdefault(_MEMBERS, "父と母は、それぞれ1人だけ選んでください。")


def _check_together(entries: Sequence[Entry], wrong: dict[str, str]) -> None:
    """Who was one household is still one in the household it joins."""
    homes: dict[str, set[str]] = {}
    for one in members_of([entry for entry in entries if entry.part is Part.MOVER]):
        homes.setdefault(one.home, set()).add(one.household)
    if any(len(joined) > 1 for joined in homes.values()):
        wrong.setdefault(
            _MEMBERS, "世帯合併では、同じ世帯の方は全員同じ世帯に入ります。分かれるときは世帯構成変更です。"
        )


def _check_none_empty(movers: Sequence[Entry], households: Sequence[str], wrong: dict[str, str]) -> None:
    empty = [key for key in households if all(entry.typed.household != key for entry in movers)]
    if empty:
        titles = "、".join(map(title_of, empty))
        wrong.setdefault(
            _MEMBERS,
            f"{titles}に入る方がいません。表の「世帯」で入る方を選ぶか、いらない世帯を取り消してください。",
        )


def _check_relationships(
    case: Case, entries: Sequence[Entry], wrong: dict[str, str], joins_by_name: frozenset[str]
) -> None:
    places = {f"row-{entry.place}": entry for entry in entries}
    for group in groups_after(case.kind, members_of(entries)):
        if not is_rearranged(case, group):
            continue
        born = case.kind is Kind.BIRTH
        empty = [one for one in group if not one.now and not (born and one.part is not Part.MOVER)]
        for one in group:
            place = places[one.id].place
            if place >= 0 and one.now and one.now != one.before and not is_relationship(one.now):
                wrong[f"relationship-{place}"] = (
                    f"「{one.now[:30]}」は続柄として読めません。候補から選ぶか、「子の妻」のように「の」でつないで入力してください。"
                )
        for one in empty:
            place = places[one.id].place
            wrong[f"relationship-{place}" if place >= 0 else _MEMBERS] = "世帯主との続柄を選んでください。"
        if any(one.part is Part.MOVER and one.household in joins_by_name for one in group):
            if any(one.now == HOUSEHOLDER for one in group):
                wrong.setdefault(_MEMBERS, _NO_HEAD)
            continue
        problem = "" if empty or born else householder_problem(group)
        if problem:
            wrong.setdefault(_MEMBERS, problem)
        elif case.kind is Kind.HOUSEHOLDER_CHANGE and not any(
            one.now == HOUSEHOLDER and one.before != HOUSEHOLDER for one in group
        ):
            wrong.setdefault(
                _MEMBERS, "世帯主が変わっていません。新しい世帯主の続柄を「世帯主」にしてください。"
            )


def store(case: Case, shape: Shape, entries: Sequence[Entry], actor: Actor, changed_on: str) -> None:
    """Bring the persons of the case to the entries. Only inside a transaction."""
    regrouped = {
        one.id
        for group in groups_after(case.kind, members_of(entries))
        if is_rearranged(case, group)
        for one in group
    }
    for entry in entries:
        known = entry.person
        if (
            entry.part is None
            and (known is None or known.source == "typed")
            and not (known and known.is_visitor)
        ):
            if known is not None:
                cases.remove_person(case.id, known.id)
            continue
        mover = entry.part is Part.MOVER
        person_id = known.id if known else cases.add_person(
            case.id, number=None, source="typed", seen={}, visitor=False, subject=True
        )  # fmt: skip
        if known is None or known.is_subject != mover:
            cases.mark_subject(case.id, person_id, mover)
        values = _values(shape, entry, changed_on)
        kept = f"row-{entry.place}" in regrouped
        values["relationship"] = (
            entry.typed.relationship if kept else entry.before or values.get("relationship", "")
        )
        cases.correct_person(case.id, person_id, values)
        apart = entry.typed.household if mover and entry.typed.household != FIRST else None
        cases.set_fact(case.id, person_id, MEMBER_OF, apart, "case", actor.staff_id)
        for name, value in _facts(shape, entry).items():
            cases.set_fact(case.id, person_id, name, value, "case", actor.staff_id)


def _values(shape: Shape, entry: Entry, changed_on: str) -> dict[str, Any]:
    typed = entry.typed
    if entry.part is not Part.MOVER or entry.place < 0:
        return {}
    if not entry.editable:
        if shape.asks is not Asks.NAMES or entry.person is None:
            return {}
        seen: Mapping[str, Any] = entry.person.seen
        return {
            "name": typed.new_name.strip() or seen.get("name", ""),
            "kana": typed.new_kana.strip() or seen.get("kana", ""),
        }
    values = {
        "name": typed.name.strip(),
        "kana": typed.kana.strip(),
        "sex": typed.sex,
        "relationship": typed.relationship,
    }
    if shape.asks is Asks.NEWBORN:
        return values | {"birth": changed_on.replace("-", ""), "birth_text": ""}
    birth = entry.birth
    return values | {"birth": birth.iso if birth else "", "birth_text": birth.text if birth else ""}


def _facts(shape: Shape, entry: Entry) -> dict[str, str | bool | int | None]:
    """What is kept of one person besides who he is."""
    mover = entry.part is Part.MOVER
    match shape.asks:
        case Asks.NEWBORN:
            weight = entry.typed.weight.strip()
            return {
                "move.parent": entry.typed.parent or None,
                "gave_birth": entry.typed.parent == "mother",
                "birth_weight": int(weight) if mover and weight else None,
            }
        case Asks.NAMES if mover and entry.person is not None:
            new, old = entry.typed.new_name.strip(), str(entry.person.seen.get("name", ""))
            return {"surname_changes": _split_name(new or old)[0] != _split_name(old)[0]}
    return {}


def _split_name(name: str) -> tuple[str, str]:
    """Surname (氏) and given name (名)."""
    surname, _, given = name.replace(" ", "　").partition("　")
    return surname, given


def name_change(entries: Sequence[Entry]) -> str:
    """What of their names changes, as the fact of the catalogue says it: surname, given, both, register_only."""
    changed = set()
    for entry in entries:
        if entry.part is Part.MOVER and entry.person is not None:
            old = _split_name(str(entry.person.seen.get("name", "")))
            new = _split_name(entry.typed.new_name.strip()) if entry.typed.new_name.strip() else old
            changed |= {
                part
                for part, before, after in zip(("surname", "given"), old, new, strict=True)
                if before != after
            }
    return "both" if len(changed) == 2 else next(iter(changed), "register_only")
