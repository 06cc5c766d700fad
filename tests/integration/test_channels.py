"""What a role may not see is absent in each channel by itself: pages, parts, drawers, CSV files, JSON and papers.

The reader of every answer (`tests.integration.walked_city.Reader`) fails on the address of a protected person, and on the
amount of arrears (滞納) wherever the role at that counter does not open it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from app.demo.staff import DEMO_STAFF
from app.documents.renderer import Renderer
from app.domain.authority import Right
from tests.conftest import DEMO_PASSWORD
from tests.desk import Desk, hidden
from tests.integration import small_city as city
from tests.integration.walk_plan import STAGES
from tests.integration.walked_city import AMOUNT, Reception, Seat, WalkedCity, prepare_walk_template, walk
from tests.stores import SqliteStore

DEBTOR = 2
FRAGMENT = {"HX-Request": "true"}
FILES = (
    "/history/csv", "/admin/record/person/file.csv", "/admin/record/week/file.csv", "/admin/review-sheet.csv",
    "/admin/users/file",
)  # fmt: skip
PEOPLE = [one for one in DEMO_STAFF if all(role != "robot" for _counter, role in one.assignments)]


def look_everywhere(world: WalkedCity, seat: Seat) -> Counter[str]:
    """Every channel that tells of a person, asked for the debtor and the protected; how often the amount was told."""
    desk, told = seat.desk, Counter[str]()

    def ask(method: str, path: str, **fields: str) -> None:
        for headers in ({}, FRAGMENT):
            data = {"csrf_token": desk.token, **fields} if method == "POST" else None
            answer = desk.browser.open(path, method=method, data=data, headers=headers)  # type: ignore[attr-defined]
            told[answer.mimetype] += 1
            told["amount"] += bool(AMOUNT.search(answer.get_data(as_text=True)))

    for serial in (DEBTOR, city.WIFE):
        page = f"/residents/{world.ids[serial]}"
        for purpose in ("visitor", "enquiry", "review"):
            ask("POST", f"{page}/purpose", purpose=purpose)
            ask("GET", page)
            ask("GET", f"{page}/qualifications/arrears")
            ask("POST", f"{page}/warnings")
            ask("POST", f"{page}/household", on="2026-11-20")
        name = "髙橋" if serial == DEBTOR else "避難"
        ask("POST", "/residents/search", query=name, settled="1")
        ask("POST", "/residents/find", q=name, settled="1")
        ask("POST", "/residents/search/details", name=name, past="1")
    for path in FILES:
        ask("POST", path, person=city.number(DEBTOR))
        ask("GET", path)
    ask("GET", "/health")
    return told


def paper_of(seat: Seat, world: WalkedCity) -> None:
    """A request for the debtor's certificate, opened as a PDF."""
    case = Reception(seat.desk.open_case(world.ids[DEBTOR]), DEBTOR, seat.staff)
    for stage in STAGES:
        assert stage(seat, case) == 303
    assert seat.desk.get(seat.desk.document(case.id)).data.startswith(b"%PDF")


@pytest.mark.sqlite
def test_each_channel_keeps_what_a_role_may_not_see(
    sqlite_store: SqliteStore, tmp_path: Path, printer: Renderer
) -> None:
    prepare_walk_template(sqlite_store, tmp_path)
    seen: dict[str, Counter[str]] = {}
    with walk(sqlite_store, tmp_path, printer) as world:
        for one in PEOPLE:
            counter, seat = one.assignments[0][0], world.seats[0]
            seat.desk = Desk(world.browser(0))
            world.sit(seat)
            seat.staff, seat.counter = one.id, counter
            assert seat.desk.try_sign_in(one.id, counter, DEMO_PASSWORD).status_code == 303
            seat.desk.token = hidden(seat.desk.browser.get("/"), "csrf_token")
            if Right.PRINT in world.rights(seat) and one.id == "demo-counter":
                paper_of(seat, world)
            seen[one.id] = look_everywhere(world, seat)
            world.tick()
    assert {staff for staff, told in seen.items() if told["amount"]} == {"demo-tax"}
    channels = {channel for told in seen.values() for channel in told}
    assert channels >= {"text/html", "text/csv", "application/json"}
