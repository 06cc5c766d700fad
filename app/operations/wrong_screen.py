"""The wrong-screen guard: a form acts only on the case, and for the persons, that stood on the screen it was sent from.

Every form of a case carries a stamp: the case, its visitor and its subjects, sealed with the server's key. Before a
form acts, its stamp is compared with the case it was sent to and with who is in that case now; and no id in it may
belong to a person of another case.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence

from flask import current_app

from app.config import Settings
from app.data import audit, cases, restrictions
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.case import Case, CasePerson, State
from app.domain.errors import Invalid, NotFound, WrongScreen

SHORT = 8
"""Characters of a person's id that a stamp carries: enough to tell the persons of one case apart."""
MOST_SUBJECTS = 40
_SEAL = 20
_ID = re.compile(r"k[a-z2-7]{30}[a-f]")
_NOTHING = "何も保存していません。"


def stamp(case: Case) -> str:
    """What the forms of a screen carry: for which case it was made, with whom in it."""
    return _sealed(f"{case.id}.{_parts(case)}")


def check(case_id: str, actor: Actor, carried: str, texts: Iterable[str], what: str) -> None:
    """Refuse what was not made for this case as it is. ``texts`` are the names and values that were sent.

    Raises Invalid when no stamp of ours came with it, WrongScreen otherwise; then it is in the operation log. A case
    that does not exist, or that is stopped, is left to what acts on it: that refuses it for a better reason.
    """
    try:
        case = cases.get_case(case_id)
    except NotFound:
        return
    if case.state is State.STOPPED or _protected(case):
        return
    made_for, _, seal = carried.rpartition(".")
    if not seal or not hmac.compare_digest(carried, _sealed(made_for)):
        raise Invalid("画面の情報が足りません。画面を開き直してください。")
    sent_case, _, parts = made_for.partition(".")
    stranger = cases.find_case_of_others(case_id, _ids(texts) - {person.id for person in case.persons})
    if sent_case != case_id or stranger:
        _refuse(case, actor, what, stranger or sent_case)
    if parts != _parts(case):
        _note(case, actor, what, case.number)
        raise WrongScreen(
            f"この画面を開いたあとに、受付 {case.number} の対象の方が変わりました。"
            f"いまは{_persons(case, None)}、送られた内容は{_persons(case, parts)}のものです。{_NOTHING}",
            None,
        )


def _refuse(case: Case, actor: Actor, what: str, other_id: str) -> None:
    """Say whose screen and whose content. Always raises WrongScreen."""
    try:
        other: Case | None = cases.get_case(other_id)
    except NotFound:
        other = None
    _note(case, actor, what, other.number if other else "")
    sent = f"{_whose(other)}の受付（{other.number}）" if other else "ほかの受付"
    raise WrongScreen(
        f"この画面は{_whose(case)}の受付（{case.number}）、送られた内容は{sent}のものです。{_NOTHING}",
        other.id if other else None,
    )


def _note(case: Case, actor: Actor, what: str, sent: str) -> None:
    numbers = [person.number for person in case.persons if person.number]
    with transaction():
        audit.record(
            "case.wrong_screen",
            actor=actor,
            case_id=case.id,
            persons=numbers,
            detail={"what": what, "sent": sent},
        )


def _sealed(made_for: str) -> str:
    settings: Settings = current_app.config["KAKANAI"]
    seal = hmac.new(settings.keys.secret, b"made for\0" + made_for.encode(), hashlib.sha256).hexdigest()
    return f"{made_for}.{seal[:_SEAL]}"


def _parts(case: Case) -> str:
    visitor = case.visitor.id[:SHORT] if case.visitor else ""
    subjects = sorted(person.id[:SHORT] for person in case.subjects)
    if len(subjects) > MOST_SUBJECTS:
        subjects = [hashlib.sha256("".join(subjects).encode()).hexdigest()[:_SEAL]]
    return "-".join([visitor, *subjects])


def _ids(texts: Iterable[str]) -> set[str]:
    return {found for text in texts for found in _ID.findall(text)}


def _protected(case: Case) -> bool:
    return bool(restrictions.list_protected([person.number for person in case.persons if person.number]))


def _whose(case: Case) -> str:
    """Whom the case is said to be of; a protected person is not named."""
    if case.state is State.STOPPED or _protected(case):
        return "取扱注意の方"
    return _named(case.visitor)


def _named(person: CasePerson | None) -> str:
    return f"{person.name}さん" if person and person.name else "来庁者がまだ入力されていない方"


def _persons(case: Case, parts: str | None) -> str:
    """The visitor and the subjects as they are (``parts`` None) or as a stamp has them."""
    wanted = (parts if parts is not None else _parts(case)).split("-")
    known = {person.id[:SHORT]: person for person in case.persons}
    visitor = _named(known.get(wanted[0]))
    return f"「来庁者 {visitor}・対象者 {_listed([known.get(one) for one in wanted[1:]])}」"


def _listed(persons: Sequence[CasePerson | None]) -> str:
    names = [person.name for person in persons if person]
    gone = len(persons) - len(names)
    shown = "、".join(names[:4]) + (f"ほか{len(names) - 4}人" if len(names) > 4 else "")
    if gone:
        shown += f"{'と' if names else ''}外された方{gone}人"
    return shown or "なし"
