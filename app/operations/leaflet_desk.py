"""The city's leaflets (パンフレット, R28) as its sections keep them: a PDF for a slot and a language, with its days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.data import audit, leaflets
from app.data.leaflets import Leaflet
from app.data.transactions import transaction
from app.documents.bases.model import LARGEST_UPLOAD, NormalisedBase
from app.domain.authority import SYSTEM, Actor, Right
from app.domain.content import Pamphlet
from app.domain.dates import today_in_japan
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.domain.languages import is_language
from app.operations import drafts, packs
from app.operations.documents import renderer
from app.operations.form_bases import accept_base
from app.operations.leaflets import by_language

LONGEST_EDITION = 40
LARGEST_FILE = LARGEST_UPLOAD


@dataclass(frozen=True)
class Slot:
    """A slot of the content with its files: `handed_out` today's by language, `missing` the wanted languages without one."""

    pamphlet: Pamphlet
    section: str
    files: tuple[Leaflet, ...]
    handed_out: tuple[Leaflet, ...]
    missing: tuple[str, ...]
    procedures: int


def slots() -> tuple[Slot, ...]:
    """Every slot of the content in force, in its order. Raises NotFound before the first publication."""
    pack = packs.current().pack
    today = today_in_japan()
    found = leaflets.list_all()
    made = []
    for pamphlet in sorted(pack.pamphlets, key=lambda one: one.order):
        own = tuple(one for one in found if one.slot == pamphlet.code)
        now = by_language(own, today)
        missing = tuple(code for code in pamphlet.languages if code not in now)
        section = pack.section_by_code.get(pamphlet.section)
        needed = sum(pamphlet.code in procedure.pamphlets for procedure in pack.procedures)
        made.append(
            Slot(pamphlet, section.title if section else "", own, tuple(now.values()), missing, needed)
        )
    return tuple(made)


def receive(
    slot: str, code: str, edition: str, valid_from: date, valid_to: date | None, data: bytes, actor: Actor
) -> tuple[str, tuple[str, ...]]:
    """Store a PDF for a slot and a language: its id, and what was left out of the file.

    Raises Invalid with what is to be mended, Refused for a slot of another section, NotFound.
    """
    drafts.require_editor(actor)
    pamphlet = _own_slot(slot, actor)
    wrong: dict[str, str] = {}
    edition = edition.strip()
    if not is_language(code):
        wrong["language"] = "言語を一覧から選んでください。"
    if not edition or len(edition) > LONGEST_EDITION:
        wrong["edition"] = f"版の名前を{LONGEST_EDITION}文字以内で入力してください（例: 令和8年度版）。"
    if valid_to is not None and valid_to < valid_from:
        wrong["valid_to"] = "配布の終わりの日が、始まりの日より前です。"
    if not data:
        wrong["file"] = "PDF のファイルを選んでください。"
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    base = _normalised(data, actor)
    made = _store(pamphlet, code, edition, valid_from, valid_to, base, actor)
    return made, base.notes


def receive_drawn(slot: str, code: str, edition: str, data: bytes) -> str:
    """Store a leaflet that the invented city drew itself, from today on. Raises NotFound, Invalid."""
    pamphlet = next((one for one in packs.current().pack.pamphlets if one.code == slot), None)
    if pamphlet is None:
        raise NotFound(f"パンフレット「{slot}」は業務定義にありません。")
    return _store(pamphlet, code, edition, today_in_japan(), None, renderer().normalise(data), SYSTEM)


def _store(
    pamphlet: Pamphlet, code: str, edition: str, valid_from: date, valid_to: date | None, base: NormalisedBase, actor: Actor
) -> str:  # fmt: skip
    with transaction():
        made = leaflets.add(
            slot=pamphlet.code, language=code, edition=edition, section=pamphlet.section, valid_from=valid_from,
            valid_to=valid_to, pages=len(base.pages), width=round(base.pages[0].width, 2),
            height=round(base.pages[0].height, 2), sha256=base.sha256, content=base.pdf, staff_id=actor.staff_id,
        )  # fmt: skip
        audit.record(
            "leaflet.received", actor=actor,
            detail={"leaflet": made, "slot": pamphlet.code, "language": code, "pages": len(base.pages), "sha256": base.sha256[:16]},
        )  # fmt: skip
    return made


def _normalised(data: bytes, actor: Actor) -> NormalisedBase:
    """The clean PDF. Raises Invalid under `file`."""
    try:
        return accept_base(data, actor)
    except Invalid as refused:
        raise Invalid(refused.message, {"file": refused.message}) from refused


def _own_slot(slot: str, actor: Actor) -> Pamphlet:
    """The slot, if the actor may keep it: of any section with the right to all content, else of his own."""
    pack = packs.current().pack
    pamphlet = next((one for one in pack.pamphlets if one.code == slot), None)
    if pamphlet is None:
        raise NotFound("このパンフレットは業務定義にありません。一覧から選び直してください。")
    counter = next((one for one in pack.counters if one.code == actor.counter), None)
    if not actor.may(Right.MANAGE_CONTENT) and (counter is None or counter.section != pamphlet.section):
        raise Refused("ほかの課のパンフレットは変えられません。担当の課に頼んでください。")
    return pamphlet


def withdraw(leaflet_id: str, actor: Actor) -> None:
    """Hand a leaflet out no more; what was printed stays. Raises NotFound, Refused, Conflict."""
    drafts.require_editor(actor)
    found = leaflets.find(leaflet_id)
    if found is None:
        raise NotFound("このパンフレットは登録されていません。")
    _own_slot(found[0].slot, actor)
    with transaction():
        if not leaflets.withdraw(leaflet_id, actor.staff_id):
            raise Conflict("このパンフレットは、もう配布を終えています。")
        audit.record("leaflet.withdrawn", actor=actor, detail={"leaflet": leaflet_id, "slot": found[0].slot})
