"""Procedures that are taken up without a move (個別の手続き, R21): picked by the visitor's wish, several at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from app.data import audit, cases, favourites
from app.domain.authority import Actor
from app.domain.case import Case, Kind, Step
from app.domain.content import ContentPack, Procedure
from app.domain.errors import Invalid
from app.domain.rules import Need, Verdict
from app.domain.validity import valid_rows
from app.operations import packs
from app.operations.cases import changing, move_on

CHOSEN = "single.procedures"
MOST = 40
MOST_FAVOURITES = 9
"""As many as there are digits."""
FAVOURITES_OF = timedelta(days=90)
WISH = "申出により受け付ける手続きです。"


@dataclass(frozen=True)
class Shelf:
    """The procedures of a section that may be picked; ``own``: the section of the counter it is picked at."""

    code: str
    title: str
    procedures: tuple[Procedure, ...]
    own: bool


def list_shelves(case: Case, actor: Actor, typed: str = "") -> tuple[Shelf, ...]:
    """What may be picked, by section, the counter's own first; only what holds each of the typed words."""
    pack = packs.of_case(case)
    counter = next((one for one in pack.counters if one.code == actor.counter), None)
    own = counter.section if counter else ""
    words = _key(typed).split()
    found: dict[str, list[Procedure]] = {}
    for procedure in sorted(_pickable(case, pack), key=lambda one: (one.order, one.code)):
        section = pack.section_by_code.get(procedure.section)
        text = _key(f"{procedure.title}　{procedure.explanation}　{section.title if section else ''}")
        if all(word in text for word in words):
            found.setdefault(procedure.section, []).append(procedure)
    sections = sorted(
        (one for one in pack.sections if one.code in found), key=lambda one: (one.code != own, one.order)
    )
    return tuple(Shelf(one.code, one.title, tuple(found[one.code]), one.code == own) for one in sections)


def list_favourites(case: Case, actor: Actor) -> tuple[Procedure, ...]:
    """What this counter takes up most often: the procedures of its last months, the commonest first."""
    known = {one.code: one for one in _pickable(case, packs.of_case(case))}
    used = favourites.list_procedures_by_use(actor.counter, case.received_on - FAVOURITES_OF, MOST_FAVOURITES)
    return tuple(known[code] for code in used if code in known)


def list_chosen(case: Case, codes: Sequence[str]) -> tuple[Procedure, ...]:
    """The picked ones among these codes."""
    return tuple(one for one in _pickable(case, packs.of_case(case)) if one.code in set(codes))


def _pickable(case: Case, pack: ContentPack) -> tuple[Procedure, ...]:
    return tuple(one for one in valid_rows(pack.procedures, case.received_on) if one.single or one.by_hand)


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def choose(
    case_id: str,
    actor: Actor,
    version: int | None,
    codes: Sequence[str],
    refresh: Callable[[str, Actor], None],
) -> None:
    """Exactly these procedures are what the visitor came for; ``refresh`` runs the rules over them, in the same
    transaction. Raises Invalid, Conflict, Stopped."""
    with changing(case_id, actor, version, Step.CONTENT) as row:
        case = cases.get_case(case_id)
        chosen = list_chosen(case, codes)
        if case.kind is not Kind.SINGLE:
            raise Invalid("この用件では個別の手続きを選べません。画面を開き直してください。")
        if not chosen or len(chosen) > MOST:
            message = (
                "手続きを1つ以上選んでください。" if not chosen else f"一度に選べるのは{MOST}件までです。"
            )
            raise Invalid(message, {"procedures": message})
        wanted = {one.code for one in chosen}
        people = [one.id for one in case.subjects]
        before = set(case.fact(CHOSEN, default=[]))
        for line in case.procedures:
            if line.code in before - wanted:
                cases.remove_procedure(case_id, line.code)
        for procedure in chosen:
            if procedure.code not in before:
                cases.add_procedure(case_id, procedure.code, WISH, procedure.legal_basis, people)
        cases.set_fact(case_id, "", CHOSEN, [one.code for one in chosen], "case", actor.staff_id)
        audit.record(
            "case.content_saved",
            actor=actor,
            case_id=case_id,
            detail={"kind": case.kind, "procedures": sorted(wanted)},
        )
        refresh(case_id, actor)
        move_on(row, Step.CONTENT)


def scoped(case: Case, pack: ContentPack) -> ContentPack:
    """The pack that a case is judged and asked by: for single procedures only those that were picked."""
    if case.kind is not Kind.SINGLE:
        return pack
    chosen = set(case.fact(CHOSEN, default=[]))
    return replace(pack, procedures=tuple(one for one in pack.procedures if one.code in chosen))


def note_verdicts(case: Case, pack: ContentPack, verdicts: Sequence[Verdict]) -> None:
    """Say beside each picked procedure whom the rules need it for and why, or that they do not. Only inside a transaction.

    It stays on the list: the wish decides. A procedure without rules for it keeps the words of the wish.
    """
    rows = {rule.procedure for rule in pack.rules if Kind.SINGLE in rule.events}
    for code in case.fact(CHOSEN, default=[]):
        if code not in rows:
            continue
        own = [one for one in verdicts if one.procedure == code]
        needed = [one for one in own if one.value is Need.NEEDED]
        line = cases.get_procedure(case.id, code)
        if needed:
            line.staff_reason = "\n".join(dict.fromkeys(one.reason for one in needed))
            line.people = (
                list(dict.fromkeys(person for one in needed for person in one.people)) or line.people
            )
        elif own and all(one.value is Need.NOT_NEEDED for one in own):
            line.staff_reason = f"{WISH}要否の判定：{own[0].reason}"
        else:
            line.staff_reason = WISH
