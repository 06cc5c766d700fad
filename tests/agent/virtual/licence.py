"""A driver's licence of an invented person."""

from __future__ import annotations

from tests.agent.virtual.card import Application, File, Pin, VirtualCard, tlv

DF1 = bytes.fromhex("A0000002310100000000000000000000")
DF2 = bytes.fromhex("A0000002310200000000000000000000")
DOMICILE = "熊本県玉名市本籍無効町一番地"
"""Never to be read: it needs the second PIN."""
EXTERNAL = {f"※{place}": 0xFFF0 + place for place in range(1, 8)} | {"※欠": 0xFFFA}
OTHER_NAMES = str.maketrans("－～∥￠￡￢", "−〜‖¢£¬")


def jis(text: str) -> bytes:
    """Row and cell codes; ``{※1}`` stands for an external character. Raises UnicodeEncodeError for one without a code."""
    codes = b""
    while text:
        if text.startswith("{"):
            mark, text = text[1:].split("}", 1)
            codes += EXTERNAL[mark].to_bytes(2, "big")
            continue
        code = text[0].translate(OTHER_NAMES).encode("euc_jp")
        if len(code) != 2 or code[0] < 0xA1:
            raise UnicodeEncodeError("JIS X 0208", text, 0, 1, "no code")
        codes += bytes(byte & 0x7F for byte in code)
        text = text[1:]
    return codes


def change(tag: int, date: str, text: str) -> bytes:
    """A change record: ``date`` as era digit and YYMMDD."""
    full_width = date.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return tlv(tag, b"\x83" + jis(full_width) + jis(text) + jis("熊本県公安"))


def entries(name: str, kana: str, address: str, birth: str = "3550217", alias: str = "") -> bytes:
    return b"".join(
        (
            tlv(0x11, b"\x83"), tlv(0x12, jis(name)), tlv(0x13, jis(kana)), tlv(0x14, jis(alias)), tlv(0x15, b""),
            tlv(0x16, birth.encode()), tlv(0x17, jis(address)), tlv(0x18, b"5020408"), tlv(0x19, b"00001"),
            tlv(0x1A, jis("優良")), tlv(0x1B, b"5070317"), tlv(0x1C, jis("眼鏡等")), tlv(0x1D, b""), tlv(0x1E, b""),
            tlv(0x1F, b""), tlv(0x20, jis("熊本県公安委員会")), tlv(0x21, b"930123456780"), tlv(0x22, b"0000000"),
        )
    )  # fmt: skip


class Licence(VirtualCard):
    """``pin`` None: the holder chose none."""

    def __init__(self, held: bytes, changes: bytes = b"", *, pin: bytes | None = b"4321") -> None:
        super().__init__()
        value = b"****" if pin is None else pin
        self.pins = {"pin1": Pin(value), "pin2": Pin(b"****" if pin is None else b"8765")}
        self.master = Application(
            {
                0x2F01: File(tlv(0x45, b"010" + bytes.fromhex("2020040820250317")) + b"\x46\x02\x00\x00"),
                0x000A: File(b"\x05\x01\x00" if pin is None else b"\x05\x01\x01"),
                0x0001: File(pin="pin1"),
                0x0002: File(pin="pin2"),
            },
            {0x01: 0x0001, 0x0A: 0x000A},
        )
        files = {
            0x0001: File(held.ljust(880, b"\xff"), ("pin1",)),
            0x0002: File(tlv(0x41, jis(DOMICILE)).ljust(82, b"\xff"), ("pin2",)),
            0x0003: File(bytes.fromhex("48004900").ljust(264, b"\xff"), ("pin1",)),
            0x0004: File((tlv(0x50, b"\0") + changes).ljust(640, b"\xff"), ("pin1",)),
            0x0005: File(b"\xa0\x01\x00".ljust(663, b"\xff"), ("pin1",)),
        }
        self.applications = {DF1: Application(files), DF2: Application({0x0001: File(b"", ("pin2",))})}
        self.power()
