"""A case (受付): what one visit is about, who is in it, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.domain.dates import PartialDate
from app.domain.disclosure import MASK
from app.domain.person import Category


class Kind(StrEnum):
    """What the visitor came for (用件)."""

    CERTIFICATE = "certificate"
    MOVE_IN = "move_in"
    ADDRESS_CHANGE = "address_change"


KIND_LABELS: dict[Kind, str] = {
    Kind.CERTIFICATE: "証明書の交付",
    Kind.MOVE_IN: "転入届",
    Kind.ADDRESS_CHANGE: "転居届",
}
KIND_DIGITS: dict[Kind, str] = {Kind.CERTIFICATE: "1", Kind.MOVE_IN: "2", Kind.ADDRESS_CHANGE: "4"}
MOVES = frozenset({Kind.MOVE_IN, Kind.ADDRESS_CHANGE})


class Channel(StrEnum):
    """How the case reached the city (R3)."""

    COUNTER = "counter"
    POST = "post"
    EX_OFFICIO = "ex_officio"


CHANNEL_LABELS: dict[Channel, str] = {
    Channel.COUNTER: "窓口",
    Channel.POST: "郵送",
    Channel.EX_OFFICIO: "職権",
}


class State(StrEnum):
    """Whether work on the case goes on."""

    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    STOPPED = "stopped"
    """A protected person is involved (取扱注意): nothing can be done with it at the counter."""


STATE_LABELS: dict[State, str] = {
    State.OPEN: "受付中",
    State.SUSPENDED: "中断中",
    State.CLOSED: "受付終了",
    State.STOPPED: "停止（取扱注意）",
}


class Step(StrEnum):
    """The steps of a reception, in the order they are shown."""

    IDENTITY = "identity"
    KIND = "kind"
    SUBJECTS = "subjects"
    CONTENT = "content"
    QUESTIONS = "questions"
    PROCEDURES = "procedures"
    PRINT = "print"


STEP_LABELS: dict[Step, str] = {
    Step.IDENTITY: "本人確認",
    Step.KIND: "用件",
    Step.SUBJECTS: "対象者",
    Step.CONTENT: "内容入力",
    Step.QUESTIONS: "確認事項",
    Step.PROCEDURES: "手続き一覧",
    Step.PRINT: "印刷・案内",
}


class ProcedureState(StrEnum):
    """How far a procedure of the list has come (R22)."""

    NOT_STARTED = "not_started"
    PRINTED = "printed"
    RECEIVED = "received"
    GUIDED = "guided"


PROCEDURE_STATE_LABELS: dict[ProcedureState, tuple[str, str]] = {
    ProcedureState.NOT_STARTED: ("○", "未着手"),
    ProcedureState.PRINTED: ("▣", "申請書印刷済"),
    ProcedureState.RECEIVED: ("✓", "受付済"),
    ProcedureState.GUIDED: ("→", "案内済"),
}


@dataclass(frozen=True)
class CasePerson:
    """A person of a case as he was seen, with what staff corrected for this case; the register never changes (R12)."""

    id: str
    number: str | None
    position: int
    is_visitor: bool
    is_subject: bool
    source: str
    seen: Mapping[str, Any]
    corrected: Mapping[str, Any]

    def value(self, name: str) -> str:
        """The text of one item, the correction before the register: name, kana, sex, address, phone …"""
        return str(self.corrected.get(name, self.seen.get(name, "")) or "")

    @property
    def name(self) -> str:
        return self.value("name")

    @property
    def birth(self) -> PartialDate | None:
        """Written in western years for a foreign resident, on screens and papers alike."""
        iso = self.value("birth")
        born = PartialDate.from_iso(iso, self.value("birth_text")) if iso else None
        return born.in_western_years() if born and self.is_foreign else born

    @property
    def is_foreign(self) -> bool:
        return self.value("category") == Category.FOREIGN or bool(self.value("nationality"))

    @property
    def address(self) -> str:
        # A withheld address is not corrected from a form that never showed it.
        return MASK if self.seen.get("withheld") else self.value("address")


@dataclass(frozen=True)
class CaseFact:
    """What is known about the case or one of its persons: value, source and when it was recorded by whom."""

    subject: str
    name: str
    value: Any
    source: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True)
class CaseProcedure:
    """A line of the list of procedures (手続き一覧)."""

    id: str
    code: str
    origin: str
    needed: bool
    state: ProcedureState
    reason: str
    legal_basis: str
    people: tuple[str, ...]
    staff_reason: str
    print_chosen: bool


@dataclass(frozen=True)
class CertificateLine:
    """A line of a certificate request: kind, whose, how many, with which contents."""

    id: str
    kind: str
    subject: str
    copies: int
    options: tuple[str, ...]


@dataclass(frozen=True)
class CaseDocument:
    """A paper that was produced for the case."""

    id: str
    made_at: datetime
    made_by: str
    counter: str
    forms: tuple[Mapping[str, Any], ...]
    pages: int
    sha256: str
    reprint_of: str | None


@dataclass(frozen=True)
class CaseMemo:
    """A memo of the case."""

    kind: str
    text: str
    written_at: datetime
    written_by: str
    counter: str


@dataclass(frozen=True)
class Case:
    """The whole of a case as stored."""

    id: str
    number: str
    kind: Kind | None
    channel: Channel
    state: State
    step: Step
    counter: str
    opened_by: str
    held_by: str
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    received_on: date
    version: int
    content_version: int
    persons: tuple[CasePerson, ...]
    facts: Mapping[tuple[str, str], CaseFact]
    procedures: tuple[CaseProcedure, ...]
    certificates: tuple[CertificateLine, ...]
    documents: tuple[CaseDocument, ...]
    memos: tuple[CaseMemo, ...]

    @property
    def visitor(self) -> CasePerson | None:
        return next((person for person in self.persons if person.is_visitor), None)

    @property
    def subjects(self) -> tuple[CasePerson, ...]:
        return tuple(person for person in self.persons if person.is_subject)

    def person(self, person_id: str) -> CasePerson | None:
        return next((person for person in self.persons if person.id == person_id), None)

    def fact(self, name: str, subject: str = "", default: Any = None) -> Any:
        """The value of a fact, or the default when it is not known."""
        found = self.facts.get((subject, name))
        return default if found is None else found.value

    @property
    def is_for_self(self) -> bool:
        """Whether the visitor acts for himself; then nobody else has to be chosen."""
        return self.fact("identity.relation", default="self") == "self"

    @property
    def steps(self) -> tuple[tuple[Step, bool], ...]:
        """Every step with whether it holds a question for this case; the others are shown as automatic."""
        return tuple((step, self._asks(step)) for step in Step)

    def _asks(self, step: Step) -> bool:
        if step is Step.SUBJECTS:
            return self.kind is Kind.ADDRESS_CHANGE or (
                self.kind is Kind.CERTIFICATE and not self.is_for_self
            )
        if step in {Step.QUESTIONS, Step.PROCEDURES}:
            return self.kind in MOVES
        return True

    def step_after(self, step: Step) -> Step:
        """The next step that asks something; the last one stays."""
        asking = [name for name, asks in self.steps if asks]
        later = [name for name in asking if list(Step).index(name) > list(Step).index(step)]
        return later[0] if later else Step.PRINT

    def step_before(self, step: Step) -> Step | None:
        earlier = [
            name for name, asks in self.steps if asks and list(Step).index(name) < list(Step).index(step)
        ]
        return earlier[-1] if earlier else None
