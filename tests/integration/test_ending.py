"""Ending a protection: two responsible persons, never the clock; the address comes back, and the import goes on from there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from app.data import register, vault
from app.data.models.audit import AuditRow
from app.data.models.ending import EndingRow
from app.data.models.register import PersonRow
from app.data.models.staff import StaffRow
from app.domain.authority import Actor
from app.domain.disclosure import MASK
from app.domain.errors import Conflict, Invalid, Refused
from app.extensions import db
from app.operations import endings, feeds, sessions
from app.operations.protecting import protect
from tests.integration import small_city as city
from tests.integration.test_feed_protection import EVERYTHING, found, night, protected

CLERK = Actor("clerk", "見本", "main", "市民課", frozenset({"counter"}))
FIRST = Actor("first", "見本　守", "main", "市民課", frozenset({"guardian"}))
SECOND = Actor("second", "見本　護", "main", "市民課", frozenset({"guardian"}))
PLAIN = 1
STORED = ("person", "search_key", "register_row")


@pytest.fixture
def loaded(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    city.write(tmp_path / "first", city.people())
    feeds.import_files([tmp_path / "first"])
    monkeypatch.setattr(sessions, "confirm_password", lambda *_args: None)
    for actor in (FIRST, SECOND):
        db.session.add(StaffRow(id=actor.staff_id, name=actor.name, valid_from=date(2020, 1, 1)))
    db.session.commit()
    return tmp_path


def id_of(number: str) -> str:
    return db.session.scalars(select(PersonRow.id).where(PersonRow.number == number)).one()


def everything() -> dict[str, list[str]]:
    db.session.rollback()
    return {
        table: sorted(repr(tuple(row)) for row in db.session.execute(text(f'SELECT * FROM "{table}"')))
        for table in STORED
    }


def ask(number: str, by: Actor = FIRST, reason: str = "mistaken") -> str:
    endings.ask(id_of(number), by, reason)
    return db.session.scalars(
        select(EndingRow.id).where(EndingRow.person_number == number, EndingRow.state == "asked")
    ).one()


def agree(ending: str, by: Actor = SECOND, *, allowed: bool = True) -> int:
    return endings.decide(ending, by, allowed=allowed, password="given again", terminal="-")


def test_two_persons_end_what_was_flagged_by_hand(loaded: Path, app: Flask) -> None:
    """Register, search and vault are as if nothing had been, and the next night finds nothing to do."""
    number, before = city.number(PLAIN), everything()
    protect(id_of(number), CLERK)
    assert everything() != before
    with pytest.raises(Refused):
        endings.ask(id_of(number), CLERK, "mistaken")
    with pytest.raises(Invalid):
        endings.ask(id_of(number), FIRST, "")
    ending = ask(number)
    with pytest.raises(Conflict, match="すでに依頼"):
        endings.ask(id_of(number), SECOND, "mistaken")
    with pytest.raises(Refused, match="自分が依頼した終了"):
        agree(ending, FIRST)
    assert agree(ending, allowed=False) == 0 and number in protected()
    assert agree(ask(number)) == 2 and number not in protected()
    assert everything() == before
    assert vault.read_owners(app.config["KAKANAI"].keys.vault, [number]) == {}
    told = db.session.scalars(
        select(AuditRow.action).where(AuditRow.action.like("protection.e%")).order_by(AuditRow.id)
    ).all()
    assert list(told) == [
        "protection.end_asked", "protection.end_refused", "protection.end_asked", "protection.ended",
    ]  # fmt: skip
    report = night(loaded, 0, city.people())
    assert report.protection_added == 0 and number not in protected() and report.changes == 0


def test_the_end_of_a_measure_waits_for_two_persons(loaded: Path) -> None:
    """A measure in force is not ended here; one that has ended in the core system is, with the child of the household."""
    mother, child = city.number(city.WIFE), city.number(city.CHILD)
    with pytest.raises(Conflict, match="支援措置は続いて"):
        endings.ask(id_of(mother), FIRST, "expired")
    data = city.people()
    data["01c"] = [city.measure(city.WIFE, "3"), city.measure(9)]
    night(loaded, 0, {"01a": data["01a"], "01c": data["01c"]})
    with time_machine.travel("2028-06-01 10:00", tick=False):
        assert protected()[mother] == ("measure", True), "no day that has come ends it"
    assert found(city.SECRET_TOWN) == []
    assert [line.together for line in endings.list_lines(FIRST)] == [2]
    assert agree(ask(mother, reason="expired")) == 2
    assert found(city.SECRET_TOWN) == [mother, child]
    (row,) = register.list_rows(mother, ["01a"], EVERYTHING)["01a"]
    assert row["jusho_choaza"] == city.SECRET_TOWN and MASK not in row.values()
    night(loaded, 1, {"01a": data["01a"], "01c": data["01c"]})
    assert mother not in protected() and child not in protected()
    # Anew, with the next measure.
    data["01c"] = [city.measure(city.WIFE), city.measure(9)]
    night(loaded, 2, {"01a": data["01a"], "01c": data["01c"]})
    assert found(city.SECRET_TOWN) == [] and protected()[child][0] == "household"


def test_who_lives_with_a_protected_person_stays_so(loaded: Path) -> None:
    protect(id_of(city.number(PLAIN)), CLERK)
    data = city.people()
    night(loaded, 0, {"01a": data["01a"], "01c": [*data["01c"], city.measure(2)]})
    with pytest.raises(Conflict, match="支援措置の続く方"):
        endings.ask(id_of(city.number(PLAIN)), FIRST, "mistaken")
    # Somebody else moves in with them, on a measure of his own.
    data["01a"][4]["setaibango"] = data["01a"][0]["setaibango"]
    data["01c"].append(city.measure(5))
    night(loaded, 1, {"01a": data["01a"], "01c": data["01c"]})
    with pytest.raises(Conflict, match="同じ世帯に"):
        endings.ask(id_of(city.number(PLAIN)), FIRST, "mistaken")


def test_an_import_prepared_before_the_end_is_not_switched_in(
    loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, build = city.number(PLAIN), feeds.Run._build_persons
    protect(id_of(number), CLERK)
    ending = ask(number)

    def end_meanwhile(run: feeds.Run, *rest: object) -> None:
        build(run, *rest)  # type: ignore[arg-type]
        agree(ending)

    monkeypatch.setattr(feeds.Run, "_build_persons", end_meanwhile)
    data = city.people()
    data["01a"][0] |= city.address("中央一丁目", "9番9号")
    with pytest.raises(Conflict, match="取扱注意が終了した方"):
        night(loaded, 0, {"01a": data["01a"], "01c": data["01c"]})


def test_the_flag_of_an_announced_mover_is_carried_over_by_hand(loaded: Path) -> None:
    """He comes under a new number: offered by name and birth date, in whatever characters, and protected by one press."""
    mover = db.session.scalars(select(PersonRow).where(PersonRow.number == "T0001-1")).one()
    protect(mover.id, CLERK)
    data = city.people()
    data["01a"] += [
        city.resident(20, "転入　一郎", "テンニュウ　イチロウ", "1980-02-02", 20),
        city.resident(21, "転入　一郎", "テンニュウ　イチロウ", "1981-02-02", 21),
    ]
    night(loaded, 0, {"01a": data["01a"], "01c": data["01c"]})
    assert city.number(20) not in protected(), "not without somebody who has looked"
    (offered,) = endings.list_carried(FIRST)
    assert (offered.mover, offered.person_id) == ("転入　一郎", id_of(city.number(20)))
    assert endings.carry_over(offered.person_id, FIRST) == 1
    assert city.number(20) in protected() and endings.list_carried(FIRST) == ()
    for other in (20, 21):
        with pytest.raises(Conflict):
            endings.carry_over(id_of(city.number(other)), FIRST)
