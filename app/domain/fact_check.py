"""Checks of fact definitions: where they come from, and that derived ones fit their derivation and end somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.content import ContentPack, ContentProblem, FactDefinition, FactType
from app.domain.derivation import BIRTH, MOVES, RELATIONSHIP
from app.domain.derivations import DERIVATIONS
from app.domain.facts import CHANGED_ON, IN_AFTER, IN_BEFORE

REQUIRED_FACTS = (BIRTH, MOVES, IN_BEFORE, IN_AFTER, RELATIONSHIP, CHANGED_ON, "age")
"""Facts the rules and templates themselves read, so every pack defines them."""


def check_facts(pack: ContentPack) -> Iterator[ContentProblem]:
    """Sources, types and derivations of facts."""
    for needed in REQUIRED_FACTS:
        if needed not in pack.fact_by_id:
            yield ContentProblem(
                "facts.toml",
                "fact",
                needed,
                "この事実がありません。",
                f"id が {needed} の事実を加えてください。",
            )
    for fact in pack.facts:
        place = f"fact {fact.id}"
        kind, _, name = fact.source.partition(":")
        if kind not in {"register", "case", "question", "derived"}:
            yield ContentProblem(
                "facts.toml",
                place,
                fact.source,
                "出所が分かりません。",
                "register:番号、case、question、derived:関数 のどれかにしてください。",
            )
        if (fact.type is FactType.CHOICE) != bool(fact.choices) and kind != "derived":
            yield ContentProblem(
                "facts.toml",
                place,
                fact.type,
                "選択肢の有無が種類と合いません。",
                "選択式だけに choices を書いてください。",
            )
        if kind == "derived":
            yield from _derived(pack, fact, name, place)
        elif kind == "question" and fact.id not in pack.question_by_fact:
            yield ContentProblem(
                "facts.toml",
                place,
                fact.source,
                "質問がありません。",
                "questions.toml に質問を加えてください。",
            )
    yield from _circles(pack)


def _derived(pack: ContentPack, fact: FactDefinition, name: str, place: str) -> Iterator[ContentProblem]:
    derivation = DERIVATIONS.get(name)
    if derivation is None:
        yield ContentProblem(
            "facts.toml",
            place,
            name,
            "この計算はありません。",
            f"使える計算: {'、'.join(sorted(DERIVATIONS))}",
        )
        return
    if derivation.type is not fact.type or derivation.subject is not fact.subject:
        expected = f"type={derivation.type}、subject={derivation.subject}"
        yield ContentProblem(
            "facts.toml",
            place,
            f"{fact.type} {fact.subject}",
            "計算の結果と合いません。",
            f"{expected} にしてください。",
        )
    kinds = _argument_kinds(derivation.args, len(fact.args))
    if kinds is None:
        expected = "、".join(derivation.args) or "なし"
        yield ContentProblem(
            "facts.toml", place, str(list(fact.args)), "引数の数が違います。", f"引数: {expected}"
        )
        return
    for kind, arg in zip(kinds, fact.args, strict=True):
        if (kind == "number") != isinstance(arg, int):
            yield ContentProblem(
                "facts.toml", place, str(arg), "引数の種類が違います。", f"引数: {'、'.join(derivation.args)}"
            )
        elif kind == "fact" and arg not in pack.fact_by_id:
            yield ContentProblem(
                "facts.toml",
                place,
                str(arg),
                "この事実はありません。",
                "facts.toml にある id にしてください。",
            )


def _argument_kinds(args: tuple[str, ...], given: int) -> list[str] | None:
    """The kind of each given argument, or None when there are too few or too many."""
    if args and args[-1].endswith("+"):
        extra = given - len(args)
        return None if extra < 0 else [*args[:-1], *[args[-1].rstrip("+")] * (extra + 1)]
    return list(args) if given == len(args) else None


def _depends_on(fact: FactDefinition) -> set[str]:
    derivation = DERIVATIONS.get(fact.derivation or "")
    if derivation is None:
        return set()
    kinds = _argument_kinds(derivation.args, len(fact.args)) or []
    return {
        *derivation.reads,
        *(str(arg) for kind, arg in zip(kinds, fact.args, strict=False) if kind == "fact"),
    }


def _circles(pack: ContentPack) -> Iterator[ContentProblem]:
    depends = {fact.id: _depends_on(fact) for fact in pack.facts}
    for fact in depends:
        seen: set[str] = set()
        ahead = set(depends[fact])
        while ahead:
            one = ahead.pop()
            if one == fact:
                yield ContentProblem(
                    "facts.toml",
                    f"fact {fact}",
                    fact,
                    "自分自身から計算されています。",
                    "引数の事実を見直してください。",
                )
                break
            if one not in seen:
                seen.add(one)
                ahead |= depends.get(one, set())
