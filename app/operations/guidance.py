"""Guidance (ガイダンス, R23, R35): what to check and by which law, for every procedure, question and certificate; needs no case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.catalogue_search import Entry
from app.domain.content import Certificate, ContentPack, Procedure, Question
from app.domain.deadlines import find_deadline_rule, rule_text
from app.domain.errors import NotFound
from app.operations import catalogue, packs
from app.operations.catalogue import CERTIFICATE, PROCEDURE, QUESTION

KIND_TITLES = {PROCEDURE: "手続き", CERTIFICATE: "証明書", QUESTION: "確認事項"}
SOON = timedelta(days=60)
"""How long before its date a review is announced."""


@dataclass(frozen=True)
class Guide:
    """The guidance on one thing. `forms` are (code, title) of its forms; `overdue` is whether it should have been read again."""

    kind: str
    code: str
    title: str
    section: str
    text: str
    explanation: str
    checks: tuple[str, ...]
    law: str
    bring: tuple[str, ...]
    deadline: str
    forms: tuple[tuple[str, str], ...]
    reviewed_on: date | None
    review_by: date | None
    valid_from: date | None
    valid_to: date | None
    overdue: bool
    soon: bool


def find(query: str) -> list[Entry]:
    """What a query finds in the newest content, at most `catalogue.MOST_FOUND`. Raises NotFound before the first publication."""
    return catalogue.find(packs.current_version(), query)


def show(kind: str, code: str, today: date) -> Guide:
    """The guidance on one thing of the newest content. Raises NotFound."""
    content = packs.current()
    made = _Guides(content, today)
    row = made.find(kind, code)
    if row is None:
        raise NotFound("このガイダンスはありません。業務定義が新しくなっている場合は、探し直してください。")
    return made.guide(row)


def contents(today: date) -> list[tuple[str, list[Guide]]]:
    """Every procedure and certificate by section, in the order of the sections: the table of contents."""
    content = packs.current()
    made = _Guides(content, today)
    rows: list[Procedure | Certificate] = [*content.pack.procedures, *content.pack.certificates]
    sections = sorted(content.pack.sections, key=lambda one: one.order)
    listed = ((one.title, [row for row in rows if row.section == one.code]) for one in sections)
    return [
        (title, [made.guide(row) for row in sorted(own, key=lambda row: (row.order, row.code))])
        for title, own in listed
        if own
    ]


def reviews(today: date) -> list[Guide]:
    """Everything with guidance, what is overdue first, then by the day of its review, what has none last."""
    content = packs.current()
    made = _Guides(content, today)
    rows: list[_Row] = [*content.pack.procedures, *content.pack.certificates, *content.pack.questions]
    guides = [made.guide(row) for row in rows]
    return sorted(guides, key=lambda one: (one.review_by or date.max, one.kind, one.title))


def count_overdue(today: date) -> int:
    """How many reviews are overdue."""
    return sum(one.overdue for one in reviews(today))


_Row = Procedure | Certificate | Question


class _Guides:
    """Makes guides of one version of the content."""

    def __init__(self, content: packs.PublishedContent, today: date) -> None:
        self._pack: ContentPack = content.pack
        self._forms = {code: form.title for code, form in content.forms_on(today).items()}
        self._today = today

    def find(self, kind: str, code: str) -> _Row | None:
        """The row of the content, or None."""
        pack = self._pack
        tables: dict[str, Iterable[_Row]] = {
            PROCEDURE: pack.procedures, CERTIFICATE: pack.certificates, QUESTION: pack.questions,
        }  # fmt: skip
        return next((row for row in tables.get(kind, ()) if _code(row) == code), None)

    def guide(self, row: _Row) -> Guide:
        """Its guide."""
        due = row.review_by
        sections = self._pack.section_by_code
        section = "" if isinstance(row, Question) else row.section
        procedure = row if isinstance(row, Procedure) else None
        return Guide(
            kind=_kind(row), code=_code(row), title=row.text if isinstance(row, Question) else row.title,
            section=sections[section].title if section in sections else "",
            text=row.guidance, explanation=_explanation(row), checks=row.checks,
            law=row.legal_basis if isinstance(row, Procedure) else row.law,
            bring=procedure.bring if procedure else (), deadline=self._deadline(procedure) if procedure else "",
            forms=tuple((code, self._forms[code]) for code in (procedure.forms if procedure else ()) if code in self._forms),
            reviewed_on=row.reviewed_on, review_by=due, valid_from=row.valid_from, valid_to=row.valid_to,
            overdue=due is not None and due < self._today,
            soon=due is not None and self._today <= due <= self._today + SOON,
        )  # fmt: skip

    def _deadline(self, procedure: Procedure) -> str:
        rule = find_deadline_rule(self._pack, procedure.deadline, self._today) if procedure.deadline else None
        words = [rule_text(self._pack, rule), rule.note] if rule else []
        return "\n".join(part for part in (*words, procedure.deadline_note) if part)


def _kind(row: _Row) -> str:
    return PROCEDURE if isinstance(row, Procedure) else QUESTION if isinstance(row, Question) else CERTIFICATE


def _code(row: _Row) -> str:
    return row.id if isinstance(row, Question) else row.code


def _explanation(row: _Row) -> str:
    return row.explanation if isinstance(row, Procedure) else ""
