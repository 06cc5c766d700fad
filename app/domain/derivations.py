"""Derived facts: ages on the change date, sums over the household, and coarse questions before fine ones.

Each derivation answers in three values: None where what it rests on does not decide, a Span where it bounds a number.
It reads the coarse fact first and the fine one only when the coarse one left it open, so that questions follow that order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.domain.conditions import either
from app.domain.content import FactType, Subject
from app.domain.dates import attains_on, fiscal_year_end
from app.domain.facts import CHANGED_ON, DateSpan, Span, Value

BIRTH = "birth"
MOVES = "moves"
RELATIONSHIP = "relationship"
HOUSEHOLDER = "世帯主"


class Scope(Protocol):
    """What a derivation may see: the arguments of its definition, the person it is for, and other facts."""

    person: str | None
    args: tuple[str | int, ...]

    @property
    def people(self) -> tuple[str, ...]: ...

    def get(self, fact: str, person: str | None = None) -> Value:
        """The value of a fact, of this person or another; when it is missing, that counts as missing here too."""
        ...

    def peek(self, fact: str, person: str | None = None) -> Value:
        """The value of a fact without needing it: when it is missing, nobody is asked for it."""
        ...

    def is_given_up(self, fact: str) -> bool: ...


@dataclass(frozen=True)
class Derivation:
    """A function facts may be derived with: its result, what its arguments are, and the facts it always reads.

    An argument is `number`, `text` or `fact`; with a `+` there may be one or more of it.
    """

    subject: Subject
    type: FactType
    args: tuple[str, ...]
    reads: tuple[str, ...]
    title: str
    compute: Callable[[Scope], Value]


DERIVATIONS: dict[str, Derivation] = {}


def _derivation(
    name: str, subject: Subject, type_: FactType, args: tuple[str, ...], reads: tuple[str, ...], title: str
) -> Callable[[Callable[[Scope], Value]], Callable[[Scope], Value]]:
    def register(function: Callable[[Scope], Value]) -> Callable[[Scope], Value]:
        DERIVATIONS[name] = Derivation(subject, type_, args, reads, title, function)
        return function

    return register


_AGE_READS = (BIRTH, CHANGED_ON)


def _number_arg(scope: Scope, index: int) -> int:
    return int(scope.args[index])


def _fact_arg(scope: Scope, index: int) -> str:
    return str(scope.args[index])


def _ends(value: Value) -> tuple[date, date] | None:
    """The first and the last day a date can be."""
    match value:
        case date():
            return value, value
        case DateSpan(first, last):
            return first, last
    return None


def _agree(results: Iterable[bool]) -> bool | None:
    """The common answer of all possible cases, None when they differ."""
    found = set(results)
    return found.pop() if len(found) == 1 else None


def _on_day(scope: Scope, passes: Callable[[date, date], bool]) -> bool | None:
    """Whether a test of (birth, change date) passes, when it does or does not for every day either can be."""
    birth, changed = _ends(scope.get(BIRTH)), _ends(scope.get(CHANGED_ON))
    if birth is None or changed is None:
        return None
    return _agree(passes(born, on) for born in birth for on in changed)


def _attains(born: date, age: int) -> date:
    """The day an age is reached by law."""
    reached = attains_on(born, age)
    if reached is None:
        raise ValueError(f"not a certain day: {born!r}")
    return reached


def _birthday(born: date, age: int) -> date:
    """The birthday itself; 1 March in a common year for who was born on 29 February."""
    return date.fromordinal(_attains(born, age).toordinal() + 1)


def _age(born: date, on: date) -> int:
    age = on.year - born.year
    return age if on >= _attains(born, age) else age - 1


@_derivation("age", Subject.PERSON, FactType.NUMBER, (), _AGE_READS, "異動日時点の年齢（誕生日の前日に加算）")
def _derive_age(scope: Scope) -> Value:
    birth, changed = _ends(scope.get(BIRTH)), _ends(scope.get(CHANGED_ON))
    if birth is None or changed is None:
        return None
    low, high = _age(birth[1], changed[0]), _age(birth[0], changed[1])
    return low if low == high else Span(low, high)


@_derivation(
    "reached", Subject.PERSON, FactType.YES_NO, ("number",), _AGE_READS, "異動日までに年齢に達している"
)
def _derive_reached(scope: Scope) -> Value:
    age = _number_arg(scope, 0)
    return _on_day(scope, lambda born, on: on >= _attains(born, age))


@_derivation(
    "birthday_reached",
    Subject.PERSON,
    FactType.YES_NO,
    ("number",),
    _AGE_READS,
    "異動日が誕生日の当日以後である",
)
def _derive_birthday_reached(scope: Scope) -> Value:
    age = _number_arg(scope, 0)
    return _on_day(scope, lambda born, on: on >= _birthday(born, age))


@_derivation(
    "birthday_month",
    Subject.PERSON,
    FactType.YES_NO,
    ("number",),
    _AGE_READS,
    "異動日と同じ月に誕生日を迎える",
)
def _derive_birthday_month(scope: Scope) -> Value:
    age = _number_arg(scope, 0)

    def passes(born: date, on: date) -> bool:
        birthday = _birthday(born, age)
        return (birthday.year, birthday.month) == (on.year, on.month)

    return _on_day(scope, passes)


@_derivation(
    "until_march_31",
    Subject.PERSON,
    FactType.YES_NO,
    ("number",),
    _AGE_READS,
    "年齢到達後最初の3月31日までである",
)
def _derive_until_march_31(scope: Scope) -> Value:
    age = _number_arg(scope, 0)
    return _on_day(scope, lambda born, on: on <= fiscal_year_end(_attains(born, age)))


@_derivation(
    "from_next_month",
    Subject.PERSON,
    FactType.YES_NO,
    ("number",),
    _AGE_READS,
    "年齢到達の翌月1日以後である（1日生まれは誕生月から）",
)
def _derive_from_next_month(scope: Scope) -> Value:
    age = _number_arg(scope, 0)

    def passes(born: date, on: date) -> bool:
        reached = _attains(born, age)
        return (on.year, on.month) > (reached.year, reached.month)

    return _on_day(scope, passes)


@_derivation(
    "school_years",
    Subject.PERSON,
    FactType.YES_NO,
    ("number", "number"),
    _AGE_READS,
    "就学の期間である（開始年齢に達した翌日以後の4月1日から、終了年齢到達後最初の3月31日まで）",
)
def _derive_school_years(scope: Scope) -> Value:
    start, end = _number_arg(scope, 0), _number_arg(scope, 1)
    return _on_day(
        scope, lambda born, on: _school_start(born, start) <= on <= fiscal_year_end(_attains(born, end))
    )


@_derivation(
    "before_school",
    Subject.PERSON,
    FactType.YES_NO,
    ("number",),
    _AGE_READS,
    "就学の前である（開始年齢後の4月1日より前）",
)
def _derive_before_school(scope: Scope) -> Value:
    start = _number_arg(scope, 0)
    return _on_day(scope, lambda born, on: on < _school_start(born, start))


def _school_start(born: date, age: int) -> date:
    """The first 1 April on or after the day following the one on which the age is reached (学校教育法17条)."""
    birthday = _birthday(born, age)
    return date(birthday.year + (birthday > date(birthday.year, 4, 1)), 4, 1)


@_derivation(
    "text_in", Subject.PERSON, FactType.YES_NO, ("fact", "text+"), (), "文字の項目がいずれかと同じである"
)
def _derive_text_in(scope: Scope) -> Value:
    value = scope.get(_fact_arg(scope, 0))
    return None if value is None else value in scope.args[1:]


@_derivation(
    "age_between",
    Subject.PERSON,
    FactType.YES_NO,
    ("number", "number"),
    _AGE_READS,
    "異動日時点の年齢が2つの年齢の間である（両端を含む）",
)
def _derive_age_between(scope: Scope) -> Value:
    low, high = _number_arg(scope, 0), _number_arg(scope, 1)
    return _on_day(scope, lambda born, on: low <= _age(born, on) <= high)


@_derivation("all_of", Subject.PERSON, FactType.YES_NO, ("fact+",), (), "すべての項目が「はい」である")
def _derive_all_of(scope: Scope) -> Value:
    return _negated(_any(_negated(scope.get(str(fact))) for fact in scope.args))


@_derivation("none_of", Subject.PERSON, FactType.YES_NO, ("fact+",), (), "どの項目も「はい」ではない")
def _derive_none_of(scope: Scope) -> Value:
    return _negated(_any(scope.get(str(fact)) for fact in scope.args))


def _negated(value: Value) -> bool | None:
    return not value if isinstance(value, bool) else None


@_derivation("any_of", Subject.PERSON, FactType.YES_NO, ("fact+",), (), "いずれかの項目が「はい」である")
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


def _movers(scope: Scope) -> Iterator[tuple[str, Value]]:
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


def _everyone(scope: Scope) -> list[tuple[str, Value]]:
    return [(person, True) for person in scope.people]


@_derivation(
    "any_mover", Subject.CASE, FactType.YES_NO, ("fact",), (MOVES,), "異動する方のだれかが当てはまる"
)
def _derive_any_mover(scope: Scope) -> Value:
    return _any(_holds_for(scope, _movers(scope), _fact_arg(scope, 0)))


@_derivation("any_member", Subject.CASE, FactType.YES_NO, ("fact",), (), "異動後の世帯のだれかが当てはまる")
def _derive_any_member(scope: Scope) -> Value:
    return _any(_holds_for(scope, _everyone(scope), _fact_arg(scope, 0)))


@_derivation(
    "count_movers", Subject.CASE, FactType.NUMBER, ("fact",), (MOVES,), "異動する方のうち当てはまる人数"
)
def _derive_count_movers(scope: Scope) -> Value:
    return _count(_holds_for(scope, _movers(scope), _fact_arg(scope, 0)))


@_derivation("count_members", Subject.CASE, FactType.NUMBER, ("fact",), (), "異動後の世帯で当てはまる人数")
def _derive_count_members(scope: Scope) -> Value:
    return _count(_holds_for(scope, _everyone(scope), _fact_arg(scope, 0)))


def _count(values: Iterable[bool | None]) -> int | Span:
    known = list(values)
    certain, open_ = known.count(True), known.count(None)
    return Span(certain, certain + open_) if open_ else certain


@_derivation(
    "householder", Subject.CASE, FactType.YES_NO, ("fact",), (RELATIONSHIP,), "異動後の世帯主が当てはまる"
)
def _derive_householder(scope: Scope) -> Value:
    unsure = False
    for person in scope.people:
        relationship = scope.get(RELATIONSHIP, person)
        if relationship == HOUSEHOLDER:
            value = scope.get(_fact_arg(scope, 0), person)
            return value if isinstance(value, bool) else None
        unsure = unsure or relationship is None
    return None if unsure or not scope.people else False


@_derivation(
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
    who = [person for person, _ in _movers(scope) if scope.peek(eligible, person) is not False]
    return who == [scope.person]


@_derivation(
    "if_yes",
    Subject.CASE,
    FactType.YES_NO,
    ("fact", "fact"),
    (),
    "まとめの質問（第1引数）が「はい」のときだけ聞く質問（第2引数）",
)
def _derive_if_yes(scope: Scope) -> Value:
    outer, inner = (str(fact) for fact in scope.args)
    opened = scope.get(outer)
    if opened is False:
        return False
    if opened is None and not scope.is_given_up(outer):
        return None
    return scope.get(inner)


@_derivation(
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


@_derivation(
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


@_derivation(
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


@_derivation(
    "parents_together",
    Subject.PERSON,
    FactType.YES_NO,
    (),
    (RELATIONSHIP,),
    "子の父母が夫婦として同じ世帯にいると続柄から分かる（分からないときは「いいえ」）",
)
def _derive_parents_together(scope: Scope) -> Value:
    own = scope.get(RELATIONSHIP)
    if not isinstance(own, str):
        return None
    couple = (
        _COUPLE_OF_CHILD if own in CHILD_TERMS else _COUPLE_OF_GRANDCHILD if own in GRANDCHILD_TERMS else ()
    )
    if not couple:
        return False
    others = [scope.get(RELATIONSHIP, person) for person in scope.people if person != scope.person]
    return _any(None if other is None else other in couple for other in others)


CHILD_TERMS = ("子", "長男", "二男", "三男", "四男", "長女", "二女", "三女", "四女")
GRANDCHILD_TERMS = ("子の子",)
_COUPLE_OF_CHILD = ("夫", "妻", "夫（未届）", "妻（未届）")
_COUPLE_OF_GRANDCHILD = ("子の夫", "子の妻", "子の夫（未届）", "子の妻（未届）")
