"""Residence cards and special permanent resident certificates of invented persons, both generations."""

from __future__ import annotations

import hashlib
import io

from PIL import Image, ImageDraw

from cardreader_agent.cards.messaging import AesSuite, Suite, TripleDesSuite, pad, unpad
from tests.agent.virtual.card import GOOD, Application, File, VirtualCard, tlv

DF1 = bytes.fromhex("D392F0004F0200000000000000000000")
DF2 = bytes.fromhex("D392F0004F0300000000000000000000")
RIGHT = "number"


def picture(width: int, height: int, seed: int = 1) -> bytes:
    """A black-and-white TIFF in MMR, as on the chip."""
    drawn = Image.new("1", (width, height), 1)
    pen = ImageDraw.Draw(drawn)
    for place in range(12):
        left = (seed * 37 + place * 53) % (width - 20)
        pen.rectangle((left, 5 + place, left + 15, height - 5), fill=place % 2)
    written = io.BytesIO()
    drawn.save(written, "TIFF", compression="group4")
    return written.getvalue()


def derived(material: bytes) -> bytes:
    return hashlib.sha1(material, usedforsecurity=False).digest()[:16]


class ResidenceCard(VirtualCard):
    """What both generations do; `FirstGeneration` and `SecondGeneration` hold their files."""

    takes_long_commands = True
    suite: Suite

    def __init__(self, number: bytes, kind: bytes) -> None:
        super().__init__()
        self.number = number
        self.session = b""
        self.master = Application(
            {0x000B: File(tlv(0xC0, b"0001")), 0x000A: File(tlv(0xC1, kind))}, {0x0A: 0x000A, 0x0B: 0x000B}
        )
        self.power()

    def power(self) -> None:
        super().power()
        self.session, self.challenge = b"", b""

    def handle(self, command: bytes) -> tuple[bytes, int]:
        if command == bytes.fromhex("0084000008"):
            self.challenge = bytes.fromhex("5A6E7E385162B7A3")
            return self.challenge, GOOD
        if command[:4] == bytes.fromhex("00820000"):
            return self.authenticate(command[5:45])
        if command[:4] == bytes.fromhex("08200086"):
            return b"", self.verify_number(command[5:])
        if command[:2] == bytes.fromhex("08B0"):
            return self.read_sealed(command)
        if command[:4] == bytes.fromhex("00A40000"):
            self.session = b""
        return super().handle(command)

    def authenticate(self, sent: bytes) -> tuple[bytes, int]:
        key = derived(self.number)
        sealed, mac = sent[:32], sent[32:]
        plain = self.suite.decrypt(key, sealed)
        if mac != self.suite.mac(key, sealed) or plain[8:16] != self.challenge or not self.challenge:
            return b"", 0x6300
        own = bytes.fromhex("19D049490FFF52EEDBFCB930BC810ED0")
        answer = self.suite.encrypt(key, self.challenge + plain[:8] + own)
        mixed = bytes(one ^ other for one, other in zip(plain[16:], own, strict=True))
        self.session = derived(mixed + b"\0\0\0\1")
        return answer + self.suite.mac(key, answer), GOOD

    def verify_number(self, sent: bytes) -> int:
        if not self.session:
            return 0x6982
        sealed = sent[3:]
        if sent[0] != 0x86 or unpad(self.suite.decrypt(self.session, sealed)) != self.number:
            return 0x6300
        self.rights.add(RIGHT)
        return GOOD

    def read_sealed(self, command: bytes) -> tuple[bytes, int]:
        is_long = command[4] == 0
        if is_long and not self.takes_long_commands:
            return b"", 0x6700
        asked = command[7:11] if is_long else command[5:9]
        wanted = int.from_bytes(asked[2:4], "big") or 0xFFFF
        if not is_long and wanted > 231:
            return b"", 0x6700
        offset = command[3] if command[2] & 0x80 else int.from_bytes(command[2:4], "big")
        if command[2] & 0x80 and self.current:
            self.file = self.current.by_short_name(command[2] & 0x1F)
        if self.current is None or self.file is None:
            return b"", 0x6A82
        if RIGHT not in self.rights or not self.session:
            return b"", 0x6982
        content = self.current.files[self.file].content
        if offset >= len(content):
            return b"", 0x6B00
        plain = content[offset : offset + wanted]
        return tlv(0x86, b"\x01" + self.suite.encrypt(self.session, pad(plain, self.suite.block))), GOOD


class FirstGeneration(ResidenceCard):
    suite = TripleDesSuite()

    def __init__(
        self,
        address: bytes,
        *,
        number: bytes = b"AA12345678BB",
        kind: bytes = b"1",
        front: bytes | None = None,
    ) -> None:
        super().__init__(number, kind)
        shown = picture(674, 425) if front is None else front
        entries = (
            tlv(0xD2, b"20260401") + tlv(0xD3, b"999900") + tlv(0xD4, address.ljust(320, b"\0"), form=0x82)
        )
        self.applications = {
            DF1: Application({
                0x05: File(tlv(0xD0, shown.ljust(7000, b"\0"), form=0x82), (RIGHT,)),
                0x06: File(tlv(0xD1, bytes(3000), form=0x82), (RIGHT,)),
            }),
            DF2: Application({0x01: File(entries, (RIGHT,))}),
        }  # fmt: skip


class SecondGeneration(ResidenceCard):
    suite = AesSuite()

    def __init__(
        self,
        birth: bytes = b"19900523",
        sex: bytes = b"2",
        *,
        number: bytes = b"AA12345678BB",
        kind: bytes = b"05",
    ) -> None:
        super().__init__(number, kind)
        items = [(0xC5, b"20300401"), (0xC6, birth), (0xC7, sex), (0xC8, b"XYZ")]
        if kind == b"05":
            items += [
                (0xC9, b"1234567890"),
                (0xCE, b"0500"),
                (0xCA, b"01"),
                (0xCB, b"20250401"),
                (0xCC, b"1"),
                (0xCD, b"20300401"),
            ]
        name, address = picture(500, 40, 2), picture(600, 60, 3)
        self.applications = {
            DF1: Application({
                0x01: File(tlv(0xC2, number), (RIGHT,)),
                0x03: File(b"".join(tlv(tag, value) for tag, value in items), (RIGHT,)),
                0x04: File(tlv(0xD0, name.ljust(2500, b"\0"), form=0x82) + tlv(0xD1, b"\1" * 3000, form=0x82), (RIGHT,)),
                0x06: File(tlv(0xDFD1, address.ljust(2500, b"\0"), form=0x82), (RIGHT,)),
            }),
            DF2: Application({0x01: File(tlv(0xD5, b"1" * 20), (RIGHT,))}),
        }  # fmt: skip
