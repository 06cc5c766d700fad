"""Commands of ISO 7816-4 as these cards take them, over a `Transmit` callable.

One `Commands` is one conversation with one powered card. It repeats nothing by itself except what the cards ask for (61xx,
6Cxx) and the first answer after power-up, and it lets one secret through, once.
"""

from __future__ import annotations

from collections.abc import Callable

from cardreader_agent.reading import CardProblem, Outcome, Transmit

GOOD = 0x9000
END_OF_FILE = 0x6282
BEYOND_END = 0x6B00
NOT_FOUND = 0x6A82
WRONG_LENGTH = 0x6700
WRONG_UNCOUNTED = 0x6300
INTERNAL = 0x6F00
NOT_THIS_CARD = frozenset({NOT_FOUND, 0x6A81, 0x6A86, 0x6D00, 0x6E00})
"""What cards say that do not know an application, or do not know how to be asked for one."""
BLOCKED = frozenset({0x6983, 0x6984, 0x6283})
"""PIN blocked, and the whole application blocked."""
MOST_DATA = 256
MOST_PARTS = 64
VERIFY = 0x20
LONGEST_OFFSET = 0x7FFF


class Commands:
    """One conversation. ``stopped`` is asked before every command; every method may raise CardProblem."""

    def __init__(
        self, transmit: Transmit, *, stopped: Callable[[], bool] = lambda: False, just_powered: bool = False
    ) -> None:
        self._transmit = transmit
        self._stopped = stopped
        self._may_stumble = just_powered
        self._verified = False

    def send(self, command: bytes) -> tuple[bytes, int]:
        """The answer's data and status word; parts that the card holds back are fetched."""
        data, status = self._exchange(command)
        if self._may_stumble and status == INTERNAL:
            data, status = self._exchange(command)
        self._may_stumble = False
        if status >> 8 == 0x6C and _ends_with_length(command):
            data, status = self._exchange(command[:-1] + bytes([status & 0xFF]))
        for _ in range(MOST_PARTS):
            if status >> 8 != 0x61:
                break
            more, status = self._exchange(bytes([0x00, 0xC0, 0x00, 0x00, status & 0xFF]))
            if status >> 8 != 0x61 and status not in {GOOD, END_OF_FILE}:
                raise broken(status)
            data += more
        return data, status

    def good(self, command: bytes) -> bytes:
        """The data of a command that must succeed."""
        data, status = self.send(command)
        if status != GOOD:
            raise broken(status)
        return data

    def has_application(self, identifier: bytes) -> bool:
        """Make an application current; False when the card has none of that name."""
        _, status = self.send(_select_application(identifier))
        if status in NOT_THIS_CARD:
            return False
        if status in BLOCKED:
            raise CardProblem(Outcome.BLOCKED, tries=0, status=status)
        if status != GOOD:
            raise broken(status)
        return True

    def select_application(self, identifier: bytes) -> None:
        """Make an application current that was there before."""
        if not self.has_application(identifier):
            raise broken(NOT_FOUND)

    def select_master(self) -> None:
        self.good(bytes.fromhex("00A40000"))

    def select_file(self, identifier: int) -> None:
        self.good(bytes.fromhex("00A4020C02") + identifier.to_bytes(2, "big"))

    def tries_left(self, reference: int = 0x80) -> int | None:
        """How many tries a PIN has; None when it is verified already and so says no number. Costs no try."""
        _, status = self.send(bytes([0x00, VERIFY, 0x00, reference]))
        if status == GOOD:
            return None
        if status in BLOCKED:
            return 0
        if status & 0xFFF0 == 0x63C0:
            return status & 0x0F
        raise broken(status)

    def verify(self, value: bytes | bytearray, reference: int = 0x80, *, channel: int = 0x00) -> int:
        """Send a secret, once in this conversation, and return the status word."""
        if self._verified:
            raise RuntimeError("a secret is sent once")
        self._verified = True
        command = bytearray((channel, VERIFY, 0x00, reference, len(value)))
        command += value
        try:
            # A bytearray, so that this copy can be overwritten as well.
            _, status = self._exchange(command)
        finally:
            for place in range(len(command)):
                command[place] = 0
        return status

    def read(self, start: int, end: int, first: Callable[[int], bytes] | None = None) -> bytes:
        """Bytes ``start`` to ``end`` of the current file, fewer where it ends before.

        ``first`` makes the first command from its length, for files that are named by the reading itself.
        """
        data = b""
        while start + len(data) < end:
            offset = start + len(data)
            wanted = min(MOST_DATA, end - offset)
            command = first(wanted) if first and not data else _read_binary(offset, wanted)
            part, status = self.send(command)
            if status == BEYOND_END and offset > 0:
                break
            if status not in {GOOD, END_OF_FILE} or len(part) > wanted:
                raise broken(status)
            data += part
            if status == END_OF_FILE or not part:
                break
        return data

    def _exchange(self, command: bytes | bytearray) -> tuple[bytes, int]:
        if self._stopped():
            raise CardProblem(Outcome.CANCELLED)
        answer = self._transmit(command)
        if not answer:
            # A card that leaves in the middle of a command is told of by some readers in this way only.
            raise CardProblem(Outcome.CARD_REMOVED)
        if len(answer) < 2:
            raise CardProblem(Outcome.CARD_ERROR)
        return bytes(answer[:-2]), int.from_bytes(answer[-2:], "big")


def _ends_with_length(command: bytes) -> bool:
    """Whether a short command says last how much it wants."""
    return len(command) == 5 or (len(command) > 5 and len(command) == 6 + command[4])


def broken(status: int | None = None) -> CardProblem:
    """Something a good card does not answer."""
    return CardProblem(Outcome.CARD_ERROR, status=status)


def _select_application(identifier: bytes) -> bytes:
    return bytes.fromhex("00A4040C") + bytes([len(identifier)]) + identifier


def _read_binary(offset: int, length: int) -> bytes:
    if offset > LONGEST_OFFSET:
        raise broken()
    return bytes([0x00, 0xB0, offset >> 8, offset & 0xFF, length & 0xFF])


def read_by_short_name(short_name: int, length: int) -> bytes:
    """READ BINARY that makes a file current by its short name and reads its beginning."""
    return bytes([0x00, 0xB0, 0x80 | short_name, 0x00, length & 0xFF])
