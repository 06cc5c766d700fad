"""What the server knows this PC by: a device id and a private key that never leaves the machine.

On Windows the key is sealed for the machine by its data protection (DPAPI): a copied file opens on no other PC. Elsewhere
the file is the owner's alone. Nothing else is ever written.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FILE = "terminal.json"
_SEALED, _PLAIN = "dpapi", "plain"


class NotPaired(Exception):
    """There is no key yet, or it cannot be used here; the message says what to do, in Japanese."""


@dataclass(frozen=True)
class Identity:
    """One enrolled terminal. ``environment`` names the server's installation: slots of another one are not read."""

    device: str
    counter: str
    seat: str
    environment: str
    key: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        """Hex, as the server keeps it."""
        return self.key.public_key().public_bytes_raw().hex()


def write_identity(place: Path, identity: Identity) -> None:
    """Keep it, whole or not at all."""
    place.mkdir(parents=True, exist_ok=True)
    form, sealed = _seal(identity.key.private_bytes_raw())
    kept = {
        "device": identity.device, "counter": identity.counter, "seat": identity.seat,
        "environment": identity.environment, "form": form, "key": sealed.hex(),
    }  # fmt: skip
    new = place / f"{FILE}.new"
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(kept, file, ensure_ascii=False)
    new.replace(place / FILE)


def read_identity(place: Path) -> Identity:
    """The terminal that was paired here. Raises NotPaired."""
    try:
        kept = json.loads((place / FILE).read_text(encoding="utf-8"))
        key = Ed25519PrivateKey.from_private_bytes(_unseal(kept["form"], bytes.fromhex(kept["key"])))
        return Identity(kept["device"], kept["counter"], kept["seat"], kept["environment"], key)
    except FileNotFoundError:
        raise NotPaired(
            "この端末はまだ登録されていません。管理画面「窓口の機器」で登録番号を作り、「--pair 登録番号」で登録してください。"
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise NotPaired(
            f"登録の控え {place / FILE} を使えません。もう一度「--pair 登録番号」で登録してください。"
        ) from None


def _seal(raw: bytes) -> tuple[str, bytes]:
    if sys.platform == "win32":
        from cardreader_agent.wire import machine_seal

        return _SEALED, machine_seal.seal(raw)
    return _PLAIN, raw


def _unseal(form: str, sealed: bytes) -> bytes:
    if sys.platform == "win32":
        from cardreader_agent.wire import machine_seal

        if form == _SEALED:
            return machine_seal.unseal(sealed)
    elif form == _PLAIN:
        return sealed
    raise ValueError(form)
