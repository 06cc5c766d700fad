"""The content pack (業務定義): procedures, questions, rule tables, certificates, fees and words of a city, as plain data.

Everything here is edited by the city's own staff and carries a valid period where the requirement asks for one.
Codes are English and stable; titles and sentences are Japanese and are shown as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from app.domain.certificate_content import (
    Allowed,
    Certificate,
    CertificateItem,
    Exemption,
    FeeAddition,
    FeeMeasure,
    FeeRule,
    IdentityDocument,
    Payment,
    ProofPaper,
    Purpose,
    Relation,
    RequesterRule,
)
from app.domain.content_problem import ContentProblem
from app.domain.example_content import Example, Ordinary, Preset
from app.domain.office_content import (
    Counter,
    DeadlineRule,
    Event,
    Limit,
    MemoPhrase,
    MoveReason,
    Office,
    Pamphlet,
    Section,
    Setting,
)

__all__ = [
    "Allowed",
    "Applicant",
    "Certificate",
    "CertificateItem",
    "Choice",
    "Condition",
    "ConditionValue",
    "ContentPack",
    "ContentProblem",
    "Counter",
    "DeadlineRule",
    "Event",
    "Example",
    "Exemption",
    "FactDefinition",
    "FactType",
    "FeeAddition",
    "FeeMeasure",
    "FeeRule",
    "IdentityDocument",
    "Limit",
    "MemoPhrase",
    "MoveReason",
    "Pamphlet",
    "Place",
    "Procedure",
    "ProofPaper",
    "Question",
    "QuestionGroup",
    "Relation",
    "RequesterRule",
    "Rule",
    "Section",
    "Setting",
    "Subject",
    "Who",
]


class FactType(StrEnum):
    """What kind of value a fact has."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    DATE = "date"
    NUMBER = "number"
    TEXT = "text"


class Subject(StrEnum):
    """What a fact, a question or a procedure is about: the case as a whole or each person."""

    CASE = "case"
    PERSON = "person"


class Who(StrEnum):
    """The persons a rule row is tried on: those who move (異動者), everyone in the household after the move, or those
    who stay in the household that others leave (残る方).
    """

    MOVERS = "movers"
    MEMBERS = "members"
    STAYERS = "stayers"


class Place(StrEnum):
    """Where a procedure is done: at this counter (この窓口) or in another section or office (他課へ案内)."""

    HERE = "here"
    OTHER = "other"


class Applicant(StrEnum):
    """Whose name a procedure's form bears: each person concerned, the householder, or the visitor."""

    TARGET = "target"
    HOUSEHOLDER = "householder"
    VISITOR = "visitor"


@dataclass(frozen=True)
class Choice:
    """One value of a choice fact."""

    code: str
    label: str


@dataclass(frozen=True)
class FactDefinition:
    """A fact that rules may use.

    `source` is `register:<data set>`, `case` (typed in 内容入力), `question`, or `derived:<function>` of
    `app.domain.derivations` with `args`. A fact of any source but a derived one may also have a question.
    """

    id: str
    label: str
    type: FactType
    subject: Subject
    source: str
    args: tuple[str | int, ...] = ()
    choices: tuple[Choice, ...] = ()
    unit: str = ""

    @cached_property
    def derivation(self) -> str | None:
        """The function that computes it, or None when it is stored."""
        kind, _, name = self.source.partition(":")
        return name if kind == "derived" else None

    def choice_label(self, code: str) -> str:
        """The label of a choice code; the code itself when the catalogue no longer has it."""
        return next((choice.label for choice in self.choices if choice.code == code), code)


@dataclass(frozen=True)
class Question:
    """A question (確認事項) that asks for one fact.

    `why` may use {name} and {age} of the person, or {people}: those concerned. Answers print as `answers.<id>`.
    `checks` is what the clerk makes sure of, `review` what the city has to check in it before use.
    """

    id: str
    fact: str
    text: str
    why: str
    group: str
    order: int
    law: str = ""
    guidance: str = ""
    printable: bool = True
    checks: tuple[str, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None
    review: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class QuestionGroup:
    """A topic under which questions are shown together."""

    code: str
    title: str
    order: int


@dataclass(frozen=True)
class Procedure:
    """A procedure (手続き) of the catalogue.

    `per` says whether it is decided once for the case or for each person; `concerns` names the yes/no fact of the
    persons a case procedure is about. `automatic` needs nothing but an explanation; `by_hand` appears only when staff
    add it, because it depends on a wish. `deadline` is a code of the deadline table, `deadline_note` words beside it.
    `number` is its row in the catalogue of procedures (手続き目録), 0 for one the city added; `single` may be taken up
    without a move (個別の手続き). One not `in_guide` is kept off the guide sheet, which others at home may read. `pamphlets`
    are codes of slots, `checks` what the clerk makes sure of, `review` what the city has to check before use; its guidance
    was last read on `reviewed_on` and is to be read again by `review_by`.
    """

    code: str
    title: str
    section: str
    place: Place
    per: Subject
    order: int
    explanation: str
    legal_basis: str = ""
    guidance: str = ""
    bring: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    applicant: Applicant = Applicant.VISITOR
    concerns: str = ""
    deadline: str = ""
    deadline_note: str = ""
    automatic: bool = False
    by_hand: bool = False
    number: int = 0
    single: bool = False
    pamphlets: tuple[str, ...] = ()
    in_guide: bool = True
    checks: tuple[str, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None
    review: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def file(self) -> str:
        """Where a folder of the pack keeps it: with the section that owns it."""
        return f"procedures/{self.section}.toml"


ConditionValue = bool | int | str | date | tuple[str, ...] | tuple[int, ...] | tuple[date, ...]


@dataclass(frozen=True)
class Condition:
    """One cell pair of a rule row: a fact, an operator of `app.domain.conditions`, and a value or a setting ("$code")."""

    fact: str
    operator: str
    value: ConditionValue


@dataclass(frozen=True)
class Rule:
    """A row of the decision table: in these events, when all conditions hold, the procedure is needed.

    Rows of one procedure are alternatives. `reason` is a complete sentence and may use {name}, {age}, {people}.
    `concerns` names the yes/no fact of the persons a row of a case procedure is about, `forms` those forms of the procedure
    it asks for, where they are others than the procedure says.
    """

    id: str
    procedure: str
    events: tuple[str, ...]
    conditions: tuple[Condition, ...]
    reason: str
    who: Who = Who.MOVERS
    concerns: str = ""
    forms: tuple[str, ...] = ()
    legal_basis: str = ""
    review: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class ContentPack:
    """One version of the city's content."""

    title: str
    version: str
    facts: tuple[FactDefinition, ...] = ()
    question_groups: tuple[QuestionGroup, ...] = ()
    questions: tuple[Question, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    rules: tuple[Rule, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    certificate_items: tuple[CertificateItem, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    fees: tuple[FeeRule, ...] = ()
    fee_additions: tuple[FeeAddition, ...] = ()
    fee_measures: tuple[FeeMeasure, ...] = ()
    payments: tuple[Payment, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    identity_documents: tuple[IdentityDocument, ...] = ()
    proof_papers: tuple[ProofPaper, ...] = ()
    relations: tuple[Relation, ...] = ()
    requester_rules: tuple[RequesterRule, ...] = ()
    deadlines: tuple[DeadlineRule, ...] = ()
    events: tuple[Event, ...] = ()
    sections: tuple[Section, ...] = ()
    offices: tuple[Office, ...] = ()
    counters: tuple[Counter, ...] = ()
    phrases: tuple[MemoPhrase, ...] = ()
    pamphlets: tuple[Pamphlet, ...] = ()
    settings: tuple[Setting, ...] = ()
    presets: tuple[Preset, ...] = ()
    ordinary: tuple[Ordinary, ...] = ()
    examples: tuple[Example, ...] = ()

    @cached_property
    def settled(self) -> ContentPack:
        """This pack with the value of each setting where it is named; what names no setting there is stays as it is."""
        values = {f"${setting.code}": setting.value for setting in self.settings}

        def value(raw: Any) -> Any:
            if isinstance(raw, tuple):
                return tuple(map(value, raw))
            return values.get(raw, raw) if isinstance(raw, str) else raw

        return replace(
            self,
            facts=tuple(replace(fact, args=value(fact.args)) for fact in self.facts),
            rules=tuple(
                replace(
                    rule, conditions=tuple(replace(one, value=value(one.value)) for one in rule.conditions)
                )
                for rule in self.rules
            ),
        )

    def rule_file(self, rule: Rule) -> str:
        """Where a folder of the pack keeps a row: with the section that owns its procedure."""
        procedure = self.procedure_by_code.get(rule.procedure)
        return f"rules/{procedure.section if procedure else 'other'}.toml"

    @cached_property
    def fact_by_id(self) -> dict[str, FactDefinition]:
        """Fact definitions by id."""
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def question_by_fact(self) -> dict[str, Question]:
        """The question that asks for a fact."""
        return {question.fact: question for question in self.questions}

    @cached_property
    def procedure_by_code(self) -> dict[str, Procedure]:
        """Procedures by code."""
        return {procedure.code: procedure for procedure in self.procedures}

    @cached_property
    def section_by_code(self) -> dict[str, Section]:
        """Sections by code."""
        return {section.code: section for section in self.sections}

    @cached_property
    def certificate_by_code(self) -> dict[str, Certificate]:
        """Certificates by code."""
        return {certificate.code: certificate for certificate in self.certificates}

    @cached_property
    def _items_by_certificate(self) -> dict[str, tuple[CertificateItem, ...]]:
        found: dict[str, list[CertificateItem]] = {}
        for item in self.certificate_items:
            found.setdefault(item.certificate, []).append(item)
        return {code: tuple(items) for code, items in found.items()}

    def items_of(self, certificate: str) -> tuple[CertificateItem, ...]:
        """What is asked about a kind of certificate, in the order of the table."""
        return self._items_by_certificate.get(certificate, ())

    @cached_property
    def fee_measure_by_code(self) -> dict[str, FeeMeasure]:
        """Measures of fees by code."""
        return {measure.code: measure for measure in self.fee_measures}

    @cached_property
    def event_by_code(self) -> dict[str, Event]:
        """Events by code."""
        return {event.code: event for event in self.events}

    @cached_property
    def rules_by_procedure(self) -> dict[str, tuple[Rule, ...]]:
        """Rule rows by the procedure they need."""
        rows: dict[str, list[Rule]] = {}
        for rule in self.rules:
            rows.setdefault(rule.procedure, []).append(rule)
        return {code: tuple(found) for code, found in rows.items()}

    @cached_property
    def conditions_by_fact(self) -> dict[str, tuple[Condition, ...]]:
        """Every condition on a fact, in any row."""
        found: dict[str, list[Condition]] = {}
        for condition in (one for rule in self.rules for one in rule.conditions):
            found.setdefault(condition.fact, []).append(condition)
        return {fact: tuple(conditions) for fact, conditions in found.items()}
