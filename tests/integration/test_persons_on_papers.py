"""Who stands on a paper: the one who applies, never the one who only carries it; and everybody on it is accounted for."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from flask import Flask

from app.domain.authority import Actor
from app.operations import orders, printing
from tests.desk import FAMILY, Desk
from tests.integration.served import clerk, looked_up, resident, stored

CLERK = Actor("demo-counter", "", "main", "", frozenset({"counter"}))
AGENT = {"name": "代理　人", "kana": "ダイリ　ジン", "relation": "agent", "papers": "power_of_attorney"}
CHILDREN = {
    "child_allowance": "jidoteate_nintei",
    "child_medical": "kodomo_iryo",
    "school_transfer": "tennyugaku",
}


def family_case(app: Flask, **visitor: str) -> tuple[Desk, str]:
    """A typed move-in of four that stands at the list, every procedure for the children on it."""
    desk = clerk(app)
    case = desk.open_case()
    desk.identify_newcomer(case, **visitor)
    desk.choose(case, "move_in")
    desk.move(case, FAMILY)
    desk.save(case, "questions")
    for code in CHILDREN:
        desk.post(f"/cases/{case}/procedures", version=desk.version(case), procedure=code, reason="希望")
    return desk, case


def ordered(app: Flask, case: str) -> dict[str, orders.OrderedForm]:
    found, _listed = looked_up(app, lambda: orders.order_forms(stored(app, case), CLERK, tuple(CHILDREN)))
    return {one.definition.code: one for one in found}


def test_an_agent_applies_for_nothing(served_city: Flask) -> None:
    app = served_city
    _desk, case = family_case(app, **AGENT)
    forms = ordered(app, case)
    assert set(CHILDREN.values()) <= set(forms)
    for form in (forms[code] for code in CHILDREN.values()):
        said = {key for key, value in form.values.items() if value == AGENT["name"]}
        assert said <= {"visitor.name", "proxy.name", "bearer.name"}, (
            "he is printed only where the form asks who came"
        )
        assert not said & set(form.definition.names)
    assert forms["jidoteate_nintei"].values.get("subject.name") is None


def test_who_comes_for_the_own_family_applies(served_city: Flask) -> None:
    app = served_city
    _desk, case = family_case(app)
    forms = ordered(app, case)
    new_address = stored(app, case).fact("move.new_address")
    assert forms["jidoteate_nintei"].values["subject.name"] == FAMILY[0][0]
    for code in ("kodomo_iryo", "tennyugaku"):
        values = forms[code].values
        assert (values["applicant.name"], values["applicant.address"]) == (FAMILY[0][0], new_address)
    head = next(one for one in stored(app, case).subjects if one.value("relationship") == "世帯主")
    assert head in forms["kodomo_iryo"].persons, "the householder is printed on it"


def test_who_comes_gets_no_paper_for_leaving(served_city: Flask) -> None:
    app = served_city
    _desk, case = family_case(app)
    assert "kodomo_iryo" in ordered(app, case) and "kodomo_iryo_henko" not in ordered(app, case)


def test_only_what_was_printed_is_printed_again(served_city: Flask) -> None:
    """With the data of today as well; and the list keeps what was ticked."""
    app = served_city
    desk, case = family_case(app)
    assert desk.issue(case, print=["child_allowance"]).status_code == 303
    lines = {line.code: line for line in stored(app, case).procedures}
    assert lines["child_allowance"].print_chosen and lines["child_allowance"].state == "printed"
    assert not lines["child_medical"].print_chosen and lines["child_medical"].state != "printed"
    assert 'value="child_medical" data-row>' in desk.see(case, "procedures").text
    first = stored(app, case).documents[0]
    assert desk.issue(case, print=["child_medical"]).status_code == 303
    again = desk.post(
        f"/cases/{case}/documents/{first.id}/reprint", data="today", token=secrets.token_hex(16)
    )
    assert again.status_code == 303
    copy = next(one for one in stored(app, case).documents if one.reprint_of == first.id)
    assert [form["form"] for form in copy.forms] == [form["form"] for form in first.forms]


def test_a_case_that_changes_while_it_is_printed_again_is_not_mixed(
    served_city: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = served_city
    desk, case = family_case(app)
    desk.issue(case, print=["child_allowance"])
    first = stored(app, case).documents[0]
    render = printing.render

    def meanwhile(*args: Any, **named: Any) -> Any:
        rendered = render(*args, **named)
        with printing.transaction():
            printing.cases.lock_case(case)
        return rendered

    monkeypatch.setattr(printing, "render", meanwhile)
    again = desk.post(
        f"/cases/{case}/documents/{first.id}/reprint", data="today", token=secrets.token_hex(16)
    )
    assert again.status_code == 409 and len(stored(app, case).documents) == 1


def test_who_came_is_told_apart_from_who_registers(served_city: Flask) -> None:
    """A seal is registered by each for himself: the box for somebody else who came stays empty on the visitor's own form."""
    app = served_city
    desk, case = family_case(app)
    desk.post(
        f"/cases/{case}/procedures", version=desk.version(case), procedure="seal_registration", reason="希望"
    )
    lines = [line.code for line in stored(app, case).procedures if line.code.startswith("seal")]
    found, _listed = looked_up(app, lambda: orders.order_forms(stored(app, case), CLERK, lines))
    seals = [one.values for one in found if one.definition.code == "inkan_toroku"]
    assert len(seals) > 1
    for values in seals:
        own = values["subject.name"] == FAMILY[0][0]
        assert values.get("bearer.name") == (None if own else FAMILY[0][0])


@pytest.mark.parametrize(("relation", "proxy"), [("household", None), ("agent", FAMILY[0][0])])
def test_only_who_acts_for_another_is_a_proxy(served_city: Flask, relation: str, proxy: str | None) -> None:
    """One of the household asks in his own name."""
    app, desk = served_city, clerk(served_city)
    case = desk.open_case()
    desk.identify_newcomer(case, relation=relation, papers="power_of_attorney")
    desk.choose(case, "certificate")
    desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=resident(app).id)
    desk.save(case, "subjects", subjects=[])
    person = stored(app, case).subjects[0].id
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j1", person=person)
    (form,), _listed = looked_up(app, lambda: orders.order_forms(stored(app, case), CLERK, None))
    assert form.values.get("proxy.name") == proxy
    assert form.values["visitor.name"] == FAMILY[0][0]


def test_what_others_at_home_must_not_read_is_on_no_guide(served_city: Flask) -> None:
    app = served_city
    desk, case = family_case(app)
    desk.post(
        f"/cases/{case}/procedures", version=desk.version(case), procedure="support_measures", reason="希望"
    )
    guide = ordered(app, case)["tetsuzuki_annai"]
    titles = [one["title"] for one in guide.values["procedures"]]
    assert "support_measures" in {line.code for line in stored(app, case).procedures if line.needed}
    assert titles and not any("支援措置" in title for title in titles)
