"""What a role may not see is absent from each channel by itself: pages, parts, drawers, files and papers.

The reader of every answer (`tests.integration.walked_city.Reader`) fails on the address of a protected person, and on the
amount of arrears (滞納) wherever the role at that counter does not open it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from app.demo.staff import DEMO_STAFF
from app.documents.renderer import Renderer
from tests.conftest import DEMO_PASSWORD
from tests.desk import Desk, hidden
from tests.integration import small_city as city
from tests.integration.walk_model import Reception, Seat
from tests.integration.walk_plan import STAGES
from tests.integration.walked_city import AMOUNT, Reader, WalkedCity, prepare_walk_template, walk
from tests.stores import SqliteStore

DEBTOR = 2
FRAGMENT = {"HX-Request": "true"}
FILES = {
    "/history/csv": "POST", "/admin/record/person/file.csv": "POST", "/admin/record/week/file.csv": "POST",
    "/admin/review-sheet.csv": "GET", "/admin/users/file.csv": "GET", "/health": "GET",
}  # fmt: skip
PEOPLE = [one for one in DEMO_STAFF if all(role != "robot" for _counter, role in one.assignments)]


def look_everywhere(world: WalkedCity, seat: Seat) -> Counter[str]:
    """Every channel that tells of a person, asked for the debtor and for a protected; how often the amount was told."""
    desk, told = seat.desk, Counter[str]()
    assert isinstance(desk.browser, Reader)

    def ask(method: str, path: str, *, part: bool = False, **fields: str) -> None:
        data = {"csrf_token": desk.token, **fields} if method == "POST" else None
        assert isinstance(desk.browser, Reader)
        answer = desk.browser.open(path, method=method, data=data, headers=FRAGMENT if part else {})
        told[str(answer.mimetype)] += 1
        told["amount"] += bool(AMOUNT.search(answer.get_data(as_text=True)))

    for serial, purposes in ((DEBTOR, ("enquiry", "visitor")), (city.WIFE, ("visitor",))):
        page = f"/residents/{world.ids[serial]}"
        for purpose in purposes:
            ask("POST", f"{page}/purpose", purpose=purpose)
            ask("GET", page)
            ask("GET", f"{page}/qualifications/arrears", part=purpose == "visitor")
            ask("POST", f"{page}/warnings", part=True)
        ask("POST", f"{page}/household", part=True, on="2026-11-20")
    for name in ("髙橋", "避難"):
        ask("POST", "/residents/search", query=name, settled="1")
        ask("POST", "/residents/find", part=True, q=name, settled="1")
    for path, method in FILES.items():
        ask(method, path, person=city.number(DEBTOR))
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
            if one.id == "demo-counter":
                paper_of(seat, world)
            seen[one.id] = look_everywhere(world, seat)
            world.tick()
    assert {staff for staff, told in seen.items() if told["amount"]} == {"demo-tax"}
    assert {channel for told in seen.values() for channel in told} >= {
        "text/html",
        "text/csv",
        "application/json",
    }
