"""A case (受付): what one visit is about, who is in it, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.domain.channels import CHANNEL_LABELS as CHANNEL_LABELS
from app.domain.channels import Channel as Channel
from app.domain.dates import PartialDate
from app.domain.disclosure import MASK
from app.domain.person import Category


class Kind(StrEnum):
    """What the visitor came for (用件); each is an event of the content pack."""

    CERTIFICATE = "certificate"
    MOVE_IN = "move_in"
    MOVE_OUT = "move_out"
    ADDRESS_CHANGE = "address_change"
    HOUSEHOLD_SEPARATION = "household_separation"
    HOUSEHOLD_MERGER = "household_merger"
    HOUSEHOLD_COMPOSITION = "household_composition"
    HOUSEHOLDER_CHANGE = "householder_change"
    BIRTH = "birth"
    DEATH = "death"
    MARRIAGE = "marriage"
    DIVORCE = "divorce"
    NAME_CHANGE = "name_change"
    SINGLE = "single"


KIND_LABELS: dict[Kind, str] = {
    Kind.CERTIFICATE: "証明書の交付",
    Kind.MOVE_IN: "転入届",
    Kind.MOVE_OUT: "転出届",
    Kind.ADDRESS_CHANGE: "転居届",
    Kind.HOUSEHOLD_SEPARATION: "世帯分離届",
    Kind.HOUSEHOLD_MERGER: "世帯合併届",
    Kind.HOUSEHOLD_COMPOSITION: "世帯構成変更届",
    Kind.HOUSEHOLDER_CHANGE: "世帯主変更届",
    Kind.BIRTH: "出生届",
    Kind.DEATH: "死亡届（おくやみ）",
    Kind.MARRIAGE: "婚姻届",
    Kind.DIVORCE: "離婚届",
    Kind.NAME_CHANGE: "氏・名の変更",
    Kind.SINGLE: "個別の手続き",
}


@dataclass(frozen=True)
class KindChoice:
    """One of the nine big choices of the screen; one that stands for several kinds leads to a second choice."""

    code: str
    label: str
    kinds: tuple[Kind, ...]
    note: str = ""


KIND_NOTES: dict[Kind, str] = {
    Kind.HOUSEHOLD_SEPARATION: "同じ住所で世帯を分ける",
    Kind.HOUSEHOLD_MERGER: "同じ住所の二つの世帯を一つにする",
    Kind.HOUSEHOLD_COMPOSITION: "同じ住所の別の世帯へ移る",
    Kind.HOUSEHOLDER_CHANGE: "世帯主だけが変わる",
    Kind.NAME_CHANGE: "氏・名の変更、入籍、転籍など",
}


def _alone(kind: Kind) -> KindChoice:
    return KindChoice(kind.value, KIND_LABELS[kind], (kind,))


_OF_HOUSEHOLDS = tuple(kind for kind in Kind if kind.startswith("household"))
KIND_CHOICES: tuple[KindChoice, ...] = (
    _alone(Kind.CERTIFICATE),
    _alone(Kind.MOVE_IN),
    _alone(Kind.MOVE_OUT),
    _alone(Kind.ADDRESS_CHANGE),
    KindChoice(
        "household",
        "世帯変更届",
        _OF_HOUSEHOLDS,
        "分離・合併・構成変更・世帯主変更",
    ),
    _alone(Kind.BIRTH),
    _alone(Kind.DEATH),
    _alone(Kind.SINGLE),
    KindChoice(
        "family_register",
        "婚姻・離婚・氏名変更",
        (Kind.MARRIAGE, Kind.DIVORCE, Kind.NAME_CHANGE),
        "戸籍の届出にともなう手続き",
    ),
)
"""In the order of their digits."""


class State(StrEnum):
    """Whether work on the case goes on."""

    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    STOPPED = "stopped"
    """A protected person is involved (取扱注意): nothing can be done with it at the counter."""
    AWAITING = "awaiting_consent"
    """A correction (訂正) that waits for a second person's consent."""
    DROPPED = "dropped"
    """A correction that was not consented to, or given up."""


STATE_LABELS: dict[State, str] = {
    State.OPEN: "受付中",
    State.SUSPENDED: "中断中",
    State.CLOSED: "受付終了",
    State.STOPPED: "停止（取扱注意）",
    State.AWAITING: "訂正の承認待ち",
    State.DROPPED: "訂正を取りやめ",
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
    UNDER_REVIEW = "under_review"
    SENT_BACK = "sent_back"
    REVIEWED = "reviewed"
    COMPLETED = "completed"
    RETURNED = "returned"
    UNNEEDED = "unneeded"


MEMO_LABELS: dict[str, str] = {
    "reception": "受付メモ", "issue": "証明の発行指示", "handover": "他課への申し送り",
}  # fmt: skip

PROCEDURE_STATE_LABELS: dict[ProcedureState, tuple[str, str]] = {
    ProcedureState.NOT_STARTED: ("○", "未着手"),
    ProcedureState.PRINTED: ("▣", "申請書印刷済"),
    ProcedureState.RECEIVED: ("✓", "受付済"),
    ProcedureState.GUIDED: ("→", "案内済"),
    ProcedureState.UNDER_REVIEW: ("◐", "審査中"),
    ProcedureState.SENT_BACK: ("▲", "差戻し"),
    ProcedureState.REVIEWED: ("✓", "審査済"),
    ProcedureState.COMPLETED: ("✓", "完了"),
    ProcedureState.RETURNED: ("↩", "差戻し"),
    ProcedureState.UNNEEDED: ("＝", "不要"),
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
    """A line of a certificate request: kind, whose, how many, with which contents.

    ``options`` are the contents that are ticked, ``entered`` what was typed by the name of the entry, ``years`` the
    fiscal years (年度) asked for. ``issued_at`` says that the issuing desk has made it. A line without id is new.
    ``exemption`` is that of this line alone: empty follows the request, `fees.NONE` is none.
    """

    id: str
    kind: str
    subject: str
    copies: int
    options: tuple[str, ...] = ()
    entered: Mapping[str, str] = field(default_factory=dict)
    years: tuple[int, ...] = ()
    issued_at: datetime | None = None
    issued_by: str = ""
    exemption: str = ""

    def asks_the_same(self, other: CertificateLine) -> bool:
        """Whether the issuing desk would make the same papers for both."""
        return (self.kind, self.subject, self.copies, self.options, dict(self.entered), self.years) == (
            other.kind, other.subject, other.copies, other.options, dict(other.entered), other.years,
        )  # fmt: skip


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
    register_import: str | None = None
    held_since: datetime | None = None
    continues: str | None = None

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
    def awaits_visitor(self) -> bool:
        """Whether it is a booking (予約) whose visitor has not come yet: nobody's identity is established."""
        return self.channel.books and not self.fact("identity.documents")

    @property
    def is_for_self(self) -> bool:
        """Whether the visitor acts for himself; then nobody else has to be chosen."""
        return self.fact("identity.relation", default="self") == "self"

    @property
    def is_from_the_household(self) -> bool:
        """Whether the visitor is a member of the household it is about, so that it is known without choosing."""
        related = self.fact("identity.relation", default="self") in {"self", "household"}
        return related and self.visitor is not None and bool(self.visitor.value("household_number"))

    @property
    def steps(self) -> tuple[tuple[Step, bool], ...]:
        """Every step with whether it holds a question for this case; the others are shown as automatic."""
        return tuple((step, self._asks(step)) for step in Step)

    def _asks(self, step: Step) -> bool:
        if step is Step.SUBJECTS:
            return self._asks_for_subjects()
        if step in {Step.QUESTIONS, Step.PROCEDURES}:
            return self.kind not in {None, Kind.CERTIFICATE}
        return True

    def _asks_for_subjects(self) -> bool:
        match self.kind:
            case None | Kind.MOVE_IN:
                return False
            case Kind.CERTIFICATE | Kind.SINGLE:
                return not self.is_for_self
            case Kind.BIRTH | Kind.DEATH:
                return not self.is_from_the_household
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
