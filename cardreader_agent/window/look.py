"""How the window looks: the colours of the product's screens, letters that are read from a step away, keys for fingers."""

from __future__ import annotations

import sys
import tkinter as tk
from collections.abc import Callable
from tkinter import font, ttk
from typing import Any, Literal

FRAME, ACTION, GROUND, WHITE, INK, QUIET, TINT, YELLOW = (
    "#00118f", "#0017c1", "#f2f2f2", "#ffffff", "#1a1a1a", "#4d4d4d", "#e8f1fe", "#ffd43d",
)  # fmt: skip
WIDTH, HEIGHT = 760, 690
_FAMILIES = (
    "Yu Gothic UI",
    "Meiryo",
    "BIZ UDPGothic",
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "IPAexGothic",
    "TakaoGothic",
)
_family = "TkDefaultFont"


def scale(root: tk.Tk) -> None:
    """Size and place the window; on Windows sharp on every monitor."""
    global _family
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shcore.SetProcessDpiAwareness(2)
    here = set(font.families(root))
    _family = next((one for one in _FAMILIES if one in here), "TkDefaultFont")
    wide, high = root.winfo_screenwidth(), root.winfo_screenheight()
    root.geometry(f"{WIDTH}x{HEIGHT}+{max(0, (wide - WIDTH) // 2)}+{max(0, (high - HEIGHT) // 2)}")
    root.minsize(WIDTH, HEIGHT)


def _font(size: int, weight: Literal["normal", "bold"] = "normal") -> tuple[str, int, str]:
    return (_family, -size, weight)


def head(parent: tk.Misc, what: str, where: str) -> None:
    """The dark line with what is read and where."""
    bar = tk.Frame(parent, background=FRAME)
    bar.pack(fill="x")
    for text, side, size in ((what, "left", 20), (where, "right", 16)):
        label = tk.Label(bar, text=text, background=FRAME, foreground=WHITE, font=_font(size, "bold"))
        label.pack(side=side, padx=20, pady=12)  # type: ignore[arg-type]


def body(parent: tk.Misc) -> tk.Frame:
    """The white page below it."""
    page = tk.Frame(parent, background=WHITE, padx=24, pady=14)
    page.pack(fill="both", expand=True, padx=12, pady=12)
    return page


def _label(parent: tk.Misc, text: str, size: int, **options: Any) -> tk.Label:
    shown = tk.Label(
        parent, text=text, font=_font(size, options.pop("weight", "normal")), wraplength=WIDTH - 90, justify="left",
        **{"background": WHITE, "foreground": INK, **options},
    )  # fmt: skip
    shown.pack(anchor="w", fill="x" if "padx" in options else "none")
    return shown


def title(parent: tk.Misc, text: str) -> None:
    """The one thing to know now."""
    _label(parent, text, 26, weight="bold", pady=4)


def text(parent: tk.Misc, said: str) -> None:
    """What to do."""
    _label(parent, said, 17, pady=2)


def note(parent: tk.Misc, said: str) -> None:
    """What goes with it."""
    _label(parent, said, 15, foreground=QUIET, pady=2)


def warning(parent: tk.Misc, said: str) -> None:
    """Black on yellow, as on the product's screens."""
    _label(parent, said, 17, weight="bold", background=YELLOW, foreground="#000000", padx=12, pady=6)


def running(parent: tk.Misc) -> None:
    """Something is under way."""
    bar = ttk.Progressbar(parent, mode="indeterminate", length=WIDTH - 120)
    bar.pack(pady=28)
    bar.start(15)


def place(parent: tk.Misc) -> tk.Label:
    """The place of one character."""
    shown = tk.Label(
        parent, width=2, font=_font(22, "bold"), background=TINT, foreground=INK, relief="solid", borderwidth=1, pady=4
    )  # fmt: skip
    shown.pack(side="left", padx=1)
    return shown


def key(parent: tk.Misc, char: str, press: Callable[[], None], row: int, column: int) -> None:
    """A key for a finger."""
    made = tk.Button(
        parent, text=char, command=press, font=_font(22), width=3, background=GROUND, foreground=INK, takefocus=False,
        relief="solid", borderwidth=1, pady=2,
    )  # fmt: skip
    made.grid(row=row, column=column, padx=4, pady=3, ipadx=4, ipady=2)


def main_button(parent: tk.Misc, label: str, press: Callable[[], None]) -> tk.Button:
    """The one way on."""
    made = tk.Button(
        parent, text=label, command=press, font=_font(18, "bold"), background=ACTION, foreground=WHITE, relief="flat",
        activebackground=FRAME, activeforeground=WHITE, disabledforeground="#b8c6f0", padx=22, pady=9, highlightthickness=3,
    )  # fmt: skip
    made.pack(side="right")
    return made


def quiet_button(
    parent: tk.Misc,
    label: str,
    press: Callable[[], None],
    side: Literal["left", "right", "bottom"] = "bottom",
) -> None:
    """Another way."""
    made = tk.Button(
        parent, text=label, command=press, font=_font(16), background=WHITE, foreground=ACTION, relief="solid",
        borderwidth=1, padx=14, pady=9, highlightthickness=3,
    )  # fmt: skip
    made.pack(side=side, padx=(0, 8), pady=0)
