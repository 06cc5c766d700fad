"""A two-dimensional scanner at a serial port (USB-COM): while a slot is open, what it scans answers the slot instead of a card.

What it sends never passes through the keyboard, so no input method can turn it into kana.
"""

from __future__ import annotations

import threading
from typing import Any

LONGEST = 200
_WAIT = 0.2


def is_there(port: str) -> bool:
    """Whether the port can be opened now."""
    scanner = Scanner(port)
    found = scanner.open()
    scanner.close()
    return found


class Scanner:
    """Listens at one port between `open` and `close`."""

    def __init__(self, port: str) -> None:
        self.port = port
        self.text = ""
        """The first code that came since `open`, without its line end; empty while none did."""
        self._device: Any = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> bool:
        """Begin to listen, without what was scanned before; False when the port is not there."""
        self.text = ""
        self._ended.clear()
        try:
            import serial
        except ImportError:
            return False
        try:
            self._device = serial.serial_for_url(self.port, timeout=_WAIT)
            self._device.reset_input_buffer()
        except (serial.SerialException, OSError, ValueError):
            self._device = None
            return False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return True

    def close(self) -> None:
        """Stop listening; never raises."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(5)
            self._thread = None
        if self._device is not None:
            self._device.close()
            self._device = None

    def _listen(self) -> None:
        line = bytearray()
        while not self._ended.is_set() and not self.text:
            try:
                got = self._device.read(1)
            except OSError:
                return
            if got in {b"\r", b"\n"}:
                self.text = _read(bytes(line))
                line.clear()
            elif len(line) < LONGEST:
                line += got


def _read(line: bytes) -> str:
    """The code's text; empty for what is not printable ASCII."""
    text = line.strip()
    return text.decode("ascii") if text.isascii() and text.decode("ascii").isprintable() else ""
