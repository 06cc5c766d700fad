"""My Number Card (マイナンバーカード): the four items of its text application (券面事項入力補助AP), file 0002.

Opened by the resident's PIN or by the number printed on the card (照合番号B). File 0001 with the 12-digit number, the other
applications and their PINs are never touched. Cards that also carry a licence (マイナ免許証) or a residence permit
(特定在留カード) are read in the same way.
"""

from __future__ import annotations

from cardreader_agent.cards import tlv
from cardreader_agent.cards.apdu import Commands, broken
from cardreader_agent.cards.text import Found, birth, sex, utf8
from cardreader_agent.reading import Card, Reading, SecretKind

APPLICATION = bytes.fromhex("D3921000310001010408")
REFERENCES = {SecretKind.TEXT_PIN: 0x0011, SecretKind.PRINTED_NUMBER: 0x0015}
"""What opens the four items → the file that holds its tries."""
FOUR_ITEMS = 0x0002
RECORD, NAME, ADDRESS, BIRTH, SEX = 0xFF20, 0xDF22, 0xDF23, 0xDF24, 0xDF25
HEAD = 8
"""Bytes that hold the outer tag and length in each of their forms (one byte, 81, 82)."""


def select(commands: Commands) -> None:
    """Make the text application current."""
    commands.select_application(APPLICATION)


def tries_left(commands: Commands, kind: SecretKind) -> int | None:
    """Tries left of a secret; None when it is verified already. Its file is current afterwards."""
    commands.select_file(REFERENCES[kind])
    return commands.tries_left()


def read_items(commands: Commands) -> Reading:
    """The four items of an application that was opened. Raises CardProblem."""
    commands.select_file(FOUR_ITEMS)
    return decode(read_object(commands))


def read_object(commands: Commands) -> bytes:
    """The one object that the current file holds, whole."""
    data = commands.read(0, HEAD)
    try:
        found = tlv.header(data, 0, wide=True)
    except tlv.Unfinished:
        raise broken() from None
    if found is None:
        raise broken()
    end = found[2]
    data += commands.read(len(data), end)
    if len(data) < end:
        raise broken()
    return data[:end]


def decode(record: bytes) -> Reading:
    """File 0002 → the four items, unchanged. Raises CardProblem when anything is missing or does not decode."""
    outer = tlv.by_tag(record, {RECORD}, wide=True)
    items = tlv.by_tag(outer.get(RECORD, b""), {NAME, ADDRESS, BIRTH, SEX}, wide=True)
    if len(items) < 4:
        raise broken()
    found = Found()
    found.put("name", utf8(items[NAME]))
    found.put("address", utf8(items[ADDRESS]))
    birth(found, items[BIRTH])
    sex(found, items[SEX])
    if "name" not in found.values:
        raise broken()
    return Reading(Card.MY_NUMBER, found.values, tuple(sorted(found.review)))
