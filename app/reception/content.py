"""The content step of a notice (R-04): one layout, varied by what the kind asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response

from app.domain import relationships
from app.domain.authority import Actor
from app.domain.case import KIND_LABELS, Case, Kind, Step
from app.domain.dates import format_wareki
from app.domain.households import Effect, effect_of, people_of
from app.domain.lots import lot_key
from app.domain.new_households import MOST_HOUSEHOLDS, fact_of_household, joined_of, title_of
from app.domain.notices import NAMED_BY, SHAPES, Reads, Shape
from app.domain.places import written_postal
from app.operations import bookings, moves, notice_fields, places, subjects
from app.operations.notice_households import COUNT, listed, prefix, stored_fields
from app.operations.notice_members import PARENTS, Fill
from app.operations.print_values import SEXES
from app.reception.addresses import UNLISTED, town_said
from app.reception.frame import GUIDE, next_action, show_step, step_url
from app.reception.notice_form import grid_rows
from app.reception.places import ECHOES
from app.reception.sides import ShownHousehold, show_sides

_HERE = ("old_address", "old_householder", "town", "lot", "building", "origin")


def show_content(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    """The screen, filled with what was just typed, kept as a draft, or stored."""
    form = extra.pop("form")
    kind = case.kind or Kind.MOVE_IN
    shape = SHAPES[kind]
    typed = form if form is not None else case.fact(f"draft.{Step.CONTENT}", default={})
    shown = {**_stored(case, shape), **stored_fields(case), **typed}
    added = extra.pop("added", False)
    if added:
        shown[COUNT] = str(min(len(listed(shape, shown)) + 1, MOST_HOUSEHOLDS))
    households = [_shown_household(case, key, shown) for key in listed(shape, shown)]
    more = extra.pop("empty_rows", None)
    rows, arranged = grid_rows(case, shape, form, empty=more, fill=extra.pop("fill", Fill.KEEP))
    planned = case.fact("move.planned_move_in_on")
    moving = effect_of(kind)
    return show_step(
        case, Step.CONTENT, f"{KIND_LABELS[kind]}の内容", [GUIDE, next_action("確認事項へ進む")],
        template="reception/content.html", shape=shape, values=shown, rows=rows, arranged=arranged,
        unsaved=form is not None and "wrong" not in extra, several=len(households) > 1, new_households=households,
        most_households=MOST_HOUSEHOLDS, count_field=COUNT,
        fresh=households[-1].key if added else "",
        fresh_row=next((row.at for row in rows if not row.name), None) if more else None,
        household_choices=[(one.key, one.title) for one in households],
        open_choices=[(one.key, one.title) for one in households if not one.joins],
        bookings=bookings.find(case, actor), taken=bookings.taken(case, actor),
        sides=show_sides(case, rows, households), echoes=ECHOES, parents=PARENTS, named=NAMED_BY.get(kind, ""),
        planned_on=format_wareki(date.fromisoformat(planned)) if planned else "",
        relationships=relationships.offered(), sexes=SEXES, households=notice_fields.HOUSEHOLDS, late=moves.late_text(case),
        origins=notice_fields.DESTINATIONS if kind is Kind.MOVE_OUT else notice_fields.ORIGINS,
        said=households[0].said, unlisted=UNLISTED, leaves=moving is Effect.LEAVES, splits=moving is Effect.SPLITS,
        others_url=step_url(case.id, Step.SUBJECTS),
        neighbours=subjects.neighbours(case, actor) if shape.must_join else (), **extra,
    )  # fmt: skip


def _shown_household(case: Case, key: str, shown: dict[str, Any]) -> ShownHousehold:
    mine = prefix(key)
    own = {name.removeprefix(mine): text for name, text in shown.items() if name.startswith(mine)}
    own["household"] = own.get("household") or "new"
    said = _places_said(case, own, key)
    if not said["lot"]:
        # Known to the master: leaving the field does not mark it.
        own["lot"] = own.get("lot") or lot_key(str(own.get("lot_text", "")))
    return ShownHousehold(key, mine, title_of(key), own, said, key in joined_of(case))


def _stored(case: Case, shape: Shape) -> dict[str, Any]:
    """The fields as the case holds them; the days as they are written."""
    visitor = case.visitor
    stored = {name: case.fact(f"move.{name}", default="") for name in _HERE}
    stored |= {f"{name}_text": stored[name] for name in ("town", "lot", "building")}
    stored["town"] = case.fact("move.town_id", default="")
    stored["household"] = case.fact("move.household", default="new")
    stored["householder"] = case.fact("move.new_householder", default="")
    stored["changed_on"] = _written(case.fact("move.changed_on"))
    stored["notified_on"] = _written(case.fact("move.notified_on")) or format_wareki(case.received_on)
    if shape.changed.reads is Reads.HAPPENED:
        stored["changed_on"] = case.fact("move.died_text", default="")
    for field in shape.fields:
        value = case.fact(f"move.{field.name}", default="")
        stored[field.name] = _written(value) if field.reads in {Reads.PAST, Reads.PLAN} else value
    # Nearly always the one who stands at the counter.
    if not stored["changed_on"] and visitor is not None:
        stored |= {name: visitor.name for name in ("notifier", "funeral_host") if name in stored}
    if not stored["old_address"] and case.kind is not Kind.MOVE_IN:
        stored["old_address"] = next((person.address for person, _part in people_of(case)), "")
    return stored


def _written(day: str | None) -> str:
    return format_wareki(date.fromisoformat(day)) if day else ""


def _places_said(case: Case, shown: Mapping[str, Any], key: str) -> dict[str, str]:
    """What the masters know of the addresses as they stand in the fields."""
    town_id, lot = (str(shown.get(name, "")) for name in ("town", "lot_text"))
    town = places.find_chosen_town(town_id)
    listed = (
        places.is_lot(town_id, lot)
        if town and lot.strip()
        else fact_of_household(case, key, "move.lot_listed") is not False
    )
    postal = case.fact("move.old_postal_code", default="")
    new = fact_of_household(case, key, "move.postal_code")
    return {
        "town": town_said(town) if town else "",
        "lot": UNLISTED if lot.strip() and not listed else "",
        "old_address": f"〒{written_postal(postal)}" if postal else "",
        "destination": f"〒{written_postal(new)}" if new else "",
    }
