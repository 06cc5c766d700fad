"""The provisional flag (仮の取扱注意) set by hand: from its commit on nothing shows, finds, prints or keeps the address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from app.data import register, vault
from app.data.feed_switch import claim
from app.data.models.register import PersonRow
from app.data.protection import Plan
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.disclosure import MASK
from app.domain.errors import Conflict
from app.extensions import db
from app.operations import feeds
from app.operations.protecting import protect
from tests.desk import Desk
from tests.integration import small_city as city
from tests.integration.served import clerk, looked_up, resident
from tests.integration.test_feed_protection import EVERYTHING, found, night, protected

CLERK = Actor("demo-counter", "見本", "main", "市民課", frozenset({"counter"}))
PLAIN, NEXT_DOOR = 1, 2
"""A couple of the small city about whom no file says anything."""


@pytest.fixture
def loaded(app: Flask, tmp_path: Path) -> Iterator[Path]:
    city.write(tmp_path / "first", city.people())
    feeds.import_files([tmp_path / "first"])
    return tmp_path


def id_of(number: str) -> str:
    return db.session.scalars(select(PersonRow.id).where(PersonRow.number == number)).one()


def test_flagged_by_hand_is_as_flagged_by_file(loaded: Path, app: Flask) -> None:
    number = city.number(PLAIN)
    (row,) = register.list_rows(number, ["01a"], EVERYTHING)["01a"]
    place, lot = row["jusho_choaza"], row["jusho_banchigohyoki"]
    assert number in found(place)
    assert protect(id_of(number), CLERK) == 2
    assert protected()[number] == ("manual", False)
    assert protected()[city.number(NEXT_DOOR)] == ("household", False)
    assert number not in found(place) and number not in found(lot)
    (row,) = register.list_rows(number, ["01a"], EVERYTHING)["01a"]
    assert row["jusho_choaza"] == row["honseki"] == MASK
    kept = vault.read_owners(app.config["KAKANAI"].keys.vault, [number])["01a", number]
    assert kept["jusho_choaza"] == place
    with pytest.raises(Conflict):
        protect(id_of(number), CLERK)
    # A full file of the measures that does not name him, and the residents again, change nothing of it.
    data = city.people()
    data["01a"][0] |= city.address(place, "9番9号", "秘匿ハイツ777号")
    night(loaded, 0, {"01a": data["01a"], "01b": data["01b"], "01c": data["01c"]})
    assert protected()[number] == ("manual", False)
    (row,) = register.list_rows(number, ["01a"], EVERYTHING)["01a"]
    assert row["jusho_choaza"] == MASK and number not in found("9番9号")


def test_an_import_that_was_prepared_before_is_not_switched_in(
    loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows were staged with the address: the flag comes between, and the import begins anew."""
    number, build = city.number(PLAIN), feeds.Run._build_persons
    data = city.people()
    data["01a"][0] |= city.address("秘匿町", "1番1号")

    def flag_meanwhile(run: feeds.Run, *rest: object) -> None:
        build(run, *rest)  # type: ignore[arg-type]
        protect(id_of(number), CLERK)

    monkeypatch.setattr(feeds.Run, "_build_persons", flag_meanwhile)
    with pytest.raises(Conflict, match="取扱注意の方が加わりました"):
        night(loaded, 0, {"01a": data["01a"], "01c": data["01c"]})
    monkeypatch.undo()
    night(loaded, 1, {"01a": data["01a"], "01c": data["01c"]})
    (row,) = register.list_rows(number, ["01a"], EVERYTHING)["01a"]
    assert row["jusho_choaza"] == MASK
    with transaction() as session, pytest.raises(Conflict):
        claim(session.connection(), -1, Plan(frozenset()))


def test_who_is_only_announced_can_be_protected(served_city: Flask) -> None:
    """People of a move-out notice (20a, 20b) have no addressee number: the notice they share is withheld whole."""
    app = served_city
    with app.app_context():
        person = db.session.scalars(
            select(PersonRow).where(PersonRow.status == "expected").order_by(PersonRow.serial)
        ).first()
        assert person is not None
        number, receipt, town = person.number, person.receipt_number, person.town
        assert town and town != MASK
        together = db.session.scalars(
            select(PersonRow.number).where(PersonRow.receipt_number == receipt)
        ).all()
        assert protect(person.id, CLERK) == len(together)
        payloads = db.session.scalars(
            text(
                "SELECT payload FROM register_row WHERE (data_set = '20a' AND row_key = :key) OR person_number = :who"
            ),
            {"key": receipt, "who": number},
        ).all()
        assert payloads and not [one for one in payloads if town in one]
        assert db.session.scalars(select(PersonRow.town).where(PersonRow.number.in_(together))).all() == [
            MASK
        ] * len(together)
        db.session.rollback()
    desk = clerk(app)
    assert "取扱注意" in desk.see(desk.open_case(looked_up(app, lambda: id_of(number)))).text


def test_two_keys_stop_open_cases_stored_papers_and_drafts(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = resident(app)
    place, kept, draft = person.lot + person.building, _printed(desk, person.id), desk.open_case(person.id)
    document = desk.document(kept)
    assert desk.get(document).status_code == 200
    desk.post(f"/cases/{draft}/draft", step="identity", name=person.name, address=place)
    page = desk.get(f"/residents/{person.id}").text
    assert 'aria-keyshortcuts="F8' in page and "protect-dialog" in page
    assert clerk(app, "demo-tax", "tax").post(f"/residents/{person.id}/protect").status_code == 303
    for case in (kept, draft):
        assert "取扱注意" in desk.see(case).text
    assert desk.get(document).status_code == 403
    assert desk.post(f"{document}/reprint", data="today").status_code == 403
    assert person.lot not in desk.get(f"/residents/{person.id}").text
    with app.app_context():
        for table in set(inspect(db.engine).get_table_names()) - {
            "vault_entry",
            "content_version",
            "audit_event",
        }:
            if {"case_id", "person_number", "persons"} & {
                c["name"] for c in inspect(db.engine).get_columns(table)
            }:
                for row in db.session.execute(text(f'SELECT * FROM "{table}"')):
                    assert person.town + person.lot not in repr(tuple(row)), table
        db.session.rollback()


def _printed(desk: Desk, person_id: str) -> str:
    case = desk.open_case(person_id)
    desk.identify(case)
    desk.choose(case, "single")
    desk.save(case, "content", procedures=["seal_registration"])
    desk.answer_all(case)
    desk.save(case, "questions")
    assert desk.issue(case).status_code == 303
    return case
