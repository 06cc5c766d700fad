"""Roles the city makes itself (役割): functions × data sets × receptions (5.の機能制限・参照制限・受付権限), checked before they count."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.domain.authority import BASE_SETS, RELEASE_SETS, RESERVED, ROLES, Reception, Right, Role
from app.domain.disclosure import FIELDS

LONGEST_TITLE = 20

RIGHT_TITLES: dict[Right, str] = {
    Right.FIND_PERSON: "宛名検索と住民情報の照会",
    Right.RECEIVE: "受付",
    Right.PRINT: "帳票の印刷",
    Right.READ_HISTORY: "対応履歴の照会",
    Right.EXPORT_HISTORY: "対応履歴の書き出し",
    Right.READ_STATUS: "システム状態の照会",
    Right.REVIEW: "審査・事後処理",
    Right.EDIT_SECTION_CONTENT: "自課の業務定義",
    Right.MANAGE_CONTENT: "業務定義の公開と管理",
    Right.DECIDE_RELEASE: "支援措置の解除の承認",
    Right.MANAGE_STAFF: "職員・役割・機器の管理",
    Right.MANAGE_FEEDS: "データ連携の管理",
    Right.MANAGE_CALENDAR: "開庁日の管理",
    Right.MANAGE_NEWS: "お知らせの管理",
    Right.READ_AUDIT: "操作ログの照会",
}
RECEPTION_TITLES: dict[Reception, str] = {
    Reception.CERTIFICATES: "証明書の請求",
    Reception.TAX_CERTIFICATES: "税の証明書の請求",
    Reception.MOVES: "住所異動などの届出",
    Reception.SECTION: "担当課の手続き",
}
FIELD_TITLES: dict[str, str] = {
    "resident_code": "住民票コード",
    "income": "所得・税額",
    "arrears": "滞納の金額・内容",
    "disability": "障害の名称",
    "assistance": "生活保護のケース番号",
}
NEEDS: tuple[tuple[Right, Right], ...] = (
    (Right.RECEIVE, Right.FIND_PERSON),
    (Right.PRINT, Right.RECEIVE),
    (Right.EXPORT_HISTORY, Right.READ_HISTORY),
    (Right.REVIEW, Right.READ_HISTORY),
)
"""Functions (left) that lead nowhere without another (right)."""
WITH_PERSONS = frozenset({Right.FIND_PERSON, Right.RECEIVE, Right.REVIEW})
"""Functions that work on persons, and bring the register's own data sets along."""
QUALIFICATIONS = tuple(sorted(frozenset().union(*(role.data_sets for role in ROLES.values())) - BASE_SETS))
"""Data sets beyond the register's own that a role can open: those of qualifications (資格情報), tax and welfare."""
BUSINESSES = tuple(sorted(frozenset().union(*(role.businesses for role in ROLES.values()))))


@dataclass(frozen=True)
class RoleDraft:
    """A role as it was put together on the page; the names are the codes that were ticked."""

    title: str
    rights: frozenset[str] = frozenset()
    receptions: frozenset[str] = frozenset()
    data_sets: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    businesses: frozenset[str] = frozenset()

    def granted(self) -> dict[str, list[str]]:
        """As it is stored and recorded."""
        return {
            "rights": sorted(self.rights), "receptions": sorted(self.receptions), "data_sets": sorted(self.data_sets),
            "fields": sorted(self.fields), "businesses": sorted(self.businesses),
        }  # fmt: skip


def draft_from(title: str, granted: Mapping[str, Iterable[str]]) -> RoleDraft:
    """What was stored, as a draft again."""
    parts = {name: frozenset(granted.get(name, ())) for name in RoleDraft(title).granted()}
    return RoleDraft(title, **parts)


def draft_of(role: Role) -> RoleDraft:
    """A role as the page would put it together."""
    return RoleDraft(
        role.title, frozenset(role.rights), frozenset(role.receptions), role.data_sets - BASE_SETS, role.fields, role.businesses
    )  # fmt: skip


def role_of(draft: RoleDraft) -> Role:
    """The role that a draft makes. A name the program no longer knows gives nothing."""
    rights = frozenset(Right(one) for one in draft.rights & {*Right})
    base = RELEASE_SETS if Right.DECIDE_RELEASE in rights else frozenset()
    base = BASE_SETS if rights & WITH_PERSONS else base
    return Role(
        draft.title, rights, base | (draft.data_sets & {*QUALIFICATIONS}),
        frozenset(Reception(one) for one in draft.receptions & {*Reception}),
        draft.businesses & {*BUSINESSES}, draft.fields & {*FIELD_TITLES},
    )  # fmt: skip


def check_role(draft: RoleDraft, titles: Collection[str], given: Collection[Right]) -> dict[str, str]:
    """What does not fit, by field; ``titles`` are those of other roles, ``given`` the rights of who makes the role.

    A right over the system is given on only by who has it himself (AC-31).
    """
    wrong = _check_title(draft.title, titles)
    known = (
        ("rights", {*Right}), ("receptions", {*Reception}), ("data_sets", {*QUALIFICATIONS}), ("fields", {*FIELD_TITLES}),
        ("businesses", {*BUSINESSES}),
    )  # fmt: skip
    for name, offered in known:
        if getattr(draft, name) - offered:
            wrong[name] = "選べないものが含まれています。画面を開き直して、選び直してください。"
    if wrong.get("rights"):
        return wrong
    if not draft.rights:
        wrong["rights"] = "使える機能を1つ以上選んでください。"
    for right, needed in NEEDS:
        if right in draft.rights and needed not in draft.rights:
            wrong["rights"] = f"「{RIGHT_TITLES[right]}」には「{RIGHT_TITLES[needed]}」も必要です。"
    above = [RIGHT_TITLES[one] for one in RESERVED if one in draft.rights and one not in given]
    if above:
        wrong["rights"] = (
            f"「{'」「'.join(sorted(above))}」は、あなたの権限にないため付けられません。外すか、その権限も持つ管理者に依頼してください。"
        )
    return wrong | _check_reading(draft)


def _check_title(title: str, titles: Collection[str]) -> dict[str, str]:
    plain = _plain(title)
    if not plain or len(title.strip()) > LONGEST_TITLE:
        return {"title": f"役割の名前を{LONGEST_TITLE}文字以内で入力してください（例: 証明コーナー）。"}
    if any(char in ":：、，,=+@" or unicodedata.category(char)[0] == "C" for char in title):
        return {
            "title": "役割の名前に「:」「、」などの記号は使えません（人事異動の CSV で区切りに使います）。"
        }
    if plain in {_plain(one) for one in titles}:
        return {"title": "同じ名前の役割があります。別の名前にしてください。"}
    return {}


def _check_reading(draft: RoleDraft) -> dict[str, str]:
    wrong = {}
    receives = Right.RECEIVE in draft.rights
    if receives != bool(draft.receptions):
        wrong["receptions"] = (
            "受付できるものを1つ以上選んでください。"
            if receives
            else "「受付」の機能がないため、受付できるものは選べません。"
        )
    persons = bool(draft.rights & WITH_PERSONS)
    if not persons and (draft.data_sets or draft.fields or draft.businesses):
        wrong["data_sets"] = "住民情報を見る機能がないため、参照できる情報は選べません。"
    for field in sorted(draft.fields & {*FIELD_TITLES}):
        sets = {*FIELDS[field]} - BASE_SETS
        if sets - draft.data_sets:
            wrong["fields"] = f"「{FIELD_TITLES[field]}」には、その元になる情報も選んでください。"
    return wrong


def changes(before: RoleDraft | None, after: RoleDraft) -> dict[str, object]:
    """What the record says of a change: by part what came and what went."""
    old = before.granted() if before else {}
    found: dict[str, object] = {}
    if before is None or before.title != after.title:
        found["title"] = after.title
    for name, new in after.granted().items():
        was = set(old.get(name, ()))
        if set(new) != was:
            found[name] = {"added": sorted(set(new) - was), "removed": sorted(was - set(new))}
    return found


def _plain(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).casefold().split())
