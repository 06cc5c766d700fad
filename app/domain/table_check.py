"""What is worth a look in whole tables although each row is sound: gaps, overlaps, rows and questions that never count.

Nothing here keeps a pack from being published: a city may mean it so. Each finding says in words what was seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.conditions import holds, phrase, samples
from app.domain.content import Condition, ContentPack, FactDefinition, FactType, Procedure, Rule, Subject, Who
from app.domain.dates import format_wareki
from app.domain.derivations import DERIVATIONS
from app.domain.drafts import Level
from app.domain.fact_check import REQUIRED_FACTS
from app.domain.facts import Value, display


@dataclass(frozen=True)
class TableFinding:
    """Something about a row, which is named by its part and its code."""

    level: Level
    part: str
    code: str
    column: str
    text: str


def check_tables(pack: ContentPack, printed: Collection[str] = ()) -> Iterator[TableFinding]:
    """Everything worth a look in a settled pack, procedure by procedure, then facts and questions.

    `printed` are the facts that forms print: they serve although no row depends on them.
    """
    for procedure in pack.procedures:
        rows = pack.rules_by_procedure.get(procedure.code, ())
        sound = [row for row in rows if all(one.fact in pack.fact_by_id for one in row.conditions)]
        yield from _contradictions(pack, sound)
        yield from _periods(procedure, rows)
        yield from _overlaps(pack, procedure, sound)
        yield from _holes(pack, sound)
    yield from _idle(pack, printed)


def _contradictions(pack: ContentPack, rows: Sequence[Rule]) -> Iterator[TableFinding]:
    for row in rows:
        for fact, conditions in _by_fact(row).items():
            definition = pack.fact_by_id[fact]
            tried = samples(conditions, definition)
            if len(conditions) > 1 and tried and not any(_pass(conditions, value) for value in tried):
                said = "と".join(phrase(one, definition) for one in conditions)
                text = f"{said}は同時に成り立たないため、この行はだれにも当たりません。条件を直すか、行を削除してください。"
                yield TableFinding(Level.CHECK, "rules", row.id, "conditions", text)


def _by_fact(row: Rule) -> dict[str, list[Condition]]:
    found: dict[str, list[Condition]] = {}
    for condition in row.conditions:
        found.setdefault(condition.fact, []).append(condition)
    return found


def _pass(conditions: Sequence[Condition], value: Value) -> bool:
    return all(holds(one, value) is True for one in conditions)


def _periods(procedure: Procedure, rows: Sequence[Rule]) -> Iterator[TableFinding]:
    """Rows outside the period of their procedure, and days of the procedure on which it has no row."""
    first, last = procedure.valid_from or date.min, procedure.valid_to or date.max
    spans = []
    for row in rows:
        begins, ends = row.valid_from or date.min, row.valid_to or date.max
        if ends < first or begins > last:
            text = "この行の有効期間は手続きの有効期間の外にあるため、使われません。どちらかの期間を直してください。"
            yield TableFinding(Level.CHECK, "rules", row.id, "valid_from", text)
        else:
            spans.append((max(begins, first), min(ends, last)))
    if procedure.by_hand or not spans:
        return
    covered = first
    for begins, ends in sorted(spans):
        if begins > covered:
            yield _unruled(procedure, covered, begins - timedelta(days=1))
        if ends == date.max:
            return
        covered = max(covered, ends + timedelta(days=1))
    if covered <= last:
        yield _unruled(procedure, covered, last)


def _unruled(procedure: Procedure, first: date, last: date) -> TableFinding:
    said = f"{format_wareki(first)}から" if first > date.min else "初めから"
    until = f"{format_wareki(last)}まで" if last < date.max else "あと"
    text = f"{said}{until}、この手続きには判定の行がなく、必要になりません。行を加えるか、有効期間を直してください。"
    return TableFinding(Level.CHECK, "procedures", procedure.code, "valid_from", text)


def _overlaps(pack: ContentPack, procedure: Procedure, rows: Sequence[Rule]) -> Iterator[TableFinding]:
    """Rows that another row of the procedure always covers."""
    for at, row in enumerate(rows):
        for other_at, other in enumerate(rows):
            if at == other_at or not _covers(pack, procedure, other, row):
                continue
            mutual = _covers(pack, procedure, row, other)
            if mutual and at < other_at:
                continue
            level, text = (
                Level.CHECK,
                f"この行が当たるときは、いつも行「{other.id}」も当たります。この行は使われません。",
            )
            if mutual:
                text = f"行「{other.id}」と同じことを言っています。どちらかを削除してください。"
            elif at < other_at:
                level, text = (
                    Level.NOTE,
                    (f"この行が当たるときは、あとの行「{other.id}」も当たります。違うのは理由の文だけです。"),
                )
            yield TableFinding(level, "rules", row.id, "conditions", text)
            break


def _covers(pack: ContentPack, procedure: Procedure, wide: Rule, narrow: Rule) -> bool:
    """Whether the wide row holds whenever the narrow one does."""
    if not set(narrow.events) <= set(wide.events):
        return False
    if procedure.per is Subject.PERSON and wide.who is Who.MOVERS and narrow.who is not Who.MOVERS:
        return False
    begins, ends = wide.valid_from or date.min, wide.valid_to or date.max
    if not begins <= (narrow.valid_from or date.min) <= (narrow.valid_to or date.max) <= ends:
        return False
    given = _by_fact(narrow)
    return all(
        _implies(given.get(fact, []), wanted, pack.fact_by_id[fact])
        for fact, wanted in _by_fact(wide).items()
    )


def _implies(given: Sequence[Condition], wanted: Sequence[Condition], fact: FactDefinition) -> bool:
    if set(wanted) <= set(given):
        return True
    tried = samples([*given, *wanted], fact)
    return bool(tried) and bool(given) and all(_pass(wanted, value) for value in tried if _pass(given, value))


def _holes(pack: ContentPack, rows: Sequence[Rule]) -> Iterator[TableFinding]:
    """Rows alike but for what they want of one fact: the values none of them takes."""
    groups: dict[tuple[object, ...], list[Rule]] = {}
    for row in rows:
        for fact, conditions in _by_fact(row).items():
            rest = frozenset(one for one in row.conditions if one.fact != fact)
            shape: tuple[object, ...] = (row.events, row.who, row.valid_from, row.valid_to, rest, fact)
            if conditions and fact in pack.fact_by_id:
                groups.setdefault(shape, []).append(row)
    for kind, alike in groups.items():
        definition = pack.fact_by_id[str(kind[-1])]
        if len(alike) > 1 and (missed := _missed(alike, definition)):
            said = f"「{definition.label}」が{'・'.join(missed)}のとき"
            text = f"{said}は、この手続きのどの行も当たりません。意図したものか確かめてください。"
            yield TableFinding(Level.NOTE, "rules", alike[-1].id, "conditions", text)


def _missed(rows: Sequence[Rule], fact: FactDefinition) -> list[str]:
    tests = [_by_fact(row)[fact.id] for row in rows]
    tried = samples([one for test in tests for one in test], fact)
    taken = [any(_pass(test, value) for test in tests) for value in tried]
    if fact.type in {FactType.YES_NO, FactType.CHOICE}:
        return [_said(value, fact) for value, good in zip(tried, taken, strict=True) if not good]
    if fact.type is FactType.TEXT or True not in taken:
        return []
    ordered = sorted(zip(tried, taken, strict=True), key=lambda pair: _rank(pair[0]))
    held = [at for at, (_, good) in enumerate(ordered) if good]
    inside = ordered[held[0] : held[-1] + 1]
    return [_said(value, fact) for value, good in inside if not good]


def _rank(value: Value) -> int:
    return value.toordinal() if isinstance(value, date) else int(str(value))


def _said(value: Value, fact: FactDefinition) -> str:
    if isinstance(value, str):
        return f"「{fact.choice_label(value)}」"
    return f"「{display(value)}」" if isinstance(value, bool) else f"{display(value)}{fact.unit}"


def _idle(pack: ContentPack, printed: Collection[str]) -> Iterator[TableFinding]:
    """Questions and facts that no row depends on; facts that no form prints either."""
    used = _used_facts(pack)
    for question in pack.questions:
        if question.fact not in used:
            text = "この質問の事実はどの行でも使われていないため、聞かれることがありません。行で使うか、質問を削除してください。"
            yield TableFinding(Level.CHECK, "questions", question.id, "fact", text)
    asked = {question.fact for question in pack.questions}
    for fact in pack.facts:
        if fact.id not in used and fact.id not in asked and fact.id not in printed:
            text = "この事実はどの行でも、どの様式でも使われていません。"
            yield TableFinding(Level.NOTE, "facts", fact.id, "", text)


def _used_facts(pack: ContentPack) -> set[str]:
    ahead = {
        *REQUIRED_FACTS,
        *pack.conditions_by_fact,
        *(row.concerns for row in pack.procedures if row.concerns),
        *(row.concerns for row in pack.rules if row.concerns),
    }
    found: set[str] = set()
    while ahead:
        one = ahead.pop()
        fact = pack.fact_by_id.get(one)
        if fact is None or one in found:
            continue
        found.add(one)
        derivation = DERIVATIONS.get(fact.derivation or "")
        if derivation is not None:
            ahead |= {*derivation.reads, *(arg for arg in fact.args if isinstance(arg, str))} - found
    return found
