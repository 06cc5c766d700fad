"""Whole cases from the search to the paper and the next desk, each as the table says (whole_cases.toml)."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.domain.dates import today_in_japan
from tests.browser.conftest import Server, Terminal, serving, settled
from tests.browser.interruptions import Interruptions
from tests.browser.villagers import Villagers
from tests.browser.walking import HOME, Walk, WholeCase, table, whole_cases
from tests.conftest import prepare_city_template, run_commands
from tests.stores import SqliteStore
from tests.unit.domain.households import default_pack

COUNTER, COLLEAGUE = "demo-counter", "demo-welfare"
ONCE = ("case.opened", "case.identity_saved", "case.kind_chosen", "document.made", "case.closed")
"""What the operation log holds once of every case that nothing befell."""
NEVER = (
    "case.suspended", "case.resumed", "case.taken_over", "case.stopped", "case.wrong_screen", "case.household_joined",
    "case.booking_taken", "case.conflict_resolved",
)  # fmt: skip
GUIDE = "tetsuzuki_annai"
SECTIONS = {
    "保険年金課": "demo-insurance", "高齢介護課": "demo-care", "子育て支援課": "demo-children", "税務課": "demo-tax",
}  # fmt: skip
REVIEW = "審査"
WORDS = {"printed": "申請書印刷済", "not_started": "未着手", "guided": "案内済", "received": "受付済"}
# The word of the state of each procedure, by its title, as the overview of a case shows them.
LINES = """() => Object.fromEntries([...document.querySelectorAll("table.ticks tbody tr")].map((row) => [
  row.querySelector("th").firstChild.textContent.trim(), row.querySelector(".state:not(.state-auto)")?.textContent.trim(),
]))"""


class Village:
    """The city with the people of the table in it, on a server of its own, and the windows that stand open there."""

    def __init__(self, server: Server, villagers: Villagers, browser: Browser) -> None:
        self.server, self.villagers = server, villagers
        self._browser = browser
        self._terminals: dict[tuple[str, str], Terminal] = {}
        self.for_review: set[str] = set()
        """Numbers of the cases that wait for the reviewer of the front counter."""

    def desk(self, staff: str, counter: str) -> Page:
        """The window of a member of staff at a counter; the same for every case."""
        key = staff, counter
        if key not in self._terminals:
            self._terminals[key] = Terminal(self._browser, self.server.site)
            self._terminals[key].sign_in(staff, counter)
        return self._terminals[key].page

    def at_home(self) -> Page:
        """The clerk's window on the home screen, where the case before has left it."""
        page = self.desk(COUNTER, "市民課")
        if page.url != f"{self.server.site.url}/":
            page.goto("/")
        return page

    def sign_in(self, page: Page) -> None:
        """Once more, after an end of the session."""
        next(one for one in self._terminals.values() if one.page is page).sign_in(COUNTER, "市民課")

    def forgive(self) -> None:
        """What the windows said of a server that was not there."""
        for one in self._terminals.values():
            one.faults = [fault for fault in one.faults if not fault.startswith("console: htmx:")]

    def close(self) -> None:
        for one in self._terminals.values():
            one.close()

    def rows(self, statement: str, *values: str) -> list[sqlite3.Row]:
        """What the database holds."""
        path = self.server.site.database.removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as city:
            city.row_factory = sqlite3.Row
            return city.execute(statement, values).fetchall()


@pytest.fixture(scope="module")
def village(
    sqlite_store: SqliteStore, city_feeds: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Village]:
    folder = tmp_path_factory.mktemp("village")
    rows = table()
    villagers = Villagers(rows["households"], rows["notices"], today_in_japan())
    villagers.write(folder / "feeds")
    prepare_city_template(sqlite_store, city_feeds, folder)
    url = sqlite_store.copy("city")
    run_commands(folder / "instance", url, ["feed", "import", str(folder / "feeds")])
    assigned = "INSERT INTO staff_assignment (staff_id, counter, role) VALUES (?, 'main', 'counter')"
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as city:
        city.execute(assigned, (COLLEAGUE,))
        city.commit()
    # A section's window may rest for many cases, on a slow machine for longer than a screen stays open.
    with serving(folder / "instance", url, cover_after=7200, idle_limit=7200) as server:
        found = Village(server, villagers, browser)
        yield found
        found.close()


CASES = whole_cases()


@pytest.mark.parametrize("case", CASES, ids=[f"{place:02}" for place in range(1, len(CASES) + 1)])
def test_a_whole_case(village: Village, case: WholeCase, tmp_path: Path) -> None:
    page = village.at_home()
    between = Interruptions(village.server, village.sign_in, lambda: village.desk(COLLEAGUE, "市民課"))
    walk = Walk(page, case, village.villagers, between.of(case))
    walk.begin()
    walk.run()
    if case.interrupted == "kill":
        village.forgive()
    seen = Seen.of(walk, tmp_path)
    if case.next.startswith(REVIEW):
        for title in titles(case.next.split()[1:]):
            press_away(page, f"受付済にする：{title}")
    assert walk.leave() == HOME
    judge(village, case, walk, seen)
    next_desk(village, case, seen)


@dataclass(frozen=True)
class Seen:
    """What the last screen and the paper show."""

    case_id: str
    number: str
    aside: str
    paper: str

    @classmethod
    def of(cls, walk: Walk, folder: Path) -> Seen:
        page = walk.page
        address = page.locator("iframe").get_attribute("src") or ""
        answer = page.request.get(address.partition("#")[0])
        path = folder / "paper.pdf"
        path.write_bytes(answer.body())
        text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
        aside = page.locator("#aside").inner_text()
        return cls(walk.case_id(), walk.number(), aside, joined(text))


def judge(village: Village, case: WholeCase, walk: Walk, seen: Seen) -> None:
    """Forms, fee, list, ledger and states are as the table says, each thing once."""
    kept = village.rows("SELECT * FROM case_file WHERE id = ?", seen.case_id)[0]
    assert (kept["state"], kept["step"], kept["number"]) == ("closed", "print", seen.number)
    assert kept["channel"] == (case.start if case.start not in {"", "new"} else "counter")
    people = village.rows("SELECT * FROM case_person WHERE case_id = ?", seen.case_id)
    assert len(people) == case.people, [json.loads(one["seen"]).get("name") for one in people]
    known = [json.loads(one["seen"]) | json.loads(one["corrected"]) for one in people]
    heads = {one["name"] for one in known if one.get("relationship") == "世帯主"}
    assert not case.heads or heads == set(case.heads)
    documents = village.rows("SELECT forms FROM document WHERE case_id = ?", seen.case_id)
    assert len(documents) == 1
    forms = {paper["form"] for paper in json.loads(documents[0]["forms"])}
    guides = {form for form in forms if form.startswith(GUIDE)}
    assert forms - guides == set(case.forms) and bool(guides) is not case.is_request
    lines = village.rows("SELECT * FROM case_procedure WHERE case_id = ? AND needed", seen.case_id)
    assert {line["procedure"] for line in lines} == set(case.list)
    judge_paper(case, people, seen)
    judge_ledger(village, case, walk, seen)


def joined(text: str) -> str:
    """Without blanks, and without what a font makes of radicals."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def judge_paper(case: WholeCase, people: Sequence[sqlite3.Row], seen: Seen) -> None:
    """Number and names are on it, and what is to be paid."""
    assert seen.number in seen.paper
    for one in people:
        if one["is_subject"]:
            known = json.loads(one["seen"]) | json.loads(one["corrected"])
            # Where a name stands on two lines, they are not read one after the other.
            assert all(joined(part) in seen.paper for part in known["name"].split()), known["name"]
    for word in case.words:
        assert joined(word) in seen.paper, seen.paper
    if case.fee is not None:
        assert f"{case.fee:,}円" in seen.aside


def judge_ledger(village: Village, case: WholeCase, walk: Walk, seen: Seen) -> None:
    """Everything was recorded, and nothing more often than it happened."""
    found = Counter(
        row["action"]
        for row in village.rows("SELECT action FROM audit_event WHERE case_id = ?", seen.case_id)
    )
    expected = dict.fromkeys(ONCE, 1) | dict.fromkeys(NEVER, 0) | {"case.answered": walk.answered}
    expected |= {} if case.is_request else {"case.content_saved": 1}
    expected |= case.ledger
    wrong = "SELECT detail FROM audit_event WHERE case_id = ? AND action = 'case.wrong_screen'"
    assert not [row["detail"] for row in village.rows(wrong, seen.case_id)]
    assert {action: found[action] for action in expected} == expected
    answers = village.rows("SELECT name FROM case_fact WHERE case_id = ? AND source = 'asked'", seen.case_id)
    assert answers


def next_desk(village: Village, case: WholeCase, seen: Seen) -> None:
    """Where the case goes on: the issuing desk makes the certificates, a section receives its part, or a reviewer has it."""
    if case.is_request:
        issues(village, seen)
    elif case.next.startswith(REVIEW):
        village.for_review.add(seen.number)
    else:
        receives(village, case, seen)


def issues(village: Village, seen: Seen) -> None:
    """A colleague makes what was asked for; the clerk's window goes on to the next visitor."""
    page = village.desk(COLLEAGUE, "市民課")
    page.goto("/issuing")
    page.get_by_role("button", name=f"発行済みにする：{seen.number}").press("Enter")
    page.get_by_role("button", name=f"発行済みにする：{seen.number}").wait_for(state="detached")
    waiting = "SELECT id FROM case_certificate WHERE case_id = ? AND issued_at IS NULL"
    assert not village.rows(waiting, seen.case_id)


def titles(codes: Iterable[str]) -> list[str]:
    return [default_pack().procedure_by_code[code].title for code in codes]


def states(case: WholeCase, received: Collection[str] = ()) -> dict[str, str]:
    """How far each line of the list has come, by its code."""
    printed = {code: table()["unprinted"].get(code, "printed") for code in case.list}
    return printed | dict.fromkeys(received, "received")


def receives(village: Village, case: WholeCase, seen: Seen) -> None:
    """The section reads the number from the guide sheet, sees how far everything is, and receives what is its own."""
    section, *own = case.next.split()
    page = village.desk(SECTIONS[section], section)
    page.goto("/resume")
    page.keyboard.insert_text(seen.number)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="受付の概要").wait_for()
    settled(page)
    automatic = {one.code for one in default_pack().procedures if one.automatic}
    shown = {code: WORDS[state] for code, state in states(case).items() if code not in automatic}
    found = page.evaluate(LINES)
    assert {title: found[title] for title in titles(shown)} == dict(
        zip(titles(shown), shown.values(), strict=True)
    )
    buttons = page.get_by_role("button", name="受付済にする：")
    assert sorted(buttons.evaluate_all("all => all.map((one) => one.ariaLabel.split('：')[1])")) == sorted(
        titles(own)
    )
    for title in titles(own):
        press_away(page, f"受付済にする：{title}")
    kept = village.rows(
        "SELECT procedure, state FROM case_procedure WHERE case_id = ? AND needed", seen.case_id
    )
    assert {row["procedure"]: row["state"] for row in kept} == states(case, own)


def press_away(page: Page, name: str) -> None:
    """Press a button that is gone when the answer has come."""
    button = page.get_by_role("button", name=name, exact=True)
    button.press("Enter")
    button.wait_for(state="detached")
    settled(page)


def test_what_the_counter_received_waits_for_the_reviewer(village: Village) -> None:
    """After the cases: all of them stand in his list, and he is done with them at once."""
    page = village.desk("demo-reviewer", "市民課")
    page.goto("/review")
    for number in village.for_review:
        expect(page.get_by_role("table", name="審査する手続き")).to_contain_text(number)
    if village.for_review:
        page.get_by_role("checkbox").first.focus()
        page.keyboard.press("Control+a")
        page.keyboard.press("F12")
        page.get_by_text("「審査済にする」で処理しました").first.wait_for()
    assert not village.rows(
        "SELECT id FROM case_procedure WHERE state = 'received' AND received_counter = 'main'"
    )
