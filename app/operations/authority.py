"""Roles (役割) as the city has them."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.authority import ROLES, Role


def roles() -> Mapping[str, Role]:
    """Every role by its code, in the order staff see them."""
    return ROLES
