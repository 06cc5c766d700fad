"""Every kind of card, from a virtual reader behind the real pcscd, through the real agent, into the fields of a case."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.domain.dates import PartialDate, format_wareki
from cardreader_agent.agent import Agent
from cardreader_agent.at_hand import CardsAtHand
from cardreader_agent.codes import CodeLog
from cardreader_agent.reading import Card, Picture, Question, Reading, Secret, Stage
from cardreader_agent.window import words
from cardreader_agent.wire.server import Server
from cardreader_agent.wire.settings import Settings
from cardreader_agent.wire.terminal import Slot, Terminal, pair
from tests.agent.at_the_counter import Person, try_card
from tests.agent.test_faults import KINDS
from tests.agent.virtual.slot import Pcscd, PcscMissing, running_pcscd
from tests.browser.conftest import Site, accessibility_problems, code_for, settled
from tests.conftest import leave_out

FIELDS = {"name": "氏名", "kana": "カナ", "birth": "生年月日", "address": "住所"}


class Visitor:
    """Somebody at the agent's window who types what the card on the reader wants."""

    def __init__(self) -> None:
        self.person = Person()
        self.said: list[str] = []

    def rest(self, trouble: str) -> None:
        self.said.append(f"rest:{trouble}")

    def open(self, slot: Slot) -> None:
        self.said.append("open")

    def progress(self, stage: Stage, card: Card | None) -> None: ...

    def ask(self, question: Question, stopped: Callable[[], bool]) -> Secret | None:
        return self.person(question)

    def stopped(self) -> bool:
        return False

    def hold(self, title: str, advice: str) -> None: ...

    def close(self, title: str, advice: str, pictures: tuple[Picture, ...] = ()) -> None:
        self.said.append(title)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Pcscd]:
    if importlib.util.find_spec("smartcard") is None:
        leave_out("pyscard is not installed (requirements-agent.txt)")
    try:
        (tmp_path / "pcscd").mkdir()
        with running_pcscd(tmp_path / "pcscd") as running:
            yield running
    except PcscMissing as missing:
        leave_out(str(missing))


@pytest.fixture
def visitor(browser: Browser, site: Site, daemon: Pcscd, tmp_path: Path) -> Iterator[Visitor]:
    """Who stands at the first seat; the agent runs beside him, its window apart."""
    server = Server(Settings(site.url))
    identity = pair(server.post, code_for(browser, site, "カード読取装置", "1番"))
    cards = CardsAtHand(Settings(site.url, reader=daemon.slots[0].name))
    who, log, ended = Visitor(), CodeLog(tmp_path), threading.Event()
    agent = Agent(lambda: Terminal(server.post, identity), cards, who, log)
    thread = threading.Thread(target=agent.run, args=(ended,), daemon=True)
    thread.start()
    yield who
    ended.set()
    thread.join(30)
    cards.close()
    log.close()


def begin(page: Page) -> None:
    """A reception of somebody who is in no register."""
    page.goto("/")
    page.get_by_role("searchbox", name="宛名検索").fill("ダレモイナイ ヒト")
    page.locator("#results").get_by_role("button", name="手入力で受付する").click()
    page.get_by_role("heading", level=1, name="本人確認").wait_for()
    settled(page)


def test_every_kind_of_card_stands_in_the_fields(
    visitor: Visitor, daemon: Pcscd, page: Page, sign_in_page: Callable[..., Page]
) -> None:
    sign_in_page("demo-counter", "市民課")
    for name, kind in KINDS.items():
        meant = try_card(kind.make(), kind.person())
        assert isinstance(meant, Reading), name
        visitor.person = kind.person()
        begin(page)
        card = kind.make()
        with daemon.slots[0].card(card):
            page.keyboard.press("F4")
            page.get_by_text(f"{_title(meant.card)}から").first.wait_for()
        assert card.secrets_sent <= 1, name
        for field, label in FIELDS.items():
            text = meant.values.get(field, "")
            shown = format_wareki(PartialDate.from_iso(text)) if field == "birth" and text else text
            expect(page.locator(f"#{field}"), f"{name}: {label}").to_have_value(shown)
        expect(page.locator("#sex")).to_have_value(meant.values.get("sex", ""))
        if any(picture.shows == ("name",) for picture in meant.pictures):
            drawn = page.locator(".card-name img")
            assert drawn.evaluate("image => image.complete && image.naturalWidth > 50"), name
    assert accessibility_problems(page) == []
    # A card that is pulled away: the page says what to do, nothing is filled, and the next card reads.
    begin(page)
    kind = KINDS["pin"]
    visitor.person, card = kind.person(), kind.make()
    card.faults[6] = daemon.slots[0].pull
    with daemon.slots[0].card(card):
        page.keyboard.press("F4")
        page.locator(".notice-title").get_by_text("途中でカードが離れました").wait_for()
        expect(page.locator("#name")).to_have_value("")
    visitor.person = kind.person()
    with daemon.slots[0].card(kind.make()):
        page.get_by_role("button", name="もう一度読み取る").click()
        page.get_by_text("マイナンバーカードから").first.wait_for()
    expect(page.locator("#name")).to_have_value("玉名　花子")


def _title(card: Card) -> str:
    return words.CARDS[card]
