"""Guidance (N-01): found from anywhere without a case, with what has to be read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Flask

from app.domain.dates import today_in_japan
from app.operations import catalogue, guidance, packs
from tests.integration.served import clerk, looked_up


def test_everything_of_the_content_is_found_and_opens(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city, "demo-tax", "tax")
    pack = looked_up(app, lambda: packs.current().pack)
    assert desk.get("/guidance").text.count("/guidance/procedure/") == len(pack.procedures)
    for entry in catalogue.entries(pack)[::7]:
        page = desk.get(f"/guidance/{entry.kind}/{entry.code}")
        assert page.status_code == 200 and entry.title in page.text
        found = desk.post("/guidance", q=entry.title).text
        assert f"/guidance/{entry.kind}/{entry.code}" in found, entry.title
    assert "/guidance/procedure/child_allowance" in desk.post("/guidance", q="ｼﾞﾄﾞｳてあて").text
    assert "該当するガイダンスはありません" in desk.post("/guidance", q="ふしぎなことば").text
    assert desk.post("/guidance", q="あ" * 5000).status_code == 200
    assert desk.get("/guidance/procedure/nothing").status_code == 404


def test_a_form_is_shown_as_a_marked_sample(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    code = looked_up(app, lambda: next(one.forms[0] for one in packs.current().pack.procedures if one.forms))
    assert desk.get(f"/guidance/forms/{code}/sample").data.startswith(b"%PDF")
    assert desk.get("/guidance/forms/nothing/sample").status_code == 404


def test_reviews_that_are_overdue_come_first(served_city: Flask) -> None:
    app = served_city
    today = today_in_japan()

    def publish() -> str:
        current = packs.current()
        late, *others = current.source.procedures
        procedures = (replace(late, review_by=today - timedelta(days=1)), *others)
        packs.publish(
            replace(current.source, procedures=procedures), {one.code: one for one in current.forms}
        )
        return late.title

    before = looked_up(app, lambda: guidance.count_overdue(today))
    with app.app_context():
        title = publish()
    desk = clerk(app, "demo-content", "information")
    assert f"確認の期限を過ぎたガイダンスが{before + 1}件" in desk.get("/admin").text
    first = looked_up(app, lambda: guidance.reviews(today)[0])
    assert first.overdue and (before or first.title == title)
    page = desk.get("/admin/guidance").text
    assert title in page.partition("より後")[0]
    assert clerk(app).get("/admin/guidance").status_code == 403
