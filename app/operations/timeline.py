"""The timeline of a case in words: what the operation log says of it, with the texts that belong to each entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from app.data.audit import Entry
from app.domain.case import (
    CHANNEL_LABELS,
    KIND_LABELS,
    MEMO_LABELS,
    PROCEDURE_STATE_LABELS,
    STEP_LABELS,
    Case,
    CaseDocument,
)
from app.domain.content import ContentPack
from app.domain.review import ReviewEntry

T = TypeVar("T")

LOOKS = frozenset(
    {
        "case.viewed",
        "ledger.viewed",
        "review.viewed",
        "document.opened",
        "warning.revealed",
    }
)
"""Entries of who only looked: told apart, so that what was done is not lost among them."""

MOST_NAMED = 4
_LEVELS = {"restricted": "取扱注意", "hold": "発行禁止・停止", "confirm": "要確認", "notice": "お知らせ"}
_SAME = timedelta(seconds=5)
"""An entry and what it speaks of are written in one transaction, a moment apart."""


@dataclass(frozen=True)
class Moment:
    """An entry of the timeline with its words; empty when its label says everything."""

    entry: Entry
    words: str


def told(
    entries: Iterable[Entry], case: Case, pack: ContentPack, reviews: Iterable[ReviewEntry]
) -> tuple[Moment, ...]:
    """Entries with their words."""
    teller = _Teller(case, pack, tuple(reviews))
    return tuple(Moment(entry, "　".join(part for part in teller.parts(entry) if part)) for entry in entries)


def untold(entries: Iterable[Entry]) -> tuple[Moment, ...]:
    """Entries of a case of which nothing more may be shown."""
    return tuple(Moment(entry, "") for entry in entries)


class _Teller:
    def __init__(self, case: Case, pack: ContentPack, reviews: tuple[ReviewEntry, ...]) -> None:
        self._case, self._pack, self._reviews = case, pack, reviews
        self._documents = {one.id: one for one in case.documents}

    def parts(self, entry: Entry) -> Iterable[str]:
        detail = entry.detail
        if "procedure" in detail:
            yield self._title(detail["procedure"])
        listed = detail.get("procedures", detail.get("codes"))
        if isinstance(listed, list) and "level" not in detail:
            yield _named(self._title(code) for code in listed)
        if "state" in detail:
            yield "→ " + PROCEDURE_STATE_LABELS.get(detail["state"], ("", ""))[1]
        yield from self._choices(entry)
        if isinstance(detail.get("cases"), list):
            yield _named(detail["cases"])
        if "document" in detail:
            yield from self._document(self._documents.get(detail["document"]), detail)
        yield self._text_of(entry)

    def _choices(self, entry: Entry) -> Iterable[str]:
        detail = entry.detail
        if "level" in detail:
            yield _LEVELS.get(str(detail["level"]), "")
        if "channel" in detail:
            yield CHANNEL_LABELS.get(detail["channel"], "")
        if "kind" in detail and entry.action == "case.kind_chosen":
            yield KIND_LABELS.get(detail["kind"], "")
        if "step" in detail:
            yield STEP_LABELS.get(detail["step"], "")
        asked = [detail["question"]] if "question" in detail else detail.get("questions", [])
        if isinstance(asked, list):
            found = (self._pack.question_by_fact.get(str(one)) for one in asked)
            yield _named(one.text for one in found if one)

    def _document(self, document: CaseDocument | None, detail: dict[str, object]) -> Iterable[str]:
        if document is None:
            return
        yield _named(
            f"{form['title']}（第{form['version']}版・{form.get('copies') or 1}部）"
            for form in document.forms
        )
        yield f"{document.pages}ページ"
        if detail.get("data") == "today":
            yield "今日の内容で"

    def _text_of(self, entry: Entry) -> str:
        """The memo or the reviewer's words that were written with the entry."""
        if entry.action == "case.memo_added":
            memos = [(one.written_at, one) for one in self._case.memos if one.written_by == entry.actor_id]
            memo = _nearest(memos, entry.at)
            return f"{MEMO_LABELS.get(memo.kind, 'メモ')}「{memo.text}」" if memo else ""
        if entry.action.startswith("review.") or entry.action == "case.review_answered":
            said = _nearest([(one.at, one) for one in self._reviews if one.by == entry.actor_id], entry.at)
            return f"「{said.text}」" if said and said.text else ""
        return ""

    def _title(self, code: object) -> str:
        procedure = self._pack.procedure_by_code.get(str(code))
        certificate = self._pack.certificate_by_code.get(str(code))
        return procedure.title if procedure else certificate.title if certificate else str(code)


def _nearest(written: Sequence[tuple[datetime, T]], at: datetime) -> T | None:
    """What was written with an entry: the nearest in time, if it is near enough."""
    near = [(abs(when - at), place) for place, (when, _one) in enumerate(written) if abs(when - at) < _SAME]
    return written[min(near)[1]][1] if near else None


def _named(texts: Iterable[str]) -> str:
    every = list(texts)
    more = f" ほか{len(every) - MOST_NAMED}件" if len(every) > MOST_NAMED else ""
    return "、".join(every[:MOST_NAMED]) + more
