"""The one search box: what was typed, as conditions that must all hold, each in the ways it can be read."""

from dataclasses import replace
from datetime import date

from app.domain.dates import DateProblem
from app.domain.names import split_corporation
from app.domain.numbers import NumberProblem
from app.domain.query_conditions import conditions
from app.domain.query_steps import MOST_STEPS, further_readings
from app.domain.query_text import births_apart, plain_query
from app.domain.query_words import Box, Script, Word, read_words
from app.domain.search import By, Condition, Match, Query, Reading

__all__ = ["By", "Condition", "Match", "Query", "Reading", "parse_query"]

MOST_CHARACTERS = 100
MOST_WORDS = 8


def parse_query(text: str, *, today: date, own_city: str = "") -> Query:
    """The query of a text typed into the search box.

    Takes names in kanji, kana of any width or Latin letters, a corporation with or without its form, a birth date,
    year or month in any notation, numbers, phones or their end (電話1965 for one that looks like a year), addresses and
    lots, a reception number, and several of them with spaces between. `own_city` (熊本県玉名市) is dropped from addresses.
    """
    plain = plain_query(text)
    if len(plain) > MOST_CHARACTERS or len(plain.split()) > MOST_WORDS:
        return Query(
            text, problem=f"入力が長すぎます。{MOST_WORDS}語、{MOST_CHARACTERS}文字までで探してください。"
        )
    problem = ""
    firsts: list[tuple[Condition, ...]] = []
    others: list[tuple[Condition, ...]] = []
    # サンハイツH1 is a building after all; that its end is no date is then nothing to speak of.
    for typed in dict.fromkeys((births_apart(plain), plain)):
        try:
            found = _readings(typed, today, own_city)
        except (DateProblem, NumberProblem) as caught:
            problem = caught.message
        else:
            firsts += found[:1]
            others += found[1:]
    asked = list(dict.fromkeys(firsts + others))[: MOST_STEPS + 1]
    if not asked:
        return Query(text, problem=problem, too_short=not problem)
    query: Query | None = None
    for asked_for in reversed(asked):
        query = Query(text, asked_for, otherwise=query)
    return query or Query(text, too_short=True)


def _readings(typed: str, today: date, own_city: str) -> list[tuple[Condition, ...]]:
    """The conditions of a text, and after them those of its other readings; none where too little was typed."""
    words = _words(typed, today, own_city)
    first = tuple(conditions(words, own_city))
    return [first, *further_readings(words, own_city)] if first else []


def _words(typed: str, today: date, own_city: str) -> list[Word]:
    words = typed.split()
    read = read_words(words, Box(today, own_city, len(words) == 1))
    if any(split_corporation(word.text)[1] for word in read if word.script):
        return [replace(word, script=Script.TEXT) if word.script else word for word in read]
    return read
