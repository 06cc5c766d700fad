"""Which forms a case orders, for whom, and with which values: everything a print job needs before it is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.documents.definitions import FormDefinition
from app.domain.authority import Actor
from app.domain.case import Case, CasePerson, CertificateLine, Kind
from app.domain.content import Applicant, ContentPack
from app.domain.errors import Invalid
from app.domain.facts import FactSet
from app.domain.new_households import FIRST, are_several, household_of, keys_of
from app.domain.rules import Verdict, forms_of
from app.operations import certificates, guide_choice, leaflets, packs, signatures, translations
from app.operations.guide_sheet import GUIDE_FORMS, PLAIN_FORM, GuideSheet, SheetChoice
from app.operations.navigation import facts_of
from app.operations.places import city_name
from app.operations.print_values import (
    answer_values,
    applicant,
    certificate_values,
    changed_persons,
    common_values,
    household_values,
    householder,
    person_row,
    subject_values,
    targets,
    who,
)
from app.operations.procedure_list import ListedProcedure, ProcedureList, procedure_list


@dataclass(frozen=True)
class OrderedForm:
    """A form to print: which, for whom, its values, and the procedures that ask for it (none: the case itself does)."""

    definition: FormDefinition
    persons: tuple[CasePerson, ...]
    values: Mapping[str, Any]
    procedures: tuple[str, ...] = ()

    @property
    def person_ids(self) -> tuple[str, ...]:
        """Whose paper it is."""
        return tuple(person.id for person in self.persons)


@dataclass(frozen=True)
class _Desk:
    """What all forms of one order share."""

    case: Case
    pack: ContentPack
    forms: Mapping[str, FormDefinition]
    facts: FactSet
    base: Mapping[str, Any]

    @property
    def own_form(self) -> str:
        """The form of what the visitor came for (用件), as the content pack names it."""
        event = self.pack.event_by_code.get(self.case.kind or "")
        return event.form if event else ""

    def form(self, code: str) -> FormDefinition:
        found = self.forms.get(code)
        if found is None:
            raise Invalid(f"様式「{code}」が業務定義にないため印刷できません。情報政策課へご連絡ください。")
        return found

    def order(
        self,
        code: str,
        people: Sequence[CasePerson],
        subject: CasePerson | None,
        more: Mapping[str, Any] | None = None,
    ) -> OrderedForm:
        """The form filled for the people it lists and the one it is for.

        The visitor who brings it belongs to it too, and the householder (世帯主) where the form prints him.
        """
        definition = self.form(code)
        # Beside a list of persons stands what is known of who applies: his number of the allowance, not the child's.
        about = people[0] if len(people) == 1 and not (definition.lists_people and subject) else subject
        values = {**self.base, **answer_values(self.pack, self.facts, about)}
        if subject is not None:
            values |= subject_values(self.case, subject)
        visitor = self.case.visitor
        if visitor is not None and subject is not None and visitor.id != subject.id:
            values |= who("bearer", self.case, visitor)
        values["targets"] = [person_row(person) for person in people]
        beside = [person for person in people if subject is None or person.id != subject.id]
        values["others"] = [person_row(person) for person in beside]
        key = self.household(people, subject)
        if key:
            values |= household_values(self.case, key)
        head = householder(self.case, key or FIRST) if definition.names_householder else None
        others = (one for one in (subject, head, visitor) if one is not None)
        persons = tuple({person.id: person for person in (*people, *others)}.values())
        return OrderedForm(definition, persons, {**values, **(more or {})})

    def household(self, people: Sequence[CasePerson], subject: CasePerson | None) -> str:
        """Of which of several households after the event a paper is; empty where there is one, or it is of them all."""
        about = {household_of(self.case, one) for one in people} or {
            household_of(self.case, one) for one in (subject,) if one is not None
        }
        return about.pop() if are_several(self.case) and len(about) == 1 else ""

    def by_household(self, people: Sequence[CasePerson]) -> list[tuple[CasePerson, ...]]:
        """The people of each household after the event; all together where there is only one."""
        keys = keys_of(self.case) if are_several(self.case) else ()
        groups = [tuple(one for one in people if household_of(self.case, one) == key) for key in keys]
        return [group for group in groups if group] or [tuple(people)]


def order_forms(
    case: Case, actor: Actor, chosen: Sequence[str] | None
) -> tuple[list[OrderedForm], tuple[ListedProcedure, ...]]:
    """The forms of the case in the order of the round, and the procedures the guide among them leads to.

    ``chosen`` are procedure codes (None: every line that is ticked). Raises Invalid.
    """
    content = packs.published(case.content_version)
    facts = facts_of(case, content.pack, actor)
    base = common_values(case, content.pack, actor, city_name()) | signatures.printed_values(case)
    desk = _Desk(case, content.pack, content.forms_on(case.received_on), facts, base)
    if case.kind is Kind.CERTIFICATE:
        certificates.check_ready(case)
        return _requests(desk), ()
    if case.kind is None:
        raise Invalid("用件を選んでから印刷してください。")
    listing = procedure_list(case, actor)
    needed = listing.needed
    wanted = tuple(
        one for one in needed if (one.line.print_chosen if chosen is None else one.procedure.code in chosen)
    )
    guided = tuple(one for one in needed if one.procedure.in_guide)
    guide = _guide(desk, guided, listing.verdicts)
    # What is notified on a paper of the family register (戸籍の届書) has no form here: the official one is brought.
    groups = desk.by_household(changed_persons(case)) if desk.own_form else []
    own = [desk.order(desk.own_form, people, people[0]) for people in groups]
    return [
        *own,
        *_procedure_forms(desk, wanted, listing.verdicts),
        guide,
        *_leaflets(case, content.pack, listing),
    ], needed


def _leaflets(case: Case, pack: ContentPack, listing: ProcedureList) -> list[OrderedForm]:
    """The leaflets of the procedures behind the guide sheet; nobody's names are on them."""
    return [
        OrderedForm(leaflets.as_form(one), (), {})
        for one in guide_choice.handed_out(case, pack, listing)
        if one.pamphlet.code not in guide_choice.left_out(case)
    ]


def _guide(desk: _Desk, guided: Sequence[ListedProcedure], verdicts: Sequence[Verdict]) -> OrderedForm:
    """The guide sheet as it was chosen for the case; content without its form has the plain one."""
    chosen = SheetChoice.of(desk.case)
    code = chosen.form
    if code not in desk.forms:
        code, chosen = PLAIN_FORM, SheetChoice()
    sheet = GuideSheet(desk.pack, desk.facts, verdicts, chosen.language, translations.memory(chosen.code))
    return desk.order(code, desk.case.subjects, None, sheet.values(desk.case, guided))


def order_everything(case: Case, actor: Actor) -> list[OrderedForm]:
    """Every form the case can have printed now, ticked or not, in the order of the round. Raises Invalid."""
    ordered, _listed = order_forms(case, actor, [line.code for line in case.procedures if line.needed])
    return ordered


def order_again(case: Case, actor: Actor, papers: Sequence[Mapping[str, Any]]) -> list[OrderedForm]:
    """Papers as they were stored, ordered anew with what the case holds now, in the order of the round.

    Raises Invalid when the list of procedures asks for none of them any more.
    """
    # The language or the size of the guide sheet may have been chosen anew.
    guided = any(paper["form"] in GUIDE_FORMS for paper in papers)
    whole = {paper["form"] for paper in papers if "persons" not in paper}
    own = {(paper["form"], tuple(paper["persons"])) for paper in papers if "persons" in paper}
    found = [
        one
        for one in order_everything(case, actor)
        if one.definition.code in whole
        or (one.definition.code, one.person_ids) in own
        or (guided and one.definition.code in GUIDE_FORMS)
    ]
    if not found:
        raise Invalid(
            "この帳票の手続きは、いまの手続き一覧にありません。「最初に印刷したとおり」を選んでください。"
        )
    return found


def _requests(desk: _Desk) -> list[OrderedForm]:
    """The request forms (交付請求書) of a certificate case: one for all lines of a section that are asked for on it.

    A form that has no list of certificates (印鑑登録申請書) is filled for one person at a time.
    """
    case, pack = desk.case, desk.pack
    sheets: dict[tuple[str, str, str], list[CertificateLine]] = {}
    for line in case.certificates:
        code = certificates.request_form(case, pack, line)
        listed = desk.form(code).lists("certificates")
        section = pack.certificate_by_code[line.kind].section
        sheets.setdefault((code, section, "" if listed else line.subject), []).append(line)
    made = []
    for (code, _section, _subject), lines in sheets.items():
        asked = {line.subject for line in lines}
        people = tuple(one for one in case.persons if one.id in asked) or case.subjects
        values = certificate_values(case, pack, {line.id for line in lines})
        made.append(desk.order(code, people, people[0], values))
    return made


def _procedure_forms(
    desk: _Desk, wanted: Iterable[ListedProcedure], verdicts: Sequence[Verdict]
) -> list[OrderedForm]:
    """The forms of the procedures in route order, of one procedure in that of the forms; a shared one once for its people."""
    made: dict[tuple[str, tuple[str, ...]], OrderedForm] = {}
    for item in wanted:
        for code in sorted(forms_of(item.procedure, verdicts), key=lambda one: desk.form(one).order):
            own = code == desk.own_form or code in GUIDE_FORMS
            if own or not desk.form(code).serves(desk.case.kind or ""):
                continue
            for subject, people in _sheets(desk, item, desk.form(code)):
                key = code, tuple(one.id for one in people)
                if key not in made:
                    made[key] = desk.order(code, people, subject)
                asking = (*made[key].procedures, item.procedure.code)
                made[key] = replace(made[key], procedures=asking)
    return list(made.values())


def _sheets(
    desk: _Desk, item: ListedProcedure, definition: FormDefinition
) -> list[tuple[CasePerson | None, tuple[CasePerson, ...]]]:
    """The sheets of one form: (who applies, whom it lists). A form without a list is filled once for each person."""
    case, everybody = desk.case, targets(desk.case, item)
    # A list of persons is that of one household: each has its own address and householder.
    groups = desk.by_household(everybody)
    if item.procedure.applicant is Applicant.HOUSEHOLDER:
        heads = [householder(case, desk.household(people, None) or FIRST) for people in groups]
        return [
            (head or applicant(case, desk.pack), people) for head, people in zip(heads, groups, strict=True)
        ]
    if item.procedure.applicant is Applicant.VISITOR:
        return [(applicant(case, desk.pack), people) for people in groups]
    if definition.lists_people:
        return [(people[0], people) for people in groups]
    return [(one, (one,)) for one in everybody]
