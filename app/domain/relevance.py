"""Which answers of an interview count: those whose question is still put when it is gone through from its beginning.

An answer given below another one stops counting when that one changes, and counts again, as it was, when it is changed back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from app.domain.content import ContentPack
from app.domain.facts import FactKey, FactSet
from app.domain.interview import open_questions


def counting_answers(
    pack: ContentPack, facts: FactSet, on: date, kept: Iterable[FactKey] = ()
) -> frozenset[FactKey]:
    """The answers of `facts` that count.

    The interview is gone through in rounds: of what is open each answer that was given is taken, until nothing more is
    reached. An answer that lies over a value known from data corrects it and always counts, and so do those of `kept`:
    where answers were only added, the ones before them count as they did.
    """
    given = facts.answers.keys()
    counting = given & set(kept) | {key for key in given if facts.without_answer(*key).find(*key) is not None}
    left = set(given) - counting
    while left:
        asked = {one.key for one in open_questions(pack, only(facts, counting), on)}
        reached = left & asked
        if not reached:
            break
        counting |= reached
        left -= reached
    return frozenset(counting)


def only(facts: FactSet, keys: Iterable[FactKey]) -> FactSet:
    """These facts with no other answers than those named."""
    kept = set(keys)
    return replace(facts, answers={key: value for key, value in facts.answers.items() if key in kept})
