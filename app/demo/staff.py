"""The counters of the city and the demo staff, as plain data (interfaces: “Demo staff”). All persons are invented."""

from __future__ import annotations

from dataclasses import dataclass

COUNTERS: tuple[tuple[str, str], ...] = (
    ("main", "市民課"),
    ("insurance", "保険年金課"),
    ("care", "高齢介護課"),
    ("children", "子育て支援課"),
    ("welfare", "総合福祉課"),
    ("tax", "税務課"),
    ("education", "教育総務課"),
    ("living", "くらしサポート課"),
    ("taimei", "岱明支所"),
    ("yokoshima", "横島支所"),
    ("tensui", "天水支所"),
    ("information", "情報政策課"),
    ("audit", "監査"),
)
"""Code and title of every counter (窓口), in the order of the sign-in page; the codes are those of the content pack."""


@dataclass(frozen=True)
class DemoStaff:
    """A member of the demo staff: sign-in id, invented name, and (counter, role) pairs."""

    id: str
    name: str
    assignments: tuple[tuple[str, str], ...]


DEMO_STAFF: tuple[DemoStaff, ...] = (
    DemoStaff("demo-counter", "見本　花子", (("main", "counter"), ("taimei", "counter"))),
    DemoStaff("demo-insurance", "見本　健", (("insurance", "insurance"),)),
    DemoStaff("demo-care", "見本　静", (("care", "care"),)),
    DemoStaff("demo-children", "見本　未来", (("children", "children"),)),
    DemoStaff("demo-tax", "見本　計", (("tax", "tax"),)),
    DemoStaff("demo-reviewer", "見本　確", (("main", "reviewer"),)),
    DemoStaff("demo-guardian", "見本　守", (("main", "guardian"),)),
    DemoStaff("demo-guardian2", "見本　護", (("main", "guardian"),)),
    DemoStaff("demo-admin", "見本　治", (("information", "admin"),)),
    DemoStaff("demo-content", "見本　則", (("information", "content"),)),
    DemoStaff("demo-auditor", "見本　監", (("audit", "auditor"),)),
    DemoStaff("demo-robot-certificates", "証明ロボット", (("main", "robot"),)),
    DemoStaff("demo-robot-moves", "異動ロボット", (("main", "robot"),)),
)
