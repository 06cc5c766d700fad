"""A file of staff changes: every fault by line and column, and what each sound line changes."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.authority import ROLES, Right
from app.domain.staff_file import COLUMNS, read_staff_file
from app.domain.transfers import Account, Change, ChangeKind, City, StaffState, plan
from tests.staff_files import COUNTERS, FAULTY, SOUND, faulty_file, sound_file

ON, TODAY = date(2027, 4, 1), date(2027, 3, 1)
ADMIN = ROLES["admin"].rights


def state(
    name: str = "見本　一", section: str = "市民課", *roles: tuple[str, str], last: date | None = None
) -> StaffState:
    return StaffState(name, section, date(2024, 4, 1), last, frozenset(roles or {("main", "counter")}))


def city(given: frozenset[Right] | None = ADMIN, **accounts: Account) -> City:
    named = {name.replace("_", "-"): account for name, account in accounts.items()}
    return City(COUNTERS, ROLES, named, ON, TODAY, "joho-001", given)


REGISTERED = {
    "joho_001": Account(state("見本　管", "情報政策課", ("information", "admin"))),
    "robot_001": Account(state("ロボット"), robot=True),
    "shimin_900": Account(state()),
    "shimin_901": Account(state(), waiting=date(2027, 3, 15)),
    "shimin_902": Account(state(last=date(2026, 3, 31))),
}


def read(*lines: str) -> tuple[list[Change], list[str]]:
    text = "\n".join([",".join(COLUMNS), *lines])
    found = read_staff_file(text.encode())
    assert not found.faults
    changes, faults = plan(found.lines, city(**REGISTERED), whole=False)
    return changes, [fault.problem for fault in faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_thirty_kinds_of_fault_are_all_named_with_line_and_column(encoding: str) -> None:
    found = read_staff_file(faulty_file(encoding))
    changes, faults = plan(found.lines, city(**REGISTERED), whole=False)
    named = {(fault.line, fault.column) for fault in (*found.faults, *faults)}
    assert named == {(line, column) for line, column, _text in FAULTY}
    assert len(FAULTY) >= 30 and len(found.faults) + len(faults) == len(FAULTY)
    assert len({fault.problem for fault in (*found.faults, *faults)}) >= 30
    assert len(changes) == SOUND - len({line for line, _column, _text in FAULTY})


def test_a_line_that_cannot_be_decoded_is_named() -> None:
    rows = sound_file("cp932").split(b"\r\n")
    rows[7] = rows[7].replace("見本".encode("cp932"), b"\x81\x20")
    (fault,) = read_staff_file(b"\r\n".join(rows)).faults
    assert (fault.line, fault.column) == (8, "氏名")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空です"),
        (b"PK\x03\x04", "Excel"),
        ("職員ID".encode("utf-16"), "UTF-16"),
        (b"a\nb\0c", "2行目"),
        ("職員ID,氏名,所属\na,b,c".encode(), "「窓口と役割」の列がありません"),
        ("職員ID,氏名,所属,窓口と役割,氏名\n".encode(), "2つあります"),
        ("職員ID,氏名,所属,窓口と役割,電話\n".encode(), "「電話」は使いません"),
        (",".join(COLUMNS).encode(), "職員の行がありません"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_reason(data: bytes, says: str) -> None:
    found = read_staff_file(data)
    assert not found.lines and says in found.faults[0].problem


def test_what_lines_change() -> None:
    changes, faults = read(
        "shimin-900,見本　一,市民課,市民課:窓口受付,,,",
        "zeimu-001,見本　二,税務課,tax:tax、main：窓口受付,,R10.3.31,",
    )
    assert faults == []
    assert [one.kind for one in changes] == [ChangeKind.SAME, ChangeKind.ADDED]
    assert changes[1].after == StaffState(
        "見本　二", "税務課", ON, date(2028, 3, 31), frozenset({("tax", "tax"), ("main", "counter")})
    )
    for line, kind in (
        ("shimin-900,見本　新,市民課,市民課:窓口受付,,,", ChangeKind.CHANGED),
        ("shimin-900,見本　一,税務課,税務課:税務,,,", ChangeKind.MOVED),
        ("shimin-900,見本　一,,,,,終了", ChangeKind.ENDED),
        ("shimin-902,見本　一,市民課,市民課:窓口受付,,,", ChangeKind.MOVED),
    ):
        (change,), faults = read(line)
        assert (change.kind, faults) == (kind, [])
    assert change.after.first == ON, "who comes back begins again"


def test_a_whole_list_ends_who_is_not_in_it_but_never_its_giver() -> None:
    found = read_staff_file(sound_file())
    changes, faults = plan(found.lines, city(**REGISTERED), whole=True)
    assert [(one.staff_id, one.kind) for one in changes[SOUND:]] == [
        ("shimin-900", ChangeKind.ENDED),
        ("shimin-901", ChangeKind.ENDED),
    ]
    assert [fault.read for fault in faults] == ["shimin-901"]


@pytest.mark.parametrize(
    ("given", "role", "allowed"),
    [
        (ADMIN, "counter", True),
        (ADMIN, "admin", True),
        (ADMIN, "guardian", False),
        (ADMIN, "auditor", False),
        (ADMIN, "content", False),
        (frozenset({Right.MANAGE_STAFF}), "admin", False),
        (ADMIN | {Right.DECIDE_RELEASE}, "guardian", True),
        (None, "guardian", True),
    ],
)
def test_nobody_gives_more_than_he_may(given: frozenset[Right] | None, role: str, allowed: bool) -> None:
    text = f"{','.join(COLUMNS)}\nshimin-001,見本　三,市民課,main:{role},,,"
    _changes, faults = plan(read_staff_file(text.encode()).lines, city(given), whole=False)
    assert (not faults) == allowed
    kept = Account(state("見本　三", "市民課", ("main", role)))
    _changes, faults = plan(read_staff_file(text.encode()).lines, city(given, shimin_001=kept), whole=False)
    assert not faults, "what he has already he does not gain"
