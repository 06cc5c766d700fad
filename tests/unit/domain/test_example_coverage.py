"""The example households together show every procedure of the catalogue and every point that is easily got wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import jpholiday
import pytest

from app.domain.deadlines import find_deadline, find_deadline_rule
from app.domain.examples import received_on
from tests.unit.domain.households import default_pack

CATALOGUE = range(1, 105)
EXAMPLES = {one.code: one for one in default_pack().examples if not one.retired}

TRAPS = (
    "世帯主死亡で残り1人",
    "転入者の一部だけ国保",
    "児童だけ・受給者だけ転出",
    "公務員の児童手当",
    "月末転入と15日特例",
    "16日目の受給資格証明書",
    "75歳到達月の異動",
    "県内・県外の後期高齢者医療",
    "学生の転出（修学特例）",
    "施設入所（国保と介護で特例が別）",
    "母が先に転入し父が残る別居監護",
    "支援措置を受ける方の世帯に相手方が同居",
    "外国人の世帯主",
    "旧氏・通称の併記",
    "同じ日の転入・婚姻・転居",
    "過去の住民の再転入",
    "届出が閉庁日明け",
)

BY_HAND = {
    21: "在留期間を延ばした方の申出で追加する",
    33: "申し出る方が来たときに追加する",
    51: "個人番号が年金と結びついていない方だけで、窓口の資料からは分からない",
    79: "利用の希望があるときに追加する",
    92: "相談の希望があるときに追加する",
}
"""Rows no list can hold by itself, with the reason: staff add them when somebody asks for them."""

ALWAYS = {
    5: "転居届",
    9: "世帯分離届",
    10: "世帯合併届",
    11: "世帯構成変更届",
    26: "出生届",
    27: "死亡届",
    28: "婚姻届",
    29: "離婚届",
    32: "氏名の変更届",
    99: "水道・ごみの案内",
    104: "市役所の外での手続きの案内",
}
"""Rows that every household of their events needs, so that no example can show one without."""


def rows_shown() -> dict[int, set[str]]:
    """The codes of the examples that need each row of the catalogue."""
    number = {one.code: one.number for one in default_pack().procedures}
    shown = defaultdict(set)
    for example in EXAMPLES.values():
        for code in example.needed:
            shown[number[code]].add(example.code)
    return shown


def test_there_are_two_hundred_and_each_says_where_it_comes_from() -> None:
    assert len(EXAMPLES) >= 200
    for example in EXAMPLES.values():
        assert any(sign.isdecimal() for sign in example.source) or example.event == "certificate", (
            example.code
        )


def test_every_kind_of_event_has_examples() -> None:
    missing = {event.code for event in default_pack().events} - {one.event for one in EXAMPLES.values()}
    assert missing == set()


def test_every_trap_is_set_at_least_twice() -> None:
    counted = Counter(trap for one in EXAMPLES.values() for trap in one.traps)
    assert {trap: counted[trap] for trap in TRAPS if counted[trap] < 2} == {}
    assert set(counted) == set(TRAPS)


def test_every_row_of_the_catalogue_is_needed_by_an_example_or_added_by_hand() -> None:
    shown = set(rows_shown())
    assert [row for row in CATALOGUE if row not in shown and row not in BY_HAND] == []
    assert [row for row in BY_HAND if row in shown] == []


def test_rows_added_by_hand_are_by_hand_in_the_content() -> None:
    decided = {one.number for one in default_pack().procedures if not one.by_hand}
    assert [row for row in BY_HAND if row in decided] == []


def test_every_row_is_missing_from_the_list_of_an_example_that_could_have_had_it() -> None:
    """A rule that always said yes would pass every example that needs it."""
    pack, shown = default_pack(), rows_shown()
    events = defaultdict(set)
    for rule in pack.rules:
        events[pack.procedure_by_code[rule.procedure].number] |= set(rule.events)
    never = []
    for row in CATALOGUE:
        could = {one.code for one in EXAMPLES.values() if one.event in events[row]}
        if could and not could - shown[row] and row not in ALWAYS:
            never.append(row)
    assert never == []


def closed(day: date) -> str | None:
    turn = (day.month, day.day) in {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    return "閉庁日" if day.weekday() >= 5 or turn or jpholiday.is_holiday(day) else None


@pytest.mark.parametrize(
    ("code", "procedure", "base", "last_day"),
    [
        ("in_month_end", "child_allowance", "planned_move_out_on", date(2026, 4, 15)),
        ("in_month_end", "move_in", "changed_on", date(2026, 4, 14)),
        ("in_month_end_feb", "child_allowance", "planned_move_out_on", date(2026, 3, 15)),
        ("in_month_end_feb", "move_in", "changed_on", date(2026, 3, 16)),
        ("in_day16", "care_transfer", "changed_on", date(2026, 4, 15)),
        ("in_day16_second", "care_transfer", "changed_on", date(2026, 5, 15)),
        ("in_after_holiday", "move_in", "changed_on", date(2026, 5, 11)),
        ("in_new_year", "move_in", "changed_on", date(2027, 1, 4)),
        ("addr_after_holiday", "address_change", "changed_on", date(2027, 1, 4)),
        ("birth_month_end", "child_allowance", "born_on", date(2026, 4, 14)),
        ("birth_month_end", "birth", "born_on", date(2026, 4, 13)),
        ("birth_after_holiday", "birth", "born_on", date(2026, 5, 7)),
    ],
)
def test_the_last_day_that_an_example_is_about(code: str, procedure: str, base: str, last_day: date) -> None:
    """The change date is also the announced day of moving out; closed days move the last day or do not."""
    example = EXAMPLES[code]
    pack = default_pack()
    rule = find_deadline_rule(pack, pack.procedure_by_code[procedure].deadline, received_on(example))
    assert rule is not None and procedure in example.needed

    found = find_deadline(rule, {base: example.on}, closed)

    assert found is not None and found.last_day == last_day
    late = received_on(example) > last_day
    assert late == (
        code in {"in_day16", "in_day16_second"}
        or (code, procedure) == ("in_month_end_feb", "child_allowance")
    )
    assert received_on(example) - example.on <= timedelta(days=20)
