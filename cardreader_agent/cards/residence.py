"""Residence card (在留カード) and special permanent resident certificate (特別永住者証明書), both generations.

Opened by the number printed on the card. The name is on the chip as a picture only, on the first generation birth date and sex
too: such fields stay empty and the clerk types them beside the picture. Face, permits, status and signature are not read.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from cardreader_agent.cards import messaging, tlv
from cardreader_agent.cards.apdu import (
    BEYOND_END,
    END_OF_FILE,
    GOOD,
    WRONG_LENGTH,
    WRONG_UNCOUNTED,
    Commands,
    broken,
    read_by_short_name,
)
from cardreader_agent.cards.messaging import AesSuite, Suite, TripleDesSuite
from cardreader_agent.cards.pictures import as_png
from cardreader_agent.cards.text import Found, birth, printable, sex, utf8
from cardreader_agent.reading import Card, CardProblem, CommandRefused, Outcome, Picture, Reading

APPLICATION = bytes.fromhex("D392F0004F0200000000000000000000")
ENTRIES = bytes.fromhex("D392F0004F0300000000000000000000")
KIND = 0x0A
"""Short name of MF/EF02: what card it is."""
CHUNK = 224
"""Plain bytes of one enciphered answer that fits a short APDU."""
READER_CODES = 0x80000000
"""PC/SC codes are above it, status words of cards below."""
CARD_LEFT = frozenset({0x8010000C, 0x80100069})
"""PC/SC: there is no card any more."""
FRONT_SIZE, NAME_PICTURE_SIZE, ADDRESS_PICTURE_SIZE = 4 + 7000, 4 + 2500, 5 + 2500
ADDRESS_SIZE = 342
FRONT, WRITTEN_ADDRESS = 0xD0, 0xD4
NAME_PICTURE, ADDRESS_PICTURE = 0xD0, 0xDFD1
BIRTH, SEX = 0xC6, 0xC7


class Kind(Enum):
    """Card and generation, by the value of MF/EF02."""

    FIRST = (b"1", Card.RESIDENCE, 1)
    FIRST_SPECIAL = (b"2", Card.SPECIAL_PERMANENT, 1)
    SECOND = (b"05", Card.RESIDENCE, 2)
    SECOND_SPECIAL = (b"06", Card.SPECIAL_PERMANENT, 2)

    @property
    def card(self) -> Card:
        return self.value[1]

    @property
    def suite(self) -> Suite:
        return TripleDesSuite() if self.value[2] == 1 else AesSuite()

    @property
    def entries_size(self) -> int:
        """Length of the second generation's DF1/EF02."""
        return 73 if self is Kind.SECOND else 46


def kind_of(commands: Commands) -> Kind:
    """What card this is. Raises UNSUPPORTED for kinds that are read in another way or not known."""
    commands.select_master()
    head = commands.good(read_by_short_name(KIND, 2))
    if len(head) != 2 or head[0] != 0xC1 or not 1 <= head[1] <= 2:
        raise broken()
    value = commands.read(2, 2 + head[1])
    if len(value) != head[1]:
        raise broken()
    for kind in Kind:
        if kind.value[0] == value:
            return kind
    raise CardProblem(Outcome.UNSUPPORTED)


def open_card(
    commands: Commands,
    kind: Kind,
    number: bytes | bytearray,
    *,
    limits: Limits | None = None,
    randomness: Callable[[int], bytes] = os.urandom,
) -> SecureFiles:
    """Prove to each other that both know the number. Raises WRONG_NUMBER, CARD_ERROR."""
    commands.select_master()
    suite = kind.suite
    card_random = commands.good(bytes.fromhex("0084000008"))
    asked = messaging.challenge(suite, number, card_random, randomness=randomness)
    answer, status = commands.send(bytes.fromhex("0082000028") + asked.command_data() + b"\0")
    if status == WRONG_UNCOUNTED:
        raise CardProblem(Outcome.WRONG_NUMBER, status=status)
    if status != GOOD:
        raise broken(status)
    key = asked.session(answer)
    sealed = suite.encrypt(key, messaging.pad(bytes(number), suite.block))
    status = commands.verify(bytes([0x86, len(sealed) + 1, 0x01]) + sealed, 0x86, channel=0x08)
    if status == WRONG_UNCOUNTED:
        raise CardProblem(Outcome.WRONG_NUMBER, status=status)
    if status != GOOD:
        raise broken(status)
    return SecureFiles(commands, suite, key, limits or Limits())


@dataclass
class Limits:
    """What a reader turned out not to pass on; kept from one reading to the next."""

    long_commands: bool = True


class SecureFiles:
    """Reads enciphered files of a card that was opened; each answer is complete in itself."""

    def __init__(self, commands: Commands, suite: Suite, key: bytes, limits: Limits) -> None:
        self._commands, self._suite, self._key, self._limits = commands, suite, key, limits

    def read(self, short_name: int, size: int) -> bytes:
        """The first ``size`` bytes of a file, fewer where it is shorter. Raises CardProblem."""
        if self._limits.long_commands:
            plain = self._read_at_once(short_name, size)
            if plain is not None:
                return plain
            self._limits.long_commands = False
        plain = b""
        while len(plain) < size:
            wanted = min(CHUNK, size - len(plain))
            data, status = self._commands.send(_short_read(short_name, len(plain), wanted))
            if status == BEYOND_END and plain:
                break
            if status not in {GOOD, END_OF_FILE}:
                raise broken(status)
            part = self._open(data, wanted)
            plain += part
            if status == END_OF_FILE or not part:
                break
        return plain

    def _read_at_once(self, short_name: int, size: int) -> bytes | None:
        """The file in one long command; None when reader or card does not take those. PC/SC cannot tell beforehand.

        Some readers fail in a way that also loses the card: this reading then ends, and the next one takes short commands.
        """
        try:
            data, status = self._commands.send(_long_read(short_name, size))
        except CommandRefused:
            return None
        except CardProblem as problem:
            if (problem.status or 0) < READER_CODES or problem.status in CARD_LEFT:
                raise
            return None
        if status == WRONG_LENGTH:
            return None
        if status not in {GOOD, END_OF_FILE}:
            raise broken(status)
        return self._open(data, size)

    def _open(self, data: bytes, most: int) -> bytes:
        """The plain bytes of one answer: ``86 length 01 cryptogram``."""
        sealed = tlv.by_tag(data, {0x86}, wide=False).get(0x86, b"")
        if len(sealed) <= 1 or sealed[0] != 1 or (len(sealed) - 1) % self._suite.block:
            raise broken()
        plain = messaging.unpad(self._suite.decrypt(self._key, sealed[1:]))
        if len(plain) > most:
            raise broken()
        return plain


def _long_read(short_name: int, size: int) -> bytes:
    wanted = b"\x96\x02" + size.to_bytes(2, "big")
    return bytes([0x08, 0xB0, 0x80 | short_name, 0x00, 0x00, 0x00, 0x04]) + wanted + b"\0\0"


def _short_read(short_name: int, offset: int, length: int) -> bytes:
    """By short name at the beginning, which makes the file current, then by offset."""
    place = bytes([0x80 | short_name, 0x00]) if offset == 0 else offset.to_bytes(2, "big")
    return b"\x08\xb0" + place + b"\x04\x96\x02" + length.to_bytes(2, "big") + b"\0"


def read_fields(commands: Commands, files: SecureFiles, kind: Kind) -> Reading:
    """What an opened card says. Raises CardProblem."""
    return _read_first(commands, files, kind) if kind.value[2] == 1 else _read_second(commands, files, kind)


def _read_first(commands: Commands, files: SecureFiles, kind: Kind) -> Reading:
    commands.select_application(APPLICATION)
    front = tlv.by_tag(files.read(0x05, FRONT_SIZE), {FRONT}, wide=False)
    commands.select_application(ENTRIES)
    entries = commands.read(0, ADDRESS_SIZE, first=lambda length: read_by_short_name(0x01, length))
    found = Found(review={"name", "birth", "sex"})
    address, doubtful = _address(tlv.by_tag(entries, {WRITTEN_ADDRESS}, wide=False))
    found.put("address", address)
    if doubtful or not address:
        found.review.add("address")
    shown = ("name", "birth", "sex") if address else ("name", "birth", "sex", "address")
    pictures = _picture(front, FRONT, shown, whole_face=True)
    return Reading(kind.card, found.values, tuple(sorted(found.review)), pictures)


def _read_second(commands: Commands, files: SecureFiles, kind: Kind) -> Reading:
    commands.select_application(APPLICATION)
    entries = tlv.by_tag(files.read(0x03, kind.entries_size), {BIRTH, SEX}, wide=False)
    if len(entries) < 2:
        raise broken()
    # The face follows the name in the same file: only the name's part of it is asked for.
    name = tlv.by_tag(files.read(0x04, NAME_PICTURE_SIZE), {NAME_PICTURE}, wide=False)
    address = tlv.by_tag(files.read(0x06, ADDRESS_PICTURE_SIZE), {ADDRESS_PICTURE}, wide=True)
    found = Found(review={"name", "address"})
    birth(found, entries[BIRTH])
    sex(found, entries[SEX])
    if "sex" not in found.values:
        found.review.add("sex")
    pictures = _picture(name, NAME_PICTURE, ("name",)) + _picture(address, ADDRESS_PICTURE, ("address",))
    return Reading(kind.card, found.values, tuple(sorted(found.review)), pictures)


def _picture(
    file: dict[int, bytes], tag: int, shows: tuple[str, ...], *, whole_face: bool = False
) -> tuple[Picture, ...]:
    """The picture of a file; none where it was never written. Raises CardProblem when the file is damaged."""
    if tag not in file:
        raise broken()
    if not file[tag].strip(b"\0"):
        return ()
    return (Picture(as_png(file[tag]), shows, whole_face=whole_face),)


def _address(file: dict[int, bytes]) -> tuple[str, bool]:
    """The address written last, empty where none was; and whether it came in the older encoding."""
    if WRITTEN_ADDRESS not in file:
        raise broken()
    value = file[WRITTEN_ADDRESS].rstrip(b"\0")
    try:
        return utf8(value), False
    except CardProblem:
        pass
    try:
        return printable(value.decode("shift_jisx0213")), True
    except UnicodeDecodeError:
        raise broken() from None
