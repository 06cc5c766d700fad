"""Who stands on a paper: the one who applies, never the one who only carries it; and everybody on it is accounted for."""

from __future__ import annotations

from flask import Flask

from app.domain.authority import Actor
from app.operations import orders
from tests.desk import FAMILY, Desk
from tests.integration.served import clerk, looked_up, stored

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
        assert said == {"visitor.name", "proxy.name"}, "he is printed only where the form asks who came"
        assert "visitor.name" not in form.definition.names
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
