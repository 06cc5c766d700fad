"""Every kind of fault is named with its line, the column's Japanese name, what was read and what was expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake import screen
from app.intake.checks import accepts, quick_test
from app.intake.layouts import Column
from app.intake.rows import RowFault
from tests.unit.intake.samples import LAYOUTS, csv_text, faults, feed, good_row, raw_feed

RESIDENT = LAYOUTS["01a"]


def only_fault(tmp_path: Path, layout_id: str, **changes: str) -> RowFault:
    layout = LAYOUTS[layout_id]
    (fault,) = faults(feed(tmp_path, layout_id, [good_row(layout, 1), good_row(layout, 2, **changes)]))
    assert fault.line == 3
    return fault


@pytest.mark.parametrize(
    ("layout_id", "column", "value", "name", "expected"),
    [
        ("01a", "seibetsu", "3", "性別", "0=不明、1=男、2=女"),
        ("01a", "seibetsu", "１", "性別", "1=男"),
        ("01a", "idojiyu", "60", "異動事由", "ほか"),
        ("01c", "shiensochikubun", "4", "支援措置区分", "2=仮支援措置"),
        ("01a", "jusho_yubinbango", "865-0016", "住所_郵便番号", "半角7文字以内"),
        ("01a", "jusho_yubinbango", "８６５００１６", "住所_郵便番号", "半角7文字以内"),
        ("01a", "jusho_todofuken", "かごしま県", "住所_都道府県", "4文字以内"),
        ("01a", "shimei", "玉名\n太郎", "氏名", "100文字以内"),
        ("01a", "shimei", "玉\ufffd", "氏名", "100文字以内"),
        ("01a", "shimei", "玉\u202e名", "氏名", "100文字以内"),
        ("01a", "rirekibango", "1.5", "履歴番号", "5桁以内の整数"),
        ("01a", "rirekibango", "-1", "履歴番号", "5桁以内の整数"),
        ("01a", "rirekibango", "１", "履歴番号", "5桁以内の整数"),
        ("03", "gokeishotokukingaku", "1,000", "合計所得金額", "負の数"),
        ("03", "kazeinendo", "R8", "課税年度", "西暦4桁"),
        ("01a", "idotodokedenengappi", "2025-02-29", "異動届出年月日", "実在する日付"),
        ("01a", "idotodokedenengappi", "2025/02/28", "異動届出年月日", "実在する日付"),
        ("01a", "idotodokedenengappi", "20250228", "異動届出年月日", "実在する日付"),
        ("01a", "idotodokedenengappi", "0000-01-02", "異動届出年月日", "実在する日付"),
        ("01a", "seinengappi", "1950-13-01", "生年月日", "YYYY-MM-DD"),
        ("01a", "seinengappi", "1950-04-32", "生年月日", "YYYY-MM-DD"),
        ("01a", "seinengappi", "1950-04-00", "生年月日", "不詳フラグが1"),
        ("01a", "sosajikoku", "24:00", "操作時刻", "hh:mm:ss"),
        ("15a", "mj", "MJ12345", "MJ文字図形名", "MJと数字6桁"),
        ("20b", "juminhyokodo", "1234567890", "住民票コード", "数字11桁"),
    ],
)
def test_a_wrong_value_is_named(
    tmp_path: Path, layout_id: str, column: str, value: str, name: str, expected: str
) -> None:
    fault = only_fault(tmp_path, layout_id, **{column: value})
    assert (fault.column, fault.read) == (name, value)
    assert expected in fault.expected


@pytest.mark.parametrize(
    ("layout_id", "column", "value"),
    [
        ("01a", "idotodokedenengappi", "0000-01-01"),
        ("01a", "zairyukikan_manryonohi", "9999-12-31"),
        ("01a", "idotodokedenengappi", "2024-02-29"),
        ("01a", "seinengappi", "1951-02-29"),
        ("01a", "zokugarakodo1", "41"),
        ("01a", "shimei", "ＮＧＵＹＥＮ　ＶＡＮ　Ａ"),
        ("01a", "uji_nihonjin", "\ue000橋"),
        ("03", "gokeishotokukingaku", "-999999999999"),
        ("03", "kazeinendo", "9999"),
        ("18d", "todofukenmei_furigana", "ｸﾏﾓﾄｹﾝ"),
        ("19", "naiyo", "一行目\r\n二行目"),
        ("01a", "sosajikoku", "23:59"),
    ],
)
def test_a_right_value_passes(tmp_path: Path, layout_id: str, column: str, value: str) -> None:
    row = good_row(LAYOUTS[layout_id], 1, **{column: value})
    assert faults(feed(tmp_path, layout_id, [row])) == []


@pytest.mark.parametrize("value", ["1950-04-00", "1950-00-00", "0000-00-00", ""])
def test_an_unknown_date_may_be_partial_or_empty(tmp_path: Path, value: str) -> None:
    unknown = {"seinengappi": value, "seinengappi_fushofuragu": "1", "seinengappi_fushohyoki": "昭和２５年頃"}
    assert faults(feed(tmp_path, "01a", [good_row(RESIDENT, 1, **unknown)])) == []


def test_an_unknown_date_needs_its_wording(tmp_path: Path) -> None:
    fault = only_fault(tmp_path, "01a", seinengappi_fushofuragu="1", seinengappi_fushohyoki="")
    assert (fault.column, fault.read) == ("生年月日_不詳表記", "（空）")
    assert "生年月日_不詳フラグが1のとき" in fault.expected


@pytest.mark.parametrize(
    ("layout_id", "changes", "name", "expected"),
    [
        ("01a", {"shimei": ""}, "氏名", "必須の値"),
        ("01a", {"seinengappi": ""}, "生年月日", "生年月日_不詳フラグが1でないとき"),
        ("01a", {"juminjotai": "1", "setaibango": ""}, "世帯番号", "住民状態が1のとき"),
        (
            "01a",
            {"juminjotai": "3", "shojonoidonengappi": ""},
            "消除の異動年月日",
            "住民状態が2か3か9のとき、かつ",
        ),
        ("01a", {"juminshubetsu": "2", "dai30jo45kiteikubun": ""}, "第30条45規定区分", "住民種別が2のとき"),
        (
            "05",
            {"menjokubun": "02", "menjokikankaishinengappi": ""},
            "免除期間開始年月日",
            "免除区分があるとき",
        ),
        (
            "07",
            {"techoshubetsu": "1", "shikakujotaikodo": "40", "sogotokyukodo": ""},
            "総合等級コード",
            "かつ",
        ),
    ],
)
def test_a_missing_value_is_named_with_its_condition(
    tmp_path: Path, layout_id: str, changes: dict[str, str], name: str, expected: str
) -> None:
    fault = only_fault(tmp_path, layout_id, **changes)
    assert (fault.column, fault.read) == (name, "（空）")
    assert expected in fault.expected


@pytest.mark.parametrize(
    ("layout_id", "changes"),
    [
        ("01a", {"juminjotai": "2", "setaibango": "", "zokugarahyoki": ""}),
        ("07", {"techoshubetsu": "1", "shikakujotaikodo": "50", "sogotokyukodo": ""}),
        ("09", {"kokuhoshikakukubun": "2", "kokuhoshikakushutokunengappi": ""}),
    ],
)
def test_a_condition_that_does_not_hold_asks_for_nothing(
    tmp_path: Path, layout_id: str, changes: dict[str, str]
) -> None:
    assert faults(feed(tmp_path, layout_id, [good_row(LAYOUTS[layout_id], 1, **changes)])) == []


def test_every_fault_of_a_row_is_told(tmp_path: Path) -> None:
    row = good_row(RESIDENT, 1, seibetsu="9", shimei="", idotodokedenengappi="x", shikuchosonkodo="131016")
    found = faults(feed(tmp_path, "01a", [row]))
    assert {fault.column for fault in found} == {"性別", "氏名", "異動届出年月日", "市区町村コード"}


def test_another_city_s_row_is_named(tmp_path: Path) -> None:
    fault = only_fault(tmp_path, "01a", shikuchosonkodo="131016")
    assert (fault.column, fault.read) == ("市区町村コード", "131016")
    assert "432067" in fault.expected


def test_the_same_key_twice_is_named(tmp_path: Path) -> None:
    rows = [good_row(RESIDENT, n, rirekibango="1") for n in (1, 2, 1)]
    rows[2]["rirekibango"] = "001"
    (fault,) = faults(feed(tmp_path, "01a", rows))
    assert (fault.line, fault.column) == (4, "宛名番号＋履歴番号")


@pytest.mark.parametrize("layout_id", ["01a", "01b"])
def test_one_person_has_one_current_row(tmp_path: Path, layout_id: str) -> None:
    layout = LAYOUTS[layout_id]

    def rows(*flags: str) -> list[dict[str, str]]:
        return [
            good_row(layout, 1, rirekibango=str(n), saishinfuragu=flag) for n, flag in enumerate(flags, 1)
        ]

    assert faults(feed(tmp_path, layout_id, rows("0", "1", "0"))) == []
    (fault,) = faults(feed(tmp_path, layout_id, rows("0", "1", "1")))
    assert (fault.line, fault.column) == (4, "宛名番号")
    assert "最新フラグ" in fault.expected


def test_a_deleted_row_does_not_count_as_current(tmp_path: Path) -> None:
    gone = good_row(RESIDENT, 1, rirekibango="1", sakujofuragu="1")
    assert faults(feed(tmp_path, "01a", [gone, good_row(RESIDENT, 1, rirekibango="2")])) == []


def test_a_key_cannot_hold_the_sign_that_joins_keys(tmp_path: Path) -> None:
    fault = only_fault(tmp_path, "02", inkantorokubango="1|2")
    assert "印鑑登録番号" in fault.column


@pytest.mark.parametrize("change", [-1, 1])
def test_a_row_of_another_width_is_named(tmp_path: Path, change: int) -> None:
    layout = LAYOUTS["01c"]
    cells = [good_row(layout).get(column.id, "") for column in layout.columns]
    narrow = cells[:-1] if change < 0 else [*cells, ""]
    content = csv_text([[column.name for column in layout.columns], narrow]).encode()
    (fault,) = faults(raw_feed(tmp_path, "01c", content, 1))
    assert (fault.line, fault.column, fault.read) == (2, "行全体", f"{14 + change}列")
    assert "14列" in fault.expected


def test_a_blank_line_is_no_row(tmp_path: Path) -> None:
    layout = LAYOUTS["01c"]
    content = csv_text([[column.name for column in layout.columns]]) + "\r\n"
    (fault,) = faults(raw_feed(tmp_path, "01c", content.encode(), 1))
    assert (fault.line, fault.read) == (2, "0列")


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ('"01"x,2', "閉じる引用符のすぐ後に、カンマでも改行でもない文字"),
        (f"{'1' * 140_000},2", "長すぎる値（1つの値は131,072文字まで）"),
    ],
)
def test_a_row_that_is_no_csv_is_named_in_japanese(tmp_path: Path, row: str, read: str) -> None:
    content = csv_text([[column.name for column in LAYOUTS["01c"].columns]]) + row + "\r\n"
    (fault,) = faults(raw_feed(tmp_path, "01c", content.encode(), 1))
    assert (fault.line, fault.column, fault.read) == (2, "行全体", read)


def test_a_fault_says_whether_it_would_show_something_personal(tmp_path: Path) -> None:
    fault = only_fault(tmp_path, "01a", jusho_choaza="町" * 121)
    assert fault.personal
    assert len(fault.read) == 81
    assert only_fault(tmp_path, "01a", shimei="名" * 101).personal
    assert only_fault(tmp_path, "01a", seibetsu="岱明町浜田").personal
    assert not only_fault(tmp_path, "01a", seibetsu="5").personal
    assert not only_fault(tmp_path, "01a", idonengappi="2020-13-01").personal


def test_cells_that_may_have_slid_are_all_personal(tmp_path: Path) -> None:
    path = feed(tmp_path, "01a", [good_row(RESIDENT, 2, seibetsu="5", idonengappi="12-3")])
    found = faults(path)
    assert len(found) == 2 and all(fault.personal for fault in found)


def test_a_fault_speaks_for_itself(tmp_path: Path) -> None:
    text = str(only_fault(tmp_path, "01a", seibetsu="5"))
    assert "3行目 性別: 読み取った値 5、期待 コード 0=不明、1=男、2=女" in text
    assert text.startswith("432067_001_001o901_1_")


# --- the cell checks against a plain statement of the rule


def passes(column: Column, value: str) -> bool:
    return bool(quick_test(column)(value)) or accepts(column, value, {})


@given(st.text(max_size=12), st.integers(1, 8))
def test_half_width_text(value: str, length: int) -> None:
    half = all(" " <= sign <= "~" or "｡" <= sign <= "ﾟ" for sign in value)
    assert passes(Column("x", "項目", "X", length), value) == (half and 1 <= len(value) <= length)


names = st.lists(
    st.sampled_from(["玉", "𠮷", "葛\U000e0100", "辻\ufe00", "Ａ", "\ue123"]), min_size=1, max_size=12
)


@given(names, st.integers(1, 12))
def test_length_counts_characters_as_people_see_them(letters: list[str], length: int) -> None:
    assert passes(Column("x", "項目", "N", length), "".join(letters)) == (len(letters) <= length)


@given(st.dates(), st.integers(0, 40), st.integers(0, 99))
def test_dates_are_those_of_the_calendar(start: date, days: int, wrong_day: int) -> None:
    column = Column("x", "項目", "DATE", 10)
    near = start + timedelta(days=min(days, (date.max - start).days))
    assert passes(column, near.isoformat())
    text = f"{near.isoformat()[:8]}{wrong_day:02d}"
    try:
        date.fromisoformat(text)
    except ValueError:
        assert not passes(column, text)
    else:
        assert passes(column, text)


@given(st.from_regex(r"[+-]?[0-9]{0,6}(\.[0-9]{0,4})?", fullmatch=True))
def test_numbers(text: str) -> None:
    bare = text.lstrip("+-")
    assert passes(Column("x", "項目", "9", 4), text) == (text.isdigit() and len(text) <= 4)
    assert passes(Column("x", "項目", "S9", 4), text) == (bare.isdigit() and len(bare) <= 4)
    whole, point, part = text.partition(".")
    right = whole.isdigit() and len(whole) <= 3 and (not point or (part.isdigit() and len(part) <= 2))
    assert passes(Column("x", "項目", "9V", 5, decimals=2), text) == right


def test_remembered_dates_stay_bounded_and_wrong_ones_are_not_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(screen, "MOST_DATES", 50)
    column = Column("birth", "生年月日", "DATE", 10)
    judge = screen.Screen(replace(RESIDENT, columns=(column,), municipality=None), "992011", ["birth"])
    first = date(2000, 1, 1)
    for at in range(0, 400, 20):
        days = [f"{first + timedelta(days)}" for days in range(at, at + 20)]
        assert judge.suspects([[*days, "2001-02-29", days[0]]]) == {20}
        ((_test, known, _most),) = judge._tests
        assert len(known) < 50 + 20
        assert "2001-02-29" not in known
