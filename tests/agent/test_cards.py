"""Every family of card, as it lies on a reader: what is read, what is asked, what never is."""

from __future__ import annotations

import pytest

from cardreader_agent.cards import messaging
from cardreader_agent.reading import (
    Card,
    CardProblem,
    CommandRefused,
    Outcome,
    Reading,
    SecretKind,
    Tries,
    printed_number,
)
from cardreader_agent.session import read_card
from tests.agent.at_the_counter import DirectReader, Person, quiet, try_card
from tests.agent.virtual import my_number
from tests.agent.virtual.card import VirtualCard
from tests.agent.virtual.licence import Licence, change, entries
from tests.agent.virtual.my_number import MyNumberCard, four_items
from tests.agent.virtual.residence import FirstGeneration, ResidenceCard, SecondGeneration, picture

NAME, ADDRESS = "玉名　花子", "熊本県玉名市岩崎１６３番地"
PRINTED = printed_number("550217", "2035", "2285")


def read(card: VirtualCard, person: Person) -> Reading:
    found = try_card(card, person)
    assert isinstance(found, Reading), found
    return found


def number(value: bytes = b"AA12345678BB") -> Person:
    return Person(SecretKind.CARD_NUMBER, value)


@pytest.mark.parametrize("form", [0, 0x81, 0x82])
@pytest.mark.parametrize(
    "by", [Person(), Person(SecretKind.PRINTED_NUMBER, bytes(PRINTED))], ids=["pin", "printed"]
)
@pytest.mark.parametrize("end_status", [0x9000, 0x6282])
def test_a_my_number_card_gives_four_items(form: int, by: Person, end_status: int) -> None:
    card = MyNumberCard(four_items(NAME, ADDRESS, form=form), filler=b"")
    card.end_status = end_status
    reading = read(card, by)
    assert reading.card is Card.MY_NUMBER
    assert reading.values == {"name": NAME, "address": ADDRESS, "birth": "19800217", "sex": "1"}
    assert reading.review == () and card.secrets_sent == 1


@pytest.mark.parametrize("most", [256, 200, 7])
def test_a_long_record_is_read_to_its_end_however_little_comes_at_once(most: int) -> None:
    address = ADDRESS + "あ" * 120 + "😀𠮷号"
    card = MyNumberCard(four_items(NAME, address))
    card.most_at_once = most
    assert read(card, Person()).values["address"] == address


def test_a_tag_nobody_knows_yet_does_not_stop_the_reading() -> None:
    card = MyNumberCard(four_items(NAME, ADDRESS, more=b"\xdf\x26\x03abc"))
    assert read(card, Person()).values["name"] == NAME


@pytest.mark.parametrize("also", [my_number.MOBILE_LICENCE, my_number.RESIDENCE_PERMIT])
def test_a_card_that_carries_more_is_read_as_a_my_number_card(also: bytes) -> None:
    """マイナ免許証 and 特定在留カード."""
    card = MyNumberCard(four_items(NAME, ADDRESS), also=(also,))
    assert read(card, Person()).card is Card.MY_NUMBER
    assert not any(also in command for command in card.commands), "its other part is not even asked for"


@pytest.mark.parametrize(
    ("name", "birth", "sex", "review"),
    [
        ("SMITH JOHN MICHAEL", "19800217", "1", ()),
        ("玉名　花子（旧氏　高瀬）", "19800217", "2", ("name",)),
        ("SMITH JOHN（通称　山田　太郎）", "19800217", "1", ("name",)),
        ("ＬＩ　山田", "19800217", "1", ("name",)),
        ("〓田　花子", "19800217", "2", ("name",)),
        ("\ue000田　花子", "19800217", "2", ("name",)),
        (NAME, "19800000", "2", ("birth",)),
        (NAME, "19800230", "2", ("birth",)),
        (NAME, "19800217", "9", ()),
    ],
)
def test_what_a_person_has_to_look_at_is_marked(
    name: str, birth: str, sex: str, review: tuple[str, ...]
) -> None:
    reading = read(MyNumberCard(four_items(name, ADDRESS, birth, sex)), Person())
    assert reading.values["name"] == name and reading.review == review
    assert ("birth" in reading.values) is ("birth" not in review)
    assert ("sex" in reading.values) is (sex != "9")


def test_a_licence_gives_the_newest_entries_and_no_sex() -> None:
    changes = b"".join(
        (
            change(0x70, "5060401", "熊本県玉名市岱明町浜田１"), change(0x71, "5050401", "福岡県大牟田市不知火町２"),
            change(0x72, "5060401", "熊本県玉名市天水町小天３"), change(0x60, "4310102", "玉名　花"),
            change(0x68, "4310102", "タマナハナ"),
        )
    )  # fmt: skip
    card = Licence(entries("高瀬　花子", "タカセハナコ", ADDRESS), changes)
    reading = read(card, Person(SecretKind.LICENCE_PIN, b"4321"))
    assert reading.card is Card.LICENCE and reading.review == ()
    assert reading.values == {
        "name": "玉名　花", "kana": "タマナハナ", "address": "熊本県玉名市天水町小天３", "birth": "19800217",
    }  # fmt: skip
    assert card.pins["pin2"].left == 3 and card.secrets_sent == 1


def test_external_characters_of_a_licence_keep_their_place() -> None:
    changes = change(0x70, "5060401", "熊本県玉名市{※3}町１－２")
    card = Licence(entries("{※1}田　{※欠}子", "ヨシダ", ADDRESS), changes)
    reading = read(card, Person(SecretKind.LICENCE_PIN, b"4321"))
    assert reading.values["name"] == "〓田　〓子"
    assert reading.values["address"] == "熊本県玉名市〓町１－２"
    assert reading.review == ("address", "name")


def test_a_licence_without_a_pin_asks_nothing() -> None:
    card, person = Licence(entries(NAME, "タマナ", ADDRESS), pin=None), Person()
    assert read(card, person).values["name"] == NAME
    assert person.asked == [] and card.secrets_sent == 1


def test_a_new_name_without_a_new_reading_has_the_reading_looked_at() -> None:
    card = Licence(entries("高瀬　花子", "タカセハナコ", ADDRESS), change(0x60, "5010501", "玉名　花子"))
    assert read(card, Person(SecretKind.LICENCE_PIN, b"4321")).review == ("kana",)


@pytest.mark.parametrize(
    ("kind", "wanted"), [(b"1", Card.RESIDENCE), (b"2", Card.SPECIAL_PERMANENT)], ids=["residence", "special"]
)
@pytest.mark.parametrize("long_commands", [True, False])
def test_a_card_of_the_first_generation_gives_its_address_and_its_front(
    kind: bytes, wanted: Card, long_commands: bool
) -> None:
    card = FirstGeneration(ADDRESS.encode(), kind=kind)
    card.takes_long_commands = long_commands
    reading = read(card, number())
    assert reading.card is wanted and reading.values == {"address": ADDRESS}
    assert reading.review == ("birth", "name", "sex")
    assert [(one.shows, one.whole_face) for one in reading.pictures] == [(("name", "birth", "sex"), True)]
    assert reading.pictures[0].png.startswith(b"\x89PNG")


def test_an_address_that_was_never_written_is_left_empty() -> None:
    reading = read(FirstGeneration(b""), number())
    assert reading.values == {} and "address" in reading.review


def test_an_address_in_the_older_encoding_is_looked_at() -> None:
    reading = read(FirstGeneration(ADDRESS.encode("shift_jisx0213")), number())
    assert reading.values == {"address": ADDRESS} and "address" in reading.review


@pytest.mark.parametrize("long_commands", [True, False])
@pytest.mark.parametrize("kind", [b"05", b"06"])
def test_a_card_of_the_second_generation_gives_birth_sex_and_pictures(
    kind: bytes, long_commands: bool
) -> None:
    card = SecondGeneration(kind=kind)
    card.takes_long_commands = long_commands
    reading = read(card, number())
    assert reading.values == {"birth": "19900523", "sex": "2"}
    assert [one.shows for one in reading.pictures] == [("name",), ("address",)]
    assert not any(one.whole_face for one in reading.pictures)


@pytest.mark.parametrize("card", [FirstGeneration(b""), SecondGeneration()])
def test_a_wrong_card_number_is_told_and_blocks_nothing(card: ResidenceCard) -> None:
    assert try_card(card, number(b"AA12345678BC")) == (Outcome.WRONG_NUMBER, None)
    assert isinstance(try_card(card, number()), Reading)


def test_a_forged_residence_card_is_not_believed() -> None:
    """It does not know the number, so it cannot prove it: whatever it sends, no field is filled."""
    for length in (40, 39, 0):
        card = SecondGeneration()
        card.always = lambda command, n=length: bytes(n) + b"\x90\0" if command[1] == 0x82 else None
        assert try_card(card, number()) == (Outcome.CARD_ERROR, None)
        assert card.secrets_sent == 0


@pytest.mark.parametrize("code", [0x80100016, 0x80100008, 0x1F], ids=["moved", "buffer", "windows"])
@pytest.mark.parametrize("loses_card", [False, True])
def test_a_reader_that_passes_no_long_command(code: int, loses_card: bool) -> None:
    """It is found out once; where the card was lost over it, the next reading takes short commands."""
    card = SecondGeneration()
    reader = DirectReader(card)
    reader.name = f"short {code} {loses_card}"

    def no_long(command: bytes) -> None:
        if command[:2] == b"\x08\xb0" and command[4] == 0:
            if loses_card:
                card.power()
            raise CommandRefused(code) if code < 0x10000 else CardProblem(Outcome.CARD_REMOVED, status=code)

    card.always = no_long  # type: ignore[assignment]
    if loses_card:
        with pytest.raises(CardProblem):
            read_card(reader, number(), quiet, wait=0)
    assert read_card(reader, number(), quiet, wait=0).values == {"birth": "19900523", "sex": "2"}
    card.commands.clear()
    read_card(reader, number(), quiet, wait=0)
    assert not [command for command in card.commands if command[:2] == b"\x08\xb0" and command[4] == 0]


def test_the_published_values_of_both_ciphers() -> None:
    """A test vector of the cards' specification: number AA12345678BB."""
    sent = [bytes.fromhex("1122334455667788"), bytes.fromhex("404142434445464748494A4B4C4D4E4F")]
    triple, aes = (
        messaging.challenge(
            suite, b"AA12345678BB", bytes.fromhex(theirs), randomness=lambda length: next(s for s in sent if len(s) == length)
        )
        for suite, theirs in (
            (messaging.TripleDesSuite(), "5A6E7E385162B7A3"), (messaging.AesSuite(), "921CE277323DA057"),
        )
    )  # fmt: skip
    assert triple.command_data().hex().upper() == (
        "937745C20883A1BAD1E04193722A1592378F81A8F1DC589157AEB0F7544FA1BA1AD7FB6A3389E017"
    )
    assert aes.command_data().hex().upper() == (
        "4AD3C7B6BB484A52771977DED618B41DF841FA0476A05FBE041DEAD6109E773BAC854617634F5397"
    )
    answer = "289A96B1DA6AE3DA87770419BFD14F0BDAD15F36432B5A946C188C7221759A62FA942EC51E62FF5F"
    assert aes.session(bytes.fromhex(answer)).hex().upper() == "C19CF13D3D7FBEE9EA293D834C88952F"
    with pytest.raises(CardProblem):
        aes.session(bytes.fromhex(answer[:-2] + "5E"))


def test_nothing_is_read_that_nobody_asked_for() -> None:
    """No 12-digit number, no domicile, no face, no card number, no signature: their files are never even selected."""
    mine, licence, old, new = (
        MyNumberCard(four_items(NAME, ADDRESS)), Licence(entries(NAME, "タマナ", ADDRESS)), FirstGeneration(b""),
        SecondGeneration(),
    )  # fmt: skip
    read(mine, Person())
    read(licence, Person(SecretKind.LICENCE_PIN, b"4321"))
    read(old, number())
    read(new, number())
    selected = {
        command[5:] for command in mine.commands + licence.commands if command[:4] == b"\0\xa4\x02\x0c"
    }
    assert selected == {bytes.fromhex(name) for name in ("0002", "0011", "0015", "0001", "0004")}
    assert bytes.fromhex("00A4020C020001") not in mine.commands
    short_names = {
        command[2] for command in old.commands + new.commands if command[1] == 0xB0 and command[2] & 0x80
    }
    assert short_names == {0x8A, 0x85, 0x81, 0x83, 0x84, 0x86}
    assert 0x86 not in {command[2] for command in old.commands if command[0] == 0x08}
    assert 0x81 not in {command[2] for command in new.commands if command[0] == 0x08}
    assert all(
        command[9:11] == (4 + 2500).to_bytes(2, "big") for command in new.commands if command[2] == 0x84
    )


def test_another_card_is_named_as_such_without_touching_a_counter() -> None:
    card = VirtualCard()
    assert try_card(card, Person()) == (Outcome.UNSUPPORTED, None)
    assert {command[1] for command in card.commands} == {0xA4}


def test_a_picture_that_is_none_is_an_error() -> None:
    broken = picture(674, 425)[:-200]
    assert try_card(FirstGeneration(b"", front=broken), number()) == (Outcome.CARD_ERROR, None)


def test_the_window_is_told_which_secret_and_how_many_tries() -> None:
    person = Person()
    read(MyNumberCard(four_items(NAME, ADDRESS)), person)
    [(card, choices)] = person.asked
    assert card is Card.MY_NUMBER
    assert [(one.kind, one.left, one.tries) for one in choices] == [
        (SecretKind.TEXT_PIN, 3, Tries.READY), (SecretKind.PRINTED_NUMBER, 10, Tries.READY),
    ]  # fmt: skip
