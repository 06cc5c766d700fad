"""A day at the counter, made over HTTP: a case in every state that has a screen of its own. The browser only looks."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.domain.case import KIND_LABELS, Kind
from tests.browser.conftest import Site
from tests.browser.people import protected_resident, somebody_with_a_seal
from tests.desk import Desk, hidden
from tests.http import HttpBrowser

LETTER = {"enclosures": ["request", "id_copy", "envelope", "stamps"]}
KINDS_OF_NOTICE = (Kind.MOVE_OUT, Kind.HOUSEHOLD_SEPARATION, Kind.BIRTH, Kind.DEATH, Kind.NAME_CHANGE)
"""One of each layout of the content step, besides moving in."""


def desk_of(site: Site, staff: str = "demo-counter", counter: str = "main") -> Desk:
    """A clerk of the running server who works without a screen."""
    port = urlsplit(site.url).port
    assert port
    return Desk(HttpBrowser(port)).sign_in(staff, counter)


def person_id(desk: Desk, name: str) -> str:
    """The first hit of that name."""
    found = re.search(
        r'name="person" value="([^"]+)"', desk.post("/residents/search", query=name, settled="1").text
    )
    assert found, name
    return found[1]


@dataclass(frozen=True)
class Day:
    """Case ids by what is to be seen in them; ``number`` is the closed one's."""

    stopped: str
    certificate: str
    number: str
    correction: str
    moved: str
    explained: str
    open: str
    stale: str
    foreign: str
    letter: str
    ordered: str


def make_day(site: Site, feeds: Path) -> Day:
    """What the clerk of the front counter and a colleague have left."""
    desk, other = desk_of(site), desk_of(site, "demo-insurance", "insurance")
    guarded, resident = (
        person_id(desk, protected_resident(feeds)[0].name),
        person_id(desk, somebody_with_a_seal(feeds).name),
    )
    stopped = desk.open_case(guarded)
    certificate = certificate_printed(desk, resident)
    number = re.search(r"R\d+-\d+-\d+-\d", desk.see(certificate).text)
    assert number
    assert desk.post(f"/cases/{certificate}/close", version=desk.version(certificate)).status_code == 303
    moved = desk.move_in()
    assert desk.issue(moved).status_code == 303
    why = re.search(rf"/cases/{moved}/procedures/\w+", desk.see(moved, "procedures").text)
    assert why
    foreign = other.open_case()
    other.identify_newcomer(foreign)
    incoming = other.open_case()
    other.identify_newcomer(incoming)
    assert (
        other.post(f"/cases/{incoming}/handover", to="main", note="住所の確認からお願いします。").status_code
        == 303
    )
    return Day(
        stopped=stopped, certificate=certificate, number=number[0], correction=correction_of(desk, certificate), moved=moved,
        explained=why[0],
        open=desk.open_case(resident), stale=stale_screen(desk, resident), foreign=foreign, letter=letter(desk),
        ordered=certificate_printed(desk, resident),
    )  # fmt: skip


def certificate_printed(desk: Desk, person: str) -> str:
    """A reception of one certificate, printed."""
    case = desk.open_case(person)
    desk.identify(case)
    desk.choose(case, "certificate")
    subject = hidden(desk.see(case), "person")
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j1", person=subject)
    assert desk.issue(case, part="details", purpose="銀行に提出").status_code == 303
    return case


def correction_of(desk: Desk, case: str) -> str:
    """A new version of a closed certificate request, with a difference, not yet submitted."""
    said = {"reason": "通数の聞き違い", "changes": "2通に直す"}
    begun = desk.post(f"/cases/{case}/corrections", token=secrets.token_hex(16), **said)
    new = str(begun.headers["Location"]).split("/")[2]
    subject = hidden(desk.see(new, "content"), "person")
    desk.post(f"/cases/{new}/certificates", version=desk.version(new), quick="j2", person=subject)
    return new


def stale_screen(desk: Desk, person: str) -> str:
    """A case whose identity step was sent from a screen that had grown old: what was typed is kept beside what is stored."""
    case = desk.open_case(person)
    old = desk.version(case)
    desk.post(f"/cases/{case}/suspend")
    desk.post(f"/cases/{case}/resume")
    assert desk.identify(case, version=old, relation="agent", phone="0968-00-1111").status_code == 409
    return case


def letter(desk: Desk) -> str:
    """A request by post with a certificate for which the money order is too small."""
    case = desk.open_case(channel="post")
    desk.identify_newcomer(case, "", orders="300", **LETTER)
    desk.choose(case, "certificate")
    subject = hidden(desk.see(case), "person")
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j2", person=subject)
    return case


def booking(desk: Desk, person: str) -> str:
    """A booking by telephone, prepared and put aside."""
    case = desk.open_case(channel="phone")
    desk.post(f"/cases/{case}/visitor", version=desk.version(case), person=person)
    desk.identify(case, "", booked_on="明日", booked_at="10時半", wish="住民票")
    desk.post(f"/cases/{case}/suspend")
    return case


def steps_of(site: Site, feeds: Path) -> Iterator[tuple[str, str]]:
    """Address and heading of the steps that differ by kind and channel, each on a case that has come so far."""
    desk = desk_of(site)
    person = person_id(desk, somebody_with_a_seal(feeds).name)
    for kind in KINDS_OF_NOTICE:
        case = desk.open_case(person)
        desk.identify(case)
        desk.choose(case, kind)
        if kind is Kind.MOVE_OUT:
            yield f"/cases/{case}/steps/subjects", "対象者を選ぶ"
        desk.post(f"/cases/{case}/steps/subjects", version=desk.version(case), subjects=[person])
        if kind is Kind.MOVE_OUT:
            one = re.search(rf"/cases/{case}/persons/\w+", desk.see(case, "subjects").text)
            assert one
            yield one[0], "対象者の内容を修正する"
        yield f"/cases/{case}/steps/content", f"{KIND_LABELS[kind]}の内容"
    single = desk.open_case(person)
    desk.identify(single)
    desk.choose(single, Kind.SINGLE)
    yield f"/cases/{single}/steps/content", "個別の手続きを選ぶ"
    yield f"/cases/{desk.open_case(channel='ex_officio')}/steps/identity", "職権による受付"
    yield f"/cases/{booking(desk, person)}/overview", "受付の概要"
