"""Quick entry of an invented household: 「主40 妻38 子8 子3」 becomes four persons with names, relationships and birth dates."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.ages import birthday
from app.domain.date_input import parse_date
from app.domain.eras import ERAS, DateProblem

NAMES = "甲乙丙丁戊己庚辛壬癸"
"""What invented persons are called who are given no name of their own, in their order."""

MOST_PEOPLE = len(NAMES)
HOUSEHOLDER = "世帯主"
STAYS = "残"
"""Behind a person: he does not move himself."""

_SHORT = {"": HOUSEHOLDER, "主": HOUSEHOLDER, "長男": "子", "長女": "子", "二男": "子", "二女": "子"}
_SEPARATORS = re.compile(r"[\s、，・/+]+")
_DATE_BEGINS = re.compile(rf"\d|[A-Za-z]|{'|'.join(era.name for era in ERAS)}")
_HALF_A_YEAR = timedelta(days=183)
_OLDEST = 120


@dataclass(frozen=True)
class InventedPerson:
    """A person of an invented household; `birth` is "YYYY-MM-DD" with 00 for an unknown part."""

    name: str
    relationship: str
    birth: str
    moves: bool = True


class LineProblem(ValueError):
    """A part of the line that cannot be read; `message` says what was read, what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def parse_household(text: str, on: date) -> list[InventedPerson]:
    """The persons of a line: relationship with age on a day, or with a birth date in any form the counter uses.

    An age puts the birthday half a year before the day, so that it holds for months around it. The first person is the
    householder where nothing else is said. Raises `LineProblem`.
    """
    parts = [part for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text)) if part]
    if not parts:
        raise LineProblem("世帯の方を入力してください。例: 主40 妻38 子8 子3")
    if len(parts) > MOST_PEOPLE:
        raise LineProblem(f"{len(parts)}人あります。{MOST_PEOPLE}人までにしてください。")
    return [_person(part, name, on) for part, name in zip(parts, NAMES, strict=False)]


def _person(part: str, name: str, on: date) -> InventedPerson:
    """A person of the line; only the first may go without a relationship."""
    stays = part.endswith(STAYS)
    said = part.removesuffix(STAYS)
    begins = _DATE_BEGINS.search(said)
    if begins is None:
        raise LineProblem(f"「{part}」に年齢か生年月日がありません。例: 妻38、妻S60.1.2")
    relationship, born = said[: begins.start()], said[begins.start() :].removesuffix("歳")
    if not relationship and name != NAMES[0]:
        raise LineProblem(f"「{part}」に続柄がありません。例: 妻38")
    return InventedPerson(name, _SHORT.get(relationship, relationship), _birth(part, born, on), not stays)


def _birth(part: str, born: str, on: date) -> str:
    if born.isdecimal() and len(born) <= 3:
        age = int(born)
        if age > _OLDEST:
            raise LineProblem(f"「{part}」の年齢は読めません。{_OLDEST}歳までで入力してください。")
        return birthday(on - _HALF_A_YEAR, -age).isoformat()
    try:
        read = parse_date(born, today=on, field="birth")
    except DateProblem as problem:
        raise LineProblem(f"「{part}」: {problem.message}") from problem
    return f"{read.year or 0:04}-{read.month or 0:02}-{read.day or 0:02}"
