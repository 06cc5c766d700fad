"""Driver's licence (運転免許証): entries of DF1, and its newest change records, by PIN 1 (暗証番号1).

The domicile (本籍), the photograph and the signature need PIN 2 and are never read. A licence says no sex.
"""

from __future__ import annotations

from collections.abc import Iterator

from cardreader_agent.cards import tlv
from cardreader_agent.cards.apdu import MOST_DATA, Commands, broken, read_by_short_name
from cardreader_agent.cards.text import GETA, Found, birth, is_day, jis
from cardreader_agent.reading import Card, Reading

APPLICATION = bytes.fromhex("A0000002310100000000000000000000")
IS_PIN_SET = 0x0A
"""Short name of MF/EF02: ``05 01 01`` when the holder chose PINs."""
PIN = 0x81
UNSET_PIN = b"****"
"""What both PINs are on a card whose holder chose none; nothing is asked then."""
ENTRIES, ENTRIES_SIZE = 0x0001, 880
CHANGES, CHANGES_SIZE = 0x0004, 640
NAME, KANA, ALIAS, BIRTH, ADDRESS = 0x12, 0x13, 0x14, 0x16, 0x17
CHANGED_NAME, CHANGED_KANA, CHANGED_ADDRESS = range(0x60, 0x68), range(0x68, 0x70), range(0x70, 0x78)
ERA_STARTS = {"1": 1867, "2": 1911, "3": 1925, "4": 1988, "5": 2018}
"""明治 大正 昭和 平成 令和 → the western year before the first. Cards go on with 平成 after 2019."""
DATE_CELLS, STAMP = 14, 10
"""In a change record: the date in full-width digits, and the stamp of the police at the end."""


def has_pin(commands: Commands) -> bool:
    """Whether the holder chose PINs. Raises CardProblem for any doubt: a guessed PIN would cost a try."""
    commands.select_master()
    answer = commands.good(read_by_short_name(IS_PIN_SET, 3))
    if answer not in {b"\x05\x01\x01", b"\x05\x01\x00"}:
        raise broken()
    return answer[2] == 1


def tries_left(commands: Commands) -> int | None:
    """Tries left of PIN 1; the master file is current afterwards."""
    commands.select_master()
    return commands.tries_left(PIN)


def read_entries(commands: Commands) -> Reading:
    """Name, kana, address and birth date of a card whose PIN 1 was verified. Raises CardProblem."""
    commands.select_application(APPLICATION)
    commands.select_file(ENTRIES)
    entries = read_filled(commands, ENTRIES_SIZE)
    commands.select_file(CHANGES)
    changes = read_filled(commands, CHANGES_SIZE)
    return decode(entries, changes)


def read_filled(commands: Commands, size: int) -> bytes:
    """The objects of the current file up to its filler. Raises CardProblem when it ends before either its size or filler."""
    data = b""
    while len(data) < size:
        part = commands.read(len(data), min(size, len(data) + MOST_DATA))
        data += part
        end = _end_of_objects(data)
        if end is not None:
            return data[:end]
        if not part:
            raise broken()
    return data


def _end_of_objects(data: bytes) -> int | None:
    """Where filler begins; None while it was not reached."""
    start = 0
    while start < len(data):
        try:
            found = tlv.header(data, start, wide=False)
        except tlv.Unfinished:
            return None
        if found is None:
            return start
        start = found[2]
    return None


def decode(entries: bytes, changes: bytes) -> Reading:
    """The files EF01 and EF04 → the fields of today. Raises CardProblem."""
    items = tlv.by_tag(entries, {NAME, KANA, ALIAS, BIRTH, ADDRESS}, wide=False)
    if not {NAME, BIRTH, ADDRESS} <= set(items):
        raise broken()
    newest = _newest(changes)
    found = Found()
    for name, tag, kind in (
        ("name", NAME, CHANGED_NAME),
        ("kana", KANA, CHANGED_KANA),
        ("address", ADDRESS, CHANGED_ADDRESS),
    ):
        found.put(name, newest.get(kind.start) or jis(items.get(tag, b"")))
    if CHANGED_NAME.start in newest and CHANGED_KANA.start not in newest and "kana" in found.values:
        found.review.add("kana")
    if items.get(ALIAS):
        found.review.add("name")
    birth(found, _western(items[BIRTH]))
    if not found.values.get("name", GETA).strip(GETA + "\u3000"):
        found.review.add("name")
    if "name" not in found.values:
        raise broken()
    return Reading(Card.LICENCE, found.values, tuple(sorted(found.review)))


def _newest(changes: bytes) -> dict[int, str]:
    """First tag of a kind of change → its latest text; of two on one day the higher tag."""
    latest: dict[int, tuple[str, int, str]] = {}
    for tag, kind, value in _changes(changes):
        date, text = _change(value)
        latest[kind] = max(latest.get(kind, ("", 0, "")), (date, tag, text))
    return {kind: text for kind, (_, _, text) in latest.items()}


def _changes(changes: bytes) -> Iterator[tuple[int, int, bytes]]:
    kinds = (CHANGED_NAME, CHANGED_KANA, CHANGED_ADDRESS)
    records = tlv.by_tag(changes, {tag for kind in kinds for tag in kind}, wide=False)
    for tag, value in records.items():
        if value:
            yield tag, next(kind.start for kind in kinds if tag in kind), value


def _change(value: bytes) -> tuple[str, str]:
    """Date and text of one record: year of the code, date, text, stamp."""
    if len(value) < 1 + DATE_CELLS + STAMP + 2:
        raise broken()
    digits = jis(value[1 : 1 + DATE_CELLS]).translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    date = _western(digits.encode("ascii", "replace"))
    if not is_day(date):
        raise broken()
    return date.decode("ascii"), jis(value[1 + DATE_CELLS : -STAMP])


def _western(digits: bytes) -> bytes:
    """An era digit and YYMMDD → YYYYMMDD; zeros where the day is unknown."""
    text = digits.decode("ascii", "replace")
    if len(digits) != 7 or not digits.isdigit():
        raise broken()
    year = int(text[1:3])
    if text[0] not in ERA_STARTS:
        if text != "0" * 7:
            raise broken()
        return b"0" * 8
    return f"{ERA_STARTS[text[0]] + year if year else 0:04}{text[3:]}".encode("ascii")
