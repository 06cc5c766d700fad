"""Derived facts about a person's other facts and about the household: any, all, none, how many, who is householder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.domain.conditions import either
from app.domain.content import FactType, Subject
from app.domain.derivation import MOVES, RELATIONSHIP, Scope, Table, derivation, text_arg
from app.domain.facts import IN_AFTER, IN_BEFORE, Span, Value

HOUSEHOLDER = "世帯主"

HOUSEHOLDS: Table = {}


@derivation(
    HOUSEHOLDS,
    "text_in",
    Subject.PERSON,
    FactType.YES_NO,
    ("fact", "text+"),
    (),
    "文字の項目がいずれかと同じである",
)
def _derive_text_in(scope: Scope) -> Value:
    value = scope.get(text_arg(scope, 0))
    return None if value is None else value in scope.args[1:]


@derivation(
    HOUSEHOLDS,
    "either_text_in",
    Subject.PERSON,
    FactType.YES_NO,
    ("fact", "fact", "text+"),
    (),
    "文字の項目（第1引数）がいずれかと同じである。書かれていないときは、代わりの項目（第2引数）で見る",
)
def _derive_either_text_in(scope: Scope) -> Value:
    special = scope.peek(text_arg(scope, 0))
    value = scope.get(text_arg(scope, 1)) if special is None else special
    return None if value is None else value in scope.args[2:]


@derivation(
    HOUSEHOLDS,
    "unless_no",
    Subject.PERSON,
    FactType.YES_NO,
    ("fact",),
    (),
    "項目が「いいえ」と書かれていないかぎり「はい」である",
)
def _derive_unless_no(scope: Scope) -> Value:
    return scope.peek(text_arg(scope, 0)) is not False


@derivation(
    HOUSEHOLDS, "all_of", Subject.PERSON, FactType.YES_NO, ("fact+",), (), "すべての項目が「はい」である"
)
def _derive_all_of(scope: Scope) -> Value:
    return _negated(_any(_negated(scope.get(str(fact))) for fact in scope.args))


@derivation(
    HOUSEHOLDS, "none_of", Subject.PERSON, FactType.YES_NO, ("fact+",), (), "どの項目も「はい」ではない"
)
def _derive_none_of(scope: Scope) -> Value:
    return _negated(_any(scope.get(str(fact)) for fact in scope.args))


def _negated(value: Value) -> bool | None:
    return not value if isinstance(value, bool) else None


@derivation(
    HOUSEHOLDS, "any_of", Subject.PERSON, FactType.YES_NO, ("fact+",), (), "いずれかの項目が「はい」である"
)
def _derive_any_of(scope: Scope) -> Value:
    return _any(scope.get(str(fact)) for fact in scope.args)


def _any(values: Iterable[Value]) -> bool | None:
    """Kleene's or over values, stopping at the first true one."""
    result: bool | None = False
    for value in values:
        result = either(result, value if isinstance(value, bool) else None)
        if result:
            return True
    return result


def list_movers(scope: Scope) -> Iterator[tuple[str, Value]]:
    """Everyone who moves or may move, with whether he does."""
    for person in scope.people:
        moves = scope.get(MOVES, person)
        if moves is not False:
            yield person, moves


def _holds_for(scope: Scope, people: Iterable[tuple[str, Value]], fact: str) -> Iterator[bool | None]:
    """For each person who counts: whether the fact holds; unknown too where it is unknown whether he counts."""
    for person, counts in people:
        value = scope.get(fact, person)
        if value is False:
            yield False
        else:
            yield True if value is True and counts is True else None


def _members(scope: Scope, when: str) -> list[tuple[str, Value]]:
    return [(person, True) for person in scope.people if scope.get(when, person)]


@derivation(
    HOUSEHOLDS,
    "any_mover",
    Subject.CASE,
    FactType.YES_NO,
    ("fact",),
    (MOVES,),
    "異動する方のだれかが当てはまる",
)
def _derive_any_mover(scope: Scope) -> Value:
    return _any(_holds_for(scope, list_movers(scope), text_arg(scope, 0)))


@derivation(
    HOUSEHOLDS,
    "any_member",
    Subject.CASE,
    FactType.YES_NO,
    ("fact",),
    (IN_AFTER,),
    "異動後の世帯のだれかが当てはまる",
)
def _derive_any_member(scope: Scope) -> Value:
    return _any(_holds_for(scope, _members(scope, IN_AFTER), text_arg(scope, 0)))


@derivation(
    HOUSEHOLDS,
    "any_before",
    Subject.CASE,
    FactType.YES_NO,
    ("fact",),
    (IN_BEFORE,),
    "異動前の世帯のだれかが当てはまる",
)
def _derive_any_before(scope: Scope) -> Value:
    return _any(_holds_for(scope, _members(scope, IN_BEFORE), text_arg(scope, 0)))


@derivation(
    HOUSEHOLDS,
    "count_movers",
    Subject.CASE,
    FactType.NUMBER,
    ("fact",),
    (MOVES,),
    "異動する方のうち当てはまる人数",
)
def _derive_count_movers(scope: Scope) -> Value:
    return _count(_holds_for(scope, list_movers(scope), text_arg(scope, 0)))


@derivation(
    HOUSEHOLDS,
    "count_members",
    Subject.CASE,
    FactType.NUMBER,
    ("fact",),
    (IN_AFTER,),
    "異動後の世帯で当てはまる人数",
)
def _derive_count_members(scope: Scope) -> Value:
    return _count(_holds_for(scope, _members(scope, IN_AFTER), text_arg(scope, 0)))


@derivation(
    HOUSEHOLDS,
    "count_before",
    Subject.CASE,
    FactType.NUMBER,
    ("fact",),
    (IN_BEFORE,),
    "異動前の世帯で当てはまる人数",
)
def _derive_count_before(scope: Scope) -> Value:
    return _count(_holds_for(scope, _members(scope, IN_BEFORE), text_arg(scope, 0)))


def _count(values: Iterable[bool | None]) -> int | Span:
    known = list(values)
    certain, open_ = known.count(True), known.count(None)
    return Span(certain, certain + open_) if open_ else certain


@derivation(
    HOUSEHOLDS,
    "householder_moves",
    Subject.CASE,
    FactType.YES_NO,
    ("fact",),
    (MOVES, IN_BEFORE),
    "異動前の世帯の世帯主（第1引数）が異動する（世帯主が残るとき、受付に含まれないときは「いいえ」）",
)
def _derive_householder_moves(scope: Scope) -> Value:
    """A household has one householder: where he stays, a mover who is called one is that of his new household."""
    goes, unsure = False, False
    for person, _ in _members(scope, IN_BEFORE):
        was = scope.get(text_arg(scope, 0), person)
        moves = scope.get(MOVES, person) if was is not False else False
        if was is True and moves is False:
            return False
        goes = goes or (was is True and moves is True)
        unsure = unsure or (was is not False and (was is None or moves is None))
    return None if unsure else goes


@derivation(
    HOUSEHOLDS,
    "householder_or",
    Subject.CASE,
    FactType.YES_NO,
    ("fact", "fact"),
    (RELATIONSHIP, IN_AFTER),
    "異動後の世帯主が当てはまる（第1引数）。世帯主が受付に含まれないときは、聞いた答え（第2引数）",
)
def _derive_householder_or(scope: Scope) -> Value:
    head = _householder(scope)
    if head is None:
        return None
    return scope.get(text_arg(scope, 0), head) if head else scope.get(text_arg(scope, 1))


def _householder(scope: Scope) -> str | None:
    """The id of the householder after the change, empty when nobody in the case is, None when that is unknown."""
    unsure = False
    for person, _ in _members(scope, IN_AFTER):
        relationship = scope.get(RELATIONSHIP, person)
        if relationship == HOUSEHOLDER:
            return person
        unsure = unsure or relationship is None
    return None if unsure else ""


@derivation(
    HOUSEHOLDS,
    "parents_together",
    Subject.PERSON,
    FactType.YES_NO,
    (),
    (RELATIONSHIP, IN_AFTER),
    "子の父母が夫婦として異動後の世帯にいると続柄から分かる（分からないときは「いいえ」）",
)
def _derive_parents_together(scope: Scope) -> Value:
    return _parents_together(scope, IN_AFTER)


@derivation(
    HOUSEHOLDS,
    "parents_together_before",
    Subject.PERSON,
    FactType.YES_NO,
    (),
    (RELATIONSHIP, IN_BEFORE),
    "子の父母が夫婦として異動前の世帯にいたと続柄から分かる（分からないときは「いいえ」）",
)
def _derive_parents_together_before(scope: Scope) -> Value:
    return _parents_together(scope, IN_BEFORE)


def _parents_together(scope: Scope, when: str) -> bool | None:
    """Relationships tell of one parent (世帯主 of a 子, 子 of a 子の子) and his spouse; a householder outside the case stays."""
    own = scope.get(RELATIONSHIP)
    if not isinstance(own, str):
        return None
    family = next((one for one in _FAMILIES if own in one[0]), None)
    if family is None:
        return False
    _, parents, spouses = family
    there = {person for person, _ in _members(scope, when) if person != scope.person}
    others = [(scope.get(RELATIONSHIP, person), person in there) for person in scope.people]
    if any(other in parents for other, _ in others) and not any(
        other in parents and present for other, present in others
    ):
        return False
    return _any(None if other is None else other in spouses for other, present in others if present)


CHILD_TERMS = ("子", "長男", "二男", "三男", "四男", "長女", "二女", "三女", "四女")
GRANDCHILD_TERMS = ("子の子",)
_FAMILIES = (
    (CHILD_TERMS, (HOUSEHOLDER,), ("夫", "妻", "夫（未届）", "妻（未届）")),
    (GRANDCHILD_TERMS, CHILD_TERMS, ("子の夫", "子の妻", "子の夫（未届）", "子の妻（未届）")),
)
"""Terms of children with those of the one parent whom the household hangs together by and of that parent's spouse."""
