"""The customer screen shows what was released and nothing else, and is blank in one way whatever the reason."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from app.data import signatures
from app.data.models.base import utc_now
from app.data.models.case import CaseRow
from app.data.models.device import CustomerViewRow
from app.data.models.register import ProtectionRow
from app.data.models.signature import SignatureRow
from app.documents.page_text import read_pages
from app.domain.languages import LANGUAGES
from app.domain.signatures import KEPT_FOR, Signature
from app.extensions import db
from app.operations.guide_sheet import CHOSEN
from tests.client import Client
from tests.conftest import new_client
from tests.desk import Desk, hidden
from tests.integration.served import clerk, logged, looked_up, resident, stored

DEVICES = "/admin/counters/devices"
BLANK = "お待ちください"
STROKES = "[[100,100,300,120,280,240],[400,60,405,200],[500,130]]"
WELCOME = "いらっしゃいませ"


class Screen:
    """A browser that stands before the visitor."""

    def __init__(self, app: Flask) -> None:
        self.client: Client = new_client(app)

    def pair(self, code: str) -> int:
        token = hidden(self.client.get("/customer/pair"), "csrf_token")
        return self.client.post("/customer/pair", data={"csrf_token": token, "code": code}).status_code

    @property
    def text(self) -> str:
        answer = self.client.get("/customer")
        assert answer.status_code == 200
        return answer.text

    def say(self, path: str, **fields: str) -> int:
        page = self.client.get("/customer")
        sent = {"csrf_token": hidden(page, "csrf_token"), **fields}
        if "reply" in fields:
            sent.setdefault("revision", hidden(page, "revision"))
        return self.client.post(path, data=sent).status_code

    @property
    def picture(self) -> str:
        """What is to be seen, without what only the machine reads."""
        return re.sub(r'seen=\w+|value="[^"]*"', "", self.text)


def code_for(app: Flask, seat: str = "1番") -> str:
    page = clerk(app, "demo-admin", "").post(DEVICES, kind="customer_screen", counter="main", seat=seat).text
    found = re.search(r'class="device-code">(\d{3}) (\d{3})<', page)
    assert found
    return found[1] + " " + found[2]


def paired(app: Flask) -> Screen:
    screen = Screen(app)
    assert screen.pair(code_for(app)) == 303
    return screen


def ready(app: Flask) -> tuple[Desk, str, str]:
    desk, person = clerk(app), resident(app)
    case = desk.open_case(person.id)
    desk.identify(case)
    return desk, case, person.name


def test_pairing(served_city: Flask) -> None:
    app = served_city
    screen, code = Screen(app), code_for(app)
    assert screen.client.get("/customer").headers["Location"] == "/customer/pair"
    assert screen.pair("000000" if not code.startswith("000") else "111111") == 422
    assert screen.pair(code) == 303 and WELCOME in screen.text
    assert Screen(app).pair(code) == 422, "a code lets one in"
    answer = screen.client.get("/")
    assert answer.status_code == 303 and answer.headers["Location"] == "/login", "nobody is signed in there"
    page = clerk(app, "demo-admin", "").get(DEVICES)
    device = re.search(r"/devices/(\w+)/revoke", page.text)
    assert device and "お客様画面" in page.text
    clerk(app, "demo-admin", "").post(f"{DEVICES}/{device[1]}/revoke")
    assert screen.client.get("/customer").headers["Location"] == "/customer/pair"
    gone = screen.client.fragment("GET", "/customer")
    assert (gone.status_code, gone.headers["HX-Redirect"]) == (401, "/customer/pair")


def test_only_what_was_released_is_shown_and_answered(served_city: Flask) -> None:
    app = served_city
    screen = paired(app)
    for one in LANGUAGES:
        assert one.name in screen.text
    assert screen.say("/customer/language", language="vi") == 303
    assert "Xin chào" in screen.text
    desk, case, name = ready(app)
    assert name not in screen.text, "nothing is shown by itself"
    page = desk.see(case).text
    assert 'data-key="F8"' in page and re.search(r'id="item-name"[^>]* checked', page)
    assert not re.search(r'id="item-address"[^>]* checked', page)
    released = desk.post(f"/cases/{case}/customer", item=["name", "birth"], back="kind")
    assert released.headers["Location"].endswith("/steps/kind")
    shown = screen.text
    person = stored(app, case).visitor
    assert f"</span>{name}</dd>" in shown and "生年月日" in shown and "内容をご確認ください" in shown
    assert person.address not in shown and "住所" not in shown
    assert "Vâng, đúng rồi" in shown and stored(app, case).fact(CHOSEN) == "vi", "the sheet's language too"
    mark = re.search(r"seen=(\w+)", shown)
    assert mark and screen.client.fragment("GET", f"/customer?seen={mark[1]}").status_code == 204
    assert desk.get(f"/cases/{case}/customer").status_code == 204
    assert screen.say("/customer/reply", reply="yes") == 303
    assert name not in screen.text
    said = desk.get(f"/cases/{case}/customer").text
    assert "「はい、合っています」を押しました" in said
    assert screen.client.get("/customer").status_code == 200
    old = screen.client.post("/customer/reply", data={"csrf_token": hidden(desk.get("/"), "csrf_token")})
    assert old.status_code == 403, "another session's token"
    assert "お客様画面を消す" in desk.see(case).text
    desk.post(f"/cases/{case}/customer", change="hide", back="kind")
    assert BLANK in screen.text and "お客様画面に出す" in desk.see(case).text
    assert desk.post(f"/cases/{case}/customer", item=["odd"], back="kind").status_code == 422
    found = [one for one in logged(app, case) if one.startswith("customer.")]
    assert found == [
        "customer.language", "customer.released", "customer.replied", "customer.hidden",
    ]  # fmt: skip


def test_a_signature_is_written_for_one_case_and_printed_there(served_city: Flask) -> None:
    app = served_city
    screen = paired(app)
    desk, case, name = ready(app)
    assert "ask-signature" not in desk.see(case).text, "nothing is known yet that could be signed"
    assert desk.post(f"/cases/{case}/customer", item=["name"], signature="1", back="kind").status_code == 403
    desk.choose(case, "certificate")
    ordered(desk, app, case)
    assert 'id="ask-signature"' in desk.see(case).text

    def ask() -> None:
        desk.post(f"/cases/{case}/customer", item=["name", "kind"], signature="1", back="content")
        assert screen.say("/customer/signature", strokes=STROKES, revision="1") == 303, "not asked for yet"
        assert screen.say("/customer/reply", reply="yes") == 303
        assert "署名をお願いします" in screen.text and name not in screen.text

    ask()
    assert "画面に署名していただいています" in desk.get(f"/cases/{case}/customer?seen=").text
    for wrong in ("", "[]", "[[1]]", "[[1,2],[3,4]]", "[[10,10,950,20]]", "[[10,10,20,300]]", '[["a","b"]]', "[" * 9000,
                  '[[true,1,200,200]]', "<svg>", "[[0,0" + ",9,9" * 7000 + "]]"):  # fmt: skip
        assert screen.say("/customer/signature", strokes=wrong, revision=revision(screen)) == 303
        assert "署名をお願いします" in screen.text and signature(app, case) is None, wrong[:40]
    screen.say("/customer/signature", strokes=STROKES, revision=revision(screen))
    assert "ありがとうございました" in screen.text
    said = desk.get(f"/cases/{case}/customer?seen=yes&step=content").text
    assert "署名が届きました" in said and "M100 100L100 100 300 120" in said
    other = desk.open_case(resident(app, 2).id)
    assert "署名" not in desk.see(other).text and signature(app, other) is None, "it is of one case alone"
    assert desk.issue(case, part="details").status_code == 303
    paper = signed_pages(desk.get(desk.document(case)).data)
    assert [len(one) for one in paper] == [1], "the request has it in its place"

    desk.post(f"/cases/{case}/customer", change="unsign", back="print")
    assert signature(app, case) is None
    ask()
    screen.say("/customer/signature", strokes=STROKES, revision=revision(screen))
    ordered(desk, app, case, "j1h")
    assert "署名のあとで受付の内容が変わりました" in desk.see(case, "content").text
    assert desk.issue(case, part="details").status_code == 303
    assert not any(signed_pages(desk.get(desk.document(case)).data)), "it is signed on paper then"
    ask()
    screen.say("/customer/reply", reply="paper")
    assert "紙に書きます" in desk.get(f"/cases/{case}/customer?seen=yes").text
    assert [one for one in logged(app, case) if "sign" in one] == [
        "customer.signed", "customer.signature_discarded", "customer.signed", "customer.signature_discarded",
    ]  # fmt: skip
    ask()
    screen.say("/customer/signature", strokes=STROKES, revision=revision(screen))
    with app.app_context():
        db.session.execute(update(SignatureRow).values(signed_at=utc_now() - KEPT_FOR - timedelta(days=1)))
        db.session.commit()
    assert signature(app, case) is None


def ordered(desk: Desk, app: Flask, case: str, quick: str = "j1") -> None:
    subject = stored(app, case).subjects[0].id
    sent = desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick=quick, person=subject)
    assert sent.status_code == 200, sent.text


def revision(screen: Screen) -> str:
    return hidden(screen.client.get("/customer"), "revision")


def signature(app: Flask, case: str) -> Signature | None:
    return looked_up(app, lambda: signatures.find(case))


def signed_pages(pdf: bytes) -> list[tuple[str, ...]]:
    return [page.signed for page in read_pages(pdf)]


def test_every_reason_to_be_blank_looks_the_same(served_city: Flask) -> None:
    app = served_city
    screen = paired(app)
    pictures = set()

    def on_screen() -> tuple[Desk, str]:
        desk, case, name = ready(app)
        desk.post(f"/cases/{case}/customer", item=["name", "address"], back="kind")
        assert name in screen.text
        return desk, case

    def is_blank(name: str = "") -> None:
        assert BLANK in screen.text
        pictures.add(screen.picture)

    desk, case = on_screen()
    desk.post(f"/cases/{case}/suspend")
    is_blank()
    desk, case = on_screen()
    desk.post(f"/cases/{case}/close", version=desk.version(case))
    is_blank()
    desk, case = on_screen()
    desk.post(f"/cases/{case}/customer", change="hide", back="kind")
    is_blank()
    desk, case = on_screen()
    assert clerk(app).open_case(), "the clerk signed in elsewhere: this session is over"
    is_blank()
    desk, case = on_screen()
    _moved(app, timedelta(minutes=11))
    assert WELCOME in screen.text, "some minutes later it waits for the next visitor"
    desk, case = on_screen()
    number = stored(app, case).visitor.number
    with app.app_context():
        db.session.add(ProtectionRow(number=number, ground="1", source=number, since=utc_now()))
        db.session.commit()
    is_blank()
    assert desk.post(f"/cases/{case}/customer", item=["name"], back="kind").status_code == 403
    assert len(pictures) == 1
    _moved(app, timedelta(minutes=2))
    assert WELCOME in screen.text


def _moved(app: Flask, by: timedelta) -> None:
    with app.app_context():
        then = utc_now() - by
        db.session.execute(update(CustomerViewRow).values(changed_at=then))
        db.session.execute(update(CaseRow).values(changed_at=then))
        db.session.commit()
