"""Ending a protection (支援措置の終了): never by a day that has come, only by two responsible persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EndingState(StrEnum):
    """What has become of a request."""

    ASKED = "asked"
    ENDED = "ended"
    REFUSED = "refused"


REASONS: dict[str, str] = {
    "expired": "期間が満了し、延長の申出がないことを確認した",
    "withdrawn": "本人から終了の申出があった",
    "mistaken": "仮の取扱注意を設定した方を誤っていた",
    "decided": "支援措置をしないことが決まった（仮の取扱注意）",
}
"""Why a protection may end."""


@dataclass(frozen=True)
class Ending:
    """A request that waits: whose protection is to end, why, and who asked."""

    id: str
    number: str
    reason: str
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True)
class Standing:
    """Somebody whose protection may be ended: on what ground he has it, since when, since when its end awaits a decision."""

    number: str
    ground: str
    since: datetime
    pending_since: datetime | None
