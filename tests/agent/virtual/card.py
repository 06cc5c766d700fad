"""What all virtual cards have in common: power, applications, files with rights, PINs with counters, faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

GOOD = 0x9000
Fault = Callable[[bytes], bytes | None]
"""Command → the answer to give instead of the card's own; None: answer as usual."""


class Pulled(Exception):
    """The card left the reader."""


@dataclass
class Pin:
    """A secret with its counter; ``most`` None counts nothing. Both outlive power."""

    value: bytes
    most: int | None = 3
    left: int = 3


@dataclass
class File:
    """An elementary file. Any one of ``opened_by`` gives the right to read it; empty: free."""

    content: bytes = b""
    opened_by: tuple[str, ...] = ()
    pin: str = ""


@dataclass
class Application:
    """Files by identifier; the short name of a file is its identifier's low five bits unless ``short`` says otherwise."""

    files: dict[int, File] = field(default_factory=dict)
    short: dict[int, int] = field(default_factory=dict)

    def by_short_name(self, name: int) -> int | None:
        if name in self.short:
            return self.short[name]
        return next((one for one in self.files if one & 0x1F == name), None)


class VirtualCard:
    """Answers commands. ``commands`` is everything it was ever sent."""

    atr = bytes.fromhex("3B8880010000000033818100")
    end_status = GOOD
    """What a read past the end answers beside its data: 9000 or 6282."""
    most_at_once = 256
    """Bytes the card gives for one short READ BINARY, however many were asked."""

    def __init__(self) -> None:
        self.applications: dict[bytes, Application] = {}
        self.master: Application | None = None
        self.pins: dict[str, Pin] = {}
        self.commands: list[bytes] = []
        self.faults: dict[int, Fault] = {}
        self.always: Fault | None = None
        self.on_power: Callable[[], None] = lambda: None
        self.power()

    def power(self) -> None:
        """Power-up: every right is gone, counters stay."""
        self.current: Application | None = self.master
        self.file: int | None = None
        self.rights: set[str] = set()
        self.on_power()

    def transmit(self, command: bytes | bytearray) -> bytes:
        """The answer with its status word. Raises Pulled when a fault says so."""
        command = bytes(command)
        self.commands.append(command)
        fault = self.faults.get(len(self.commands) - 1, self.always)
        said = fault(command) if fault else None
        return self.answer(command) if said is None else said

    def answer(self, command: bytes) -> bytes:
        """What a sound card says."""
        data, status = self.handle(command)
        return data + status.to_bytes(2, "big")

    def handle(self, command: bytes) -> tuple[bytes, int]:
        if command[:2] == b"\0\xa4":
            return b"", self.select(command)
        if command[:2] == b"\0\xb0":
            return self.read(command)
        if command[:2] == b"\0\x20":
            return b"", self.verify(command)
        return b"", 0x6D00

    def select(self, command: bytes) -> int:
        kind, data = command[2], command[5:]
        if kind == 0x04:
            for identifier, application in self.applications.items():
                if identifier == data:
                    self.current, self.file = application, None
                    return GOOD
            return 0x6A82
        if kind == 0x02 and self.current and int.from_bytes(data, "big") in self.current.files:
            self.file = int.from_bytes(data, "big")
            return GOOD
        if kind == 0x00 and command[3] == 0 and self.master:
            self.current, self.file = self.master, None
            return GOOD if data in {b"", b"\x3f\0"} else 0x6A82
        return 0x6A86 if kind == 0x00 else 0x6A82

    def read(self, command: bytes) -> tuple[bytes, int]:
        if self.current is None:
            return b"", 0x6986
        offset = int.from_bytes(command[2:4], "big")
        if command[2] & 0x80:
            found = self.current.by_short_name(command[2] & 0x1F)
            if found is None:
                return b"", 0x6A82
            self.file, offset = found, command[3]
        if self.file is None:
            return b"", 0x6986
        file = self.current.files[self.file]
        if file.opened_by and not self.rights & set(file.opened_by):
            return b"", 0x6982
        if offset >= len(file.content):
            return b"", 0x6B00
        wanted = command[4] or 256
        data = file.content[offset : offset + min(wanted, self.most_at_once)]
        past = offset + wanted > len(file.content)
        return data, self.end_status if past else GOOD

    def verify(self, command: bytes) -> int:
        name = self.pin_of(command[3])
        if name not in self.pins:
            return 0x6A88
        pin = self.pins[name]
        if len(command) == 4:
            if name in self.rights:
                return GOOD
            return 0x63C0 | pin.left
        if len(command) != 5 + command[4]:
            return 0x6700
        return self.try_pin(name, command[5:])

    def pin_of(self, reference: int) -> str:
        if self.current is None:
            return ""
        number = self.file if reference == 0x80 else self.current.by_short_name(reference & 0x1F)
        return self.current.files[number].pin if number is not None else ""

    def try_pin(self, name: str, value: bytes) -> int:
        pin = self.pins[name]
        if pin.left == 0:
            return 0x6984
        if value == pin.value:
            pin.left = pin.most or pin.left
            self.rights.add(name)
            return GOOD
        self.rights.discard(name)
        if pin.most is None:
            return 0x6300
        pin.left -= 1
        return 0x63C0 | pin.left

    @property
    def secrets_sent(self) -> int:
        """How many times something was verified."""
        return sum(1 for command in self.commands if command[1] == 0x20 and len(command) > 5)


def tlv(tag: int, value: bytes, *, form: int = 0) -> bytes:
    """An object; ``form`` 0 takes the shortest length form, 81 and 82 that one."""
    name = tag.to_bytes(2 if tag > 0xFF else 1, "big")
    if form == 0:
        form = 0x00 if len(value) < 0x80 else 0x81 if len(value) < 0x100 else 0x82
    if form == 0x82:
        return name + b"\x82" + len(value).to_bytes(2, "big") + value
    return name + (b"\x81" if form == 0x81 else b"") + bytes([len(value)]) + value
