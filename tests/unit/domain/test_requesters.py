"""Who may ask for what, and identity by one or two documents."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.content import Allowed
from app.domain.requesters import (
    NOTIFICATION,
    ShownDocument,
    check_identity,
    find_requester_rule,
    may_request,
)
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
    assert stranger.withheld == ("individual_number", "resident_record_code")
    assert stranger.examined == ("domicile",)


@pytest.mark.parametrize(
    "relation", ["household", "agent", "legal_representative", "third_party", "official"]
)
def test_nobody_else_is_served_for_a_protected_person(relation: str) -> None:
    papers = {paper.code for paper in default_pack().proof_papers}

    assert not may_request(default_pack(), RECORD, relation, papers, protected=True).allowed
    assert may_request(default_pack(), RECORD, "self", papers, protected=True).allowed


def test_every_certificate_answers_every_relation_with_a_reason() -> None:
    pack = default_pack()
    for target in [*pack.certificate_by_code, NOTIFICATION]:
        for relation in pack.relations:
            rule = find_requester_rule(pack, target, relation.code)
            assert rule is not None, (target, relation.code)
            assert rule.reason.endswith("。"), (target, relation.code)
            assert rule.legal_basis or rule.target == NOTIFICATION, (target, relation.code)
            if rule.allowed is Allowed.WITH_REASON:
                assert rule.papers, (target, relation.code)


NUMBERS = {"individual_number", "resident_record_code"}


def test_a_number_never_goes_to_a_third_party() -> None:
    pack = default_pack()
    for certificate in pack.certificates:
        sensitive = {one.code for one in pack.items_of(certificate.code) if one.sensitive}
        for relation in ("corporation", "professional", "third_party", "official"):
            rule = find_requester_rule(pack, certificate.code, relation)
            if rule and rule.allowed is not Allowed.NO:
                assert sensitive <= set(rule.withheld), (certificate.code, relation)
        for relation in ("agent", "messenger", "lineal"):
            rule = find_requester_rule(pack, certificate.code, relation)
            if rule and rule.allowed is not Allowed.NO:
                assert sensitive <= set(rule.mailed), (certificate.code, relation)
    assert {one.code for one in pack.items_of(RECORD) if one.sensitive} == NUMBERS


@pytest.mark.parametrize(
    ("target", "relation", "papers", "allowed", "said"),
    [
        ("wide_area_register", "self", (), True, ""),
        ("wide_area_register", "lineal", ("kinship_record",), True, ""),
        ("wide_area_register", "agent", ("power_of_attorney",), False, "本籍地の市区町村"),
        (
            "wide_area_register",
            "professional",
            ("duty_request",),
            False,
            "職務上請求からの請求は受けられません",
        ),
        ("family_register_full", "household", (), False, ""),
        ("family_register_full", "household", ("kinship_record",), True, ""),
        ("family_register_full", "third_party", ("contract",), True, ""),
        ("single_status", "agent", ("power_of_attorney",), False, "本人だけ"),
        ("identity_certificate", "household", (), False, ""),
        ("identity_certificate", "household", ("power_of_attorney",), True, ""),
        ("vehicle_inspection", "third_party", (), False, ""),
        ("vehicle_inspection", "third_party", ("vehicle_certificate",), True, ""),
        ("seal_registration", "agent", ("seal_itself", "agent_appointment"), True, ""),
        ("seal_registration", "legal_representative", ("seal_itself",), False, "15歳未満"),
        ("income_certificate", "corporation", ("representative_seal",), True, ""),
        ("property_assessment", "third_party", ("contract",), True, ""),
        ("property_list", "heir", ("heir_record",), True, ""),
        ("removed_record", "heir", ("heir_record",), True, ""),
        (RECORD, "heir", ("heir_record",), False, "除票"),
        (NOTIFICATION, "lineal", ("power_of_attorney",), False, "「代理人（委任を受けた方）」"),
    ],
)
def test_who_may_ask_for_the_rarer_kinds(
    target: str, relation: str, papers: tuple[str, ...], allowed: bool, said: str
) -> None:
    result = may_request(default_pack(), target, relation, papers)

    assert result.allowed is allowed
    assert said in result.words


def test_one_document_shown_twice_is_one() -> None:
    shown = [ShownDocument("health_insurance"), ShownDocument("health_insurance")]
    result = check_identity(default_pack(), shown, TODAY)

    assert not result.established
    assert "2点に数えることはできません" in result.reason and "年金手帳" in result.reason


def test_too_little_names_what_would_do() -> None:
    assert "運転免許証" in check_identity(default_pack(), [], TODAY).reason
    assert check_identity(default_pack(), [ShownDocument("passport")], TODAY).photo
