"""Receptions in the demo city: invented families who moved in, received through the ordinary operations.

They show what a replay of past cases finds before a changed rule is published. Nobody in them is in any register.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from datetime import date, timedelta

from app.domain.authority import Actor
from app.domain.case import Channel, Kind
from app.domain.dates import format_wareki
from app.domain.interview import QuestionInstance
from app.operations import cases, counters, identity, interview, moves, notices
from app.operations.identity import IdentityInput
from app.operations.notice_members import MemberInput
from app.operations.notices import NoticeInput

MOST_ROUNDS = 20
_YES = 0.2
_SURNAMES = (
    ("架空", "カクウ"),
    ("見本", "ミホン"),
    ("例文", "レイブン"),
    ("仮名", "カメイ"),
    ("試作", "シサク"),
)
_GIVEN = {
    "1": (
        ("太郎", "タロウ"),
        ("一郎", "イチロウ"),
        ("健", "ケン"),
        ("蓮", "レン"),
        ("陽翔", "ハルト"),
        ("守", "マモル"),
    ),
    "2": (
        ("花子", "ハナコ"),
        ("咲", "サキ"),
        ("葵", "アオイ"),
        ("恵", "メグミ"),
        ("凛", "リン"),
        ("杏", "アン"),
    ),
}


def receive(count: int, seed: int, today: date) -> Iterator[str]:
    """Receive so many families on a day; yields the id of each case. The same seed gives the same families.

    Raises what the operations raise when the demo's counter, staff or content are not there.
    """
    chance = random.Random(f"receptions {seed}")
    counter, title = counters.list_all()[0]
    clerk = Actor("demo-counter", "見本　花子", counter, title, frozenset({"counter"}))
    for _ in range(count):
        yield _receive(clerk, chance, secrets.token_hex(16), today)


def _receive(clerk: Actor, chance: random.Random, token: str, day: date) -> str:
    family = _family(chance, day)
    case_id = cases.open_case(clerk, person_id=None, channel=Channel.COUNTER, token=token, today=day)
    head = family[0]
    identity.save(
        case_id, clerk, None,
        IdentityInput(
            ("my_number_card",), "self", (), head.name, head.kana, head.birth, head.sex, "熊本県隣市港町1-2", "", True
        ), day,
    )  # fmt: skip
    cases.choose_kind(case_id, clerk, None, Kind.MOVE_IN, moves.begin)
    visitor = next(one.id for one in cases.show(case_id, clerk, note=False).persons)
    members = [_with_person(head, visitor), *family[1:]]
    moved = format_wareki(day - timedelta(days=chance.randint(0, 12)))
    texts = {
        "changed_on": moved, "notified_on": format_wareki(day), "old_address": "熊本県隣市港町1-2", "origin": "other", "town": "",
        "town_text": "中央一丁目", "lot_text": f"{chance.randint(1, 90)}番地", "building_text": "", "household": "new",
        "householder": "", "old_householder": head.name,
    }  # fmt: skip
    notices.save(case_id, clerk, None, NoticeInput(texts, members), day)
    _answer(clerk, chance, case_id, day)
    interview.finish_questions(case_id, clerk, None)
    return case_id


def _with_person(member: MemberInput, person: str) -> MemberInput:
    return MemberInput(person, True, member.name, member.kana, member.birth, member.sex, member.relationship)


def _family(chance: random.Random, day: date) -> list[MemberInput]:
    """One to five persons: somebody alone, a couple, parents with children, or two who are old."""
    surname = chance.choice(_SURNAMES)

    def person(sex: str, age: int, relationship: str) -> MemberInput:
        given = chance.choice(_GIVEN[sex])
        born = day - timedelta(days=age * 365 + chance.randint(1, 360))
        name, kana = f"{surname[0]}　{given[0]}", f"{surname[1]}　{given[1]}"
        return MemberInput("", True, name, kana, format_wareki(born), sex, relationship)

    shape = chance.random()
    age = chance.randint(66, 84) if shape < 0.15 else chance.randint(21, 48)
    family = [person("1", age, "世帯主")]
    if shape < 0.1 or shape > 0.4:
        family.append(person("2", age - chance.randint(0, 4), "妻"))
    if shape > 0.55:
        family += [
            person(chance.choice("12"), chance.randint(0, 17), "子") for _ in range(chance.randint(1, 3))
        ]
    return family


def _answer(clerk: Actor, chance: random.Random, case_id: str, day: date) -> None:
    """What the family says when it is asked; what cannot be said in a word it does not know."""
    for _ in range(MOST_ROUNDS):
        waiting = interview.interview(cases.show(case_id, clerk, note=False), clerk).open
        if not waiting:
            return
        replies = [(*one.key, _said(chance, one)) for one in waiting]
        interview.answer(case_id, clerk, None, replies, day)


def _said(chance: random.Random, question: QuestionInstance) -> str:
    offered = [option.code for option in question.options if option.code != "unknown"]
    if offered == ["yes", "no"]:
        return "yes" if chance.random() < _YES else "no"
    return chance.choice(offered) if offered else "unknown"
