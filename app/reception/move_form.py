"""The form of 異動内容: a grid of members whose rows are numbered fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.case import Case, CasePerson
from app.domain.dates import format_wareki
from app.operations.moves import MOST_MEMBERS, MemberInput, MoveInput

ROW_FIELDS = ("person", "name", "kana", "birth", "sex", "relationship")
FAMILY = 4
"""Rows offered at least, so that a family that nobody announced is typed without asking for more."""


def read_move(form: Mapping[str, str]) -> MoveInput:
    """What was posted; rows in which nothing is typed are left out."""
    members = []
    for place in range(MOST_MEMBERS + 1):
        row = {name: form.get(f"{name}-{place}", "") for name in ROW_FIELDS}
        if not any(row[name].strip() for name in ("person", "name", "kana", "birth")):
            continue
        members.append(MemberInput(included=bool(form.get(f"included-{place}")), **row))
    return MoveInput(
        changed_on=form.get("changed_on", ""), notified_on=form.get("notified_on", ""), old_address=form.get("old_address", ""),
        old_householder=form.get("old_householder", ""), town_id=form.get("town", ""), town=form.get("town_text", ""),
        lot=form.get("lot_text", ""), building=form.get("building_text", ""), origin=form.get("origin", ""),
        household=form.get("household", ""), householder=form.get("householder", ""), members=members,
    )  # fmt: skip


def grid_rows(
    case: Case, form: Mapping[str, Any] | None, empty_rows: int | None = None
) -> list[dict[str, Any]]:
    """The rows to show: what was just typed (or kept as a draft), otherwise the persons of the case, then empty ones."""
    typed = form if form is not None else case.fact("draft.content")
    if typed:
        rows = [_typed_row(typed, place) for place in range(MOST_MEMBERS + 1) if f"name-{place}" in typed]
    else:
        rows = [_person_row(person) for person in _movers(case)]
    wanted = max(FAMILY - len(rows), 1) if empty_rows is None else empty_rows
    return rows + [_empty_row() for _ in range(min(wanted, MOST_MEMBERS - len(rows)))]


def _movers(case: Case) -> list[CasePerson]:
    announced = [person for person in case.persons if person.source == "move_out_notice" or person.is_subject]
    return sorted(announced, key=lambda person: person.position)


def _typed_row(form: Mapping[str, Any], place: int) -> dict[str, Any]:
    row: dict[str, Any] = {name: form.get(f"{name}-{place}", "") for name in ROW_FIELDS}
    return {**row, "included": bool(form.get(f"included-{place}"))}


def _person_row(person: CasePerson) -> dict[str, Any]:
    return {
        "person": person.id, "included": person.is_subject, "name": person.name, "kana": person.value("kana"),
        "birth": format_wareki(person.birth) if person.birth else "", "sex": person.value("sex"),
        "relationship": person.value("relationship"),
    }  # fmt: skip


def _empty_row() -> dict[str, Any]:
    return {
        "person": "",
        "included": True,
        "name": "",
        "kana": "",
        "birth": "",
        "sex": "",
        "relationship": "",
    }
