"""A screen without a monitor, and somebody who looks at a window's title there and presses keys (Xvfb, Xlib)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

KEY_PRESS, KEY_RELEASE = 2, 3
TO_ITS_MAKER = 0
"""The mask of an event for the program whose window it is."""
SHIFT = 1
ANY_TYPE = 0
KEYS = {"\n": "Return", "\b": "BackSpace"}


class _KeyEvent(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong), ("root", ctypes.c_ulong), ("subwindow", ctypes.c_ulong), ("time", ctypes.c_ulong),
        ("x", ctypes.c_int), ("y", ctypes.c_int), ("x_root", ctypes.c_int), ("y_root", ctypes.c_int),
        ("state", ctypes.c_uint), ("keycode", ctypes.c_uint), ("same_screen", ctypes.c_int), ("rest", ctypes.c_long * 24),
    )  # fmt: skip


class DisplayMissing(Exception):
    """What is not there."""


@contextlib.contextmanager
def running_display() -> Iterator[str]:
    """The name of a screen of 1366×768 that nothing else uses. Raises DisplayMissing."""
    if shutil.which("Xvfb") is None:
        raise DisplayMissing("Xvfb is not installed: the window of the card reader agent")
    reads, writes = os.pipe()
    command = ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1366x768x24", "-noreset"]
    process = subprocess.Popen(command, pass_fds=(writes,), stderr=subprocess.DEVNULL)
    os.close(writes)
    with os.fdopen(reads) as number:
        name = f":{number.readline().strip()}"
    try:
        yield name
    finally:
        process.terminate()
        process.wait()


class Onlooker:
    """Somebody in front of the screen ``name``."""

    def __init__(self, name: str) -> None:
        try:
            self._x = x = ctypes.CDLL("libX11.so.6")
        except OSError:
            raise DisplayMissing("libX11 is not installed") from None
        x.XOpenDisplay.restype = ctypes.c_void_p
        x.XDefaultRootWindow.restype = x.XInternAtom.restype = x.XStringToKeysym.restype = ctypes.c_ulong
        x.XKeysymToKeycode.argtypes = (ctypes.c_void_p, ctypes.c_ulong)
        self._handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_error: 0)
        # A window that closes while it is looked at is no error here.
        x.XSetErrorHandler(self._handler)
        self._display = ctypes.c_void_p(x.XOpenDisplay(name.encode()))
        assert self._display, f"no display {name}"

    def close(self) -> None:
        self._x.XCloseDisplay(self._display)

    def titles(self) -> dict[str, int]:
        """The windows that carry a title."""
        found = {}
        for window in self._below(self._x.XDefaultRootWindow(self._display)):
            title = self._title(window)
            if title:
                found[title] = window
        return found

    def types(self, window: int, text: str) -> None:
        """Press the keys of ``text`` in a window, one after the other."""
        for char in text:
            keysym = self._x.XStringToKeysym(KEYS.get(char, char).encode())
            keycode = self._x.XKeysymToKeycode(self._display, keysym) & 0xFF
            for kind in (KEY_PRESS, KEY_RELEASE):
                event = _KeyEvent(
                    type=kind, send_event=1, display=self._display, window=window,
                    root=self._x.XDefaultRootWindow(self._display), state=SHIFT if char.isupper() else 0, keycode=keycode,
                    same_screen=1,
                )  # fmt: skip
                self._x.XSendEvent(
                    self._display, ctypes.c_ulong(window), 0, ctypes.c_long(TO_ITS_MAKER), ctypes.byref(event)
                )
        self._x.XSync(self._display, 0)

    def _below(self, window: int) -> list[int]:
        """The windows directly on another one."""
        ignored, count = ctypes.c_ulong(), ctypes.c_uint()
        children = ctypes.POINTER(ctypes.c_ulong)()
        there = self._x.XQueryTree(
            self._display, ctypes.c_ulong(window), ctypes.byref(ignored), ctypes.byref(ignored), ctypes.byref(children),
            ctypes.byref(count),
        )  # fmt: skip
        found = [children[place] for place in range(count.value)] if there else []
        if found:
            self._x.XFree(children)
        return found

    def _title(self, window: int) -> str:
        name = self._atom("_NET_WM_NAME")
        kind, form, rest = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_ulong()
        length, text = ctypes.c_ulong(), ctypes.POINTER(ctypes.c_char)()
        refused = self._x.XGetWindowProperty(
            self._display, ctypes.c_ulong(window), name, ctypes.c_long(0), ctypes.c_long(200), 0, ctypes.c_ulong(ANY_TYPE),
            ctypes.byref(kind), ctypes.byref(form), ctypes.byref(length), ctypes.byref(rest), ctypes.byref(text),
        )  # fmt: skip
        if refused or not text:
            return ""
        said = bytes(text[: length.value])
        self._x.XFree(text)
        return said.decode("utf-8", "replace")

    def _atom(self, name: str) -> Any:
        return ctypes.c_ulong(self._x.XInternAtom(self._display, name.encode(), 0))
