"""The separator sheet (仕切り紙) of printers that several counters share: it says whose papers begin, and names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app

from app.data import staff
from app.data.models.base import utc_now
from app.documents.form_reader import read_definition
from app.domain.authority import Actor
from app.domain.case import Case
from app.domain.case_mark import mark_of
from app.domain.dates import in_japan
from app.operations.documents import Paper
from app.operations.orders import OrderedForm

_LINES: Sequence[dict[str, Any]] = (
    {"type": "label", "x": 20, "y": 40, "w": 170, "h": 16, "text": "仕切り紙", "size": 34, "align": "center", "font": "gothic"},
    {"type": "label", "x": 20, "y": 58, "w": 170, "h": 8, "text": "この紙の次から、下の受付番号の帳票です", "size": 14, "align": "center"},
    {"type": "rect", "x": 20, "y": 80, "w": 170, "h": 60, "line": 0.8},
    {"type": "label", "x": 28, "y": 86, "w": 60, "h": 7, "text": "受付番号", "size": 13},
    {"type": "label", "x": 28, "y": 118, "w": 60, "h": 7, "text": "窓口・時刻", "size": 13},
    {"type": "label", "x": 20, "y": 150, "w": 170, "h": 7, "text": "お客様には渡さず、廃棄してください。", "size": 12, "align": "center"},
)  # fmt: skip
_FIELDS: Sequence[dict[str, Any]] = (
    {
        "type": "text", "name": "受付番号", "bind": "case.number", "x": 28, "y": 94, "w": 154, "h": 20,
        "size": 38, "min": 20, "font": "gothic", "align": "center",
    },
    {"type": "text", "name": "窓口・時刻", "bind": "case.counter", "x": 28, "y": 126, "w": 154, "h": 9, "size": 16, "min": 9},
)  # fmt: skip

SEPARATOR = read_definition(
    {
        "form": "shikirigami", "title": "仕切り紙", "version": 1, "valid_from": "2026-01-01",
        "base": {"elements": list(_LINES)}, "fields": list(_FIELDS),
    }
)  # fmt: skip


def needs_separator(actor: Actor) -> bool:
    """Whether the counter's printer is one that several counters share (setting ``separator_counters``)."""
    return actor.counter in current_app.config["KAKANAI"].separator_counters


def separator_of(case: Case, actor: Actor, papers: int, wanted: bool | None) -> list[Paper]:
    """The sheet before so many papers, or none. ``wanted`` None: as the counter's printer needs it."""
    if not (needs_separator(actor) if wanted is None else wanted):
        return []
    mark = mark_of(case.number)
    said = (
        f"印 {mark.sign}　{staff.counter_title(actor.counter)}　{in_japan(utc_now()):%H:%M}　帳票{papers}種類"
    )
    return [Paper(OrderedForm(SEPARATOR, (), {"case.number": case.number, "case.counter": said}), 1)]
