"""Review: which way leads where, and what differs from the register."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.domain.case import ProcedureState as S
from app.domain.review import ReviewAction, actions_on, compare, days_since, state_after


def test_no_action_passes_over_the_counter_or_the_review() -> None:
    reached = {(action, state): state_after(action, state) for action in ReviewAction for state in S}
    assert all(
        after is None
        for (_action, state), after in reached.items()
        if state in {S.NOT_STARTED, S.PRINTED, S.GUIDED}
    )
    assert [state for state in S if state_after(ReviewAction.COMPLETE, state)] == [S.REVIEWED]
    assert ReviewAction.APPROVE not in actions_on(S.SENT_BACK), (
        "the counter answers first, or it is taken back"
    )
    assert state_after(ReviewAction.TAKE_BACK, S.COMPLETED) is S.UNDER_REVIEW


def test_age_is_counted_by_the_days_of_the_city() -> None:
    late = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    assert days_since(late, date(2026, 11, 23)) == 0, "half past midnight in Japan is the next day"
    assert days_since(late, date(2026, 12, 1)) == 8


def test_only_what_says_something_else_differs() -> None:
    labels = {"name": "氏名", "kana": "カナ", "address": "住所", "nationality": "国籍"}
    found = compare(
        labels,
        {"name": "架空　太郎", "kana": "カクウ", "address": "新しい住所"},
        {"name": "架空太郎", "kana": ""},
    )
    assert [(one.label, one.differs) for one in found] == [("氏名", False), ("カナ", True), ("住所", True)]
