"""What a visitor shows: until when his identification is valid, and what proves that he may act for somebody else."""

from __future__ import annotations

import pytest
from flask import Flask

from app.domain.authority import Actor
from app.domain.case import Case, Kind, Step
from app.operations import orders
from tests.desk import Desk
from tests.integration.served import clerk, looked_up, resident, stored

CLERK = Actor("demo-counter", "", "main", "", frozenset({"counter"}))


def agent(app: Flask, desk: Desk, *papers: str) -> str:
    """A case of an agent who has shown these papers, at the choice of what he came for."""
    case = desk.open_case()
    assert desk.identify_newcomer(case, relation="agent", papers=list(papers)).status_code == 303
    return case


def asks_for(app: Flask, desk: Desk, case: str, quick: str) -> Case:
    """Somebody's certificates by quick entry; the request stands at C-01."""
    desk.choose(case, "certificate")
    desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=resident(app).id)
    desk.save(case, "subjects", subjects=[])
    person = stored(app, case).subjects[0].id
    answer = desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick=quick, person=person)
    assert answer.status_code == 200, answer.text
    return stored(app, case)


def test_a_registration_card_alone_brings_a_seal_certificate(served_city: Flask) -> None:
    """No power of attorney is asked for where the rule of the certificate asks for none."""
    app, desk = served_city, clerk(served_city)
    case = agent(app, desk)
    asks_for(app, desk, case, "i1")
    refused = desk.issue(case, part="details")
    assert refused.status_code == 422 and "paper-seal_card-error" in refused.text
    assert "paper-power_of_attorney" not in refused.text and not stored(app, case).documents
    assert desk.issue(case, part="details", **{"paper-seal_card": "1"}).status_code == 303
    (form,), _listed = looked_up(app, lambda: orders.order_forms(stored(app, case), CLERK, None))
    assert form.values["proxy.authority"] == "印鑑登録証"


def test_no_other_certificate_of_an_agent_is_printed_without_its_paper(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = agent(app, desk)
    asks_for(app, desk, case, "j1 i1")
    refused = desk.issue(case, part="details", **{"paper-seal_card": "1"})
    assert refused.status_code == 422 and "paper-power_of_attorney-error" in refused.text
    assert not stored(app, case).documents
    seen = {"paper-seal_card": "1", "paper-power_of_attorney": "1"}
    assert desk.issue(case, part="details", **seen).status_code == 303


@pytest.mark.parametrize("kind", ["move_out", "household_separation", "single", "move_in"])
def test_notice_for_another_needs_the_paper_when_it_is_asked_for(served_city: Flask, kind: str) -> None:
    """It may be ticked where it is missing; another kind of the same group can be chosen there."""
    app, desk = served_city, clerk(served_city)
    case = agent(app, desk, "seal_card")
    before = stored(app, case)
    refused = desk.choose(case, kind)
    assert refused.status_code == 422 and 'id="papers-power_of_attorney"' in refused.text
    assert f'id="kind-{kind}"' in refused.text
    after = stored(app, case)
    assert (after.kind, after.step, after.version) == (None, Step.KIND, before.version)
    assert desk.save(case, "kind", kind=kind, papers="official_request").status_code == 422
    assert desk.save(case, "kind", kind=kind, papers="power_of_attorney").status_code == 303
    now = stored(app, case)
    assert now.kind is Kind(kind)
    assert now.fact("identity.papers") == ["power_of_attorney", "seal_card"]


def test_a_relation_said_anew_is_proven_anew(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    assert desk.identify_newcomer(case, relation="agent").status_code == 303
    assert stored(app, case).step is Step.KIND, "nothing further is reached before it"
    assert desk.choose(case, "move_in").status_code == 422
    assert desk.see(case, "content").text.count('id="papers-power_of_attorney"') == 0
    assert stored(app, case).step is Step.KIND


def test_an_expired_document_is_refused_and_a_good_one_kept_with_its_day(served_city: Flask) -> None:
    desk = clerk(served_city)
    case = desk.open_case()
    expired = desk.identify_newcomer(case, "drivers_licence", expiry1="H30.1.1")
    assert expired.status_code == 422 and "運転免許証は有効期限が切れています" in expired.text
    assert 'value="H30.1.1"' in expired.text, "what was typed stays"
    unread = desk.identify_newcomer(case, "drivers_licence", expiry1="来年くらい")
    assert unread.status_code == 422 and 'id="expiry1-error"' in unread.text
    second = desk.identify_newcomer(
        case, "health_insurance", "student_card", expiry1="R30.3.31", expiry2="H30.3.31"
    )
    assert second.status_code == 422 and "学生証は有効期限が切れています" in second.text
    assert desk.identify_newcomer(case, "drivers_licence", expiry1="R30.1.1").status_code == 303
    assert "令和30年1月1日" in desk.see(case, "identity").text


def test_a_document_that_never_expires_is_not_asked_for_a_day(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case()
    answer = desk.identify_newcomer(case, "driving_record", expiry1="H30.1.1")
    assert answer.status_code == 303, "the day was typed for a document chosen before"
    assert stored(app, case).fact("identity.expiry") == [""]
