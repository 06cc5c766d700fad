"""The window: in the task bar while nothing is read, in front of everything while its own slot is open.

Tk belongs to the thread that runs `Screen.run`; the agent's thread puts what it wants to show into a queue.
"""

from __future__ import annotations

import queue
import threading
import tkinter as tk
from collections.abc import Callable, Sequence

from cardreader_agent.check import Finding
from cardreader_agent.reading import Card, Picture, Question, Secret, Stage
from cardreader_agent.window import look, words
from cardreader_agent.window.asking import Asking
from cardreader_agent.wire.terminal import Slot

LOOK_EVERY = 50
"""Milliseconds between two looks into the queue."""
SHOWN_FOR = 4_000
"""Milliseconds that the end of a reading stays to be seen."""
PICTURES_FOR = 60_000


class Screen:
    """The agent's face on the counter PC."""

    def __init__(self, place: str, findings: Sequence[Finding] = ()) -> None:
        self.root = tk.Tk(className="KakanaiCardReader")
        self.root.title("カード読取")
        self.root.configure(background=look.GROUND)
        self.root.protocol("WM_DELETE_WINDOW", self._closed)
        self.root.bind("<Escape>", lambda _event: self._closed())
        look.scale(self.root)
        self._place = place
        self._todo: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._slot: Slot | None = None
        self._stop = threading.Event()
        self._asking: Asking | None = None
        self._trouble = ""
        self._later: str | None = None
        self._drawn: list[tk.PhotoImage] = []
        self._reporting = False
        self._rest("")
        wrong = [one for one in findings if not one.good]
        if wrong:
            self._reporting = True
            self._report(wrong)
        else:
            self.root.iconify()

    def run(self, ended: threading.Event) -> None:
        """Until ``ended``."""

        def pump() -> None:
            while not self._todo.empty():
                self._todo.get()()
            if ended.is_set():
                self.root.destroy()
            else:
                self.root.after(LOOK_EVERY, pump)

        pump()
        self.root.mainloop()

    # The face: called from the agent's thread.

    def rest(self, trouble: str) -> None:
        """See `Face.rest`."""
        self._todo.put(lambda: self._rest(trouble))

    def open(self, slot: Slot) -> None:
        """See `Face.open`."""
        self._stop.clear()
        self._todo.put(lambda: self._open(slot))

    def progress(self, stage: Stage, card: Card | None) -> None:
        """See `Face.progress`."""
        if stage is not Stage.SECRET:
            self._todo.put(lambda: self._progress(stage, card))

    def ask(self, question: Question, stopped: Callable[[], bool]) -> Secret | None:
        """See `Face.ask`."""
        answered: queue.SimpleQueue[Secret | None] = queue.SimpleQueue()
        given_up = threading.Event()

        def answer(secret: Secret | None) -> None:
            if secret is not None and given_up.is_set():
                secret.wipe()
            else:
                answered.put(secret)

        self._todo.put(lambda: self._ask(question, answer))
        while True:
            try:
                return answered.get(timeout=0.5)
            except queue.Empty:
                if stopped() or not question.is_there():
                    break
        given_up.set()
        self._todo.put(self._end_asking)
        while not answered.empty():
            late = answered.get()
            if late is not None:
                late.wipe()
        return None

    def stopped(self) -> bool:
        """See `Face.stopped`."""
        return self._stop.is_set()

    def hold(self, title: str, advice: str) -> None:
        """See `Face.hold`."""
        self._todo.put(lambda: self._hold(title, advice))

    def close(self, title: str, advice: str, pictures: tuple[Picture, ...] = ()) -> None:
        """See `Face.close`."""
        self._todo.put(lambda: self._close(title, advice, pictures))

    # Tk's thread.

    def _rest(self, trouble: str) -> None:
        self._trouble = trouble
        title, advice = words.TROUBLES[trouble]
        if self._slot is None and self._later is None and not self._reporting:
            self._page(title, advice, "")
        elif self._slot is None:
            self._name(title)

    def _report(self, wrong: Sequence[Finding]) -> None:
        """What the self-check found; it stays until it is put away or a card is read."""
        body = self._frame("起動時の点検")
        look.title(body, "直すところがあります")
        for one in wrong:
            look.text(body, f"・{one.what}")
            look.note(body, one.advice)
        look.quiet_button(body, "閉じる", self._closed)
        self.root.deiconify()

    def _open(self, slot: Slot) -> None:
        self._forget_later()
        self._slot, self._reporting = slot, False
        self._progress(Stage.WAITING, None)
        self.root.deiconify()
        self.root.attributes("-topmost", True)
        self.root.lift()
        self.root.focus_force()

    def _progress(self, stage: Stage, card: Card | None) -> None:
        if self._slot is None:
            return
        self._end_asking()
        title, advice = words.STAGES[stage]
        self._page(title, advice, words.CARDS[card] if card else "", busy=stage is Stage.CARD)

    def _ask(self, question: Question, answer: Callable[[Secret | None], None]) -> None:
        body = self._frame(words.CARDS[question.card])
        self._name(words.STAGES[Stage.SECRET][0])

        def done(secret: Secret | None) -> None:
            self._asking = None
            if secret is None:
                self._stop.set()
            answer(secret)

        self._asking = Asking(body, question, done)

    def _end_asking(self) -> None:
        if self._asking is not None:
            self._asking.end()
            self._asking = None

    def _hold(self, title: str, advice: str) -> None:
        self._end_asking()
        self._page(title, advice, "", button="")

    def _close(self, title: str, advice: str, pictures: tuple[Picture, ...]) -> None:
        self._end_asking()
        self._page(title, advice, "", pictures=pictures, button="閉じる")
        self._later = self.root.after(PICTURES_FOR if pictures else SHOWN_FOR, self._put_away)

    def _put_away(self) -> None:
        self._forget_later()
        self._slot, self._reporting = None, False
        self._drawn.clear()
        self.root.attributes("-topmost", False)
        self._rest(self._trouble)
        self.root.iconify()

    def _forget_later(self) -> None:
        if self._later is not None:
            self.root.after_cancel(self._later)
            self._later = None

    def _closed(self) -> None:
        """«やめる», the cross and Esc: stop a reading, otherwise only put the window away."""
        if self._slot is not None and self._later is None:
            self._stop.set()
        else:
            self._put_away()

    # Drawing.

    def _name(self, title: str) -> None:
        """What the task bar says of it, also while the window is put away."""
        self.root.title(f"カード読取：{title}")

    def _frame(self, card: str) -> tk.Frame:
        """An empty page below its head; what was there before is gone."""
        for child in self.root.winfo_children():
            child.destroy()
        slot = self._slot
        where = f"{slot.counter}　{slot.seat}" if slot else self._place
        look.head(self.root, card or "カードの読み取り", where)
        body = look.body(self.root)
        if slot is not None:
            look.note(body, words.for_which(slot.reception))
            look.note(body, words.read_what(slot.fields))
        return body

    def _page(
        self, title: str, advice: str, card: str, *, busy: bool = False, pictures: tuple[Picture, ...] = (),
        button: str = "やめる",
    ) -> None:  # fmt: skip
        body = self._frame(card)
        self._name(title)
        look.title(body, title)
        look.text(body, advice)
        if busy:
            look.running(body)
        self._drawn = [tk.PhotoImage(data=one.png) for one in pictures]
        for image, picture in zip(self._drawn, pictures, strict=True):
            named = "・".join(words.FIELDS[name] for name in picture.shows if name in words.FIELDS)
            look.text(body, f"{named}は画像です。見て、職員の画面に入力してください。")
            tk.Label(body, image=image, background=look.WHITE).pack(pady=8)
        if self._slot is not None and button:
            look.quiet_button(body, button, self._closed)
