"""What clerks do on a random walk, how often, and what must have come of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from app.domain.authority import Right
from tests.integration.walked_city import HOUSEHOLD_OF, Reception, Seat, WalkedCity

PAGES = {
    "/status": {Right.READ_STATUS},
    "/residents/search": {Right.FIND_PERSON},
    "/history": {Right.READ_HISTORY},
    "/release": {Right.DECIDE_RELEASE},
    "/review": {Right.REVIEW},
    "/admin/users": {Right.MANAGE_STAFF},
    "/admin/links": {Right.MANAGE_FEEDS},
    "/admin/desk": {Right.MANAGE_CONTENT, Right.EDIT_SECTION_CONTENT},
}
"""What each page asks for, one of several: written down here once more, so that a change of the table is noticed."""

PLACES = (
    ("demo-counter", "main"), ("demo-counter", "taimei"), ("demo-tax", "tax"), ("demo-insurance", "insurance"),
    ("demo-reviewer", "main"), ("demo-guardian", "main"), ("demo-admin", "information"), ("demo-guardian", "taimei"),
)  # fmt: skip
NAMES = {
    1: "髙橋　太郎",
    2: "髙橋　花子",
    3: "避難　和子",
    4: "避難　桜",
    6: "小野　武",
    7: "斉藤　健",
    8: "齋藤　健",
}
LEAPS = [timedelta(minutes=length) for length in (1, 2, 2, 4, 11, 29, 3, 31)] + [
    timedelta(hours=13),
    timedelta(days=400),
]
PERSONS = sorted(HOUSEHOLD_OF)
VISITORS = [3, 6, 1, 3, 7, 8]
ACTS = (
    "sign_in", "sign_in", "sign_in", "sign_in_wrongly", "sign_out", "be_displaced", "switch_counter", "switch_counter",
    "send_a_form_of_before", "use_a_token_of_before", "take_a_role_away", "give_a_role_back", "give_a_role_back",
    "look_at_a_page", "search", "look_at_a_person", "flag", "open_a_case", "open_a_case", "look_at_a_case",
    "go_on_with_a_case", "go_on_with_a_case", "go_on_with_a_case", "go_on_with_a_case", "go_on_with_a_case",
    "open_a_paper", "open_a_paper", "open_a_paper", "ask_for_a_release", "ask_for_a_release", "ask_for_a_release",
    "decide_on_a_release", "decide_on_a_release", "decide_on_a_release", "import_a_measure", "import_without_measures",
    "let_time_pass", "let_time_pass", "restart",
)  # fmt: skip
"""What may happen; what stands here more often happens more often."""

POSSIBLE: dict[str, Callable[[WalkedCity], object]] = {
    "sign_in_wrongly": lambda world: len(world.failures) < 12,
    "send_a_form_of_before": lambda world: world.stale,
    "use_a_token_of_before": lambda world: world.dead,
    "take_a_role_away": lambda world: len(world.taken_away) < 2,
    "give_a_role_back": lambda world: world.taken_away,
    "flag": lambda world: len(world.flagged) < 4,
    "look_at_a_case": lambda world: world.cases,
    "go_on_with_a_case": lambda world: world.cases,
    "open_a_paper": lambda world: world.papers,
    "ask_for_a_release": lambda world: world.cases,
    "decide_on_a_release": lambda world: any(case.asked_by for case in world.cases),
    "import_a_measure": lambda world: world.imports < 1 and world.steps > 15,
    "import_without_measures": lambda world: world.refused < 1,
    "restart": lambda world: world.restarts < 1,
}
"""What has to be so for an act."""

REACHED = {
    "counter switched", "old form refused", "old token refused", "flagged", "stop seen", "measure imported", "paper 403",
    "paper 404",
}  # fmt: skip
"""What must have happened in the walks, so that they prove something."""


def _status(seat: Seat, case: Reception, step: str, **fields: str) -> int | None:
    """What a form of the case is answered with; None where the case does not even show its screen."""
    page = seat.desk.see(case.id)
    found = re.search(r'name="version"[^>]*value="(\d+)"', page.text)
    if not found:
        return None
    return seat.desk.post(f"/cases/{case.id}/{step}", version=found[1], **fields).status_code


def _identify(seat: Seat, case: Reception) -> int | None:
    return _status(seat, case, "steps/identity", document="my_number_card", document2="", relation="self")


def _choose(seat: Seat, case: Reception) -> int | None:
    return _status(seat, case, "steps/kind", kind="certificate")


def _select(seat: Seat, case: Reception) -> int | None:
    found = re.search(r'name="person"[^>]*value="([^"]*)"', seat.desk.see(case.id).text)
    answer = _status(seat, case, "certificates", quick="j1", person=found[1]) if found else None
    return 303 if answer == 200 else answer  # the step goes on at the same address


def _issue(seat: Seat, case: Reception) -> int | None:
    return _status(seat, case, "documents", part="details", duplicates_seen="1")


STAGES = (_identify, _choose, _select, _issue)
