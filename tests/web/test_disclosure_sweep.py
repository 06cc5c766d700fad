"""The sweep (AC-14): protected persons with a text of their own in every address column, and nothing of it anywhere.

Every route as every role, searches, cases on them and beside them, papers, logs, the output of the command line, the
bytes of the database, the instance folder and temporary files are read for those texts.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from app.config import Settings
from app.demo.staff import DEMO_STAFF, DemoStaff
from app.domain.authority import ROLES, Right
from app.domain.dates import today_in_japan
from app.domain.qualifications import QUALIFICATIONS
from app.web.access import ACCESS
from tests.client import ORIGIN, Client
from tests.conftest import DEMO_PASSWORD, application, prepare_empty_template
from tests.desk import FAMILY, Desk, hidden
from tests.integration import small_city as city
from tests.stores import SqliteStore, Store
from tests.web import sentinels
from tests.web.place import Place, everything_kept
from tests.web.sentinels import CHILD, FIRM, MOTHER, NEIGHBOUR, OUTSIDER

FRAGMENT = {"HX-Request": "true"}
EVERYBODY = [one for one in DEMO_STAFF if any(role != "robot" for _counter, role in one.assignments)]
HIDDEN = (MOTHER, CHILD, OUTSIDER, FIRM)


@pytest.fixture
def place(
    store: Store, tmp_path: Path, make_settings: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    prepare_empty_template(store, tmp_path)
    for app in application(store, "empty", make_settings):
        found = Place(app, store, tmp_path).prepare()
        yield found
        renderer = app.extensions.get("kakanai_renderer")
        if renderer is not None:
            renderer.close()


def visit_every_route(
    place: Place, desk: Desk, known: dict[str, list[str]], rights: frozenset[Right]
) -> None:
    """GET and POST of every route open to these rights, with each known value of each argument.

    A route that the access table refuses is answered by one and the same page, whoever asks: the access tests see to it,
    and the auditor, who may do next to nothing, is sent to all of them.
    """
    browser = desk.browser
    assert isinstance(browser, Client)
    for person in known["person_id"]:
        desk.post(f"/residents/{person}/purpose", purpose="visitor")
    for rule in place.app.url_map.iter_rules():
        if rule.endpoint in NOT_VISITED or not _is_open(rule, rights):
            continue
        # A whole number in an address is never the number of a case or a person, whatever it is called.
        whole = {one for one, how in rule._converters.items() if isinstance(how, NumberConverter)}
        name = next(iter(sorted((rule.arguments - whole) & known.keys())), "")
        for value in known.get(name, [""]):
            values = {
                other: "1" if other in whole else known.get(other, ["1"])[0] for other in rule.arguments
            }
            values |= {name: value} if name else {}
            address = place.app.url_map.bind("localhost").build(rule.endpoint, values)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                data = {"csrf_token": desk.token, "token": secrets.token_hex(16), "version": "1", "q": value}
                browser.open(address, method=method, data=data if method == "POST" else None, base_url=ORIGIN)


NOT_VISITED = frozenset({"auth.logout", "auth.sign_in", "auth.switch_counter", "static", "persons.protect"})


def _is_open(rule: Rule, rights: frozenset[Right]) -> bool:
    access = ACCESS[rule.endpoint]
    return Right.READ_AUDIT in rights or not access.rights or bool(access.rights & rights)


def rights_of(person: DemoStaff) -> frozenset[Right]:
    return frozenset().union(*(ROLES[role].rights for _counter, role in person.assignments))


def values_for(known: dict[str, list[str]], rights: frozenset[Right], counter: bool) -> dict[str, list[str]]:
    """Of cases that are alike one is enough: stopped, beside a protected person, by letter, printed, moved in, joined."""
    if counter:
        stopped, *others = known["case_id"][len(HIDDEN) - 1 :]
        return known | {"case_id": [stopped, *others], "earlier_id": known["earlier_id"][:1]}
    # For the other counters the stopped case and the printed one; for who receives nothing, one of each.
    few = {name: values[:1] for name, values in known.items()}
    if Right.FIND_PERSON in rights:
        few["person_id"] = [known["person_id"][0], known["person_id"][-1]]
    if Right.RECEIVE in rights:
        few["case_id"] = [known["case_id"][0], known["earlier_id"][0]]
    return few


def search_everything(place: Place, desk: Desk) -> None:
    names = (
        "避難和子", "ヒナンサクラ", "外野次郎", "株式会社架空商事", "1985-03-04", "S60.3.4", "髙橋", city.number(MOTHER),
    )  # fmt: skip
    typed = [text for text in place.made.texts if text.startswith(("秘", "Zq"))]
    for query in (*names, *typed[:: max(1, len(typed) // 40)]):
        place.client_class.typed = query
        desk.post("/residents/search", query=query)
        desk.post("/residents/find", q=query, settled="1")
        for field in ("name", "kana", "birth_from", "address", "building", "phone"):
            if field == "address" or not query.startswith(("秘", "Zq")):
                desk.post("/residents/search/details", past="1", former="1", **{field: query})
    place.client_class.typed = ""


def look_at_persons(place: Place, desk: Desk) -> None:
    """Everything a page tells of a person: whole, in parts, each qualification, his household of other days."""
    for serial in (*HIDDEN, NEIGHBOUR):
        page = f"/residents/{place.id_of(serial)}"
        desk.get(page)
        for one in QUALIFICATIONS:
            place.client_class.open(desk.browser, f"{page}/qualifications/{one.key}")
        for part in ("warnings", "household"):
            for on, headers in (("2026-11-19", {}), ("2020-04-01", FRAGMENT), ("1990-01-01", FRAGMENT)):
                data = {"csrf_token": desk.token, "on": on}
                place.client_class.open(
                    desk.browser, f"{page}/{part}", method="POST", data=data, headers=headers
                )


def cases_of_the_day(place: Place, desk: Desk) -> dict[str, list[str]]:
    """Cases on the protected, beside them and without them, with papers; what they left to be visited."""
    stopped = [desk.open_case(place.id_of(serial)) for serial in HIDDEN]
    for case in stopped:
        assert "取扱注意" in desk.see(case).text or "続けられません" in desk.see(case).text
    beside = desk.open_case(place.id_of(NEIGHBOUR))
    desk.identify(beside, relation="household")
    desk.choose(beside, "certificate")
    desk.see(beside, "subjects")
    desk.post(f"/cases/{beside}/subjects/search", q="避難")
    for into in ("", "field"):
        desk.post(f"/cases/{beside}/find", q="避難", step="subjects", into=into, settled="1")
    desk.post(f"/cases/{beside}/subjects", version=desk.version(beside), person=place.id_of(MOTHER))
    paid = desk.open_case(place.id_of(NEIGHBOUR))
    desk.identify(paid)
    desk.choose(paid, "certificate")
    person = hidden(desk.see(paid), "person")
    desk.post(f"/cases/{paid}/certificates", version=desk.version(paid), quick="j1", person=person)
    assert desk.issue(paid, part="details").status_code == 303
    letter = desk.open_case(channel="post")
    desk.post(f"/cases/{letter}/visitor/search", q="避難")
    desk.post(f"/cases/{letter}/visitor", version=desk.version(letter), person=place.id_of(MOTHER))
    moving = desk.open_case()
    desk.identify_newcomer(moving)
    desk.choose(moving, "move_in")
    desk.move(moving, FAMILY)
    desk.save(moving, "questions")
    assert desk.issue(moving).status_code == 303
    joining = household_of_the_protected_joined(place, desk)
    twice = [reviewed(place, desk) for _ in range(2)]
    judge = place.desk("demo-reviewer", "main")
    items = re.findall(r"/review/items/(\w+)", judge.get("/review").text)
    pairs = re.findall(r"/review/duplicates/(\w+)", judge.get("/review/duplicates").text)
    assert items and pairs
    for item in items:
        mark = hidden(judge.get(f"/review/items/{item}"), "seen")
        judge.post(f"/review/items/{item}", action="send_back", reason="記入漏れがあります。", seen=mark)
    assert "記入漏れがあります。" in desk.get(f"/cases/{twice[0]}/sent-back/seal_registration").text
    documents = [desk.document(case) for case in (paid, moving)]
    for document in documents:
        assert desk.get(document).data.startswith(b"%PDF")
        desk.post(f"{document}/reprint", data="today")
    numbers = re.findall(r"/history/(R[\d-]+)", desk.get("/history").text)
    # Handed to a counter: its inbox, its overview and its ticks are visited too.
    assert desk.post(f"/cases/{moving}/handover", to="insurance", note="申し送り").status_code == 303
    assert desk.post(f"/cases/{paid}/close", version=desk.version(paid)).status_code == 303
    return {
        "case_id": [*stopped, beside, letter, paid, moving, joining],
        "document_id": [one.rsplit("/", 1)[1] for one in documents], "item_id": items, "pair_id": pairs,
        "earlier_id": [paid], "number": numbers, "step": ["identity", "kind", "subjects", "content", "questions", "procedures", "print"],
    }  # fmt: skip


def asked_of_the_responsible(place: Place, desk: Desk, stopped: str) -> dict[str, list[str]]:
    """A release that waits and one that is refused, endings that may not be, and what an auditor takes away of it all."""
    guardian, auditor = place.desk("demo-guardian", "main"), place.desk("demo-auditor", "audit")
    for purpose in ("", "visitor"):
        desk.post(f"/residents/{place.id_of(MOTHER)}/purpose", purpose=purpose)
    releases: list[str] = []
    for _again in range(2):
        assert desk.post(f"/cases/{stopped}/release", reason="self").status_code == 303
        (release,) = re.findall(r"/release/(\w{20,})", guardian.get("/release").text)
        if not releases:
            guardian.post(f"/release/{release}", decision="refuse", password=DEMO_PASSWORD)
        releases.append(release)
    for serial in HIDDEN:
        for act in ("ask", "carry"):
            guardian.post(f"/endings/{act}/{place.id_of(serial)}", reason="mistaken")
        for page in ("/admin/record/find", "/admin/record/person", "/admin/record/person/file.csv"):
            auditor.post(page, person=city.number(serial), with_staff="1")
    for page in ("/admin/record/file.zip", "/admin/record/week/file.csv"):
        assert auditor.post(page, day=f"{today_in_japan()}").status_code == 200
    admin = place.desk("demo-admin", "information")
    made = admin.post("/admin/roles/new", title="見るだけ", rights=["find_person"], data_sets=["02"])
    assert made.status_code == 303
    return {"release_id": releases[-1:]}


def reviewed(place: Place, desk: Desk) -> str:
    """A procedure of the neighbour that is received; the second time it is a duplicate."""
    case = desk.open_case(place.id_of(NEIGHBOUR))
    desk.identify(case)
    desk.choose(case, "single")
    desk.save(case, "content", procedures=["seal_registration"])
    desk.answer_all(case)
    desk.save(case, "questions")
    assert desk.issue(case).status_code == 303
    version = desk.version(case)
    received = desk.post(
        f"/cases/{case}/procedures/seal_registration", version=version, change="received", duplicates_seen="1"
    )
    assert received.status_code == 303
    return case


def household_of_the_protected_joined(place: Place, desk: Desk) -> str:
    """Somebody moves in with a protected person: found by name, and the case stops."""
    case = desk.open_case(place.id_of(NEIGHBOUR))
    desk.identify(case)
    desk.choose(case, "address_change")
    desk.save(case, "subjects", subjects=[place.id_of(NEIGHBOUR)])
    version = desk.version(case)
    desk.post(f"/cases/{case}/households/search", version=version, q="避難")
    answer = desk.post(f"/cases/{case}/households", version=version, join=place.id_of(MOTHER))
    assert answer.status_code == 403 and "取扱注意" in desk.see(case).text
    return case


def broken_feed(place: Place) -> Path:
    """A later 01a whose rows of the protected are wrong in every address column, so that messages must name them."""
    sentinels.write(place.folder / "broken", at="2026-11-21T01:00:00")
    for path in (place.folder / "broken").glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        wrong = [re.sub(r"(秘[\u3400-\u4dbf]匿?|Zq)", "\\1\u202e", line) for line in lines]
        path.write_bytes(("\r\n".join(wrong) + "\r\n").encode())
        city.seal_again(path)
    return place.folder / "broken"


def a_form_in_hand(place: Place) -> dict[str, list[str]]:
    """A form on the placement desk, for its pages to be visited."""
    desk = place.desk("demo-content", "information")
    location = desk.post("/admin/forms", open="inkan_toroku@1").headers["Location"]
    draft, code = location.split("/")[-3:-1]
    return {"draft_id": [draft], "code": [code]}


def test_no_address_of_a_protected_person_anywhere(
    place: Place, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """On PostgreSQL, where nothing but the statements differs, by the counter that sees most."""
    caplog.set_level(logging.DEBUG)
    assert place.run("feed", "check", str(place.feeds)) == 0
    assert place.run("feed", "import", str(place.feeds)) == 0
    assert place.run("feed", "import", str(broken_feed(place))) == 1
    for command in (("feed", "status"), ("documents", "list"), ("content", "check"), ("audit", "verify")):
        place.run(*command)
    clerk = place.desk("demo-counter", "main")
    known = cases_of_the_day(place, clerk) | {"person_id": [place.id_of(one) for one in (*HIDDEN, NEIGHBOUR)]}
    known |= a_form_in_hand(place) | asked_of_the_responsible(place, clerk, known["case_id"][0])
    search_everything(place, clerk)
    everywhere = isinstance(place.store, SqliteStore)
    for staff, counter in (("demo-counter", "main"), ("demo-tax", "tax"), ("demo-children", "children")):
        look_at_persons(place, place.desk(staff, counter))
    for person in EVERYBODY if everywhere else EVERYBODY[:1]:
        rights = rights_of(person)
        values = values_for(known, rights, everywhere and person.id == "demo-counter")
        visit_every_route(place, place.desk(person.id, person.assignments[0][0]), values, rights)
    assert place.run("audit", "verify") == 0
    captured = capfd.readouterr()
    place.said += [caplog.text, captured.out, captured.err]
    assert place.client_class.answers > 500, "the sweep has become a walk around the block"
    assert place.hits() == []
    leaks = {
        (where, hit) for where, content in everything_kept(place) for hit in place.made.found_in(content)
    }
    assert leaks == set()


QUERIES = (
    "中央", "中央一丁目", "中央一丁目1番1号", "1番1号", "8番3号", "8650016", "865-0016", "０９６８−１２−３４５６", "0968-12-3456",
    "秘匿町", "秘匿町77", "77-7", "秘匿ハイツ", "777号", "8659977", "髙橋 中央", "髙橋 1番", "1985-03-04 中央", "S60.3.4 秘匿町",
    "避難 中央", "避難 秘匿町", "ヒナン 77番地7", "中央一丁目 S60", "架空ビル",
)  # fmt: skip


def test_address_queries_answer_as_if_the_protected_did_not_exist(place: Place) -> None:
    """AC-19: town, lot, postal code, phone and building find, count and order the same with and without them."""
    without, with_them = city.people(), city.people()
    for data_set in ("01a", "01b"):
        without[data_set] = [
            row for row in without[data_set] if row["atenabango"] not in map(city.number, (MOTHER, CHILD))
        ]
    # Half of the hidden household's rows say that it lives next door to others.
    with_them["01a"][3] |= city.address("中央一丁目", "1番1号", "架空ビル101")
    answers = []
    for night, data in enumerate((without, with_them)):
        city.write(place.folder / f"night{night}", data, at=f"2026-11-2{night}T01:00:00")
        assert place.run("feed", "import", "--allow-shrink", str(place.folder / f"night{night}")) == 0
        desk = place.desk("demo-counter", "main")
        answers.append({query: _results(desk, query) for query in QUERIES})
    assert answers[0] == answers[1]
    assert any("中央" in page for page in answers[1].values()), "the queries found nobody at all"
    assert "避難" in _results(desk, "避難")


def _results(desk: Desk, query: str) -> str:
    """The search page without what differs from page to page anyway."""
    page = desk.post("/residents/search", query=query).text
    page = re.sub(r'name="(csrf_token|token)" value="[^"]*"|hx-headers=\'[^\']*\'', "", page)
    return re.sub(r"データ連携：[^<]*", "", page)
