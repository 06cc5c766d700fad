"""The ledger: filters, files, the timeline in words, and memos with phrases before and after a case has ended."""

from __future__ import annotations

import re

from flask import Flask

from app.data.models.base import utc_now
from app.data.models.register import ProtectionRow
from app.extensions import db
from tests.integration.served import clerk, logged, resident, stored


def numbers(page: str) -> set[str]:
    return set(re.findall(r"/history/(R[\d-]+)", page))


def test_filters_pages_and_files(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    head = resident(app, 2)
    single, posted = desk.open_case(head.id), desk.open_case(resident(app).id, channel="post")
    desk.identify(single)
    desk.choose(single, "single")
    desk.save(single, "content", procedures=["seal_registration"])
    one, other = stored(app, single).number, stored(app, posted).number
    cases: dict[str, tuple[dict[str, str], set[str]]] = {
        "name": ({"person": head.name.replace("　", "")}, {one}),
        "reading": ({"person": head.kana[:3]}, {one}),
        "number": ({"person": head.number}, {one}),
        "wildcard": ({"person": "%"}, set()),
        "procedure": ({"procedure": "seal_registration"}, {one}),
        "channel": ({"channel": "post"}, {other}),
        "staff": ({"staff": "demo-counter"}, {one, other}),
        "nobody": ({"staff": "demo-tax"}, set()),
        "past": ({"since": "R1.5.1", "until": "R1.5.2"}, set()),
        "wider": ({"since": "R1.5.1", "until": "R1.5.2", "wider": "30"}, {one, other}),
        "page": ({"start": "1"}, {one}),
    }
    answers = {name: desk.post("/history", **fields) for name, (fields, _found) in cases.items()}
    found = {name: numbers(answer.text) for name, answer in answers.items()}
    expected = {name: wanted for name, (_fields, wanted) in cases.items()}
    if head.kana[:3] in stored(app, posted).persons[0].value("kana"):
        expected["reading"] = {one, other}
    assert found == expected
    assert "過去30日に広げて探す" in answers["past"].text
    assert desk.post("/history", since="R8.11.2", until="R8.11.1").status_code == 422

    assert desk.post("/history/csv").status_code == 403, "the counter does not take files away"
    judge = clerk(app, "demo-reviewer")
    file = judge.post("/history/csv", staff="demo-counter")
    assert file.headers["Content-Disposition"].startswith("attachment") and file.data.startswith(
        b"\xef\xbb\xbf"
    )
    assert one in file.text and head.name in file.text
    with app.app_context():
        db.session.add(ProtectionRow(number=head.number, ground="01c", source=head.number, since=utc_now()))
        db.session.commit()
    for page in (
        judge.post("/history/csv").text,
        judge.get("/history").text,
        judge.get(f"/history/{one}").text,
    ):
        assert one in page and head.name not in page


def test_memos_with_phrases_and_the_timeline(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(resident(app).id)
    desk.identify(case)
    desk.choose(case, "certificate")
    subject = stored(app, case).subjects[0].id
    version = desk.version(case)
    desk.post(f"/cases/{case}/certificates", version=version, quick="j2", person=subject)
    version = desk.version(case)
    memo = f"/cases/{case}/memos"
    refused = desk.post(memo, kind="issue", memo="封筒を分ける", phrase="zz", back="content")
    assert (
        refused.status_code == 422
        and "封筒を分ける" in refused.text
        and "定型文「zz」はありません" in refused.text
    )
    assert desk.post(memo, kind="issue", memo="", phrase="１", back="content").status_code == 303
    assert stored(app, case).memos[0].text == "お急ぎのため、先に発行してください。"
    assert desk.version(case) == version, "a memo does not make a colleague's screen stale"
    assert desk.issue(case, part="details").status_code == 303
    assert desk.post(f"/cases/{case}/close", version=desk.version(case)).status_code == 303

    number = stored(app, case).number
    assert desk.post(memo, kind="reception", memo="後から", phrase="tt", back="history").status_code == 303
    assert desk.post(memo, kind="reception", memo=" ", back="history").status_code == 422
    page = desk.get(f"/history/{number}").text
    timeline = page[page.index('id="timeline"') :]
    phrase = "手続きの続きを電話で確認します。"
    told = [f"受付メモ「後から\n{phrase}」", "証明の発行指示「お急ぎのため", "版・1部）", "証明書の交付"]
    for words in (*told, "見本　花子", "市民課"):
        assert words in timeline, words
    assert "再印刷する" in page and "受付を表示" not in timeline
    looks = desk.get(f"/history/{number}?looks=1").text
    assert "受付を表示" in looks and "対応の詳細を表示" in looks
    assert desk.get(f"/history/{number}?page=9").status_code == 200
    assert logged(app, case).count("case.memo_added") == 2
