"""What stands behind the neutral words of a warning (警告): shown on request, for moments, and recorded each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.data import audit, register
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.domain.case import Case, Step
from app.domain.dates import format_wareki, today_in_japan
from app.domain.disclosure import Disclosure
from app.domain.memos import RESTRICTING, memo_runs
from app.domain.person import WarningLevel
from app.domain.residence import standard_date
from app.operations.cases import show as show_case
from app.operations.households import allowed
from app.operations.layout_words import code_label
from app.operations.subjects import candidates

ARREARS, MEMO, SEAL = "04", "19", "02"
_STATES = (("nozeisodanchu", "納税相談中"), ("bunnochu", "分納中"), ("shobunchu", "処分中"))


@dataclass(frozen=True)
class Detail:
    """One warning in full: its level, what it is about, what it says, and until when it counts."""

    level: WarningLevel
    title: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class WarningDetails:
    """Everything that the asking member of staff may read of a person's warnings."""

    name: str
    protected: bool
    details: tuple[Detail, ...]


def reveal(person_id: str, actor: Actor, purpose: str, today: date | None = None) -> WarningDetails:
    """The warnings of a person in full («くわしく»); recorded as such. Raises NotFound, Refused."""
    person = allowed(person_id, actor, purpose).person
    details = details_of(person.number, actor.disclosure(purpose), today or today_in_japan())
    with transaction():
        audit.record("warning.revealed", actor=actor, persons=[person.number])
    return WarningDetails(person.name, person.protected, details)


def reveal_in_case(case_id: str, actor: Actor, today: date | None = None) -> tuple[WarningDetails, ...]:
    """The warnings of everybody in a reception who has any, in full; recorded. Raises NotFound, Refused, Stopped."""
    case = show_case(case_id, actor, note=False)
    disclosure = actor.disclosure(f"case:{case.id}")
    day = today or today_in_japan()
    named = {person.number: person.name for person in case.persons if person.number}
    if case.step is Step.SUBJECTS:
        # Whoever of the visitor's household can be chosen is asked about, too.
        household = [one for one in candidates(case, actor) if not one.protected]
        named |= {one.number: one.name for one in household}
    found = []
    for number, name in named.items():
        if details := details_of(number, disclosure, day):
            found.append(WarningDetails(name, False, details))
    with transaction():
        numbers = sorted(named)
        audit.record("warning.revealed", actor=actor, case_id=case.id, persons=numbers)
    return tuple(found)


def note_shown_in_case(case: Case, actor: Actor, level: WarningLevel) -> None:
    """Record that warnings of this level of the visitor were on the screen of a step."""
    visitor = case.visitor
    codes = [
        code
        for level_, code, _text in (visitor.seen.get("warnings", []) if visitor else [])
        if level_ == level
    ]
    if visitor is None or not codes:
        return
    with transaction():
        audit.record(
            "case.warning_shown", actor=actor, case_id=case.id, persons=[visitor.number] if visitor.number else [],
            detail={"level": level.value, "codes": codes},
        )  # fmt: skip


def details_of(number: str, disclosure: Disclosure, today: date) -> tuple[Detail, ...]:
    """Restrictions first, then arrears and memos; only data sets, and memos, that may be read at this counter."""
    rows = register.list_rows(number, [ARREARS, MEMO, SEAL], disclosure)
    found = [_memo(row) for row in rows.get(MEMO, ()) if memo_runs(row, today)]
    if any(row.get("torokujotai") == "3" for row in rows.get(SEAL, ())):
        found.append(
            Detail(
                WarningLevel.HOLD, "印鑑登録", "印鑑登録が停止されています。印鑑登録証明書は交付できません。"
            )
        )
    found += [_arrears(row) for row in rows.get(ARREARS, ()) if row.get("tainoumu") == "1"]
    return tuple(sorted(found, key=lambda one: list(WarningLevel).index(one.level)))


def _memo(row: Mapping[str, str]) -> Detail:
    kind = row.get("memokubun", "")
    level = WarningLevel.HOLD if kind in RESTRICTING else WarningLevel.CONFIRM
    until = standard_date(row, "kigennengappi")
    note = f"期限 {format_wareki(until)}" if until else ""
    if kind in RESTRICTING and note:
        note += "（期限を過ぎても、解除の登録があるまで続きます）"
    return Detail(level, f"住基メモ（{code_label(MEMO, 'memokubun', kind)}）", row.get("naiyo", ""), note)


def _arrears(row: Mapping[str, str]) -> Detail:
    tax = code_label(ARREARS, "zeimokukodo", row.get("zeimokukodo", ""))
    amount, count = row.get("tainogaku", ""), row.get("tainokensu", "")
    parts = [
        f"{count}件" if count else "",
        f"{int(amount):,}円" if amount.isdigit() else "",
        row.get("chuimongon", ""),
    ]
    states = "・".join(word for column, word in _STATES if row.get(column) == "1")
    return Detail(WarningLevel.CONFIRM, f"滞納（{tax}）", "　".join(part for part in parts if part), states)
