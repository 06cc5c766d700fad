"""The issuing desk (証明の発行): which printed requests wait for this counter, with their notes, and marking them made (R34)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.data import audit, cases, certificate_lines, issuing, restrictions, staff
from app.data.models.base import utc_now
from app.data.transactions import transaction
from app.domain.authority import Actor, Reception, Right
from app.domain.case import CertificateLine
from app.domain.certificate_lines import contents_in_words
from app.domain.content import ContentPack
from app.domain.errors import NotFound, Refused
from app.domain.issuing import IssueItem, serves
from app.operations import packs
from app.operations.cases import require, stop_if_protected
from app.operations.print_values import year_text

DAYS = 7
"""How far back the desk looks; what is older was made, or is found in the history."""


@dataclass(frozen=True)
class DeskLine:
    """A line as the desk makes it: what, for whom, how many, with which contents."""

    title: str
    person: str
    copies: int
    contents: str


@dataclass(frozen=True)
class DeskItem:
    """A request at this desk. ``withheld``: somebody in it is protected; nothing of it is shown but its number."""

    item: IssueItem
    lines: tuple[DeskLine, ...]
    counter: str
    withheld: bool


@dataclass(frozen=True)
class Desk:
    """What waits at this counter, the oldest first, and what was made in the last days, the newest first."""

    waiting: tuple[DeskItem, ...]
    made: tuple[DeskItem, ...]
    more: bool


def desk(actor: Actor) -> Desk:
    """The worklist of the counter; that it was read is recorded. Raises Refused where no certificates are received."""
    _require(actor)
    since = utc_now() - timedelta(days=DAYS)
    waiting, more = issuing.list_requests(since, waiting=True)
    made, _more = issuing.list_requests(since, waiting=False)
    protected = restrictions.list_protected({number for item in (*waiting, *made) for number in item.numbers})
    titles = dict(staff.list_counters())

    def shown(items: tuple[IssueItem, ...], wanted: Callable[[CertificateLine], bool]) -> list[DeskItem]:
        found = (
            _desk_item(item, actor, wanted, bool(protected & set(item.numbers)), titles) for item in items
        )
        return [one for one in found if one is not None]

    open_items = shown(waiting, lambda line: line.issued_at is None)
    made_items = shown(made, lambda line: line.issued_at is not None)
    with transaction():
        seen = sorted(
            {number for one in (*open_items, *made_items) if not one.withheld for number in one.item.numbers}
        )
        audit.record("issuing.viewed", actor=actor, persons=seen, detail={"waiting": len(open_items)})
    return Desk(tuple(open_items), tuple(reversed(made_items)), more)


def _desk_item(
    item: IssueItem,
    actor: Actor,
    wanted: Callable[[CertificateLine], bool],
    withheld: bool,
    titles: dict[str, str],
) -> DeskItem | None:
    pack = packs.published(item.content_version).pack
    lines = [line for line in item.lines if wanted(line) and _is_here(pack, actor, line, item.counter)]
    if not lines:
        return None
    shown = () if withheld else tuple(_desk_line(pack, item, line) for line in lines)
    return DeskItem(item, shown, titles.get(item.counter, item.counter), withheld)


def _is_here(pack: ContentPack, actor: Actor, line: CertificateLine, received_at: str) -> bool:
    certificate = pack.certificate_by_code.get(line.kind)
    return certificate is not None and serves(pack, actor.counter, certificate.section, received_at)


def _desk_line(pack: ContentPack, item: IssueItem, line: CertificateLine) -> DeskLine:
    case_day = item.printed_at.date()
    words = contents_in_words(
        pack, line, case_day, item.channel.counts_as, {year: year_text(year) for year in line.years}
    )
    return DeskLine(
        pack.certificate_by_code[line.kind].title,
        item.people.get(line.subject, ""),
        line.copies,
        "・".join(words),
    )


def mark(case_id: str, actor: Actor, *, made: bool) -> int:
    """Say that this desk's lines of a request were made, or take it back. Returns how many lines changed.

    Raises NotFound, Refused, Stopped.
    """
    _require(actor)
    case = cases.get_case(case_id)
    stop_if_protected(case, actor)
    if not case.documents:
        raise NotFound(cases.GONE)
    pack = packs.of_case(case)
    lines = [line.id for line in case.certificates if _is_here(pack, actor, line, case.counter)]
    with transaction():
        cases.hold_case(case_id)
        changed = certificate_lines.mark_issued(case_id, lines, actor.staff_id if made else None)
        if changed:
            audit.record(
                "case.certificates_issued" if made else "case.certificates_unissued", actor=actor, case_id=case_id,
                persons=[one.number for one in case.persons if one.number], detail={"lines": changed},
            )  # fmt: skip
    return changed


def _require(actor: Actor) -> None:
    require(actor, Right.RECEIVE)
    if not {Reception.CERTIFICATES, Reception.TAX_CERTIFICATES} & actor.receptions:
        raise Refused("この窓口では証明書を扱っていません。市民課または税務課の窓口に替えてください。")
