"""The two messages of a simple bind, byte by byte (RFC 4511, 4.2), and answers no directory should give."""

from __future__ import annotations

import pytest

from app.domain.directory import DirectoryProblem, bind_request, is_right, length_of
from tests.ldap_server import read_bind

YES = bytes.fromhex("300c02010161070a010004000400")


def test_a_request_is_what_the_standard_writes() -> None:
    parts = ["3016", "020101", "6011", "020103", "0404", b"cn=a".hex(), "8006", b"secret".hex()]
    assert bind_request("cn=a", "secret").hex() == "".join(parts)
    assert read_bind(bind_request("shimin-012@city.local", "合言葉")) == ("shimin-012@city.local", "合言葉")
    long = bind_request("a", "x" * 300)
    assert long[:4].hex() == "3082013d" and long[-304:-300].hex() == "8082012c"


def test_an_empty_password_is_never_sent() -> None:
    with pytest.raises(DirectoryProblem):
        bind_request("cn=a", "")


def test_yes_and_no_are_told_apart() -> None:
    assert is_right(YES)
    for code in (49, 48, 32):
        assert not is_right(YES.replace(b"\x0a\x01\x00", bytes([0x0A, 1, code])))
    # Active Directory writes its lengths in four bytes, and a reason.
    reason = b"80090308: data 52e, v4563"
    bound = b"\x0a\x01\x31\x04\x00\x04\x84" + len(reason).to_bytes(4) + reason
    said = b"\x02\x01\x01\x61\x84" + len(bound).to_bytes(4) + bound
    whole = b"\x30\x84" + len(said).to_bytes(4) + said
    assert length_of(whole[:5]) is None and length_of(whole[:6]) == len(whole)
    assert not is_right(whole)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x30",
        b"HTTP/1.1 400",
        YES[:-3],
        YES.replace(b"\x0a\x01\x00", b"\x0a\x01\x33"),  # busy
        YES.replace(b"\x0a\x01\x00", b"\x0a\x01\x0e"),  # goes on with SASL
        YES.replace(b"\x02\x01\x01", b"\x02\x01\x02"),  # to another message
        YES.replace(b"\x61", b"\x65"),  # the end of a search
        b"\x30\x84\xff\xff\xff\xff\x00",
        b"\x30\x85\x00\x00\x00\x00\x01\x00",
        b"\x30\x80\x00\x00",
    ],
)
def test_anything_else_is_no_answer(answer: bytes) -> None:
    with pytest.raises(DirectoryProblem):
        is_right(answer)


def test_the_length_is_known_before_the_whole_has_come() -> None:
    assert length_of(b"") is None and length_of(b"\x30") is None
    assert length_of(YES[:2]) == len(YES)
    for wrong in (b"HTTP", b"\x30\x84\x7f\xff\xff\xff"):
        with pytest.raises(DirectoryProblem):
            length_of(wrong)
