"""Exemptions (減免) of a certificate request: of all its lines or of single ones, and the evidence that must be seen."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.case import Case, CertificateLine
from app.domain.content import ContentPack, Exemption
from app.domain.fees import NONE, list_exemptions

EXEMPTION = "certificate.exemption"
"""Fact of a case: the exemption of the request as a whole; ``EACH``: every line has its own."""
EACH = "each"
EVIDENCE = "certificate.evidence"
"""Fact of a case: the codes of the exemptions whose evidence was seen."""


def exemptions(case: Case, pack: ContentPack) -> dict[str, Exemption]:
    """The exemptions that apply to a line of the request, by code."""
    kinds = sorted({line.kind for line in case.certificates})
    found = (one for kind in kinds for one in _of_kind(case, pack, kind))
    return {one.code: one for one in found}


def _of_kind(case: Case, pack: ContentPack, kind: str) -> list[Exemption]:
    return list_exemptions(pack, kind, case.received_on, case.fact("identity.relation", default="self"))


def exemption_of(case: Case, pack: ContentPack) -> Exemption | None:
    """The exemption asked for as a whole, as long as a line is left that it applies to."""
    return exemptions(case, pack).get(case.fact(EXEMPTION, default=""))


def line_exemptions(case: Case, pack: ContentPack, line: CertificateLine) -> tuple[Exemption, ...]:
    """The exemptions a line can have."""
    return tuple(_of_kind(case, pack, line.kind))


def exemption_of_line(case: Case, pack: ContentPack, line: CertificateLine) -> Exemption | None:
    """The exemption a line has: its own, otherwise that of the request where it fits."""
    if line.exemption == NONE:
        return None
    wanted = line.exemption or case.fact(EXEMPTION, default="")
    return next((one for one in line_exemptions(case, pack, line) if one.code == wanted), None)


def in_use(case: Case, pack: ContentPack) -> Mapping[str, Exemption]:
    """The exemptions that make a line of the request 0 yen, by code in the order of the lines."""
    found = (exemption_of_line(case, pack, line) for line in case.certificates)
    return {one.code: one for one in found if one}


def evidence_seen(case: Case) -> frozenset[str]:
    """The codes of the exemptions whose evidence was seen."""
    kept = case.fact(EVIDENCE, default=[])
    return frozenset([kept] if isinstance(kept, str) else kept)
