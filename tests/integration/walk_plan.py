"""What clerks do on a random walk, how often, and what must have come of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.domain.authority import Right
from tests.integration.walk_model import HOUSEHOLD_OF, Reception, Seat
from tests.integration.walked_city import WalkedCity

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
LEAPS = [timedelta(minutes=length) for length in (1, 2, 3, 2, 4, 1, 2, 11, 29, 31)] + [
    timedelta(hours=13),
    timedelta(days=400),
]
PERSONS = sorted(HOUSEHOLD_OF)
VISITORS = [3, 6, 3, 1, 4, 7, 3, 8]
ACTS = (
    "sign_in", "sign_in", "sign_in_wrongly", "sign_out", "be_displaced", "switch_counter", "switch_counter",
    "send_a_form_of_before", "use_a_token_of_before", "take_a_role_away", "give_a_role_back", "give_a_role_back",
    "look_at_a_page", "search", "look_at_a_person", "flag", "open_a_case", "look_at_a_case", "go_on_with_a_case",
    "go_on_with_a_case", "go_on_with_a_case", "open_a_paper", "open_a_paper", "ask_for_a_release", "ask_for_a_release",
    "decide_on_a_release", "decide_on_a_release", "decide_on_a_release", "ask_for_an_address", "ask_for_an_address", "ask_for_an_address",
    "print_with_an_address", "print_with_an_address", "import_a_measure", "import_without_measures", "let_time_pass", "restart",
)  # fmt: skip
"""What may happen; what stands here more often happens more often."""

POSSIBLE: dict[str, Callable[[WalkedCity], object]] = {
    "sign_in": lambda world: world.free(),
    "sign_in_wrongly": lambda world: world.free(),
    "sign_out": lambda world: len(world.working()) > 1,
    "be_displaced": lambda world: world.free() and world.working(),
    "send_a_form_of_before": lambda world: world.stale,
    "use_a_token_of_before": lambda world: world.dead,
    "take_a_role_away": lambda world: len(world.taken_away) < 2,
    "give_a_role_back": lambda world: world.taken_away,
    "flag": lambda world: len(world.flagged) < 4,
    "open_a_case": lambda world: len(world.cases) < MOST_CASES,
    "look_at_a_case": lambda world: world.cases,
    "go_on_with_a_case": lambda world: world.to_go_on_with(len(STAGES), MOST_PAPERS),
    "open_a_paper": lambda world: world.papers,
    "ask_for_a_release": lambda world: world.cases,
    "decide_on_a_release": lambda world: any(case.asked_by or case.asks_address for case in world.cases),
    "ask_for_an_address": lambda world: world.at_the_sheet(len(STAGES) - 1),
    "print_with_an_address": lambda world: any(case.address for case in world.cases),
    "import_a_measure": lambda world: world.imports < 2 and world.steps > 60 * (world.imports + 1),
    "import_without_measures": lambda world: world.refused < 2,
    "restart": lambda world: world.restarts < 2,
}
"""What has to be so for an act."""

MOST_CASES: int = 24
MOST_PAPERS: int = 5
"""In one walk: printing takes longer than anything else."""

LEAST = dict.fromkeys(ACTS, 10) | {"ask_for_an_address": 6, "print_with_an_address": 4}
"""How often each act must have been done, and not only tried, in the walks on one database, so that they prove something."""

REACHED = {
    "stop seen": 10, "release allowed": 10, "release refused": 5, "paper under a release": 8, "address allowed": 4,
    "address refused": 5, "paper 200": 3, "paper 403": 10, "paper 404": 10, "address read": 2,
}  # fmt: skip
"""What must have come of them, as often."""


def pressing(world: WalkedCity) -> list[str]:
    """What somebody would do next who has ten minutes: three steps of four go there, or hardly a release would be used."""
    found = []
    for one in world.cases:
        if one.asks_address:
            found.append("decide_on_a_release")
        elif one.address and one.address.counts(world.now):
            found.append("print_with_an_address")
        elif one.releases and one.stage < len(STAGES) and world.may_go_on(one, one.staff):
            at_sheet = one.stage == len(STAGES) - 1 and one.address is None
            found.append("ask_for_an_address" if at_sheet else "go_on_with_a_case")
    return [one for one in found if one not in POSSIBLE or POSSIBLE[one](world)]


def _send(seat: Seat, case: Reception, step: str, **fields: str) -> int:
    """What a form of the case is answered with, sent as its screen would send it now."""
    world = seat.world
    sent = {"version": str(world.version_of(case)), "made_for": world.stamp_of(case), **fields}
    return seat.desk.post(f"/cases/{case.id}/{step}", **sent).status_code


def _identify(seat: Seat, case: Reception) -> int:
    return _send(seat, case, "steps/identity", document="my_number_card", document2="", relation="self")


def _choose(seat: Seat, case: Reception) -> int:
    return _send(seat, case, "steps/kind", kind="certificate")


def _select(seat: Seat, case: Reception) -> int:
    answer = _send(seat, case, "certificates", quick="j1", person=seat.world.visitor_of(case))
    return 303 if answer == 200 else answer  # the step goes on at the same address


def _issue(seat: Seat, case: Reception) -> int:
    return _send(seat, case, "documents", part="details", duplicates_seen="1")


STAGES: tuple[Callable[[Seat, Reception], int], ...] = (_identify, _choose, _select, _issue)
