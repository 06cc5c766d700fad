"""Takes a case of the table through its screens by the keyboard, waiting for nothing but the next screen."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, TimeoutError, expect

from app.config import PROJECT_ROOT
from tests.browser.conftest import UNDER_WAY, accessibility_problems, settled
from tests.browser.villagers import Villagers

TABLE = Path(__file__).with_name("whole_cases.toml")
CHANNELS = {"post": "1", "ex_officio": "2", "phone": "3", "online": "4"}
IDENTITY, KIND, SUBJECTS, CONTENT, QUESTIONS, LIST, PRINT = (
    "本人確認", "用件", "対象者", "内容入力", "確認事項", "手続き一覧", "印刷・案内",
)  # fmt: skip
HOME = "受付をはじめる"
# The step that is shown and ready for keys; what the screen complains of; nothing as long as something is under way.
STEP = """([before, home, underWay]) => {
  if (document.querySelector(underWay) || document.readyState !== "complete") return null;
  if (document.activeElement === document.body) return null;
  const wrong = document.querySelector("#error-summary, dialog[role=alertdialog][open]");
  if (wrong) return "! " + wrong.innerText;
  const heading = document.querySelector("h1")?.textContent.trim();
  if (heading === home) return home;
  const step = document.querySelector("[aria-current=step] .step-label")?.textContent;
  const shown = step ? step + "/" + heading : "/" + heading;
  return shown === before ? null : shown;
}"""
# What keeps a screen from being ready.
STUCK = """(underWay) => [
  document.getElementById("alerts")?.innerText, document.activeElement?.outerHTML.slice(0, 120), document.readyState,
  ...[...document.querySelectorAll(underWay)].map((one) => one.outerHTML.slice(0, 120)),
].join(" | ")"""
# Puts the focus where the value belongs and says what kind of field it is.
FIND = """([name, value]) => {
  const choice = document.querySelector(`:is([type=radio],[type=checkbox])[name="${name}"][value="${CSS.escape(value)}"]`);
  const found = choice ?? document.getElementById(name) ?? document.querySelector(`[name="${name}"]:not([type=hidden])`);
  if (!found) return null;
  for (let at = found; at; at = at.parentElement?.closest("details")) if (at.tagName === "DETAILS") at.open = true;
  found.focus();
  if (choice) return choice.checked ? "done" : "choice";
  if (found.tagName === "SELECT") return "select";
  found.select();
  return "text";
}"""
ENTRY = r"""(name) => {
  const fields = [...document.querySelectorAll("[id^=entry-]")];
  const found = fields.find((one) => /[-.](\w+)$/.exec(one.name ?? "")?.[1] === name);
  found?.focus();
  found?.select?.();
  return Boolean(found);
}"""
# The first question that is open, with the digit of each of its answers.
QUESTION = """() => {
  const question = document.querySelector("#questions .question");
  if (!question) return null;
  const fields = [...question.querySelectorAll("input")];
  for (let at = question; at; at = at.parentElement?.closest("details")) if (at.tagName === "DETAILS") at.open = true;
  (question.querySelector("input:checked") ?? fields[0]).focus();
  const digits = fields.filter((one) => one.type === "radio").map((one) => [one.value, one.dataset.digit]);
  return { name: fields[0].name.slice(2), digits: Object.fromEntries(digits), text: question.innerText };
}"""


@dataclass(frozen=True)
class WholeCase:
    """A row of the table; what each column means stands at its head."""

    name: str
    kind: str
    people: int
    forms: Sequence[str]
    next: str = ""
    by: str = ""
    start: str = ""
    identity: Sequence[str] = ()
    subjects: Sequence[str] = ()
    content: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    list: Sequence[str] = ()
    fee: int | None = None
    words: Sequence[str] = ()
    heads: Sequence[str] = ()
    shows: Sequence[str] = ()
    language: str = ""
    look: bool = False
    interrupted: str = ""
    ledger: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_request(self) -> bool:
        return self.kind == "1"

    @property
    def is_booked(self) -> bool:
        return self.start in {"phone", "online"}


def table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def whole_cases() -> list[WholeCase]:
    return [WholeCase(**row) for row in table()["case"]]


def ordinary_answers() -> dict[str, Any]:
    """What somebody answers of whom nothing special is to be said, by fact."""
    path = PROJECT_ROOT / "app" / "content" / "examples" / "_ordinary.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["ordinary"]
    return {row["fact"]: row["answer"] for row in rows}


class Walk:
    """One case in one window. ``pause`` is called at every step, when its screen has come and when all is typed, and says
    at which step the case stands then, if it is another."""

    def __init__(
        self, page: Page, case: WholeCase, villagers: Villagers,
        pause: Callable[[Walk, str, str], str | None] = lambda *_: None,
    ) -> None:  # fmt: skip
        self.page, self.case, self.villagers, self.pause = page, case, villagers, pause
        self.answered = 0
        self.shown = ""
        self.ordinary = ordinary_answers()

    # --- what a hand does ---

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def arrive(self, before: str = "") -> str:
        """The step whose screen has come; fails with what the screen complains of."""
        try:
            found = self.page.wait_for_function(STEP, arg=[before, HOME, UNDER_WAY]).json_value()
        except TimeoutError as late:
            stuck = self.page.evaluate(STUCK, UNDER_WAY)
            raise AssertionError(f"after {before}: {stuck} {self.page.inner_text('main')[:900]}") from late
        assert not found.startswith("! "), f"after {before or self.shown}: {found}"
        self.shown = found
        assert before == HOME or not found.startswith("/") or found == "/予約の一覧", (
            found,
            self.page.inner_text("main"),
        )
        return found.split("/")[0] if "/" in found else found

    def leave(self, key: str = "F12") -> str:
        before = self.shown
        self.press(key)
        return self.arrive(before)

    def put(self, name: str, value: str) -> None:
        if value == "日不詳":
            month = self.villagers.today - timedelta(days=40)
            value = f"令和{month.year - 2018}年{month.month}月日不詳"
        elif value.startswith("@"):
            value = self.villagers.birth(value[1:])
        match self.page.evaluate(FIND, [name, value]):
            case "choice":
                self.press("Space")
            case "select":
                self.page.locator(f'[id="{name}"], [name="{name}"]').first.select_option(value)
            case "text":
                self.page.keyboard.insert_text(value)
            case None:
                raise AssertionError(f"{self.shown} has no field {name}={value}")
        if self.page.locator(UNDER_WAY).count():
            settled(self.page)

    def type_all(self, entries: Sequence[str]) -> None:
        for entry in entries:
            word, _, rest = entry.partition(" ")
            name, _, value = entry.partition("=")
            if entry.startswith("^"):
                self.press(entry[1:])
                settled(self.page)
            elif word in {"visitor", "add", "join"}:
                self.look_up(word, self.villagers.numbers[rest])
            elif word == "place":
                self.place(*rest.split())
            elif word in {"at", "is", "off"}:
                self.look(word, rest)
            elif word == "row":
                self.fill_row(*rest.split("/"))
            elif word == "entry":
                assert self.page.evaluate(ENTRY, name.removeprefix("entry ")), entry
                self.page.keyboard.insert_text(value)
                self.press("Tab")
                settled(self.page)
            else:
                self.put(name, value)

    def look_up(self, what: str, number: str) -> None:
        """Somebody of the register by his number, and the first hit."""
        page = self.page
        box, button, done = {
            "visitor": ("visitor-q", "この方を", "住民情報から"),
            "add": ("q", "この方を対象にする", "追加した対象者"),
            "join": ("q", "この世帯に入る", "この世帯に入るのを取り消す"),
        }[what]  # fmt: skip
        page.evaluate("id => document.getElementById(id).focus()", box)
        page.keyboard.insert_text(number)
        if what == "join":
            page.get_by_role("button", name="世帯を探す").press("Enter")
        else:
            self.press("Enter")
        hit = page.locator(f"button[aria-label^={button}]")
        hit.wait_for()
        settled(page)
        hit.press("Enter")
        page.get_by_text(done).first.wait_for()
        settled(page)

    def look(self, what: str, rest: str) -> None:
        """«at field»: it has the focus. «is field=value»: it says so. «off box=value»: the tick is taken away."""
        name, _, value = rest.partition("=")
        if what == "at":
            self.page.wait_for_function("id => document.activeElement?.id === id", arg=name)
        elif what == "is":
            assert self.page.locator(f'[name="{name}"]').first.input_value() == value, rest
        else:
            assert self.page.evaluate(FIND, [name, value]) == "done"
            self.press("Space")
            settled(self.page)

    def fill_row(self, name: str, kana: str, birth: str, sex: str, relation: str) -> None:
        """A row of the grid from its name on, Enter moving along."""
        self.page.keyboard.insert_text(name)
        for text in (kana, self.villagers.birth(birth[1:])):
            self.press("Enter", "Control+a")
            self.page.keyboard.insert_text(text)
        self.press("Enter", *["ArrowDown"] * int(sex), "Enter")
        self.page.keyboard.insert_text(relation)
        self.press("Escape")

    def place(self, town: str, lot: str, prefix: str = "") -> None:
        """A town taken from its list, and a lot typed."""
        page = self.page
        page.evaluate("id => document.getElementById(id).focus()", f"{prefix}town")
        with page.expect_response(lambda response: "/addresses/towns" in response.url):
            page.keyboard.insert_text(town)
        self.press("Enter")
        page.wait_for_function("id => document.activeElement?.id === id", arg=f"{prefix}lot")
        page.keyboard.insert_text(lot)

    # --- the steps ---

    def begin(self) -> None:
        """From the home screen to who has come."""
        case, page = self.case, self.page
        if case.by:
            number = self.villagers.numbers.get(case.by)
            name = case.by.replace(" ", "　")
            page.keyboard.insert_text(number or name)
            page.locator(f"button[aria-label='この方で受付：{name}']").first.wait_for()
            settled(page)
            self.press("ArrowDown", "Enter")
        elif case.start == "new":
            self.press("Alt+n")
        else:
            self.press("Alt+y", CHANNELS[case.start])
        assert self.arrive(HOME) == IDENTITY

    def run(self, step: str = IDENTITY) -> None:
        """From a step to the paper."""
        step = self.pause(self, step, "arrived") or step
        while step != PRINT:
            step = {
                IDENTITY: self.identity, KIND: self.choose, SUBJECTS: self.subjects, CONTENT: self.content,
                QUESTIONS: self.questions, LIST: self.print_list,
            }[step]()  # fmt: skip
            step = self.pause(self, step, "arrived") or step

    def identity(self) -> str:
        chosen = any(entry.startswith("^") for entry in self.case.identity)
        if self.case.start in {"", "new"} and not chosen:
            self.put("document", "my_number_card")
        self.type_all(self.case.identity)
        self.pause(self, IDENTITY, "typed")
        return self.leave()

    def choose(self) -> str:
        *first, last = self.case.kind.split()
        step = KIND
        for digit in first:
            step = self.leave(digit)
            if self.case.look:
                assert not accessibility_problems(self.page)
        assert step == KIND
        return self.leave(last)

    def subjects(self) -> str:
        self.type_all(self.case.subjects)
        return self.leave()

    def content(self) -> str:
        if self.case.look:
            assert not accessibility_problems(self.page)
        self.type_all(self.case.content)
        self.pause(self, CONTENT, "typed")
        return self.leave("F9" if self.case.is_request else "F12")

    def questions(self) -> str:
        while question := self.page.evaluate(QUESTION):
            fact, _, person = question["name"].partition("--")
            answer = self.answer(fact, person)
            assert answer is not None, f"nobody said how to answer «{question['text']}» ({question['name']})"
            with self.page.expect_response(lambda response: response.url.endswith("/answers")):
                if question["digits"]:
                    assert answer in question["digits"], (question, answer)
                    self.press(question["digits"][answer])
                else:
                    self.page.keyboard.insert_text(answer)
                    self.press("Enter")
            settled(self.page)
            self.answered += 1
        return self.leave()

    def answer(self, fact: str, person: str) -> str | None:
        """As the row says of this person or of everybody, otherwise as an ordinary household would."""
        named = [key for key in self.case.answers if key.startswith(f"{fact}:")]
        text = self.page.locator(f'[id="q-{fact}--{person}-group"] legend').inner_text() if named else ""
        for key in named:
            if key.split(":")[1] in text:
                return self.case.answers[key]
        given = self.case.answers.get(fact, self.ordinary.get(fact))
        if isinstance(given, bool):
            return "yes" if given else "no"
        return None if given is None else str(given)

    def print_list(self) -> str:
        for text in self.case.shows:
            expect(self.page.get_by_role("table", name="必要な手続き")).to_contain_text(text)
        if self.case.language:
            with self.page.expect_response(lambda response: response.url.endswith("/guide")):
                self.page.get_by_role("combobox", name="日本語と並べる言語").select_option(self.case.language)
            settled(self.page)
        return self.leave("F9")

    def number(self) -> str:
        return self.page.locator(".identity-number").inner_text()

    def case_id(self) -> str:
        found = re.search(r"/cases/(\w+)", self.page.url)
        assert found, self.page.url
        return found[1]
