"""The feed import: what is taken in, what it changes, and what refuses it as a whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.data import register
from app.domain.disclosure import Disclosure
from app.domain.errors import Conflict
from app.extensions import db
from app.operations import feeds
from tests.integration import small_city as city
from tests.stores import see_vault

EVERYTHING = Disclosure(
    "tester", "", "test", frozenset({"01a", "01b", "01c", "02", "03", "04", "09", "17", "19"})
)
NEXT_NIGHT = "2026-11-21T01:00:00"
CONTENTS = (
    "register_row", "vault_entry", "protected_person", "person", "search_key", "person_flag", "town", "lot", "building",
    "feed_file", "feed_reject",
)  # fmt: skip


def contents() -> dict[str, list[str]]:
    """Everything the register holds, to be compared before and after. Of the vault only the places: nobody may read it."""
    db.session.rollback()
    see_vault(db.session())
    found = {}
    for table in CONTENTS:
        columns = "data_set, row_key, person_number" if table == "vault_entry" else "*"
        found[table] = sorted(repr(row) for row in db.session.execute(text(f"SELECT {columns} FROM {table}")))
    db.session.rollback()
    return found


@pytest.fixture
def loaded(app: Flask, tmp_path: Path) -> Path:
    """The small city, imported; a folder for the next night's files."""
    city.write(tmp_path / "first", city.people())
    feeds.import_files([tmp_path / "first"])
    return tmp_path / "next"


def refused(*paths: Path) -> str:
    """The message with which an import is refused; fails when the register changed all the same."""
    before = contents()
    with pytest.raises(feeds.ImportRefused) as refusal:
        feeds.import_files(paths)
    assert contents() == before
    return refusal.value.message


def test_every_row_of_every_data_set_is_stored_and_readable(loaded: Path) -> None:
    stored = dict(
        db.session.execute(text("SELECT data_set, count(*) FROM register_row GROUP BY data_set")).all()
    )
    assert stored == {data_set: len(rows) for data_set, rows in city.people().items()}
    rows = register.list_rows(city.number(1), ["01a", "02", "09", "20a"], EVERYTHING)
    assert rows["02"][0]["inkantorokubango"] == "100"
    assert rows["01a"][0]["jusho_choaza"] == "中央一丁目"
    assert rows["09"] == []
    assert "20a" not in rows


def test_check_tells_the_difference_and_writes_nothing(app: Flask, tmp_path: Path) -> None:
    city.write(tmp_path, city.people())
    before = contents()
    (report,) = feeds.check([tmp_path])
    residents = next(file for file in report.files if file.data_set == "01a")
    assert (residents.difference.added, residents.difference.changed, residents.rejected) == (9, 0, 0)
    assert (report.protected, report.protection_added, report.applied) == (2, 2, False)
    assert contents() == before


def test_the_next_full_files_change_only_what_changed(loaded: Path) -> None:
    data = city.people()
    data["01a"][0] |= {"jusho_banchigohyoki": "8番8号"}
    del data["01a"][5]
    data["01a"].append(city.resident(10, "新田　新", "ニッタ　シン", "2000-01-01", 8))
    city.write(loaded, data, at=NEXT_NIGHT)
    before = serials()
    (report,) = feeds.import_files([loaded])
    change = next(file for file in report.files if file.data_set == "01a").difference
    assert (change.added, change.changed, change.unchanged, change.gone) == (1, 1, 7, 1)
    assert next(file for file in report.files if file.data_set == "09a" or file.data_set == "02").known
    after = serials()
    assert {number: after[number] for number in before} == before
    touched = set(db.session.scalars(text("SELECT person_number FROM register_row WHERE import_serial > 1")))
    assert touched == {city.number(1), city.number(6), city.number(10)}


def serials() -> dict[str, int]:
    return dict(db.session.execute(text("SELECT number, serial FROM person")).all())


def test_a_resident_missing_from_the_full_file_stays_as_a_former_one(loaded: Path) -> None:
    data = city.people()
    del data["01a"][5]
    city.write(loaded, {"01a": data["01a"], "01c": data["01c"]}, at=NEXT_NIGHT)
    feeds.import_files([loaded], allow_shrink=True)
    state = db.session.execute(
        text(
            "SELECT p.status, k.status FROM person p JOIN search_key k ON k.person = p.serial WHERE p.number = :n"
        ),
        {"n": city.number(6)},
    ).all()
    assert set(state) == {("removed", 4)}
    assert register.list_rows(city.number(6), ["01a"], EVERYTHING)["01a"]


def test_differences_add_and_delete_without_touching_the_rest(loaded: Path) -> None:
    gone = {**city.people()["04"][0], "sakujofuragu": "1"}
    new = city.person_row(5, zeimokukodo="001", tainoumu="1", tainogaku="5")
    city.write(loaded, {"04": [gone, new]}, at=NEXT_NIGHT, kind="diff")
    (report,) = feeds.import_files([loaded])
    assert report.files[0].difference.gone == 0
    assert register.list_rows(city.number(2), ["04"], EVERYTHING)["04"] == []
    assert len(register.list_rows(city.number(5), ["04"], EVERYTHING)["04"]) == 1
    flagged = db.session.execute(
        text("SELECT person_number, code FROM person_flag WHERE data_set = '04'")
    ).all()
    assert flagged == [(city.number(5), "arrears")]


def test_a_newer_history_number_replaces_what_is_shown(loaded: Path) -> None:
    seal = {**city.people()["02"][0], "rirekibango": "2", "torokujotai": "1"}
    city.write(loaded, {"02": [seal]}, at=NEXT_NIGHT, kind="diff")
    feeds.import_files([loaded])
    assert [row["torokujotai"] for row in register.list_rows(city.number(1), ["02"], EVERYTHING)["02"]] == [
        "1"
    ]
    assert not db.session.scalar(text("SELECT count(*) FROM person_flag WHERE data_set = '02'"))


def test_moving_a_column_changes_no_row(loaded: Path) -> None:
    data = city.people()
    city.write(loaded, {"19": data["19"]}, at=NEXT_NIGHT)
    path = next(loaded.glob("*.csv"))
    lines = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    moved = "\r\n".join(",".join([cells[-1], *cells[:-1]]) for cells in lines) + "\r\n"
    path.write_bytes(moved.encode())
    city.seal_again(path)
    (report,) = feeds.import_files([loaded])
    assert (report.files[0].difference.unchanged, report.files[0].known) == (1, False)


def test_the_same_files_again_are_passed_over(loaded: Path) -> None:
    before = contents()
    (report,) = feeds.import_files([loaded.parent / "first"])
    assert all(file.known for file in report.files)
    after = contents()
    assert {table: rows for table, rows in after.items() if table != "feed_file"} == {
        table: rows for table, rows in before.items() if table != "feed_file"
    }


def test_two_nights_in_one_folder_are_taken_in_one_after_the_other(loaded: Path) -> None:
    seal = city.people()["02"][0]
    for history, night in ((3, "2026-11-23T01:00:00"), (2, "2026-11-22T01:00:00")):
        city.write(
            loaded, {"02": [{**seal, "rirekibango": str(history), "torokujotai": "1"}]}, at=night, kind="diff"
        )
    reports = feeds.import_files([loaded])
    assert len(reports) == 2
    assert register.list_rows(city.number(1), ["02"], EVERYTHING)["02"][0]["rirekibango"] == "3"


def tax(year: int, taxed: str = "1") -> city.Values:
    return city.person_row(
        5, kazeinendo=str(year), kazeihikazeikubun=taxed, mishinkokukubun="0", shomeihakkokahi="1"
    )


def test_a_faulty_row_is_left_out_and_named(loaded: Path) -> None:
    rows = [tax(1900 + at) for at in range(120)]
    rows[60]["kazeihikazeikubun"] = "9"
    city.write(loaded, {"03": rows}, at=NEXT_NIGHT)
    (report,) = feeds.import_files([loaded])
    (file,) = report.files
    assert (file.rejected, file.difference.added) == (1, 119)
    (reject,) = file.rejects
    assert (reject.line, reject.column, reject.read) == (62, "課税非課税区分", "9")
    assert reject.file == file.name
    stored = db.session.execute(text('SELECT line, "column", read FROM feed_reject')).all()
    assert stored == [(62, "課税非課税区分", "9")]


def test_a_rejected_row_does_not_end_what_was_stored(loaded: Path) -> None:
    rows = [tax(1900 + at) for at in range(120)]
    city.write(loaded, {"03": rows}, at=NEXT_NIGHT)
    feeds.import_files([loaded])
    rows[60] = {**rows[60], "kazeihikazeikubun": "9"}
    city.write(loaded / "again", {"03": rows}, at="2026-11-22T01:00:00")
    feeds.import_files([loaded / "again"])
    assert len(register.list_rows(city.number(5), ["03"], EVERYTHING)["03"]) == 120


def test_too_many_faulty_rows_refuse_the_import(loaded: Path) -> None:
    rows = [tax(1900 + at, "9") for at in range(3)]
    paths = city.write(loaded, {"03": rows, "04": city.people()["04"]}, at=NEXT_NIGHT)
    message = refused(*paths)
    assert paths[0].name in message and "課税非課税区分" in message and "3行のうち3行" in message


@pytest.mark.parametrize("data_set", ["01a", "01c"])
def test_one_fault_in_residents_or_measures_refuses_the_import(loaded: Path, data_set: str) -> None:
    data = city.people()
    data[data_set][-1] |= {"saishinfuragu": "5"}
    paths = city.write(loaded, {name: data[name] for name in ("01a", "01c", "02")}, at=NEXT_NIGHT)
    message = refused(*paths)
    assert paths[("01a", "01c").index(data_set)].name in message and "最新フラグ" in message


def test_a_file_that_does_not_match_its_manifest_is_refused(loaded: Path) -> None:
    good, bad = city.write(loaded, {"02": city.people()["02"], "04": city.people()["04"]}, at=NEXT_NIGHT)
    city.spoil_manifest(bad, sha256="0" * 64)
    message = refused(good, bad)
    assert bad.name in message and "sha256" in message and good.name not in message


def test_a_truncated_file_is_refused(loaded: Path) -> None:
    (path,) = city.write(loaded, {"01b": city.people()["01b"]}, at=NEXT_NIGHT)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert path.name in refused(path)


def test_a_file_without_a_required_column_is_refused(loaded: Path) -> None:
    (path,) = city.write(loaded, {"01c": city.people()["01c"]}, at=NEXT_NIGHT)
    path.write_bytes(path.read_bytes().replace("支援措置区分".encode(), "区分".encode()))
    city.seal_again(path)
    message = refused(path)
    assert path.name in message and "支援措置区分" in message


def test_cp932_with_lost_characters_is_refused(loaded: Path) -> None:
    data = city.people()["16"][:1]
    data[0]["shimei"] = "外〓　次郎"
    (path,) = city.write(loaded, {"16": data}, at=NEXT_NIGHT, encoding="cp932")
    message = refused(path)
    assert path.name in message and "失われ" in message


def test_residents_without_the_file_of_measures_are_refused(loaded: Path) -> None:
    paths = city.write(loaded, {"01a": city.people()["01a"]}, at=NEXT_NIGHT)
    assert "支援措置対象者（01c）" in refused(*paths)


def test_an_empty_file_of_measures_is_refused(loaded: Path) -> None:
    data = city.people()
    paths = city.write(loaded, {"01a": data["01a"], "01c": []}, at=NEXT_NIGHT)
    message = refused(*paths)
    assert paths[1].name in message and "1人もいません" in message


def test_a_shrunken_file_of_measures_is_refused(app: Flask, tmp_path: Path) -> None:
    data = city.people()
    data["01c"] = [city.measure(serial) for serial in (1, 2, 3, 5)]
    city.write(tmp_path / "first", data)
    feeds.import_files([tmp_path / "first"])
    data["01c"].pop()
    paths = city.write(tmp_path / "next", {"01a": data["01a"], "01c": data["01c"]}, at=NEXT_NIGHT)
    message = refused(*paths)
    assert paths[1].name in message and "3人、前回: 4人" in message


def test_measures_older_than_the_last_are_refused(loaded: Path) -> None:
    data = city.people()
    data["01c"][0]["seigentaisho"] = "3"
    paths = city.write(loaded, {"01c": data["01c"]}, at="2026-11-19T01:00:00")
    message = refused(*paths)
    assert paths[0].name in message and "古い" in message


def test_files_of_another_city_are_refused(loaded: Path) -> None:
    (path,) = city.write(loaded, {"02": []}, at=NEXT_NIGHT)
    other = loaded / path.name.replace(city.LG_CODE, "431001")
    path.rename(other)
    path.with_suffix(".json").rename(other.with_suffix(".json"))
    message = refused(other)
    assert other.name in message and "ほかの市区町村" in message


def test_rows_that_end_count_as_lost(loaded: Path) -> None:
    data = city.people()
    ended = [row | {"sakujofuragu": "1"} for row in data["01b"]]
    city.write(loaded, {"01b": [*ended[:2], data["01b"][2]]}, at=NEXT_NIGHT)
    before = contents()
    with pytest.raises(
        feeds.ShrunkFeeds, match=r"読み取った値: 1行、ほかに新しく削除フラグの付いた行 2行、前回: 3行"
    ):
        feeds.import_files([loaded])
    assert contents() == before
    (report,) = feeds.import_files([loaded], allow_shrink=True)
    assert report.files[0].difference.ended == 2
    folder = loaded.parent / "later"
    extra = {**data["01b"][0], "rirekibango": "9"}
    city.write(folder, {"01b": [*ended[:2], data["01b"][2], extra]}, at="2026-11-22T01:00:00")
    (report,) = feeds.import_files([folder])
    assert report.files[0].difference.ended == 0, "they had ended before"


def test_a_full_file_that_shrinks_asks_first(loaded: Path) -> None:
    data = city.people()
    city.write(loaded, {"01b": data["01b"][:1]}, at=NEXT_NIGHT)
    before = contents()
    with pytest.raises(feeds.ShrunkFeeds, match="1行、前回: 3行"):
        feeds.import_files([loaded])
    assert contents() == before
    (report,) = feeds.import_files([loaded], allow_shrink=True)
    assert report.files[0].difference.gone == 2


def test_nothing_to_import_is_said(app: Flask, tmp_path: Path) -> None:
    assert "取り込むファイルがありません" in refused(tmp_path)
    assert "ファイルまたはフォルダーがありません" in refused(tmp_path / "nowhere")


def test_a_refusal_is_recorded_and_logged(loaded: Path) -> None:
    refused(*city.write(loaded, {"01a": city.people()["01a"]}, at=NEXT_NIGHT))
    last = register.find_last_import()
    assert last is not None and not last.applied and "01c" in last.message
    assert db.session.scalar(text("SELECT count(*) FROM audit_event WHERE action = 'feed.refused'")) == 1


def test_whoever_declines_or_stops_changes_nothing(loaded: Path) -> None:
    city.write(
        loaded,
        {"01b": [*city.people()["01b"], {**city.people()["01b"][0], "rirekibango": "9"}]},
        at=NEXT_NIGHT,
    )
    before = contents()
    with pytest.raises(feeds.ImportInterrupted):
        feeds.import_files([loaded], confirm=lambda report: report.changes == 0)
    with pytest.raises(feeds.ImportInterrupted):
        feeds.import_files([loaded], stop=lambda: True)
    assert contents() == before


def test_the_slower_of_two_imports_gives_way(loaded: Path) -> None:
    data = city.people()
    city.write(loaded, {"02": [{**data["02"][0], "torokujotai": "1"}]}, at=NEXT_NIGHT)
    city.write(loaded / "other", {"04": [{**data["04"][0], "tainoumu": "0"}]}, at=NEXT_NIGHT)

    def overtake(_report: feeds.ImportReport) -> bool:
        feeds.import_files([loaded / "other"])
        return True

    with pytest.raises(Conflict):
        feeds.import_files(sorted(loaded.glob("*.csv")), confirm=overtake)
    assert db.session.scalar(text("SELECT count(*) FROM feed_import WHERE applied")) == 2


def test_changed_rules_of_keys_make_all_keys_anew(loaded: Path) -> None:
    db.session.execute(text("UPDATE feed_import SET rules = 'older'"))
    db.session.execute(text("DELETE FROM search_key WHERE kind = 1"))
    db.session.commit()
    city.write(loaded, {"02": [{**city.people()["02"][0], "torokujotai": "1"}]}, at=NEXT_NIGHT)
    feeds.import_files([loaded])
    assert db.session.scalar(text("SELECT count(DISTINCT person) FROM search_key WHERE kind = 1")) == 13


def test_the_state_of_each_data_set_tells_its_age(loaded: Path) -> None:
    city.write(loaded, {"04": city.people()["04"], "02": []}, at=NEXT_NIGHT, kind="diff")
    feeds.import_files([loaded])
    states = {state.data_set: state for state in register.list_feed_states()}
    assert set(states) == set(city.people())
    assert states["04"].as_of > states["19"].as_of and not any(state.stale for state in states.values())
    assert (states["01a"].rows, states["01a"].added, states["02"].rows) == (9, 9, 0)
    later = datetime.now(UTC) + timedelta(hours=31)
    stale = {state.data_set for state in register.list_feed_states(later) if state.stale}
    assert stale == set(city.people()) - {"18a", "18b", "18c"}
