"""A virtual card in a virtual reader (vsmartcard's vpcd) of the real pcscd."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.agent.virtual.card import Pulled, VirtualCard

DRIVERS = (
    Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so"),
    *Path("/usr/lib").glob("*/pcsc/drivers/serial/libifdvpcd.so"),
)
SOCKET = Path("/run/pcscd/pcscd.comm")
LOCK = Path(tempfile.gettempdir()) / "pcscd-of-the-tests.lock"
"""There is one pcscd on a machine: whoever tests with it waits for his turn."""
UNSEEN = 0.75
"""How long a card must be gone to be missed: pcscd looks every 0.4 seconds."""
OFF, ON, RESET, ATR = b"\0", b"\1", b"\2", b"\4"


class PcscMissing(Exception):
    """What is not there."""


class Slot:
    """One virtual reader. At most one card lies in it."""

    def __init__(self, name: str, port: int) -> None:
        self.name, self.port = name, port
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._removed = 0.0

    @contextlib.contextmanager
    def card(self, card: VirtualCard) -> Iterator[None]:
        """The card lies in the reader meanwhile; a fault may have pulled it before."""
        self.insert(card)
        try:
            yield
        finally:
            self.remove()

    def insert(self, card: VirtualCard) -> None:
        """Lay a card down, not before the last one was missed."""
        time.sleep(max(0.0, self._removed + UNSEEN - time.monotonic()))
        connected = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        connected.settimeout(None)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connected
        self._thread = threading.Thread(target=self._serve, args=(connected, card), daemon=True)
        self._thread.start()

    def remove(self) -> None:
        """Take the card away, if it did not leave by itself."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None
        self._removed = time.monotonic()

    def pull(self, _command: bytes) -> bytes:
        """A fault: the card leaves before it answers."""
        raise Pulled

    def _serve(self, connected: socket.socket, card: VirtualCard) -> None:
        with contextlib.suppress(OSError, Pulled), connected:
            while (command := _receive(connected)) is not None:
                if command in {OFF, ON, RESET}:
                    card.power()
                    continue
                answer = card.atr if command == ATR else card.transmit(command)
                connected.sendall(struct.pack(">H", len(answer)) + answer)


def _receive(connected: socket.socket) -> bytes | None:
    """One message: two bytes of length, then that many."""
    head = _exactly(connected, 2)
    return None if head is None else _exactly(connected, struct.unpack(">H", head)[0])


def _exactly(connected: socket.socket, length: int) -> bytes | None:
    data = b""
    while len(data) < length:
        # The driver writes length and body apart; without this each waits for the other's acknowledgement.
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = connected.recv(length - len(data))
        if not part:
            return None
        data += part
    return data


class Pcscd:
    """The daemon with virtual readers at ports of its own, started and stopped as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        port = _free_ports()
        self.slots = [Slot("Virtual PCD 00 00", port), Slot("Virtual PCD 00 01", port + 1)]
        folder.mkdir(exist_ok=True)
        self._readers = folder / "vpcd"
        self._written = f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{port:#x}\nLIBPATH {_driver()}\nCHANNELID {port:#x}\n'
        self._readers.write_text(self._written)

    def unplug(self) -> None:
        """There is no reader any more. The daemon cannot let go of a virtual one, so it starts again without."""
        self._readers.unlink()
        self.restart()

    def plug(self) -> None:
        """The readers are there again."""
        self._readers.write_text(self._written)
        self.restart()

    def restart(self) -> None:
        self.stop()
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens and the readers take cards."""
        command = [_program(), "--foreground", "--config", str(self._folder)]
        if (
            "--disable-polkit"
            in subprocess.run([_program(), "--help"], capture_output=True, text=True).stdout
        ):
            command.append("--disable-polkit")
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while not (_is_served() and (_listens(self.slots[0].port) or not self._readers.exists())):
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise PcscMissing("pcscd does not start here")
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


@contextlib.contextmanager
def running_pcscd(folder: Path) -> Iterator[Pcscd]:
    """The daemon, for whoever has his turn. Raises PcscMissing where it cannot run."""
    _driver()
    with LOCK.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if _is_served():
            raise PcscMissing("another pcscd runs here")
        daemon = Pcscd(folder)
        daemon.start()
        try:
            yield daemon
        finally:
            daemon.stop()


def _is_served() -> bool:
    with socket.socket(socket.AF_UNIX) as tried:
        try:
            tried.connect(str(SOCKET))
        except OSError:
            return False
    return True


def _program() -> str:
    found = shutil.which("pcscd") or shutil.which("pcscd", path="/usr/sbin:/sbin")
    if found is None:
        raise PcscMissing("pcscd is not installed")
    return found


def _driver() -> Path:
    for driver in DRIVERS:
        if driver.exists():
            if os.geteuid() != 0:
                raise PcscMissing("pcscd needs root")
            return driver
    raise PcscMissing("the virtual reader (vsmartcard-vpcd) is not installed")


def _free_ports() -> int:
    """A port that is free together with the next one."""
    for _ in range(50):
        with socket.socket() as one:
            one.bind(("", 0))
            port = int(one.getsockname()[1])
        with contextlib.suppress(OSError), socket.socket() as two:
            two.bind(("", port + 1))
            return port
    raise PcscMissing("no free ports")


def _listens(port: int) -> bool:
    """Whether the driver takes cards; asked of the system, because a connection would be a card."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[1].endswith(f":{port:04X}") and fields[3] == "0A":
                    return True
    return False
