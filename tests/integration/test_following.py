"""Who is protected because somebody else is: a household in all its states, and every number of one human being."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.data import endings as stored_endings
from app.data import register
from app.data.following import STATES, household_groups
from app.data.models.register import PersonRow
from app.domain.disclosure import MASK
from app.extensions import db
from app.intake.layouts import load_versions
from app.operations import feeds
from app.operations.protecting import protect
from tests.integration import small_city as city
from tests.integration.test_feed_protection import (
    EVERYTHING,
    assert_nothing_leaked,
    found,
    night,
    protected,
)
from tests.integration.test_provisional import CLERK, id_of

SECRET = city.address(city.SECRET_TOWN, "77番地7", "秘匿ハイツ777号") | {"jusho_yubinbango": "8659977"}
DEAD, MOVED, REMOVED = 20, 21, 22
OTHER_NUMBER, ITS_OTHER = 50, 52


def left(serial: int, state: str, reason: str, household: int, **more: str) -> city.Values:
    """Somebody who is no resident any more and keeps the number of his household."""
    name, reading = f"除票　{serial}郎", "ジョヒョウ　ロウ"
    return city.resident(
        serial,
        name,
        reading,
        "1960-01-01",
        household,
        juminjotai=state,
        idojiyu=reason,
        shojonoidonengappi="2024-05-06",
        **more,
    )


def with_those_who_left() -> dict[str, list[city.Values]]:
    """The protected household has a dead man, one who moved out and one who was removed, all at its address."""
    data = city.people()
    gone = [
        left(DEAD, "3", "23", 2, **SECRET),
        left(MOVED, "2", "21", 2, **SECRET),
        left(REMOVED, "9", "26", 2, **SECRET),
    ]
    data["01a"] += gone
    data["01b"] += [{**row, "rirekibango_edabango": "0"} for row in gone]
    return data


def merged(serial: int, into: int, **more: str) -> city.Values:
    """A number of 16 that was merged (名寄せ) into another one."""
    return city.person_row(
        serial, shimei="大野　武", tagyomusanshofukafuragu="0", nayosemotofuragu="1",
        nayosesakiatenabango=city.number(into), **more,
    )  # fmt: skip


def with_other_numbers() -> dict[str, list[city.Values]]:
    """Number 5 has two more: one merged into it, and one merged into that."""
    data = city.people()
    data["16"] = [
        merged(OTHER_NUMBER, 5, **SECRET),
        merged(ITS_OTHER, OTHER_NUMBER, **SECRET),
    ]
    return data


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    return tmp_path


def load(folder: Path, data: dict[str, list[city.Values]]) -> None:
    city.write(folder / "first", data)
    feeds.import_files([folder / "first"])


def serials(*wanted: int) -> set[str]:
    return {city.number(one) for one in wanted}


def towns(*wanted: int) -> set[str]:
    """Every town that stands in the register and beside these persons."""
    numbers = sorted(serials(*wanted))
    kept: set[str] = set(db.session.scalars(select(PersonRow.town).where(PersonRow.number.in_(numbers))))
    for number in numbers:
        for data_set in ("01a", "01b", "16"):
            for row in register.list_rows(number, [data_set], EVERYTHING)[data_set]:
                kept.add(row["jusho_choaza"])
    return kept


def test_every_state_of_a_register_has_a_group_key() -> None:
    known = {
        code
        for data_set in ("01a", "01b")
        for layout in load_versions()[data_set]
        for column in layout.columns
        if column.id == "juminjotai"
        for code in column.codes
    }
    assert known == set(STATES) - {"gone"} and len(household_groups("1")) == len(STATES)


def test_the_dead_the_moved_and_the_removed_of_a_protected_household_are_protected(folder: Path) -> None:
    load(folder, with_those_who_left())
    for serial in (city.CHILD, DEAD, MOVED, REMOVED):
        assert protected()[city.number(serial)] == ("household", False)
    assert towns(DEAD, MOVED, REMOVED) == {MASK}
    assert found(city.SECRET_TOWN) == [] and found("秘匿ハイツ777号") == []
    assert_nothing_leaked()


def test_those_who_left_before_are_protected_when_the_measure_comes(folder: Path) -> None:
    """From the register alone, without the 01a; and whoever the measure names, be it the dead."""
    data = with_those_who_left()
    data["01c"] = [city.measure(9)]
    load(folder, data)
    assert found(city.SECRET_TOWN) == sorted(serials(city.WIFE, city.CHILD, DEAD, MOVED, REMOVED))
    night(folder, 0, {"01c": [city.measure(DEAD)]}, kind="diff")
    assert protected()[city.number(DEAD)] == ("measure", False)
    assert towns(city.WIFE, city.CHILD, DEAD, MOVED, REMOVED) == {MASK}
    assert_nothing_leaked()


def test_a_difference_that_brings_a_dead_member_protects_him(folder: Path) -> None:
    load(folder, city.people())
    night(folder, 0, {"01a": [left(DEAD, "3", "23", 2, **SECRET)], "01c": []}, kind="diff")
    assert protected()[city.number(DEAD)] == ("household", False)
    assert_nothing_leaked()


def test_who_has_left_the_full_file_is_still_of_the_household(folder: Path) -> None:
    data = with_those_who_left()
    data["01c"] = [city.measure(9)]
    load(folder, data)
    rest = [row for row in data["01a"] if row["atenabango"] != city.number(DEAD)]
    night(folder, 0, {"01a": rest, "01c": [city.measure(9), city.measure(city.WIFE)]})
    assert towns(DEAD) == {MASK}
    assert_nothing_leaked()


@pytest.mark.parametrize("first", [city.WIFE, DEAD])
def test_the_flag_by_hand_reaches_the_whole_household(folder: Path, first: int) -> None:
    data = with_those_who_left()
    data["01c"] = [city.measure(9)]
    load(folder, data)
    assert protect(id_of(city.number(first)), CLERK) == 5
    assert towns(city.WIFE, city.CHILD, DEAD, MOVED, REMOVED) == {MASK}
    assert found(city.SECRET_TOWN) == []
    assert_nothing_leaked()


def test_nobody_of_the_household_is_left_out_of_an_ending(folder: Path) -> None:
    data = with_those_who_left()
    load(folder, data)
    night(folder, 0, {"01c": [city.measure(9), city.measure(DEAD)], "01a": data["01a"]})
    everybody = serials(city.WIFE, city.CHILD, DEAD, MOVED, REMOVED)
    assert set(stored_endings.list_others_at_home([city.number(city.WIFE)])) == everybody - serials(city.WIFE)
    assert stored_endings.list_others_at_home(sorted(everybody)) == ()


@pytest.mark.parametrize("named", [5, OTHER_NUMBER, ITS_OTHER])
def test_a_measure_reaches_every_number_of_a_person(folder: Path, named: int) -> None:
    """In the first import, where the files alone say who is whom."""
    data = with_other_numbers()
    data["01a"][4] |= SECRET
    data["01b"] = [data["01b"][2]]
    data["01c"].append(city.measure(named))
    load(folder, data)
    grounds = {city.number(one): protected()[city.number(one)][0] for one in (5, OTHER_NUMBER, ITS_OTHER)}
    assert grounds.pop(city.number(named)) == "measure"
    assert set(grounds.values()) == {"merged"}
    assert towns(5, OTHER_NUMBER, ITS_OTHER) == {MASK}
    assert_nothing_leaked()


def test_a_measure_reaches_numbers_that_were_merged_before(folder: Path) -> None:
    load(folder, with_other_numbers())
    night(folder, 0, {"01c": [city.measure(5)]}, kind="diff")
    assert serials(5, OTHER_NUMBER, ITS_OTHER) <= protected().keys()
    assert towns(OTHER_NUMBER, ITS_OTHER) == {MASK}
    assert_nothing_leaked()


def test_who_is_merged_into_a_protected_person_is_protected_and_so_is_his_household(folder: Path) -> None:
    load(folder, city.people())
    night(folder, 0, {"16": [merged(OTHER_NUMBER, city.CHILD, **SECRET)]}, kind="diff")
    assert protected()[city.number(OTHER_NUMBER)] == ("merged", False)
    night(folder, 1, {"16": [merged(ITS_OTHER, 1)], "01c": [city.measure(ITS_OTHER)]}, kind="diff")
    assert protected()[city.number(1)] == ("merged", False)
    assert protected()[city.number(2)] == ("household", False)
    assert_nothing_leaked()


def test_numbers_taken_apart_again_await_a_decision(folder: Path) -> None:
    data = with_other_numbers()
    data["01c"].append(city.measure(5))
    load(folder, data)
    apart = city.person_row(
        OTHER_NUMBER, shimei="大野　武", tagyomusanshofukafuragu="0", rirekibango="2", **SECRET
    )
    night(folder, 0, {"16": [apart], "01c": []}, kind="diff")
    night(folder, 1, {"01c": []}, kind="diff")
    assert protected()[city.number(OTHER_NUMBER)] == ("merged", True)
    assert towns(OTHER_NUMBER) == {MASK}


@pytest.mark.parametrize("first", [5, OTHER_NUMBER, ITS_OTHER])
def test_the_flag_by_hand_reaches_every_number(folder: Path, first: int) -> None:
    load(folder, with_other_numbers())
    assert protect(id_of(city.number(first)), CLERK) == 3
    assert towns(5, OTHER_NUMBER, ITS_OTHER) == {MASK}
    assert set(stored_endings.list_others_at_home([city.number(first)])) == serials(
        5, OTHER_NUMBER, ITS_OTHER
    ) - serials(first)


@pytest.fixture
def widowed(served_city: Flask) -> Iterator[list[str]]:
    """The numbers of a household of the demo city in which one has died, a living one first."""
    with served_city.app_context():
        living, household = db.session.execute(
            text(
                "SELECT a.number, a.household_number FROM person a JOIN person d ON d.household_number = a.household_number"
                " WHERE a.status = 'resident' AND d.status = 'dead' AND a.household_number <> '' AND NOT a.protected"
                " AND NOT d.protected ORDER BY a.serial LIMIT 1"
            )
        ).one()
        others = db.session.scalars(
            select(PersonRow.number).where(
                PersonRow.household_number == household, PersonRow.number != living
            )
        )
        yield [living, *others]


def test_the_dead_husband_of_a_protected_widow_shows_no_address(widowed: list[str]) -> None:
    assert len(widowed) > 1
    protect(id_of(widowed[0]), CLERK)
    assert set(db.session.scalars(select(PersonRow.town).where(PersonRow.number.in_(widowed)))) == {MASK}
    for number in widowed:
        for row in register.list_rows(number, ["01a"], EVERYTHING)["01a"]:
            assert row["jusho_choaza"] == MASK
