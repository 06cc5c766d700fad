"""Single papers of a case: chosen with their copies, printed again one by one, and kept apart on paper."""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import replace

import pypdf
from flask import Flask

from app.documents.identity import COPY, REPRINT
from tests.desk import FAMILY, Desk, hidden
from tests.integration.served import clerk, logged, stored
from tests.integration.test_documents import opened, pages


def sheet(desk: Desk, case: str) -> tuple[str, list[str]]:
    """The version on the sheet, and the titles of its papers in their order."""
    page = desk.get(f"/cases/{case}/papers")
    assert page.status_code == 200
    titles = re.findall(r'name="paper".*?<span class="visually-hidden">(.*?)を印刷する', page.text)
    return hidden(page, "version"), titles


def test_single_papers_their_copies_and_printing_them_again(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    app.config["KAKANAI"] = replace(app.config["KAKANAI"], print_duplex=True, separator_counters=("main",))
    case = desk.move_in(FAMILY[:2])
    number = stored(app, case).number
    version, titles = sheet(desk, case)
    last = str(len(titles))
    address = f"/cases/{case}/documents"

    nothing = desk.post(address, sheet="1", version=version)
    assert nothing.status_code == 422 and "1つ以上選んで" in nothing.text
    wrong = desk.post(
        address, sheet="1", version=version, paper=["1", last], **{"copies-1": "99", "copies-2": "7"}
    )
    assert wrong.status_code == 422 and "部数「99」" in wrong.text and 'value="7"' in wrong.text
    assert stored(app, case).documents == ()

    fields = {"copies-1": "2", f"copies-{last}": "1", "separator": "1"}
    assert desk.post(address, sheet="1", version=version, paper=["1", last], **fields).status_code == 303
    first = desk.document(case)
    content = opened(desk, first).data
    (document,) = stored(app, case).documents
    assert [form["title"] for form in document.forms] == ["仕切り紙", titles[0], titles[-1]]
    assert [form["copies"] for form in document.forms] == [1, 2, 1] and document.pages % 2 == 0
    texts = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert FAMILY[0][0] not in texts[0] and number in texts[0], "the separator names nobody"
    own = [text for text in texts if titles[0][:4] in text]
    assert [COPY in text for text in own[:1] + own[-1:]] == [False, True]
    starts = [form["first"] for form in document.forms]
    assert all(start % 2 == 1 for start in starts), "every paper begins on a new sheet"

    second = {"sheet": "1", "paper": ["2"], "reason": "汚れ", "token": secrets.token_hex(16)}
    assert desk.post(f"{first}/reprint", data="as_printed", **second).status_code == 303
    again = opened(desk, desk.document(case)).data
    assert REPRINT in pages(again) and titles[-1] not in pages(again).replace("\n", "")
    old = str(int(desk.version(case)) - 1)
    stale = desk.post(
        f"{first}/reprint", data="today", version=old, **{**second, "token": secrets.token_hex(16)}
    )
    assert stale.status_code == 409
    now = {**second, "token": secrets.token_hex(16), "version": desk.version(case)}
    assert desk.post(f"{first}/reprint", data="today", **now).status_code == 303
    (newest, *_others) = stored(app, case).documents
    assert [form["title"] for form in newest.forms] == [titles[0]] and newest.forms[0]["copies"] == 2
    assert logged(app, case).count("document.reprinted") == 2

    opened_now = desk.document(case)
    assert opened(desk, opened_now).status_code == 200
    desk.post("/counter", counter="taimei", open_cases="keep")
    desk.token = hidden(desk.browser.get("/"), "csrf_token")
    assert opened(desk, opened_now).status_code in {403, 404}, "AC-06: dead after the counter was switched"
