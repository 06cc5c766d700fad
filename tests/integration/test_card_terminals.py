"""The agent's own wire against the server: the last try, pictures of names, scanned codes, versions, and two desks at once."""

from __future__ import annotations

import base64
import json
import re
import struct
import threading
import time
import zlib
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import update

from app.data.models.base import utc_now
from app.data.models.device import CardSlotRow
from app.domain.case import Step
from app.extensions import db
from cardreader_agent.agent import Agent
from cardreader_agent.codes import CodeLog
from cardreader_agent.reading import Ask, Card, Picture, Progress, Question, Reading, Secret, Stage
from cardreader_agent.wire.terminal import NEXT, Slot, TooOld
from tests.agent.people import people
from tests.card_agent import STATE, CardAgent
from tests.desk import Desk
from tests.integration.served import clerk, colleague, looked_up, resident, stored
from tests.integration.test_cards import DEVICES, agent_at, asked, held


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cards.agent.HOLD_SECONDS", 0.0)


def png(width: int = 8, height: int = 4, *, more: bytes = b"") -> bytes:
    """A white picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


class Cards:
    """A reader with a card on it."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def names(self) -> list[str]:
        return ["Test Reader 00"]

    def read(
        self, fields: Collection[str], ask: Ask, progress: Progress, stopped: Callable[[], bool], *,
        last_try: bool, seconds: float,
    ) -> Reading:  # fmt: skip
        progress(Stage.CARD, self.reading.card)
        return self.reading


class Silent:
    """A face that nobody looks at."""

    def rest(self, trouble: str) -> None: ...

    def open(self, slot: Slot) -> None: ...

    def progress(self, stage: Stage, card: Card | None) -> None: ...

    def ask(self, question: Question, stopped: Callable[[], bool]) -> Secret | None:
        return None

    def stopped(self) -> bool:
        return False

    def hold(self, title: str, advice: str) -> None: ...

    def close(self, title: str, advice: str, pictures: tuple[Picture, ...] = ()) -> None: ...


def test_the_agent_itself_fills_the_fields_and_shows_the_name(served_city: Flask, tmp_path: Path) -> None:
    app = served_city
    enrolled, desk = agent_at(app), clerk(app)
    case = desk.open_case()
    picture = Picture(png(), ("name",))
    card = Cards(Reading(Card.RESIDENCE, {"birth": "19900102", "sex": "2"}, ("name", "address"), (picture,)))
    log = CodeLog(tmp_path)
    agent = Agent(lambda: enrolled.terminal, card, Silent(), log)
    ended = threading.Event()
    thread = threading.Thread(target=agent.run, args=(ended,), daemon=True)
    thread.start()
    slot = asked(desk, case)
    limit = time.monotonic() + 20
    while "カードを読み取りました" not in desk.get(f"/cards/slots/{slot}").text:
        assert time.monotonic() < limit
        time.sleep(0.05)
    ended.set()
    thread.join(20)
    log.close()
    assert desk.post(f"/cases/{case}/card", slot=slot).headers["Location"].endswith(Step.IDENTITY)
    page = desk.see(case).text
    shown = f"/cases/{case}/card/name"
    assert "平成2年1月2日" in page and shown in page and "見て「氏名」に入力します" in page
    answer = desk.get(shown)
    assert answer.data == png() and answer.headers["Content-Type"] == "image/png"
    assert colleague(app).get("/cases/" + "0" * 32 + "/card/name").status_code == 404
    typed = {"name": "ＫＡＫＵ　ＴＡＲＯ", "birth": "平成2年1月2日", "sex": "2", "address": "熊本県隣市港町1"}
    assert desk.identify(case, **typed).status_code == 303
    assert desk.get(shown).status_code == 404, "typed, and needed no longer"
    assert base64.b64encode(png()).decode() not in json.dumps(stored(app, case).fact("card.reading"))


def test_pictures_that_are_no_plain_small_ones_are_refused(served_city: Flask) -> None:
    app = served_city
    agent, desk = agent_at(app), clerk(app)
    slot = asked(desk)
    agent.next()
    text = b"\0\0\0\4tEXtA\0bc" + struct.pack(">I", zlib.crc32(b"tEXtA\0bc"))
    for wrong in (b"GIF89a", png(3000, 1), png(more=text), png()[:-6], png() + b"x", b""):
        sent = {"outcome": "read", "card": "residence_card", "values": {"birth": "19900102"},
                "name_picture": base64.b64encode(wrong or b"a" * 60_000).decode()}  # fmt: skip
        assert agent.send(f"/cards/slots/{slot}/answer", sent)[0] == 422, wrong[:8]


def test_the_last_try_is_the_visitors_and_the_clerks_decision(served_city: Flask) -> None:
    app = served_city
    agent, desk = agent_at(app), clerk(app)
    assert "先に、もう一度" in desk.post("/cards/slots", last_try="1").text, "not without the card's word"
    slot = asked(desk)
    request = agent.next()
    assert request and request["last_try"] is False
    assert agent.fail(slot, "last_try", 1) == 204
    page = desk.get(f"/cards/slots/{slot}").text
    assert "来庁者が望むので、あと1回だけ入力する" in page and "残り1回" in page
    answer = desk.post("/cards/slots", last_try="1")
    assert answer.status_code == 303
    agreed = agent.next()
    assert agreed and agreed["last_try"] is True
    assert agent.fail(agreed["slot"], "wrong_pin", 0) == 204
    assert "先に、もう一度" in desk.post("/cards/slots", last_try="1").text, "agreed to once"


def test_a_reader_that_fell_silent_keeps_nobody_waiting(served_city: Flask) -> None:
    app = served_city
    agent_at(app)
    desk, neighbour = clerk(app), colleague(app)
    slot = asked(desk)
    assert "読取装置が使われています" in neighbour.post("/cards/slots").text
    with app.app_context():
        late = utc_now() - timedelta(seconds=1)
        db.session.execute(update(CardSlotRow).where(CardSlotRow.id == slot).values(expires_at=late))
        db.session.commit()
    other = asked(neighbour)
    assert looked_up(app, lambda: db.session.get_one(CardSlotRow, slot).state) == "dropped"
    assert neighbour.get(f"/cards/slots/{other}").status_code == 200


def test_what_nobody_used_is_gone_without_another_reading(served_city: Flask) -> None:
    app = served_city
    agent, desk = agent_at(app), clerk(app)
    slot = asked(desk)
    assert agent.answer(slot, **held(resident(app))) == 204

    def opened(before: timedelta) -> None:
        with app.app_context():
            at = utc_now() - before
            db.session.execute(update(CardSlotRow).where(CardSlotRow.id == slot).values(opened_at=at))
            db.session.commit()

    opened(timedelta(minutes=11))
    assert agent.next() is None
    assert looked_up(app, lambda: db.session.get_one(CardSlotRow, slot).reading) is None
    opened(timedelta(days=2))
    asked(desk)
    assert looked_up(app, lambda: db.session.get(CardSlotRow, slot)) is None


def test_every_reader_is_stopped_at_once(served_city: Flask) -> None:
    app = served_city
    agent, desk = agent_at(app), clerk(app)
    slot = asked(desk)
    app.config["KAKANAI"] = replace(app.config["KAKANAI"], card_readers=False)
    assert agent.next() is None and agent.answer(slot, name="架空　太郎") == 409
    assert "全庁で止めています" in desk.post("/cards/slots").text


def test_the_administrator_sees_which_program_and_reader_stand_where(served_city: Flask) -> None:
    app = served_city
    agent, admin = agent_at(app), clerk(app, "demo-admin", "")
    assert agent.send(NEXT, {**STATE, "readers": ["Sony FeliCa Port/PaSoRi 4.0 0"]})[0] == 204
    page = admin.get(DEVICES).text
    assert "Sony FeliCa Port/PaSoRi 4.0 0" in page and f"読取プログラム {STATE['version']}" in page
    assert agent.send(NEXT, {**STATE, "readers": [], "problem": "no_reader"})[0] == 204
    assert "読取装置が接続されていません" in admin.get(DEVICES).text
    for wrong in ({"readers": "x"}, {"readers": [3]}, {"problem": "<b>"}, {"problem": []}):
        assert agent.send(NEXT, {**STATE, **wrong})[0] == 422, wrong
    for old in ("0.9.9", "", "1.0", None, "9" * 9 + ".0.0"):
        assert agent.send(NEXT, {**STATE, "version": old})[0] == 426, old
    agent.wire, honest = (lambda *_sent: (426, b'{"error": "too_old"}')), agent.wire
    with pytest.raises(TooOld):
        agent.terminal.next_slot([])
    agent.wire = honest
    assert re.fullmatch(r"demo-[0-9a-f]{16}", agent.terminal.identity.environment)


def test_a_scanned_code_is_searched_for_as_if_it_were_typed(served_city: Flask) -> None:
    app = served_city
    agent, desk = agent_at(app), clerk(app)
    case = desk.open_case()
    number = stored(app, case).number
    slot = asked(desk)
    request = agent.next()
    assert request and request["scan"] is True
    path = f"/cards/slots/{slot}/answer"
    for wrong in ("", "架空", "a\nb", "x" * 201, 5):
        assert agent.send(path, {"outcome": "scanned", "scanned": wrong})[0] == 422, wrong
    assert agent.send(path, {"outcome": "scanned", "scanned": number})[0] == 204
    assert "二次元コードを読み取りました" in desk.get(f"/cards/slots/{slot}").text
    assert desk.post("/residents/search/card", slot=slot).headers["Location"] == f"/cases/{case}"
    assert desk.post("/residents/search/card", slot=slot).status_code == 409, "used once"
    bound = asked(desk, case)
    asked_for = agent.next()
    assert asked_for and asked_for["scan"] is False
    assert agent.send(f"/cards/slots/{bound}/answer", {"outcome": "scanned", "scanned": number})[0] == 422


def test_names_stand_in_the_form_and_in_the_case_as_on_the_card(served_city: Flask) -> None:
    app = served_city
    agent, desk = agent_at(app), clerk(app)
    for turn, person in enumerate(people(300)[4:300:43]):
        slot = asked(desk)
        assert (
            agent.answer(slot, name=person.name, birth=person.birth, sex=person.sex, address=person.address)
            == 204
        )
        answer = desk.post("/cases", token=f"{turn:02x}" * 16, manual="1", slot=slot)
        case = str(answer.headers["Location"]).rsplit("/", 1)[1]
        page = desk.see(case).text
        assert f'value="{escape(person.name)}"' in page and str(escape(person.address)) in page, person
        typed = {"name": person.name, "birth": person.birth, "sex": person.sex, "address": person.address}
        assert desk.identify(case, **typed).status_code == 303
        visitor = stored(app, case).visitor
        assert visitor and (visitor.value("name"), visitor.value("address")) == (person.name, person.address)


PAIRS = 6


def test_two_desks_that_read_at_once_never_get_each_others_card(served_city: Flask) -> None:
    """`scripts/storm.py cards` does it ten thousand times."""
    app = served_city
    agents = (agent_at(app), agent_at(app, "2番"))
    desks = (clerk(app), colleague(app))
    for desk, seat in zip(desks, ("1番", "2番"), strict=True):
        assert desk.post("/cards/seat", seat=seat).status_code == 303
    person, start, crossed = resident(app), threading.Barrier(2), []

    def read(desk: Desk, agent: CardAgent, mark: str) -> None:
        for turn in range(PAIRS):
            mine = f"架空　{mark}{turn}"
            start.wait(30)
            slot = asked(desk)
            request = agent.next()
            assert request and request["slot"] == slot
            assert agent.answer(slot, **held(person, name=mine)) == 204
            answer = desk.post("/cases", token=f"{turn:02}{ord(mark):02x}" * 8, manual="1", slot=slot)
            case = str(answer.headers["Location"]).rsplit("/", 1)[1]
            if stored(app, case).fact("card.reading")["values"]["name"] != mine:
                crossed.append(mine)

    errors: list[BaseException] = []

    def watched(*given: object) -> None:
        try:
            read(*given)  # type: ignore[arg-type]
        except BaseException as error:
            errors.append(error)
            start.abort()

    threads = [
        threading.Thread(target=watched, args=(desk, agent, mark))
        for desk, agent, mark in zip(desks, agents, "AB", strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == [] and crossed == []
