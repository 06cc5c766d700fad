"""When the watch looks into its folder: at times of day in Japan, and at an interval."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from app.config import Settings
from app.domain.dates import in_japan


def next_run(settings: Settings, last: datetime | None, now: datetime) -> datetime | None:
    """The next moment after ``now``; ``last`` is when the folder was last looked into. None without a schedule."""
    here = in_japan(now)
    moments = []
    for text in settings.feed_times:
        moment = datetime.combine(here.date(), time.fromisoformat(text), here.tzinfo)
        moments.append(moment if moment > here else moment + timedelta(days=1))
    if settings.feed_interval_minutes:
        pause = timedelta(minutes=settings.feed_interval_minutes)
        moments.append(max(last + pause, now) if last else now)
    return min(moments, default=None)
