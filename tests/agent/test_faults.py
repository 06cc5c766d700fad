"""A fault at every single command: the right word, nothing filled, no second try of a secret, and the next card reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cardreader_agent.readers.device import Code
from cardreader_agent.reading import CardProblem, Outcome, Reading, SecretKind
from tests.agent.at_the_counter import Person, try_card
from tests.agent.virtual.card import Fault, Pulled, VirtualCard
from tests.agent.virtual.licence import Licence, change, entries
from tests.agent.virtual.my_number import MOBILE_LICENCE, RESIDENCE_PERMIT, MyNumberCard, four_items
from tests.agent.virtual.residence import RIGHT, FirstGeneration, SecondGeneration

ADDRESS = "熊本県玉名市岩崎１６３番地" + "第一棟" * 25


@dataclass(frozen=True)
class Kind:
    make: Callable[[], VirtualCard]
    secret: SecretKind
    value: bytes

    def person(self) -> Person:
        return Person(self.secret, self.value)


def short(card: FirstGeneration | SecondGeneration) -> VirtualCard:
    card.takes_long_commands = False
    return card


KINDS: dict[str, Kind] = {
    "pin": Kind(lambda: MyNumberCard(four_items("玉名　花子", ADDRESS)), SecretKind.TEXT_PIN, b"1234"),
    "printed": Kind(
        lambda: MyNumberCard(four_items("玉名　花子", ADDRESS)), SecretKind.PRINTED_NUMBER, b"55021720352285"
    ),
    "licence": Kind(
        lambda: Licence(
            entries("玉名　花子", "タマナ", "熊本県玉名市岩崎"), change(0x70, "5060401", ADDRESS[:30])
        ),
        SecretKind.LICENCE_PIN,
        b"4321",
    ),
    "no pin": Kind(
        lambda: Licence(entries("玉名　花子", "タマナ", ADDRESS[:30]), pin=None), SecretKind.LICENCE_PIN, b""
    ),
    "mobile licence": Kind(
        lambda: MyNumberCard(four_items("玉名　花子", ADDRESS), also=(MOBILE_LICENCE,)),
        SecretKind.TEXT_PIN,
        b"1234",
    ),
    "permit": Kind(
        lambda: MyNumberCard(four_items("TAMANA HANAKO", ADDRESS), also=(RESIDENCE_PERMIT,)),
        SecretKind.PRINTED_NUMBER,
        b"55021720352285",
    ),
    "first": Kind(lambda: FirstGeneration(ADDRESS.encode()), SecretKind.CARD_NUMBER, b"AA12345678BB"),
    "second": Kind(SecondGeneration, SecretKind.CARD_NUMBER, b"AA12345678BB"),
    "special first": Kind(
        lambda: FirstGeneration(ADDRESS.encode(), kind=b"2"), SecretKind.CARD_NUMBER, b"AA12345678BB"
    ),
    "special second": Kind(lambda: SecondGeneration(kind=b"06"), SecretKind.CARD_NUMBER, b"AA12345678BB"),
    "short": Kind(lambda: short(SecondGeneration()), SecretKind.CARD_NUMBER, b"AA12345678BB"),
}
STATUSES = (
    0x6281, 0x6300, 0x6400, 0x6500, 0x6581, 0x6700, 0x6881, 0x6882, 0x6981, 0x6982, 0x6984, 0x6985, 0x6986, 0x6987, 0x6988,
    0x6A80, 0x6A81, 0x6A82, 0x6A83, 0x6A86, 0x6A87, 0x6B00, 0x6D00, 0x6E00, 0x6F00, 0x63C0, 0x63C2, 0x6283, 0x6C00, 0x6110,
)  # fmt: skip
TOLD = {
    Outcome.CARD_ERROR, Outcome.CARD_REMOVED, Outcome.BLOCKED, Outcome.UNSUPPORTED, Outcome.WRONG_PIN, Outcome.WRONG_NUMBER,
    Outcome.LAST_TRY,
}  # fmt: skip


def pulled(_command: bytes) -> bytes:
    raise Pulled


def answering(status: int) -> Fault:
    return lambda _command: status.to_bytes(2, "big")


def too_slow(card: VirtualCard) -> Fault:
    """The card does what it is told; its answer comes when nobody waits for it any more, and to nothing else either."""

    def never(_command: bytes) -> bytes:
        raise CardProblem(Outcome.CARD_ERROR, status=Code.FAILED)

    def late(command: bytes) -> bytes:
        card.answer(command)
        card.always = never
        return never(command)

    return late


def half(card: VirtualCard) -> Fault:
    """A good answer of which the second half is missing."""

    def cut(command: bytes) -> bytes:
        said = card.answer(command)
        return said[: (len(said) - 2) // 2] + said[-2:]

    return cut


FAULTS: dict[str, Callable[[VirtualCard], Fault]] = {
    "pulled": lambda _card: pulled,
    "empty": lambda _card: lambda _: b"",
    "one byte": lambda _card: lambda _: b"\x90",
    "half": half,
    "too slow": too_slow,
    **{f"{status:04X}": lambda _card, status=status: answering(status) for status in STATUSES},  # type: ignore[misc]
}


@pytest.mark.parametrize("name", KINDS)
def test_a_fault_at_every_command(name: str) -> None:
    kind = KINDS[name]
    sound = kind.make()
    whole = try_card(sound, kind.person())
    assert isinstance(whole, Reading)
    # Many commands alike (the parts of a picture) share the faults among them.
    rounds = 1 if len(sound.commands) < 20 else 5
    for at in range(len(sound.commands)):
        for fault, fault_of in list(FAULTS.items())[at % rounds :: rounds]:
            card = kind.make()
            card.faults[at] = fault_of(card)
            before = {key: pin.left for key, pin in card.pins.items()}
            came = try_card(card, kind.person())
            where = (name, at, fault, sound.commands[at].hex(), came)
            assert card.secrets_sent <= 1, where
            assert all(before[key] - pin.left <= 0 for key, pin in card.pins.items()), where
            if isinstance(came, Reading):
                # A fault that a reader may survive: the very same values, or it is no reading.
                assert came == whole, where
                assert fault in survivable(sound, at), where
            else:
                assert came[0] in TOLD, where
                assert fault not in {"pulled", "empty"} or came[0] is Outcome.CARD_REMOVED, where
                assert fault != "too slow" or came[0] is Outcome.CARD_ERROR, where
        assert try_card(kind.make() if at % 2 else forgiven(card), kind.person()) == whole, (name, at)


def forgiven(card: VirtualCard) -> VirtualCard:
    """The same card without its faults."""
    card.faults.clear()
    card.always = None
    return card


def survivable(card: VirtualCard, at: int) -> set[str]:
    """Faults after which a reading may go on: a stumble at power-up, a length the reader or card does not take, other ways in."""
    command = card.commands[at]
    found: set[str] = {"half"}
    if at == 0:
        found |= {"6F00"}
    if command[:4] == b"\0\xa4\x04\x0c":
        # Asked for an application the card does not have: other ways to say so.
        found |= {"6A81", "6A82", "6A86", "6D00", "6E00"}
    if command[:2] == b"\x08\xb0" and command[4] == 0:
        found |= {"6700"}
    if command[:2] != b"\0\x20" and command[:2] != b"\x08\x20":
        found |= {"6C00"}
    if (command[:4] == b"\0\x20\0\x80" and len(command) == 4) or (
        command[:4] == b"\0\x20\0\x81" and len(command) == 4
    ):
        found |= {"63C2", "63C0", "6984", "6283"}
    return found


@pytest.mark.parametrize("name", KINDS)
def test_a_file_cut_anywhere_fills_nothing_wrong(name: str) -> None:
    """At some sixty lengths of every file that is read."""
    kind = KINDS[name]
    whole = try_card(kind.make(), kind.person())
    assert isinstance(whole, Reading)
    for application, file in files_of(kind.make()):
        content = kind.make().applications[application].files[file].content
        for length in range(0, len(content), max(1, len(content) // 60)):
            card = kind.make()
            card.applications[application].files[file].content = content[:length]
            came = try_card(card, kind.person())
            assert came == whole or (isinstance(came, tuple) and came[0] is Outcome.CARD_ERROR), (
                file, length, came,
            )  # fmt: skip


def files_of(card: VirtualCard) -> list[tuple[bytes, int]]:
    """Application and identifier of every file that a reading may open."""
    return [
        (application, file)
        for application, holder in card.applications.items()
        for file, held in holder.files.items()
        if held.content and set(held.opened_by) & {"pin", "printed", "pin1", RIGHT}
    ]


def test_every_flipped_byte_of_the_record_is_decoded_strictly() -> None:
    """A damaged record gives a value that differs in that place at most, or an error; never a half or replaced one."""
    record = four_items("玉名　花子", "熊本県玉名市岩崎１６３番地")
    for place in range(len(record)):
        for flipped in (record[place] ^ 0x80, record[place] ^ 0x01, 0x00, 0xFF):
            damaged = record[:place] + bytes([flipped]) + record[place + 1 :]
            came = try_card(MyNumberCard(damaged), Person())
            if isinstance(came, Reading):
                assert {"name", "address"} <= set(came.values)
                assert not any("\ufffd" in value or "\0" in value for value in came.values.values())
