"""A day behind the counters, made over HTTP: content in hand, staff, a form, a letter, what waits for a second person."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from tests.browser.conftest import Site
from tests.browser.day import desk_of, person_id
from tests.browser.people import household, protected_resident, somebody_with_a_seal
from tests.desk import Answer, Desk, hidden, shown_fields

CONTENT = ("demo-content", "information")


@dataclass(frozen=True)
class Content:
    """Addresses of what somebody who keeps the content has begun."""

    draft: str
    form: str
    simulation: str
    replay: str


def where(answer: Answer) -> str:
    """The address an answer leads to."""
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["Location"])


def begin_content(site: Site) -> Content:
    """A draft, a form taken in hand, a simulated household and a replay."""
    desk = desk_of(site, *CONTENT)
    version = shown_fields(desk.get("/admin/desk").text, "begin")["version"]
    draft = where(desk.post("/admin/desk", title="見本の下書き", purpose="画面を見る", version=version))
    taken = re.search(r'name="open" value="([^"]+)"', desk.get("/admin/forms").text)
    assert taken
    household = shown_fields(desk.get("/admin/simulator").text, "begin") | {"line": "主40 妻38 子8 子3"}
    return Content(
        draft,
        where(desk.post("/admin/forms", open=taken[1], draft=draft.rsplit("/", 1)[1])),
        where(_sent(desk, "/admin/simulator", household)),
        where(_sent(desk, "/admin/replay", shown_fields(desk.get("/admin/replay").text, "start"))),
    )


def _sent(desk: Desk, address: str, fields: dict[str, str]) -> Answer:
    own = {name: value for name, value in fields.items() if name not in {"csrf_token", "token"}}
    return desk.post(address, **own)


def new_member_of_staff(site: Site) -> tuple[str, str]:
    """A new account with the password that was given for its first sign-in."""
    desk, staff = desk_of(site, "demo-admin", "information"), f"mihon-{secrets.token_hex(3)}"
    fields = {"staff_id": staff, "name": "見本　新人", "section": "市民課", "on": "今日"}
    where(desk.post("/admin/users/new", **fields, counter_of="main", role_of="counter"))
    page = desk.post(f"/admin/users/{staff}/act", act="password").text
    given = re.search(r'class="device-code">([^<]+)<', page)
    assert given, page
    return staff, given[1]


def sent_back(site: Site, feeds: Path) -> tuple[str, str]:
    """Address of a procedure that the reviewer sent back, as the reviewer and as the counter see it."""
    desk = desk_of(site)
    case = desk.open_case(person_id(desk, somebody_with_a_seal(feeds).name))
    desk.identify(case)
    desk.choose(case, "single")
    offered = re.search(r'name="procedures" value="(\w+)"', desk.see(case, "content").text)
    assert offered
    desk.save(case, "content", procedures=offered[1])
    desk.answer_all(case)
    desk.save(case, "questions")
    assert desk.issue(case).status_code == 303
    address = f"/cases/{case}/procedures/{offered[1]}"
    desk.post(address, version=desk.version(case), change="received", back="print")
    judge = desk_of(site, "demo-reviewer")
    number = re.search(r"R\d+-\d+-\d+-\d", desk.see(case).text)
    assert number
    item = re.search(rf'href="(/review/items/\w+)">{number[0]}<', judge.get("/review").text)
    assert item, judge.get("/review").text
    seen = hidden(judge.get(item[1]), "seen")
    judge.post(item[1], action="begin", seen=seen)
    judge.post(
        item[1], action="send_back", reason="記入漏れがあります。", seen=hidden(judge.get(item[1]), "seen")
    )
    return item[1], f"/cases/{case}/sent-back/{offered[1]}"


def asked_release(site: Site, feeds: Path) -> str:
    """Address of a request that waits for the responsible person."""
    desk = desk_of(site)
    case = desk.open_case(person_id(desk, protected_resident(feeds)[0].name))
    where(desk.post(f"/cases/{case}/release", reason="self"))
    found = re.search(r"/release/\w{20,}", desk_of(site, "demo-guardian").get("/release").text)
    assert found
    return found[0]


def asked_ending(site: Site, feeds: Path) -> str:
    """Address of a request to end a household's protection, which waits for another responsible person."""
    clerk, first = desk_of(site), desk_of(site, "demo-guardian2")
    person = person_id(clerk, household(feeds, 3)[0])
    where(clerk.post(f"/residents/{person}/protect"))
    where(first.post(f"/endings/ask/{person}", reason="mistaken"))
    found = re.search(r"/endings/(?!ask|carry)\w{20,}", desk_of(site, "demo-guardian").get("/endings").text)
    assert found
    return found[0]
