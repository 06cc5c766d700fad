"""The window itself, on a screen of its own: what is typed is taken, never shown, and forgotten when the window is left."""

from __future__ import annotations

import importlib.util
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from cardreader_agent.reading import Card, Choice, Question, Secret, SecretKind, Stage, Tries
from cardreader_agent.wire.terminal import Slot
from tests.agent.display import DisplayMissing, running_display
from tests.conftest import leave_out

if TYPE_CHECKING:
    import tkinter as tk

    from cardreader_agent.window.screen import Screen

SLOT = Slot(
    "s" * 32, "R8-04-000123-7", "市民課", "1番", ("name", "birth", "sex", "address"), 60, "demo-1", False
)
PIN, NUMBER = "7391", "55021720352285"


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    if importlib.util.find_spec("tkinter") is None:
        leave_out("tkinter is not installed: the window of the card reader agent")
    from cardreader_agent.window.screen import Screen

    try:
        with running_display() as name:
            monkeypatch.setenv("DISPLAY", name)
            yield Screen("市民課　1番")
    except DisplayMissing as missing:
        leave_out(str(missing))


def shown(widget: tk.Misc) -> list[str]:
    """Every text on the window."""
    found = [str(widget.cget("text"))] if widget.winfo_class() in {"Label", "Button"} else []
    return found + [text for child in widget.winfo_children() for text in shown(child)]


def question(*choices: Choice) -> Question:
    return Question(Card.MY_NUMBER, choices, lambda: True)


BOTH = question(
    Choice(SecretKind.TEXT_PIN, 3, Tries.READY), Choice(SecretKind.PRINTED_NUMBER, 10, Tries.READY)
)
ONE_LEFT = question(
    Choice(SecretKind.TEXT_PIN, 1, Tries.LAST), Choice(SecretKind.PRINTED_NUMBER, 10, Tries.READY)
)


class Hand:
    """Works the window from another thread, as the agent and a person do."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.texts: list[str] = []

    def does(self, act: Callable[[], object]) -> None:
        """In Tk's thread, after what is under way."""
        done = threading.Event()
        self.screen._todo.put(lambda: (act(), self.screen.root.update(), done.set()))  # type: ignore[func-returns-value]
        assert done.wait(20)

    def types(self, text: str) -> None:
        for char in text:
            self.does(lambda char=char: self.screen.root.event_generate(f"<Key-{char}>"))  # type: ignore[misc]

    def asked(self, asks: Question, act: Callable[[], None]) -> Secret | None:
        """What comes of a question while somebody acts."""
        came: list[Secret | None] = []
        thread = threading.Thread(target=lambda: came.append(self.screen.ask(asks, lambda: False)))
        thread.start()
        until = time.monotonic() + 20
        while self.screen._asking is None and time.monotonic() < until:
            time.sleep(0.02)
        act()
        thread.join(20)
        return came[0]


def test_what_is_typed_is_taken_and_never_shown(screen: Screen) -> None:
    hand, ended, came = Hand(screen), threading.Event(), dict[str, object]()

    def pin() -> None:
        hand.types(PIN[:3])
        # Whoever looks at another window has left: what was typed is gone.
        hand.does(lambda: screen.root.event_generate("<FocusOut>"))
        came["left"] = len(screen._asking._entry) if screen._asking else -1
        hand.types(PIN)
        hand.does(lambda: hand.texts.extend(shown(screen.root)))
        hand.does(lambda: screen.root.event_generate("<Return>"))

    def printed() -> None:
        hand.does(lambda: hand.texts.extend(shown(screen.root)))
        hand.types(NUMBER)
        hand.does(lambda: screen.root.event_generate("<Return>"))

    def work() -> None:
        try:
            screen.open(SLOT)
            screen.progress(Stage.WAITING, None)
            came["pin"] = hand.asked(BOTH, pin)
            came["printed"] = hand.asked(ONE_LEFT, printed)
            came["stopped"] = hand.asked(
                BOTH, lambda: hand.does(lambda: screen._asking and screen._asking._finish(None))
            )
            screen.close("読み取りました", "カードをお取りください。")
        finally:
            ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    screen.run(ended)
    thread.join(20)
    assert came["left"] == 0 and came["stopped"] is None and screen.stopped()
    for name, kind, value in (
        ("pin", SecretKind.TEXT_PIN, PIN),
        ("printed", SecretKind.PRINTED_NUMBER, NUMBER),
    ):
        secret = came[name]
        assert isinstance(secret, Secret) and secret.kind is kind and bytes(secret.value).decode() == value
    said = "".join(hand.texts)
    assert (
        "R8-04-000123-7" in said and "あと3回入力できます" in said and "暗証番号の入力はあと1回です" in said
    )
    assert hand.texts.count("●") == len(PIN) and not any(len(text) > 1 and PIN in text for text in hand.texts)
