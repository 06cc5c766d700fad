"""A reader is remembered by its name, also when it was plugged into another socket."""

from __future__ import annotations

import pytest

from cardreader_agent.readers.device import Code, DeviceError, matching

PASORI, HELLO = "Sony FeliCa Port/PaSoRi 4.0 0", "Windows Hello for Business 1"


@pytest.mark.parametrize(
    ("wanted", "names", "found"),
    [
        (PASORI, [HELLO, PASORI], PASORI),
        (PASORI, [HELLO, "Sony FeliCa Port/PaSoRi 4.0 1"], "Sony FeliCa Port/PaSoRi 4.0 1"),
        ("Virtual PCD 00 00", ["Virtual PCD 01 00"], "Virtual PCD 01 00"),
        ("pasori", [HELLO, PASORI], PASORI),
        ("", [PASORI], PASORI),
    ],
)
def test_a_reader_is_found_again(wanted: str, names: list[str], found: str) -> None:
    assert matching(wanted, names) == found


@pytest.mark.parametrize(
    ("wanted", "names", "code"),
    [
        (PASORI, [], Code.NO_READERS_AVAILABLE),
        (PASORI, [HELLO], Code.UNKNOWN_READER),
        (PASORI, ["Sony FeliCa Port/PaSoRi 4.0 1", "Sony FeliCa Port/PaSoRi 4.0 2"], Code.UNKNOWN_READER),
        ("", [PASORI, HELLO], Code.UNKNOWN_READER),
    ],
)
def test_a_reader_is_never_guessed(wanted: str, names: list[str], code: Code) -> None:
    with pytest.raises(DeviceError) as told:
        matching(wanted, names)
    assert told.value.code == code
