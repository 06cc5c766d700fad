"""The accounts of staff (職員, M-01): who there is, one account, and what an administrator does to it.

Nobody does any of it to himself, and nobody gets into an account that may do more than he may give.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.data import audit, factors, staff
from app.data.models.base import utc_now
from app.data.models.staff import StaffRow
from app.data.transactions import end_reading, transaction
from app.domain.authority import Actor
from app.domain.dates import JAPAN, today_in_japan
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.staff_file import COLUMNS, FIRST, ID, KIND, LAST, NAME, ROLES, SECTION, FileLine
from app.domain.transfers import ChangeKind, City, StaffState, beyond, cells_of, plan
from app.operations import sessions, transfers
from app.operations.identifying import NOT_HERE, is_local
from app.operations.password_hashes import hash_password

SHOWN = 200
HISTORY = 30
PASSWORD_LIVES = timedelta(hours=72)
MOST_PASSWORDS = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
FIELDS = {
    ID: "staff_id", NAME: "name", SECTION: "section", ROLES: "roles", FIRST: "first", LAST: "last", KIND: "kind",
}  # fmt: skip
"""Columns of the file and the fields of an account's page."""


@dataclass(frozen=True)
class Listed:
    """A line of the list. ``state`` is a word for what the account can do today, ``shape`` the sign beside it."""

    id: str
    name: str
    section: str
    roles: str
    last: date | None
    word: str
    shape: str


@dataclass(frozen=True)
class Opened:
    """An account with all its page shows; ``cells`` is what its form begins with."""

    listed: Listed
    state: StaffState
    cells: Mapping[str, str]
    waiting: date | None
    stopped: bool
    locked: bool
    local: bool
    """His password is the one stored here, not the directory's."""
    signed_in: bool
    factors: int
    has_password: bool
    temporary_until: datetime | None
    mine: bool
    robot: bool
    above: bool
    """He may do what the reader may not give: his account is not the reader's to open."""
    history: tuple[tuple[datetime, str, transfers.ShownTransfer], ...]


def list_accounts(text: str, *, everybody: bool) -> tuple[list[Listed], int]:
    """Accounts whose id, name or section holds the text, the first SHOWN of them, and how many there are in all.

    Without ``everybody`` only those who work today or will.
    """
    today = today_in_japan()
    wanted = text.strip().casefold()
    found = [
        line
        for line in _lines(today)
        if (everybody or line.last is None or line.last >= today)
        and (not wanted or any(wanted in part.casefold() for part in (line.id, line.name, line.section)))
    ]
    return found[:SHOWN], len(found)


def _lines(today: date) -> list[Listed]:
    city = transfers.city_of(today, None)
    return [_listed(row, city) for row in staff.list_staff()]


def _listed(row: StaffRow, city: City) -> Listed:
    state = city.accounts[row.id].state
    cells = cells_of(state, city)
    word, shape = _word(row, city)
    return Listed(row.id, state.name, state.section, cells[ROLES], state.last, word, shape)


def _word(row: StaffRow, city: City) -> tuple[str, str]:
    account = city.accounts[row.id]
    if account.robot:
        return "ロボット", "auto"
    if row.disabled:
        return "停止中", "excluded"
    if account.state.last is not None and account.state.last < city.today:
        return "期間終了", "excluded"
    if account.state.first > city.today:
        return "開始前", "todo"
    if row.must_unlock:
        return "ロック中", "returned"
    if is_local(row.id) and (row.password_hash is None or row.temporary_until is not None):
        return "パスワード未設定", "todo"
    return "利用中", "done"


def export_rows(actor: Actor) -> tuple[tuple[str, ...], list[list[str]]]:
    """Those who work today or will, in the columns that an import reads; the export is logged."""
    today = today_in_japan()
    city = transfers.city_of(today, None)
    rows = []
    for staff_id, account in city.accounts.items():
        ends = account.state.last is not None and account.state.last < today
        if account.robot or account.disabled or ends:
            continue
        cells = cells_of(account.state, city) | {ID: staff_id, KIND: ""}
        rows.append([cells[column] for column in COLUMNS])
    with transaction():
        audit.record("staff.listed", actor=actor, detail={"rows": len(rows)})
    return COLUMNS, rows


def open_account(staff_id: str, actor: Actor) -> Opened:
    """Raises NotFound."""
    row, today = _get(staff_id), today_in_japan()
    city = transfers.city_of(today, actor)
    account = city.accounts[staff_id]
    history = tuple(
        (one.applied_at, one.applied_by or "", transfers.view(one.id))
        for one, _line in staff.list_transfers_of(staff_id, HISTORY)
        if one.applied_at is not None
    )
    return Opened(
        _listed(row, city), account.state, cells_of(account.state, city), account.waiting, row.disabled,
        row.must_unlock, is_local(staff_id), staff.find_session_of(staff_id) is not None,
        len(factors.list_confirmed(staff_id)), row.password_hash is not None,
        row.temporary_until, staff_id == actor.staff_id, account.robot, _is_above(staff_id, city), history,
    )  # fmt: skip


def exists(staff_id: str) -> bool:
    """Whether an account has this id."""
    return staff.find_staff(staff_id.strip()) is not None


def save(cells: Mapping[str, str], on: date, actor: Actor) -> str | None:
    """Make or change one account from the day on, by the rules of a file's line. Returns the change's id, None for none.

    Raises Invalid with the page's fields.
    """
    city = transfers.city_of(on, actor)
    line = FileLine(1, {column: cells.get(column, "") for column in COLUMNS})
    changes, faults = plan([line], city, whole=False)
    if faults:
        wrong = {FIELDS.get(one.column, "staff_id"): one.problem for one in reversed(faults)}
        raise Invalid("入力内容を確認してください。", wrong)
    if changes[0].kind is ChangeKind.SAME:
        return None
    return transfers.change_one(changes[0], on, actor)


def stop(staff_id: str, actor: Actor) -> None:
    """Shut an account at once, whatever its days; its session ends."""
    with transaction():
        row = _writable(staff_id, actor)
        row.disabled = True
        audit.record("staff.stopped", actor=actor, detail={"staff": staff_id})
        _end_session(staff_id, actor)


def resume(staff_id: str, actor: Actor) -> None:
    """Open a stopped account again."""
    with transaction():
        row = _writable(staff_id, actor)
        row.disabled = False
        audit.record("staff.resumed", actor=actor, detail={"staff": staff_id})


def unlock(staff_id: str, actor: Actor) -> None:
    """Let somebody sign in again after too many failures."""
    with transaction():
        row = _writable(staff_id, actor)
        row.must_unlock = False
        staff.clear_all_failures(staff_id)
        audit.record("staff.unlocked", actor=actor, detail={"staff": staff_id})


def end_session(staff_id: str, actor: Actor) -> None:
    """Sign somebody out, on whatever PC he is."""
    with transaction():
        _writable(staff_id, actor)
        _end_session(staff_id, actor)


def recover(staff_id: str, actor: Actor) -> str:
    """For who lost his second factors: they are forgotten, and the password with them, so that neither opens anything alone."""
    return give_password(staff_id, actor, forget_factors=True)


def give_password(staff_id: str, actor: Actor, *, forget_factors: bool = False) -> str:
    """A first password at random, for one sign-in within PASSWORD_LIVES of now or of the first day; it is shown only here."""
    if not is_local(staff_id):
        return _recover_without_password(staff_id, actor, forget_factors=forget_factors)
    password = made_up_password()
    end_reading()
    hashed = hash_password(password)
    with transaction():
        row = _writable(staff_id, actor)
        begins = datetime.combine(row.valid_from, time(), JAPAN)
        row.password_hash, row.must_unlock = hashed, False
        row.temporary_until = max(utc_now(), begins) + PASSWORD_LIVES
        staff.clear_all_failures(staff_id)
        if forget_factors:
            factors.forget(staff_id)
            audit.record("factor.forgotten", actor=actor, detail={"staff": staff_id})
        audit.record("staff.password_given", actor=actor, detail={"staff": staff_id})
        _end_session(staff_id, actor)
    return password


def _recover_without_password(staff_id: str, actor: Actor, *, forget_factors: bool) -> str:
    if not forget_factors:
        raise Refused(NOT_HERE)
    with transaction():
        row = _writable(staff_id, actor)
        row.must_unlock = False
        factors.forget(staff_id)
        audit.record("factor.forgotten", actor=actor, detail={"staff": staff_id})
        _end_session(staff_id, actor)
    return ""


def without_password(transfer_id: str) -> tuple[Listed, ...]:
    """Whom a change of staff made and who has no password yet."""
    shown = transfers.view(transfer_id)
    if shown.applied_at is None or shown.undone_at is not None:
        return ()
    made = {line.staff_id for line in shown.lines if line.kind is ChangeKind.ADDED}
    city = transfers.city_of(today_in_japan(), None)
    return tuple(
        _listed(row, city) for row in staff.list_staff() if row.id in made and row.password_hash is None and is_local(row.id)
    )  # fmt: skip


def give_first_passwords(transfer_id: str, actor: Actor) -> list[tuple[Listed, str]]:
    """First passwords for those a change of staff made, the next MOST_PASSWORDS of them."""
    waiting = without_password(transfer_id)[:MOST_PASSWORDS]
    return [(line, give_password(line.id, actor)) for line in waiting]


def made_up_password() -> str:
    """Twenty letters and digits in groups of four: a hundred bits, easy to copy from paper."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(5))


def _end_session(staff_id: str, actor: Actor) -> None:
    factors.delete_halves(staff_id, utc_now() - sessions.HALF_LIVES)
    found = staff.find_session_of(staff_id)
    if found and staff.delete_session(found.token_hash):
        audit.record("session.ended", actor=actor, detail={"staff": staff_id})


def _writable(staff_id: str, actor: Actor) -> StaffRow:
    row = _get(staff_id)
    city = transfers.city_of(today_in_japan(), actor)
    if staff_id == actor.staff_id:
        raise Refused("ご自分の登録は変えられません。ほかの管理者に依頼してください。")
    if city.accounts[staff_id].robot:
        raise Refused("ロボットの登録は、この画面では変えられません。")
    if _is_above(staff_id, city):
        raise Refused(
            "この職員は、あなたが付けられない役割を持っています。その権限も持つ管理者か、サーバーの担当者に依頼してください。"
        )
    return row


def _is_above(staff_id: str, city: City) -> bool:
    """Whether he has, or will have, a role beyond what the reader may give."""
    assigned = staff.list_assignments([staff_id]).get(staff_id, [])
    pairs = [(one.counter, one.role) for one in assigned if one.until is None or one.until >= city.today]
    return bool(beyond(pairs, city))


def _get(staff_id: str) -> StaffRow:
    row = staff.find_staff(staff_id)
    if row is None:
        raise NotFound(f"職員ID {staff_id} は登録されていません。")
    return row
