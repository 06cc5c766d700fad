"""Memos of the resident register (住基メモ): on which days they speak, and at which counter they may be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

RESTRICTING = frozenset({"02", "03"})
"""発行禁止 and 成年後見: these hold everywhere, whoever may read why."""

_OPEN_END = "9999-12-31"
_WITHHELD = "（内容は登録した窓口だけが見られます）"


def memo_runs(memo: Mapping[str, str], on: date) -> bool:
    """Whether a memo speaks on a day: begun, and not past its limit. A restriction never ends by its date alone."""
    day = on.isoformat()
    if memo.get("kaishinengappi", "") > day:
        return False
    return memo.get("memokubun") in RESTRICTING or day <= (memo.get("kigennengappi") or _OPEN_END)


def audience_of(memo: Mapping[str, str]) -> str:
    """The counter (窓口) that alone may read a memo (表示権限); empty where everybody who reads memos may."""
    return memo.get("hyojikengen", "").strip().lower()


def as_seen_at(counter: str, memo: Mapping[str, str]) -> dict[str, str] | None:
    """The memo as a counter may see it: None where it is another counter's, its text withheld where it restricts all."""
    if audience_of(memo) in {"", counter}:
        return dict(memo)
    return {**memo, "naiyo": _WITHHELD} if memo.get("memokubun") in RESTRICTING else None
