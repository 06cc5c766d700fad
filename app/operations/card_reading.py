"""What was read of a card, in a case: beside the register's values, and taken field by field as the clerk decides."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from app.data import audit, cases, towns
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.card import FIELD_LABELS, FIELDS, Difference, Reading, is_same, reading_of
from app.domain.case import Case, State
from app.domain.dates import format_wareki
from app.domain.errors import Conflict, NotFound
from app.domain.facts import Source
from app.operations import card_slots
from app.operations.cases import changing

READING = "card.reading"
BY_CARD, BY_REGISTER, BY_HAND = "card", "register", "typed"


def open_with(actor: Actor, slot_id: str, open_case: Callable[[], str]) -> str:
    """Open a case with what a card gave; a reading that is gone opens it without. All or nothing."""
    with transaction():
        case_id = open_case()
        if cases.get_case(case_id).state is not State.STOPPED:
            with suppress(NotFound, Conflict):
                _keep(case_id, actor, slot_id)
        return case_id


def keep(case_id: str, actor: Actor, slot_id: str) -> None:
    """Put what was read for this case beside its visitor. Raises NotFound, Conflict, Stopped, Refused."""
    with changing(case_id, actor, None):
        _keep(case_id, actor, slot_id)


def _keep(case_id: str, actor: Actor, slot_id: str) -> None:
    reading = card_slots.use(slot_id, actor, case_id)
    cases.set_fact(case_id, "", READING, reading.as_stored(), Source.CARD, actor.staff_id)
    audit.record("card.used", actor=actor, case_id=case_id, detail={"slot": slot_id, "card": reading.card})


def read_in(case: Case) -> Reading | None:
    """What was last read of a card for the case."""
    stored = case.fact(READING)
    return reading_of(stored) if stored else None


def name_picture(case: Case) -> bytes:
    """The name as the card shows it (PNG), until it was typed. Raises NotFound."""
    reading = read_in(case)
    if reading is None or not reading.name_picture:
        raise NotFound("カードの画像はもうありません。")
    return base64.b64decode(reading.name_picture)


def forget_picture(case: Case, actor: Actor) -> None:
    """The name was typed: its picture is needed no longer. Only inside a transaction."""
    reading = read_in(case)
    if reading is not None and reading.name_picture:
        stored = replace(reading, name_picture="").as_stored()
        cases.set_fact(case.id, "", READING, stored, Source.CARD, actor.staff_id)


def compare(case: Case) -> tuple[Difference, ...]:
    """Each field that the card gave beside the register's value; empty without a card or without a registered visitor."""
    reading, visitor = read_in(case), case.visitor
    if reading is None or visitor is None or not visitor.number:
        return ()
    own_city = towns.own_city()
    found = []
    for name in FIELDS:
        text = reading.values.get(name)
        if text is None or (name == "address" and visitor.seen.get("withheld")):
            continue
        register = str(visitor.seen.get(name, "") or "")
        found.append(
            Difference(
                name, FIELD_LABELS[name], _shown(name, register), _shown(name, text), is_same(name, register, text, own_city),
                name in reading.review,
            )
        )  # fmt: skip
    return tuple(found)


def offered(case: Case) -> dict[str, str]:
    """What the fields of a visitor who is in no register begin with."""
    reading = read_in(case)
    if reading is None or (case.visitor and case.visitor.number):
        return {}
    return {
        name: _shown(name, text) if name == "birth" else text
        for name, text in reading.values.items()
        if not (case.visitor and case.visitor.value(name))
    }


def decide(case: Case, typed: Mapping[str, str], choices: Mapping[str, str]) -> dict[str, str]:
    """The visitor's fields as the clerk decided: the card's value as it was read, the register's, or what was typed."""
    reading, visitor = read_in(case), case.visitor
    decided = dict(typed)
    for name, choice in choices.items():
        if reading is None or visitor is None or name not in reading.values or choice == BY_HAND:
            continue
        value = reading.values[name] if choice == BY_CARD else str(visitor.seen.get(name, "") or "")
        decided[name] = _shown(name, value) if name == "birth" else value
    return decided


def taken(case: Case, decided: Mapping[str, str]) -> list[str]:
    """Which of the fields stand as the card has them, and not because the register has them so too."""
    reading, visitor = read_in(case), case.visitor
    if reading is None:
        return []
    return [
        name
        for name, text in reading.values.items()
        if decided.get(name) == (_shown(name, text) if name == "birth" else text)
        and not (visitor and str(visitor.seen.get(name, "") or "") == text)
    ]


def _shown(name: str, text: str) -> str:
    if name == "sex":
        return {"1": "男", "2": "女"}.get(text, text)
    if name == "birth" and text:
        from app.domain.dates import PartialDate

        return format_wareki(PartialDate.from_iso(text))
    return text
