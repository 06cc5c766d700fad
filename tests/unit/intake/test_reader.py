"""Whole files: what the envelope promises is kept, or nothing is read."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.intake import envelope
from app.intake.manifest import FeedRefused
from app.intake.reader import FeedFile, open_feed
from app.intake.rows import FeedRow, RowFault
from tests.unit.intake.samples import (
    LAYOUTS,
    LG_CODE,
    VERSIONS,
    change_manifest,
    csv_text,
    feed,
    feed_of,
    good_row,
    raw_feed,
    read,
)

MEMO = LAYOUTS["19"]
SUPPORT = LAYOUTS["01c"]


def refusal(path: Path, **options: str) -> FeedRefused:
    with pytest.raises(FeedRefused) as caught:
        open_feed(path, VERSIONS, **options)
    return caught.value


def support_records(*rows: dict[str, str]) -> list[list[str]]:
    names = [column.name for column in SUPPORT.columns]
    return [names, *([row.get(column.id, "") for column in SUPPORT.columns] for row in rows)]


def test_a_row_comes_out_as_it_was_written(tmp_path: Path) -> None:
    row = good_row(SUPPORT, 7, rirekibango="3", kagaishashimei="髙橋　𠮷郎")
    (result,) = read(feed(tmp_path, "01c", [row]))
    assert isinstance(result, FeedRow)
    assert result.values == row
    assert (result.line, result.key, result.person, result.history) == (
        2,
        row["atenabango"],
        row["atenabango"],
        3,
    )
    assert (result.latest, result.deleted) == (True, False)


def test_the_key_of_several_columns_is_joined(tmp_path: Path) -> None:
    row = good_row(LAYOUTS["18b"], 4, machiaza_id="0001000", banchi="12", edaban2="5")
    (result,) = read(feed(tmp_path, "18b", [row]))
    assert isinstance(result, FeedRow)
    assert result.key == "0001000|12||5||"
    assert (result.person, result.history, result.latest) == (None, 0, True)


def test_columns_are_matched_by_name_in_any_order(tmp_path: Path) -> None:
    row = good_row(SUPPORT)
    records = [list(reversed(record)) for record in support_records(row)]
    (result,) = read(raw_feed(tmp_path, "01c", csv_text(records).encode(), 1))
    assert isinstance(result, FeedRow)
    assert result.values == row


def test_unknown_columns_are_kept_and_the_individual_number_is_dropped(tmp_path: Path) -> None:
    names, cells = support_records(good_row(SUPPORT))
    names += ["備考", "空の列", "個人番号", "マイナンバー（控）", "世帯主_個人番号"]
    cells += ["独自の値", "", "123456789018", "123456789018", "123456789018"]
    path = raw_feed(tmp_path, "01c", csv_text([names, cells]).encode(), 1)
    opened = feed_of(path)
    (result,) = opened.rows()
    assert isinstance(result, FeedRow)
    assert result.extra == {"備考": "独自の値"}
    assert opened.dropped == ("個人番号", "マイナンバー（控）", "世帯主_個人番号")
    assert "123456789018" not in repr(result)


def test_optional_columns_may_be_left_out(tmp_path: Path) -> None:
    records = support_records(good_row(SUPPORT))
    keep = [i for i, column in enumerate(SUPPORT.columns) if column.level == "required"]
    path = raw_feed(tmp_path, "01c", csv_text([[record[i] for i in keep] for record in records]).encode(), 1)
    assert isinstance(read(path)[0], FeedRow)
    assert "加害者氏名" in feed_of(path).absent


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_byte_order_mark_do_not_matter(
    tmp_path: Path, line_end: str, mark: bytes, last: bool
) -> None:
    text = csv_text(support_records(good_row(SUPPORT, 1), good_row(SUPPORT, 2)), line_end)
    content = mark + (text if last else text.removesuffix(line_end)).encode()
    assert [type(row) for row in read(raw_feed(tmp_path, "01c", content, 2))] == [FeedRow, FeedRow]


def test_a_required_column_missing_refuses_the_file_and_names_it(tmp_path: Path) -> None:
    records = support_records(good_row(SUPPORT))
    places = {column.name: i for i, column in enumerate(SUPPORT.columns)}
    gone = {places["支援措置区分"], places["最新フラグ"]}
    content = csv_text([[c for i, c in enumerate(record) if i not in gone] for record in records])
    told = refusal(raw_feed(tmp_path, "01c", content.encode(), 1))
    assert told.expected == "支援措置区分、最新フラグ"
    assert "支援措置区分" in str(told)


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (["宛名番号", "宛名番号"], "宛名番号"),
        (["宛名番号", ""], "2列目"),
        ([str(n) for n in range(1001)], "1001"),
    ],
)
def test_a_header_that_is_none_is_refused(tmp_path: Path, header: list[str], named: str) -> None:
    told = refusal(raw_feed(tmp_path, "01c", csv_text([header]).encode(), 0))
    assert named in told.read


def test_an_empty_file_is_refused_but_no_rows_are_fine(tmp_path: Path) -> None:
    assert refusal(raw_feed(tmp_path, "01c", b"", 0)).problem == "見出し行がありません"
    assert read(feed(tmp_path, "01c", [])) == []


def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    path = feed(tmp_path, "19", [good_row(MEMO, n, naiyo='一行目\n「二行目」,"引用"') for n in (1, 2)])
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        refusal(path)


def test_a_wrong_hash_is_refused(tmp_path: Path) -> None:
    path = feed(tmp_path, "01c", [good_row(SUPPORT)])
    content = path.read_bytes()
    path.write_bytes(content.replace(b"2001-02-03", b"2001-02-04"))
    told = refusal(path)
    assert "sha256" in told.problem
    assert told.read != told.expected


def test_a_wrong_row_count_is_refused_with_both_numbers(tmp_path: Path) -> None:
    path = feed(tmp_path, "01c", [good_row(SUPPORT)])
    change_manifest(path, rows=2)
    told = refusal(path)
    assert (told.read, told.expected) == ("1行", "2行")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"layout": "99"}, "知らないレイアウトです"),
        ({"layout": "01a"}, "ファイル名の業務ID・連携IDがレイアウトと合いません"),
        ({"layout_version": "0"}, "レイアウトの版が違います"),
    ],
)
def test_a_layout_that_does_not_fit_is_refused(tmp_path: Path, changes: dict[str, str], problem: str) -> None:
    path = feed(tmp_path, "01c", [good_row(SUPPORT)])
    change_manifest(path, **changes)
    assert refusal(path).problem == problem


def test_another_city_s_file_is_refused(tmp_path: Path) -> None:
    path = feed(tmp_path, "01c", [good_row(SUPPORT)])
    assert (refusal(path, lg_code="131016").read, LG_CODE) == (LG_CODE, "432067")
    assert open_feed(path, VERSIONS, lg_code=LG_CODE).manifest.rows == 1


def test_a_manifest_without_its_csv_is_refused(tmp_path: Path) -> None:
    path = feed(tmp_path, "01c", [])
    path.unlink()
    assert refusal(path).problem == "CSVファイルがありません"


def test_a_file_replaced_after_the_check_is_not_read(tmp_path: Path) -> None:
    opened = feed_of(feed(tmp_path, "01c", [good_row(SUPPORT, 1)]))
    feed(tmp_path, "01c", [good_row(SUPPORT, 1), good_row(SUPPORT, 2)])
    with pytest.raises(FeedRefused, match="変わりました"):
        next(opened.rows())


# --- characters


def test_cp932_is_read_where_it_is_declared(tmp_path: Path) -> None:
    row = good_row(MEMO, 1, naiyo="髙橋﨑①")
    (result,) = read(feed(tmp_path, "19", [row], encoding="cp932"))
    assert isinstance(result, FeedRow)
    assert result.values["naiyo"] == "髙橋﨑①"


def test_cp932_that_is_not_declared_is_refused_with_its_line(tmp_path: Path) -> None:
    path = feed(tmp_path, "19", [good_row(MEMO, 1)], encoding="cp932")
    change_manifest(path, encoding=None)
    told = refusal(path)
    assert "1行目" in told.problem
    assert "encoding" in told.action


def memo_bytes(content: bytes, encoding: str = "cp932") -> bytes:
    marker = "ここ"
    names = [column.name for column in MEMO.columns]
    cells = good_row(MEMO, 1, naiyo=marker)
    text = csv_text([names, [cells.get(column.id, "") for column in MEMO.columns]])
    return text.encode(encoding).replace(marker.encode(encoding), content)


@pytest.mark.parametrize(
    ("content", "sign"),
    [("〓田".encode("cp932"), "〓"), (b"?", "?"), (b"\xe1?", "バイト E1"), (b"\x81", "バイト 81")],
)
def test_characters_lost_on_the_way_to_cp932_refuse_the_file(
    tmp_path: Path, content: bytes, sign: str
) -> None:
    told = refusal(raw_feed(tmp_path, "19", memo_bytes(content), 1, encoding="cp932"))
    assert "2行目" in told.problem
    assert told.read.startswith(sign)
    assert "失われています" in told.action


def test_the_city_s_own_characters_in_cp932_are_no_lost_ones(tmp_path: Path) -> None:
    path = raw_feed(tmp_path, "19", memo_bytes(b"\xf0\x40"), 1, encoding="cp932")
    (result,) = read(path)
    assert isinstance(result, FeedRow)
    assert result.values["naiyo"] == "\ue000"


def test_lost_characters_are_named_by_line_and_column(tmp_path: Path) -> None:
    path = raw_feed(tmp_path, "19", memo_bytes("山〓".encode("cp932")), 1, encoding="cp932")
    assert refusal(path).problem == "2行目の内容で、cp932にない文字が失われています"


def test_a_question_mark_in_a_code_column_is_no_lost_character(tmp_path: Path) -> None:
    row = good_row(MEMO, 1, hyojikengen="?")
    assert isinstance(read(feed(tmp_path, "19", [row], encoding="cp932"))[0], FeedRow)


@pytest.mark.parametrize("bad", [b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xe7\x8e", b"\x00"])
def test_bytes_that_are_no_utf8_text_refuse_the_file(tmp_path: Path, bad: bytes) -> None:
    told = refusal(raw_feed(tmp_path, "19", memo_bytes(bad, "utf-8"), 1))
    assert "2行目" in told.problem


def test_utf16_is_refused(tmp_path: Path) -> None:
    refusal(raw_feed(tmp_path, "19", csv_text([["宛名番号"]]).encode("utf-16"), 0))


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are judged seven bytes at a time, so that quotes, characters and lines fall across blocks."""
    monkeypatch.setattr(envelope, "BLOCK_BYTES", 7)


@pytest.mark.usefixtures("small_blocks")
def test_quotes_and_characters_across_blocks_are_no_matter(tmp_path: Path) -> None:
    rows = [good_row(MEMO, n, naiyo="玉名\n" * n + '"𠮷",\n') for n in range(1, 8)]
    path = feed(tmp_path, "19", rows)
    assert [row.values["naiyo"] for row in read(path) if isinstance(row, FeedRow)] == [
        r["naiyo"] for r in rows
    ]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("bad", [b"\xff", b"\x00"])
def test_a_bad_byte_many_blocks_in_has_its_line(tmp_path: Path, bad: bytes) -> None:
    records = support_records(*(good_row(SUPPORT, n) for n in range(1, 9)))
    content = csv_text(records).encode() + bad + b"\r\n"
    assert "10行目" in refusal(raw_feed(tmp_path, "01c", content, 9)).problem


# --- rows keep their lines, whatever stands in them

free_text = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co"], include_characters='\n\r\t",'
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(free_text, min_size=1, max_size=5))
def test_any_text_survives_and_every_row_keeps_its_line(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("text")
    path = feed(folder, "19", [good_row(MEMO, n, naiyo=text) for n, text in enumerate(texts, 1)])
    results = read(path)
    assert [row.values["naiyo"] for row in results if isinstance(row, FeedRow)] == texts
    line = 2
    for row, text in zip(results, texts, strict=True):
        assert row.line == line
        line += 1 + len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(['"', ",", "\n", "\r\n", "\r", "1", "玉", "x" * 200_000, '""']), max_size=40),
    st.integers(0, 5),
)
def test_no_content_makes_the_reader_fall_over(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str], rows: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    header = csv_text(support_records()).encode()
    path = raw_feed(folder, "01c", header + "".join(parts).encode(), rows)
    try:
        opened = feed_of(path)
    except FeedRefused:
        return
    assert all(isinstance(row, FeedRow | RowFault) for row in opened.rows())


def test_reading_goes_on_after_a_record_that_is_no_csv(tmp_path: Path) -> None:
    names, first, second, third = support_records(*(good_row(SUPPORT, n) for n in (1, 2, 3)))
    broken = csv_text([second]).replace(second[1], f'"{second[1]}"x', 1)
    content = csv_text([names, first]) + broken + csv_text([third])
    results = read(raw_feed(tmp_path, "01c", content.encode(), 3))
    assert [type(row) for row in results] == [FeedRow, RowFault, FeedRow]
    assert [row.line for row in results] == [2, 3, 4]


def test_memory_stays_flat(tmp_path: Path) -> None:
    opened = feed_of(feed(tmp_path, "19", (good_row(MEMO, n, naiyo="長" * 900) for n in range(5_000))))
    assert opened.path.stat().st_size > 13_000_000
    tracemalloc.start()
    good = sum(isinstance(row, FeedRow) for row in opened.rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert good == 5_000
    assert peak < 4_000_000


def test_rows_can_be_read_twice(tmp_path: Path) -> None:
    opened: FeedFile = feed_of(feed(tmp_path, "01c", [good_row(SUPPORT, n) for n in (1, 2)]))
    assert list(opened.rows()) == list(opened.rows())
    assert csv.field_size_limit() == 131_072


AWKWARD = (
    'a,b,c,d\r\n1,2,3,4\r\n"1","2","3","4"\n1,"2 ""x""",3,4\r\n"a,b","c\r\nd",e,f\r\n\r\n1,2,3\r\n1,2,3,4,5\r\n'
    '1,2"2,3,4\n"1"x,2,3,4\r\n髙,﨑,,\r\n,,,\r\n1,2,3,"4'
)


@pytest.mark.parametrize("places", [(0, 1), (3, 1), (2, 0)])
@pytest.mark.parametrize("line_end", ["", "\r\n", "\n"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "cp932"])
def test_picked_cells_are_those_of_the_records(
    tmp_path: Path, places: tuple[int, int], line_end: str, codec: str
) -> None:
    path = tmp_path / "rows.csv"
    for text in (AWKWARD.rpartition("\r\n")[0] + line_end, AWKWARD + line_end):
        path.write_bytes(text.encode(codec))
        rows = [cells for _, cells in envelope.records(path, codec)]
        whole = [cells if isinstance(cells, list) and len(cells) == 4 else None for cells in rows]
        assert any(cells is None for cells in whole) and whole.count(None) < len(whole)
        expected = [cells and tuple(cells[place] for place in places) for cells in whole]
        assert list(envelope.pick(path, codec, 4, places)) == expected
