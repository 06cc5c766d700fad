"""What passes between this PC and the server: each message signed with the terminal's key and counted upwards."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cardreader_agent import VERSION
from cardreader_agent.wire.identity import Identity
from cardreader_agent.wire.server import Post, Unreachable

NEXT, ENROL = "/cards/next", "/cards/enrol"


class ShutOut(Exception):
    """The server does not know this terminal any more, or believes its signature no longer."""


class NotNow(Exception):
    """The message came at a wrong moment: ``clock`` (the clocks differ), ``count`` (another program uses this key)."""


class TooOld(Exception):
    """The server wants a newer version of this program."""


class Gone(Exception):
    """The slot is another's, was dropped, is too late (``late``) or was answered before (``answered``)."""


class Refused(Exception):
    """The server did not take the message as it stands: a fault of the program, or of the code that was typed."""


@dataclass(frozen=True)
class Slot:
    """One reading that the server asks for, once."""

    id: str
    reception: str
    counter: str
    seat: str
    fields: tuple[str, ...]
    seconds: int
    environment: str
    last_try: bool
    """The visitor agreed to the last try, and the clerk pressed the button for it."""
    scan: bool = False
    """A scanner's code may answer it too."""


@dataclass(frozen=True)
class Answer:
    """What came of a slot, in the words of the wire; never a PIN, a number of a person or a number of a card."""

    outcome: str
    card: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    needs_review: Sequence[str] = ()
    tries: int | None = None
    name_picture: bytes = b""
    scanned: str = ""

    def as_sent(self) -> dict[str, Any]:
        """The body of the message; fields without a value are left out."""
        sent: dict[str, Any] = {"outcome": self.outcome}
        if self.card:
            sent["card"] = self.card
        if self.outcome == "read":
            sent |= {"values": dict(self.values), "needs_review": list(self.needs_review)}
            if self.name_picture:
                sent["name_picture"] = base64.b64encode(self.name_picture).decode()
        if self.scanned:
            sent["scanned"] = self.scanned
        if self.tries is not None:
            sent["tries"] = self.tries
        return sent


def pair(post: Post, code: str) -> Identity:
    """Make a key and let this terminal in with the code of the administration page. Raises Unreachable, Refused."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    body = json.dumps({"code": code, "public_key": public}).encode()
    status, said = post(ENROL, body, {})
    told = _read(said)
    if status == 201 and {"device", "counter", "seat", "environment"} <= told.keys():
        return Identity(told["device"], told["counter"], told["seat"], told["environment"], key)
    if status in {401, 422}:
        raise Refused(str(told.get("error", "")))
    raise Unreachable("answer")


class Terminal:
    """Sends as one terminal. The count is the clock's milliseconds, so that it rises over restarts and is kept nowhere."""

    def __init__(self, post: Post, identity: Identity, clock: Callable[[], float] = time.time) -> None:
        self.post, self.identity, self.clock = post, identity, clock
        self.count = 0
        self._one_at_a_time = threading.Lock()

    def next_slot(self, readers: Sequence[str], problem: str = "", *, wait: bool = True) -> Slot | None:
        """The slot that waits for this terminal, after at most some seconds; None when there is none.

        Without ``wait`` the answer is what holds now. Raises Unreachable, ShutOut, NotNow, TooOld.
        """
        said = {"version": VERSION, "readers": list(readers)[:4], "problem": problem, "wait": wait}
        told = self._send(NEXT, said)
        if told is None:
            return None
        try:
            return Slot(
                str(told["slot"]), told["reception"], told["counter"], told["seat"], tuple(told["fields"]),
                int(told["seconds"]), told["environment"], bool(told["last_try"]), bool(told["scan"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError):
            raise Unreachable("answer") from None

    def stage(self, slot: Slot, stage: str) -> None:
        """Tell how far the reading is. Raises Unreachable, ShutOut, NotNow, Gone."""
        self._send(f"/cards/slots/{slot.id}/stage", {"stage": stage})

    def answer(self, slot: Slot, answer: Answer) -> None:
        """The slot's one answer. Raises Unreachable, ShutOut, NotNow, Gone, Refused."""
        self._send(f"/cards/slots/{slot.id}/answer", answer.as_sent())

    def signed(self, path: str, body: bytes) -> dict[str, str]:
        """The headers of the next message."""
        at = self.clock()
        self.count = max(self.count + 1, int(at * 1000))
        digest = hashlib.sha256(body).hexdigest()
        lines = ["POST", path, self.identity.device, str(self.count), str(int(at)), digest]
        return {
            "X-Kakanai-Device": self.identity.device, "X-Kakanai-Count": str(self.count),
            "X-Kakanai-Time": str(int(at)), "X-Kakanai-Signature": self.identity.key.sign("\n".join(lines).encode()).hex(),
        }  # fmt: skip

    def _send(self, path: str, sent: Mapping[str, Any]) -> dict[str, Any] | None:
        body = json.dumps(sent, ensure_ascii=False).encode()
        # Counts have to arrive in the order in which they were made.
        with self._one_at_a_time:
            status, said = self.post(path, body, self.signed(path, body))
        if status == 204:
            return None
        told = _read(said)
        if status == 200:
            return told
        raise _problem(status, str(told.get("error", "")))


def _problem(status: int, word: str) -> Exception:
    if status == 401:
        return ShutOut(word)
    if status == 409 and word in {"clock", "count"}:
        return NotNow(word)
    if status in {404, 409}:
        return Gone(word)
    if status == 426:
        return TooOld(word)
    if status == 422:
        return Refused(word)
    return Unreachable("answer")


def _read(said: bytes) -> dict[str, Any]:
    """The JSON object of an answer; a page of a proxy or of an error is none."""
    try:
        told = json.loads(said or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
