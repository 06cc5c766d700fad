"""Changes of staff (人事異動): what each line of a file makes of an account, cell by cell, and what is wrong with it.

Nothing here knows a database. Nobody gains more through a line than who brings it in may give (AC-31), and nobody
changes his own account.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from app.domain.authority import RESERVED, ROBOT, Right, Role
from app.domain.dates import DateProblem, format_wareki, parse_day
from app.domain.staff_file import (
    FIRST,
    ID,
    KIND,
    LAST,
    NAME,
    ROLES,
    SECTION,
    WHOLE_LINE,
    Fault,
    FileLine,
    shown,
)

STAFF_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
LONGEST_NAME = 60
MOST_ROLES = 20
NEVER = "（期限なし）"
LATEST_YEAR = 2099
ENDS = "終了"
_KINDS = {"": "", "登録": "", "変更": "", ENDS: ENDS}
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'")
_BETWEEN = re.compile(r"[、,;；\n]")
Pair = tuple[str, str]


@dataclass(frozen=True)
class StaffState:
    """An account as it stands from a day on: name, section, days (both included; None: no end), (counter, role) pairs."""

    name: str
    section: str
    first: date
    last: date | None
    roles: frozenset[Pair]

    def works_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Account:
    """Whom a line may be about: the state, and whether the account is stopped, a robot's, or has a change waiting."""

    state: StaffState
    disabled: bool = False
    robot: bool = False
    waiting: date | None = None
    """Day of a change that was applied and has not come yet."""


class ChangeKind(StrEnum):
    """What a line does (差分の区分)."""

    ADDED = "added"
    MOVED = "moved"
    CHANGED = "changed"
    ENDED = "ended"
    SAME = "same"


@dataclass(frozen=True)
class Change:
    """What becomes of one account; ``line`` is 0 where no line of a file says it."""

    line: int
    staff_id: str
    kind: ChangeKind
    before: StaffState | None
    after: StaffState


@dataclass(frozen=True)
class City:
    """What lines are compared with: counters and roles by code, the accounts, the day, and who brings them in."""

    counters: Mapping[str, str]
    roles: Mapping[str, Role]
    accounts: Mapping[str, Account]
    on: date
    today: date
    giver: str
    given: frozenset[Right] | None
    """Rights of who brings the lines in; None for the server's own operator, who may give everything."""


def cells_of(state: StaffState | None, city: City) -> dict[str, str]:
    """A state as the cells of a file."""
    if state is None:
        return dict.fromkeys((NAME, SECTION, ROLES, FIRST, LAST), "")
    return {
        NAME: state.name,
        SECTION: state.section,
        ROLES: roles_text(state.roles, city.counters, city.roles),
        FIRST: format_wareki(state.first),
        LAST: format_wareki(state.last) if state.last else NEVER,
    }


def roles_text(pairs: Iterable[Pair], counters: Mapping[str, str], roles: Mapping[str, Role]) -> str:
    """Pairs as staff write them: 市民課:窓口受付、岱明支所:窓口受付, in the city's order of counters."""
    order = {code: place for place, code in enumerate(counters)}
    placed = sorted(pairs, key=lambda pair: (order.get(pair[0], len(order)), pair[0], pair[1]))
    return "、".join(
        f"{counters.get(counter, counter)}:{roles[role].title if role in roles else role}"
        for counter, role in placed
    )


def beyond(pairs: Iterable[Pair], city: City) -> list[Pair]:
    """The pairs that give more than the giver may give."""
    if city.given is None:
        return []
    held = city.given
    return [
        (counter, role)
        for counter, role in pairs
        # A role that was withdrawn meanwhile is nobody's to give.
        if role not in city.roles or city.roles[role].rights & RESERVED - held
    ]


def plan(lines: Iterable[FileLine], city: City, *, whole: bool) -> tuple[list[Change], list[Fault]]:
    """What the lines change, and every fault. With ``whole`` the file lists all staff: who is not in it, ends."""
    lines = list(lines)
    counts = Counter(line.cells[ID] for line in lines)
    seen: dict[str, int] = {}
    changes, faults = [], []
    for line in lines:
        reader = _Reader(line, city)
        staff_id = line.cells[ID]
        if staff_id and counts[staff_id] > 1 and staff_id in seen:
            reader.say(ID, f"{seen[staff_id]}行目にも同じ職員IDがあります。1人を1行にしてください。")
        seen.setdefault(staff_id, line.line)
        change = reader.read()
        faults += reader.faults
        if change and not reader.faults:
            changes.append(change)
    if whole:
        for staff_id, account in city.accounts.items():
            if staff_id not in seen and _ends_unnamed(staff_id, account, city):
                changes.append(
                    Change(0, staff_id, ChangeKind.ENDED, account.state, ended(account.state, city.on))
                )
                if account.waiting:
                    text = (
                        f"{staff_id} はファイルになく、{format_wareki(account.waiting)}の異動が待っています。"
                    )
                    faults.append(Fault(1, WHOLE_LINE, staff_id, f"{text}先にその異動を取り消してください。"))
    return changes, sorted(faults, key=lambda fault: (fault.line, fault.position))


def _ends_unnamed(staff_id: str, account: Account, city: City) -> bool:
    mine = staff_id == city.giver or account.robot or account.disabled
    return not mine and account.state.works_on(city.on)


def ended(state: StaffState, on: date) -> StaffState:
    """The state of who leaves: the day before is the last."""
    last = on - timedelta(days=1)
    return replace(state, last=last, roles=frozenset())


class _Reader:
    """Reads one line; what is wrong gathers in ``faults``."""

    def __init__(self, line: FileLine, city: City) -> None:
        self.line, self.city = line, city
        self.cells = line.cells
        self.faults: list[Fault] = []

    def say(self, column: str, problem: str, read: str | None = None) -> None:
        text = self.cells[column] if read is None else read
        self.faults.append(Fault(self.line.line, column, shown(text), problem))

    def read(self) -> Change | None:
        staff_id = self._id()
        kind = _KINDS.get(self.cells[KIND])
        if kind is None:
            self.say(KIND, f"「異動」は空欄・登録・変更・{ENDS}のどれかにしてください。")
        account = self.city.accounts.get(staff_id)
        if account and (account.robot or staff_id == self.city.giver):
            who = "ロボットのIDです" if account.robot else "ご自分の登録は変えられません"
            self.say(ID, f"{who}。この行を除くか、ほかの管理者に依頼してください。")
        elif account and account.waiting:
            self.say(
                ID, f"{format_wareki(account.waiting)}に適用する異動が待っています。先に取り消してください。"
            )
        if kind == ENDS:
            return self._end(staff_id, account)
        return self._set(staff_id, account)

    def _end(self, staff_id: str, account: Account | None) -> Change | None:
        if account is None:
            if staff_id and not self.faults:
                self.say(ID, "終了にする職員IDが登録されていません。職員IDを確かめてください。")
            return None
        if self.cells[NAME] and self.cells[NAME] != account.state.name:
            self.say(
                NAME,
                f"終了にする職員の氏名が登録（{account.state.name}）と違います。職員IDを確かめてください。",
            )
        if account.state.last is not None and account.state.last < self.city.on:
            self.say(KIND, "適用する日には、すでに終了しています。行を除いてください。")
        return Change(
            self.line.line, staff_id, ChangeKind.ENDED, account.state, ended(account.state, self.city.on)
        )  # fmt: skip

    def _set(self, staff_id: str, account: Account | None) -> Change | None:
        name, section = self._text(NAME), self._text(SECTION)
        held = account.state.roles if account else frozenset()
        roles = self._roles(held)
        first, last = self._days(account)
        if self.faults or first is None:
            return None
        after = StaffState(name, section, first, last, roles)
        return Change(
            self.line.line,
            staff_id,
            _kind(account, after, self.city.on),
            account.state if account else None,
            after,
        )

    def _id(self) -> str:
        text = self.cells[ID]
        plain = unicodedata.normalize("NFKC", text)
        if not text:
            self.say(ID, "職員IDがありません。入力してください。")
        elif STAFF_ID.fullmatch(text) is None:
            if STAFF_ID.fullmatch(plain.lower()):
                self.say(ID, f"半角の英小文字・数字・ハイフンにしてください。「{plain.lower()}」でしょうか。")
            elif len(text) < 3 or len(text) > 40:
                self.say(ID, f"職員IDは3〜40文字です（{len(text)}文字）。長さを直してください。")
            else:
                self.say(ID, "職員IDに使えるのは、半角の英小文字・数字・ハイフンです（例: shimin-012）。")
        return text

    def _text(self, column: str) -> str:
        text = self.cells[column]
        if not text:
            self.say(column, f"{column}がありません。入力してください。")
        elif len(text) > LONGEST_NAME:
            self.say(column, f"{column}は{LONGEST_NAME}文字までです（{len(text)}文字）。短くしてください。")
        elif any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in text):
            self.say(column, "目に見えない文字（タブ・制御文字）が入っています。除いてください。")
        elif any(unicodedata.category(char) == "Co" for char in text) or "〓" in text:
            self.say(column, "外字または「〓」が入っています。使える文字に直してください。")
        elif text.startswith(_FORMULA):
            self.say(column, f"「{text[0]}」で始まる値は、表計算ソフトで式になるため使えません。")
        return text

    def _roles(self, held: frozenset[Pair]) -> frozenset[Pair]:
        text = self.cells[ROLES]
        parts = [part.strip(" 　\t") for part in _BETWEEN.split(text) if part.strip(" 　\t")]
        if not parts:
            self.say(ROLES, "窓口と役割がありません。「窓口:役割」の形で1つ以上書いてください。")
        if len(parts) > MOST_ROLES:
            self.say(ROLES, f"窓口と役割の組は{MOST_ROLES}個までです（{len(parts)}個）。")
        pairs = [pair for part in parts if (pair := self._pair(part))]
        for twice in (pair for pair, count in Counter(pairs).items() if count > 1):
            self.say(ROLES, "同じ窓口と役割が2つあります。1つにしてください。", _said([twice], self.city))
        more = beyond(frozenset(pairs) - held, self.city)
        if more:
            problem = "この役割は、取り込む人の権限を超えるため付けられません。その権限も持つ管理者か、サーバーの担当者に依頼してください。"
            self.say(ROLES, problem, _said(more, self.city))
        return frozenset(pairs)

    def _pair(self, part: str) -> Pair | None:
        counter, mark, role = part.replace("：", ":").partition(":")
        if not mark:
            self.say(ROLES, "「窓口:役割」の形（例: 市民課:窓口受付）にしてください。", part)
            return None
        place = _find(counter.strip(" 　"), self.city.counters)
        work = _find(role.strip(" 　"), {code: one.title for code, one in self.city.roles.items()})
        if place is None:
            self.say(
                ROLES,
                f"この窓口はありません。次から選んでください: {'、'.join(self.city.counters.values())}",
                counter,
            )
        if work is None:
            titles = "、".join(one.title for code, one in self.city.roles.items() if code != ROBOT)
            self.say(ROLES, f"この役割はありません。次から選んでください: {titles}", role)
        elif work == ROBOT:
            self.say(ROLES, "ロボットの役割は、職員には付けられません。", role)
        return (place, work) if place and work and work != ROBOT else None

    def _days(self, account: Account | None) -> tuple[date | None, date | None]:
        on = self.city.on
        first, last = self._day(FIRST), self._day(LAST)
        if (self.cells[FIRST] and first is None) or (self.cells[LAST] and last is None):
            return None, None
        stays = (
            account is not None and not account.disabled and account.state.works_on(on - timedelta(days=1))
        )
        if stays and account:
            if first is not None and first != account.state.first:
                self.say(
                    FIRST,
                    f"すでに働いている職員の開始日（{format_wareki(account.state.first)}）は変えられません。",
                )
            first = account.state.first
        elif first is not None and first < on:
            self.say(
                FIRST,
                f"適用する日（{format_wareki(on)}）より前です。その日以後にするか、空欄にしてください。",
            )
        begins = first or on
        if last is not None and last < begins:
            self.say(LAST, f"有効期間の終わりが、始まり（{format_wareki(begins)}）より前です。")
        elif last is not None and last < on:
            self.say(
                LAST,
                f"適用する日（{format_wareki(on)}）より前に終わっています。終わらせるには「異動」を{ENDS}にします。",
            )
        return begins, last

    def _day(self, column: str) -> date | None:
        text = self.cells[column]
        if not text or (column == LAST and text == NEVER):
            return None
        try:
            day = parse_day(text, today=self.city.today, future=True)
        except DateProblem as problem:
            self.say(column, problem.message)
            return None
        if day.year > LATEST_YEAR:
            self.say(column, f"{LATEST_YEAR}年より後の日です。期限がないときは空欄にしてください。")
            return None
        return day


def _find(text: str, titles: Mapping[str, str]) -> str | None:
    """The code for a code or a title."""
    if text in titles:
        return text
    return next((code for code, title in titles.items() if title == text), None)


def _said(pairs: Iterable[Pair], city: City) -> str:
    return roles_text(pairs, city.counters, city.roles)


def _kind(account: Account | None, after: StaffState, on: date) -> ChangeKind:
    if account is None:
        return ChangeKind.ADDED
    before = account.state
    if before == after and not account.disabled:
        return ChangeKind.SAME
    if (before.roles, before.section) != (after.roles, after.section) or not before.works_on(on):
        return ChangeKind.MOVED
    return ChangeKind.CHANGED
