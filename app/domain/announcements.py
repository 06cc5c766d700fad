"""Announcements (お知らせ, R48): what the office tells the staff of some counters, or of all, for a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.errors import Invalid

LONGEST_TITLE = 60
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Draft:
    """An announcement as it is typed in: for ``counters`` (none: everybody), shown from ``first`` to ``last`` (both included)."""

    title: str
    text: str
    first: date
    last: date
    must_read: bool = False
    counters: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Announcement:
    """A published announcement; ``read`` and ``read_by`` are those who pressed «読んだ»."""

    id: str
    draft: Draft
    written_at: datetime
    written_by: str
    withdrawn_at: datetime | None
    read: bool = False
    read_by: int = 0

    def is_shown_on(self, day: date) -> bool:
        return self.withdrawn_at is None and self.draft.first <= day <= self.draft.last


def check(draft: Draft, counters: Collection[str]) -> None:
    """Raise Invalid, by field, for what cannot be published; ``counters`` are the codes that exist."""
    wrong: dict[str, str] = {}
    for name, label, text, most in (
        ("title", "件名", draft.title, LONGEST_TITLE),
        ("text", "本文", draft.text, LONGEST_TEXT),
    ):
        if not text.strip():
            wrong[name] = f"{label}を入力してください。"
        elif len(text) > most:
            wrong[name] = f"{label}は{most:,}文字以内にしてください（入力: {len(text):,}文字）。"
    if draft.last < draft.first:
        wrong["last"] = "終わりの日が、始まりの日より前です。日付を確かめてください。"
    if not draft.counters <= set(counters):
        wrong["counters"] = "この中に、いまはない窓口があります。選び直してください。"
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
