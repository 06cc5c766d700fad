"""nfcpy as the second way: the same cards in the field of its UDP device."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator

import pytest

from cardreader_agent.readers.process import ReaderProcess
from cardreader_agent.reading import CardProblem, Outcome, Reading
from cardreader_agent.session import read_card
from tests.agent.at_the_counter import Person, quiet
from tests.agent.test_faults import KINDS, pulled
from tests.agent.virtual.radio import Field
from tests.conftest import leave_out


@pytest.fixture
def field() -> Iterator[Field]:
    if importlib.util.find_spec("nfc") is None:
        leave_out("nfcpy is not installed (requirements-agent.txt)")
    field = Field()
    yield field
    field.close()


def try_reader(reader: ReaderProcess, person: Person) -> Reading | tuple[Outcome, int | None]:
    try:
        return read_card(reader, person, quiet, wait=2)
    except CardProblem as problem:
        return problem.outcome, problem.tries


def test_every_family_reads(field: Field) -> None:
    reader = ReaderProcess("nfcpy", field.path)
    try:
        assert reader.names() == [field.path]
        for name, kind in KINDS.items():
            card = kind.make()
            with field.card(card):
                came = try_reader(reader, kind.person())
                # That the field was switched off arrives as a message of its own.
                until = time.monotonic() + 5
                while card.rights and time.monotonic() < until:
                    time.sleep(0.01)
            assert isinstance(came, Reading), (name, came)
            assert card.secrets_sent == 1 and not card.rights
    finally:
        reader.close()


def test_a_card_that_leaves_the_field(field: Field) -> None:
    reader, kind = ReaderProcess("nfcpy", field.path), KINDS["pin"]
    try:
        for at in (0, 7):
            card = kind.make()
            card.faults[at] = pulled
            with field.card(card):
                assert try_reader(reader, kind.person()) == (Outcome.CARD_REMOVED, None)
            assert card.secrets_sent <= 1
        with field.card(kind.make()):
            assert isinstance(try_reader(reader, kind.person()), Reading)
    finally:
        reader.close()


def test_a_card_exchanged_while_somebody_types(field: Field) -> None:
    reader, kind = ReaderProcess("nfcpy", field.path), KINDS["pin"]
    first, second, person = kind.make(), kind.make(), kind.person()
    person.before = lambda: field.card(second).__enter__()
    try:
        with field.card(first):
            assert try_reader(reader, person) == (Outcome.CARD_REMOVED, None)
        assert first.secrets_sent == second.secrets_sent == 0
    finally:
        reader.close()
