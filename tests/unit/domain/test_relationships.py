"""Relationships (続柄) are read as they are said, and only those that the register knows are taken."""

from __future__ import annotations

import pytest

from app.domain.relationships import is_relationship, offered, read


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("このつま", "子の妻"), ("世帯主の子の妻", "子の妻"), ("ツマノコ", "妻の子"), (" 子 の 妻 ", "子の妻"), ("ちょうなん", "長男"),
        ("せたいぬし", "世帯主"), ("おっとのちちのあね", "夫の父の姉"), ("えんこしゃ", "縁故者"), ("夫(未届)", "夫（未届）"), ("", ""),
    ],
)  # fmt: skip
def test_what_is_said_is_read(typed: str, term: str) -> None:
    assert read(typed) == term
    assert not term or is_relationship(term)


@pytest.mark.parametrize(
    "typed", ["友人", "子のの妻", "子の", "の妻", "子の友人", "子の子の子の子の子", "縁故者の子"]
)
def test_what_is_no_relationship_stays_as_typed(typed: str) -> None:
    assert read(typed) == typed and not is_relationship(typed)


def test_every_offered_term_is_one_and_says_how_it_is_read() -> None:
    terms = dict(offered())
    assert all(is_relationship(term) and read(reading) == term for term, reading in terms.items())
    assert {"世帯主", "子の妻", "妻の子", "縁故者", "同居人", "二女"} <= terms.keys()
