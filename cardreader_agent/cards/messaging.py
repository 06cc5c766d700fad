"""Mutual authentication and enciphered reading of residence cards, with the number printed on the card as the key.

First generation: two-key 3DES and the retail MAC (ISO 9797-1 algorithm 3). Second: AES-128 and CMAC. Both derive their keys by
SHA-1, as the cards' specification demands; it protects the way over the air, nothing is signed with it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.cmac import CMAC

from cardreader_agent.cards.apdu import broken
from cardreader_agent.reading import CardProblem, Outcome

RANDOM, KEY = 8, 16
MAC = 8


class Suite(Protocol):
    """The cipher of one generation; ``block`` in bytes."""

    block: int

    def encrypt(self, key: bytes, data: bytes) -> bytes: ...

    def decrypt(self, key: bytes, data: bytes) -> bytes: ...

    def mac(self, key: bytes, data: bytes) -> bytes: ...


class TripleDesSuite:
    """First generation."""

    block = 8

    def encrypt(self, key: bytes, data: bytes) -> bytes:
        encryptor = Cipher(TripleDES(key + key[:8]), modes.CBC(bytes(8))).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, data: bytes) -> bytes:
        decryptor = Cipher(TripleDES(key + key[:8]), modes.CBC(bytes(8))).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, key: bytes, data: bytes) -> bytes:
        """Algorithm 3 is single DES in CBC with a last step of 3DES: the same as 3DES over the last block alone."""
        padded = pad(data, self.block)
        single = self.encrypt(key[:8] * 2, padded[: -self.block])[-self.block :] or bytes(self.block)
        last = bytes(one ^ other for one, other in zip(single, padded[-self.block :], strict=True))
        return self.encrypt(key, last)


class AesSuite:
    """Second generation."""

    block = 16

    def encrypt(self, key: bytes, data: bytes) -> bytes:
        encryptor = Cipher(AES128(key), modes.CBC(bytes(16))).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, data: bytes) -> bytes:
        decryptor = Cipher(AES128(key), modes.CBC(bytes(16))).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, key: bytes, data: bytes) -> bytes:
        cmac = CMAC(AES128(key))
        cmac.update(data)
        return cmac.finalize()[:MAC]


def pad(data: bytes, block: int) -> bytes:
    """ISO 9797-1 padding method 2: 80, then zeros up to a whole block."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    """Without padding method 2. Raises CardProblem when there is none."""
    text = data.rstrip(b"\0")
    if not text.endswith(b"\x80"):
        raise broken()
    return text[:-1]


def number_key(number: bytes | bytearray) -> bytes:
    """The key that the printed number is."""
    return hashlib.sha1(number, usedforsecurity=False).digest()[:KEY]


def session_key(own: bytes, card: bytes) -> bytes:
    """The key of this conversation, of both sides' halves."""
    mixed = bytes(one ^ other for one, other in zip(own, card, strict=True))
    return hashlib.sha1(mixed + b"\0\0\0\1", usedforsecurity=False).digest()[:KEY]


@dataclass(frozen=True)
class Challenge:
    """What the reader sends to prove that it knows the number; ``check`` judges the card's answer."""

    suite: Suite
    key: bytes
    own_random: bytes
    card_random: bytes
    own_half: bytes

    def command_data(self) -> bytes:
        """The enciphered randoms and half key, and their MAC: 40 bytes."""
        sealed = self.suite.encrypt(self.key, self.own_random + self.card_random + self.own_half)
        return sealed + self.suite.mac(self.key, sealed)

    def session(self, answer: bytes) -> bytes:
        """The session key from the card's answer. Raises CardProblem when it does not prove that it knows the number."""
        sealed, mac = answer[:-MAC], answer[-MAC:]
        if len(answer) != 2 * RANDOM + KEY + MAC or not hmac.compare_digest(
            self.suite.mac(self.key, sealed), mac
        ):
            raise broken()
        plain = self.suite.decrypt(self.key, sealed)
        if not hmac.compare_digest(plain[: 2 * RANDOM], self.card_random + self.own_random):
            raise broken()
        return session_key(self.own_half, plain[2 * RANDOM :])


def challenge(
    suite: Suite,
    number: bytes | bytearray,
    card_random: bytes,
    *,
    randomness: Callable[[int], bytes] = os.urandom,
) -> Challenge:
    """A new challenge; ``randomness`` gives that many unpredictable bytes. Raises CardProblem for a card's random of other length."""
    if len(card_random) != RANDOM:
        raise CardProblem(Outcome.CARD_ERROR)
    return Challenge(suite, number_key(number), randomness(RANDOM), card_random, randomness(KEY))
