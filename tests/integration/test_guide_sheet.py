"""The guide sheet: its language chosen for a case, its leaflets, its code that resumes, and translations that go stale."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdf
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.data import leaflets as stored_leaflets
from app.documents import find_fonts
from app.documents.leaflet_page import draw_leaflet
from app.domain.guide_words import WORDS
from app.operations import leaflet_desk, translations
from tests.desk import Desk
from tests.integration.served import clerk, logged, looked_up, stored
from tests.integration.test_rule_desk import content_desk
from tests.stores import ONE_IS_ENOUGH


def pages(desk: Desk, case: str) -> str:
    answer = desk.browser.get(desk.document(case))
    assert answer.status_code == 200
    reader = pypdf.PdfReader(io.BytesIO(answer.data))
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def test_the_language_of_a_case_changes_its_sheet_alone(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.move_in()
    before = desk.version(case)
    assert desk.post(f"/cases/{case}/guide", guide_language="xx").status_code == 422
    assert desk.post(f"/cases/{case}/guide", guide_language="en").status_code == 303
    assert desk.version(case) == before and "case.guide_chosen" in logged(app, case)
    assert desk.issue(case).status_code == 303
    printed = pages(desk, case)
    number = stored(app, case).number
    assert "Guidetoyourprocedures" in printed and "手続き案内書" in printed and number in printed
    forms = [form["form"] for form in stored(app, case).documents[0].forms]
    assert "tetsuzuki_annai_tagengo" in forms and "tetsuzuki_annai" not in forms


@ONE_IS_ENOUGH
def test_leaflets_follow_the_sheet_unless_they_are_not_wanted(served_city: Flask, tmp_path: Path) -> None:
    app, desk = served_city, clerk(served_city)
    fonts = find_fonts(tmp_path)
    rows = (("見本", "いつでも", "文章です。"),)

    def put_in() -> None:
        for slot, code in (("waste", "ja"), ("waste", "en"), ("city_guide", "ja")):
            pdf = draw_leaflet(fonts, code, f"{slot}-{code}", "見本", rows, "見本")
            leaflet_desk.receive_drawn(slot, code, "見本", pdf)

    with app.app_context():
        put_in()
    case = desk.move_in()
    page = desk.see(case).text
    assert 'value="waste"' in page and 'value="city_guide"' in page
    desk.post(f"/cases/{case}/guide", guide_language="en", offered=["waste", "city_guide"], leaflet=["waste"])
    assert desk.issue(case).status_code == 303
    printed, document = pages(desk, case), stored(app, case).documents[0]
    titles = [form["title"] for form in document.forms]
    assert "waste-en" in printed and "waste-ja" not in printed and "city_guide-ja" not in printed
    assert titles[-1].startswith("パンフレット：ごみの分け方") and document.pages > len(titles)
    handed = looked_up(
        app, lambda: {(one.slot, one.language): one.handed for one in stored_leaflets.list_all()}
    )
    assert handed == {("waste", "ja"): 0, ("waste", "en"): 1, ("city_guide", "ja"): 0}


@ONE_IS_ENOUGH
def test_the_code_of_the_sheet_resumes_its_case_for_whoever_may(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.move_in()
    number = stored(app, case).number
    desk.post(f"/cases/{case}/suspend")
    answer = desk.post("/resume", number=f"{number} K7Q2M9XA-1 1/3 ABCDEFGH")
    assert answer.status_code == 303 and answer.headers["Location"].endswith(f"/cases/{case}")
    assert logged(app, case)[-1] == "case.resumed"
    wrong = desk.post("/resume", number="R8-04-999999-1")
    assert wrong.status_code == 422 and "R8-04-999999-1" in wrong.text
    assert desk.post("/resume", number="").status_code == 422
    assert clerk(app, "demo-admin", "information").post("/resume", number=number).status_code == 403


@ONE_IS_ENOUGH
def test_a_changed_japanese_text_is_printed_without_its_old_translation(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city, "demo-content", "information")

    def change() -> None:
        from app.data.models.handout import TranslationRow
        from app.extensions import db

        row = db.session.query(TranslationRow).filter_by(language="en", source=WORDS["how"]).one()
        row.source, row.source_key = "上から順に、この紙をお持ちください。", "0" * 64
        db.session.commit()

    with app.app_context():
        change()
    assert looked_up(app, lambda: translations.memory("en").get(WORDS["how"])) is None
    page = desk.get("/admin/translations/en?state=outdated").text
    assert "上から順に、この紙をお持ちください。" in page and WORDS["how"] in page
    lost = desk.post("/admin/translations/en", source=WORDS["visitor"], text="Dear visitor", reviewed="1")
    assert lost.status_code == 422 and "{name}" in lost.text and "Dear visitor" in lost.text
    done = desk.post("/admin/translations/en", source=WORDS["how"], text="Follow the list.", reviewed="1")
    assert done.status_code == 303
    assert looked_up(app, lambda: translations.memory("en")[WORDS["how"]]) == "Follow the list."
    assert clerk(app).browser.get("/admin/translations/en").status_code == 403


def pdf_of(*sizes: tuple[float, float], password: str = "") -> bytes:
    """Pages of these sizes (points), locked with a password if one is given."""
    writer = pypdf.PdfWriter()
    for width, height in sizes:
        writer.add_blank_page(width, height)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@ONE_IS_ENOUGH
def test_a_leaflet_that_cannot_be_taken_says_why_and_loses_nothing(served_city: Flask) -> None:
    desk = content_desk(served_city)
    slot = looked_up(served_city, leaflet_desk.slots)[0].pamphlet.code
    a4 = (595.28, 841.89)
    wrong = {
        "10 MB": b"%PDF-1.7\n" + b"0" * (leaflet_desk.LARGEST_FILE + 1),
        "大きさごとに PDF を分けて": pdf_of(a4, (419.5, 595.28)),
        "PDF ではありません": b"GIF89a",
        "PDF の終わりがありません": pdf_of(a4)[:200],
        "パスワード": pdf_of(a4, password="himitsu"),
        "PDF のファイルを選んでください": b"",
    }
    typed = {
        "slot": slot,
        "language": "en",
        "edition": "令和8年度 夏版",
        "valid_from": "R8.12.1",
        "valid_to": "R9.3.31",
    }
    for said, data in wrong.items():
        sent = {"csrf_token": desk.token, **typed, "file": FileStorage(io.BytesIO(data), "leaflet.pdf")}
        boundary, body = encode_multipart(sent)
        kind = f'multipart/form-data; boundary="{boundary}"'
        answer = desk.browser.post("/admin/leaflets", data=body, content_type=kind)  # type: ignore[call-arg, arg-type]
        assert answer.status_code == 422, said
        assert said in answer.text, (said, re.findall(r'id="file-error">([^<]*)', answer.text))
        kept = [f'value="{typed[name]}"' for name in ("edition", "valid_from", "valid_to")]
        assert all(one in answer.text for one in kept) and f'value="{slot}" selected' in answer.text
    assert not looked_up(served_city, stored_leaflets.list_all)
    taken = desk.post("/admin/leaflets", **typed, file=(io.BytesIO(pdf_of(a4, a4)), "leaflet.pdf"))
    assert taken.status_code == 303
    assert [one.pages for one in looked_up(served_city, stored_leaflets.list_all)] == [2]
