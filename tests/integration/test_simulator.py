"""A household invented in the simulator, by whoever may change content."""

from __future__ import annotations

import re

from flask import Flask

from tests.conftest import new_client
from tests.desk import Desk
from tests.integration.trying import (
    actions,
    author,
    begin,
    publish,
    younger_children,
)
from tests.stores import ONE_IS_ENOUGH


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_a_household_is_invented_interviewed_and_told_why(served_city: Flask) -> None:
    desk = author(served_city)
    address = begin(desk)
    page = desk.get(address).text
    assert "甲（世帯主）" in desk.get("/admin/simulator").text
    asked = re.findall(r'name="(q-[^"]+)" value="yes"', page)
    assert asked, "nothing is asked"
    answer = desk.post(f"{address}/answers", **{asked[0]: "yes"})
    assert (
        answer.status_code == 200
        and f'name="{asked[0]}"' not in answer.text
        and "回答した質問（1件）" in answer.text
    )
    fact, _, person = asked[0].removeprefix("q-").partition("--")
    back = desk.post(f"{address}/answers", take_back=f"{fact}--{person}" if person else fact)
    assert back.status_code == 303 and f'name="{asked[0]}"' in desk.get(address).text
    found = desk.post(f"{address}/why", query="子ども医療").text
    assert "丙さん" in found and "丁さん" in found
    assert "のため、不要です" in desk.post(f"{address}/why", query="後期", need="not_needed").text
    assert [action for action, _detail in actions(served_city)] == ["content.published", "content.simulated"]


@ONE_IS_ENOUGH
def test_the_household_is_changed_and_what_is_wrong_stays_typed(served_city: Flask) -> None:
    desk = author(served_city)
    address = begin(desk)
    page = desk.get(address).text
    grid = {"version": field(page, "version"), "event": "move_in", "on": "今日", "received": ""}
    people = {"name-0": "甲", "was-0": "甲", "relationship-0": "世帯主", "birth-0": "S60.1.2", "moves-0": "1"}
    wrong = desk.post(f"{address}/household", **grid, **people | {"birth-0": "S99.1.2"})
    assert wrong.status_code == 422 and 'value="S99.1.2"' in wrong.text and 'href="#birth-0"' in wrong.text
    twice = {f"{kind.removesuffix('-0')}-1": value for kind, value in people.items()}
    assert "2人います" in desk.post(f"{address}/household", **grid, **people, **twice).text
    assert desk.post(f"{address}/household", **grid, **people | {"name-0": ""}).status_code == 303
    assert "甲（1人）" in desk.get(address).text
    stale = desk.post(f"{address}/household", **grid, **people)
    assert stale.status_code == 409


@ONE_IS_ENOUGH
def test_facts_are_picked_from_a_searchable_list(served_city: Flask) -> None:
    desk = author(served_city)
    address = begin(desk, "主76", like="")
    offered = desk.post(f"{address}/fact-options", person="甲", q="国民健康保険 はい").text
    assert 'data-value="nhi_member=yes"' in offered and "=no" not in offered
    assert desk.post(f"{address}/facts", person="甲", fact="nhi_member=yes").status_code == 303
    assert "甲：国民健康保険の加入＝はい" in desk.get(address).text
    assert desk.post(f"{address}/facts", person="甲", fact="age=yes").status_code == 422
    assert desk.post(f"{address}/facts", person="甲", fact="").status_code == 422
    assert desk.post(f"{address}/facts", person="甲", drop="nhi_member").status_code == 303
    assert "（0件）" in desk.get(address).text


@ONE_IS_ENOUGH
def test_two_contents_stand_side_by_side_with_what_differs(served_city: Flask) -> None:
    publish(served_city, younger_children)
    desk = author(served_city)
    address = begin(desk, beside="version-2")
    page = desk.get(address).text
    assert "第2版" in page and "違い" in page
    assert "対象の方が変わる" in page and "増える" in page


@ONE_IS_ENOUGH
def test_only_who_manages_content_tries_it(served_city: Flask) -> None:
    address = begin(author(served_city))
    for staff, counter in (("demo-tax", "tax"), ("demo-counter", "main"), ("demo-admin", "information")):
        desk = Desk(new_client(served_city)).sign_in(staff, counter)
        for page in (address, "/admin/simulator", "/admin/examples", "/admin/replay"):
            assert desk.browser.get(page).status_code == 403
