"""The fields above the grid of a notice (届出): days and places, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.case import Case, Kind
from app.domain.dates import (
    DateProblem,
    PartialDate,
    format_wareki_day,
    parse_day,
    parse_happened,
)
from app.domain.new_households import FIRST, joined_fact
from app.domain.notices import Field, Reads, Shape
from app.domain.places import Resolved
from app.operations import places
from app.operations.places import city_name

LONGEST = 200
JOIN = "join"
ORIGINS = (("other", "県外から"), ("same", "県内から"), ("abroad", "国外から"))
DESTINATIONS = (("other", "県外へ"), ("same", "県内へ"), ("abroad", "国外へ"))
HOUSEHOLDS = (("new", "新しい世帯をつくる"), ("join", "すでにある世帯に入る"))
FactTexts = dict[str, str | bool]


@dataclass(frozen=True)
class Head:
    """What stands above the grid: the facts it gives, the day the change counts from, and which of the households join
    one that is only named."""

    facts: FactTexts
    changed_on: date | None
    joins_by_name: frozenset[str] = frozenset()


def read_head(case: Case, shape: Shape, texts: Mapping[str, str], today: date, wrong: dict[str, str]) -> Head:
    """The fields as facts; what is wrong goes into ``wrong`` by field."""
    facts: FactTexts = {}
    changed = _read_changed(case, shape, texts, today, wrong, facts)
    for field in shape.fields:
        _read_field(field, texts.get(field.name, "").strip(), today, wrong, facts)
    changed = _known_day(case, changed, facts, wrong)
    notified = _notified_on(case, texts.get("notified_on", ""), changed, today, wrong)
    if changed and notified:
        _check_early(shape, texts.get("changed_on", ""), changed, notified, wrong)
        facts |= {"move.changed_on": changed.isoformat(), "move.notified_on": notified.isoformat()}
    if shape.here:
        _read_old(case, texts, wrong, facts)
    if case.kind is Kind.MOVE_OUT:
        facts["move.planned_move_out_on"] = changed.isoformat() if changed else ""
    if case.kind is Kind.BIRTH and changed:
        facts["move.born_on"] = changed.isoformat()
    by_name = read_household(case, shape, texts, changed or today, wrong, facts)
    return Head(facts, changed, frozenset({FIRST} if by_name else ()))


def read_household(
    case: Case, shape: Shape, texts: Mapping[str, str], on: date, wrong: dict[str, str], facts: FactTexts,
    key: str = FIRST,
) -> bool:  # fmt: skip
    """What each household after the event has of its own: where it is, or whom it joins; whether one only named."""
    if shape.here:
        _read_here(texts, on, wrong, facts)
    if case.kind is Kind.MOVE_OUT:
        _read_destination(texts, wrong, facts)
    return _read_joining(case, shape, texts, wrong, facts, key)


def _read_changed(
    case: Case, shape: Shape, texts: Mapping[str, str], today: date, wrong: dict[str, str], facts: FactTexts
) -> date | None:
    text, label = texts.get("changed_on", ""), shape.changed.label
    if not text.strip():
        wrong["changed_on"] = f"{label}を入力してください（例: R8.11.20、11/20）。"
        return None
    try:
        if shape.changed.reads is Reads.HAPPENED:
            happened = parse_happened(text, today=today)
            certain = happened.certain.isoformat() if happened.certain else ""
            facts |= {
                "move.died_text": text.strip(), "move.died_on": certain, "died_on": "" if certain else known_part(happened),
            }  # fmt: skip
            return happened.certain
        return parse_day(text, today=today, future=shape.changed.reads is Reads.PLAN)
    except DateProblem as problem:
        after = case.kind in {Kind.MOVE_IN, Kind.ADDRESS_CHANGE}
        wrong["changed_on"] = problem.message + ("転入・転居は、住み始めた後に届け出ます。" if after else "")
        return None


def known_part(day: PartialDate) -> str:
    """An uncertain day as facts hold it, "YYYY-MM-00" or "YYYY-00-00"; empty when nothing bounds it."""
    if day.days is None:
        return ""
    return f"{day.year or 0:04}-{day.month or 0:02}-00"


def _known_day(case: Case, changed: date | None, facts: FactTexts, wrong: dict[str, str]) -> date | None:
    """The day that deadlines and ages count from: of the death, otherwise the day on which it became known."""
    if case.kind is not Kind.DEATH:
        return changed
    known = facts.get("move.known_on")
    if changed and isinstance(known, str) and known and date.fromisoformat(known) < changed:
        wrong["known_on"] = (
            f"死亡を知った日（{format_wareki_day(date.fromisoformat(known))}）が、亡くなった日より前です。どちらかを直してください。"
        )
    if changed is None and not known and "changed_on" not in wrong:
        wrong.setdefault(
            "known_on", "亡くなった日が日まで分からないときは、死亡を知った日を入力してください。"
        )
    if changed and not known:
        facts["move.known_on"] = changed.isoformat()
    facts["move.death_known_on"] = facts.get("move.known_on", "")
    return changed or (date.fromisoformat(known) if isinstance(known, str) and known else None)


def _read_field(field: Field, text: str, today: date, wrong: dict[str, str], facts: FactTexts) -> None:
    name = f"move.{field.name}"
    facts[name] = ""
    if field.reads is Reads.CHECK:
        facts[name] = bool(text)
        return
    if field.required and not text:
        wrong[field.name] = f"{field.label}を入力してください。"
    elif len(text) > LONGEST:
        wrong[field.name] = f"{LONGEST}文字以内で入力してください。"
    elif field.reads is Reads.CHOICE and text not in {"", *dict(field.options)}:
        wrong[field.name] = f"{field.label}を選び直してください。"
    elif field.reads in {Reads.PAST, Reads.PLAN} and text:
        try:
            facts[name] = parse_day(text, today=today, future=field.reads is Reads.PLAN).isoformat()
        except DateProblem as problem:
            wrong[field.name] = problem.message
    else:
        facts[name] = text


def _notified_on(
    case: Case, text: str, changed: date | None, today: date, wrong: dict[str, str]
) -> date | None:
    """The day of the notice (届出日): today unless another is typed, never in the future.

    It is not before the change, but for one that is announced (転出).
    """
    try:
        notified = parse_day(text, today=today) if text.strip() else today
    except DateProblem as problem:
        wrong["notified_on"] = problem.message
        return None
    if changed is not None and notified < changed and case.kind is not Kind.MOVE_OUT:
        wrong["notified_on"] = (
            f"届出日（{format_wareki_day(notified)}）が異動日より前です。届出日か異動日を確かめてください。"
        )
        return None
    return notified


def _check_early(shape: Shape, text: str, changed: date, notified: date, wrong: dict[str, str]) -> None:
    earliest = changed - timedelta(days=shape.ahead)
    if notified < earliest:
        wrong["changed_on"] = (
            f"「{text.strip()}」を{format_wareki_day(changed)}と読みました。転出届は転出する日の{shape.ahead}日前から届け出られます。"
            f"{format_wareki_day(earliest)}以降に届け出るよう案内するか、日付を直してください。"
        )


def _read_here(texts: Mapping[str, str], on: date, wrong: dict[str, str], facts: FactTexts) -> None:
    """The new address in the city."""
    if not texts.get("town_text", "").strip():
        wrong["town"] = "新しい住所の町・字を選んでください。"
    if not texts.get("lot_text", "").strip():
        wrong["lot"] = "新しい住所の地番を入力してください（例: 12番地3）。"
    _check_lengths(texts, ("town_text", "lot_text", "building_text"), wrong)
    facts |= _place_facts(texts, on)


def _check_lengths(texts: Mapping[str, str], names: tuple[str, ...], wrong: dict[str, str]) -> None:
    for name in names:
        if len(texts.get(name, "")) > LONGEST:
            wrong[name.removesuffix("_text")] = f"{LONGEST}文字以内で入力してください。"


def _read_old(case: Case, texts: Mapping[str, str], wrong: dict[str, str], facts: FactTexts) -> None:
    """The address before."""
    _check_lengths(texts, ("old_address", "old_householder"), wrong)
    old = _old_place(case, texts.get("old_address", ""))
    origin = _check_origin(case, texts.get("origin", ""), old, wrong)
    facts |= {
        "move.old_address": texts.get("old_address", "").strip(),
        "move.old_code": old.code, "move.old_postal_code": old.postal_code, "move.old_country": old.country,
    }  # fmt: skip
    if "old_householder" in texts:
        facts["move.old_householder"] = texts["old_householder"].strip()
    if origin:
        facts |= {
            "move.origin": origin,
            "from_abroad": origin == places.ABROAD,
            "same_prefecture": origin == places.SAME,
        }


def _old_place(case: Case, typed: str) -> Resolved:
    """What is certain of the address before: what the notice says of it as long as its text stands."""
    text = typed.strip()
    code, postal = (case.fact(f"move.{name}", default="") for name in ("old_code", "old_postal_code"))
    if text and text == case.fact("move.old_address") and code:
        return Resolved(code=code, postal_code=postal, country=case.fact("move.old_country", default=""))
    return places.resolve(text)


def _check_origin(case: Case, chosen: str, old: Resolved, wrong: dict[str, str]) -> str:
    """Where a move-in comes from: as chosen, otherwise as the address before tells. Empty for other moves."""
    if case.kind is not Kind.MOVE_IN:
        return ""
    told = places.origin_of(old)
    if not chosen and told:
        return told
    if chosen not in dict(ORIGINS):
        wrong["origin"] = "どこからの転入かを選んでください。"
    elif told and told != chosen:
        wrong["origin"] = (
            f"転入元は「{dict(ORIGINS)[chosen]}」ですが、転入前の住所は「{dict(ORIGINS)[told]}」の住所です。"
            "どちらかを直してください。"
        )
    return chosen


def _place_facts(texts: Mapping[str, str], on: date) -> FactTexts:
    """The new address with what follows from its town, and its code."""
    typed = texts.get("town_text", "")
    town = places.find_town(texts.get("town", "").strip(), typed, on)
    name = town.name if town else typed.strip()
    lot, building = texts.get("lot_text", "").strip(), texts.get("building_text", "").strip()
    number = f"{city_name()}{name}{lot}"
    return {
        "move.town_id": town.town_id if town else "", "move.town": name, "move.lot": lot, "move.building": building,
        "move.new_address": f"{number}　{building}" if building else number,
        "move.code": places.own_code(), "move.postal_code": town.postal_code if town else "",
        "move.district": town.district if town else "", "move.elementary": town.elementary if town else "",
        "move.junior_high": town.junior_high if town else "",
        "move.lot_listed": places.is_lot(town.town_id if town else "", lot),
    }  # fmt: skip


def _read_destination(texts: Mapping[str, str], wrong: dict[str, str], facts: FactTexts) -> None:
    """Where somebody moves out to: abroad, within the prefecture or beyond, as chosen or as the address tells."""
    chosen, text = texts.get("origin", ""), texts.get("destination", "").strip()
    found = places.resolve(text)
    told = places.origin_of(found)
    if told and chosen and told != chosen and chosen in dict(DESTINATIONS):
        wrong["origin"] = (
            f"転出先は「{dict(DESTINATIONS)[chosen]}」ですが、転出先の住所は「{dict(DESTINATIONS)[told]}」の住所です。"
            "どちらかを直してください。"
        )
    where = chosen or told
    if where not in dict(DESTINATIONS) and text:
        wrong["origin"] = "どこへの転出かを選んでください。"
    if found.code and found.code == places.own_code():
        wrong["destination"] = f"「{text}」はこの市の中の住所です。市内での引っ越しは転居届です。"
    facts |= {
        "move.new_address": text, "move.code": found.code or found.country, "move.postal_code": found.postal_code,
        "move.origin": where, "to_abroad": where == places.ABROAD, "same_prefecture": where == places.SAME,
        "move.new_householder": texts.get("destination_householder", "").strip(),
    }  # fmt: skip


def _read_joining(
    case: Case, shape: Shape, texts: Mapping[str, str], wrong: dict[str, str], facts: FactTexts, key: str
) -> bool:
    """Which household those who move are in afterwards; whether it is one that was only named."""
    if not shape.joins:
        return False
    looked_up = bool(case.fact(joined_fact(key)))
    if shape.must_join:
        if not looked_up:
            wrong["q"] = "入る世帯を検索して選んでください。"
        facts["joins_household"] = True
        return False
    household = JOIN if looked_up else texts.get("household", "")
    if household not in dict(HOUSEHOLDS):
        wrong["household"] = "新しい世帯をつくるか、すでにある世帯に入るかを選んでください。"
    named = household == JOIN and not looked_up
    if named and not texts.get("householder", "").strip():
        wrong["householder"] = "入る世帯を検索して選ぶか、世帯主の氏名を入力してください。"
    facts |= {"move.household": household, "joins_household": household == JOIN}
    return named
