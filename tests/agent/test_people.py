"""Names and addresses of 300 invented persons arrive byte for byte, whatever is in them."""

from __future__ import annotations

import json
import unicodedata

from app.domain.card import FIELDS, parse_reading, reading_of
from cardreader_agent.reading import Card, Reading, SecretKind
from cardreader_agent.wire.terminal import Answer
from tests.agent.at_the_counter import Person, try_card
from tests.agent.people import Invented, people
from tests.agent.virtual.licence import Licence, change, entries, jis
from tests.agent.virtual.my_number import MyNumberCard, four_items
from tests.agent.virtual.residence import FirstGeneration

FORMS = (0, 0x81, 0x82)


def test_from_my_number_cards() -> None:
    for place, person in enumerate(people()):
        record = four_items(
            person.name, person.address, person.birth, person.sex, form=fitting(person, FORMS[place % 3])
        )
        reading = try_card(MyNumberCard(record), Person())
        assert isinstance(reading, Reading)
        assert reading.values == {
            "name": person.name, "address": person.address, "birth": person.birth, "sex": person.sex,
        }  # fmt: skip
        assert ("name" in reading.review) is any(mark in person.name for mark in "（／")


def fitting(person: Invented, form: int) -> int:
    """One byte of length holds 127, 81 holds 255."""
    length = 40 + len((person.name + person.address).encode())
    return form if form == 0x82 or (form == 0x81 and length < 250) or length < 120 else 0x82


def test_from_licences_as_far_as_their_code_reaches() -> None:
    """Characters without a JIS X 0208 code are external there, wherever they stand, and each is shown in its place."""
    seen = 0
    for place, person in enumerate(people()):
        name, address = (coded(text)[:36] for text in (person.name, person.address))
        changes = change(0x70 + place % 8, "5060401", marked(address))
        card = Licence(entries(marked(name), "タマナ", "熊本県玉名市"), changes)
        reading = try_card(card, Person(SecretKind.LICENCE_PIN, b"4321"))
        assert isinstance(reading, Reading)
        assert (reading.values["name"], reading.values["address"]) == (name, address)
        assert ("address" in reading.review) is ("〓" in address)
        assert "〓" not in name or "name" in reading.review
        seen += name.count("〓") + address.count("〓")
    assert seen > 200


def coded(text: str) -> str:
    """What a licence can hold of a text: full width, 〓 where there is no code."""
    shown = ""
    for char in text:
        if unicodedata.category(char) == "Mn":
            continue
        wide = chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else "　" if char == " " else char
        try:
            jis(wide)
        except UnicodeEncodeError:
            wide = "〓"
        shown += {"〜": "～", "−": "－", "‖": "∥"}.get(wide, wide)
    return shown


def marked(text: str) -> str:
    """External characters by their numbers, as `jis` takes them."""
    return "".join(f"{{※{place % 7 + 1}}}" if char == "〓" else char for place, char in enumerate(text))


def test_from_residence_cards() -> None:
    for person in people(60):
        address = person.address.encode()[:300].decode(errors="ignore")
        card = FirstGeneration(address.encode(), front=b"")
        reading = try_card(card, Person(SecretKind.CARD_NUMBER, b"AA12345678BB"))
        assert isinstance(reading, Reading) and reading.values == {"address": address}


def test_over_the_wire_into_the_slot() -> None:
    """From the agent's answer to what the server keeps; `tests/integration` goes on to the form."""
    for person in people():
        values = {"name": person.name, "address": person.address, "birth": person.birth, "sex": person.sex}
        sent = json.dumps(Answer("read", Card.MY_NUMBER, values).as_sent(), ensure_ascii=False).encode()
        kept = json.dumps(parse_reading(json.loads(sent), FIELDS).as_stored())
        assert reading_of(json.loads(kept)).values == values
