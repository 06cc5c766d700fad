"""The household before and after an event (異動前後の世帯): who goes, who stays, who is there already, and householders.

Everything here is computed from a case and its kind; nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.case import Case, CasePerson, Kind
from app.domain.examples import membership
from app.domain.household_derivations import HOUSEHOLDER
from app.domain.new_households import FIRST, joined_of

HOUSEHOLDS = "move.households"
"""The fact of a case that holds the numbers of the households it is about, as they are before."""


class Part(StrEnum):
    """What somebody has to do with the event."""

    MOVER = "mover"
    STAYS = "stays"
    JOINED = "joined"


class Effect(StrEnum):
    """What the event does to the household of those it is about."""

    LEAVES = "leaves"
    """They are in no household of the city afterwards (転出、死亡)."""
    SPLITS = "splits"
    """They are a household of their own afterwards, or join another (転入、転居、世帯分離・合併・構成変更)."""
    TOGETHER = "together"
    """They are in the same household as the others (世帯主変更、出生、婚姻、離婚、氏名変更、個別の手続き)."""


_EFFECTS = {
    Kind.MOVE_OUT: Effect.LEAVES,
    Kind.DEATH: Effect.LEAVES,
    Kind.MOVE_IN: Effect.SPLITS,
    Kind.ADDRESS_CHANGE: Effect.SPLITS,
    Kind.HOUSEHOLD_SEPARATION: Effect.SPLITS,
    Kind.HOUSEHOLD_MERGER: Effect.SPLITS,
    Kind.HOUSEHOLD_COMPOSITION: Effect.SPLITS,
}


def effect_of(kind: Kind | None) -> Effect:
    """What an event of the kind does to a household."""
    return _EFFECTS.get(kind, Effect.TOGETHER) if kind is not None else Effect.TOGETHER


def part_of(case: Case, person: CasePerson) -> Part | None:
    """The part of a person of the case; None for a visitor who only brings the notice."""
    if person.is_subject:
        return Part.MOVER
    number = person.value("household_number")
    if number and number in joined_of(case).values():
        return Part.JOINED
    return Part.STAYS if number and number in case.fact(HOUSEHOLDS, default=[]) else None


def people_of(case: Case) -> tuple[tuple[CasePerson, Part], ...]:
    """Everybody of the household before or after, those the event is about first."""
    found = [(person, part) for person in case.persons if (part := part_of(case, person)) is not None]
    order = list(Part)
    return tuple(sorted(found, key=lambda one: (order.index(one[1]), one[0].position)))


def before_and_after(kind: Kind | None, part: Part) -> tuple[bool, bool]:
    """Whether somebody with this part is in the household before, and in the one after."""
    return membership(kind or "", part is Part.MOVER) if part is not Part.JOINED else (False, True)


@dataclass(frozen=True)
class Member:
    """Somebody in a household after the event; ``before`` is the relationship the register has, ``now`` the one entered.

    ``home`` is the number of his household before, ``household`` which of the new ones he is in.
    """

    id: str
    name: str
    part: Part
    home: str
    sex: str = ""
    birth: str = ""
    before: str = ""
    now: str = ""
    household: str = FIRST


def groups_after(kind: Kind | None, members: Iterable[Member]) -> tuple[tuple[Member, ...], ...]:
    """The households there are afterwards: each needs exactly one householder. Nobody who leaves the city is in one."""
    effect = effect_of(kind)
    groups: dict[tuple[str, str], list[Member]] = {}
    for member in members:
        if member.part is Part.MOVER and effect is Effect.LEAVES:
            continue
        together = effect is Effect.SPLITS and member.part is not Part.STAYS
        key = ("after", member.household) if together else ("before", member.home)
        groups.setdefault(key, []).append(member)
    return tuple(tuple(found) for found in groups.values())


def householder_problem(group: Sequence[Member]) -> str:
    """What is wrong with the householders (世帯主) of a household; empty when there is exactly one."""
    heads = [member for member in group if member.now == HOUSEHOLDER]
    if len(heads) == 1:
        return ""
    names = "、".join(f"{member.name}さん" for member in group)
    read = f"{len(heads)}人（{'、'.join(one.name for one in heads)}）" if heads else "いません"
    return f"世帯主は1人だけ選んでください。{names}の世帯の世帯主は、いま{read}です。"


def arranged(group: Sequence[Member]) -> dict[str, str]:
    """Relationships of a household whose householder changes, by id: to the new one, as far as the old ones tell.

    Whoever is newly entered as householder becomes it; where nobody is, the one who most likely does. What cannot be
    told is empty and has to be chosen.
    """
    head = _new_head(group)
    return {one.id: _related(one, head, group) for one in group} if head else {}


def _new_head(group: Sequence[Member]) -> Member | None:
    heads = [one for one in group if one.now == HOUSEHOLDER]
    new = [one for one in heads if one.before != HOUSEHOLDER] or heads
    if new:
        return new[0]
    spouse = next((one for one in group if one.before in _SPOUSES), None)
    eldest = min(group, key=lambda one: one.birth or "9999", default=None)
    child = min((one for one in group if one.before in _CHILDREN), key=lambda one: one.birth, default=None)
    return spouse or child or eldest


_SPOUSES = frozenset({"夫", "妻", "夫（未届）", "妻（未届）"})
_CHILDREN = frozenset(
    {"子", *(f"{order}{sex}" for order in ("長", "二", "三", "四", "五") for sex in ("男", "女"))}
)
_PARENTS = frozenset({"父", "母"})
_SIBLINGS = frozenset({"兄", "弟", "姉", "妹"})
_MAN = "1"
_SEXED: Mapping[str, tuple[str, str]] = {"spouse": ("夫", "妻"), "parent": ("父", "母")}


def _related(one: Member, head: Member, group: Sequence[Member]) -> str:
    if one.id == head.id:
        return HOUSEHOLDER
    if head.before == HOUSEHOLDER:
        return one.before
    own, of_head = _role(one.before), _role(head.before)
    if of_head == "spouse":
        return _to_spouse(one, own, head)
    if of_head == "child":
        return _to_child(one, own, head, group)
    if of_head == "parent":
        return _to_parent(one, own)
    return ""


def _role(term: str) -> str:
    names = {HOUSEHOLDER: "head", "子の子": "grandchild", "子の妻": "in_law", "子の夫": "in_law"}
    sets = {"spouse": _SPOUSES, "child": _CHILDREN, "parent": _PARENTS, "sibling": _SIBLINGS}
    return names.get(term) or next((role for role, terms in sets.items() if term in terms), "")


def _sexed(kind: str, one: Member) -> str:
    return "" if not one.sex else _SEXED[kind][0 if one.sex == _MAN else 1]


def _to_spouse(one: Member, own: str, head: Member) -> str:
    match own:
        case "head":
            return _sexed("spouse", one)
        case "child" | "grandchild" | "in_law":
            return one.before
        case "parent":
            return f"{'妻' if head.sex == _MAN else '夫'}の{one.before}" if head.sex else ""
    return one.before.partition("の")[2] if one.before in {"夫の父", "夫の母", "妻の父", "妻の母"} else ""


def _to_child(one: Member, own: str, head: Member, group: Sequence[Member]) -> str:
    only_child = sum(member.before in _CHILDREN for member in group) == 1
    match own:
        case "head" | "spouse":
            return _sexed("parent", one)
        case "child":
            return _sibling(one, head)
        case "in_law":
            return ("夫" if one.before == "子の夫" else "妻") if only_child else ""
        case "grandchild":
            return "子" if only_child else ""
    return ""


def _sibling(one: Member, head: Member) -> str:
    if not (one.sex and one.birth and head.birth) or one.birth == head.birth:
        return ""
    older = one.birth < head.birth
    return ("兄" if older else "弟") if one.sex == _MAN else ("姉" if older else "妹")


def _to_parent(one: Member, own: str) -> str:
    match own:
        case "head" | "sibling":
            return "子"
        case "spouse":
            return f"子の{one.before}" if one.before in {"夫", "妻"} else ""
        case "child":
            return "子の子"
        case "parent":
            return _sexed("spouse", one)
    return ""
