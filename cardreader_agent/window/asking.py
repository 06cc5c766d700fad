"""One page on which a secret is typed: by keyboard or touch, without echo, forgotten when the window loses the focus."""

from __future__ import annotations

import sys
import tkinter as tk
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from cardreader_agent.reading import Question, Secret, SecretKind, Tries
from cardreader_agent.window import entry, look, words

_DIGITS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("", "0", "⌫"))
_LETTERS = ("ABCDEFG", "HIJKLMN", "OPQRSTU", "VWXYZ⌫")
_NUMBERS = frozenset({SecretKind.PRINTED_NUMBER, SecretKind.CARD_NUMBER})


class Asking:
    """Asks for one of the ways that may be taken, the usual one first; ``done`` hears of it once."""

    def __init__(self, body: tk.Frame, question: Question, done: Callable[[Secret | None], None]) -> None:
        self._body, self._question, self._done = body, question, done
        self._open = [one for one in question.choices if one.tries is Tries.READY]
        self._shows = False
        self._entry = entry.Entry(self._open[0].kind)
        self._places: list[tk.Label] = []
        self._window = body.winfo_toplevel()
        self._bound = [
            ("<Key>", self._window.bind("<Key>", self._key)),
            ("<FocusOut>", self._window.bind("<FocusOut>", self._left)),
        ]
        self._page = tk.Frame(body, background=look.WHITE)
        self._page.pack(fill="both", expand=True)
        _without_ime(self._window)
        self._draw()
        self._watch = body.after(500, self._look)

    def end(self) -> None:
        """Nobody waits for it any more: forget what was typed."""
        entry.close(self._entry)
        self._body.after_cancel(self._watch)
        for event, bound in self._bound:
            self._window.unbind(event, bound)

    def _finish(self, secret: Secret | None) -> None:
        self.end()
        self._done(secret)

    def _switch(self, kind: SecretKind) -> None:
        entry.close(self._entry)
        self._entry, self._shows = entry.Entry(kind), False
        self._draw()

    def _key(self, event: tk.Event[tk.Misc]) -> None:
        if event.keysym in {"Return", "KP_Enter"}:
            self._send()
        elif event.keysym == "BackSpace":
            self._entry.back()
            self._refresh()
        elif event.char:
            self._type(event.char)

    def _type(self, char: str) -> None:
        letters = self._entry.wants_letter
        if char == "⌫":
            self._entry.back()
        else:
            self._entry.add(char)
        if letters is not self._entry.wants_letter:
            self._draw()
        else:
            self._refresh()

    def _send(self) -> None:
        secret = self._entry.take()
        if secret is not None:
            self._finish(secret)

    def _left(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self._window and len(self._entry):
            self._entry.forget()
            self._refresh()

    def _look(self) -> None:
        if self._entry.forget_when_left():
            self._refresh()
        self._watch = self._body.after(500, self._look)

    # Drawing.

    def _draw(self) -> None:
        for child in self._page.winfo_children():
            child.destroy()
        kind = self._entry.kind
        wanted = words.SECRETS[kind]
        left = next(one.left for one in self._open if one.kind is kind)
        for one in self._question.choices:
            if one.tries is not Tries.READY:
                look.warning(self._page, words.OUTCOMES[_outcome(one.tries)][0])
        look.title(self._page, wanted.title)
        look.text(self._page, f"{wanted.who}。{wanted.advice}")
        # The buttons keep their place when a line more stands above.
        self._draw_buttons(kind)
        self._draw_places(kind)
        look.note(self._page, words.left(left))
        keys = tk.Frame(self._page, background=look.WHITE)
        keys.pack(pady=6)
        for row, line in enumerate(_LETTERS if self._entry.wants_letter else _DIGITS):
            for column, char in enumerate(line):
                if char:
                    look.key(keys, char, partial(self._type, char), row, column)
        self._refresh()

    def _draw_places(self, kind: SecretKind) -> None:
        line = tk.Frame(self._page, background=look.WHITE)
        line.pack(pady=6)
        ends = [0]
        for size in entry.GROUPS[kind]:
            ends.append(ends[-1] + size)
        self._places = []
        for group, (start, end) in enumerate(pairwise(ends)):
            if group:
                tk.Label(line, text="－", background=look.WHITE).pack(side="left", padx=4)
            for _ in range(start, end):
                self._places.append(look.place(line))

    def _draw_buttons(self, kind: SecretKind) -> None:
        row = tk.Frame(self._page, background=look.WHITE)
        row.pack(side="bottom", fill="x", pady=(6, 0))
        look.quiet_button(row, "やめる", lambda: self._finish(None), side="left")
        for one in self._open:
            if one.kind is not kind:
                look.quiet_button(
                    row, words.SECRETS[one.kind].button, partial(self._switch, one.kind), side="left"
                )
        if kind in _NUMBERS:
            look.quiet_button(row, "番号を表示する", self._show, side="left")
        self._go = look.main_button(row, "読み取る", self._send)

    def _show(self) -> None:
        self._shows = not self._shows
        self._refresh()

    def _refresh(self) -> None:
        for place, label in enumerate(self._places):
            typed = place < len(self._entry)
            label.configure(text=(self._shows and self._entry.shown(place)) or ("●" if typed else ""))
        self._go.configure(state="normal" if self._entry.whole else "disabled")


def _outcome(tries: Tries) -> words.Outcome:
    return words.Outcome.LAST_TRY if tries is Tries.LAST else words.Outcome.BLOCKED


def _without_ime(window: tk.Wm) -> None:
    """Digits come as digits, whatever the input method is set to."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.imm32.ImmAssociateContext(int(window.frame(), 16), 0)  # type: ignore[attr-defined]
