"""Tries: one for each entry, none without consent at the last, none where it cannot help."""

from __future__ import annotations

import pytest

from cardreader_agent.reading import CardProblem, Outcome, Reading, Secret, SecretKind
from cardreader_agent.session import read_card
from tests.agent.at_the_counter import DirectReader, Person, quiet, try_card
from tests.agent.virtual.card import VirtualCard
from tests.agent.virtual.licence import Licence, entries
from tests.agent.virtual.my_number import MyNumberCard, four_items

RIGHT = {
    "pin": (SecretKind.TEXT_PIN, b"1234"),
    "printed": (SecretKind.PRINTED_NUMBER, b"55021720352285"),
    "pin1": (SecretKind.LICENCE_PIN, b"4321"),
}
WRONG = {"pin": b"9999", "printed": b"55021720352286", "pin1": b"9999"}
TOLD = {"pin": Outcome.WRONG_PIN, "printed": Outcome.WRONG_NUMBER, "pin1": Outcome.WRONG_PIN}


def a_card(name: str) -> VirtualCard:
    if name == "pin1":
        return Licence(entries("玉名　花子", "タマナハナコ", "熊本県玉名市岩崎１６３番地"))
    return MyNumberCard(four_items("玉名　花子", "熊本県玉名市岩崎１６３番地"))


@pytest.mark.parametrize("name", RIGHT)
def test_a_card_is_never_blocked_by_the_program_itself(name: str) -> None:
    """Wrong entries down to one try; then nothing is sent until somebody agrees; then it says blocked, and nothing is sent."""
    card, kind = a_card(name), RIGHT[name][0]
    for left in range(card.pins[name].left - 1, 0, -1):
        assert try_card(card, Person(kind, WRONG[name])) == (TOLD[name], left)
        assert card.pins[name].left == left
    sent = card.secrets_sent
    for _ in range(3):
        assert try_card(card, Person(*RIGHT[name])) == (Outcome.LAST_TRY, 1)
    assert (card.secrets_sent, card.pins[name].left) == (sent, 1)
    assert try_card(card, Person(kind, WRONG[name]), last_try_agreed=True) == (Outcome.BLOCKED, 0)
    assert try_card(card, Person(*RIGHT[name]), last_try_agreed=True) == (Outcome.BLOCKED, 0)
    assert card.secrets_sent == sent + 1


@pytest.mark.parametrize("name", RIGHT)
def test_the_last_try_may_be_right(name: str) -> None:
    card = a_card(name)
    card.pins[name].left = 1
    assert isinstance(try_card(card, Person(*RIGHT[name]), last_try_agreed=True), Reading)
    assert card.secrets_sent == 1 and card.pins[name].left == card.pins[name].most


def test_a_blocked_pin_leaves_the_printed_number() -> None:
    card = a_card("pin")
    card.pins["pin"].left = 0
    person = Person(*RIGHT["printed"])
    assert isinstance(try_card(card, person), Reading)
    assert [(one.kind.value, one.tries.value) for one in person.asked[0][1]] == [
        ("text_pin", "blocked"), ("printed_number", "ready"),
    ]  # fmt: skip


def test_nothing_is_asked_where_nothing_can_be_tried() -> None:
    for name, left, outcome in (("pin1", 0, Outcome.BLOCKED), ("pin1", 1, Outcome.LAST_TRY)):
        card, person = a_card(name), Person(*RIGHT[name])
        card.pins[name].left = left
        assert try_card(card, person) == (outcome, left)
        assert person.asked == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (SecretKind.TEXT_PIN, b"123"), (SecretKind.TEXT_PIN, b"12345"), (SecretKind.TEXT_PIN, b"12a4"),
        (SecretKind.TEXT_PIN, "１２３４".encode()), (SecretKind.TEXT_PIN, b""), (SecretKind.TEXT_PIN, b"1234\n"),
        (SecretKind.PRINTED_NUMBER, b"5502172035228"), (SecretKind.LICENCE_PIN, b"4321"),
    ],
)  # fmt: skip
def test_a_malformed_entry_does_not_reach_the_card(kind: SecretKind, value: bytes) -> None:
    card = a_card("pin")
    assert try_card(card, Person(kind, value)) == (Outcome.BAD_REQUEST, None)
    assert card.secrets_sent == 0


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("other", [True, False], ids=["another card", "laid down again"])
def test_a_card_that_left_while_somebody_typed_gets_nothing(name: str, other: bool) -> None:
    card, person = a_card(name), Person(*RIGHT[name])
    next_card = a_card(name) if other else card
    reader = DirectReader(card)
    person.before = lambda: reader.exchange(next_card)
    with pytest.raises(CardProblem) as told:
        read_card(reader, person, quiet, wait=0)
    assert told.value.outcome is Outcome.CARD_REMOVED
    assert card.secrets_sent == next_card.secrets_sent == 0
    assert not person.given[0].value


def test_a_card_that_lost_a_try_elsewhere_meanwhile_is_looked_at_again() -> None:
    card, person = a_card("pin"), Person()
    card.pins["pin"].left = 2

    def elsewhere() -> None:
        card.pins["pin"].left = 1

    person.before = elsewhere
    assert try_card(card, person) == (Outcome.LAST_TRY, 1)
    assert card.secrets_sent == 0


def test_a_card_left_open_by_another_program_is_powered_down_first() -> None:
    card, powers = a_card("pin"), []

    def left_open() -> None:
        powers.append(1)
        if len(powers) == 1:
            card.rights.add("pin")

    card.on_power = left_open
    person = Person()
    assert isinstance(try_card(card, person), Reading)
    assert person.asked[0][1][0].left == 3 and card.secrets_sent == 1


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret(SecretKind.TEXT_PIN, bytearray(b"1234"))
    assert "1234" not in f"{secret!r}{secret}"
    assert "12" not in str(CardProblem(Outcome.WRONG_PIN, tries=2))
