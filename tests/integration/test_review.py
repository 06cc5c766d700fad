"""Received procedures are reviewed by another, all chosen or none; what comes twice on a day is seen first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.data.models.case import CaseProcedureRow
from app.data.models.staff import AssignmentRow
from app.data.models.register import ProtectionRow
from app.domain.case import ProcedureState
from app.extensions import db
from tests.desk import Answer, Desk
from tests.integration.served import clerk, logged, resident, stored

SEAL = "seal_registration"


def received(app: Flask, desk: Desk, person: str, *codes: str) -> str:
    """A case of single procedures that were printed and received; its id."""
    case = printable(desk, person, *codes)
    assert desk.issue(case).status_code == 303
    for code in codes:
        assert receive(desk, case, code, "1").status_code == 303
    return case


def printable(desk: Desk, person: str, *codes: str) -> str:
    case = desk.open_case(person)
    desk.identify(case)
    desk.choose(case, "single")
    assert desk.save(case, "content", procedures=list(codes)).status_code == 303
    desk.answer_all(case)
    desk.save(case, "questions")
    return case


def receive(desk: Desk, case: str, code: str, seen: str = "") -> Answer:
    fields = {"version": desk.version(case), "change": "received", "back": "print", "duplicates_seen": seen}
    return desk.post(f"/cases/{case}/procedures/{code}", **fields)


def rows(page: str) -> dict[str, str]:
    """Item → what the list showed of it."""
    return dict(re.findall(r'name="seen-(\w+)" value="([^"]*)"', page))


def act(desk: Desk, action: str, seen: dict[str, str], **more: str) -> Answer:
    return desk.post(
        "/review/act", action=action, item=list(seen), **{f"seen-{one}": mark for one, mark in seen.items()}, **more
    )


def states(app: Flask, case: str) -> dict[str, ProcedureState]:
    return {line.code: line.state for line in stored(app, case).procedures}
