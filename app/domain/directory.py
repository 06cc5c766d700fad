"""The one question that is put to a city's directory (LDAP): is this the password of this name? (RFC 4511, 4.2)

A simple bind is two messages of a few dozen bytes. Nothing else of the protocol is spoken: who somebody is here, where he
may act and until when is said by the account of this system and by nothing of the directory.
"""

from __future__ import annotations

BIND_REQUEST, BIND_RESPONSE = 0x60, 0x61
SEQUENCE, INTEGER, OCTETS, ENUMERATED, SIMPLE = 0x30, 0x02, 0x04, 0x0A, 0x80
MESSAGE_ID = 1
LONGEST_ANSWER = 65_536
SUCCESS = 0
NOT_THIS_ONE = frozenset({32, 48, 49})
"""noSuchObject, inappropriateAuthentication, invalidCredentials: the name or the password is wrong."""


class DirectoryProblem(Exception):
    """The directory gave no answer that says yes or no; the message says what it gave, never what was asked."""


def bind_request(name: str, password: str) -> bytes:
    """The message that asks. Raises DirectoryProblem for an empty password: to a directory that is no password at all,
    and most answer yes (RFC 4513, 5.1.2)."""
    if not password:
        raise DirectoryProblem("an empty password")
    asked = _part(INTEGER, b"\x03") + _part(OCTETS, name.encode()) + _part(SIMPLE, password.encode())
    return _part(SEQUENCE, _part(INTEGER, bytes([MESSAGE_ID])) + _part(BIND_REQUEST, asked))


def length_of(answer: bytes) -> int | None:
    """How many bytes the whole answer has, by its beginning; None while that has not arrived. Raises DirectoryProblem."""
    if len(answer) < 2:
        return None
    if answer[0] != SEQUENCE:
        raise DirectoryProblem("no LDAP message")
    size, start = _size(answer, 1)
    if size is None:
        return None
    if size > LONGEST_ANSWER:
        raise DirectoryProblem("an answer without end")
    return start + size


def is_right(answer: bytes) -> bool:
    """What a whole answer says. Raises DirectoryProblem for one that is neither yes nor no."""
    tag, message, _rest = _read(answer)
    if tag != SEQUENCE:
        raise DirectoryProblem("no LDAP message")
    tag, number, message = _read(message)
    if tag != INTEGER or int.from_bytes(number) != MESSAGE_ID:
        raise DirectoryProblem("the answer to another question")
    tag, bound, _controls = _read(message)
    if tag != BIND_RESPONSE:
        raise DirectoryProblem(f"answer {tag:#x}")
    tag, code, _rest = _read(bound)
    result = int.from_bytes(code)
    if tag != ENUMERATED or result not in {SUCCESS, *NOT_THIS_ONE}:
        raise DirectoryProblem(f"result {result}")
    return result == SUCCESS


def _part(tag: int, content: bytes) -> bytes:
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(size)]) + size + content


def _read(data: bytes) -> tuple[int, bytes, bytes]:
    """Tag and content of the first part, and what comes after it."""
    if len(data) < 2:
        raise DirectoryProblem("a cut answer")
    size, start = _size(data, 1)
    if size is None or len(data) < start + size:
        raise DirectoryProblem("a cut answer")
    return data[0], data[start : start + size], data[start + size :]


def _size(data: bytes, place: int) -> tuple[int | None, int]:
    """The length written at a place and where the content begins; None while the length has not all arrived."""
    first = data[place]
    if first < 0x80:
        return first, place + 1
    count = first & 0x7F
    if not 0 < count <= 4:
        raise DirectoryProblem("a length of no use")
    end = place + 1 + count
    return (int.from_bytes(data[place + 1 : end]), end) if len(data) >= end else (None, end)
