"""The register's rules about the day of a change (異動日): what must have come before it, and what after it (R18).

Each function answers what was read, what is wrong and what to do; nothing where the days agree or are not certain.
"""

from __future__ import annotations

from datetime import date

from app.domain.ages import age_on
from app.domain.dates import PartialDate, format_wareki, format_wareki_day

MARRIAGE_AGE = 18
"""婚姻適齢 (民法731条), for marriages from 1 April 2022."""
_MARRIAGE_AGE_SINCE = date(2022, 4, 1)
YOUNGEST_PARENT = 10
"""A parent who was younger when the child was born is a slip of the pen."""


def before_last_change(label: str, changed: date, name: str, last: date) -> str:
    """A change that is older than the last one the register has (異動の順序)."""
    if changed >= last:
        return ""
    return (
        f"{label}を{format_wareki_day(changed)}と読みましたが、{name}さんには{format_wareki_day(last)}の異動が登録されています。"
        "登録されている異動より前の日付では届け出られません。日付を直すか、登録の誤りのときは職権での訂正を担当に依頼してください。"
    )


def before_birth(label: str, changed: date, name: str, born: PartialDate | None) -> str:
    """A change of somebody who was not born yet."""
    first = born.days[0] if born is not None and born.days is not None else None
    if born is None or first is None or changed >= first:
        return ""
    return (
        f"{label}を{format_wareki_day(changed)}と読みましたが、{name}さんは{format_wareki(born)}生まれで、まだ生まれていません。"
        "日付か生年月日を直してください。"
    )


def before_parent(child_born: date, name: str, parent_born: PartialDate | None) -> str:
    """A child that is older than its parent, or hardly younger."""
    if parent_born is None or parent_born.days is None:
        return ""
    age = age_on(parent_born, child_born)
    if parent_born.days[0] <= child_born and (age is None or age >= YOUNGEST_PARENT):
        return ""
    return (
        f"出生日を{format_wareki_day(child_born)}と読みましたが、父母に選んだ{name}さんは{format_wareki(parent_born)}生まれです。"
        "出生日か、父母の選び方を直してください。"
    )


def too_young_to_marry(married: date, name: str, born: PartialDate | None) -> str:
    """Somebody who had not reached the age of marriage."""
    age = age_on(born, married) if born is not None else None
    if age is None or age >= MARRIAGE_AGE or married < _MARRIAGE_AGE_SINCE:
        return ""
    return (
        f"婚姻日を{format_wareki_day(married)}と読みましたが、{name}さんはその日に{age}歳です。婚姻は{MARRIAGE_AGE}歳からです（民法731条）。"
        "日付か、婚姻した方の選び方を直してください。"
    )


def before_death(what: str, day: date, died: date) -> str:
    """Something that can only follow the death, such as the funeral."""
    if day >= died:
        return ""
    return f"{what}（{format_wareki_day(day)}）が、亡くなった日（{format_wareki_day(died)}）より前です。どちらかを直してください。"
