"""The interview (確認事項): asks exactly what is not known yet and could still change the list of procedures.

Of an undecided row only the first undecided condition is asked, so a coarse question comes before the fine ones under it.
A question is asked only when two of its answers lead, whatever else is answered, to different lists.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.domain.conditions import samples, shown_value
from app.domain.content import Choice, ContentPack, FactDefinition, FactType, Procedure, Question, Rule
from app.domain.dates import DateProblem, parse_date
from app.domain.derivation import MOVES
from app.domain.facts import FactKey, FactSet, StoredValue, Value
from app.domain.reading import Reader
from app.domain.rules import Judgement, Need, fill, judge, procedures_with_rows, subjects
from app.domain.validity import is_valid

UNKNOWN = "unknown"
"""The answer わからない: recorded, not asked again, and still unknown to every rule."""

_TRIALS = 600
"""How many combinations of answers are tried for one question and procedure; beyond it the question is asked."""

_LONGEST_ANSWER = 200


@dataclass(frozen=True)
class QuestionInstance:
    """A question as it is put: to the case (person None) or about one person, why, and the answers to choose from.

    A question for a number, a day or text has no options but `unknown`.
    """

    question: Question
    person: str | None
    why: str
    options: tuple[Choice, ...]
    type: FactType
    group: str
    unit: str = ""

    @property
    def key(self) -> FactKey:
        """The fact the answer is stored as."""
        return self.question.fact, self.person


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question that needs no asking: its value, in Japanese too, and where it comes from.

    `relevant` is whether it would have to be asked if it were not known. Everything staff asked stays listed.
    """

    instance: QuestionInstance
    value: StoredValue
    label: str
    source: str
    relevant: bool


class AnswerProblem(ValueError):
    """An answer that does not fit its question; `message` says what was read, what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def open_questions(pack: ContentPack, facts: FactSet, on: date) -> list[QuestionInstance]:
    """The questions that can still change the list, by topic and order; empty when nothing more needs asking."""
    return _open(pack, facts, on, _judgements(pack, facts, on))


def answered(pack: ContentPack, facts: FactSet, on: date) -> list[AnsweredQuestion]:
    """What needs no asking: answers that were given, and values from data that would otherwise have to be asked."""
    return _answered(pack, facts, on, list(_judgements(pack, facts, on)))


def open_and_answered(
    pack: ContentPack, facts: FactSet, on: date
) -> tuple[list[QuestionInstance], list[AnsweredQuestion]]:
    """`open_questions` and `answered`, with the rows judged once for both."""
    judged = list(_judgements(pack, facts, on))
    return _open(pack, facts, on, judged), _answered(pack, facts, on, judged)


def parse_answer(pack: ContentPack, question: Question, raw: str, *, today: date) -> StoredValue:
    """The value of an answer as it was sent: an option code, or typed text. None for わからない.

    Dates come back as "YYYY-MM-DD" text, so that they can be stored as they are. Raises `AnswerProblem`.
    """
    text = unicodedata.normalize("NFKC", raw).strip()
    fact = pack.fact_by_id[question.fact]
    if text == UNKNOWN:
        return None
    if fact.type is FactType.TEXT:
        return _text_answer(raw.strip())
    if fact.type is FactType.DATE:
        return _date_answer(text, today)
    if fact.type is FactType.NUMBER:
        if not (text.isdecimal() and len(text) <= 6):
            raise AnswerProblem(f"「{raw[:20]}」は数として読めません。0以上の整数で入力してください。")
        return int(text)
    options = {choice.code for choice in _options(fact)}
    if text not in options:
        raise AnswerProblem(f"「{raw[:20]}」はこの質問の選択肢にありません。選択肢から選び直してください。")
    return text == "yes" if fact.type is FactType.YES_NO else text


def _text_answer(text: str) -> str:
    if not text:
        raise AnswerProblem("回答が空です。入力するか「わからない」を選んでください。")
    if len(text) > _LONGEST_ANSWER:
        raise AnswerProblem(f"回答が{len(text)}文字あります。{_LONGEST_ANSWER}文字以内で入力してください。")
    return text


def _date_answer(text: str, today: date) -> str:
    try:
        read = parse_date(text, today=today, field="change")
    except DateProblem as problem:
        raise AnswerProblem(problem.message) from problem
    certain = read.certain
    if certain is None:
        raise AnswerProblem(
            f"「{text[:20]}」は一日に決まりません。年月日まで入力するか「わからない」を選んでください。"
        )
    return certain.isoformat()


class _Judged(NamedTuple):
    """The rows of a procedure tried, and by whom: each household after the event has a reader of its own."""

    reader: Reader
    found: Judgement
    rows: tuple[Rule, ...]


def _judgements(pack: ContentPack, facts: FactSet, on: date) -> Iterable[_Judged]:
    for reader in (Reader(pack, view) for view in facts.views()):
        for procedure, rows in procedures_with_rows(pack, facts.event, on):
            if rows:
                for person in subjects(procedure, reader.facts):
                    yield _Judged(reader, judge(reader, procedure, rows, person), rows)


def _open(
    pack: ContentPack, facts: FactSet, on: date, judgements: Iterable[_Judged]
) -> list[QuestionInstance]:
    asked: dict[FactKey, dict[str, None]] = {}
    for judged in judgements:
        if judged.found.value is not Need.OPEN:
            continue
        people = [judged.found.person] if judged.found.person else _movers(judged.reader)
        for key in _questions_of(judged, on):
            asked.setdefault(key, {}).update(dict.fromkeys(people))
    reader = Reader(pack, facts)
    found = [_instance(reader, key, list(people)) for key, people in asked.items()]
    return sorted(found, key=lambda one: _position(pack, facts, one))


def _answered(
    pack: ContentPack, facts: FactSet, on: date, judged: Sequence[_Judged]
) -> list[AnsweredQuestion]:
    reader = Reader(pack, facts)
    found = []
    for key in facts.list_keys():
        question = pack.question_by_fact.get(key[0])
        stored = facts.find(*key)
        if question is None or stored is None or not is_valid(question, on):
            continue
        relevant = _would_be_asked(key, judged)
        if not relevant and key not in facts.answers:
            continue
        value = reader.read(*key).value
        label = (
            "わからない"
            if stored.value is None
            else shown_value(value, pack.fact_by_id[key[0]]).strip("「」")
        )
        instance = _instance(reader, key, _movers(reader))
        found.append(AnsweredQuestion(instance, stored.value, label, stored.source, relevant))
    return sorted(found, key=lambda one: _position(pack, facts, one.instance))


def _questions_of(one: _Judged, on: date) -> list[FactKey]:
    """The facts to ask for one open verdict: the first askable ones of its rows that matter, otherwise any that matters."""
    reader, judged, rows = one

    def may_ask(keys: Iterable[FactKey]) -> list[FactKey]:
        return [key for key in keys if _can_be_asked(reader, key, on)]

    first: dict[FactKey, None] = {}
    for row in judged.rows:
        askable = (may_ask(keys) for keys in row.missing) if row.value is None else iter(())
        first.update(dict.fromkeys(next((keys for keys in askable if keys), [])))
    trial = _Trial(reader, judged.procedure, rows, judged.person)
    found = [key for key in first if trial.decides(key)]
    if found:
        return found
    later = next((key for key in may_ask(judged.missing) if key not in first and trial.decides(key)), None)
    return [later] if later else []


def _can_be_asked(reader: Reader, key: FactKey, on: date) -> bool:
    question = reader.pack.question_by_fact.get(key[0])
    return question is not None and is_valid(question, on) and not reader.is_given_up(key)


class _Trial:
    """Tries answers on one procedure and person."""

    def __init__(
        self, reader: Reader, procedure: Procedure, rows: tuple[Rule, ...], person: str | None
    ) -> None:
        self._reader, self._procedure, self._rows, self._person = reader, procedure, rows, person
        self._rows_known = [judge(reader, procedure, (row,), person) for row in rows]
        self._judged: dict[frozenset[tuple[FactKey, Value]], Judgement] = {}
        self._left = 0

    def decides(self, key: FactKey) -> bool:
        """Whether, for some answers to everything else, two answers to this question give different verdicts."""
        self._left = _TRIALS
        values = self._values(key)
        return not values or self._differs(key, values, {})

    def _values(self, key: FactKey) -> tuple[Value, ...]:
        fact = self._reader.definition(key[0])
        return samples(self._reader.pack.conditions_by_fact.get(fact.id, ()), fact)

    def _differs(self, key: FactKey, values: tuple[Value, ...], assumed: Mapping[FactKey, Value]) -> bool:
        self._left -= len(values)
        if self._left < 0:
            return True
        tried = [self._judge({**assumed, key: value}) for value in values]
        verdicts = {one.value for one in tried}
        if {Need.NEEDED, Need.NOT_NEEDED} <= verdicts:
            return True
        if Need.OPEN not in verdicts:
            return False
        other = self._common_unknown(key, tried, assumed)
        if other is not None:
            return any(self._differs(key, values, {**assumed, other: value}) for value in self._values(other))
        # What is left is asked under one of the answers only: then the answers differ unless all lead to the same end.
        ends = [self._ends({**assumed, key: value}) for value in values]
        return len(frozenset().union(*ends)) > 1

    def _common_unknown(
        self, key: FactKey, tried: list[Judgement], assumed: Mapping[FactKey, Value]
    ) -> FactKey | None:
        """An unknown that counts whatever is answered, so that it has to be the same for every answer compared."""
        before = set(self._judge({**assumed, key: None}).missing)
        shared = set.intersection(*(set(one.missing) for one in tried))
        open_now = (one for judged in tried for one in judged.missing)
        return next((one for one in open_now if one in before | shared and self._can_try(one, key)), None)

    def _ends(self, assumed: Mapping[FactKey, Value]) -> frozenset[Need]:
        """The verdicts that further answers can lead to."""
        judged = self._judge(assumed)
        self._left -= 1
        other = next((one for one in judged.missing if self._can_try(one)), None)
        if judged.value is not Need.OPEN or other is None or self._left < 0:
            return frozenset({judged.value})
        return frozenset().union(*(self._ends({**assumed, other: value}) for value in self._values(other)))

    def _can_try(self, one: FactKey, asked: FactKey | None = None) -> bool:
        return one != asked and one[0] in self._reader.pack.question_by_fact and bool(self._values(one))

    def _judge(self, assumed: Mapping[FactKey, Value]) -> Judgement:
        """Tries the rows again that looked at one of the assumed values; the others come out as they did."""
        case = frozenset(assumed.items())
        if case not in self._judged:
            reader = self._reader.assuming(assumed)
            tried = [
                known
                if known.used.isdisjoint(assumed)
                else judge(reader, self._procedure, (row,), self._person)
                for row, known in zip(self._rows, self._rows_known, strict=True)
            ]
            outcomes = tuple(row for one in tried for row in one.rows)
            used = frozenset().union(*(one.used for one in tried))
            self._judged[case] = Judgement(self._procedure, self._person, outcomes, used)
        return self._judged[case]


def _would_be_asked(key: FactKey, judged: Iterable[_Judged]) -> bool:
    """Whether a known fact decides something: with it missing, some verdict that looked at it would depend on it."""
    without: dict[int, Reader] = {}
    for reader, one, rows in judged:
        if key in one.used:
            missing = without.setdefault(id(reader), reader.assuming({key: None}))
            if _Trial(missing, one.procedure, rows, one.person).decides(key):
                return True
    return False


def _movers(reader: Reader) -> list[str]:
    here = [one.id for one in reader.facts.people if reader.facts.is_here(one.id)]
    return [one for one in here if reader.read(MOVES, one).value is not False]


def _instance(reader: Reader, key: FactKey, people: list[str]) -> QuestionInstance:
    question = reader.pack.question_by_fact[key[0]]
    fact = reader.definition(key[0])
    return QuestionInstance(
        question,
        key[1],
        fill(question.why, reader, key[1], people),
        (*_options(fact), Choice(UNKNOWN, "わからない")),
        fact.type,
        question.group,
        fact.unit,
    )


def _options(fact: FactDefinition) -> tuple[Choice, ...]:
    if fact.type is FactType.YES_NO:
        return Choice("yes", "はい"), Choice("no", "いいえ")
    return fact.choices


def _position(pack: ContentPack, facts: FactSet, one: QuestionInstance) -> tuple[int, int, int]:
    topics = {group.code: group.order for group in pack.question_groups}
    people = [person.id for person in facts.people]
    return (
        topics.get(one.group, 0),
        one.question.order,
        people.index(one.person) if one.person is not None else -1,
    )


def printed_answers(pack: ContentPack, facts: FactSet, person: str | None) -> dict[str, StoredValue]:
    """What a form prints as `answers.<question id>`: of the case, and of this person only, never of another one.

    Answers and what data told are the same here; what is not known is left out. Choices are their codes.
    """
    values: dict[str, StoredValue] = {}
    for fact, who in facts.list_keys():
        question = pack.question_by_fact.get(fact)
        found = facts.find(fact, who)
        if question is None or not question.printable or who not in {None, person} or found is None:
            continue
        if found.value is not None:
            values[question.id] = found.value
    return values


def printed_facts(pack: ContentPack, facts: FactSet, person: str | None) -> dict[str, StoredValue]:
    """What a form prints as `facts.<fact id>`: of the case, and of this person only, never of another one.

    Choices are in words. A fact whose question must not be printed is left out, and so is what was derived: nobody signs
    for what the program concluded.
    """
    values: dict[str, StoredValue] = {}
    for fact, who in facts.list_keys():
        definition = pack.fact_by_id.get(fact)
        question = pack.question_by_fact.get(fact)
        found = facts.find(fact, who)
        if definition is None or (question is not None and not question.printable):
            continue
        if definition.derivation is None and who in {None, person} and found is not None:
            value = found.value
            values[fact] = definition.choice_label(value) if isinstance(value, str) else value
    return {fact: value for fact, value in values.items() if value is not None}
