"""A counter with everything real: the product's server, the agent's program with its window, pcscd. Whatever breaks, the
clerk's page and the window say so, and the next card is read without anything being started anew."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import create_app
from app.extensions import db
from tests.agent.counter_pc import Cable, Clerk, CounterPc, counter_pc, wait
from tests.agent.display import DisplayMissing
from tests.agent.traces import Sought, dumps_itself, family, in_files, in_memory, listening, lives
from tests.agent.virtual.card import VirtualCard
from tests.agent.virtual.licence import Licence, entries
from tests.agent.virtual.my_number import NEVER, MyNumberCard, four_items
from tests.agent.virtual.radio import Field
from tests.agent.virtual.slot import Pcscd
from tests.conftest import leave_out, prepare_city_template, settings_for
from tests.desk import Desk
from tests.http import HttpBrowser
from tests.integration.server import Server
from tests.stores import SqliteStore

NAME, ADDRESS = "玉名　瑠璃子", "熊本県玉名市岩崎１６３番地"
PRINTED = b"71034620288695"
PINS = (b"7391", b"8264", b"4917", b"6038", b"5829", b"9463")
READ, LAY_DOWN, NOBODY = "カードを読み取りました", "カードを読取装置に置いてください", "応答がありません"


@dataclass
class Counter:
    """The front counter with one PC."""

    folder: Path
    server: Server
    cable: Cable
    pc: CounterPc
    clerk: Clerk
    daemon: Pcscd

    def licence(self) -> VirtualCard:
        """A card that asks nobody for anything."""
        return Licence(entries(NAME, "タマナルリコ", ADDRESS), pin=None)

    def reads_the_next(self) -> None:
        with self.daemon.slots[0].card(self.licence()):
            self.clerk.asks()
            self.clerk.sees(READ)
        self.clerk.finds(NAME)

    def is_asked(self) -> None:
        """A reading is under way, and the agent waits for the card."""
        told = len(self.pc.log())
        self.clerk.asks()
        self.pc.logs("slot slot=", told)
        self.clerk.sees(LAY_DOWN)


@pytest.fixture
def counter(daemon: Pcscd, sqlite_store: SqliteStore, city_feeds: Path, tmp_path: Path) -> Iterator[Counter]:
    folder = tmp_path / "counter"
    folder.mkdir()
    prepare_city_template(sqlite_store, city_feeds, folder)
    database = Path(sqlite_store.copy("city").removeprefix("sqlite:///")).rename(folder / "city.db")
    app = create_app(settings_for(folder / "instance", f"sqlite:///{database}"))
    server = Server(app)
    cable = Cable(lambda: server.port)
    try:
        with counter_pc(folder / "pc") as pc:
            server.start()
            browser = HttpBrowser(server.port)
            clerk = Clerk(server, browser, Desk(browser).sign_in())
            pc.pair(cable.port, clerk.code("1番"), reader=daemon.slots[0].name)
            pc.start()
            yield Counter(folder, server, cable, pc, clerk, daemon)
    except DisplayMissing as missing:
        leave_out(str(missing))
    finally:
        cable.cut()
        server.kill()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_whatever_breaks_the_next_card_is_read(counter: Counter) -> None:
    """In turn at one counter; nothing but what is named is ever started anew."""
    no_secret_is_left(counter)
    killed(counter)
    unplugged(counter)
    pcscd_restarted(counter)
    server_restarted(counter)
    network_cut(counter)
    two_agents(counter)


def no_secret_is_left(counter: Counter) -> None:
    """After a reading by PIN, in what went over the wire, every file of agent and server, and all memory of the agent's processes."""
    pc, clerk, daemon = counter.pc, counter.clerk, counter.daemon

    def traces(*sought: Sought) -> dict[str, list[bytes]]:
        found = {f"process {pid}": in_memory(pid, *sought) for pid in family(pc.pid)}
        found["files"] = in_files(counter.folder, *sought)
        found["wire"] = [
            place for passed in counter.cable.passed for one in sought for place in one.places(passed)
        ]
        return {name: places for name, places in found.items() if places}

    # One of which nothing like it stands anywhere before, not by chance either.
    pin = next(one for one in PINS if not traces(Sought(one)))
    card = MyNumberCard(four_items(NAME, ADDRESS), pin=pin, printed=PRINTED)
    with daemon.slots[0].card(card):
        clerk.asks()
        clerk.sees("暗証番号などを入力")
        pc.says("入力してください")
        used = family(pc.pid)[1:]
        pc.types(f"{pin.decode()}\n")
        clerk.sees(READ)
    clerk.finds(NAME)
    assert card.secrets_sent == 1
    wait(
        lambda: any(NAME.encode() in passed for passed in counter.cable.passed),
        lambda: "nothing was captured",
    )
    wait(lambda: not set(used) & set(family(pc.pid)), lambda: "the process through which the PIN went lives")
    assert traces(Sought(pin), Sought(NEVER), Sought(PRINTED)) == {}
    assert not any(dumps_itself(pid) or listening(pid) for pid in family(pc.pid))


def killed(counter: Counter) -> None:
    pc, clerk = counter.pc, counter.clerk
    counter.is_asked()
    beside = family(pc.pid)[1:]
    pc.ends(signal.SIGABRT)
    wait(lambda: not any(map(lives, beside)), lambda: "its reader's process lives")
    assert not list(pc.folder.rglob("core*")), "no core dump"
    clerk.some_time_passes()
    clerk.sees(NOBODY)
    with counter.daemon.slots[0].card(counter.licence()):
        pc.start()
        # The reading that was open is taken up again.
        clerk.sees(READ)
    counter.reads_the_next()


def unplugged(counter: Counter) -> None:
    pc, clerk = counter.pc, counter.clerk
    counter.daemon.unplug()
    clerk.asks()
    clerk.sees("読取装置が接続されていません", "USBケーブルを確かめて")
    pc.says("読取装置がつながっていません")
    pc.logs("outcome=no_reader")
    counter.daemon.plug()
    counter.reads_the_next()


def pcscd_restarted(counter: Counter) -> None:
    pc, clerk, told = counter.pc, counter.clerk, len(counter.pc.log())
    counter.is_asked()
    counter.daemon.stop()
    clerk.sees("読取装置が接続されていません")
    pc.logs("outcome=no_reader sw=8010001", told)
    counter.daemon.start()
    counter.reads_the_next()


def server_restarted(counter: Counter) -> None:
    """In the middle of a reading: it goes on where it was."""
    pc, clerk, told = counter.pc, counter.clerk, len(counter.pc.log())
    counter.is_asked()
    counter.server.kill()
    pc.logs("beat-lost", told)
    counter.server.start()
    clerk.browser.port = counter.server.port
    clerk.sees(LAY_DOWN)
    with counter.daemon.slots[0].card(counter.licence()):
        clerk.sees(READ)
    counter.reads_the_next()


def network_cut(counter: Counter) -> None:
    """While a card is read, and while nothing is."""
    pc, clerk, told = counter.pc, counter.clerk, len(counter.pc.log())
    counter.is_asked()
    counter.cable.cut()
    with counter.daemon.slots[0].card(counter.licence()):
        pc.logs("answer-held", told)
        pc.says("サーバーにつながりません")
    clerk.some_time_passes()
    clerk.sees(NOBODY)
    counter.cable.mend()
    clerk.sees(READ)
    pc.logs("taken=yes", told)
    counter.cable.cut()
    pc.logs("trouble code=network", told)
    counter.cable.mend()
    counter.reads_the_next()


def two_agents(counter: Counter) -> None:
    """On one PC the second ends by itself; at one seat the newer PC holds, and the older one says that it was shut out."""
    pc, clerk, told = counter.pc, counter.clerk, len(counter.pc.log())
    assert pc.runs() == (3, "読取プログラムは、この端末ですでに動いています。\n")
    counter.reads_the_next()
    with contextlib.closing(Field()) as field, counter_pc(counter.folder / "newer") as newer:
        newer.pair(counter.cable.port, clerk.code("1番"), nfc_device=field.path)
        newer.start()
        pc.says("この端末の登録は解除されています")
        pc.logs("trouble code=shut_out", told)
        with field.card(counter.licence()):
            clerk.asks()
            clerk.sees(READ)
        clerk.finds(NAME)
        newer.logs("outcome=read card=drivers_licence taken=yes")
