"""Derived facts that put a coarse question before fine ones: the fine one is read only when the coarse one left it open."""

from __future__ import annotations

from app.domain.content import FactType, Subject
from app.domain.derivation import MOVES, Scope, Table, derivation
from app.domain.facts import Value
from app.domain.household_derivations import list_movers

QUESTIONS: Table = {}


@derivation(
    QUESTIONS,
    "gated",
    Subject.PERSON,
    FactType.YES_NO,
    ("fact", "fact", "fact"),
    (MOVES,),
    "世帯全体への質問（第1引数）を先に聞き、「はい」のときだけ、当てはまりうる人（第3引数）一人ずつに聞く（第2引数）",
)
def _derive_gated(scope: Scope) -> Value:
    gate, own, eligible = (str(fact) for fact in scope.args)
    known = scope.peek(own)
    if known is not None:
        return known
    if scope.get(eligible) is False:
        return False
    opened = scope.get(gate)
    if opened is False:
        return False
    if opened is None and not scope.is_given_up(gate):
        return None
    if opened is True and _is_only_one(scope, eligible):
        return True
    return scope.get(own)


def _is_only_one(scope: Scope, eligible: str) -> bool:
    """Whether this person is certainly the only mover it can be, so that the household's yes is his."""
    who = [person for person, _ in list_movers(scope) if scope.peek(eligible, person) is not False]
    return who == [scope.person]


@derivation(
    QUESTIONS,
    "if_yes",
    Subject.CASE,
    FactType.YES_NO,
    ("fact", "fact"),
    (),
    "まとめの質問（第1引数）が「はい」のときだけ聞く質問（第2引数）",
)
def _derive_if_yes(scope: Scope) -> Value:
    outer, inner = (str(fact) for fact in scope.args)
    known = scope.peek(inner)
    if known is not None:
        return known
    opened = scope.get(outer)
    if opened is False:
        return False
    if opened is None and not scope.is_given_up(outer):
        return None
    return scope.get(inner)


@derivation(
    QUESTIONS,
    "gated_choice",
    Subject.PERSON,
    FactType.CHOICE,
    ("fact", "fact", "fact", "text"),
    (),
    "世帯全体への質問（第1引数）が「はい」のときだけ、当てはまりうる人（第3引数）に聞く選択（第2引数）。ほかは第4引数",
)
def _derive_gated_choice(scope: Scope) -> Value:
    gate, own, eligible, otherwise = (str(arg) for arg in scope.args)
    known = scope.peek(own)
    if known is not None:
        return known
    if scope.get(eligible) is False:
        return otherwise
    opened = scope.get(gate)
    if opened is False:
        return otherwise
    if opened is None and not scope.is_given_up(gate):
        return None
    return scope.get(own)


@derivation(
    QUESTIONS,
    "shared_yes_no",
    Subject.PERSON,
    FactType.YES_NO,
    ("fact", "fact", "text", "text"),
    (),
    "世帯全体への質問（第1引数）が第3引数なら全員「はい」、第4引数なら全員「いいえ」、ほかは一人ずつ聞く（第2引数）",
)
def _derive_shared_yes_no(scope: Scope) -> Value:
    common, own, everyone, nobody = (str(arg) for arg in scope.args)
    known = scope.peek(own)
    if known is not None:
        return known
    answer = scope.get(common)
    if answer in {everyone, nobody}:
        return answer == everyone
    if answer is None and not scope.is_given_up(common):
        return None
    return scope.get(own)


@derivation(
    QUESTIONS,
    "shared",
    Subject.PERSON,
    FactType.CHOICE,
    ("fact", "fact", "text"),
    (),
    "世帯全体への質問（第1引数）の答えを全員に当てはめ、それが第3引数（人により違う）のときだけ一人ずつ聞く（第2引数）",
)
def _derive_shared(scope: Scope) -> Value:
    common, own, differs = (str(arg) for arg in scope.args)
    known = scope.peek(own)
    if known is not None:
        return known
    answer = scope.get(common)
    if answer is not None and answer != differs:
        return answer
    if answer is None and not scope.is_given_up(common):
        return None
    return scope.get(own)


@derivation(
    QUESTIONS,
    "known_or",
    Subject.CASE,
    FactType.YES_NO,
    ("fact", "fact"),
    (),
    "データで分かればその値（第1引数）、分からなければ聞いた答え（第2引数）",
)
def _derive_known_or(scope: Scope) -> Value:
    data, asked = (str(fact) for fact in scope.args)
    known = scope.peek(data)
    return scope.get(asked) if known is None else known


@derivation(
    QUESTIONS,
    "possible_and",
    Subject.CASE,
    FactType.YES_NO,
    ("fact", "fact"),
    (),
    "ありえないと分かれば「いいえ」（第1引数）、ほかは聞いた答え（第2引数）",
)
def _derive_possible_and(scope: Scope) -> Value:
    possible, asked = (str(fact) for fact in scope.args)
    return False if scope.peek(possible) is False else scope.get(asked)


@derivation(
    QUESTIONS,
    "choice_if",
    Subject.CASE,
    FactType.CHOICE,
    ("fact", "text", "fact"),
    (),
    "データで「はい」と分かれば（第1引数）その選択（第2引数）、ほかは聞いた答え（第3引数）",
)
def _derive_choice_if(scope: Scope) -> Value:
    data, code, asked = (str(arg) for arg in scope.args)
    return code if scope.peek(data) is True else scope.get(asked)
