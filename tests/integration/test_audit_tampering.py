"""A thousand random edits, deletions, swaps, additions and cuts of the tables of the operation log: all found, all located."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, Table, create_engine, delete, insert, select, text

from app.data import audit, audit_check, audit_seals
from app.data.audit_macs import audit_key, head_mac
from app.data.models.audit import AuditHeadRow, AuditPersonRow, AuditRow, AuditSealRow
from app.data.transactions import transaction
from app.domain.authority import Actor
from app.extensions import db
from app.operations import audits

TABLES: tuple[Table, ...] = tuple(
    model.__table__  # type: ignore[misc]
    for model in (AuditRow, AuditPersonRow, AuditHeadRow, AuditSealRow)
)
EVENTS, PERSONS, HEADS, SEALS = TABLES
LANES = ("C01", "C02")
ROWS = 96
BLOCK = 6
ROUNDS, IN_A_ROUND = 50, 20
EDITED = (
    "at", "actor_kind", "actor_id", "counter", "session", "action", "case_id", "persons", "detail", "secret", "mac",
)  # fmt: skip
FIRST_DAY = date(2026, 11, 20)

Rows = dict[Table, list[dict[str, Any]]]
Place = tuple[str, int]


def fill() -> None:
    """Rows of two counters with and without persons, in three days that are sealed."""
    for day in range(3):
        with transaction():
            for number in range(ROWS // 3):
                for lane in LANES:
                    actor = Actor(f"clerk-{number % 5}", "だれか", lane, lane, frozenset({"counter"}))
                    audit.record(
                        "resident.viewed", actor=actor, detail={"members": number},
                        persons=[f"{number:010}", f"{day:010}"] if number % 2 else [],
                        sealed=audit.seal("高橋") if number % 3 == 0 else None,
                    )  # fmt: skip
        assert audits.seal(FIRST_DAY + timedelta(days=day)) is not None


def unguarded(app: Flask) -> Engine:
    """The database as whoever has its password reaches it: without our connections' guard, and with the triggers gone."""
    engine = create_engine(app.config["KAKANAI"].database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            named = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for (name,) in named:
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            for table in TABLES:
                connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
                connection.execute(text(f"ALTER TABLE {table.name} NO FORCE ROW LEVEL SECURITY"))
    return engine


def read(engine: Engine) -> Rows:
    with engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in TABLES
        }


def write(engine: Engine, rows: Rows) -> None:
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(delete(table))
            if rows[table]:
                connection.execute(insert(table), rows[table])


class Forger:
    """Changes rows in places of their own, a block of a lane or a seal each, and says where."""

    def __init__(self, rows: Rows, rng: random.Random) -> None:
        self.rows, self.rng = rows, rng
        self.lanes: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        for row in rows[EVENTS]:
            self.lanes[row["lane"]][row["position"]] = row
        self.free = [(lane, start) for lane in LANES for start in range(1, ROWS + 1, BLOCK)]
        rng.shuffle(self.free)
        self.seals = [1, 2, 3]
        self.touched: set[Place] = set()

    def forge(self) -> Place:
        """One change; the place where it has to be found."""
        if self.seals and self.rng.random() < 0.05:
            return self._seal()
        lane, start = self.free.pop()
        self.touched |= {(lane, at) for at in range(start, start + BLOCK + 1)}
        last = start + BLOCK > ROWS
        ways = [self._edit, self._delete, self._swap, self._point, self._move]
        ways += [self._cut, self._cut_with_head, self._add, self._head] if last else []
        return lane, self.rng.choice(ways)(lane, start)

    def _at(self, start: int) -> int:
        return start + self.rng.randrange(1, BLOCK - 1)

    def _edit(self, lane: str, start: int) -> int:
        position = self._at(start)
        row, column = self.lanes[lane][position], self.rng.choice(EDITED)
        others: dict[str, Any] = {
            "at": row["at"] + timedelta(seconds=self.rng.randrange(1, 9999)),
            "persons": [*row["persons"], "9999999999"],
            "detail": {"members": self.rng.randrange(1000, 9999)},
            "secret": self.rng.randbytes(30),
            "mac": self.rng.randbytes(32),
        }
        row[column] = others.get(column, f"x{self.rng.randrange(10**6)}")
        return position

    def _delete(self, lane: str, start: int) -> int:
        position = self._at(start)
        self.rows[EVENTS].remove(self.lanes[lane][position])
        return position

    def _swap(self, lane: str, start: int) -> int:
        one, other = self.lanes[lane][start + 1], self.lanes[lane][start + 3]
        for column in set(one) - {"id", "position"} if self.rng.random() < 0.5 else {"position"}:
            one[column], other[column] = other[column], one[column]
        return start + 1

    def _point(self, lane: str, start: int) -> int:
        """The index of persons: an entry taken out, changed or added."""
        position = start + 1 if (start + 1) % 2 == 0 else start + 2
        row = self.lanes[lane][position]
        entries = [one for one in self.rows[PERSONS] if one["event_id"] == row["id"]]
        way = self.rng.randrange(3)
        if way == 0:
            self.rows[PERSONS].remove(entries[0])
        elif way == 1:
            entries[0]["person_number"] = "8888888888"
        else:
            self.rows[PERSONS].append({"event_id": row["id"], "person_number": "8888888888"})
        return position

    def _move(self, lane: str, start: int) -> int:
        """Into a lane that never was."""
        position = self._at(start)
        self.lanes[lane][position] |= {"lane": f"X{len(self.touched)}"}
        return position

    def _cut(self, lane: str, start: int) -> int:
        position = self._at(start)
        self.rows[EVENTS] = [
            row for row in self.rows[EVENTS] if row["lane"] != lane or row["position"] < position
        ]
        return position

    def _cut_with_head(self, lane: str, start: int) -> int:
        """And a copy of the head of that time is put back: only the seal of the day shows it."""
        position = self._cut(lane, start)
        mac = head_mac(audit_key(), lane, position - 1, self.lanes[lane][position - 1]["mac"])
        self._head_of(lane).update(position=position - 1, mac=mac)
        return position

    def _add(self, lane: str, start: int) -> int:
        row = self.lanes[lane][ROWS] | {"id": 10**6 + start, "position": ROWS + 1, "persons": []}
        self.rows[EVENTS].append(row)
        return ROWS + 1

    def _head(self, lane: str, start: int) -> int:
        head = self._head_of(lane)
        if self.rng.random() < 0.5:
            head["mac"] = self.rng.randbytes(32)
        else:
            head["position"] = ROWS + 5
        return ROWS + 1

    def _head_of(self, lane: str) -> dict[str, Any]:
        return next(head for head in self.rows[HEADS] if head["lane"] == lane)

    def _seal(self) -> Place:
        position = self.seals.pop(self.rng.randrange(len(self.seals)))
        day = FIRST_DAY + timedelta(days=position - 2)
        row = next(row for row in self.rows[SEALS] if row["day"] == day)
        way = self.rng.randrange(3)
        if way == 0:
            self.rows[SEALS].remove(row)
        elif way == 1:
            row["lanes"] = row["lanes"] | {"C01": [1, "00" * 32]}
        else:
            row["mac"] = self.rng.randbytes(32)
        place = (audit_check.SEALS, position)
        self.touched.add(place)
        return place


@pytest.fixture
def forged(app: Flask) -> Iterator[Callable[[random.Random], tuple[set[Place], set[Place], set[Place]]]]:
    """One round: what has to be found, what may be, and what is found."""
    with app.app_context():
        fill()
        assert audit_check.verify().breaks == ()
        engine = unguarded(app)
        before = read(engine)

        def go(rng: random.Random) -> tuple[set[Place], set[Place], set[Place]]:
            rows = {table: [dict(row) for row in found] for table, found in before.items()}
            forger = Forger(rows, rng)
            places = {forger.forge() for _ in range(IN_A_ROUND)}
            write(engine, rows)
            db.session.remove()
            found = {(one.lane, one.position) for one in audit_check.verify().breaks}
            return places, forger.touched, {place for place in found if not place[0].startswith("X")}

        yield go
        engine.dispose()


def test_a_thousand_changes_are_found_where_they_are(
    forged: Callable[[random.Random], tuple[set[Place], set[Place], set[Place]]],
) -> None:
    rng, count = random.Random(7_7), 0
    for number in range(ROUNDS):
        places, allowed, found = forged(rng)
        count += len(places)
        assert places <= found, f"round {number}: not found {sorted(places - found)}"
        assert found <= allowed, f"round {number}: found where nothing is {sorted(found - allowed)}"
    assert count == ROUNDS * IN_A_ROUND


def test_both_copies_of_a_seal_gone_are_missed(app: Flask) -> None:
    with app.app_context():
        fill()
        engine = unguarded(app)
        rows = read(engine)
        rows[SEALS].pop()
        write(engine, rows)
        (app.config["KAKANAI"].seals / audit_seals.FILE).unlink()
        assert [one.lane for one in audit_check.verify().breaks] == [audit_check.SEALS]
        engine.dispose()
