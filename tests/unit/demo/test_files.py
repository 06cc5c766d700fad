"""The files of the invented city: complete, readable without a fault, the same for the same seed, and of nobody real."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from app.demo.city import CITY_CODE, LARGEST, SMALLEST, CityRefused, generate, wordlists
from app.demo.city.names import name_digest
from app.demo.city.numbers import addressee_check_digit
from app.demo.city.output import FEEDS
from app.intake.layouts import load_layouts
from tests.unit.demo.conftest import Feeds

ROOT = Path(__file__).resolve().parents[3]


def digests(paths: list[Path]) -> dict[str, str]:
    """Every file's hash, manifests included."""
    files = [*paths, *(path.with_suffix(".json") for path in paths)]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_every_layout_has_a_file_and_no_cell_is_wrong(feeds: Feeds) -> None:
    assert set(FEEDS) == set(load_layouts()) == set(feeds.rows)
    assert [str(fault) for fault in feeds.faults[:5]] == []


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    first, again, other = (
        digests(generate(SMALLEST, seed, tmp_path / name)) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first == again
    assert first.keys() == other.keys() and first != other


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    """Another process hashes strings otherwise; nothing may follow the order of a set."""
    here = digests(generate(SMALLEST, 1, tmp_path / "here"))
    command = "import sys, pathlib; from app.demo.city import generate; generate(int(sys.argv[1]), 1, pathlib.Path(sys.argv[2]))"
    subprocess.run(
        [sys.executable, "-c", command, str(SMALLEST), str(tmp_path / "there")],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "12345"},
    )
    assert digests(sorted((tmp_path / "there").glob("*.csv"))) == here


@pytest.mark.parametrize(
    "day",
    [date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1), date(2028, 2, 29), date(2026, 12, 31)],
    ids=str,
)
def test_every_day_of_the_calendar_gives_a_city(day: date, tmp_path: Path) -> None:
    feeds = Feeds(generate(SMALLEST, 5, tmp_path / "feeds", as_of=day))
    assert feeds.faults == []
    late = [
        row.values
        for row in feeds.rows["01a"]
        for name in ("idonengappi", "idotodokedenengappi", "seinengappi", "jumintonattanengappi")
        if row.values.get(name, "") > day.isoformat()
    ]
    assert late == []


def test_numbers_carry_their_check_digits(feeds: Feeds) -> None:
    for row in feeds.rows["01a"]:
        for number in (row.values["atenabango"], row.values["setaibango"]):
            assert addressee_check_digit(int(number[:-1])) == int(number[-1])
    for layout in ("16", "17"):
        assert all(
            addressee_check_digit(int(row.person[:-1])) == int(row.person[-1])
            for row in feeds.rows[layout]
            if row.person
        )


def test_check_digits_of_known_numbers() -> None:
    # Weights 2 to 7 from the right, then 2 again. Remainder 0 gives 0; remainder 1 would need two digits and is passed over.
    assert addressee_check_digit(1) == addressee_check_digit(1000000) == 11 - 2
    assert addressee_check_digit(31) == 0
    assert addressee_check_digit(6) is None
    assert addressee_check_digit(123457) == 11 - (7 * 2 + 5 * 3 + 4 * 4 + 3 * 5 + 2 * 6 + 1 * 7) % 11 == 9


def test_one_number_stands_for_one_addressee(feeds: Feeds) -> None:
    numbers = [row.person for layout in ("01a", "16", "17") for row in feeds.rows[layout]]
    assert len(numbers) == len(set(numbers))


def test_everyone_named_in_a_file_is_on_the_register(feeds: Feeds) -> None:
    known = {row.person for layout in ("01a", "16", "17") for row in feeds.rows[layout]}
    columns = (
        "jukyushaatenabango",
        "hogoshaatenabango",
        "taishojidoatenabango",
        "awasete_atenabango",
        "nayosesakiatenabango",
    )
    for layout, rows in feeds.rows.items():
        for row in rows:
            named = {row.person, *(row.values.get(column) for column in columns)} - {None}
            assert named <= known, layout


def test_nothing_points_to_a_real_place_or_person(feeds: Feeds) -> None:
    assert CITY_CODE.startswith("992")
    assert all(row.values["yubinbango"].startswith(("008", "009")) for row in feeds.rows["18d"])
    phones = [row.values["denwabango"] for row in feeds.rows["17"]]
    phones += [row.values["todokedenindenwabango"] for row in feeds.rows["20a"]]
    assert all(re.fullmatch(r"0999-0\d-\d{4}|090-0\d{3}-\d{4}", phone) for phone in phones)
    assert all(row.values["kisonenkinbango"].startswith("0000") for row in feeds.rows["05"])
    for row in feeds.rows["17"]:
        number = row.values["hojinbango"]
        total = sum(int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number[1:])))
        assert int(number[0]) != 9 - total % 9


def test_publicly_known_names_are_never_made(feeds: Feeds) -> None:
    avoided = {row[0] for row in wordlists.read("avoided")}
    assert len(avoided) > 500
    for row in (*feeds.rows["01b"], *feeds.rows["16"]):
        given = row.values.get("na_nihonjin")
        if given:
            assert name_digest(row.values["shimei_furigana"].split("　")[0] + given) not in avoided


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    note = tmp_path / "kept.txt"
    note.write_text("mine", encoding="utf-8")
    with pytest.raises(CityRefused):
        generate(SMALLEST, 1, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.parametrize("population", [SMALLEST - 1, LARGEST + 1])
def test_a_population_out_of_range_is_refused(population: int, tmp_path: Path) -> None:
    with pytest.raises(CityRefused, match=str(population)):
        generate(population, 1, tmp_path / "feeds")
    assert not (tmp_path / "feeds").exists()


def test_progress_reaches_its_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate(SMALLEST, 1, tmp_path / "feeds", lambda *step: told.append(step))
    assert told[-1][1] == told[-1][2] == len(FEEDS)
    assert all(0 <= done <= total for _, done, total in told)


def test_a_failure_leaves_no_half_city(tmp_path: Path) -> None:
    def stop(what: str, _done: int, _total: int) -> None:
        if what.startswith("10"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(SMALLEST, 1, tmp_path / "feeds", stop)
    assert list(tmp_path.iterdir()) == []
