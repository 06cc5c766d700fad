"""氏名優先区分: which names of a foreign resident are written, and how a date of his is."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.case import CasePerson
from app.domain.dates import PartialDate, format_wareki, wareki_parts
from app.domain.written_names import PRIORITIES, PRIORITY_LABELS, former_name, written_name

NAMES = {
    "shimei": "阮　安", "shimei_gaikokujinkanji": "阮　安", "shimei_gaikokujinromaji": "NGUYEN AN", "tsusho": "山田　安",
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("01", "阮　安"), ("02", "NGUYEN AN"), ("03", "阮　安（NGUYEN AN）"), ("04", "NGUYEN AN（阮　安）"),
        ("05", "阮　安（山田　安）"), ("06", "NGUYEN AN（山田　安）"), ("07", "阮　安（NGUYEN AN）（山田　安）"),
        ("08", "NGUYEN AN（阮　安）（山田　安）"), ("09", "山田　安"), ("10", "山田　安（阮　安）"),
        ("11", "山田　安（NGUYEN AN）"), ("12", "山田　安（阮　安（NGUYEN AN））"), ("13", "山田　安（NGUYEN AN（阮　安））"),
        ("", "阮　安"), ("99", "阮　安"),
    ],
)  # fmt: skip
def test_each_priority_puts_its_name_first(code: str, written: str) -> None:
    assert written_name(NAMES | {"shimeiyusenkubun": code}) == written


@pytest.mark.parametrize("code", sorted(PRIORITIES))
def test_a_name_that_is_missing_leaves_no_empty_bracket(code: str) -> None:
    only = {"shimei": "NGUYEN AN", "shimei_gaikokujinromaji": "NGUYEN AN", "shimeiyusenkubun": code}
    assert written_name(only) == "NGUYEN AN"


def test_what_the_core_system_wrote_is_written() -> None:
    assert (
        written_name(NAMES | {"shimeiyusenkubun": "05", "shimei_yusen": "阮 安〔山田〕"}) == "阮 安〔山田〕"
    )


def test_every_code_has_words_and_a_japanese_name_is_his_own() -> None:
    assert PRIORITIES.keys() == PRIORITY_LABELS.keys() == {f"{at:02}" for at in range(1, 14)}
    assert written_name({"shimei": "髙橋　太郎", "kyuji": "渡邉"}) == "髙橋　太郎"
    assert former_name({"kyuji": "渡邉", "kyuji_furigana": "ワタナベ"}) == "渡邉（ワタナベ）"


def test_a_date_of_a_foreign_resident_is_written_in_western_years_everywhere() -> None:
    born = PartialDate.of(date(1995, 11, 11))
    assert format_wareki(born.in_western_years()) == "1995年11月11日"
    assert wareki_parts(born.in_western_years()) == ("西暦", 1995, 11, 11)
    assert born.in_western_years() == born, "how it is written is no part of what it is"
    unknown = PartialDate(1995, text="1995年頃").in_western_years()
    assert format_wareki(unknown) == "1995年頃"
    seen = {"birth": "19951111", "category": "foreign"}
    person = CasePerson("k", None, 1, True, True, "register", seen, {})
    assert person.birth is not None and format_wareki(person.birth) == "1995年11月11日"
    typed = CasePerson("k", None, 1, True, True, "typed", {}, {"birth": "19951111"})
    assert typed.birth is not None and format_wareki(typed.birth) == "平成7年11月11日"
