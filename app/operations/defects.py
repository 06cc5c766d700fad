"""What a letter lacks (不備): found from what it held and what it asks for, told to the sender, and mended (R3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.data import audit, cases
from app.domain.authority import Actor
from app.domain.case import Case, Channel, Kind, State
from app.domain.channel_details import LONGEST, TOLD_BY, PostalCheck, check_letter
from app.domain.errors import Invalid
from app.operations import packs
from app.operations.cases import changing
from app.operations.certificates import total_fee
from app.operations.channel_entry import ENCLOSED, ORDERS

DEFECT = "post.defect"
"""Fact of a case: what was missing, by what it was told (`TOLD_BY`), what was said, and on which day."""


def check(case: Case) -> PostalCheck | None:
    """What the letter lacks as far as is known now; None where no letter came."""
    if case.channel is not Channel.POST:
        return None
    fee = total_fee(case, packs.of_case(case)).total if case.kind is Kind.CERTIFICATE else 0
    return check_letter(case.fact(ENCLOSED, default=[]), case.fact(ORDERS, default=[]), fee)


def open_defect(case: Case) -> dict[str, Any] | None:
    """The defect that was told and is not mended yet."""
    found: dict[str, Any] | None = case.fact(DEFECT)
    return found


def note(case_id: str, actor: Actor, version: int | None, told: str, text: str, today: date) -> None:
    """Record what is missing and how the sender was told; the case is put aside until it comes. Raises Invalid."""
    text = text.strip()
    with changing(case_id, actor, version) as row:
        case = cases.get_case(case_id)
        found = check(case)
        wrong = {}
        if told not in dict(TOLD_BY):
            wrong["told"] = "連絡の方法を選んでください。"
        if len(text) > LONGEST:
            wrong["defect"] = f"{LONGEST}文字以内で入力してください（入力: {len(text)}文字）。"
        if found is None or not (found.missing or text):
            wrong["defect"] = "足りないものや、連絡した内容を入力してください。"
        if found is None or wrong:
            raise Invalid("入力内容を確認してください。", wrong)
        missing = list(found.missing)
        defect = {"missing": missing, "told": told, "text": text, "on": today.isoformat()}
        cases.set_fact(case_id, "", DEFECT, defect, "asked", actor.staff_id)
        words = "、".join([*missing, *([text] if text else [])])
        memo = f"郵送の不備：{words}（{dict(TOLD_BY)[told]}で連絡）"
        cases.add_memo(case_id, "reception", memo[:1000], actor.staff_id, actor.counter)
        row.state = State.SUSPENDED
        audit.record(
            "case.defect_noted", actor=actor, case_id=case_id, detail={"told": told, "missing": len(missing)}
        )
        audit.record("case.suspended", actor=actor, case_id=case_id)


def mend(case_id: str, actor: Actor, version: int | None) -> None:
    """What was missing has come."""
    with changing(case_id, actor, version):
        cases.set_fact(case_id, "", DEFECT, None, "asked", actor.staff_id)
        audit.record("case.defect_mended", actor=actor, case_id=case_id)
