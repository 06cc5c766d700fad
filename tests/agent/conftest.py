"""The real pcscd with virtual readers, and the agent's readers on them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from cardreader_agent.readers.process import ReaderProcess
from tests.agent.virtual.slot import Pcscd, PcscMissing, running_pcscd
from tests.conftest import leave_out


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcscd]:
    if importlib.util.find_spec("smartcard") is None:
        leave_out("pyscard is not installed (requirements-agent.txt)")
    try:
        with running_pcscd(tmp_path_factory.mktemp("pcscd")) as running:
            yield running
    except PcscMissing as missing:
        leave_out(str(missing))


@pytest.fixture
def readers(daemon: Pcscd) -> Iterator[list[ReaderProcess]]:
    readers = [ReaderProcess("pcsc", slot.name) for slot in daemon.slots]
    yield readers
    for reader in readers:
        reader.close()


@pytest.fixture
def reader(readers: list[ReaderProcess]) -> ReaderProcess:
    return readers[0]
