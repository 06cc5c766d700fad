"""R-01 and R-12: who came and by what he is known, or how the case came without anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from app.domain.authority import Actor
from app.domain.case import Case, Channel, Step
from app.domain.channel_details import ENCLOSURES
from app.domain.content import ContentPack
from app.domain.corrections import REASON, REASONS, compare
from app.domain.dates import age_on, format_wareki
from app.domain.person import WarningLevel
from app.domain.requester_details import DETAILS, Asks, field_of, shown_detail
from app.operations import card_reading, corporations, packs, warnings
from app.operations.channel_entry import shown_channel
from app.operations.identity import needs_acknowledgement
from app.operations.print_values import SEXES
from app.reception.frame import GUIDE, next_action, show_step
from app.web.pages import Action

READ_CARD = Action("カードを読み取る", "F4", "submit", "card-read", alt="Alt+C")
TITLES = {Channel.POST: "書類確認", Channel.EX_OFFICIO: "職権による受付"}


def show_identity(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    """The step; with errors the same screen with what was typed."""
    pack = packs.of_case(case)
    visitor = case.visitor
    form = extra.pop("form")
    typed = form if form is not None else case.fact(f"draft.{Step.IDENTITY}", default={})
    found = extra.pop("found", None)
    confirm = _to_confirm(case, actor)
    return show_step(
        case, Step.IDENTITY, TITLES.get(case.channel, "本人確認"), [GUIDE, READ_CARD, next_action(_onward(case))], **extra,
        card=card_reading.read_in(case), carded=card_reading.compare(case), taken=case.fact("card.taken", default=[]),
        values={**_stored(case, pack), **_texts(typed)}, visitor=visitor, registered=bool(visitor and visitor.number),
        compared=compare(visitor) if visitor and visitor.number else (), reasons=REASONS,
        age=age_on(visitor.birth, case.received_on) if visitor and visitor.birth else None,
        documents=sorted((one for one in pack.identity_documents if one.needed), key=lambda one: one.order),
        relations=sorted(pack.relations, key=lambda one: one.order), papers=pack.proof_papers, sexes=SEXES,
        expiring=[one.code for one in pack.identity_documents if one.expires], confirm=confirm,
        sets=[(asks, [(field_of(asks, one), one) for one in rows]) for asks, rows in DETAILS.items() if rows],
        enclosures=ENCLOSURES, found=found, books=case.channel.books,
    )  # fmt: skip


def _onward(case: Case) -> str:
    if case.awaits_visitor:
        return "予約の準備を続ける" if case.kind else "用件へ進む（来庁前）"
    return "次へ進む" if case.kind else "用件へ進む"


def _to_confirm(case: Case, actor: Actor) -> list[str]:
    """The warnings that have to be ticked as seen; that they are shown is recorded."""
    shown = case.visitor.seen.get("warnings", []) if case.visitor else []
    texts = [text for level, _code, text in shown if level == "confirm"]
    if not (texts and needs_acknowledgement(case)):
        return []
    warnings.note_shown_in_case(case, actor, WarningLevel.CONFIRM)
    return texts


def _texts(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed; of boxes all that are ticked."""
    several = {
        name: typed.getlist(name) if hasattr(typed, "getlist") else typed.get(name, [])
        for name in ("papers", "enclosures")
        if name in typed
    }
    return {**typed, **several}


def _stored(case: Case, pack: ContentPack) -> dict[str, Any]:
    visitor = case.visitor
    documents = case.fact("identity.documents", default=[])
    card = card_reading.read_in(case)
    details = case.fact(corporations.DETAILS, default={})
    asking = {one.code: one.asks for one in pack.relations}
    relation = case.fact("identity.relation")
    if relation is None and details:
        # Found in the register of corporations: it is the one that asks.
        relation = next((code for code, asks in asking.items() if asks is Asks.CORPORATION), None)
    asks = asking.get(relation or "", Asks.NOTHING)
    return {
        "document": documents[0] if documents else card.document if card else "", "document2": documents[1] if len(documents) > 1 else "",
        "relation": relation or "self", "papers": case.fact("identity.papers", default=[]),
        **{name: visitor.value(name) if visitor else "" for name in ("name", "kana", "sex", "address", "phone")},
        "birth": format_wareki(visitor.birth) if visitor and visitor.birth else "",
        **card_reading.offered(case),
        "reason": case.fact(REASON, visitor.id, default="") if visitor else "",
        **dict(zip(("expiry1", "expiry2"), case.fact("identity.expiry", default=[]), strict=False)),
        **{field_of(asks, one): shown_detail(one, details.get(one.name, "")) for one in DETAILS[asks]},
        **shown_channel(case),
    }  # fmt: skip
