"""What a program leaves behind and where it can be reached: secrets in memory, files and on a wire, however written; ports."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

LONG = 12
"""Digits from which on a number stands nowhere by chance."""
AROUND = 24
_PART_OF_MORE = frozenset(b"0123456789abcdefABCDEF")


class Sought:
    """A number, in every way in which it may be written down."""

    def __init__(self, digits: bytes) -> None:
        text = digits.decode("ascii")
        self.digits = digits
        self._ways = [
            # As a card is told it: length and digits, the end of VERIFY.
            bytes([len(digits)]) + digits,
            *(text.encode(code) for code in ("utf-16-le", "utf-16-be", "utf-32-le")),
            ", ".join(str(byte) for byte in digits).encode(),
            " ".join(text).encode(),
            digits.hex().encode(),
        ]
        if len(digits) >= LONG:
            # Whatever stands before it shifts base64 by none, one or two bytes; the ends depend on the neighbours.
            shifted = (base64.b64encode(b"\0" * shift + digits)[4:-4] for shift in range(3))
            self._ways += [bytes.fromhex(text), digits[::-1], *shifted]

    def places(self, data: bytes) -> list[bytes]:
        """Where it stands in ``data``, with its neighbours.

        As plain text a short one counts only where it stands alone: inside of times, counts and hashes four digits come by
        chance.
        """
        found = [place for way in self._ways for place in _places(data, way)]
        for place in _places(data, self.digits):
            near = data[max(0, place - 1) : place] + data[place + len(self.digits) :][:1]
            if len(self.digits) >= LONG or not _PART_OF_MORE & set(near):
                found.append(place)
        return [data[max(0, place - AROUND) : place + AROUND + len(self.digits)] for place in found]


def _places(data: bytes, text: bytes) -> Iterator[int]:
    place = data.find(text)
    while place >= 0:
        yield place
        place = data.find(text, place + 1)


def family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def lives(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def dump(pid: int) -> Iterator[bytes]:
    """What a core dump of a process would hold: everything in its memory that can be written to, part by part."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            fields = line.split()
            start, end = (int(edge, 16) for edge in fields[0].split("-"))
            if "w" not in fields[1] or fields[-1] in {"[vvar]", "[vsyscall]"}:
                continue
            try:
                memory.seek(start)
                yield memory.read(end - start)
            except OSError:
                continue


def in_memory(pid: int, *sought: Sought) -> list[bytes]:
    """What of ``sought`` stands in the memory of a process."""
    return [place for part in dump(pid) for one in sought for place in one.places(part)]


def in_files(folder: Path, *sought: Sought) -> list[bytes]:
    """What of ``sought`` stands in a file of a folder."""
    held = ((path, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file())
    return [
        path.name.encode() + b": " + place
        for path, data in held
        for one in sought
        for place in one.places(data)
    ]


def dumps_itself(pid: int) -> bool:
    """Whether the system would write a core dump of a process that crashes."""
    limits = re.search(r"Max core file size +(\S+)", Path(f"/proc/{pid}/limits").read_text())
    return limits is None or limits[1] != "0"


def listening(pid: int) -> list[str]:
    """Sockets of a process at which somebody could call."""
    open_files = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink()}
    rows = [
        line.split()
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return [row[1] for row in rows if row[3] in {"0A", "07"} and f"socket:[{row[9]}]" in open_files]
