"""The weekly sheet (点検の週報): what the rules of `app.domain.misuse` found in the operation log, for the supervisor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.data import audit, misuse_facts, staff
from app.data.misuse_facts import DECOY, WATCHED
from app.data.transactions import end_reading, transaction
from app.domain.authority import Actor, Right
from app.domain.dates import format_western, today_in_japan
from app.domain.errors import Invalid, NotFound
from app.domain.misuse import RULE_TEXTS, Finding, Week, count_by_day, find_misuse
from app.operations.cases import require
from app.operations.record_files import period

USUAL_DAYS = 28
LONGEST_REASON = 200
KINDS: Mapping[str, str] = {WATCHED: "見守りの対象", DECOY: "確認用の住民（実在しない方）"}
HEADS = ("日付", "職員", "見つけた理由", "宛名番号", "回数・人数", "確認したこと", "確認した方", "確認日")
"""The columns of the sheet as a file; the last three are for the supervisor."""


@dataclass(frozen=True)
class Sheet:
    """The findings of the days from Monday on, with the names of the staff in them."""

    monday: date
    findings: Sequence[Finding]
    staff_names: Mapping[str, str]

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    def named(self, finding: Finding) -> str:
        """Who it is about: names with ids."""
        ids = finding.staff.split("、")
        return "、".join(f"{self.staff_names.get(one, '')}（{one}）" for one in ids)

    def rows(self) -> list[tuple[str, ...]]:
        """The sheet for a file."""
        return [
            (
                format_western(one.day), self.named(one), RULE_TEXTS[one.rule], "、".join(one.persons),
                str(one.count), "", "", "",
            )
            for one in self.findings
        ]  # fmt: skip


@dataclass(frozen=True)
class Watched:
    """Somebody on the list of those to watch over."""

    id: str
    number: str
    kind: str
    reason: str
    by: str
    since: date


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def weekly_sheet(day: date, actor: Actor, *, file: bool = False) -> Sheet:
    """The sheet of the week with this day; recorded. Raises Invalid for a week that has not begun."""
    require(actor, Right.READ_AUDIT)
    monday = monday_of(day)
    if monday > today_in_japan():
        raise Invalid("まだ始まっていない週です。今週か前の週を選んでください。")
    week = _week(monday)
    findings = find_misuse(week)
    end_reading()
    with transaction():
        action = "audit.week_exported" if file else "audit.week_listed"
        detail = {"day": monday.isoformat(), "rows": len(findings)}
        audit.record(action, actor=actor, detail=detail)
    return Sheet(monday, findings, week.staff_names)


def _week(monday: date) -> Week:
    since, until = period(monday, monday + timedelta(days=6))
    looks = misuse_facts.list_looks(since, until)
    usual: dict[str, list[int]] = defaultdict(list)
    before = misuse_facts.list_looks(since - timedelta(days=USUAL_DAYS), since)
    for (_day, who), count in count_by_day(before).items():
        usual[who].append(count)
    refusals = misuse_facts.list_times(["access.refused"], since, until)
    limits = misuse_facts.list_times(["resident.search_limit", "resident.look_limit"], since, until)
    names = staff.list_staff_names({look.staff for look in looks} | set(refusals) | set(limits))
    subjects = misuse_facts.subjects_of(one for look in looks for one in look.persons)
    return Week(looks, subjects, names, usual, refusals, limits)


def watched() -> tuple[Watched, ...]:
    """The list of those to watch over."""
    return tuple(
        Watched(
            row.id, row.number, KINDS.get(row.kind, row.kind), row.reason, row.added_by, row.added_at.date()
        )
        for row in misuse_facts.list_watched()
    )


def add_watched(number: str, kind: str, reason: str, actor: Actor) -> None:
    """Put somebody on the list; recorded. Raises Invalid by field."""
    require(actor, Right.READ_AUDIT)
    wrong = {}
    if not number.isalnum() or not misuse_facts.is_known(number):
        wrong["number"] = "この宛名番号の方はいません。番号を確かめて、もう一度入力してください。"
    if kind not in KINDS:
        wrong["kind"] = "種類を選んでください。"
    if not reason.strip() or len(reason) > LONGEST_REASON:
        wrong["reason"] = f"理由を{LONGEST_REASON}文字までで入力してください。"
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    with transaction():
        if not misuse_facts.add_watched(number, kind, reason.strip(), actor.staff_id):
            text = "この方は、すでに一覧にあります。"
            raise Invalid(text, {"number": text})
        audit.record("audit.watch_added", actor=actor, persons=[number], detail={"kind": kind})


def end_watched(watched_id: str, actor: Actor) -> None:
    """Take somebody off the list; recorded. Raises NotFound."""
    require(actor, Right.READ_AUDIT)
    with transaction():
        ended = misuse_facts.end_watched(watched_id)
        if ended is None:
            raise NotFound("この方は、すでに一覧から外されています。")
        audit.record("audit.watch_ended", actor=actor, persons=[ended.number], detail={"kind": ended.kind})
