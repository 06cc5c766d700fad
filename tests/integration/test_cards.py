"""Reading a card (F4): one screen asks, one reader answers, once; what was read goes where the clerk decides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.data import audit
from app.data.models.audit import AuditRow
from app.data.models.base import utc_now
from app.data.models.device import CardSlotRow, CounterDeviceRow
from app.data.models.register import PersonRow
from app.domain.case import Step
from app.domain.dates import PartialDate, format_wareki
from app.extensions import db
from tests.card_agent import CardAgent
from tests.conftest import new_client
from tests.desk import Desk
from tests.integration.served import clerk, colleague, logged, looked_up, resident, stored

DEVICES = "/admin/counters/devices"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that asks while nothing waits is answered at once."""
    monkeypatch.setattr("app.cards.agent.HOLD_SECONDS", 0.0)


def agent_at(app: Flask, seat: str = "1番", counter: str = "main") -> CardAgent:
    """A reader, let in with the code of the administration page."""
    admin = clerk(app, "demo-admin", "")
    page = admin.post(DEVICES, kind="card_reader", counter=counter, seat=seat).text
    code = re.search(r'class="device-code">(\d{3}) (\d{3})<', page)
    assert code
    agent = unknown_agent(app)
    assert agent.enrol(code[1] + code[2]) == 201
    return agent


def unknown_agent(app: Flask) -> CardAgent:
    client = new_client(app)

    def wire(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        answer = client.post(path, data=body, headers={**headers, "Content-Type": "application/json"})
        assert "Set-Cookie" not in answer.headers
        return answer.status_code, answer.data

    return CardAgent(wire)


def asked(desk: Desk, case: str = "") -> str:
    """F4 on the home screen, or on the case's identity step: the slot that was opened."""
    answer = desk.post("/cards/slots", case=case)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rsplit("/", 1)[1]


def held(person: PersonRow, **other: str) -> dict[str, str]:
    return {"name": person.name, "birth": person.birth, "sex": person.sex, **other}


def test_from_the_home_screen_to_the_identity_step(served_city: Flask) -> None:
    app = served_city
    agent, desk, person = agent_at(app), clerk(app), resident(app)
    assert 'id="card-read"' in desk.get("/").text
    slot = asked(desk)
    waiting = desk.get(f"/cards/slots/{slot}").text
    assert "カードを読取装置に置いてください" in waiting and "読み取りをやめる" in waiting
    request = agent.next()
    assert (
        request
        and request["slot"] == slot
        and request["fields"] == ["name", "kana", "birth", "sex", "address"]
    )
    assert not {"person", "name", "case"} & request.keys(), "the reader is told nothing of whom it is for"
    assert agent.send(f"/cards/slots/{slot}/stage", {"stage": "secret"})[0] == 204
    assert "暗証番号" in desk.get(f"/cards/slots/{slot}").text
    # A variant of the character, and an address from before the last move.
    assert agent.answer(slot, **held(person, address="熊本県隣市港町1-2")) == 204
    assert agent.next() is None
    assert slot in desk.get(f"/cards/slots/{slot}").text
    found = desk.post("/residents/search/card", slot=slot).text
    assert f"この方で受付：{person.name}" in found and f'name="slot" value="{slot}"' in found
    answer = desk.post("/cases", token="cd" * 16, person=person.id, slot=slot)
    case = str(answer.headers["Location"]).rsplit("/", 1)[1]
    page = desk.see(case).text
    assert "住民情報とカードの比較" in page and "熊本県隣市港町" in page
    assert 'name="use-address"' in page and 'name="use-name"' not in page, "only what differs is asked about"
    assert re.search(r'value="my_number_card"[^>]* checked', page), (
        "the card that was read is the document shown"
    )
    assert desk.identify(case, **{"use-address": "register"}).status_code == 303
    assert stored(app, case).visitor.corrected == {}
    assert desk.identify(case, **{"use-address": "card"}).status_code == 303
    taken = stored(app, case)
    assert taken.visitor.address == "熊本県隣市港町1-2" and taken.fact("card.taken") == ["address"]
    assert (
        desk.identify(
            case, reason="stated", **{"use-address": "typed", "address": "熊本県隣市港町3"}
        ).status_code
        == 303
    )
    assert stored(app, case).visitor.address == "熊本県隣市港町3" and not stored(app, case).fact("card.taken")
    assert "card.used" in logged(app, case)
    # Used once: nothing of what was read is left, and the slot opens nothing more.
    assert looked_up(app, lambda: db.session.get_one(CardSlotRow, slot).reading) is None
    again = desk.post("/cases", token="ef" * 16, person=person.id, slot=slot)
    other = str(again.headers["Location"]).rsplit("/", 1)[1]
    assert stored(app, other).fact("card.reading") is None
    details = looked_up(app, lambda: repr(db.session.scalars(select(AuditRow.detail)).all()))
    assert person.name not in details and "隣市" not in details


def test_a_visitor_who_is_in_no_register_is_filled_in(served_city: Flask) -> None:
    app = served_city
    agent, desk = agent_at(app), clerk(app)
    case = desk.open_case()
    slot = asked(desk, case)
    request = agent.next()
    assert request and request["reception"] == stored(app, case).number
    values = {"name": "架空　舟子", "birth": "19800217", "sex": "2", "address": "熊本県隣市港町１－２"}
    assert agent.answer(slot, **values) == 204
    assert desk.post(f"/cases/{case}/card", slot=slot).headers["Location"].endswith(Step.IDENTITY)
    page = desk.see(case).text
    assert "架空　舟子" in page and "昭和55年2月17日" in page and "マイナンバーカードから" in page
    said = format_wareki(PartialDate.from_iso("19800217"))
    typed = {**values, "birth": said}
    assert desk.identify(case, **typed).status_code == 303
    visitor = stored(app, case).visitor
    assert (visitor.name, visitor.value("birth"), visitor.value("sex")) == ("架空　舟子", "19800217", "2")
    assert set(stored(app, case).fact("card.taken")) == {"name", "birth", "sex", "address"}


def test_each_failure_says_what_to_do_next(served_city: Flask) -> None:
    app = served_city
    agent, desk = agent_at(app), clerk(app)
    for outcome, tries, said in (
        ("wrong_pin", 2, "残り2回"), ("blocked", None, "照合番号"), ("card_removed", None, "もう一度読み取"),
        ("no_reader", None, "USBケーブル"), ("unsupported", None, "手入力で進めます"),
    ):  # fmt: skip
        slot = asked(desk)
        assert agent.fail(slot, outcome, tries) == 204
        page = desk.get(f"/cards/slots/{slot}").text
        assert said in page and "もう一度読み取る" in page, outcome
    slot = asked(desk)
    _age(app, slot)
    assert "時間内に読み取れませんでした" in desk.get(f"/cards/slots/{slot}").text
    elsewhere = clerk(app, "demo-tax", "")
    assert "読取装置がありません" in elsewhere.post("/cards/slots").text


def _age(app: Flask, slot: str) -> None:
    with app.app_context():
        late = utc_now() - timedelta(seconds=1)
        db.session.execute(update(CardSlotRow).where(CardSlotRow.id == slot).values(expires_at=late))
        db.session.commit()


def test_only_the_asked_reader_answers_and_only_once(served_city: Flask) -> None:
    app = served_city
    near, far = agent_at(app), agent_at(app, "2番")
    desk, neighbour = clerk(app), colleague(app)
    person = resident(app)
    assert "この端末の席を選んでください" in desk.post("/cards/slots").text
    for one, seat in ((desk, "1番"), (neighbour, "2番")):
        assert one.post("/cards/seat", seat=seat).status_code == 303
    mine, theirs = asked(desk), asked(neighbour)
    # Two counters in the same moment: each reader sees its own slot, and the other's does not exist for it.
    assert (near.next() or {})["slot"] == mine and (far.next() or {})["slot"] == theirs
    assert far.answer(mine, **held(person)) == 404
    assert near.answer(theirs, **held(person)) == 404
    for wrong in ({"outcome": "read", "card": "stamp", "values": {}}, {"outcome": "read", "card": "my_number_card",
                  "values": {"my_number": "123456789012"}}, {"outcome": "odd"}, [], {"outcome": "read", "card":
                  "my_number_card", "values": {"birth": "19809999"}}):  # fmt: skip
        assert near.send(f"/cards/slots/{mine}/answer", wrong)[0] == 422
    assert near.answer(mine, **held(person)) == 204
    assert near.answer(mine, **held(person, name="別の　人")) == 409, "answered before"
    # What was read is the asking session's and nobody else's.
    assert neighbour.get(f"/cards/slots/{mine}").status_code == 404
    assert neighbour.post("/residents/search/card", slot=mine).status_code == 404
    case = desk.open_case()
    bound = asked(desk, case)
    assert near.answer(bound, **held(person)) == 204
    other = desk.open_case()
    assert desk.post(f"/cases/{other}/card", slot=bound).status_code == 404, "asked for another case"
    _age(app, theirs)
    assert far.answer(theirs, **held(person)) == 409, "too late"


def test_messages_that_were_not_signed_now_are_refused(served_city: Flask) -> None:
    app = served_city
    agent, desk = agent_at(app), clerk(app)
    slot = asked(desk)
    sent: list[tuple[str, bytes, dict[str, str]]] = []
    honest = agent.wire

    def listening(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        sent.append((path, body, headers))
        return honest(path, body, headers)

    agent.wire = listening
    assert agent.fail(slot, "no_card") == 204
    for _ in range(20):
        assert honest(*sent[0])[0] == 409, "replayed"
    path, body, headers = sent[0]
    higher = {**headers, "X-Kakanai-Count": "999"}
    assert honest(path, body, higher)[0] == 401
    assert honest(path, body.replace(b"no_card", b"blocked"), headers)[0] == 401
    assert honest(path, body, {})[0] == 401
    assert agent.send(path, {}, late=120)[0] == 409
    stranger = unknown_agent(app)
    stranger.device = agent.device
    assert stranger.send("/cards/next")[0] == 401
    refused = looked_up(
        app, lambda: audit.list_of_action("device.message_refused", utc_now() - timedelta(hours=1))
    )
    assert len(refused) == 24 and {one.actor_kind for one in refused} == {"device"}
    assert all(one.actor_id != agent.device == one.detail["device"] for one in refused), "said, not proved"
    # Shut out, it is nobody any more.
    clerk(app, "demo-admin", "").post(f"{DEVICES}/{agent.device}/revoke")
    assert agent.send("/cards/next")[0] == 401
    assert "読取装置がありません" in desk.post("/cards/slots").text


def test_a_code_lets_one_device_in_and_is_void_after_five_tries(served_city: Flask) -> None:
    app = served_city
    admin = clerk(app, "demo-admin", "")
    assert clerk(app).post(DEVICES, kind="card_reader", counter="main", seat="1番").status_code == 403
    assert admin.post(DEVICES, kind="card_reader", counter="nowhere", seat="").status_code == 422
    page = admin.post(DEVICES, kind="card_reader", counter="main", seat="1番").text
    code = "".join(re.search(r'device-code">(\d{3}) (\d{3})<', page).groups())  # type: ignore[union-attr]
    assert code not in admin.get(DEVICES).text, "shown once"
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert [unknown_agent(app).enrol(wrong) for _ in range(5)] == [401] * 5
    assert unknown_agent(app).enrol(code) == 401, "void after five wrong tries"
    agent_at(app)
    assert looked_up(app, lambda: db.session.query(CounterDeviceRow).filter_by(code_hash="").count()) == 1


def protected() -> PersonRow:
    found = db.session.scalars(select(PersonRow).where(PersonRow.protected, PersonRow.birth > "1")).first()
    assert found is not None
    db.session.expunge(found)
    return found


def test_a_protected_persons_address_does_not_come_in_by_his_card(served_city: Flask) -> None:
    app = served_city
    agent, desk = agent_at(app), clerk(app)
    person = looked_up(app, protected)
    secret = "熊本県隠市秘町七丁目７７番"
    slot = asked(desk)
    assert agent.answer(slot, **held(person, address=secret)) == 204
    assert secret not in looked_up(app, lambda: repr(db.session.get_one(CardSlotRow, slot).reading))
    found = desk.post("/residents/search/card", slot=slot).text
    assert "取扱注意" in found and "秘町" not in found
    answer = desk.post("/cases", token="aa" * 16, person=person.id, slot=slot)
    case = str(answer.headers["Location"]).rsplit("/", 1)[1]
    assert "秘町" not in desk.see(case).text and stored(app, case).fact("card.reading") is None
    # A stopped case asks no reader.
    assert desk.post("/cards/slots", case=case).status_code == 403
