"""The demo staff, as plain data (interfaces: “Demo staff”). All persons are invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class DemoStaff:
    """A member of the demo staff: sign-in id, invented name, and (counter, role) pairs.

    The counters are those of the default content; `at_counters` places him where a content has others.
    """

    id: str
    name: str
    assignments: tuple[tuple[str, str], ...]

    def at_counters(self, codes: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """His assignments among the counters there are: at the first one where his own does not exist."""
        return tuple(
            dict.fromkeys((code if code in codes else codes[0], role) for code, role in self.assignments)
        )


DEMO_STAFF: tuple[DemoStaff, ...] = (
    DemoStaff("demo-counter", "見本　花子", (("main", "counter"), ("taimei", "counter"))),
    DemoStaff("demo-insurance", "見本　健", (("insurance", "insurance"), ("insurance", "section_content"))),
    DemoStaff("demo-care", "見本　静", (("care", "care"),)),
    DemoStaff("demo-children", "見本　未来", (("children", "children"),)),
    DemoStaff("demo-welfare", "見本　福子", (("welfare", "welfare"),)),
    DemoStaff("demo-tax", "見本　計", (("tax", "tax"),)),
    DemoStaff("demo-reviewer", "見本　確", (("main", "reviewer"),)),
    DemoStaff("demo-guardian", "見本　守", (("main", "guardian"),)),
    DemoStaff("demo-guardian2", "見本　護", (("main", "guardian"),)),
    DemoStaff("demo-admin", "見本　治", (("information", "admin"),)),
    DemoStaff("demo-content", "見本　則", (("information", "content"),)),
    DemoStaff("demo-content2", "見本　規", (("information", "content"),)),
    DemoStaff("demo-auditor", "見本　監", (("audit", "auditor"),)),
    DemoStaff("demo-robot-certificates", "証明ロボット", (("main", "robot"),)),
    DemoStaff("demo-robot-moves", "異動ロボット", (("main", "robot"),)),
)
