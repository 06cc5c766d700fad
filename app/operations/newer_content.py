"""A case keeps the content (業務定義) it was opened with until somebody takes over the newest, seeing before what changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.data import audit, cases, content
from app.domain.authority import Actor
from app.domain.case import Case
from app.domain.content import ContentPack
from app.domain.errors import Conflict
from app.domain.interview import open_questions
from app.domain.relevance import counting_answers, only
from app.domain.rules import evaluate, needed_procedures
from app.operations import packs
from app.operations.cases import changing
from app.operations.navigation import facts_of, joined_reasons, names_of, refresh, with_all_answers
from app.operations.single import scoped


@dataclass(frozen=True)
class Change:
    """A procedure whose place on the list or reason differs: what is said of it before and after; empty when it is not there."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """What taking over the newest version would change in a case; `questions` are those it would ask anew."""

    version: int
    published_at: datetime
    changes: tuple[Change, ...]
    kept_by_hand: tuple[str, ...]
    questions: tuple[str, ...]


def published_since(case: Case) -> datetime | None:
    """When a newer version than the case follows was published; None when the case follows the newest."""
    newest = content.current_version_id()
    if newest is None or newest == case.content_version:
        return None
    return content.published_at(newest)


def difference(case: Case, actor: Actor) -> Difference | None:
    """What would change; None when the case follows the newest version already."""
    newest = content.current_version_id()
    if newest is None or newest == case.content_version:
        return None
    pack = scoped(case, packs.published(newest).pack)
    after = _needed(case, pack, actor)
    before = {line.code: line.reason for line in case.procedures if line.needed and line.origin == "rule"}
    old = scoped(case, packs.of_case(case))
    changes = [
        Change(_title(code, pack, old), before.get(code, ""), after.get(code, ""))
        for code in sorted(before.keys() | after.keys(), key=lambda code: _place(code, pack, old))
        if before.get(code) != after.get(code)
    ]
    manual = tuple(
        _title(line.code, pack, old) for line in case.procedures if line.origin != "rule" and line.needed
    )
    return Difference(
        newest, content.published_at(newest), tuple(changes), manual, _new_questions(case, pack, old, actor)
    )


def _needed(case: Case, pack: ContentPack, actor: Actor) -> dict[str, str]:
    """Procedure → reason as the list would say it under a pack; without those that staff excluded."""
    facts = with_all_answers(case, pack, facts_of(case, pack, actor))
    facts = only(facts, counting_answers(pack, facts, case.received_on))
    names = names_of(case)
    excluded = {line.code for line in case.procedures if not line.needed or line.origin != "rule"}
    found = needed_procedures(pack, evaluate(pack, facts, case.received_on))
    return {
        line.procedure.code: "\n".join(joined_reasons(line.reasons, names))
        for line in found
        if line.procedure.code not in excluded
    }


def _new_questions(case: Case, pack: ContentPack, old: ContentPack, actor: Actor) -> tuple[str, ...]:
    facts = with_all_answers(case, pack, facts_of(case, pack, actor))
    asked = open_questions(
        pack, only(facts, counting_answers(pack, facts, case.received_on)), case.received_on
    )
    before = {one.key for one in open_questions(old, facts_of(case, old, actor), case.received_on)}
    return tuple(dict.fromkeys(one.question.text for one in asked if one.key not in before))


def _title(code: str, *known: ContentPack) -> str:
    return next(
        (pack.procedure_by_code[code].title for pack in known if code in pack.procedure_by_code), code
    )


def _place(code: str, *known: ContentPack) -> tuple[int, str]:
    orders = (pack.procedure_by_code[code].order for pack in known if code in pack.procedure_by_code)
    return next(orders, 0), code


def renew(case_id: str, actor: Actor, version: int | None, shown: int) -> None:
    """Let the case follow the newest version, which has to be the one whose difference was shown. Raises Conflict."""
    with changing(case_id, actor, version) as row:
        newest = content.current_version_id()
        if newest is None or newest != shown:
            raise Conflict("さらに新しい業務定義が公開されました。違いをもう一度確かめてください。")
        before = cases.get_case(case_id).content_version
        row.content_version_id = newest
        audit.record(
            "case.content_renewed", actor=actor, case_id=case_id, detail={"from": before, "to": newest}
        )
        refresh(case_id, actor)
