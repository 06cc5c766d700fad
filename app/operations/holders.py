"""Who works on a case, in words: what a colleague is told who comes too late."""

from __future__ import annotations

from datetime import datetime

from app.data import audit, staff
from app.data.models.case import CaseRow
from app.domain.authority import Actor
from app.domain.case import Case, State
from app.domain.dates import in_japan, today_in_japan


def moment_text(at: datetime) -> str:
    """The time of today, otherwise the day as well: 12:30, 11月20日 12:30."""
    local = in_japan(at)
    return (
        f"{local:%H:%M}"
        if local.date() == today_in_japan()
        else f"{local.month}月{local.day}日 {local:%H:%M}"
    )


def staff_text(staff_id: str, counter: str) -> str:
    """A member of staff with the counter: 見本　健さん（保険年金課）."""
    name = staff.list_staff_names({staff_id}).get(staff_id, staff_id)
    return f"{name}さん（{staff.counter_title(counter)}）" if counter else f"{name}さん"


def taken_text(row: CaseRow | Case) -> str:
    """That somebody else has the case now, since when, and what he can do about it."""
    who = staff_text(row.held_by, row.counter)
    when = f"が {moment_text(row.held_since)} に引き取りました" if row.held_since else "が受け付けています"
    state = "いまは中断中です。" if row.state == State.SUSPENDED else ""
    return f"この受付は、{who}{when}。{state}続けるには引き取ってください。"


def changed_text(row: CaseRow, actor: Actor) -> str:
    """Who changed the case last and when, for one whose screen is older than that."""
    last = audit.last_change(row.id)
    if last is None or last.actor_id == actor.staff_id:
        when = moment_text(last.at) if last else moment_text(row.changed_at)
        return f"この受付は、別の画面で {when} に更新しています。最新の内容を確認してください。"
    return f"この受付は、{staff_text(last.actor_id, last.counter)}が {moment_text(last.at)} に更新しました。"
