"""Protection by the import (支援措置): whose addresses are withheld, where they lie, and what never ends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import Executable, inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.config import Settings
from app.data import register, residents, vault
from app.data.models.register import VaultEntry
from app.domain.disclosure import MASK, Disclosure
from app.domain.person import WarningLevel
from app.domain.query import parse_query
from app.extensions import db
from app.operations import feeds
from tests.integration import small_city as city

EVERYTHING = Disclosure(
    "tester", "", "test", frozenset({"01a", "01b", "01c", "02", "16", "17", "19", "20a", "20b"})
)
NIGHTS = [f"2026-11-{day}T01:00:00" for day in range(21, 29)]
MARKS = ("秘匿", "8659977", "HITOKU", "777号", "77番地")
"""Stand in the addresses of the protected persons and nowhere else."""


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.config["KAKANAI"]
    return found


@pytest.fixture
def loaded(app: Flask, tmp_path: Path) -> Iterator[Path]:
    city.write(tmp_path / "first", city.people())
    feeds.import_files([tmp_path / "first"])
    yield tmp_path
    assert_nothing_leaked()


def night(
    folder: Path, at: int, data: dict[str, list[city.Values]], kind: str = "full"
) -> feeds.ImportReport:
    """Import these rows as the files of a later night."""
    city.write(folder / str(at), data, at=NIGHTS[at], kind=kind)
    (report,) = feeds.import_files([folder / str(at)], allow_shrink=True)
    return report


def protected() -> dict[str, tuple[str, bool]]:
    """Number → (ground, whether the end awaits a decision)."""
    db.session.rollback()
    rows = db.session.execute(text("SELECT number, ground, pending_since FROM protected_person"))
    return {number: (ground, pending is not None) for number, ground, pending in rows}


def assert_nothing_leaked() -> None:
    """No mark of a protected address in any column of any table, the vault's ciphertext included."""
    db.session.rollback()
    for table in inspect(db.engine).get_table_names():
        columns = "data_set, row_key, person_number" if table == "vault_entry" else "*"
        for row in db.session.execute(text(f'SELECT {columns} FROM "{table}"')):
            assert not [mark for mark in MARKS if mark in repr(tuple(row))], table


def read_vault(settings: Settings, data_set: str, row_key: str) -> dict[str, str]:
    """A row of the person whose number the key begins with."""
    return vault.read_owners(settings.keys.vault, [row_key.partition("|")[0]])[data_set, row_key]


def test_addresses_of_the_protected_lie_in_the_vault_only(loaded: Path, settings: Settings) -> None:
    assert protected() == {city.number(3): ("measure", False), city.number(4): ("household", False)}
    row = register.list_rows(city.number(3), ["01a"], EVERYTHING)["01a"][0]
    assert row["jusho_choaza"] == row["honseki"] == row["chikukanrikodo1"] == MASK
    kept = read_vault(settings, "01a", city.number(3))
    assert (kept["jusho_choaza"], kept["honseki"]) == (city.SECRET_TOWN, "熊本県架空市秘匿町77番地")
    past = read_vault(settings, "01b", f"{city.number(3)}|1|0")
    assert past["jusho_katagaki"] == "秘匿ハイツ777号"
    assert_nothing_leaked()


def test_the_mask_does_not_tell_which_items_were_filled(loaded: Path) -> None:
    mother, child = (register.list_rows(city.number(n), ["01a"], EVERYTHING)["01a"][0] for n in (3, 4))
    assert [key for key, value in mother.items() if value == MASK] == [
        key for key, value in child.items() if value == MASK
    ]


def test_a_vault_entry_opens_at_its_own_place_only(loaded: Path, settings: Settings) -> None:
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ALTER TABLE vault_entry NO FORCE ROW LEVEL SECURITY"))
    db.session.execute(
        text("UPDATE vault_entry SET row_key = 'moved' WHERE data_set = '01a' AND row_key LIKE '%3'")
    )
    with pytest.raises(InvalidTag):
        vault.read_owners(settings.keys.vault, [city.number(3)])
    db.session.rollback()
    with pytest.raises(InvalidTag):
        vault.read_owners(bytes(32), [city.number(3)])


SPIES = (
    "SELECT sealed FROM vault_entry",
    "SELECT * FROM vault_entry v",
    "SELECT count(sealed) FROM vault_entry WHERE sealed IS NOT NULL",
)


def test_no_other_statement_reads_the_vault(loaded: Path, settings: Settings) -> None:
    """Neither before it was opened, nor after, nor for somebody else's rows; on connections of the pool as they come."""
    of_one = vault.read_owners(settings.keys.vault, [city.number(4)])
    assert of_one and ("01a", city.number(3)) not in of_one
    for _turn in range(50):
        with pytest.raises(InvalidTag):
            vault.read_owners(bytes(32), [city.number(3)])
        db.session.rollback()
        assert read_vault(settings, "01a", city.number(3))
        for statement in SPIES:
            assert_shut(text(statement))
    assert_shut(
        select(VaultEntry.data_set, VaultEntry.row_key, VaultEntry.sealed).where(
            VaultEntry.person_number.in_([city.number(3)])
        )
    )


def assert_shut(statement: Executable) -> None:
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(DatabaseError, match="prohibited"):
            db.session.execute(statement)
    else:
        assert set(db.session.execute(statement).scalars()) <= {0}
    db.session.rollback()


@pytest.mark.parametrize("column", ["prefecture", "city", "town", "lot", "building", "postal_code"])
def test_no_address_is_stored_beside_a_protected_person(loaded: Path, column: str) -> None:
    """A check that was forgotten while writing ends the writing."""
    with pytest.raises(IntegrityError, match="withheld|no address"):
        db.session.execute(text(f"UPDATE person SET {column} = '秘匿町' WHERE protected"))
    db.session.rollback()
    with pytest.raises(IntegrityError, match="withheld|no address"):
        db.session.execute(
            text("UPDATE person SET protected = true WHERE number = :one"), {"one": city.number(1)}
        )
    db.session.rollback()


def test_a_person_who_becomes_protected_is_withdrawn_with_all_his_rows(
    loaded: Path, settings: Settings
) -> None:
    data = city.people()
    report = night(loaded, 0, {"01c": [*data["01c"], city.measure(5)]})
    assert report.protection_added == 1
    for data_set in ("01a", "01b", "19"):
        for row in register.list_rows(city.number(5), [data_set], EVERYTHING)[data_set]:
            assert "中央" not in repr(row) and "岱明" not in repr(row) and "止める" not in repr(row)
    assert read_vault(settings, "01b", f"{city.number(5)}|1|0")["jusho_choaza"] == "岱明町浜田"
    assert read_vault(settings, "19", f"{city.number(5)}|1#1")["naiyo"] == "発行を止める"
    assert found("岱明町浜田") == [] and found("大野武") == [city.number(5)]
    logged = db.session.scalar(
        text("SELECT persons FROM audit_event WHERE action = 'protection.added' ORDER BY id DESC LIMIT 1")
    )
    assert city.number(5) in str(logged)


def found(typed: str) -> list[str]:
    query = parse_query(typed, today=date(2026, 11, 20), own_city="熊本県架空市")
    return sorted(hit.person.number for hit in residents.search(query, EVERYTHING).hits)


@pytest.mark.parametrize("kind", ["1", "2"])
def test_provisional_measures_and_those_past_their_date_protect(
    app: Flask, tmp_path: Path, kind: str
) -> None:
    data = city.people()
    data["01c"] = [city.measure(3, kind, shiensochishuryonengappi="2020-01-01")]
    city.write(tmp_path, data)
    feeds.import_files([tmp_path])
    assert protected()[city.number(3)] == ("measure", False)
    assert_nothing_leaked()


def test_together_means_protected_with_his_whole_household(loaded: Path) -> None:
    night(loaded, 0, {"01c": [city.measure(3, awasete_atenabango=city.number(1))]})
    assert protected()[city.number(1)] == ("together", False)
    assert protected()[city.number(2)] == ("household", False)


def test_who_moves_in_with_a_protected_person_is_protected(loaded: Path) -> None:
    data = city.people()
    data["01a"][6] |= {
        "setaibango": data["01a"][2]["setaibango"],
        **city.address(city.SECRET_TOWN, "77番地7"),
    }
    night(loaded, 0, {"01a": data["01a"], "01c": data["01c"]})
    assert protected()[city.number(7)] == ("household", False)


def test_a_difference_that_moves_one_in_protects_him_too(loaded: Path) -> None:
    data = city.people()
    moved = {
        **data["01a"][6],
        "setaibango": data["01a"][2]["setaibango"],
        **city.address(city.SECRET_TOWN, "77番地7"),
    }
    night(loaded, 0, {"01a": [moved], "01c": []}, kind="diff")
    assert protected()[city.number(7)] == ("household", False)


def test_who_lived_with_her_until_the_flight_is_protected(app: Flask, tmp_path: Path) -> None:
    """She becomes protected in the night in which she moves: the old household counts as well as the new."""
    data = city.people()
    data["01c"] = [city.measure(9)]
    city.write(tmp_path / "first", data)
    feeds.import_files([tmp_path / "first"])
    data["01a"][1] |= {"setaibango": city.number(9_000_099), **city.address(city.SECRET_TOWN, "77番地7")}
    data["01c"].append(city.measure(2))
    night(tmp_path, 0, {"01a": data["01a"], "01c": data["01c"]})
    assert protected()[city.number(1)] == ("household", False)
    for row in register.list_rows(city.number(2), ["01a"], EVERYTHING)["01a"]:
        assert row["jusho_choaza"] == MASK


def test_the_end_of_a_measure_awaits_a_decision_and_can_resume(loaded: Path) -> None:
    report = night(loaded, 0, {"01c": [city.measure(3, "3", history=2)]}, kind="diff")
    assert report.protection_pending == 1
    assert protected()[city.number(3)] == ("measure", True)
    assert found("秘匿町") == []
    report = night(loaded, 1, {"01c": [city.measure(3, "1", history=3)]}, kind="diff")
    assert report.protection_resumed == 1
    assert protected()[city.number(3)] == ("measure", False)


def test_a_measure_ended_in_its_own_row_awaits_a_decision(loaded: Path) -> None:
    report = night(loaded, 0, {"01c": [city.measure(3, "3")]}, kind="diff")
    assert report.protection_pending >= 1
    assert protected()[city.number(3)] == ("measure", True)
    assert found("秘匿町") == []


def test_a_measure_that_disappears_awaits_a_decision(app: Flask, tmp_path: Path) -> None:
    data = city.people()
    data["01c"] = [city.measure(3), *(city.measure(serial) for serial in range(100, 140))]
    city.write(tmp_path / "first", data)
    feeds.import_files([tmp_path / "first"])
    report = night(tmp_path, 0, {"01c": data["01c"][1:]})
    assert report.protection_pending == 1
    assert protected()[city.number(3)] == ("measure", True)
    rows = register.list_rows(city.number(3), ["01a"], EVERYTHING)["01a"]
    assert rows[0]["jusho_choaza"] == MASK
    assert_nothing_leaked()


def test_an_import_without_measures_leaves_protection_as_it_was(loaded: Path) -> None:
    before = protected()
    report = night(loaded, 0, {"02": city.people()["02"]}, kind="diff")
    assert (report.protection_added, report.protection_pending) == (0, 0)
    assert protected() == before


def test_changed_rows_of_the_protected_stay_out_of_the_register(loaded: Path, settings: Settings) -> None:
    data = city.people()
    data["01a"][2] |= city.address(city.SECRET_TOWN, "77番地9", "秘匿ハイツ777号")
    night(loaded, 0, {"01a": data["01a"], "01c": data["01c"]})
    assert read_vault(settings, "01a", city.number(3))["jusho_banchigohyoki"] == "77番地9"


def test_an_unchanged_row_of_the_protected_counts_as_unchanged(loaded: Path) -> None:
    data = city.people()
    data["01a"][0] |= {"idonengappi": "2021-01-01"}
    report = night(loaded, 0, {"01a": data["01a"], "01c": data["01c"]})
    change = next(file for file in report.files if file.data_set == "01a").difference
    assert (change.changed, change.unchanged) == (1, 8)


def test_columns_outside_the_layout_are_withheld_too(loaded: Path, settings: Settings) -> None:
    (path,) = city.write(
        loaded / "x", {"02": [{**city.people()["02"][0], "atenabango": city.number(3)}]}, at=NIGHTS[0]
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_bytes("\r\n".join([f"{lines[0]},備考", f"{lines[1]},秘匿町へ郵送"]).encode() + b"\r\n")
    city.seal_again(path)
    feeds.import_files([path], allow_shrink=True)
    assert read_vault(settings, "02", f"{city.number(3)}|100#1") == {"備考": "秘匿町へ郵送"}


def test_a_faulty_row_never_shows_an_address(loaded: Path) -> None:
    data = city.people()
    data["01a"][2]["jusho_choaza"] = "秘匿\u202e町"
    paths = city.write(loaded / "bad", {"01a": data["01a"], "01c": data["01c"]}, at=NIGHTS[0])
    with pytest.raises(feeds.ImportRefused) as refusal:
        feeds.import_files(paths)
    assert "住所_町字" in refusal.value.message and "秘匿" not in refusal.value.message


def test_a_row_that_slid_by_a_column_shows_none_of_its_values(loaded: Path) -> None:
    row = city.person_row(3, zeimokukodo="001", tainoumu="秘匿町77", tainogaku="番地")
    paths = city.write(loaded / "slid", {"04": [row]}, at=NIGHTS[0], kind="diff")
    with pytest.raises(feeds.ImportRefused) as refusal:
        feeds.import_files(paths)
    assert "滞納有無" in refusal.value.message
    assert "秘匿" not in refusal.value.message and "番地" not in refusal.value.message


def test_address_searches_treat_the_protected_as_if_they_had_none(loaded: Path) -> None:
    for typed in ("秘匿町", "秘匿町77-7", "77-7", "秘匿前町", "秘匿ハイツ777号", "秘匿町77番地7"):
        assert found(typed) == []
    (hit,) = residents.search(parse_query("避難和子", today=date(2026, 11, 20)), EVERYTHING).hits
    assert hit.person.address.text == MASK and hit.members[0].address.text == MASK
    assert hit.person.warnings[0].level is WarningLevel.RESTRICTED


def test_the_person_row_itself_holds_the_mask(loaded: Path) -> None:
    row = db.session.execute(
        text("SELECT prefecture, city, town, lot, building, postal_code FROM person WHERE number = :n"),
        {"n": city.number(3)},
    ).one()
    assert tuple(row) == ("", "", MASK, "", "", "")
