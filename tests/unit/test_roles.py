"""Roles of the city's own: what does not fit is said by field, and nobody gives more than he has (AC-31)."""

from __future__ import annotations

import pytest

from app.domain.authority import BASE_SETS, ROBOT, ROLES, Actor, Reception, Right, Role
from app.domain.roles import (
    FIELD_TITLES,
    RECEPTION_TITLES,
    RIGHT_TITLES,
    RoleDraft,
    changes,
    check_role,
    draft_of,
    role_of,
)

ADMIN = ROLES["admin"].rights
DESK = RoleDraft(
    "証明コーナー",
    frozenset({"find_person", "receive", "print"}),
    frozenset({"certificates"}),
    frozenset({"02", "07"}),
    frozenset({"disability"}),
    frozenset({"001"}),
)


def test_everything_that_can_be_ticked_has_a_name() -> None:
    assert set(RIGHT_TITLES) == set(Right)
    assert set(RECEPTION_TITLES) == set(Reception)
    opened = frozenset().union(*(role.fields for role in ROLES.values()))
    assert set(FIELD_TITLES) == opened, "what no role of the program opens, the page does not offer either"


@pytest.mark.parametrize("code", [one for one in ROLES if one != ROBOT])
def test_a_copy_of_a_role_of_the_program_is_that_role(code: str) -> None:
    draft = draft_of(ROLES[code])
    assert role_of(draft) == ROLES[code]
    everything = frozenset(Right)
    assert check_role(draft, [], everything) == {}, code


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("title", {"title": " 　"}),
        ("title", {"title": "窓口:受付"}),
        ("title", {"title": "窓口　受付"}),
        ("title", {"title": "あ" * 21}),
        ("rights", {"rights": frozenset()}),
        ("rights", {"rights": frozenset({"receive"})}),
        ("rights", {"rights": frozenset({"find_person", "receive", "root"})}),
        ("rights", {"rights": DESK.rights | {"decide_release"}}),
        ("rights", {"rights": DESK.rights | {"read_audit"}}),
        ("rights", {"rights": DESK.rights | {"export_history"}}),
        ("receptions", {"receptions": frozenset()}),
        ("receptions", {"rights": frozenset({"find_person"})}),
        ("data_sets", {"rights": frozenset({"read_status"}), "receptions": frozenset()}),
        ("data_sets", {"data_sets": frozenset({"02", "07", "99"})}),
        ("fields", {"fields": frozenset({"arrears"})}),
        ("fields", {"fields": frozenset({"counterpart"})}),
        ("businesses", {"businesses": frozenset({"999"})}),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(field: str, changed: dict[str, object]) -> None:
    draft = RoleDraft(
        **{name: changed.get(name, getattr(DESK, name)) for name in RoleDraft.__dataclass_fields__}  # type: ignore[arg-type]
    )
    assert field in check_role(draft, ["窓口受付"], ADMIN)


def test_a_role_gives_what_was_ticked_and_no_unknown_word_gives_anything() -> None:
    assert check_role(DESK, ["窓口受付"], ADMIN) == {}
    made = role_of(DESK)
    assert made == Role(
        "証明コーナー", frozenset({Right.FIND_PERSON, Right.RECEIVE, Right.PRINT}), BASE_SETS | {"02", "07"},
        frozenset({Reception.CERTIFICATES}), frozenset({"001"}), frozenset({"disability"}),
    )  # fmt: skip
    unknown = RoleDraft(
        "x",
        frozenset({"root"}),
        frozenset({"all"}),
        frozenset({"99"}),
        frozenset({"counterpart"}),
        frozenset({"9"}),
    )
    assert role_of(unknown) == Role("x", frozenset())


def test_an_actor_has_what_his_roles_give_and_a_preview_has_no_data() -> None:
    actor = Actor("a", "", "main", "", frozenset({"reviewer", "own-x"}), made=(role_of(DESK),))
    assert actor.may(Right.PRINT) and actor.may(Right.REVIEW)
    assert "07" in actor.data_sets and "disability" in actor.fields
    gone = Actor("a", "", "main", "", frozenset({"own-x"}))
    assert not gone.rights and not gone.data_sets
    looks = Actor("a", "", "", "", frozenset({"welfare"}), preview="総合福祉")
    assert looks.may(Right.RECEIVE)
    assert not looks.data_sets and not looks.fields and not looks.businesses


def test_the_record_says_what_came_and_what_went() -> None:
    after = RoleDraft(
        "証明コーナー", DESK.rights - {"print"}, DESK.receptions, DESK.data_sets | {"08"}, DESK.fields
    )
    assert changes(DESK, after) == {
        "rights": {"added": [], "removed": ["print"]},
        "data_sets": {"added": ["08"], "removed": []},
        "businesses": {"added": [], "removed": ["001"]},
    }
    assert changes(DESK, DESK) == {}
