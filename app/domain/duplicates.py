"""The same application twice on one day (重複): the same person and procedure, or kind of certificate, at any counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PROCEDURE, CERTIFICATE = "procedure", "certificate"


@dataclass(frozen=True)
class Earlier:
    """What was taken before: of which kind and code, in which case, when, by whom and at which counter (codes).

    ``received``: it was received (受付済), not only printed.
    """

    kind: str
    code: str
    case_id: str
    number: str
    at: datetime
    by: str
    counter: str
    received: bool = True

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.code, self.case_id
