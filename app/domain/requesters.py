"""Who may ask for what (請求できる方), and whether the visitor's identity is established (本人確認 1点/2点)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.content import Allowed, ContentPack, IdentityDocument, ProofPaper, RequesterRule

NOTIFICATION = "notification"
"""The target of the requester rules for notifications (届出)."""

PROTECTED = "取扱注意の方については、ご本人以外からの請求をこの窓口では受け付けられません。"


@dataclass(frozen=True)
class ShownDocument:
    """An identification document the visitor showed, with its expiry date where it has one."""

    code: str
    expires_on: date | None = None


@dataclass(frozen=True)
class IdentityResult:
    """Whether identity is established, and the sentence that says why or what else to ask for.

    `photo`: by a document with a photograph (the class of which one is enough).
    """

    established: bool
    reason: str
    photo: bool = False


def check_identity(pack: ContentPack, shown: Sequence[ShownDocument], today: date) -> IdentityResult:
    """One document with a photograph from a public office is enough; otherwise two different other ones are needed.

    Expired documents and those the catalogue does not accept count for nothing and are named. Raises `KeyError` for a
    document that is not in the catalogue.
    """
    catalogue = {document.code: document for document in pack.identity_documents}
    good: dict[str, IdentityDocument] = {}
    bad: list[str] = []
    for one in shown:
        document = catalogue[one.code]
        if document.needed == 0:
            bad.append(f"{document.title}は本人確認に使えません。{document.note}")
        elif document.expires and one.expires_on is not None and one.expires_on < today:
            bad.append(f"{document.title}は有効期限が切れています。")
        elif one.code in good:
            bad.append(f"{document.title}を2点に数えることはできません。")
        else:
            good[document.code] = document
    alone = [document.title for document in good.values() if document.needed == 1]
    if alone:
        return IdentityResult(True, f"{alone[0]}（1点）で確認しました。", photo=True)
    if len(good) >= 2:
        return IdentityResult(
            True, "と".join(one.title for one in list(good.values())[:2]) + "（2点）で確認しました。"
        )
    return IdentityResult(False, "".join(bad) + _what_would_do(pack, list(good.values())))


def _what_would_do(pack: ContentPack, good: Sequence[IdentityDocument]) -> str:
    """What else identifies somebody who has shown too little."""
    ordered = sorted(pack.identity_documents, key=lambda one: one.order)
    others = [one.title for one in ordered if one.needed == 2 and one not in good]
    if good:
        return f"{good[0].title}のほかに、別の書類をもう1点（{'、'.join(others[:3])}など）確認してください。"
    alone = "、".join(one.title for one in ordered if one.needed == 1)
    return f"顔写真付きの書類を1点（{alone}）、または顔写真のない書類を2点（{'、'.join(others[:3])}など）、確認してください。"


@dataclass(frozen=True)
class RequestResult:
    """Whether a requester may have a certificate with these contents, and what is said to him.

    `instead` says what he can do when he may not; the reason examined has to cover the `examined` contents too.
    `missing` are papers of which one must be shown first; `withheld` contents are left out, `mailed` ones are not handed
    over but sent to the subject's registered address. `needs_examination` says that a proper reason has to be examined.
    """

    allowed: bool
    reason: str
    missing: tuple[ProofPaper, ...] = ()
    withheld: tuple[str, ...] = ()
    mailed: tuple[str, ...] = ()
    needs_examination: bool = False
    legal_basis: str = ""
    instead: str = ""
    examined: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What is said to the visitor: the reason, then what he can do."""
        return self.reason + self.instead


def may_request(
    pack: ContentPack,
    target: str,
    relation: str,
    papers: Collection[str] = (),
    contents: Iterable[str] = (),
    *,
    protected: bool = False,
) -> RequestResult:
    """Whether somebody standing in `relation` to the subject may have the certificate (or make the `notification`).

    `papers` are the codes of the proof papers shown, `protected` whether the subject is a protected person (支援対象者),
    for whom nobody else is served at the counter. What no row allows is refused.
    """
    if protected and relation != "self":
        return RequestResult(False, PROTECTED)
    rule = find_requester_rule(pack, target, relation)
    if rule is None:
        return RequestResult(
            False,
            "この関係の方が請求できる定めがありません。",
            instead="ご本人か、委任を受けた方に請求していただいてください。",
        )
    if rule.allowed is Allowed.NO:
        return RequestResult(False, rule.reason, legal_basis=rule.legal_basis, instead=rule.instead)
    missing = _missing_papers(pack, target, rule, papers)
    asked = list(contents)
    return RequestResult(
        not missing,
        rule.reason,
        missing,
        tuple(code for code in asked if code in rule.withheld),
        tuple(code for code in asked if code in rule.mailed),
        rule.allowed is Allowed.WITH_REASON,
        rule.legal_basis,
        rule.instead,
        tuple(code for code in asked if code in rule.examined),
    )


def find_requester_rule(pack: ContentPack, target: str, relation: str) -> RequesterRule | None:
    """The row for a certificate (or `notification`) and a relation; None when the table has none."""
    certificate = pack.certificate_by_code.get(target)
    wanted = certificate.target if certificate else target
    rows = (rule for rule in pack.requester_rules if (rule.target, rule.relation) == (wanted, relation))
    return next(rows, None)


def _missing_papers(
    pack: ContentPack, target: str, rule: RequesterRule, papers: Collection[str]
) -> tuple[ProofPaper, ...]:
    """What still has to be shown: the certificate's own requirements, and one of the papers that prove authority."""
    certificate = pack.certificate_by_code.get(target)
    missing = [code for code in (certificate.requires if certificate else ()) if code not in papers]
    if rule.papers and not set(rule.papers) & set(papers):
        missing.extend(rule.papers)
    catalogue = {paper.code: paper for paper in pack.proof_papers}
    return tuple(catalogue[code] for code in dict.fromkeys(missing))
