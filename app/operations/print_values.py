"""What the forms of a case print: a flat mapping of print keys, built from the case and never from the register.

An address that was withheld when the person was chosen is not in the case, so no form can print it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from app.domain.authority import Actor
from app.domain.case import (
    CHANNEL_LABELS,
    Case,
    CasePerson,
    Kind,
)
from app.domain.certificate_lines import contents_in_words
from app.domain.content import ContentPack
from app.domain.dates import wareki_parts
from app.domain.facts import FactSet
from app.domain.households import Effect, Part, effect_of, part_of, people_of
from app.domain.interview import printed_answers, printed_facts
from app.domain.new_households import FIRST, fact_of_household, household_of
from app.domain.notices import LATE_REASON
from app.domain.requester_details import Asks, in_words
from app.operations.certificates import (
    PAPERS,
    PURPOSE,
    RECIPIENT,
    answer_for,
    total_fee,
)
from app.operations.corporations import DETAILS
from app.operations.exemptions import exemption_of_line
from app.operations.procedure_list import ListedProcedure

SEXES = {"1": "男", "2": "女"}
HOUSEHOLDER = "世帯主"
HOUSEHOLD_KINDS = frozenset(
    {
        Kind.HOUSEHOLD_SEPARATION,
        Kind.HOUSEHOLD_MERGER,
        Kind.HOUSEHOLD_COMPOSITION,
        Kind.HOUSEHOLDER_CHANGE,
    }
)
"""Nobody moves house: the address stays what it was."""
_MOVES = HOUSEHOLD_KINDS | {Kind.MOVE_IN, Kind.MOVE_OUT, Kind.ADDRESS_CHANGE}
"""Of any other kind there is no earlier address to name."""
_LEFT = frozenset({Kind.MOVE_OUT, Kind.ADDRESS_CHANGE})


def common_values(case: Case, pack: ContentPack, actor: Actor, city: str) -> dict[str, Any]:
    """Keys that every form of the case shares."""
    values: dict[str, Any] = {
        "city.name": city, "case.number": case.number, "case.received_on": case.received_on,
        "case.counter": actor.counter_name, "case.staff": actor.name, "case.channel": CHANNEL_LABELS[case.channel],
        "members": [notified_row(case, person) for person in changed_persons(case)],
    }  # fmt: skip
    values |= _visitor(case, pack)
    values |= _move(case)
    values |= who("householder", case, householder(case))
    values |= who("applicant", case, applicant(case, pack))
    return values


def subject_values(case: Case, person: CasePerson) -> dict[str, Any]:
    """The person a form is for."""
    row, head = person_row(person), householder(case, household_of(case, person))
    address = _address_after(case, person)
    lives = _with_whom(case, person)
    postal_code = (
        lives.value("postal_code") if address == lives.address else _of_his(case, person, "move.postal_code")
    )
    row |= {"address": address, "postal_code": postal_code}
    return {f"subject.{name}": value for name, value in row.items() if name != "moves"} | {
        "subject.number": person.number or "",
        "subject.householder": head.name if head else "",
        "subject.phone": person.value("phone"),
    }


def answer_values(pack: ContentPack, facts: FactSet, person: CasePerson | None) -> dict[str, Any]:
    """The answers and facts about the case and about the person a form is for; never those about another person."""
    known = {one.id for one in facts.people}
    own = person.id if person is not None and person.id in known else None
    answers, others = printed_answers(pack, facts, own), printed_facts(pack, facts, own)
    return {f"answers.{question}": value for question, value in answers.items()} | {
        f"facts.{fact}": value for fact, value in others.items()
    }


def householder(case: Case, key: str = FIRST) -> CasePerson | None:
    """The householder (世帯主) of those the case is about, after the event; of a household that loses its own, the new one.

    ``key`` names the household where the event leads to several.
    """
    heads = {
        part: person
        for person, part in reversed(people_of(case))
        if person.value("relationship") == HOUSEHOLDER
        and (part is Part.STAYS or household_of(case, person) == key)
    }
    if effect_of(case.kind) is Effect.SPLITS:
        order = (Part.MOVER, Part.JOINED)
    elif case.kind is Kind.DEATH:
        order = (Part.STAYS, Part.MOVER)
    else:
        order = (Part.MOVER, Part.STAYS)
    return next((heads[part] for part in order if part in heads), None)


def changed_persons(case: Case, key: str = "") -> tuple[CasePerson, ...]:
    """Whom a notice of a move names: those who move, and those whose relationship changes because of it.

    With ``key`` only those of one of the households after it; who stays behind stands on the notice of the first.
    """
    others = [
        person
        for person, part in people_of(case)
        if part is not Part.MOVER and person.value("relationship") != person.seen.get("relationship", "")
    ]
    named = (*case.subjects, *others)
    return named if not key else tuple(one for one in named if household_of(case, one) == key)


def household_values(case: Case, key: str) -> dict[str, Any]:
    """The keys that differ between the households after the event: who is in it, where it is, and who leads it (R19)."""
    people = changed_persons(case, key)
    values: dict[str, Any] = {"members": [notified_row(case, person) for person in people]}
    for name in ("new_address", "new_householder"):
        values[f"move.{name}"] = fact_of_household(case, key, f"move.{name}")
    values |= who("householder", case, householder(case, key))
    mover = next((one for one in people if one.is_subject), None)
    home = mover.value("household_number") if mover else ""
    if home and mover is not None and case.kind is not Kind.MOVE_IN:
        before = [
            one
            for one, part in people_of(case)
            if one.value("household_number") == home and part is not Part.JOINED
        ]
        heads = [one.name for one in before if one.seen.get("relationship") == HOUSEHOLDER]
        values |= {"move.old_address": mover.address, "move.old_householder": next(iter(heads), "")}
        if case.kind in _LEFT:
            values["move.left_address"] = mover.address
    if case.kind in HOUSEHOLD_KINDS and mover is not None:
        values["move.new_address"] = mover.address
    return values


def applicant(case: Case, pack: ContentPack) -> CasePerson | None:
    """The visitor, if he may be the one who applies; an agent only carries the form, and its box is left for the pen."""
    visitor = case.visitor
    return visitor if visitor and (visitor.is_subject or not _acts_for_other(case, pack)) else None


def _acts_for_other(case: Case, pack: ContentPack) -> bool:
    relation = case.fact("identity.relation", default="self")
    return any(one.acts_for_other for one in pack.relations if one.code == relation)


def person_row(person: CasePerson) -> dict[str, Any]:
    return {
        "name": person.name, "kana": person.value("kana"), "birth": person.birth,
        "sex": SEXES.get(person.value("sex"), ""), "relationship": person.value("relationship"),
        "domicile": person.value("domicile"), "register_head": person.value("register_head"), "nationality": person.value("nationality"),
        "number": person.number or "", "moves": person.is_subject, "address": person.address,
    }  # fmt: skip


def notified_row(case: Case, person: CasePerson) -> dict[str, Any]:
    """A row of a notice of a move; of one who does not move it is said, for only his relationship changes."""
    row, part = person_row(person), part_of(case, person)
    if part is not None and part in _BESIDE:
        row["relationship"] = f"{row['relationship']}\n{_BESIDE[part]}"
    return row


_BESIDE = {Part.STAYS: "（残る方）", Part.JOINED: "（入る世帯の方）"}


def certificate_values(case: Case, pack: ContentPack, lines: Collection[str]) -> dict[str, Any]:
    """The lines of a certificate request with these ids, how each fee comes about, and their total (R36)."""
    every = zip(case.certificates, total_fee(case, pack).lines, strict=True)
    asked = [(line, cost) for line, cost in every if line.id in lines]
    rows = []
    for line, cost in asked:
        words = contents_in_words(
            pack,
            line,
            case.received_on,
            case.channel.counts_as,
            {year: year_text(year) for year in line.years},
        )
        words += ["番号入りのため本人の住所へ郵送"] if answer_for(case, pack, line).mailed else []
        person = case.person(line.subject)
        rows.append(
            {
                "title": pack.certificate_by_code[line.kind].title, "person": person.name if person else "",
                "contents": "・".join(words), "copies": line.copies, "unit_fee": cost.unit, "fee": cost.amount,
                "fee_words": cost.words if "＝" in cost.words else "", "exemption": cost.reason,
                "evidence": exempt.evidence if (exempt := exemption_of_line(case, pack, line)) else "",
            }
        )  # fmt: skip
    return {
        "certificates": rows, "certificates.copies": sum(cost.copies for _line, cost in asked),
        "certificates.total": sum(cost.amount for _line, cost in asked),
        "certificates.purpose": case.fact(PURPOSE, default=""),
        "certificates.recipient": case.fact(RECIPIENT, default=""),
    }  # fmt: skip


def year_text(year: int) -> str:
    """A fiscal year by era: 令和8年度."""
    era, number, _month, _day = wareki_parts(date(year, 4, 1))
    return f"{era}{'元' if number == 1 else number}年度"


def targets(case: Case, item: ListedProcedure) -> tuple[CasePerson, ...]:
    """The persons a procedure concerns; everybody in the case when it names none."""
    people = tuple(person for person in case.persons if person.id in item.line.people)
    return people or case.subjects


def _titles(pack: ContentPack, papers: list[str]) -> str:
    """Proof papers (権限を確認する書類) by name, in the order of the catalogue."""
    return "・".join(one.title for one in pack.proof_papers if one.code in papers)


def _visitor(case: Case, pack: ContentPack) -> dict[str, Any]:
    visitor = case.visitor
    if visitor is None:
        return {}
    codes = case.fact("identity.documents", default=[])
    documents = "・".join(one.title for one in pack.identity_documents if one.code in codes)
    relation = case.fact("identity.relation", default="self")
    titles = {one.code: one.title for one in pack.relations}
    asks = next((one.asks for one in pack.relations if one.code == relation), Asks.NOTHING)
    details = case.fact(DETAILS, default={})
    words = in_words(asks, details)
    seen = _titles(pack, [*case.fact("identity.papers", default=[]), *case.fact(PAPERS, default=[])])
    if words and asks in {Asks.MANDATE, Asks.LEGAL, Asks.OFFICE}:
        # What they show is said beside the paper; a corporation or an office has a box of its own.
        seen = f"{seen}（{words}）"
    address = _address_after(case, visitor)
    stays = address == visitor.address
    values = {
        "visitor.name": visitor.name, "visitor.kana": visitor.value("kana"), "visitor.birth": visitor.birth, "visitor.address": address,
        "visitor.postal_code": visitor.value("postal_code") if stays else _of_his(case, visitor, "move.postal_code"),
        "visitor.phone": visitor.value("phone"), "visitor.relation": titles.get(relation, ""),
        "visitor.documents": documents, "visitor.papers": seen, "requester.words": words,
        **{f"requester.{name}": details.get(name, "") for name in ("name", "address", "representative")},
    }  # fmt: skip
    if _acts_for_other(case, pack):
        values |= {"proxy.name": visitor.name, "proxy.address": visitor.address, "proxy.authority": seen}
    return values


def _move(case: Case) -> dict[str, Any]:
    moves = case.kind not in {None, Kind.CERTIFICATE, Kind.SINGLE}
    values: dict[str, Any] = {"move.kind": case.kind.value if case.kind and moves else ""}
    for name in ("changed_on", "notified_on"):
        text = case.fact(f"move.{name}")
        values[f"move.{name}"] = date.fromisoformat(text) if text else None
    for name in ("old_address", "new_address", "old_householder", "new_householder", LATE_REASON):
        values[f"move.{name}"] = case.fact(f"move.{name}", default="")
    if not values["move.old_address"] and case.subjects and case.kind in _MOVES:
        values["move.old_address"] = case.subjects[0].address
    if case.kind in HOUSEHOLD_KINDS:
        values["move.new_address"] = values["move.old_address"]
    values["move.left_address"] = values["move.old_address"] if case.kind in _LEFT else ""
    return values


def who(group: str, case: Case, person: CasePerson | None) -> dict[str, Any]:
    """The keys of a group that says who somebody is: the householder, the applicant, who came in the subject's place."""
    if person is None:
        return {}
    return {
        f"{group}.name": person.name, f"{group}.kana": person.value("kana"), f"{group}.birth": person.birth,
        f"{group}.address": _address_after(case, person), f"{group}.phone": person.value("phone"),
    }  # fmt: skip


def _address_after(case: Case, person: CasePerson) -> str:
    after = _of_his(case, person, "move.new_address")
    return after if after and person.is_subject else _with_whom(case, person).address


def _of_his(case: Case, person: CasePerson, name: str) -> str:
    """A fact of the household he is in after the event."""
    return str(fact_of_household(case, household_of(case, person), name))


def _with_whom(case: Case, person: CasePerson) -> CasePerson:
    """Whose address is his: his own, a newborn's that of the household he was born into, of his mother before others."""
    if case.kind is not Kind.BIRTH or not person.is_subject:
        return person
    members = [one for one, part in people_of(case) if part is Part.STAYS]
    mother = [one for one in members if case.fact("move.parent", one.id) == "mother"]
    return next(iter(mother or members), person)
