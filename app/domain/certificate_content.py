"""Certificates, fees, identification and requesters of the content pack, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Allowed(StrEnum):
    """Whether a requester may ask for a certificate."""

    YES = "yes"
    NO = "no"
    WITH_REASON = "with_reason"
    """Only for a proper reason that is examined (正当な理由の審査)."""


@dataclass(frozen=True)
class ContentsOption:
    """One thing to choose about a certificate's contents (記載事項).

    Options of one non-empty `group` exclude each other and one of them is always chosen. `sensitive` marks the
    Individual Number and the resident record code.
    """

    code: str
    label: str
    quick: str = ""
    group: str = ""
    default: bool = False
    sensitive: bool = False


@dataclass(frozen=True)
class Certificate:
    """A kind of certificate (証明書). `quick` is its letter in quick entry, `aliases` its Japanese short words.

    `requires` are codes of proof papers that must be shown (印鑑登録証). `fiscal_years` is how many past fiscal years
    can be asked for; 0 when the certificate has no year. `fee` is a code of the fee table.
    """

    code: str
    title: str
    section: str
    order: int
    quick: str
    fee: str
    aliases: tuple[str, ...] = ()
    options: tuple[ContentsOption, ...] = ()
    requires: tuple[str, ...] = ()
    fiscal_years: int = 0
    max_copies: int = 20
    purpose_needed: bool = False
    guidance: str = ""
    law: str = ""
    checks: tuple[str, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None
    review: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class FeeStep:
    """An addition to a fee: `add` yen for every `every` of a measure (pages, persons, parcels …) beyond `included`."""

    measure: str
    included: int
    every: int
    add: int


@dataclass(frozen=True)
class FeeRule:
    """A fee in yen per copy, for a valid period and, when `channel` is set, for that channel only.

    `multiply_by` names measures (tax items, fiscal years) the unit is multiplied by.
    """

    code: str
    unit: int
    channel: str = ""
    steps: tuple[FeeStep, ...] = ()
    multiply_by: tuple[str, ...] = ()
    legal_basis: str = ""
    review: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Exemption:
    """A reason for which the fee of some kinds of certificate is 0 yen, with the evidence it needs."""

    code: str
    title: str
    evidence: str
    certificates: tuple[str, ...]
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


@dataclass(frozen=True)
class ProofPaper:
    """A paper that proves authority (権限確認書類) or entitlement."""

    code: str
    title: str
    note: str = ""


@dataclass(frozen=True)
class Relation:
    """How the visitor stands to the subject (来庁者と対象者の関係).

    `acts_for_other` is true for an agent (代理人), a legal representative or a messenger, false for who asks in his own name.
    """

    code: str
    title: str
    order: int
    acts_for_other: bool = True


@dataclass(frozen=True)
class RequesterRule:
    """Who may ask for what: one row for a certificate (or `notification`) and a relation.

    One of `papers` must be shown when there are any. `withheld` contents are not given to this requester; `mailed`
    contents are not handed over but mailed to the subject's registered address.
    """

    target: str
    relation: str
    allowed: Allowed
    reason: str
    papers: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    mailed: tuple[str, ...] = ()
    legal_basis: str = ""
    review: str = ""
