"""A clerk at a counter: drives the real pages and forms, over the test client or over HTTP."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any, Protocol

from tests.conftest import DEMO_PASSWORD

CARD = "my_number_card"
FAMILY = (
    ("架空　太郎", "カクウ　タロウ", "S60.1.2", "1", "世帯主"),
    ("架空　花子", "カクウ　ハナコ", "S61.2.3", "2", "妻"),
    ("架空　一郎", "カクウ　イチロウ", "H30.4.5", "1", "長男"),
    ("架空　咲", "カクウ　サキ", "R4.5.6", "2", "長女"),
)
"""Name, reading, birth, sex and relationship of four who move in and are in no register."""

Fields = Mapping[str, Any]


class Answer(Protocol):
    """What a browser gets back."""

    status_code: int

    @property
    def text(self) -> str: ...

    @property
    def data(self) -> Any: ...

    @property
    def headers(self) -> Any: ...


class Browser(Protocol):
    """What a desk needs of a browser."""

    def get(self, path: str, /) -> Any: ...

    def post(self, path: str, /, *, data: Fields) -> Any: ...


class Desk:
    """One clerk with one browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.token = ""
        self.made_for: dict[str, str] = {}
        """Case → the stamp its screen carried when it was last seen: which case and persons its forms are for."""

    def sign_in(
        self, staff: str = "demo-counter", counter: str = "main", password: str = DEMO_PASSWORD
    ) -> Desk:
        """Through the sign-in form; fails when it is refused."""
        answer = self.try_sign_in(staff, counter, password)
        assert answer.status_code == 303, f"{staff} could not sign in: {answer.status_code}"
        self.token = hidden(self.browser.get("/"), "csrf_token")
        return self

    def try_sign_in(self, staff: str, counter: str, password: str) -> Answer:
        token = hidden(self.browser.get("/login"), "csrf_token")
        fields = {"csrf_token": token, "staff_id": staff, "password": password, "counter": counter}
        answer: Answer = self.browser.post("/login", data=fields)
        return answer

    def get(self, path: str) -> Answer:
        """The page, redirects followed."""
        answer: Answer = self.browser.get(path)
        for _ in range(5):
            if answer.status_code != 303:
                break
            answer = self.browser.get(answer.headers["Location"])
        if path.startswith("/residents/") and 'name="purpose"' in answer.text:
            return self.look(path)
        self._note_stamp(answer)
        return answer

    def look(self, path: str, purpose: str = "visitor") -> Answer:
        """A page of a person outside a case, after saying what for."""
        person = path.split("/")[2]
        answer = self.post(f"/residents/{person}/purpose", purpose=purpose)
        if answer.status_code == 303:
            answer = self.browser.get(path)
        return answer

    def post(self, path: str, /, **fields: Any) -> Answer:
        """What the form is answered with, not followed."""
        case = re.match(r"/cases/([^/]+)/(?!resume$|stop$|dates$)", path)
        if case and "made_for" not in fields:
            if case[1] not in self.made_for:
                self.see(case[1])
            fields["made_for"] = self.made_for.pop(case[1], "")
        answer: Answer = self.browser.post(path, data={"csrf_token": self.token, **fields})
        self._note_stamp(answer)
        return answer

    def _note_stamp(self, page: Answer) -> None:
        written = str(page.headers.get("Content-Type", "")).startswith("text/html")
        found = re.search(r'name="made_for" value="((\w+)\.[^"]*)"', page.text) if written else None
        if found:
            self.made_for[found[2]] = found[1]

    def open_case(self, person: str = "", channel: str = "counter", token: str = "") -> str:
        """Begin a case and return its id."""
        answer = self.post("/cases", token=token or secrets.token_hex(16), person=person, channel=channel)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"]).rsplit("/", 1)[1]

    def see(self, case: str, step: str = "") -> Answer:
        """The case's screen: of the step it stands at, or of the one named."""
        return self.get(f"/cases/{case}/steps/{step}" if step else f"/cases/{case}")

    def version(self, case: str) -> str:
        return hidden(self.see(case), "version")

    def save(self, case: str, step: str, **fields: Any) -> Answer:
        """Send a step with the case's version of now, unless one is given."""
        if "version" not in fields:
            fields["version"] = self.version(case)
        return self.post(f"/cases/{case}/steps/{step}", **fields)

    def identify(self, case: str, *documents: str, **fields: Any) -> Answer:
        """The identity step; by the My Number card where no document is named."""
        shown = documents or (CARD,)
        second = shown[1] if len(shown) > 1 else ""
        return self.save(
            case, "identity", document=shown[0], document2=second, **{"relation": "self", **fields}
        )

    def identify_newcomer(
        self, case: str, *documents: str, family: Sequence[Sequence[str]] = FAMILY, **fields: Any
    ) -> Answer:
        """The identity step of one who is in no register: the first of the family."""
        name, kana, birth, sex, _relationship = family[0]
        typed = {"name": name, "kana": kana, "birth": birth, "sex": sex, "address": "熊本県隣市港町1-2"}
        return self.identify(case, *documents, **{**typed, **fields})

    def choose(self, case: str, kind: str) -> Answer:
        return self.save(case, "kind", kind=kind)

    def move_in(self, family: Sequence[Sequence[str]] = FAMILY) -> str:
        """The case of a family that moves in and is in no register, at its list of procedures."""
        case = self.open_case()
        self.identify_newcomer(case, family=family)
        self.choose(case, "move_in")
        self.move(case, family)
        self.answer_all(case)
        self.save(case, "questions")
        return case

    def move(self, case: str, members: Sequence[Sequence[str]] = (), **fields: Any) -> Answer:
        """The content step of a move; with ``members`` typed into the grid, otherwise with the rows it shows."""
        page = self.see(case, "content")
        rows = typed_rows(page.text, members) if members else shown_rows(page.text)
        place = {
            "town": "",
            "town_text": "中央一丁目",
            "lot_text": "1番地",
            "building_text": "",
            "old_householder": "",
        }
        values = {
            "changed_on": "今日",
            "old_address": "東京都",
            "origin": "other",
            "household": "new",
            "householder": "",
        }
        fields.setdefault("version", hidden(page, "version"))
        return self.post(f"/cases/{case}/steps/content", **{**place, **values, **rows, **fields})

    def notice(self, case: str, **fields: Any) -> Answer:
        """The content step of any notice: as the screen shows it, with these fields typed. An empty one is taken out."""
        sent = {**shown_fields(self.see(case, "content").text), **fields}
        return self.post(
            f"/cases/{case}/steps/content", **{name: value for name, value in sent.items() if value != ""}
        )

    def answer_all(self, case: str, wanted: str = "no", most: int = 60) -> dict[str, str]:
        """Answer every question until none is open: ``wanted`` where it is offered, otherwise the first choice."""
        given: dict[str, str] = {}
        page = self.see(case, "questions").text
        for _ in range(most):
            name = next(iter(open_questions(page)), None)
            if name is None:
                return given
            offered = open_questions(page)[name]
            given[name] = wanted if wanted in offered else offered[0]
            answer = self.post(f"/cases/{case}/answers", **{name: given[name]})
            assert answer.status_code == 200, answer.text
            page = answer.text
        raise AssertionError(f"still asking after {most} answers: {given}")

    def issue(self, case: str, **fields: Any) -> Answer:
        """Print: the chosen procedures (every ticked one unless ``print`` is given), or the certificate request."""
        page = self.see(case)
        ticked = re.findall(r'name="print" value="(\w+)"[^>]*? checked', page.text)
        fields.setdefault("version", hidden(page, "version"))
        # A test may serve the same resident twice on one day; the clerk has seen that.
        return self.post(f"/cases/{case}/documents", **{"print": ticked, "duplicates_seen": "1", **fields})

    def document(self, case: str) -> str:
        """The address of the document that the print step shows."""
        found = re.search(rf'src="(/cases/{case}/documents/[^"#]+)', self.see(case, "print").text)
        assert found, "the print step shows no document"
        return found[1]


def hidden(page: Answer, name: str) -> str:
    """The value of the first hidden field of that name."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)
    assert found, f"no field {name} ({page.status_code}): {page.text[:2000]}"
    return found[1]


def open_questions(page: str) -> dict[str, list[str]]:
    """Name → offered values of the questions that are still asked, in their order."""
    start = page.find('id="questions"')
    form = page[start : page.find("</form>", start)]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(q-[^"]+)" value="([^"]+)"', form):
        found.setdefault(name, []).append(value)
    return found


def typed_rows(page: str, members: Sequence[Sequence[str]]) -> dict[str, str]:
    """The grid's fields with these members typed into its rows; who stands in a row already keeps his place."""
    rows: dict[str, str] = {}
    for place, (name, kana, birth, sex, relationship) in enumerate(members):
        person = re.search(rf'name="person-{place}" value="([^"]*)"', page)
        rows |= {f"person-{place}": person[1] if person else "", f"name-{place}": name, f"kana-{place}": kana}
        rows |= {f"birth-{place}": birth, f"sex-{place}": sex, f"relationship-{place}": relationship}
        rows[f"included-{place}"] = "1"
    return rows


def shown_rows(page: str) -> dict[str, str]:
    """The grid's fields as the page shows them, those ticked who are shown so."""
    found = shown_fields(page)
    return {name: value for name, value in found.items() if re.search(r"-\d+$", name) or name == "one"}


def shown_fields(page: str, form: str = "step") -> dict[str, str]:
    """What a browser would send of a form if nothing were typed."""
    reader = _Fields(form)
    reader.feed(page)
    return reader.found


class _Fields(HTMLParser):
    """Collects the successful controls of one form."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.found: dict[str, str] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.inside = given.get("id") == self.form
        elif not self.inside:
            return
        elif (
            tag == "input" and name and (given.get("type") not in {"checkbox", "radio"} or "checked" in given)
        ):
            self.found[name] = given.get("value", "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and (self.select not in self.found or "selected" in given):
            self.found[self.select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
