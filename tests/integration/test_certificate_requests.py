"""Request forms (交付請求書): each certificate on the form of its desk, its requester or its channel, with fees that explain themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app.domain.authority import Actor
from app.domain.case import Case, CaseFact, CertificateLine, Channel
from app.domain.certificate_content import ItemType
from app.domain.certificate_lines import entries_asked
from app.domain.quick_entry import ticks
from app.operations import orders, packs
from tests.integration.served import clerk, looked_up, resident, stored

CLERK = Actor("demo-counter", "", "main", "", frozenset({"counter"}))
REGISTER = {"domicile_place": "中央一丁目1番", "register_head": "見本　太郎"}
LINES: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("resident_record_copy", 2, {"options": ("household",)}),
    ("family_register_full", 1, {"entered": REGISTER}),
    ("tax_payment_certificate", 1, {"options": ("resident_tax", "property_tax"), "years": (2025, 2024)}),
    ("property_assessment", 1, {"options": ("land_and_house", "whole"), "entered": {"measure.parcels": "8"}, "years": (2025,)}),
    ("seal_registration", 1, {"options": ("new", "photo")}),
    ("record_items", 1, {"options": ("household",)}),
)  # fmt: skip


def request(app: Flask, *lines: tuple[str, int, dict[str, Any]], **facts: Any) -> Case:
    """A resident's own request for these certificates, everything about it seen."""
    desk = clerk(app)
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "certificate")
    desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=resident(app).id)
    desk.save(case, "subjects", subjects=[])
    kept = stored(app, case)
    person = replace(kept.subjects[0], is_visitor=True)
    known = {
        "identity.relation": "self", "certificate.papers": ["seal_itself", "contract", "employee_card"],
        "certificate.purpose": "手続き", "certificate.recipient": "銀行", "certificate.examined": True,
    }  # fmt: skip
    now = datetime(2026, 4, 6, tzinfo=UTC)
    return replace(
        kept,
        persons=(person,),
        certificates=tuple(
            CertificateLine(str(number), kind, person.id, copies, **more)
            for number, (kind, copies, more) in enumerate(lines)
        ),
        facts={("", name): CaseFact("", name, value, "", now, "") for name, value in {**known, **facts}.items()},
    )  # fmt: skip


def sheets(app: Flask, case: Case) -> dict[str, dict[str, Any]]:
    """The values of the forms that are ordered, by form; none is ordered twice."""
    found, _listed = looked_up(app, lambda: orders.order_forms(case, CLERK, None))
    made = {one.definition.code: dict(one.values) for one in found}
    assert len(made) == len(found)
    return made


def test_each_desk_gets_its_own_request_with_its_own_total(served_city: Flask) -> None:
    app = served_city
    facts = {"certificate.exemption": "pension", "certificate.evidence": "pension"}
    made = sheets(app, request(app, *LINES, **facts))

    assert list(made) == ["shomei_kofu", "koseki_seikyu", "zei_shomei", "shisan_shomei", "inkan_toroku"]
    titles = [[row["title"] for row in values["certificates"]] for values in made.values()]
    assert titles[0] == ["住民票の写し", "住民票記載事項証明書"] and sum(map(len, titles)) == len(LINES)
    totals = {
        form: (values["certificates.copies"], values["certificates.total"]) for form, values in made.items()
    }
    assert totals == {
        "shomei_kofu": (3, 600), "koseki_seikyu": (1, 450), "zei_shomei": (1, 1200), "shisan_shomei": (1, 600),
        "inkan_toroku": (1, 300),
    }  # fmt: skip
    # What is more than a number of copies is reckoned before the visitor's eyes.
    assert made["zei_shomei"]["certificates"][0]["fee_words"] == "300円 × 2税目 × 2年度 ＝ 1,200円"
    assert (
        made["shisan_shomei"]["certificates"][0]["fee_words"]
        == "300円 ＋ 5筆・棟を超える3筆・棟で300円 ＝ 600円"
    )
    free = made["shomei_kofu"]["certificates"][1]
    assert (free["fee"], free["exemption"], free["evidence"]) == (
        0, "年金の請求に使う場合", "年金の請求書など、提出先が分かるもの",
    )  # fmt: skip
    assert not made["shomei_kofu"]["certificates"][0]["evidence"], (
        "an exemption frees only the kinds it names"
    )


def test_a_third_party_and_the_post_have_requests_of_their_own(served_city: Flask) -> None:
    app = served_city
    case = request(app, LINES[0], LINES[1], LINES[5])
    assert list(sheets(app, replace(case, channel=Channel.POST))) == ["yubin_seikyu"]
    visitor = replace(case.persons[0], id="other", is_subject=False)
    subject = replace(case.persons[0], is_visitor=False)
    relation = replace(case.facts["", "identity.relation"], value="third_party")
    other = replace(
        case, persons=(visitor, subject), facts={**case.facts, ("", "identity.relation"): relation}
    )
    assert list(sheets(app, other)) == ["daisan_seikyu"]


@pytest.mark.parametrize("kind", ["seal_registration", "seal_certificate"])
def test_a_seal_is_registered_on_its_application_and_certified_on_the_request(
    served_city: Flask, kind: str
) -> None:
    options = ("new", "photo") if kind == "seal_registration" else ()
    case = request(
        served_city, (kind, 1, {"options": options}), **{"certificate.papers": ["seal_itself", "seal_card"]}
    )
    form, values = next(iter(sheets(served_city, case).items()))
    assert form == {"seal_registration": "inkan_toroku", "seal_certificate": "shomei_kofu"}[kind]
    assert values["subject.name"] == case.persons[0].name


@pytest.mark.parametrize(("staff", "counter"), [("demo-counter", "main"), ("demo-tax", "tax")])
def test_every_kind_is_asked_for_and_printed(served_city: Flask, staff: str, counter: str) -> None:
    """Each of the 27 kinds by its quick code, with what it asks for, at a counter that receives it."""
    app, desk = served_city, clerk(served_city, staff, counter)
    case = desk.open_case(resident(app).id)
    desk.identify(case)
    desk.choose(case, "certificate")
    pack = looked_up(app, lambda: packs.of_case(stored(app, case)))
    person = stored(app, case).visitor.id
    here = [one for one in pack.certificates if (one.section == "tax") is (counter == "tax")]
    assert len(here) >= 10
    codes = " ".join(f"{one.quick or one.title}1" for one in here)
    page = desk.post(f"/cases/{case}/certificates", version=desk.version(case), person=person, quick=codes)
    lines = stored(app, case).certificates
    assert {line.kind for line in lines} == {one.code for one in here}, page.text[
        page.text.find("error-summary") :
    ][:900]
    sent: dict[str, Any] = {"part": "details", "purpose": "手続き", "recipient": "銀行", "examined": "1"}
    sent |= {f"paper-{one.code}": "1" for one in pack.proof_papers}
    for line in lines:
        kind = pack.certificate_by_code[line.kind]
        sent |= {f"copies-{line.id}": "1", f"years-{line.id}": [str(year) for year in line.years]}
        needed = [one.code for one in ticks(pack, line.kind) if one.required][:1]
        sent[f"options-{line.id}"] = [*line.options, *needed]
        on, channel = stored(app, case).received_on, Channel.COUNTER
        for asked in entries_asked(pack, kind, sent[f"options-{line.id}"], on, channel):
            sent[f"entry-{line.id}-{asked.name}"] = {
                ItemType.NUMBER: "2", ItemType.DATE: "R7.4.1", ItemType.CHOICE: next(iter(asked.choices), ""),
            }.get(asked.type, "見本")  # fmt: skip
    answer = desk.issue(case, person=person, **sent)
    assert answer.status_code == 303, answer.text[answer.text.find("error-summary") :][:1500]
