"""A file of measures (01c) that takes protection from suspiciously many is refused, whoever says it is right; any other passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.config import Settings
from app.data import feed_jobs
from app.data.transactions import transaction
from app.domain.errors import Conflict
from app.domain.feed_jobs import JobState
from app.extensions import db
from app.intake.layouts import load_layouts, load_versions
from app.intake.writer import write_feed
from app.operations import feed_desk, feeds
from app.operations.feed_files import gather
from tests.integration import small_city as city
from tests.integration.test_feed_commands import run
from tests.integration.test_feed_import import contents
from tests.integration.test_feed_protection import NIGHTS, protected
from tests.integration.test_feed_watch import ADMIN, started, states

SERIALS = range(100, 120)
"""Twenty persons with a measure each; nobody else has one."""
FEW, MANY = SERIALS[:5], SERIALS[:6]

Rows = list[city.Values]


def everybody() -> Rows:
    return [city.measure(serial, seigentaisho="3") for serial in SERIALS]


@pytest.fixture
def loaded(app: Flask, tmp_path: Path) -> Path:
    city.write(tmp_path / "first", city.people() | {"01c": everybody()})
    feeds.import_files([tmp_path / "first"])
    return tmp_path


def bring(folder: Path, night: int, rows: Rows, kind: str = "diff") -> feeds.ImportReport:
    """Take in these rows of 01c as the file of a later night, with everything allowed that one person may allow."""
    paths = city.write(folder / str(night), {"01c": rows}, at=NIGHTS[night], kind=kind)
    (report,) = feeds.import_files(paths, allow_shrink=True)
    return report


def refused(folder: Path, night: int, rows: Rows, kind: str = "diff") -> str:
    """The words with which they are refused; the register is as it was."""
    before = contents()
    with pytest.raises(feeds.ImportRefused) as refusal:
        bring(folder, night, rows, kind)
    assert contents() == before
    return refusal.value.message


def pending() -> set[str]:
    return {number for number, (_, ends) in protected().items() if ends}


def numbers(serials: range) -> set[str]:
    return {city.number(serial) for serial in serials}


def drop_column(folder: Path, night: int, rows: Rows, name: str) -> None:
    """A full file in which the item ``name`` is called otherwise."""
    (path,) = city.write(folder / str(night), {"01c": rows}, at=NIGHTS[night])
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    assert name in head
    path.write_bytes((head.replace(name, f"旧{name}") + "\n" + rest).encode())
    city.seal_again(path)


WAYS: dict[str, Callable[[int], city.Values]] = {
    "a newer row": lambda serial: city.measure(serial, "3", history=2),
    "the same row": lambda serial: city.measure(serial, "3"),
    "a deleted row": lambda serial: city.measure(serial, sakujofuragu="1"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_difference_that_ends_many_is_refused(loaded: Path, way: str) -> None:
    said = refused(loaded, 0, [WAYS[way](serial) for serial in MANY])
    assert "_2_20261121010000_001.csv" in said, "the file is named"
    assert "6人の終了、前回: 支援措置のある方20人、許す終了: 1ファイルで5人まで" in said
    assert "正しいファイルを受け取って" in said and "1ファイルに5人までの差分に分けて" in said
    assert pending() == set()


def test_one_family_may_move_away(app: Flask, tmp_path: Path) -> None:
    """Five of six at once: the differences of a small city are not stopped by one parent with children."""
    rows = [city.measure(serial) for serial in MANY]
    city.write(tmp_path / "first", city.people() | {"01c": rows})
    feeds.import_files([tmp_path / "first"])
    report = bring(tmp_path, 0, [city.measure(serial, "3", history=2) for serial in FEW])
    assert report.protection_pending == 5 and pending() == numbers(FEW)


def test_those_who_were_protected_together_count(app: Flask, tmp_path: Path) -> None:
    rows = [city.measure(serial, awasete_atenabango=city.number(serial + 100)) for serial in MANY]
    city.write(tmp_path / "first", city.people() | {"01c": rows})
    feeds.import_files([tmp_path / "first"])
    assert "6人の終了、前回: 支援措置のある方12人" in refused(tmp_path, 0, [city.measure(s) for s in MANY])
    assert "10人の終了" in refused(tmp_path, 1, [city.measure(s, "3", history=2) for s in FEW])


def test_those_who_were_flagged_by_hand_first_count(loaded: Path) -> None:
    """They keep the ground that they had before their measure came, and no file ends it; their measures end all the same."""
    with transaction() as session:
        session.execute(text("UPDATE protected_person SET ground = 'manual'"))
    assert "6人の終了" in refused(loaded, 0, [city.measure(serial, "3", history=2) for serial in MANY])


def test_a_full_file_that_ends_many_is_refused_as_well(loaded: Path) -> None:
    """With a row for everybody, so that nothing is missing."""
    rows = [city.measure(serial, "3" if serial in MANY else "1", seigentaisho="3") for serial in SERIALS]
    assert "6人の終了" in refused(loaded, 0, rows, "full")
    assert "18人、前回: 20人" in refused(loaded, 1, everybody()[2:], "full"), "an omission is judged strictly"


def test_an_exchange_of_everybody_is_refused(loaded: Path) -> None:
    assert "20人の終了" in refused(loaded, 0, [city.measure(serial + 500) for serial in SERIALS], "full")


def test_several_small_differences_and_the_full_file_after_them_come_in(loaded: Path) -> None:
    """The way of a city in which so many have ended; in the end nobody has a measure, and everybody is protected still."""
    for night in range(4):
        some = SERIALS[night * 5 : night * 5 + 5]
        bring(loaded, night, [city.measure(serial, "3", history=2) for serial in some])
        if night == 1:
            refused(loaded, 7, everybody()[12:], "full")
            bring(loaded, night, everybody()[10:], "full")
    assert pending() == numbers(SERIALS) == protected().keys()
    bring(loaded, 5, [], "full")
    assert protected().keys() == numbers(SERIALS)


@pytest.mark.parametrize("kind", ["full", "diff"])
def test_the_watch_goes_on_after_the_small_differences(app: Flask, loaded: Path, kind: str) -> None:
    """Of the same time as the file that was stopped; a full one is then asked for again."""
    folder = app.config["KAKANAI"].feeds
    ended = [city.measure(serial, "3", history=2) for serial in MANY]
    city.write(folder, {"01c": everybody()[6:] if kind == "full" else ended}, at=NIGHTS[1], kind=kind)
    watch, moment = started(), datetime.fromisoformat(NIGHTS[1])
    (stopped,) = watch.look()
    assert stopped.state is JobState.REFUSED and feed_jobs.is_blocked()
    for serial, rows in ((2, ended[:5]), (3, ended[5:])):
        write_feed(folder, load_layouts()["01c"], rows, lg_code=city.LG_CODE, kind="diff", stamp=moment, serial=serial,
                   as_of=moment)  # fmt: skip
    (job,) = watch.look()
    assert [file.state.value for file in job.files] == ["succeeded"] * 2 and not feed_jobs.is_blocked()
    assert pending() == numbers(MANY)
    if kind == "full":
        feed_desk.run_again(stopped.id, ADMIN)
        (again,) = watch.tick()
        assert again.state is JobState.SUCCEEDED


def test_the_first_file_of_all_names_somebody(app: Flask, tmp_path: Path) -> None:
    assert "1人もいません" in refused(tmp_path, 0, [], "full")


def test_the_right_file_after_a_wrong_one_is_never_held_up(loaded: Path) -> None:
    """Most rows differ and an item is gone, and nobody loses anything by it."""
    for night in range(4):
        some = SERIALS[night * 5 : night * 5 + 5]
        bring(loaded, night, [city.measure(serial, "3", seigentaisho="3") for serial in some])
    assert pending() == numbers(SERIALS)
    city.write(loaded / "right", {"01c": everybody()}, at=NIGHTS[4])
    (report,) = feeds.import_files([loaded / "right"])
    assert report.protection_resumed == 20 and pending() == set()
    drop_column(loaded, 5, everybody(), "制限対象")
    feeds.import_files([loaded / "5"])
    assert pending() == set()


def test_a_doubtful_full_file_that_ends_somebody_is_refused(loaded: Path) -> None:
    """Within the number that may end, but most of its rows are others, or an item is lost: one person's word is not enough."""
    renewed = [row | {"shiensochishuryonengappi": "2027-01-09"} for row in everybody()]
    renewed[0]["shiensochikubun"] = "3"
    said = refused(loaded, 0, renewed, "full")
    assert "ほとんどの行が前回と違います" in said and "その方だけの差分を先に" in said
    bring(loaded, 1, renewed[:1])
    bring(loaded, 2, renewed, "full")
    assert pending() == {city.number(SERIALS[0])}
    renewed[1]["shiensochikubun"] = "3"
    drop_column(loaded, 3, renewed, "制限対象")
    with pytest.raises(feeds.ImportRefused, match="期待: 項目「.*制限対象.*」.*画面でもコマンドでも"):
        feeds.import_files([loaded / "3"], allow_shrink=True)


def test_the_item_of_those_together_may_not_get_lost(loaded: Path) -> None:
    """Even where everybody stays protected today, by a measure of his own as well."""
    rows = [row | {"awasete_atenabango": city.number(SERIALS[0])} for row in everybody()]
    bring(loaded, 0, rows, "full")
    drop_column(loaded, 1, rows, "併せて支援")
    with pytest.raises(feeds.ImportRefused, match="併せて支援"):
        feeds.import_files([loaded / "1"], allow_shrink=True)


def test_the_names_of_the_counterparts_may_not_get_lost(loaded: Path) -> None:
    """Nobody's measure ends, but who comes to the counter would not be recognised any more."""
    rows = [row | {"kagaishashimei": "相手　方"} for row in everybody()]
    bring(loaded, 0, rows, "full")
    assert "ほとんどの行が前回と違います" in refused(loaded, 1, everybody(), "full")
    drop_column(loaded, 2, rows, "加害者氏名")
    with pytest.raises(feeds.ImportRefused, match="加害者氏名"):
        feeds.import_files([loaded / "2"], allow_shrink=True)
    bring(loaded, 3, [city.measure(SERIALS[0], "3", history=2), *everybody()[1:2]])
    assert pending() == {city.number(SERIALS[0])}, "a few may change by a difference"


def test_no_command_lets_it_through(app: Flask, loaded: Path) -> None:
    renewed = [row | {"shiensochishuryonengappi": "2027-01-09"} for row in everybody()]
    renewed[0]["shiensochikubun"] = "3"
    city.write(loaded / "altered", {"01c": renewed}, at=NIGHTS[0])
    city.write(loaded / "fewer", {"01c": everybody()[4:]}, at=NIGHTS[0])
    city.write(loaded / "ended", {"01c": [WAYS["the same row"](s) for s in MANY]}, at=NIGHTS[0], kind="diff")
    before = contents()
    for name in ("altered", "fewer", "ended"):
        for words in (["check"], ["import", "--yes"], ["import", "--yes", "--allow-shrink"]):
            code, said = run(app, *words, str(loaded / name))
            assert code == 1 and "01c" in said and "変わっていません" in said, (name, words)
            assert "--allow-shrink" not in said, "what does not help is not advised"
    assert contents() == before


def test_no_decision_on_the_page_lets_it_through(app: Flask, loaded: Path) -> None:
    settings: Settings = app.config["KAKANAI"]
    renewed = [row | {"shiensochishuryonengappi": "2027-01-09"} for row in everybody()]
    renewed[0]["shiensochikubun"] = "3"
    (path,) = city.write(settings.feeds, {"01c": renewed}, at=NIGHTS[0])
    watch = started()
    assert states(watch) == {"01c": "refused"} and feed_jobs.list_waiting() == ()
    refused_file = feed_jobs.list_gaps()["01c"]
    with pytest.raises(Conflict):
        feed_desk.decide(refused_file.id, True, "確認した", ADMIN)
    # Even where an approval of this very file stands in the database.
    db.session.execute(
        text("UPDATE feed_job_file SET state = 'waiting', approved = true WHERE id = :id"),
        {"id": refused_file.id},
    )
    db.session.commit()
    (job,) = [*watch.tick(), *watch.look()]
    assert [file.state.value for file in job.files] == ["refused"] and pending() == set()
    with pytest.raises(feeds.ImportRefused, match="画面でもコマンドでも"):
        feeds.Run(ADMIN, feeds.Meter()).take_in(gather([path], load_versions()), {"01c"})
    assert pending() == set()
