"""Releases (解除): a second, responsible person lets one reception go on for one person, one output and ten minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LASTS = timedelta(minutes=10)
"""How long an allowed release counts, unless its one output is made before."""

TYPED = ""
"""Stands for the number of a visitor who is in no register."""


class ReleaseState(StrEnum):
    """What has become of a person's stop."""

    STOPPED = "stopped"
    """Nothing was asked yet."""
    ASKED = "asked"
    ALLOWED = "allowed"
    REFUSED = "refused"


REASONS: dict[str, str] = {
    "self": "本人の手続き（本人確認済み）",
    "together": "併せて支援を受ける家族の手続き",
    "official": "国・裁判所などの公用の請求",
    "namesake": "同姓同名の別人と確認した",
    "other": "その他（口頭で説明）",
}
"""Why a release is asked for. The words tell a visitor who reads them nothing."""

ADDRESS_REASONS: dict[str, str] = {code: REASONS[code] for code in ("self", "together", "official")}
"""Why an address is to be printed: a namesake has no use for it, and nothing that is only told by mouth is enough."""


def paper_of(form: str, persons: Sequence[str]) -> str:
    """What tells one paper of a case from its others: the form and the persons (ids in the case) it is for; hexadecimal."""
    return hashlib.sha256("|".join((form, *persons)).encode()).hexdigest()


@dataclass(frozen=True)
class Release:
    """One person's stop in a case; ``document_id`` is the one output, once it was made.

    With a ``form`` it is asked for besides: that one paper of the case as it was then (``paper`` tells it from all others,
    ``case_version`` the case from what it becomes) may print where the person lives.
    """

    id: str
    case_id: str
    number: str
    state: ReleaseState
    reason: str
    asked_by: str
    asked_counter: str
    asked_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    until: datetime | None = None
    document_id: str | None = None
    form: str = ""
    paper: str = ""
    case_version: int = 0

    @property
    def opens_address(self) -> bool:
        """Whether it is about the address of the person, on one paper: the case goes on without it under the others."""
        return bool(self.form)

    def counts(self, now: datetime, document_id: str | None = None) -> bool:
        """Whether it lets the case go on, or the one document be opened that was made under it."""
        if self.state is not ReleaseState.ALLOWED or self.until is None or now >= self.until:
            return False
        return self.document_id is None or self.document_id == document_id
