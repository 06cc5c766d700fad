"""When a search counts (検索の確定): the log and the limits count settled searches, not every letter that is typed.

A search is settled by the button, by opening a hit, by 1.5 seconds in which nothing more is typed, or by a text that does
not go on with it. Until then the database keeps the last search of the session; the next one replaces it. Looking at a
person changes nothing here: the log says that he was looked at, and whoever counts reads it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from app.config import Settings
from app.data import audit, searches
from app.data.models.base import utc_now
from app.data.models.search import UnsettledSearchRow
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.characters import has_kanji
from app.domain.dates import in_japan
from app.domain.kana import is_kana

QUIET = timedelta(seconds=1.5)
OPENED = "resident.viewed"
_LONGEST_BURST = timedelta(seconds=30)
"""Whoever goes on typing for longer than this is not typing one search."""

_LEFT_BEHIND = timedelta(minutes=1)
_MOST_SWEPT = 5


def limit_reached(actor: Actor) -> str | None:
    """What to say (Japanese) to somebody who has searched as often as the settings allow; None while he may go on."""
    settings = _settings()
    now = utc_now()
    in_hour, in_day = searches.count(actor.staff_id, _hour(now))
    last = searches.find(actor.session) if actor.session else None
    if last is not None and _has_settled(last, now):
        in_hour += _hour(last.last_at) == _hour(now)
        in_day += _hour(last.last_at)[:8] == _hour(now)[:8]
    if settings.search_limit_day and in_day >= settings.search_limit_day:
        return (
            f"今日の検索が{in_day}回になり、上限に達しました。続けて検索するときは、所属の責任者から"
            "システム管理者へ連絡してください。"
        )
    if settings.search_limit_hour and in_hour >= settings.search_limit_hour:
        return (
            f"{in_japan(now).hour}時台の検索が{in_hour}回になり、上限に達しました。{in_japan(now).hour + 1}時になると"
            "検索できます。急ぐときは所属の責任者へ連絡してください。"
        )
    return None


def note(actor: Actor, detail: Mapping[str, Any], typed: str, *, settled: bool) -> None:
    """Keep a search for the log; joins the current transaction. ``detail`` holds codes and counts only."""
    now = utc_now()
    with transaction():
        before = searches.take(actor.session) if actor.session else None
        first_at, times = now, 1
        if before is not None:
            if (
                not _has_settled(before, now)
                and now - before.first_at < _LONGEST_BURST
                and _goes_on(audit.unseal(before.secret), typed)
            ):
                first_at, times = before.first_at, before.typed + 1
            else:
                _settle(before)
        for left in searches.take_quiet(now - _LEFT_BEHIND, _MOST_SWEPT):
            _settle(left)
        if settled or not actor.session:
            _record(actor, {**detail, "typed": times}, audit.seal(typed), now)
        else:
            searches.keep(
                session=actor.session, staff_id=actor.staff_id, counter=actor.counter, first_at=first_at,
                last_at=now, typed=times, detail=dict(detail), secret=audit.seal(typed),
            )  # fmt: skip


def settle(session_id: str) -> None:
    """The last search of this session counts from now on: a hit was opened, or the session ends."""
    if not session_id:
        return
    with transaction():
        row = searches.take(session_id)
        if row is not None:
            _settle(row)


def _has_settled(row: UnsettledSearchRow, now: datetime) -> bool:
    """Whether nothing more can come to this search: typing has stopped, or one of its hits was opened."""
    return now - row.last_at >= QUIET or audit.has_done(row.session, OPENED, row.last_at)


def _goes_on(before: str, now: str) -> bool:
    """Whether a text is the one before with more or less at its end, its last letter mended, or its kana as kanji.

    What is pasted or sent by a script is none of these, however fast it comes.
    """
    before, now = before.strip(), now.strip()
    if has_kanji(now) and all(is_kana(char) or char.isspace() for char in before):
        return True
    pairs = enumerate(zip(before, now, strict=False))
    shorter = min(len(before), len(now))
    shared = next((at for at, (one, other) in pairs if one != other), shorter)
    return shared > 0 and shared >= shorter - 1


def _settle(row: UnsettledSearchRow) -> None:
    actor = Actor(row.staff_id, "", row.counter, "", frozenset(), session=row.session)
    detail = {**row.detail, "typed": row.typed, "asked_at": row.last_at.isoformat(timespec="seconds")}
    _record(actor, detail, row.secret, row.last_at)


def _record(actor: Actor, detail: dict[str, Any], secret: bytes, at: datetime) -> None:
    audit.record("resident.search", actor=actor, detail=detail, sealed=secret)
    hour = _hour(at)
    searches.add(actor.staff_id, hour)
    in_hour, in_day = searches.count(actor.staff_id, hour)
    settings = _settings()
    if in_hour == settings.search_limit_hour or in_day == settings.search_limit_day:
        audit.record("resident.search_limit", actor=actor, detail={"hour": in_hour, "day": in_day})


def _hour(at: datetime) -> str:
    return f"{in_japan(at):%Y%m%d%H}"


def _settings() -> Settings:
    settings: Settings = current_app.config["KAKANAI"]
    return settings
