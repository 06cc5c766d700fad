"""Warnings of level three (要確認) of those a case is about: ticked as seen once a reception, and on record (R17).

Those of the visitor are ticked with his identity (`app.operations.identity`); here are the others'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.data import audit, cases
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.case import Case
from app.domain.errors import Invalid
from app.domain.person import Person, WarningLevel

SEEN = "subjects.acknowledged"
"""Fact of a case: the numbers of those whose warnings were ticked."""

MISSING = "対象者に「要確認」があります。内容を確かめて「確認した」にチェックを付けてください。"


def list_unseen(case: Case, household: Sequence[Person]) -> dict[str, str]:
    """Name by number of everybody who is, or from this household may become, a subject and has a warning to be ticked."""
    found = {
        person.number: person.name
        for person in household
        if not person.protected and any(one.level is WarningLevel.CONFIRM for one in person.warnings)
    }
    for person in case.subjects:
        if person.number and any(level == "confirm" for level, *_ in person.seen.get("warnings", ())):
            found.setdefault(person.number, person.name)
    visitor = case.visitor.number if case.visitor else None
    known = {visitor, *case.fact(SEEN, default=[])}
    return {number: name for number, name in found.items() if number not in known}


def note_shown(case: Case, actor: Actor, numbers: Iterable[str]) -> None:
    """Record that the warnings of these were on the screen of a step."""
    shown = sorted(numbers)
    if shown:
        with transaction():
            audit.record(
                "case.warning_shown", actor=actor, case_id=case.id, persons=shown, detail={"level": "confirm"}
            )


def confirm(case: Case, actor: Actor, household: Sequence[Person], *, acknowledged: bool) -> None:
    """The subjects are chosen: their warnings have been ticked; only inside a transaction. Raises Invalid."""
    subjects = {person.number for person in case.subjects}
    unseen = sorted(set(list_unseen(case, household)) & subjects)
    if not unseen:
        return
    if not acknowledged:
        raise Invalid(MISSING, {"acknowledged": MISSING})
    cases.set_fact(case.id, "", SEEN, [*case.fact(SEEN, default=[]), *unseen], "asked", actor.staff_id)
    audit.record(
        "case.warning_confirmed", actor=actor, case_id=case.id, persons=unseen, detail={"level": "confirm"}
    )
