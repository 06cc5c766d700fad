"""データ連携 (M-15): what an administrator sees and does, and that he sees nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.data import feed_jobs
from app.data.transactions import transaction
from app.extensions import db
from app.operations.feed_watch import Watch
from tests.client import Client, csrf_token
from tests.conftest import DEMO_PASSWORD, new_client
from tests.integration import small_city as city

NIGHT = "2026-11-21T01:00:00"


@pytest.fixture
def folder(app: Flask) -> Path:
    """A watch folder with the small city, taken in; the demo staff."""
    runner = app.test_cli_runner(env={"KAKANAI_DEMO_PASSWORD": DEMO_PASSWORD})
    assert runner.invoke(args=["staff", "demo"]).exit_code == 0
    made: Path = app.config["KAKANAI"].feeds
    city.write(made, city.people())
    look(app)
    return made


def look(app: Flask) -> None:
    """The watch takes in what is asked for and what lies in the folder."""
    with app.app_context():
        with transaction() as session:
            session.execute(text("DELETE FROM feed_lease"))
        watch = Watch()
        watch.begin()
        watch.tick()
        watch.look()


def logged(app: Flask, action: str) -> list[object]:
    with app.app_context():
        found = text("SELECT detail FROM audit_event WHERE action = :action")
        return list(db.session.scalars(found, {"action": action}))


def post(client: Client, page: str, address: str, **fields: str) -> tuple[int, str]:
    answer = client.post(address, data={"csrf_token": csrf_token(client.get(page)), **fields})
    return answer.status_code, answer.text


def taxed(count: int) -> list[city.Values]:
    """So many right rows of 03."""
    return [
        city.person_row(
            5, kazeinendo=str(1900 + at), kazeihikazeikubun="1", mishinkokukubun="0", shomeihakkokahi="1"
        )
        for at in range(count)
    ]


def tax(code: str) -> list[city.Values]:
    rows = taxed(120)
    rows[7]["kazeihikazeikubun"] = code
    return rows


def test_a_shrunken_file_is_decided_on_the_page(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    city.write(folder, {"01b": city.people()["01b"][:1]}, at=NIGHT)
    look(app)
    client = signed_in(new_client(app), "demo-admin")
    page = client.get("/admin/links")
    assert "判断待ち：異動履歴" in page.text and "3行 → 1行" in page.text
    with app.app_context():
        (file,) = feed_jobs.list_waiting()
    place = f"/admin/links/files/{file.id}"
    status, said = post(client, place, f"{place}/decision", choice="approve", reason=" ")
    assert status == 422 and "理由を入力してください" in said
    assert post(client, place, f"{place}/decision", choice="approve", reason="確認済み")[0] == 303
    assert post(client, place, f"{place}/decision", choice="refuse", reason="やめる")[0] == 409
    look(app)
    assert "判断待ち：" not in client.get("/admin/links").text
    assert len(logged(app, "feed.decided")) == 1


def of_set(shown: str, data_set: str) -> str:
    """The words of a data set's line, without its marks."""
    (line,) = (part for part in shown.split("<tr>") if part.startswith(f'<td class="narrow num">{data_set}<'))
    return re.sub(r"<[^>]*>", " ", line.partition("</tr>")[0])


def test_full_files_that_grow_or_shrink_much_are_told_in_words(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    """Growth stops nothing; the last full file counts, whatever differences came between."""
    client = signed_in(new_client(app), "demo-admin")
    page = client.get("/admin/links").text
    assert "まだ取り込んでいません" in of_set(page, "03")
    assert "全件は前の全件と" in page and "増えた場合も取り込みます" in page
    nights = [f"2026-11-2{day}T01:00:00" for day in range(1, 8)]
    for night, rows, told in (
        (0, 100, "―"), (1, 119, "+19%"), (3, 143, "+20% 大きく増加"), (4, 143, "±0%"), (5, 200, "+40% 大きく増加"),
        (6, 160, "-20% 大きく減少"),
    ):  # fmt: skip
        city.write(folder, {"03": taxed(rows)}, at=nights[night])
        look(app)
        for file in waiting(app):
            place = f"/admin/links/files/{file}"
            assert post(client, place, f"{place}/decision", choice="approve", reason="確認済み")[0] == 303
            look(app)
        words = " ".join(of_set(client.get("/admin/links").text, "03").split())
        assert f" {rows} {told} " in words, "what grew came in unasked"
        assert (
            ("増減が大きい" in words)
            == ("大きく" in told)
            == ("大きく増加" in words or "大きく減少" in words)
        )
        if night == 1:
            city.write(folder, {"03": taxed(2)}, at=nights[2], kind="diff")
            look(app)
            assert " 2 ― " in " ".join(of_set(client.get("/admin/links").text, "03").split())


def test_differences_are_compared_with_the_difference_before(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(new_client(app), "demo-admin")
    for night, rows, told in (
        (1, 10, "―"), (2, 90, "+800%"), (3, 0, "-100%"), (4, 99, "0行から"), (5, 0, "-100%"), (6, 0, "±0%"),
        (7, 100, "0行から 大きく増加"), (8, 119, "+19%"), (9, 90, "-24% 大きく減少"), (10, 300, "+233% 大きく増加"),
    ):  # fmt: skip
        city.write(folder, {"03": taxed(rows)}, at=f"2026-12-{night:02}T01:00:00", kind="diff")
        look(app)
        assert waiting(app) == []
        words = " ".join(of_set(client.get("/admin/links").text, "03").split())
        assert f" {rows} {told} " in words
        assert (
            ("増減が大きい" in words)
            == ("大きく" in told)
            == ("大きく増加" in words or "大きく減少" in words)
        )


def waiting(app: Flask) -> list[str]:
    with app.app_context():
        return [file.id for file in feed_jobs.list_waiting()]


def test_the_page_comes_anew_only_when_something_changed(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(new_client(app), "demo-admin")
    for page in ("/admin/links", "/status"):
        shown = client.get(page).text
        rows = shown.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
        assert client.fragment("GET", rows, headers={"X-Kakanai-Poll": "1"}).status_code == 204
    assert post(client, "/admin/links", "/admin/links/sets/02/hold", reason="入替のため")[0] == 303
    answer = client.fragment("GET", rows, headers={"X-Kakanai-Poll": "1"})
    assert answer.status_code == 200 and "保留" in answer.text


def test_rejects_are_listed_and_saved_without_anything_personal(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    city.write(folder, {"03": tax("-1")}, at=NIGHT)
    look(app)
    client = signed_in(new_client(app), "demo-admin")
    assert "課税非課税区分" in client.get("/admin/links/sets/03").text
    saved = client.get("/admin/links/sets/03/rejects.csv")
    assert saved.mimetype == "text/csv" and saved.data.startswith("\ufeffファイル".encode())
    assert ",9,課税非課税区分,'-1," in saved.get_data(as_text=True)
    assert len(logged(app, "feed.rejects_exported")) == 1
    told = "除外した行があるため、ファイルにない行は消していません。"
    assert told not in client.get("/admin/links/sets/03").text, "there was no row before that could stay"
    city.write(folder, {"03": tax("髙橋太郎")[:118]}, at="2026-11-22T01:00:00")
    look(app)
    assert told in client.get("/admin/links/sets/03").text
    with app.app_context():
        file = next(one for one in feed_jobs.list_jobs(1)[0].files if one.data_set == "03")
        db.session.rollback()
    assert (
        f"{told}前回まであり、このファイルで確かめられない行は2行です"
        in client.get(f"/admin/links/files/{file.id}").text
    )
    saved = client.get("/admin/links/sets/03/rejects.csv")
    assert "髙橋" not in saved.get_data(as_text=True) and "表示しません" in saved.get_data(as_text=True)


def test_a_refused_file_of_the_protected_is_red_everywhere(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    city.write(folder, {"01c": [city.measure(5, "7")]}, at=NIGHT, kind="diff")
    look(app)
    client = signed_in(new_client(app), "demo-admin")
    for page in ("/admin/links", "/status"):
        assert "支援措置対象者（01c）のファイルを取り込めません" in client.get(page).text
    assert "支援措置の確認のため停止中" in client.get("/").text
    with app.app_context():
        file = feed_jobs.list_gaps()["01c"]
    place = f"/admin/links/files/{file.id}"
    assert "先へ進む" not in client.get(place).text
    assert post(client, place, f"{place}/decision", choice="skip", reason="急ぐ")[0] == 403


def test_a_file_of_the_protected_that_a_command_could_not_take_in_is_red_too(
    app: Flask, folder: Path, tmp_path: Path, signed_in: Callable[..., Client]
) -> None:
    """Until a right one comes; a file of a day that never comes, and another file's fault, stop nothing."""
    client, run = signed_in(new_client(app), "demo-admin"), app.test_cli_runner()
    data, red = city.people(), "支援措置の確認のため停止中"

    def tried(name: str, files: dict[str, list[city.Values]], at: str) -> None:
        city.write(tmp_path / name, files, at=at, kind="diff")
        assert run.invoke(args=["feed", "import", str(tmp_path / name)]).exit_code == 1

    (spoilt, _) = city.write(tmp_path / "beside", {"02": data["02"], "01c": []}, at=NIGHT, kind="diff")
    city.spoil_manifest(spoilt, rows=7)
    assert run.invoke(args=["feed", "import", str(tmp_path / "beside")]).exit_code == 1
    tried("far", {"01c": [city.measure(5)]}, "2099-01-01T01:00:00")
    tried("other", {"02": [{**data["02"][0], "torokujotai": "9"}]}, NIGHT)
    assert red not in client.get("/").text
    tried("wrong", {"01c": [city.measure(5, "7")]}, NIGHT)
    assert red in client.get("/").text
    for page in ("/admin/links", "/status"):
        assert "支援措置対象者（01c）のファイルを取り込めません" in client.get(page).text
    city.write(tmp_path / "right", {"01c": [city.measure(5)]}, at=NIGHT, kind="diff")
    assert run.invoke(args=["feed", "import", "--yes", str(tmp_path / "right")]).exit_code == 0
    assert red not in client.get("/").text


def test_an_administrator_sees_no_resident(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    city.write(
        folder, {"04": [city.person_row(3, zeimokukodo="001", tainoumu="x", chuimongon="秘匿町")]}, at=NIGHT
    )
    look(app)
    client = signed_in(new_client(app), "demo-admin")
    waiting, seen = ["/admin/links"], set()
    while waiting:
        page = waiting.pop()
        shown = client.get(page).text
        seen.add(page)
        for secret in ("髙橋", "避難", city.SECRET_TOWN, city.number(3)):
            assert secret not in shown, page
        found = {part.partition('"')[0] for part in shown.split('href="/admin/links')[1:]}
        waiting += [f"/admin/links{rest}" for rest in found if f"/admin/links{rest}" not in {*seen, *waiting}]
    assert len(seen) > 30


def test_everything_works_for_whom_it_is_for_only(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(new_client(app), "demo-tax")
    assert client.get("/admin/links").status_code == 403
    assert client.get("/admin/links/sets/03/rejects.csv").status_code == 403
    admin = signed_in(new_client(app), "demo-admin")
    assert admin.get("/admin/links/sets/99").status_code == 404
    assert post(admin, "/admin/links", "/admin/links/run")[0] == 303
    assert post(admin, "/admin/links", "/admin/links/run")[0] == 409
    with app.app_context():
        (job,) = feed_jobs.list_open()
    assert post(admin, "/admin/links", f"/admin/links/jobs/{job.id}/stop")[0] == 303
    assert post(admin, "/admin/links", f"/admin/links/jobs/{job.id}/stop")[0] == 409
    assert "中止" in admin.get(f"/admin/links/jobs/{job.id}").text
    assert post(admin, "/admin/links", "/admin/links/sets/all/hold", reason="")[0] == 422
    assert post(admin, "/admin/links", "/admin/links/sets/all/hold", reason="停電")[0] == 303
    assert post(admin, "/admin/links", "/admin/links/sets/all/release")[0] == 303


def test_the_faults_of_a_refused_file_are_listed_and_saved(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    rows = [
        {**row, "kazeihikazeikubun": "-1" if at < 4 else "髙橋太郎"} for at, row in enumerate(tax("1")[:60])
    ]
    city.write(folder, {"03": rows, "02": city.people()["02"]}, at=NIGHT)
    look(app)
    client = signed_in(new_client(app), "demo-admin")
    with app.app_context():
        (file,) = feed_jobs.list_gaps().values()
    shown = client.get(f"/admin/links/files/{file.id}").text
    assert "誤りのある行は60行です" in shown and "60行のうち60行" in shown
    assert shown.count("課税非課税区分") == 60, "each fault once: in the list, not in the reason too"
    place = f"/admin/links/files/{file.id}/rejects.csv"
    saved = client.get(place).get_data(as_text=True)
    assert client.get(place).mimetype == "text/csv" and len(saved.splitlines()) == 61
    assert f"{file.name},2,課税非課税区分,'-1," in saved
    assert "髙橋" not in shown + saved and saved.count("表示しません") == 56
    assert file.name in str(logged(app, "feed.rejects_exported")[0])
    assert signed_in(new_client(app), "demo-tax").get(place).status_code == 403
    city.write(folder, {"03": rows[:4] * 260}, at="2026-11-22T01:00:00")
    look(app)
    with app.app_context():
        (file,) = feed_jobs.list_gaps().values()
    shown = client.get(f"/admin/links/files/{file.id}").text
    assert "誤りのある行は1,040行です。CSVには、はじめの1,000件の誤りだけがあります" in shown
    assert shown.count('<td class="num">') < 210 and "はじめの200件を表示しています" in shown
    with app.app_context():
        (whole,) = (one for one in feed_jobs.list_jobs(2)[1].files if one.data_set == "02")
    assert client.get(f"/admin/links/files/{whole.id}/rejects.csv").status_code == 404


def test_what_a_held_file_would_change_is_looked_at_before_the_release(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(new_client(app), "demo-admin")
    page = "/admin/links/sets/02"
    assert "変化を確かめる" not in client.get(page).text
    assert post(client, page, f"{page}/check")[0] == 409
    assert post(client, page, f"{page}/hold", reason="入替のため")[0] == 303
    city.write(folder, {"02": [{**city.people()["02"][0], "torokujotai": "1"}]}, at=NIGHT, kind="diff")
    assert "変化を確かめる" in client.get(page).text
    assert post(client, page, f"{page}/check")[0] == 303
    assert "変化の確認" in client.get("/admin/links").text
    assert "順番を待っているか実行中です" in client.get(page).text
    assert post(client, page, f"{page}/check")[0] == 409
    look(app)
    shown = client.get(page).text
    assert "もう一度変化を確かめる" in shown and "保留を解除する" in shown
    place = "/admin/links/files/" + shown.split('href="/admin/links/files/')[1].partition('"')[0]
    shown = client.get(place).text
    assert f"宛名番号 {city.number(1)}" in shown and "登録状態" in shown
    assert "確かめたので取り込む" not in shown, "who only looked has nothing to decide"
    with app.app_context():
        found = text(
            "SELECT p.person_number FROM audit_event e JOIN audit_person p ON p.event_id = e.id"
            " WHERE e.action = 'feed.examples_shown'"
        )
        assert db.session.scalars(found).all() == [city.number(1)]
    assert len(logged(app, "feed.check_asked")) == 1
    other = signed_in(new_client(app), "demo-tax")
    assert other.get(place).status_code == 403
    assert post(other, "/", f"{page}/check")[0] == 403


def test_a_waiting_file_shows_what_it_changes_beside_the_decision(
    app: Flask, folder: Path, signed_in: Callable[..., Client]
) -> None:
    city.write(folder, {"01b": city.people()["01b"][:1]}, at=NIGHT)
    look(app)
    client = signed_in(new_client(app), "demo-admin")
    with app.app_context():
        (file,) = feed_jobs.list_waiting()
    place = f"/admin/links/files/{file.id}"
    shown = client.get(place).text
    assert f"宛名番号 {city.number(5)}" in shown and city.number(city.WIFE) not in shown
    assert "確かめたので取り込む" in shown and "消滅" in shown
    assert post(client, place, f"{place}/check")[0] == 303
    look(app)
    shown = client.get(place).text
    assert "に確かめた結果" in shown and shown.count("大きく減っています") == 1
    assert post(client, place, f"{place}/decision", choice="approve", reason="確認済み")[0] == 303
    assert "変化を確かめる" not in client.get(place).text
