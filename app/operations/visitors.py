"""Who came: found in the register after the case was opened, typed in, or corrected for this case (R9, R12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.data import audit, cases, residents
from app.domain.authority import Actor
from app.domain.case import Case, CasePerson, Step
from app.domain.corrections import ITEMS, REASON, REASONS, corrected_items
from app.domain.dates import DateProblem, parse_date
from app.domain.errors import Invalid, Refused
from app.domain.person import Category
from app.operations import places
from app.operations.cases import changing, place_visitor
from app.operations.stops import stop_for
from app.operations.subjects import TYPED

LONGEST_TEXT = 200


def place(case_id: str, actor: Actor, version: int | None, person_id: str) -> None:
    """Somebody of the register is the visitor of a case that has none yet, or a typed one; a corporation is the requester.

    Raises NotFound, Refused, Stopped, Conflict.
    """
    person = residents.get_person(person_id, actor.disclosure(f"case:{case_id}"))
    stop_for(case_id, actor, [person])
    with changing(case_id, actor, version) as row:
        case = cases.get_case(case_id)
        if person.category is not Category.CORPORATION:
            _leave_typed(case)
        place_visitor(row, person, actor)


def _leave_typed(case: Case) -> None:
    visitor = case.visitor
    if visitor is None:
        return
    if visitor.number:
        raise Refused("来庁者はすでに住民情報から選ばれています。別の方は、新しい受付で行ってください。")
    cases.remove_person(case.id, visitor.id)


def read_person(
    typed: Mapping[str, str], today: date, wrong: dict[str, str], *, needed: tuple[str, ...]
) -> dict[str, str]:
    """The items of a person as typed, empty ones left out. ``needed`` ones must be there. Errors go into ``wrong``."""
    labels = {**ITEMS, "phone": "電話番号"}
    values = {name: typed.get(name, "").strip() for name in labels}
    examples = {"name": "（例: 架空　花子）", "birth": "（例: S40.1.2）"}
    for name, text in values.items():
        if not text and name in needed:
            wrong[name] = f"{labels[name]}を入力してください{examples.get(name, '')}。"
        elif len(text) > LONGEST_TEXT:
            wrong[name] = f"{LONGEST_TEXT}文字以内で入力してください。"
    found = {name: text for name, text in values.items() if text and name != "birth"}
    if values["birth"]:
        try:
            born = parse_date(values["birth"], today=today, field="birth")
            found |= {"birth": born.iso, "birth_text": born.text}
        except DateProblem as problem:
            wrong["birth"] = problem.message
    return found


def store_person(
    case: Case,
    actor: Actor,
    person: CasePerson,
    values: Mapping[str, str],
    reason: str,
    wrong: dict[str, str],
) -> None:
    """Keep what was typed for a person of the case; a registered one needs a reason where it differs. Only inside a
    transaction. Raises Invalid with ``wrong``."""
    kept = dict(values)
    if "address" in kept and kept["address"] != person.address:
        # Another address has another postal code; the old one would go onto papers.
        found = places.resolve(kept["address"])
        kept |= {"address_code": found.code or found.country, "postal_code": found.postal_code}
    cases.correct_person(case.id, person.id, kept)
    after = cases.get_case(case.id).person(person.id)
    changed = corrected_items(after) if after else ()
    if changed and reason not in dict(REASONS):
        labels = "・".join(one.label for one in changed)
        wrong["reason"] = f"{labels}が住民情報と違います。違う理由を選んでください。"
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    cases.set_fact(case.id, person.id, REASON, reason if changed else None, "asked", actor.staff_id)
    if changed:
        audit.record(
            "case.person_corrected", actor=actor, case_id=case.id, persons=[person.number] if person.number else [],
            detail={"items": [one.name for one in changed], "reason": reason},
        )  # fmt: skip


def correct(
    case_id: str, actor: Actor, version: int | None, person_id: str, typed: Mapping[str, str], today: date
) -> None:
    """Correct somebody of the case, or complete who was typed. Raises Invalid naming each field that is wrong."""
    with changing(case_id, actor, version, Step.SUBJECTS):
        case = cases.get_case(case_id)
        person = case.person(person_id)
        if person is None:
            raise Invalid("この受付に、その方は含まれていません。画面を開き直してください。")
        wrong: dict[str, str] = {}
        values = read_person(typed, today, wrong, needed=() if person.number else ("name",))
        store_person(case, actor, person, values, typed.get("reason", ""), wrong)


def add_typed(case_id: str, actor: Actor, version: int | None, typed: Mapping[str, str], today: date) -> None:
    """A subject who is in no register (R14). Raises Invalid naming each field that is wrong."""
    with changing(case_id, actor, version, Step.SUBJECTS):
        if cases.get_case(case_id).kind not in TYPED:
            raise Invalid(
                "この用件では、住民情報にない方をここで加えられません。次の画面で入力してください。"
            )
        wrong: dict[str, str] = {}
        values = read_person(typed, today, wrong, needed=("name",))
        if wrong:
            raise Invalid("入力内容を確認してください。", wrong)
        person_id = cases.add_person(
            case_id, number=None, source="typed", seen={}, visitor=False, subject=True
        )
        case = cases.get_case(case_id)
        person = case.person(person_id)
        if person is not None:
            store_person(case, actor, person, values, "", wrong)
        audit.record("case.person_added", actor=actor, case_id=case_id, detail={"as": "typed subject"})
