"""`flask feed …` as an operator or a schedule calls it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from tests.integration import small_city as city


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["feed", *arguments])
    return result.exit_code, result.output


def test_check_import_and_status_say_what_they_did(app: Flask, tmp_path: Path) -> None:
    city.write(tmp_path / "feeds", city.people())
    assert run(app, "status") == (
        0,
        "見張り: 動いていません（feed watch を起動してください）\nまだ何も取り込んでいません。\n"
        "支援措置の対象者 0人（解除待ち 0人）\n",
    )
    code, said = run(app, "check", str(tmp_path / "feeds"))
    assert code == 0 and "01a 住民情報（全件） 9行  追加9" in said and "変わっていません" in said
    code, said = run(app, "import", str(tmp_path / "feeds"))
    assert code == 0 and "13個のファイルを取り込み、26行を切り替えました" in said and "追加 2人" in said
    code, said = run(app, "status")
    assert code == 0 and "01c 支援措置対象者" in said and "対象者 2人" in said and "中止" not in said
    assert city.SECRET_TOWN not in said


def test_a_refused_file_is_named_and_the_exit_code_says_so(app: Flask, tmp_path: Path) -> None:
    (path,) = city.write(tmp_path, {"02": city.people()["02"]})
    city.spoil_manifest(path, rows=7)
    for command in ("check", "import"):
        code, said = run(app, command, str(path))
        assert code == 1 and path.name in said and "変わっていません" in said
    code, said = run(app, "status")
    assert "最後の取込は中止しました" in said and path.name in said


def test_a_shrunken_file_needs_the_word(app: Flask, tmp_path: Path) -> None:
    data = city.people()
    city.write(tmp_path / "first", data)
    assert run(app, "import", str(tmp_path / "first"))[0] == 0
    city.write(tmp_path / "next", {"01b": data["01b"][:1]}, at="2026-11-21T01:00:00")
    code, said = run(app, "check", str(tmp_path / "next"))
    assert code == 1 and "--allow-shrink" in said and "行が大きく減っています" in said
    assert "01b 異動履歴（全件） 1行" in said and "消滅2" in said, "the difference is told all the same"
    code, said = run(app, "import", str(tmp_path / "next"))
    assert code == 1 and "--allow-shrink" in said
    code, said = run(app, "import", "--yes", "--allow-shrink", str(tmp_path / "next"))
    assert code == 0 and "消滅2" in said
    code, said = run(app, "import", str(tmp_path / "next"))
    assert code == 0 and "読み飛ばし" in said


def test_rejected_rows_are_listed(app: Flask, tmp_path: Path) -> None:
    rows = [
        city.person_row(
            5, kazeinendo=str(1900 + at), kazeihikazeikubun="1", mishinkokukubun="0", shomeihakkokahi="1"
        )
        for at in range(120)
    ]
    rows[7]["kazeihikazeikubun"] = "7"
    city.write(tmp_path, {"01c": city.people()["01c"], "03": rows})
    code, said = run(app, "import", str(tmp_path))
    assert code == 0 and "除外1" in said and "9行目 課税非課税区分: 読み取った値 7" in said


def test_rows_that_stay_because_others_were_rejected_are_told(app: Flask, tmp_path: Path) -> None:
    rows = [
        city.person_row(
            5, kazeinendo=str(1900 + at), kazeihikazeikubun="1", mishinkokukubun="0", shomeihakkokahi="1"
        )
        for at in range(120)
    ]
    city.write(tmp_path / "first", {"01c": city.people()["01c"], "03": rows})
    assert "消していません" not in run(app, "import", str(tmp_path / "first"))[1]
    rows[7]["kazeihikazeikubun"] = "7"
    city.write(tmp_path / "next", {"03": rows[:117]}, at="2026-11-21T01:00:00")
    told = "除外した行があるため、ファイルにない行は消していません"
    for command in ("check", "import"):
        code, said = run(app, command, str(tmp_path / "next"))
        assert code == 0 and told in said and "確かめられない行は4行です" in said
    rows[7]["kazeihikazeikubun"] = "1"
    city.write(tmp_path / "third", {"03": rows[:117]}, at="2026-11-22T01:00:00")
    code, said = run(app, "import", str(tmp_path / "third"))
    assert code == 0 and told not in said and "消滅3" in said


def test_a_check_of_two_nights_takes_the_second_as_after_the_first(app: Flask, tmp_path: Path) -> None:
    data = city.people()
    city.write(tmp_path, data)
    moved = {**data["01a"][0], **city.address("中央一丁目", "8番8号")}
    city.write(tmp_path, {"01c": [], "01a": [moved]}, at="2026-11-21T01:00:00", kind="diff")
    # A second difference of that day goes in after the first, beside the measures that came with that.
    again = {**moved, **city.address("中央一丁目", "9番9号")}
    city.write(tmp_path, {"01a": [again]}, at="2026-11-21T15:00:00", kind="diff")
    code, said = run(app, "check", str(tmp_path))
    assert code == 0 and "3回に分けて取り込まれます" in said, said
    code, said = run(app, "import", "--yes", str(tmp_path))
    assert code == 0, said


def test_watch_once_says_what_became_of_each_file(app: Flask, tmp_path: Path) -> None:
    folder = app.config["KAKANAI"].feeds
    code, said = run(app, "watch", "--once")
    assert code == 1 and "feed_folder" in said
    city.write(folder, city.people())
    code, said = run(app, "watch", "--once")
    assert code == 0 and "定期の取込: 完了（13ファイル）" in said
    (bad,) = city.write(folder, {"02": city.people()["02"]}, at="2026-11-21T01:00:00", kind="diff")
    city.spoil_manifest(bad, rows=7)
    code, said = run(app, "watch", "--once")
    assert code == 1 and f"{bad.name}: 取込不可" in said and "行数" in said
    code, said = run(app, "status")
    assert "定期の取込: 取り込めないファイルあり（1ファイル）" in said
    assert "コマンドによる" not in said


def test_an_import_by_hand_is_seen_as_a_job(app: Flask, tmp_path: Path) -> None:
    city.write(tmp_path, city.people())
    run(app, "import", str(tmp_path))
    assert "コマンドによる取込: 完了（13ファイル）" in run(app, "status")[1]
