"""Changes of staff for a day (人事異動, M-02): checked, applied all or nothing, and undone.

What is applied is stored at once with its day; from the first second of that day it is what every request meets, in
sessions that are open too. Nobody gives more than he may, nobody changes himself (AC-31).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.data import audit, staff, staff_changes
from app.data.models.base import utc_now
from app.data.models.staff import TransferLineRow, TransferRow
from app.data.transactions import transaction
from app.domain.authority import Actor, ActorKind
from app.domain.dates import format_wareki, today_in_japan
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.staff_file import FIRST, LAST, NAME, ROLES, SECTION, Fault, read_staff_file
from app.domain.transfers import Change, ChangeKind, City, beyond, cells_of, plan
from app.operations import authority

FILE, SCREEN = "file", "screen"
KIND_TITLES = {
    ChangeKind.ADDED: "追加",
    ChangeKind.MOVED: "異動",
    ChangeKind.CHANGED: "変更",
    ChangeKind.ENDED: "終了",
    ChangeKind.SAME: "変更なし",
}
SHOWN_CELLS = (NAME, SECTION, ROLES, FIRST, LAST)
FARTHEST = timedelta(days=400)
SHOWN_TRANSFERS = 30


@dataclass(frozen=True)
class ShownLine:
    """A line with the cells that change, each as (column, before, after)."""

    line: int
    staff_id: str
    name: str
    kind: ChangeKind
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class ShownTransfer:
    """A change of staff as its page shows it. ``new_ids`` are those it made."""

    id: str
    on: date
    whole: bool
    made_at: datetime
    made_by: str
    applied_at: datetime | None
    undone_at: datetime | None
    lines: tuple[ShownLine, ...]
    faults: tuple[Fault, ...]
    counts: dict[ChangeKind, int]

    @property
    def can_apply(self) -> bool:
        changes = sum(count for kind, count in self.counts.items() if kind is not ChangeKind.SAME)
        return not self.faults and self.applied_at is None and changes > 0

    @property
    def can_undo(self) -> bool:
        return self.applied_at is not None and self.undone_at is None


def check_file(data: bytes, on: date, actor: Actor, *, whole: bool) -> str:
    """Read a file and compare it with the accounts; nothing of them changes. Returns the change's id.

    Raises Invalid (field ``on``) for a day that is past or too far.
    """
    _check_day(on)
    city = city_of(on, actor)
    read = read_staff_file(data)
    changes, faults = plan(read.lines, city, whole=whole)
    both = sorted([*read.faults, *faults], key=lambda fault: (fault.line, fault.position))
    with transaction() as session:
        row = TransferRow(
            origin=FILE, digest=hashlib.sha256(data).hexdigest(), whole=whole, effective_on=on, made_at=utc_now(),
            made_by=actor.staff_id, faults=[[one.line, one.column, one.read, one.problem] for one in both],
        )  # fmt: skip
        session.add(row)
        session.flush()
        if not both:
            session.add_all(_line(row.id, change) for change in changes)
        audit.record(
            "staff.transfer_checked", actor=actor,
            detail={"transfer": row.id, "lines": len(read.lines), "faults": len(both)},
        )  # fmt: skip
        return row.id


def change_one(change: Change, on: date, actor: Actor) -> str:
    """Apply the change of one account, as its page was filled in. Returns the change's id. Raises as `apply` does."""
    _check_day(on)
    with transaction() as session:
        row = TransferRow(
            origin=SCREEN, digest="", whole=False, effective_on=on, made_at=utc_now(), made_by=actor.staff_id,
            faults=[],
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(_line(row.id, change))
        session.flush()
        apply(row.id, actor)
        return row.id


def apply(transfer_id: str, actor: Actor) -> None:
    """Let a checked change take effect on its day, whole or not at all.

    Raises Conflict when it was applied already, or when an account is no longer as it was checked; Invalid when the day
    has passed or a line gives more than the actor may.
    """
    with transaction():
        row = _get(transfer_id)
        if row.applied_at is not None or row.faults:
            raise Conflict(
                "この異動は、すでに適用したか、誤りがあるため適用できません。画面を開き直してください。"
            )
        _check_day(row.effective_on)
        city = city_of(row.effective_on, actor)
        lines = [one for one in staff.list_transfer_lines(row.id) if one.kind != ChangeKind.SAME]
        _check_still(lines, city)
        for line in lines:
            staff_changes.apply_state(line, row.effective_on, city.today)
            event = "staff.created" if line.kind == ChangeKind.ADDED else "staff.changed"
            detail = {"staff": line.staff_id, "what": line.kind, "on": row.effective_on.isoformat()}
            roles = [":".join(pair) for pair in line.after["roles"]]
            audit.record(event, actor=actor, detail=detail | {"roles": roles, "transfer": row.id})
        row.applied_at, row.applied_by = utc_now(), actor.staff_id
        audit.record("staff.transfer_applied", actor=actor, detail={"transfer": row.id, "lines": len(lines)})


def undo(transfer_id: str, actor: Actor) -> None:
    """Bring every account of an applied change back to what it was before, whole or not at all.

    Raises Conflict when one of them was changed again since, and Invalid where going back would give more than the actor
    may give.
    """
    with transaction():
        row = _get(transfer_id)
        if row.applied_at is None or row.undone_at is not None:
            raise Conflict("この異動は適用されていないか、すでに取り消しています。画面を開き直してください。")
        lines = [one for one in staff.list_transfer_lines(row.id) if one.kind != ChangeKind.SAME]
        city = city_of(row.effective_on, actor)
        later = [one.staff_id for one in lines if staff.has_later_transfer(one.staff_id, row.applied_at)]
        if later:
            raise Conflict(
                f"次の職員は、この異動のあとで変更しています。先にその変更を取り消してください: {_names(later)}"
            )
        _check_return(lines, city)
        for line in lines:
            staff_changes.undo_state(line, city.today)
            audit.record(
                "staff.changed", actor=actor, detail={"staff": line.staff_id, "what": "undone", "transfer": row.id}
            )  # fmt: skip
        row.undone_at, row.undone_by = utc_now(), actor.staff_id
        audit.record("staff.transfer_undone", actor=actor, detail={"transfer": row.id, "lines": len(lines)})


def view(transfer_id: str) -> ShownTransfer:
    """A change of staff with what differs in every line. Raises NotFound."""
    row = _get(transfer_id)
    lines = staff.list_transfer_lines(row.id)
    counts = {kind: sum(line.kind == kind for line in lines) for kind in ChangeKind}
    names = staff.list_staff_names({row.made_by})
    city = city_of(row.effective_on, None)
    return ShownTransfer(
        row.id, row.effective_on, row.whole, row.made_at, names.get(row.made_by, row.made_by), row.applied_at,
        row.undone_at, tuple(_shown(line, city) for line in lines if line.kind != ChangeKind.SAME),
        tuple(Fault(*one) for one in row.faults), counts,
    )  # fmt: skip


def list_recent() -> tuple[TransferRow, ...]:
    """The latest files, newest first."""
    return tuple(staff.list_transfers(SHOWN_TRANSFERS))


def result_rows(shown: ShownTransfer) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Heads and rows of the result file: every cell that changes, or every fault."""
    if shown.faults:
        heads = ("行", "列", "列名", "読んだ内容", "誤りと直し方")
        return heads, [
            (one.line, one.position or "", one.column, one.read, one.problem) for one in shown.faults
        ]
    done = "取消" if shown.undone_at else "適用" if shown.applied_at else "未適用"
    rows: list[Sequence[object]] = [
        (line.line or "", line.staff_id, line.name, KIND_TITLES[line.kind], column, before, after, done)
        for line in shown.lines
        for column, before, after in line.cells
    ]
    return ("行", "職員ID", "氏名", "区分", "列名", "変更前", "変更後", "結果"), rows


def export_result(transfer_id: str, actor: Actor) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Heads and rows of the result file; that it was taken is logged. Raises NotFound."""
    heads, rows = result_rows(view(transfer_id))
    with transaction():
        audit.record(
            "staff.transfer_exported", actor=actor, detail={"transfer": transfer_id, "rows": len(rows)}
        )
    return heads, rows


def _shown(line: TransferLineRow, city: City) -> ShownLine:
    before = staff_changes.state_from_json(line.before) if line.before else None
    after = staff_changes.state_from_json(line.after)
    old, new = cells_of(before, city), cells_of(after, city)
    cells = tuple((one, old[one], new[one]) for one in SHOWN_CELLS if old[one] != new[one])
    return ShownLine(line.line, line.staff_id, after.name, ChangeKind(line.kind), cells)


def _line(transfer_id: str, change: Change) -> TransferLineRow:
    return TransferLineRow(
        transfer_id=transfer_id, staff_id=change.staff_id, line=change.line, kind=change.kind.value,
        before=staff_changes.state_as_json(change.before) if change.before else None,
        after=staff_changes.state_as_json(change.after),
    )  # fmt: skip


def city_of(on: date, actor: Actor | None) -> City:
    """What changes for a day are compared with; without an actor (or for the command line) nothing is beyond."""
    today = today_in_japan()
    operator = actor is None or actor.kind == ActorKind.SYSTEM
    return City(
        dict(staff.list_counters()), authority.roles(), staff_changes.accounts(today), on, today,
        actor.staff_id if actor else "", None if operator or actor is None else actor.rights,
    )  # fmt: skip


def _check_day(on: date) -> None:
    today = today_in_japan()
    if not today <= on <= today + FARTHEST:
        text = f"適用する日（{format_wareki(on)}）は、今日から{FARTHEST.days}日以内の日にしてください。"
        raise Invalid(text, {"on": text})


def _check_still(lines: Sequence[TransferLineRow], city: City) -> None:
    """What was checked must still be what is there, and still be for this giver to give."""
    changed, more = [], []
    for line in lines:
        account = city.accounts.get(line.staff_id)
        before = staff_changes.state_from_json(line.before) if line.before else None
        after = staff_changes.state_from_json(line.after)
        if (account and account.state) != before or (account and account.waiting):
            changed.append(line.staff_id)
        if line.staff_id == city.giver or beyond(
            after.roles - (before.roles if before else frozenset()), city
        ):
            more.append(line.staff_id)
    if changed:
        text = f"確かめたあとで、次の職員の登録が変わりました。もう一度ファイルを確かめてください: {_names(changed)}"
        raise Conflict(text)
    _refuse_more(more)


def _check_return(lines: Sequence[TransferLineRow], city: City) -> None:
    more = []
    for line in lines:
        before = staff_changes.state_from_json(line.before).roles if line.before else frozenset()
        if (
            beyond(before - staff_changes.state_from_json(line.after).roles, city)
            or line.staff_id == city.giver
        ):
            more.append(line.staff_id)
    _refuse_more(more)


def _refuse_more(ids: Sequence[str]) -> None:
    if ids:
        raise Invalid(f"ご自分の登録か、あなたの権限を超える役割が含まれるため、行えません: {_names(ids)}")


def _names(ids: Sequence[str]) -> str:
    return "、".join(ids[:10]) + (f"ほか{len(ids) - 10}人" if len(ids) > 10 else "")


def _get(transfer_id: str) -> TransferRow:
    row = staff.get_transfer(transfer_id)
    if row is None:
        raise NotFound("この異動はありません。一覧から選び直してください。")
    return row
