"""What was last taken out of a case by hand (元に戻す): kept until the next change of the case, so that one key puts it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.data import cases
from app.data.models.case import CaseRow
from app.data.withdrawal import OF_A_PERSON, PLACES
from app.domain.authority import Actor
from app.domain.case import Case, CasePerson, CertificateLine
from app.domain.errors import Invalid

TAKEN_OUT = "draft.taken_out"
"""Fact of a case. As a draft it goes when somebody in the case becomes protected, and into no correction."""
GONE = "元に戻せるのは、すぐ前の操作だけです。もう一度入力してください。"


@dataclass(frozen=True)
class TakenOut:
    """Lines of a certificate request with their places, a subject, or both.

    ``person`` is the id he had in the case, ``number`` that of the register (None for one who was typed), ``household``
    the household that was looked up with him; ``corrected`` and ``facts`` are what was typed and said of him.
    ``exemption`` and ``evidence`` went with the last line they fitted.
    """

    name: str
    lines: tuple[tuple[int, CertificateLine], ...] = ()
    person: str = ""
    number: str | None = None
    household: str = ""
    corrected: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] | None = None
    exemption: str = ""
    evidence: Sequence[str] = ()

    def among(self, lines: Iterable[CertificateLine], subject: str = "") -> list[CertificateLine]:
        """The lines with those that were taken out at their places; of ``subject`` where he has another id now."""
        found = list(lines)
        for place, line in self.lines:
            found.insert(place, replace(line, subject=subject or line.subject))
        return found


def keep(row: CaseRow, actor: Actor, gone: TakenOut) -> None:
    """Keep it for as long as the case stands at the version that this change makes. Within the transaction of the change."""
    lines = [[place, _kept(line)] for place, line in gone.lines]
    value = {**vars(gone), "lines": lines, "evidence": list(gone.evidence)}
    cases.set_fact(row.id, "", TAKEN_OUT, {"at": row.version, "gone": value}, "case", actor.staff_id)


def of_person(case: Case, person: CasePerson) -> TakenOut:
    """A subject with what goes with him.

    Of a person of the register nothing that tells where he lives or belongs: he may be out of the case and become
    protected, and nobody would look for him here.
    """
    corrected = dict(person.corrected)
    facts = {name: fact.value for (subject, name), fact in case.facts.items() if subject == person.id}
    lines = [(at, line) for at, line in enumerate(case.certificates) if line.subject == person.id]
    if person.number:
        corrected = {name: value for name, value in corrected.items() if name not in OF_A_PERSON}
        facts = {name: value for name, value in facts.items() if name not in PLACES}
        lines = [(at, replace(line, entered={})) for at, line in lines]
    home = person.value("household_number")
    return TakenOut(person.name, tuple(lines), person.id, person.number, home, corrected, facts)


def last(case: Case, version: int | None = None) -> TakenOut | None:
    """What can be put back: what the change took out that brought the case to its version, or to the one given."""
    kept = case.fact(TAKEN_OUT, default=None)
    if not kept or kept["at"] != (version or case.version):
        return None
    gone = kept["gone"]
    return TakenOut(**{**gone, "lines": tuple((place, _line(line)) for place, line in gone["lines"])})


def take_back(case: Case, version: int | None) -> TakenOut:
    """What is put back now, on a screen of this version. Raises Invalid when something else was changed since."""
    gone = last(case, version)
    if gone is None:
        raise Invalid(GONE)
    cases.set_fact(case.id, "", TAKEN_OUT, None, "case", "")
    return gone


def _kept(line: CertificateLine) -> dict[str, Any]:
    return {
        "kind": line.kind, "subject": line.subject, "copies": line.copies, "options": list(line.options),
        "entered": dict(line.entered), "years": list(line.years), "exemption": line.exemption,
    }  # fmt: skip


def _line(kept: Mapping[str, Any]) -> CertificateLine:
    return CertificateLine(
        "", kept["kind"], kept["subject"], kept["copies"], tuple(kept["options"]), dict(kept["entered"]),
        tuple(kept["years"]), exemption=kept["exemption"],
    )  # fmt: skip
