"""What is typed: only what can stand at a place, never shown for a PIN, forgotten by itself."""

from __future__ import annotations

import pytest

from cardreader_agent.codes import FILE, CodeLog
from cardreader_agent.reading import SecretKind
from cardreader_agent.window.entry import FORGETS_AFTER, LENGTHS, Entry, close


def typed(kind: SecretKind, text: str) -> Entry:
    entry = Entry(kind)
    for char in text:
        entry.add(char)
    return entry


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (SecretKind.TEXT_PIN, "12a3４-4", b"1234"),
        (SecretKind.LICENCE_PIN, "00009", b"0000"),
        (SecretKind.PRINTED_NUMBER, "550217 2035 2285", b"55021720352285"),
        (SecretKind.CARD_NUMBER, "1ab12345678c9D", b"AB12345678CD"),
    ],
)
def test_only_what_can_stand_there_is_taken(kind: SecretKind, text: str, value: bytes) -> None:
    assert typed(kind, value.decode()[:-1]).take() is None
    entry = typed(kind, text)
    secret = entry.take()
    assert secret is not None and bytes(secret.value) == value and secret.kind is kind
    assert len(entry) == 0 and bytes(entry._typed) == bytes(LENGTHS[kind]), "nothing stays behind"
    assert value.decode() not in repr(secret) + repr(entry)


def test_a_pin_is_never_shown_and_a_printed_number_only_on_wish() -> None:
    assert typed(SecretKind.TEXT_PIN, "1234").shown(0) == "" == typed(SecretKind.LICENCE_PIN, "1234").shown(3)
    assert typed(SecretKind.CARD_NUMBER, "ab1").shown(1) == "B"


def test_it_forgets() -> None:
    now = 0.0
    entry = Entry(SecretKind.TEXT_PIN, lambda: now)
    for char in "123":
        entry.add(char)
    entry.back()
    now = FORGETS_AFTER - 1
    assert len(entry) == 2 and not entry.forget_when_left()
    now = FORGETS_AFTER
    assert entry.forget_when_left() and bytes(entry._typed) == bytes(4)
    entry.add("9")
    close(entry)
    assert not entry._typed


def test_the_log_takes_codes_and_nothing_else(tmp_path: pytest.TempPathFactory) -> None:
    from pathlib import Path

    log = CodeLog(Path(str(tmp_path)))
    log.note("slot-done", outcome="read", name="架空　舟子", text="not a code")
    log.close()
    assert (Path(str(tmp_path)) / FILE).read_text().endswith("slot-done outcome=read name=? text=?\n")
