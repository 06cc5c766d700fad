"""Certificates, fees, identification and requesters of the content pack, as plain data: one flat table each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.requester_details import Asks


class Allowed(StrEnum):
    """Whether a requester may ask for a certificate."""

    YES = "yes"
    NO = "no"
    WITH_REASON = "with_reason"
    """Only for a proper reason that is examined (正当な理由の審査)."""


class CertificateArea(StrEnum):
    """The eight areas of certificates (対象証明書); kinds are offered under them."""

    RESIDENT = "resident"
    SEAL = "seal"
    FAMILY_REGISTER = "family_register"
    INCOME = "income"
    TAX_PAYMENT = "tax_payment"
    PROPERTY = "property"
    VEHICLE = "vehicle"
    OTHER = "other"


AREA_LABELS: dict[CertificateArea, str] = {
    CertificateArea.RESIDENT: "住民票",
    CertificateArea.SEAL: "印鑑証明",
    CertificateArea.FAMILY_REGISTER: "戸籍関係証明",
    CertificateArea.INCOME: "所得証明",
    CertificateArea.TAX_PAYMENT: "納税証明",
    CertificateArea.PROPERTY: "資産税に関する証明",
    CertificateArea.VEHICLE: "車検用軽自証明",
    CertificateArea.OTHER: "その他の証明",
}


class ItemType(StrEnum):
    """How a thing that is asked about a certificate is entered."""

    TICK = "tick"
    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True)
class CertificateItem:
    """A thing asked about a certificate: a content to tick (記載事項), or a value to enter.

    Ticks of one non-empty `group` exclude each other and one of them, the `default` until another is chosen, always
    holds. `sensitive` marks the Individual Number and the resident record code. A value is asked for where no
    `shown_with` is named or that tick holds; `choices` are the texts a choice offers. What is entered is counted as
    `measure` of the fee: a number as it is, a tick as one. A tick with a `fee` makes that fee the certificate's.
    """

    certificate: str
    code: str
    label: str
    type: ItemType = ItemType.TICK
    quick: str = ""
    group: str = ""
    default: bool = False
    sensitive: bool = False
    required: bool = False
    shown_with: str = ""
    choices: tuple[str, ...] = ()
    unit: str = ""
    hint: str = ""
    measure: str = ""
    fee: str = ""


@dataclass(frozen=True)
class Certificate:
    """A kind of certificate (証明書). `quick` is its letter in quick entry, `aliases` its Japanese short words.

    `requires` are codes of proof papers that must be shown (印鑑登録証). `fiscal_years` is how many past fiscal years
    can be asked for; 0 when the certificate has no year. `fee` is a code of the fee table, `requesters` the target of
    the rows that say who may ask (its own code when empty). `photo_id`: only a document with a photograph identifies.
    `channels` are the ways it can be asked for (all when empty). `purpose_needed` and `recipient_needed` hold for
    everybody; a third party and who wants a number says his purpose in any case. `form` is the request form it is asked
    for on; empty: that of the event.
    """

    code: str
    title: str
    section: str
    order: int
    fee: str
    quick: str = ""
    area: CertificateArea = CertificateArea.OTHER
    aliases: tuple[str, ...] = ()
    requesters: str = ""
    requires: tuple[str, ...] = ()
    photo_id: bool = False
    channels: tuple[str, ...] = ()
    fiscal_years: int = 0
    max_copies: int = 20
    purpose_needed: bool = False
    recipient_needed: bool = False
    form: str = ""
    guidance: str = ""
    law: str = ""
    checks: tuple[str, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None
    review: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def target(self) -> str:
        """The target of the requester rules that hold for it."""
        return self.requesters or self.code


@dataclass(frozen=True)
class Purpose:
    """A purpose of use (使用目的) that is offered, with where such a certificate goes (提出先).

    `exemption` is the exemption that such a use may have; it is only pointed out.
    """

    code: str
    title: str
    order: int
    recipients: tuple[str, ...] = ()
    exemption: str = ""
    note: str = ""


@dataclass(frozen=True)
class FeeRule:
    """A fee in yen per copy, for a valid period and, when `channel` is set, for that channel only.

    `multiply_by` names measures (tax items, fiscal years) the fee of one copy is multiplied by.
    """

    code: str
    unit: int
    channel: str = ""
    multiply_by: tuple[str, ...] = ()
    legal_basis: str = ""
    note: str = ""
    review: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class FeeAddition:
    """An addition to a fee: `add` yen for every `every` of a measure (pages, persons, parcels …) beyond `included`."""

    fee: str
    measure: str
    included: int
    every: int
    add: int
    legal_basis: str = ""
    review: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class FeeMeasure:
    """What a fee can depend on besides copies. `ask` is the label under which the counter asks for its number.

    `most` bounds what can be entered. A measure that the line itself tells (fiscal years, ticked tax items) is not asked.
    """

    code: str
    title: str
    unit: str
    ask: str = ""
    hint: str = ""
    most: int = 999


@dataclass(frozen=True)
class Payment:
    """How fees are paid on a channel (支払い方法). `exact`: no change is given, so the sum must be met exactly.

    `form` is the request form that comes by this channel (郵送請求書); empty: that of the certificate.
    """

    channel: str
    title: str
    note: str = ""
    exact: bool = False
    form: str = ""
    review: str = ""


@dataclass(frozen=True)
class Exemption:
    """A reason for which the fee of some kinds of certificate is 0 yen (減免), with the evidence that must be seen.

    `relations` limits it to these requesters; empty is everybody.
    """

    code: str
    title: str
    evidence: str
    certificates: tuple[str, ...]
    relations: tuple[str, ...] = ()
    legal_basis: str = ""
    review: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class IdentityDocument:
    """An identification document (本人確認書類): of the class of which one is enough (1), two are needed (2), or none counts (0)."""

    code: str
    title: str
    needed: int
    order: int
    expires: bool = True
    note: str = ""
    review: str = ""


@dataclass(frozen=True)
class ProofPaper:
    """A paper that proves authority (権限確認書類) or entitlement."""

    code: str
    title: str
    note: str = ""
    review: str = ""


@dataclass(frozen=True)
class Relation:
    """How the visitor stands to the subject (来庁者と対象者の関係).

    `acts_for_other` is true for an agent (代理人), a legal representative or a messenger, false for who asks in his own name.
    `asks` is the set of details that has to be known of him (`requester_details.Asks`).
    """

    code: str
    title: str
    order: int
    acts_for_other: bool = True
    asks: Asks = Asks.NOTHING


@dataclass(frozen=True)
class RequesterRule:
    """Who may ask for what: one row for a kind of request (or `notification`) and a relation.

    `reason` is what is said to the visitor, `instead` what he can do when he may not. One of `papers` must be shown when
    there are any. `withheld` contents are never given to this requester, `examined` ones only when the reason covers
    them too; `mailed` contents are not handed over but mailed to the subject's registered address. `form` is the request
    form of this requester (第三者請求書); empty: that of the channel or the certificate.
    """

    target: str
    relation: str
    allowed: Allowed
    reason: str
    instead: str = ""
    papers: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    examined: tuple[str, ...] = ()
    mailed: tuple[str, ...] = ()
    form: str = ""
    legal_basis: str = ""
    review: str = ""
