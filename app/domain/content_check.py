"""What can be wrong in a content pack although every field reads well: unknown codes, misfits, gaps in valid periods."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from app.domain.certificate_check import (
    check_certificates,
    check_fees,
    check_forms,
    check_offices,
    check_pamphlets,
    check_requesters,
)
from app.domain.content import ContentPack, ContentProblem
from app.domain.deadlines import check_deadlines
from app.domain.examples import check_examples
from app.domain.fact_check import check_facts
from app.domain.phrases import check_phrases
from app.domain.rule_check import check_procedures, check_questions, check_rules
from app.domain.setting_check import check_settings


def check_content(pack: ContentPack, forms: Collection[str] | None = None) -> list[ContentProblem]:
    """Everything wrong in a pack, in the order of its files; empty when it can be published.

    `forms` are the codes of the forms that exist; None leaves form codes unchecked.
    """
    checks: list[Callable[[ContentPack], Iterator[ContentProblem]]] = [
        _unique_codes,
        _valid_periods,
        check_settings,
        check_facts,
        check_questions,
        check_procedures,
        check_deadlines,
        check_rules,
        check_certificates,
        check_fees,
        check_requesters,
        check_offices,
        check_pamphlets,
        check_phrases,
        check_examples,
    ]
    # What a setting stands for has to fit where it is named.
    problems = [
        problem for check in checks for problem in check(pack if check is check_settings else pack.settled)
    ]
    if forms is not None:
        problems.extend(check_forms(pack, forms))
    return problems


def _unique_codes(pack: ContentPack) -> Iterator[ContentProblem]:
    rows: list[tuple[str, str, Iterable[str]]] = [
        ("facts.toml", "fact", (row.id for row in pack.facts)),
        ("questions.toml", "group", (row.code for row in pack.question_groups)),
        ("questions.toml", "question", (row.id for row in pack.questions)),
        ("questions.toml", "question fact", (row.fact for row in pack.questions)),
        ("procedures/", "procedure", (row.code for row in pack.procedures)),
        ("rules/", "rule", (row.id for row in pack.rules)),
        ("certificates.toml", "certificate", (row.code for row in pack.certificates)),
        ("certificates.toml", "purpose", (row.code for row in pack.purposes)),
        ("fees.toml", "measure", (row.code for row in pack.fee_measures)),
        ("fees.toml", "payment", (row.channel for row in pack.payments)),
        ("identity.toml", "document", (row.code for row in pack.identity_documents)),
        ("identity.toml", "paper", (row.code for row in pack.proof_papers)),
        ("requesters.toml", "relation", (row.code for row in pack.relations)),
        ("requesters.toml", "rule", (f"{row.target} {row.relation}" for row in pack.requester_rules)),
        ("events.toml", "event", (row.code for row in pack.events)),
        ("offices.toml", "section", (row.code for row in pack.sections)),
        ("offices.toml", "office", (row.code for row in pack.offices)),
        ("offices.toml", "counter", (row.code for row in pack.counters)),
        ("pamphlets.toml", "pamphlet", (row.code for row in pack.pamphlets)),
        ("settings.toml", "setting", (row.code for row in pack.settings)),
        ("examples/", "example", (row.code for row in pack.examples)),
        ("examples/_ordinary.toml", "preset", (row.code for row in pack.presets)),
        ("examples/_ordinary.toml", "ordinary", (row.fact for row in pack.ordinary)),
    ]
    for file, table, codes in rows:
        for code, times in Tally(codes).items():
            if times > 1:
                yield ContentProblem(
                    file, table, code, f"{times}回出てきます。", "どれか1つだけにしてください。"
                )


def _valid_periods(pack: ContentPack) -> Iterator[ContentProblem]:
    dated: list[tuple[str, str, Iterable[tuple[str, Any]]]] = [
        ("questions.toml", "question", ((row.id, row) for row in pack.questions)),
        ("procedures/", "procedure", ((row.code, row) for row in pack.procedures)),
        ("rules/", "rule", ((row.id, row) for row in pack.rules)),
        ("certificates.toml", "certificate", ((row.code, row) for row in pack.certificates)),
        ("fees.toml", "fee", ((f"{row.code} {row.channel}".strip(), row) for row in pack.fees)),
        ("fees.toml", "addition", ((f"{row.fee} {row.measure}", row) for row in pack.fee_additions)),
        ("fees.toml", "exemption", ((row.code, row) for row in pack.exemptions)),
        ("deadlines.toml", "deadline", ((row.code, row) for row in pack.deadlines)),
        (
            "phrases.toml",
            "phrase",
            ((" ".join((row.kind, row.code, row.counter)).strip(), row) for row in pack.phrases),
        ),
    ]
    for file, table, rows in dated:
        versions: dict[str, list[Any]] = {}
        for code, row in rows:
            versions.setdefault(code, []).append(row)
            if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
                read = f"{row.valid_from}～{row.valid_to}"
                yield ContentProblem(
                    file, f"{table} {code}", read, "終わりが始まりより前です。", "有効期間を直してください。"
                )
        for code, found in versions.items():
            yield from _gaps(file, f"{table} {code}", found)


def _gaps(file: str, place: str, versions: Sequence[Any]) -> Iterator[ContentProblem]:
    """Versions of one code must follow each other without a gap and without an overlap."""
    ordered = sorted(versions, key=lambda row: row.valid_from or date.min)
    for earlier, later in pairwise(ordered):
        read = f"{earlier.valid_to or '（終わりなし）'} → {later.valid_from or '（始まりなし）'}"
        if earlier.valid_to is None or later.valid_from is None or later.valid_from <= earlier.valid_to:
            yield ContentProblem(
                file,
                place,
                read,
                "有効期間が重なっています。",
                "前の版の終わりを次の版の始まりの前日にしてください。",
            )
        elif later.valid_from > earlier.valid_to + timedelta(days=1):
            yield ContentProblem(
                file,
                place,
                read,
                "有効期間に空きがあります。",
                "前の版の終わりを次の版の始まりの前日にしてください。",
            )
