"""The review sheet (点検表): everything in a content pack that a city has to check before it relies on it, in one list.

These are the settings, every row that names something to check, all fees, places and telephone numbers, and guidance
whose review is overdue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from app.domain.content import ContentPack
from app.domain.deadlines import rule_text

SETTINGS = "設定値"
FEES = "手数料"
OFFICES = "窓口と電話番号"
OVERDUE = "見直しの期限切れ"
_OTHERS = "そのほか"

_PARTS: dict[str, str] = {
    "settings": SETTINGS,
    "procedures": "手続き",
    "rules": "判定の行",
    "questions": "質問",
    "deadlines": "期限",
    "certificates": "証明書",
    "fees": FEES,
    "fee_additions": FEES,
    "payments": FEES,
    "exemptions": "減免",
    "requester_rules": "請求できる方",
    "identity_documents": "本人確認書類",
    "proof_papers": "本人確認書類",
}
"""What the parts of a pack are called on the sheet, in its order."""

PARTS: tuple[str, ...] = tuple(dict.fromkeys((*_PARTS.values(), OFFICES, _OTHERS, OVERDUE)))
"""The headings of the sheet, in order."""

_ALWAYS = {"settings": "条例や運用の値に合わせてください。", "fees": "手数料条例の金額に合わせてください。"}
"""Parts of which every row is listed, with what to check where the row itself does not say."""

HEADS = (
    "区分",
    "項目",
    "コード",
    "今の値",
    "確かめること",
    "根拠",
    "担当の課",
    "見直しの期限",
    "確認した方",
    "確認日",
    "結果・直す内容",
)
"""The columns of the sheet as a file; the last three are for whoever checks."""


@dataclass(frozen=True)
class ReviewRow:
    """One thing to check: under which heading, what it is called, its value now, and what to make sure of.

    `section` is the title of the section (課) that owns it, empty where nobody does in particular.
    """

    part: str
    title: str
    code: str
    value: str
    check: str
    legal_basis: str = ""
    section: str = ""
    review_by: date | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as the columns of `HEADS`."""
        by = self.review_by.isoformat() if self.review_by else ""
        return (
            self.part, self.title, self.code, self.value, self.check, self.legal_basis, self.section, by, "", "", "",
        )  # fmt: skip


def review_rows(pack: ContentPack, today: date) -> tuple[ReviewRow, ...]:
    """The sheet of a pack on a day, heading by heading. The pack may be settled or not."""
    rows = [*_to_check(pack), *_offices(pack), *_overdue(pack, today)]
    order = {part: at for at, part in enumerate(PARTS)}
    return tuple(sorted(rows, key=lambda row: order[row.part]))


def _to_check(pack: ContentPack) -> Iterator[ReviewRow]:
    for name in (field.name for field in fields(pack)):
        rows = getattr(pack, name)
        for row in rows if isinstance(rows, tuple) else ():
            check = getattr(row, "review", "") or _ALWAYS.get(name, "")
            if check:
                yield ReviewRow(
                    _PARTS.get(name, _OTHERS),
                    _title(pack, row),
                    _code(row),
                    _VALUES[name](pack, row) if name in _VALUES else "",
                    check,
                    _law(row),
                    _section(pack, row),
                    getattr(row, "review_by", None),
                )


def _overdue(pack: ContentPack, today: date) -> Iterator[ReviewRow]:
    rows: tuple[Any, ...] = (*pack.procedures, *pack.questions, *pack.certificates)
    for row in rows:
        if row.review_by is not None and row.review_by < today:
            said = "内容を読み直し、見直した日と次の期限を書き換えてください。"
            yield ReviewRow(
                OVERDUE, _title(pack, row), _code(row), _last_read(row), said, _law(row), _section(pack, row), row.review_by
            )  # fmt: skip


def _last_read(row: Any) -> str:
    return (
        f"前回の見直し {row.reviewed_on.isoformat()}" if row.reviewed_on else "前回の見直しの日がありません"
    )


def _offices(pack: ContentPack) -> Iterator[ReviewRow]:
    both: tuple[tuple[str, tuple[Any, ...]], ...] = (("課", pack.sections), ("窓口", pack.counters))
    for kind, rows in both:
        for row in sorted(rows, key=lambda one: one.order):
            value = "　".join(part for part in (row.floor, row.phone) if part)
            check = "場所と電話番号を確かめてください。案内の紙に印刷されます。"
            yield ReviewRow(
                OFFICES, f"{row.title}（{kind}）", row.code, value, check, "", _section(pack, row)
            )


def _title(pack: ContentPack, row: Any) -> str:
    """What a row is called: its title, or that of what it is about."""
    owner = pack.procedure_by_code.get(getattr(row, "procedure", ""))
    if owner is not None:
        return f"{owner.title}（{row.reason}）"
    named = next((found for name in ("title", "text", "label") if (found := getattr(row, name, ""))), "")
    return named or _certificates(pack, row) or _code(row)


def _certificates(pack: ContentPack, row: Any) -> str:
    """The certificates a fee or a requester rule is about."""
    code = _code(row)
    return "・".join(one.title for one in pack.certificates if code in {one.code, one.fee})


def _code(row: Any) -> str:
    names = ("id", "code", "target", "fee", "channel")
    return next((str(found) for name in names if (found := getattr(row, name, ""))), "")


def _law(row: Any) -> str:
    return str(getattr(row, "legal_basis", "") or getattr(row, "law", ""))


def _section(pack: ContentPack, row: Any) -> str:
    procedure = pack.procedure_by_code.get(getattr(row, "procedure", ""))
    section = pack.section_by_code.get(getattr(procedure or row, "section", ""))
    return section.title if section is not None else ""


def _fee(_pack: ContentPack, fee: Any) -> str:
    return "　".join(part for part in (f"{fee.unit}円", fee.channel, _period(fee)) if part)


def _period(row: Any) -> str:
    if row.valid_from is None and row.valid_to is None:
        return ""
    return f"{row.valid_from or ''}～{row.valid_to or ''}"


_VALUES: dict[str, Callable[[ContentPack, Any], str]] = {
    "settings": lambda _pack, setting: f"{setting.value}{setting.unit}",
    "fees": _fee,
    "deadlines": rule_text,
}
