"""The stop (取扱注意): a case with a protected person (支援対象者), or with the counterpart of one as its visitor.

It counts from the moment of the flag, on open screens and for stored papers. A responsible person may let the one who
asked go on for ten minutes and one output (`app.operations.releases`); the address stays withheld even then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.data import audit, cases, counterparts, releases, restrictions
from app.data.models.base import utc_now
from app.data.models.case import CaseRow
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.case import Case, State
from app.domain.errors import Stopped
from app.domain.person import Person
from app.domain.releases import TYPED
from app.operations import corporations

STOP_MESSAGE = "この受付は窓口では続けられません。画面を来庁者に見せず、上席に確認してください。"
NAMES = ("name", "kana", "alias", "former_surname", "latin_name")


def list_guarded(case: Case, others: Sequence[str] = ()) -> frozenset[str]:
    """Because of whom the case may not go on: numbers of protected persons, and the visitor's if he is a counterpart.

    ``others`` are numbers of persons who stand on a paper of the case and may have been taken out of it since.
    """
    asking = case.fact(corporations.CORPORATION)
    numbers = [*(person.number for person in case.persons if person.number), *([asking] if asking else [])]
    guarded = restrictions.list_protected([*numbers, *others])
    visitor = case.visitor
    if visitor is not None and counterparts.is_named(
        str(said.get(name) or "") for said in (visitor.seen, visitor.corrected) for name in NAMES
    ):
        guarded |= {visitor.number or TYPED}
    return guarded


def list_held(case: Case, actor: Actor) -> frozenset[str]:
    """Those of `list_guarded` for whom this member of staff has no release right now."""
    guarded = list_guarded(case)
    return guarded - releases.list_released(case.id, actor.staff_id, utc_now()) if guarded else guarded


def stop_if_protected(
    case: Case, actor: Actor, others: Sequence[str] = (), *, document_id: str | None = None
) -> None:
    """Refuse when the case may not go on *now*: a flag counts from its moment on, open screens included.

    ``others`` as in `list_guarded`; ``document_id`` is a paper that is to be opened: the one output of a release may be.
    Looking only records the stop; the next change of the case would stop it for good. Raises Stopped.
    """
    guarded = list_guarded(case, others)
    stopped = case.state is State.STOPPED
    if not stopped and not guarded:
        return
    left = guarded - releases.list_released(case.id, actor.staff_id, utc_now(), document_id)
    if guarded and not left and (not stopped or document_id):
        return
    if not stopped:
        with transaction():
            audit.record("case.stopped", actor=actor, case_id=case.id, persons=sorted(left - {TYPED}))
    raise Stopped(STOP_MESSAGE)


def stop_for(case_id: str, actor: Actor, persons: Iterable[Person]) -> None:
    """Stop the case when one of these, who are to come into it, is protected and not released. Raises Stopped."""
    guarded = {person.number for person in persons if person.protected}
    if guarded:
        guarded -= releases.list_released(case_id, actor.staff_id, utc_now())
    if guarded:
        with transaction():
            note_stop(cases.lock_case(case_id), actor, guarded)
        raise Stopped(STOP_MESSAGE)


def note_stop(row: CaseRow, actor: Actor, numbers: Iterable[str]) -> None:
    """The case stands still because of these persons (their numbers); only inside a transaction."""
    row.state = State.STOPPED
    found = set(numbers)
    audit.record("case.stopped", actor=actor, case_id=row.id, persons=sorted(found - {TYPED}))
    releases.note_stopped(row.id, found, actor.staff_id, actor.counter)
