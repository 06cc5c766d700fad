"""Choosing how a case's guide sheet is printed: its language and the size of its type."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.data import audit, cases
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.case import Case, State, Step
from app.domain.content import ContentPack
from app.domain.countries import leading_country
from app.domain.dates import today_in_japan
from app.domain.errors import Conflict, Invalid, Refused
from app.domain.languages import (
    ELSEWHERE,
    JAPANESE,
    LANGUAGES,
    OF_NATIONALITY,
    PLAIN_JAPANESE,
    Language,
    is_language,
    language,
)
from app.operations import packs
from app.operations.cases import has_reached, require, stop_if_protected
from app.operations.guide_sheet import CHOSEN, LARGE, SheetChoice
from app.operations.leaflets import Handed, for_procedures
from app.operations.procedure_list import ProcedureList

LEFT_OUT = "guide.leaflets_left_out"
"""The fact of a case that holds the slots of leaflets the visitor does not want."""
JAPAN = frozenset({"JPN", "日本"})


@dataclass(frozen=True)
class Offer:
    """What the screen offers: what was chosen, the languages in their order, and those the register suggests asking about.

    `leaflets` go out with the print but for those whose slots are in `left_out`. `plain_only` says that the case's content
    has no sheet in the language or size chosen, so that the Japanese one is printed.
    """

    chosen: SheetChoice
    languages: tuple[Language, ...]
    proposed: tuple[Language, ...]
    leaflets: tuple[Handed, ...]
    left_out: frozenset[str]
    plain_only: bool


def offer(case: Case, pack: ContentPack, listing: ProcedureList) -> Offer:
    """The choice of a case; a nationality proposes languages to ask about, and chooses none."""
    chosen = SheetChoice.of(case)
    forms = packs.published(case.content_version).forms_on(case.received_on)
    return Offer(
        chosen, LANGUAGES, tuple(map(language, proposed(case))), handed_out(case, pack, listing), left_out(case),
        chosen.form not in forms,
    )  # fmt: skip


def handed_out(case: Case, pack: ContentPack, listing: ProcedureList) -> tuple[Handed, ...]:
    """The leaflets of the procedures on the guide sheet, in its language where there is one."""
    procedures = [item.procedure for item in listing.needed if item.procedure.in_guide]
    return for_procedures(pack, procedures, SheetChoice.of(case).code, today_in_japan())


def left_out(case: Case) -> frozenset[str]:
    """The slots of leaflets that are not printed for this case."""
    return frozenset(case.fact(LEFT_OUT, default=[]))


def proposed(case: Case) -> tuple[str, ...]:
    """Languages that the nationalities of those in the case suggest asking about."""
    found: dict[str, None] = {}
    for person in case.persons:
        nationality = str(person.value("nationality") or "")
        if nationality and nationality not in JAPAN:
            languages = OF_NATIONALITY.get(_country(nationality), ELSEWHERE)
            found |= dict.fromkeys((*languages, PLAIN_JAPANESE))
    return tuple(found)


def _country(nationality: str) -> str:
    """The code of a nationality (国籍) as the register has it, which may be its name; empty for one that is not known."""
    if nationality.isascii():
        return nationality.upper()
    country = leading_country(nationality)
    return country.code if country is not None else ""


def choose(case_id: str, actor: Actor, code: str, large: bool, unwanted: Collection[str]) -> None:
    """Keep the language, the size and the leaflets that are not wanted; other screens of the case stay current.

    Raises Invalid, Conflict, Refused, Stopped.
    """
    if not is_language(code):
        raise Invalid(
            "案内書の言語を一覧から選んでください。", {"guide_language": "一覧から選んでください。"}
        )
    require(actor, Right.RECEIVE)
    stop_if_protected(cases.get_case(case_id), actor)
    with transaction():
        row = cases.hold_case(case_id)
        if row.state != State.OPEN:
            raise Refused("この受付は受付中ではありません。再開してから選んでください。")
        if not has_reached(Step(row.step), Step.PROCEDURES):
            raise Conflict("先に確認事項を済ませてください。")
        cases.set_fact(case_id, "", CHOSEN, code if code != JAPANESE else None, "asked", actor.staff_id)
        cases.set_fact(case_id, "", LARGE, True if large else None, "asked", actor.staff_id)
        known = {one.code for one in packs.of_case(cases.get_case(case_id)).pamphlets}
        slots = sorted(known & set(unwanted))
        cases.set_fact(case_id, "", LEFT_OUT, slots or None, "asked", actor.staff_id)
        audit.record(
            "case.guide_chosen", actor=actor, case_id=case_id,
            detail={"language": code, "large": large, "left_out": len(slots)},
        )  # fmt: skip
