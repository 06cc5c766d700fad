"""The counters of the city and the demo staff, as plain data (interfaces: “Demo staff”). All persons are invented."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.opening import CITY_HALL

OFFICES: tuple[tuple[str, str], ...] = (
    (CITY_HALL, "市役所"),
    ("taimei", "岱明支所"),
    ("yokoshima", "横島支所"),
    ("tensui", "天水支所"),
)
"""Code and title of every office (庁舎); each has an opening calendar of its own."""

COUNTERS: tuple[tuple[str, str, str], ...] = (
    ("main", "市民課", CITY_HALL),
    ("insurance", "保険年金課", CITY_HALL),
    ("care", "高齢介護課", CITY_HALL),
    ("children", "子育て支援課", CITY_HALL),
    ("welfare", "総合福祉課", CITY_HALL),
    ("tax", "税務課", CITY_HALL),
    ("education", "教育総務課", CITY_HALL),
    ("living", "くらしサポート課", CITY_HALL),
    ("taimei", "岱明支所", "taimei"),
    ("yokoshima", "横島支所", "yokoshima"),
    ("tensui", "天水支所", "tensui"),
    ("information", "情報政策課", CITY_HALL),
    ("audit", "監査", CITY_HALL),
)
"""Code, title and office of every counter (窓口), in the order of the sign-in page; the codes are those of the content pack."""


@dataclass(frozen=True)
class DemoStaff:
    """A member of the demo staff: sign-in id, invented name, and (counter, role) pairs."""

    id: str
    name: str
    assignments: tuple[tuple[str, str], ...]


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
