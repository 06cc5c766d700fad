"""Roles (役割) as the city has them: those of the program, and those it made itself (`roles`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from app.data import roles as stored
from app.domain.authority import ROLES, Actor, Right, Role
from app.domain.roles import draft_from, role_of


def roles() -> Mapping[str, Role]:
    """Every role by its code, in the order staff see them."""
    return {**ROLES, **{row.code: role_of(draft_from(row.title, row.granted)) for row in stored.list_made()}}


def made_among(codes: Collection[str]) -> tuple[Role, ...]:
    """Those of the codes that are roles the city made itself, as they stand now; a withdrawn one gives nothing."""
    rows = stored.list_made({*codes} - {*ROLES})
    return tuple(role_of(draft_from(row.title, row.granted)) for row in rows)


def as_seen(actor: Actor, code: str) -> Actor:
    """Somebody who looks at the screens of a role: with its functions, without any data, at no counter.

    Who may no longer manage staff, or looks at a role that is gone, is himself again.
    """
    role = roles().get(code)
    if role is None or not actor.may(Right.MANAGE_STAFF):
        return actor
    return replace(
        actor, counter="", counter_name=f"{role.title}の画面を確認中", roles=frozenset({code}),
        made=() if code in ROLES else (role,), preview=role.title,
    )  # fmt: skip
