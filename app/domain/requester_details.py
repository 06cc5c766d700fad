"""What has to be known of a requester besides who came: the corporation, the office, the authority he has been given (R2, R11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.dates import DateProblem, format_wareki_day, parse_day

LONGEST = 100
_FRESH_MONTHS = 3


class Asks(StrEnum):
    """The set of details a relation (関係) asks for."""

    NOTHING = "nothing"
    MANDATE = "mandate"
    """任意代理: what the letter (委任状) is for."""
    LEGAL = "legal"
    """法定代理: of what kind, and how old the paper is that shows it."""
    CORPORATION = "corporation"
    PROFESSION = "profession"
    """職務上請求."""
    OFFICE = "office"
    """公用請求."""


@dataclass(frozen=True)
class Detail:
    """One entry: a text, a choice among ``choices``, a date (``day``) or digits (``digits``: so many)."""

    name: str
    label: str
    required: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()
    day: bool = False
    digits: int = 0
    width: int = 6


DETAILS: Mapping[Asks, tuple[Detail, ...]] = {
    Asks.NOTHING: (),
    Asks.MANDATE: (
        Detail("matter", "委任された内容", hint="例: 住民票の取得", width=8),
        Detail("dated_on", "委任状の日付", day=True, width=4),
    ),
    Asks.LEGAL: (
        Detail(
            "ground", "資格", required=True,
            choices=("親権者", "未成年後見人", "成年後見人", "保佐人", "補助人", "任意後見人"),
        ),
        Detail("issued_on", "資格を示す書類の発行日", hint="3か月以内", day=True),
    ),
    Asks.CORPORATION: (
        Detail("name", "法人の名称", required=True),
        Detail("address", "所在地", required=True),
        Detail("representative", "代表者の職と氏名", required=True, hint="例: 代表取締役　見本一郎"),
        Detail("post", "来庁者の部署・役職"),
        Detail("number", "法人番号", digits=13, hint="13桁"),
    ),
    Asks.PROFESSION: (
        Detail(
            "profession", "資格", required=True,
            choices=(
                "弁護士", "司法書士", "土地家屋調査士", "税理士", "社会保険労務士", "弁理士", "海事代理士", "行政書士",
            ),
        ),
        Detail("name", "事務所の名称", required=True),
        Detail("address", "事務所の所在地"),
        Detail("registration", "登録番号", required=True),
        Detail("sheet", "統一用紙の番号", required=True),
        Detail("post", "来庁者（本人・補助者など）", hint="例: 補助者"),
    ),
    Asks.OFFICE: (
        Detail("name", "官公署の名称", required=True),
        Detail("law", "根拠となる法令", required=True, hint="例: 刑事訴訟法197条2項"),
        Detail("official", "職員証の番号", required=True),
        Detail("letter", "文書の番号"),
    ),
}  # fmt: skip


def read_details(asks: Asks, typed: Mapping[str, str], today: date, wrong: dict[str, str]) -> dict[str, str]:
    """What was typed, by name; days in standard form. ``typed`` and ``wrong`` go by the fields of the screen (`field_of`)."""
    kept: dict[str, str] = {}
    for one in DETAILS[asks]:
        field = field_of(asks, one)
        text = typed.get(field, "").strip()
        if not text:
            if one.required:
                wrong[field] = f"{one.label}を{'選んで' if one.choices else '入力して'}ください。"
            continue
        if len(text) > LONGEST:
            wrong[field] = f"{one.label}は{LONGEST}文字以内で入力してください（入力: {len(text)}文字）。"
        elif one.choices and text not in one.choices:
            wrong[field] = f"「{text[:20]}」は{one.label}の一覧にありません。選び直してください。"
        else:
            kept[one.name] = _value(one, text, today, field, wrong)
    return {name: value for name, value in kept.items() if value}


def _value(one: Detail, text: str, today: date, field: str, wrong: dict[str, str]) -> str:
    if one.digits:
        digits = "".join(str(int(mark)) for mark in text if mark.isdecimal())
        if len(digits) != one.digits or len(text) > one.digits + 4:
            wrong[field] = (
                f"「{text[:20]}」は{one.label}として読めません。数字{one.digits}桁で入力してください。"
            )
        return digits
    if not one.day:
        return text
    try:
        day = parse_day(text, today=today)
    except DateProblem as problem:
        wrong[field] = problem.message
        return ""
    if one.name == "issued_on" and day < _months_before(today):
        wrong[field] = (
            f"{format_wareki_day(day)}の書類は、発行から{_FRESH_MONTHS}か月を過ぎています。新しい書類を求めてください。"
        )
    return day.isoformat()


def _months_before(today: date) -> date:
    month = today.month - _FRESH_MONTHS
    year = today.year + (month - 1) // 12
    month = (month - 1) % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - date.resolution).day
    return date(year, month, min(today.day, last))


def field_of(asks: Asks, one: Detail) -> str:
    """The name of the entry on the screen."""
    return f"detail-{asks}-{one.name}"


def shown_detail(one: Detail, kept: str) -> str:
    """A kept value as it is shown and printed."""
    return format_wareki_day(date.fromisoformat(kept)) if one.day and kept else kept


def in_words(asks: Asks, kept: Mapping[str, str]) -> str:
    """The details in one line, as they are printed on a request form; empty when nothing is known."""
    shown = {one.name: shown_detail(one, kept.get(one.name, "")) for one in DETAILS[asks]}
    match asks:
        case Asks.MANDATE:
            day, matter = shown["dated_on"], shown["matter"]
            parts = [f"{day}付" if day else "", matter]
        case Asks.LEGAL:
            parts = [shown["ground"], f"{shown['issued_on']}発行" if shown["issued_on"] else ""]
        case Asks.CORPORATION:
            parts = [shown["name"], shown["representative"], shown["address"], shown["post"]]
        case Asks.PROFESSION:
            parts = [
                shown["profession"],
                shown["name"],
                _named("登録番号", shown["registration"]),
                _named("統一用紙", shown["sheet"]),
                shown["post"],
            ]
        case Asks.OFFICE:
            parts = [
                shown["name"],
                shown["law"],
                _named("職員証", shown["official"]),
                _named("文書番号", shown["letter"]),
            ]
        case _:
            parts = []
    return "　".join(part for part in parts if part)


def _named(label: str, value: str) -> str:
    return f"{label} {value}" if value else ""
