"""A virtual card in the field of nfcpy's UDP device: type B activation and ISO-DEP blocks (ISO 14443-4)."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

from tests.agent.virtual.card import Pulled, VirtualCard

SENSB = bytes.fromhex("50 01020304 00000000 00 81 B1")
"""Answer to a call: made-up PUPI, frames of 256 bytes, 620 ms for an answer."""
BLOCK = 250
CHAINED, NUMBER, RECEIVED = 0x10, 0x01, 0xA2


class Field:
    """Where nfcpy sends to: ``udp:127.0.0.1:port``."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.path = f"udp:127.0.0.1:{self._socket.getsockname()[1]}"
        self._card: VirtualCard | None = None
        self._last = b""
        self._command = b""
        self._rest: list[bytes] = []
        self._active = False
        threading.Thread(target=self._serve, daemon=True).start()

    @contextlib.contextmanager
    def card(self, card: VirtualCard) -> Iterator[None]:
        """The card lies in the field meanwhile."""
        self._card, self._active = card, False
        try:
            yield
        finally:
            self._card = None

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                message, sender = self._socket.recvfrom(4096)
                words = message.split()
                if words[0] == b"RFOFF":
                    self._power_off()
                elif words[0] == b"106B":
                    answer = self._block(bytes.fromhex(words[1].decode()) if len(words) > 1 else b"")
                    if answer:
                        self._socket.sendto(b"106B " + answer.hex().encode(), sender)

    def _power_off(self) -> None:
        self._active = False
        if self._card is not None:
            self._card.power()

    def _block(self, data: bytes) -> bytes:
        """The answer to one frame; silence where no card answers."""
        if self._card is None or not data:
            return b""
        if data[0] == 0x05:
            self._power_off()
            return SENSB
        if data[0] == 0x1D:
            self._active, self._last, self._command, self._rest = True, b"", b"", []
            return b"\0"
        if not self._active:
            return b""
        try:
            answer = self._protocol(data)
        except Pulled:
            self._card = None
            return b""
        self._last = answer
        return answer

    def _protocol(self, data: bytes) -> bytes:
        head = data[0]
        if head & 0xF6 == 0xB2:
            # R(NAK): the reader did not hear the last block, or only asks whether somebody is there.
            same = self._last and self._last[0] & NUMBER == head & NUMBER
            return self._last if same else bytes([RECEIVED | head & NUMBER])
        if head & 0xF6 == RECEIVED:
            return self._next(head & NUMBER)
        self._command += data[1:]
        if head & CHAINED:
            return bytes([RECEIVED | head & NUMBER])
        command, self._command = self._command, b""
        assert self._card is not None
        said = self._card.transmit(command)
        self._rest = [said[place : place + BLOCK] for place in range(0, len(said), BLOCK)] or [b""]
        return self._next(head & NUMBER)

    def _next(self, number: int) -> bytes:
        part = self._rest.pop(0)
        return bytes([0x02 | number | (CHAINED if self._rest else 0)]) + part
