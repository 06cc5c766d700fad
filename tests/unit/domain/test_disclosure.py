"""Field-level disclosure: which columns leave the data room is decided from who asks, where, and for what."""

from __future__ import annotations

import pytest

from app.domain.authority import ROLES, Actor
from app.domain.disclosure import FIELDS
from app.intake.layouts import load_layouts


def actor(*roles: str) -> Actor:
    return Actor("one", "見本", "main", "市民課", frozenset(roles))


@pytest.mark.parametrize(
    ("role", "data_set", "column", "shown"),
    [
        ("counter", "20b", "juminhyokodo", True), ("insurance", "20b", "juminhyokodo", False),
        ("reviewer", "20b", "juminhyokodo", False), ("tax", "04", "tainogaku", True),
        ("tax", "03", "gokeishotokukingaku", True), ("welfare", "03", "gokeishotokukingaku", False),
        ("welfare", "07", "shogaimei", True), ("tax", "01c", "kagaishashimei", False),
        ("counter", "01c", "kagaishashimei", False),
    ],
)  # fmt: skip
def test_a_column_is_absent_for_who_may_not_see_it(
    role: str, data_set: str, column: str, shown: bool
) -> None:
    row = {"atenabango": "1", column: "x"}
    found = actor(role).disclosure("case:k1").visible(data_set, row)
    assert (column in found) is shown and found["atenabango"] == "1"


@pytest.mark.parametrize("purpose", ["search", "enquiry", "office", "release:r1"])
def test_a_purpose_that_needs_none_of_it_closes_every_group(purpose: str) -> None:
    everything = actor(*ROLES).disclosure(purpose)
    assert all(
        everything.visible(data_set, dict.fromkeys(columns, "x")) == {}
        for group in FIELDS.values()
        for data_set, columns in group.items()
    )


def test_every_group_is_of_columns_that_exist_and_what_roles_open_exists() -> None:
    layouts = load_layouts()
    for group in FIELDS.values():
        for data_set, columns in group.items():
            assert columns <= {column.id for column in layouts[data_set].columns}, data_set
    assert {name for role in ROLES.values() for name in role.fields} <= set(FIELDS) - {"counterpart"}
