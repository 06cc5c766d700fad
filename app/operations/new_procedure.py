"""A new procedure from a short form (新しい手続きを追加): the procedure, its facts, its question and its row, in one act."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.authority import Actor, Right
from app.domain.drafts import Line
from app.domain.errors import Invalid
from app.operations.draft_edit import add_rows, section_of
from app.operations.draft_pack import DraftPack
from app.operations.drafts import read

OLDEST = 130
LONGEST = {"title": 40, "explanation": 300, "reason": 300, "question": 120, "why": 200, "legal_basis": 120}
_CODE = re.compile(r"[a-z][a-z0-9_]{1,37}")
Row = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class NewProcedure:
    """What the form says. Ages are whole years; `to_year_end` reads the upper one as the end of that school year (年度末).

    `per` is `person` or `case`, `who` `movers` or `members`. `question` is asked once (`asks` = case) or of each person;
    `answer` is what makes the procedure needed.
    """

    title: str
    code: str
    section: str
    place: str
    per: str
    who: str
    events: tuple[str, ...]
    explanation: str
    reason: str
    age_from: int | None
    age_to: int | None
    to_year_end: bool
    question: str
    why: str
    asks: str
    answer: bool
    group: str
    bring: tuple[str, ...]
    deadline: str
    form: str
    pamphlet: str
    legal_basis: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Offered:
    """What the form is filled from: (code, name) pairs, and the section of whoever fills it in."""

    sections: tuple[tuple[str, str], ...]
    events: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    deadlines: tuple[tuple[str, str], ...]
    forms: tuple[tuple[str, str], ...]
    pamphlets: tuple[tuple[str, str], ...]
    section: str


def offered(draft_id: str, actor: Actor) -> tuple[DraftPack, Offered]:
    """The draft and what its form offers. Raises NotFound."""
    found = read(draft_id)

    def pairs(part: str) -> tuple[tuple[str, str], ...]:
        known = found.lists.of(part)
        return tuple((code, known.shown(code)) for code in known.names)

    return found, Offered(
        pairs("sections"), pairs("events"), pairs("question_groups"), pairs("deadlines"), pairs("forms"),
        pairs("pamphlets"), "" if actor.may(Right.MANAGE_CONTENT) else section_of(found, actor),
    )  # fmt: skip


def add(draft_id: str, entered: NewProcedure, actor: Actor) -> str:
    """Write everything a new procedure needs into a draft; its code. Raises Invalid naming each field, Refused, NotFound."""
    found = read(draft_id)
    wrong = dict(_wrong(found, entered))
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    code = entered.code or _free(found, "procedures", "added")
    add_rows(draft_id, list(_rows(found, entered, code)), actor)
    return code


def _wrong(found: DraftPack, entered: NewProcedure) -> Iterator[tuple[str, str]]:
    for name, most in LONGEST.items():
        text = getattr(entered, name)
        if len(text) > most:
            yield name, f"{len(text)}文字あります。{most}文字以内にしてください。"
    yield from _wrong_codes(found, entered)
    if not entered.title:
        yield "title", "手続きの名前を入力してください（例: 出産祝金の申請）。"
    if not entered.events or set(entered.events) - found.lists.of("events").names.keys():
        yield "events", "この手続きが必要になる用件を、1つ以上選んでください。"
    if not entered.explanation:
        yield "explanation", "住民に説明する文を入力してください。"
    yield from _wrong_ages(entered)
    if entered.question and entered.group not in found.lists.of("question_groups").names:
        yield "group", "質問の分類を選んでください。"
    if entered.question and entered.per == "case" and entered.asks == "person":
        yield "asks", "世帯で1つの手続きでは、質問も世帯に一度だけにしてください。"
    if entered.valid_from and entered.valid_to and entered.valid_to < entered.valid_from:
        yield "valid_to", "終わりの日が始まりの日より前です。"


def _wrong_codes(found: DraftPack, entered: NewProcedure) -> Iterator[tuple[str, str]]:
    if entered.code and not _CODE.fullmatch(entered.code):
        yield (
            "code",
            f"「{entered.code}」は記号にできません。英小文字・数字・_ で書いてください（空欄なら自動で付きます）。",
        )
    elif entered.code in _codes(found, "procedures"):
        yield "code", f"記号「{entered.code}」はもう使われています。別の記号にするか、空欄にしてください。"
    lists = {"section": "sections", "deadline": "deadlines", "form": "forms", "pamphlet": "pamphlets"}
    for name, part in lists.items():
        code = getattr(entered, name)
        if (code or name == "section") and code not in found.lists.of(part).names:
            yield name, "一覧から選んでください。"


def _wrong_ages(entered: NewProcedure) -> Iterator[tuple[str, str]]:
    for name, age in (("age_from", entered.age_from), ("age_to", entered.age_to)):
        if age is not None and not 0 <= age <= OLDEST:
            yield name, f"0から{OLDEST}までの数で入力してください。"
    if entered.age_from is not None and entered.age_to is not None and entered.age_to < entered.age_from:
        yield "age_to", "上の年齢が下の年齢より小さくなっています。"


def _rows(found: DraftPack, entered: NewProcedure, code: str) -> Iterator[Row]:
    facts = list(_age_facts(found, entered, code))
    conditions: list[list[Any]] = []
    concerns = facts[-1][0] if facts else ""
    if concerns and entered.per == "case":
        facts.append(_anyone(entered, code, concerns))
    yield from (("facts", row) for _, row in facts if row)
    if facts:
        conditions.append([facts[-1][0], "is", True])
    if entered.question:
        yield from _question(found, entered, code)
        conditions.append([f"{code}_asked", "is", entered.answer])
    yield "procedures", _procedure(found, entered, code, concerns if entered.per == "case" else "")
    row = {
        "id": f"{code}_1", "procedure": code, "events": list(entered.events), "conditions": conditions,
        "reason": entered.reason or _reason(entered, bool(conditions)), "legal_basis": entered.legal_basis,
    }  # fmt: skip
    if entered.who == "members":
        row["who"] = "members"
    yield "rules", _filled(row, keep=("conditions",))


def _reason(entered: NewProcedure, conditioned: bool) -> str:
    what = entered.title.removesuffix("の申請")
    if entered.per == "case":
        return f"{what}の対象になるため、手続きが必要です。"
    why = "{age}歳で" if entered.age_from is not None or entered.age_to is not None else ""
    reached = "の条件に当てはまる" if conditioned and not why else "の対象になる"
    return f"{{name}}さんは{why}{what}{reached}ため、手続きが必要です。"


def _procedure(found: DraftPack, entered: NewProcedure, code: str, concerns: str) -> dict[str, Any]:
    orders = [
        line.cells.get("order")
        for line in found.of_part["procedures"]
        if line.cells.get("section") == entered.section
    ]
    numbers = [one for one in orders if isinstance(one, int)]
    row = {
        "code": code, "title": entered.title, "section": entered.section, "place": entered.place, "per": entered.per,
        "order": max(numbers, default=900) + 1, "explanation": entered.explanation, "legal_basis": entered.legal_basis,
        "bring": list(entered.bring), "forms": [entered.form] if entered.form else [], "deadline": entered.deadline,
        "pamphlets": [entered.pamphlet] if entered.pamphlet else [], "concerns": concerns,
        "valid_from": entered.valid_from, "valid_to": entered.valid_to,
    }  # fmt: skip
    if entered.per == "person":
        row["applicant"] = "target"
    return _filled(row)


def _filled(row: Mapping[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in keep or value not in ("", None, [])}


def _question(found: DraftPack, entered: NewProcedure, code: str) -> Iterator[Row]:
    fact = f"{code}_asked"
    label = entered.question.rstrip("。？?")
    if any(line.cells.get("label") == label for line in found.of_part["facts"]):
        label = f"{label}（{entered.title}）"
    yield (
        "facts",
        {"id": fact, "label": label, "type": "yes_no", "subject": entered.asks, "source": "question"},
    )
    mine = [line for line in found.of_part["questions"] if line.cells.get("group") == entered.group]
    last = max((one for one in map(_order, mine)), default=0)
    why = entered.why or f"{entered.title}の対象になるかを確かめるためです。"
    yield "questions", {
        "id": fact, "fact": fact, "text": entered.question, "why": why, "group": entered.group, "order": last + 1,
    }  # fmt: skip
    # What a household with nothing special answers: the example households are asked too.
    yield "ordinary", {"fact": fact, "answer": not entered.answer}


def _order(line: Line) -> int:
    order = line.cells.get("order")
    return order if isinstance(order, int) else 0


def _age_facts(
    found: DraftPack, entered: NewProcedure, code: str
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """The facts of the ages, the one that says it all last; without a row where the draft has the fact already."""
    low, high = entered.age_from, entered.age_to
    parts: list[tuple[str, dict[str, Any] | None]] = []
    if high is not None and entered.to_year_end:
        parts.append(_derived(found, f"{code}_until", f"{high}歳の年度末まで", "until_march_31", [high]))
    elif high is not None:
        parts.append(
            _derived(found, f"{code}_age", f"{low or 0}歳から{high}歳まで", "age_between", [low or 0, high])
        )
        low = None
    if low is not None:
        parts.append(_derived(found, f"{code}_from", f"{low}歳以上", "reached", [low]))
    yield from parts
    if len(parts) > 1:
        label = f"{entered.age_from}歳から{high}歳の年度末まで"
        yield _derived(found, f"{code}_age", label, "all_of", [one for one, _ in parts])


def _derived(
    found: DraftPack, fact: str, label: str, function: str, args: list[Any]
) -> tuple[str, dict[str, Any] | None]:
    source = f"derived:{function}"
    for line in found.of_part["facts"]:
        if line.cells.get("source") == source and line.cells.get("args") == args:
            return str(line.cells["id"]), None
    taken = {str(line.cells.get("label")) for line in found.of_part["facts"]}
    row = {
        "id": fact, "label": label if label not in taken else f"{label}（{fact}）", "type": "yes_no", "subject": "person",
        "source": source, "args": args,
    }  # fmt: skip
    return fact, row


def _anyone(entered: NewProcedure, code: str, fact: str) -> tuple[str, dict[str, Any]]:
    function, whose = ("any_member", "世帯") if entered.who == "members" else ("any_mover", "異動する方")
    row = {
        "id": f"{code}_any", "label": f"{whose}に{entered.title}の対象の方がいること", "type": "yes_no", "subject": "case",
        "source": f"derived:{function}", "args": [fact],
    }  # fmt: skip
    return f"{code}_any", row


def _codes(found: DraftPack, part: str) -> set[str]:
    return {str(line.cells.get("code")) for line in found.of_part[part]}


def _free(found: DraftPack, part: str, stem: str) -> str:
    taken, number = _codes(found, part), 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"
