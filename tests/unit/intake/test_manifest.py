"""Names and manifests of feeds: what fits is read, what does not is refused by name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from app.intake.manifest import FeedRefused, feed_name, list_feeds, read_manifest
from tests.unit.intake.samples import LAYOUTS, change_manifest, feed, good_row


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return feed(tmp_path, "01c", [good_row(LAYOUTS["01c"])])


def refusal(path: Path) -> FeedRefused:
    with pytest.raises(FeedRefused) as caught:
        read_manifest(path)
    return caught.value


def test_either_file_of_the_pair_leads_to_the_manifest(path: Path) -> None:
    manifest = read_manifest(path)
    assert read_manifest(path.with_suffix(".json")) == manifest
    assert (manifest.layout, manifest.kind, manifest.rows, manifest.lg_code) == ("01c", "full", 1, "432067")
    assert manifest.as_of == datetime(2026, 11, 1)
    assert manifest.stamp == datetime(2026, 11, 2, 3, 4, 5)


@pytest.mark.parametrize("key", ["layout", "rows", "sha256", "as_of", "kind"])
def test_a_missing_key_is_named(path: Path, key: str) -> None:
    change_manifest(path, **{key: None})
    assert refusal(path).expected == key


def test_an_extra_key_is_named(path: Path) -> None:
    change_manifest(path, comment="x")
    assert refusal(path).read == "comment"


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b'{"layout": 01c}', "1行目の13文字目から先がJSONの形になっていません"),
        (b"", "1行目の1文字目から先がJSONの形になっていません"),
        ('{"layout": "住民"}'.encode("cp932"), "13バイト目がUTF-8の文字ではありません"),
        (b"[" * 60_000, "括弧の入れ子が深すぎます"),
        (b'{"rows": ' + b"1" * 5_000 + b"}", "JSONの形になっていない値"),
    ],
)
def test_a_broken_manifest_is_told_in_japanese(path: Path, content: bytes, read: str) -> None:
    path.with_suffix(".json").write_bytes(content)
    assert (refusal(path).problem, refusal(path).read) == ("マニフェストをJSONとして読めません", read)


def test_a_key_given_twice_is_named(path: Path) -> None:
    text = path.with_suffix(".json").read_text(encoding="utf-8")
    path.with_suffix(".json").write_text(text.replace("{", '{"rows": 5,', 1), encoding="utf-8")
    assert refusal(path).read == "rows"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rows", "1"),
        ("rows", True),
        ("rows", -1),
        ("rows", 1.0),
        ("sha256", "abc"),
        ("as_of", "2026-13-01"),
        ("as_of", 20261101),
        ("kind", "diff"),
        ("kind", "FULL"),
        ("encoding", "shift_jis_2004"),
        ("layout", ["01c"]),
    ],
)
def test_a_wrong_value_is_named(path: Path, key: str, value: object) -> None:
    change_manifest(path, **{key: value})
    told = refusal(path)
    assert key in told.problem
    assert told.read == str(value)


@pytest.mark.parametrize("text", ["", "[]", "{", '"x"', "null", "[" * 5_000, "\ufeff\ufeff{}", "1e999"])
def test_what_is_no_json_object_is_refused(path: Path, text: str) -> None:
    path.with_suffix(".json").write_text(text, encoding="utf-8")
    assert refusal(path).file == path.with_suffix(".json").name


def test_a_huge_manifest_is_not_read(path: Path) -> None:
    path.with_suffix(".json").write_bytes(b" " * 70_000)
    assert "70000" in refusal(path).read


def test_a_feed_without_manifest_is_not_finished(path: Path) -> None:
    path.with_suffix(".json").unlink()
    assert refusal(path).problem == "マニフェストがありません"


@pytest.mark.parametrize(
    "stem",
    [
        "43206_001_001o009_1_20261102030405_001",
        "432067_001_001x009_1_20261102030405_001",
        "432067_001_001o009_3_20261102030405_001",
        "432067_001_001o009_1_202611020304_001",
        "432067_001_001o009_1_20261102030405_001_",
        "４３２０６７_001_001o009_1_20261102030405_001",
    ],
)
def test_a_wrong_file_name_is_refused(path: Path, stem: str) -> None:
    wrong = path.rename(path.with_name(f"{stem}.csv"))
    assert refusal(wrong).problem == "ファイル名の形が違います"


def test_an_impossible_time_in_the_name_is_refused(path: Path) -> None:
    stem = path.stem.replace("20261102030405", "20261302030405")
    path.with_suffix(".json").rename(path.with_name(f"{stem}.json"))
    assert refusal(path.with_name(f"{stem}.csv")).read == "20261302030405"


def test_times_with_a_zone_become_japanese_time(path: Path) -> None:
    change_manifest(path, as_of="2026-11-01T20:00:00Z")
    assert read_manifest(path).as_of == datetime(2026, 11, 2, 5)


def test_the_earliest_moment_with_a_zone_is_no_crash(path: Path) -> None:
    change_manifest(path, as_of="0001-01-01T00:00:00+14:00")
    assert "as_of" in refusal(path).problem


def test_feeds_are_listed_oldest_first_and_only_when_finished(tmp_path: Path) -> None:
    for stem in ("432067_001_001o009_1_20261102030405_002", "432067_001_001o901_1_20261101030405_009"):
        (tmp_path / f"{stem}.csv").touch()
        (tmp_path / f"{stem}.json").touch()
    (tmp_path / "432067_001_001o009_1_20261001030405_001.csv").touch()
    assert [path.stem[-18:] for path in list_feeds(tmp_path)] == ["20261101030405_009", "20261102030405_002"]


def test_a_name_that_cannot_be_is_not_made() -> None:
    with pytest.raises(ValueError, match="1000"):
        feed_name("432067", "001", "001o009", "full", datetime(2026, 1, 1), 1000)
