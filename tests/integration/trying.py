"""Content that is changed to be tried, and families that were received before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from sqlalchemy import select

from app.data.models.audit import AuditRow
from app.data.models.base import utc_now
from app.domain.authority import Actor
from app.domain.content import Condition, ContentPack
from app.extensions import db
from app.operations import draft_edit, drafts, packs
from tests.conftest import new_client
from tests.desk import FAMILY, Desk
from tests.integration.served import clerk, looked_up

FIRST = "version-1"
AUTHOR = Actor("demo-content", "見本", "information", "情報政策課", frozenset({"content"}))
SECOND = Actor("demo-admin", "見本", "information", "情報政策課", frozenset({"content"}))


def author(app: Flask) -> Desk:
    return Desk(new_client(app)).sign_in("demo-content", "information")


def begin(desk: Desk, line: str = "主40 妻38 子8 子3", **fields: str) -> str:
    """A simulation; its address."""
    chosen = {"tried": FIRST, "beside": "", "event": "move_in", "on": "今日", "like": "linked", **fields}
    answer = desk.post("/admin/simulator", line=line, **chosen)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def publish(app: Flask, change: Callable[[ContentPack], ContentPack]) -> int:
    """A further version; those before it stay as they are."""

    def store() -> int | None:
        now = packs.current()
        return packs.publish(change(now.source), now.forms_on(utc_now().date()))

    version = looked_up(app, store)
    assert version is not None
    return version


def younger_children(pack: ContentPack) -> ContentPack:
    """子ども医療費 for children below seven only, and no notes about water any more."""
    rows = tuple(
        replace(one, conditions=(*one.conditions, Condition("age", "<", 7)))
        if one.procedure == "child_medical"
        else one
        for one in pack.rules
        if one.procedure != "utilities"
    )
    return replace(pack, version="next", rules=rows, examples=())


def received_family(app: Flask) -> str:
    """A family of four moves in and is led to its list; the reception number."""
    desk = clerk(app)
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    assert desk.move(case, FAMILY).status_code == 303
    desk.answer_all(case)
    page = desk.see(case, "questions").text
    found = re.search(r"R\d+-\d\d-\d{6}-\d", page)
    assert found
    return found[0]


def run(desk: Desk, address: str) -> str:
    """The page of a trial when it has ended, advanced as the page itself does it."""
    page = desk.get(address).text
    for _ in range(200):
        waiting = re.search(r'hx-post="(/admin/trials/\w+/advance)"', page)
        if waiting is None:
            return page
        assert desk.post(waiting[1]).status_code == 303
        page = desk.get(address).text
    raise AssertionError("the trial does not end")


def actions(app: Flask) -> list[tuple[str, str]]:
    rows = looked_up(app, lambda: db.session.execute(select(AuditRow.action, AuditRow.detail)).all())
    return [(action, str(detail)) for action, detail in rows if action.startswith("content.")]


def draft_without_medical(app: Flask) -> str:
    """A draft in which no child is helped with medical costs any more than those below seven; its id."""

    def make() -> str:
        draft = drafts.begin("医療費の対象を変える", "", None, AUTHOR)
        lines = [one for one in drafts.read(draft).lines if one.part == "rules"]
        line = next(one for one in lines if one.cells["procedure"] == "child_medical")
        conditions = [*line.cells["conditions"], ["age", "<", 7]]
        draft_edit.put_row(draft, "rules", line.id, {**line.cells, "conditions": conditions}, AUTHOR)
        return draft

    return looked_up(app, make)
