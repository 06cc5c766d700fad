"""Who may ask for what, and identity by one or two documents."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.requesters import NOTIFICATION, ShownDocument, check_identity, may_request
from tests.unit.domain.households import TODAY, default_pack

RECORD = "resident_record_copy"


@pytest.mark.parametrize(
    ("shown", "established"),
    [
        ([("my_number_card", None)], True),
        ([("drivers_licence", date(2026, 4, 3))], True),
        ([("drivers_licence", date(2026, 4, 2))], False),
        ([("health_insurance", None)], False),
        ([("health_insurance", None), ("health_insurance", None)], False),
        ([("health_insurance", None), ("pension_handbook", None)], True),
        ([("health_insurance", date(2026, 3, 31)), ("pension_handbook", None)], False),
        ([("notification_card", None)], False),
        ([("notification_card", None), ("health_insurance", None)], False),
        ([("driving_record", date(2000, 1, 1))], True),
        ([], False),
    ],
)
def test_one_or_two_documents(shown: list[tuple[str, date | None]], established: bool) -> None:
    result = check_identity(default_pack(), [ShownDocument(*one) for one in shown], TODAY)

    assert result.established is established


def test_the_reason_says_what_is_wrong_and_what_else_to_ask_for() -> None:
    shown = [ShownDocument("notification_card"), ShownDocument("drivers_licence", date(2020, 1, 1))]
    reason = check_identity(default_pack(), shown, TODAY).reason

    assert "個人番号の通知カードは本人確認に使えません" in reason
    assert "運転免許証は有効期限が切れています" in reason
    assert reason.endswith("確認してください。")


@pytest.mark.parametrize(
    ("target", "relation", "papers", "allowed"),
    [
        (RECORD, "self", (), True),
        (RECORD, "household", (), True),
        (RECORD, "agent", (), False),
        (RECORD, "agent", ("power_of_attorney",), True),
        (RECORD, "legal_representative", ("guardian_registration",), True),
        (RECORD, "legal_representative", ("power_of_attorney",), False),
        (RECORD, "unheard_of", (), False),
        ("seal_certificate", "self", (), False),
        ("seal_certificate", "self", ("seal_card",), True),
        ("seal_certificate", "agent", ("seal_card",), True),
        ("seal_certificate", "third_party", ("seal_card",), False),
        ("income_certificate", "third_party", ("contract",), False),
        (NOTIFICATION, "household", (), True),
        (NOTIFICATION, "agent", (), False),
        (NOTIFICATION, "corporation", ("employee_card",), False),
    ],
)
def test_who_may_ask(target: str, relation: str, papers: tuple[str, ...], allowed: bool) -> None:
    assert may_request(default_pack(), target, relation, papers).allowed is allowed


def test_missing_papers_are_named() -> None:
    result = may_request(default_pack(), RECORD, "agent")

    assert [paper.title for paper in result.missing] == ["委任状"]


def test_numbers_for_an_agent_go_by_mail_and_are_withheld_from_third_parties() -> None:
    wanted = ("household", "domicile", "individual_number", "resident_record_code")
    agent = may_request(default_pack(), RECORD, "agent", ("power_of_attorney",), wanted)
    stranger = may_request(default_pack(), RECORD, "third_party", ("contract",), wanted)

    assert (agent.mailed, agent.withheld) == (("individual_number", "resident_record_code"), ())
    assert stranger.needs_examination
    assert stranger.withheld == ("domicile", "individual_number", "resident_record_code")


@pytest.mark.parametrize(
    "relation", ["household", "agent", "legal_representative", "third_party", "official"]
)
def test_nobody_else_is_served_for_a_protected_person(relation: str) -> None:
    papers = {paper.code for paper in default_pack().proof_papers}

    assert not may_request(default_pack(), RECORD, relation, papers, protected=True).allowed
    assert may_request(default_pack(), RECORD, "self", papers, protected=True).allowed


def test_every_certificate_has_a_row_for_every_relation() -> None:
    pack = default_pack()
    rows = {(rule.target, rule.relation) for rule in pack.requester_rules}
    targets = [*pack.certificate_by_code, NOTIFICATION]

    assert {(target, one.code) for target in targets for one in pack.relations} == rows
