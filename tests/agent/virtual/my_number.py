"""A My Number Card of an invented person: text application with PIN, printed number and the number nobody may read."""

from __future__ import annotations

from tests.agent.virtual.card import Application, File, Pin, VirtualCard, tlv

TEXT = bytes.fromhex("D3921000310001010408")
VISUAL = bytes.fromhex("D3921000310001010402")
JPKI = bytes.fromhex("D392F000260100000001")
MOBILE_LICENCE = bytes.fromhex("A0000002310600000000000000000000")
RESIDENCE_PERMIT = bytes.fromhex("D392F0004F0100000000000000000000")
NEVER = b"999900001111"
"""The invented 12-digit number."""


def four_items(
    name: str, address: str, birth: str = "19800217", sex: str = "1", *, form: int = 0, more: bytes = b""
) -> bytes:
    """File 0002 with the outer length in the wanted form and the offsets that go with it."""
    values = [text.encode() for text in (name, address, birth, sex)]
    items = [tlv(0xDF22 + place, value) for place, value in enumerate(values)]
    inside = 11 + sum(len(item) for item in items) + len(more)
    head = len(tlv(0xFF20, bytes(inside), form=form)) - inside
    offsets, place = b"", head + 11
    for item in items:
        offsets += place.to_bytes(2, "big")
        place += len(item)
    return tlv(0xFF20, tlv(0xDF21, offsets) + b"".join(items) + more, form=form)


class MyNumberCard(VirtualCard):
    """``also`` names further applications the chip carries: a licence (マイナ免許証), a residence permit (特定在留カード)."""

    atr = bytes.fromhex("3BE000FF8131FE4514")

    def __init__(
        self,
        record: bytes,
        *,
        pin: bytes = b"1234",
        printed: bytes = b"55021720352285",
        filler: bytes = b"\xff" * 40,
        also: tuple[bytes, ...] = (),
    ) -> None:
        super().__init__()
        self.pins = {"pin": Pin(pin), "printed": Pin(printed, 10, 10), "number": Pin(NEVER, 10, 10)}
        text = Application(
            {
                0x0001: File(tlv(0xFF10, NEVER) + b"\xff\xff", ("pin", "number")),
                0x0002: File(record + filler, ("pin", "printed")),
                0x0011: File(pin="pin"),
                0x0014: File(pin="number"),
                0x0015: File(pin="printed"),
            }
        )
        self.applications = {TEXT: text, VISUAL: Application(), JPKI: Application()}
        self.applications |= {identifier: Application() for identifier in also}
