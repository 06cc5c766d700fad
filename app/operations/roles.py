"""Roles of the city's own (M-03): made, changed and withdrawn; every change counts from the next request on and is recorded."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from app.data import audit
from app.data import roles as stored
from app.data.models.base import utc_now
from app.data.models.role import RoleRow
from app.data.transactions import transaction
from app.domain.authority import RESERVED, ROBOT, ROLES, Actor, Right
from app.domain.dates import today_in_japan
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.domain.roles import RoleDraft, changes, check_role, draft_from, draft_of, role_of
from app.operations.cases import require

MOST = 40


@dataclass(frozen=True)
class Listed:
    """A role as the list shows it; ``made``: by the city, so that it can be changed."""

    code: str
    draft: RoleDraft
    holders: int
    made: bool
    version: int = 0


def list_all() -> tuple[Listed, ...]:
    """Every role that can be given to staff, the program's first."""
    count = stored.count_holders(today_in_japan())
    own = tuple(
        Listed(code, draft_of(role), count.get(code, 0), made=False)
        for code, role in ROLES.items()
        if code != ROBOT
    )
    return own + tuple(_listed(row, count.get(row.code, 0)) for row in stored.list_made())


def find(code: str) -> Listed:
    """One of them. Raises NotFound."""
    found = next((one for one in list_all() if one.code == code), None)
    if found is None:
        raise NotFound("この役割はありません。一覧を開き直してください。")
    return found


def make(draft: RoleDraft, actor: Actor) -> str:
    """A new role; its code. Raises Invalid by field, Refused, Conflict (too many)."""
    require(actor, Right.MANAGE_STAFF)
    _check(draft, "", actor)
    now = utc_now()
    with transaction() as session:
        if len(stored.list_made()) >= MOST:
            raise Conflict(f"市で作れる役割は{MOST}個までです。使わない役割を廃止してください。")
        code = f"own-{secrets.token_hex(5)}"
        session.add(
            RoleRow(
                code=code, title=draft.title.strip(), granted=draft.granted(), made_at=now, changed_at=now, changed_by=actor.staff_id
            )
        )  # fmt: skip
        audit.record("role.made", actor=actor, detail={"role": code, **changes(None, draft)})
    return code


def change(code: str, draft: RoleDraft, version: int, actor: Actor) -> None:
    """Change one of the city's own; whoever has it works by the change from his next request on.

    Raises Invalid by field, Refused (it is one's own, or gives more than one may), Conflict (changed meanwhile), NotFound.
    """
    require(actor, Right.MANAGE_STAFF)
    _check(draft, code, actor)
    with transaction():
        row = _writable(code, actor)
        if row.version != version:
            raise Conflict("この役割は、ほかの管理者が先に変えています。画面を開き直してください。")
        found = changes(draft_from(row.title, row.granted), draft)
        if not found:
            return
        row.title, row.granted, row.version = draft.title.strip(), draft.granted(), version + 1
        row.changed_at, row.changed_by = utc_now(), actor.staff_id
        audit.record("role.changed", actor=actor, detail={"role": code, **found})


def withdraw(code: str, actor: Actor) -> None:
    """Take one of the city's own away, once nobody has it. Raises Refused, Conflict (somebody has it), NotFound."""
    require(actor, Right.MANAGE_STAFF)
    with transaction():
        row = _writable(code, actor)
        holders = stored.holders(code, today_in_japan())
        if holders:
            raise Conflict(
                f"この役割を持つ職員が{len(holders)}人います。職員の画面か人事異動の取込で、先に外してください。"
            )
        row.withdrawn_at, row.version = utc_now(), row.version + 1
        row.changed_by = actor.staff_id
        audit.record("role.withdrawn", actor=actor, detail={"role": code, "title": row.title})


def _check(draft: RoleDraft, code: str, actor: Actor) -> None:
    titles = [one.draft.title for one in list_all() if one.code != code] + [ROLES[ROBOT].title]
    wrong = check_role(draft, titles, actor.rights)
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)


def _writable(code: str, actor: Actor) -> RoleRow:
    row = stored.find_role(code)
    if row is None:
        if code in ROLES:
            raise Refused("はじめからある役割は変えられません。写して、新しい役割を作ってください。")
        raise NotFound("この役割はありません。一覧を開き直してください。")
    if actor.staff_id in stored.holders(code, today_in_japan()):
        raise Refused("ご自分が持つ役割は変えられません。ほかの管理者に依頼してください。")
    if role_of(draft_from(row.title, row.granted)).rights & RESERVED - actor.rights:
        raise Refused(
            "この役割は、あなたが付けられない権限を含みます。その権限も持つ管理者に依頼してください。"
        )
    return row


def _listed(row: RoleRow, holders: int) -> Listed:
    return Listed(row.code, draft_from(row.title, row.granted), holders, made=True, version=row.version)
