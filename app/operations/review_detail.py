"""One procedure as its reviewer reads it: what the form says beside what the register says now, answers, papers, memos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.data import audit, cases, residents, reviews, staff
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.case import Case, CaseDocument, CaseMemo, CasePerson
from app.domain.conditions import shown_value
from app.domain.content import ContentPack
from app.domain.dates import format_wareki
from app.domain.disclosure import Disclosure
from app.domain.errors import NotFound
from app.domain.facts import read_value
from app.domain.person import Person
from app.domain.review import Comparison, ReviewAction, ReviewEntry, actions_on, compare
from app.operations import packs
from app.operations.print_values import SEXES, subject_values
from app.operations.review import Line, find

LABELS: dict[str, str] = {
    "name": "氏名", "kana": "カナ", "birth": "生年月日", "sex": "性別", "relationship": "続柄", "householder": "世帯主",
    "address": "住所", "postal_code": "郵便番号", "nationality": "国籍",
}  # fmt: skip
"""What is compared, in the order of the form."""


@dataclass(frozen=True)
class PersonComparison:
    """A person of the procedure: his values on the form beside the register's; ``registered`` says that he is in it."""

    name: str
    values: tuple[Comparison, ...]
    registered: bool

    @property
    def differences(self) -> int:
        """How many values differ; of somebody who is in no register nothing does."""
        return sum(one.differs for one in self.values) if self.registered else 0


@dataclass(frozen=True)
class ItemDetail:
    """What the reviewer sees of one procedure; of a withheld one nothing but the line."""

    line: Line
    actions: tuple[ReviewAction, ...]
    case: Case | None = None
    people: tuple[PersonComparison, ...] = ()
    answers: tuple[tuple[str, str, str], ...] = ()
    papers: tuple[CaseDocument, ...] = ()
    memos: tuple[CaseMemo, ...] = ()
    entries: tuple[ReviewEntry, ...] = ()
    staff_names: dict[str, str] | None = None
    counter_names: dict[str, str] | None = None


def detail(item_id: str, actor: Actor) -> ItemDetail:
    """One procedure of this counter's worklist; that it was read is recorded. Raises Refused, NotFound."""
    line = find(item_id, actor)
    persons = [] if line.withheld else sorted(line.item.numbers)
    with transaction():
        audit.record(
            "review.viewed", actor=actor, case_id=line.item.case_id, persons=persons,
            detail={"procedure": line.item.code},
        )  # fmt: skip
    if line.withheld:
        return ItemDetail(line, ())
    case = cases.get_case(line.item.case_id)
    pack = packs.of_case(case)
    own = next(one for one in case.procedures if one.code == line.item.code)
    concerned = [one for one in case.persons if one.id in own.people] or list(case.subjects)
    disclosure = actor.disclosure(f"review:{case.id}")
    entries = reviews.list_entries(case.id, line.item.code)
    ids = {one.by for one in entries} | {one.written_by for one in case.memos}
    return ItemDetail(
        line, actions_on(line.item.state), case, tuple(_compare(case, one, disclosure) for one in concerned),
        tuple(_answers(case, pack, {one.id for one in concerned})), case.documents, case.memos, entries,
        staff.list_staff_names(ids), dict(staff.list_counters()),
    )  # fmt: skip


def _compare(case: Case, person: CasePerson, disclosure: Disclosure) -> PersonComparison:
    values = subject_values(case, person)
    form = {name: str(values.get(f"subject.{name}") or "") for name in LABELS}
    form["birth"] = format_wareki(person.birth) if person.birth else ""
    found = _registered(person, disclosure)
    register = _of_register(found, disclosure) if found else {}
    if not form["postal_code"]:
        register.pop("postal_code", None)
    return PersonComparison(person.name, compare(LABELS, form, register), found is not None)


def _registered(person: CasePerson, disclosure: Disclosure) -> Person | None:
    if person.number is None:
        return None
    try:
        return residents.get_person_by_number(person.number, disclosure)
    except NotFound:
        return None


def _of_register(person: Person, disclosure: Disclosure) -> dict[str, str]:
    household = residents.list_household(person.household_number, disclosure)
    head = next((one.name for one in household if one.is_householder), "")
    return {
        "name": person.name, "kana": person.kana, "birth": format_wareki(person.birth),
        "sex": SEXES.get(person.sex, ""), "relationship": person.relationship, "householder": head,
        "address": person.address.text, "postal_code": person.address.postal_code, "nationality": person.nationality,
    }  # fmt: skip


def _answers(case: Case, pack: ContentPack, people: set[str]) -> Iterable[tuple[str, str, str]]:
    """Question, answer and of whom (empty: of the case), as far as they concern these persons."""
    for (subject, name), fact in case.facts.items():
        question, definition = pack.question_by_fact.get(name), pack.fact_by_id.get(name)
        if question is None or definition is None or (subject and subject not in people):
            continue
        value = read_value(fact.value, definition.type) if fact.value is not None else None
        person = case.person(subject)
        words = shown_value(value, definition).strip("「」") if value is not None else "わからない"
        yield question.text, words, person.name if person else ""
