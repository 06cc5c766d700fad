"""Facts from the rows of the core system."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.domain.dates import PartialDate
from app.domain.facts import Source
from app.domain.register_facts import (
    case_facts_from_move_in,
    case_facts_from_schools,
    facts_from_move_in,
    facts_from_register,
)

ON = date(2026, 4, 1)
READ = ("01a", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14")


def facts(rows: dict[str, list[dict[str, str]]], **more: Any) -> dict[str, Any]:
    return {name: value.value for name, value in facts_from_register(rows, ON, **more).items()}


def test_no_row_in_a_data_set_that_was_read_says_no() -> None:
    found = facts({data_set: [] for data_set in READ})

    assert {name for name, value in found.items() if value is False} >= {
        "nhi_member", "late_elderly_member", "pension_first", "public_assistance", "allowance_recipient",
        "support_allowance_recipient", "severe_medical", "single_parent_medical", "nursery_user", "seal_registered",
        "self_support", "special_child", "disability_service", "tax_arrears",
    }  # fmt: skip
    assert (found["handbook"], found["care_status"]) == ("none", "none")


def test_a_data_set_that_was_not_read_says_nothing() -> None:
    assert facts({}) == {}
    assert facts({"09": []}) == {"nhi_member": False}


@pytest.mark.parametrize(
    ("data_set", "row", "fact", "value"),
    [
        ("09", {"kokuhoshikakukubun": "1", "kokuhoshikakushutokunengappi": "2020-04-01"}, "nhi_member", True),
        (
            "09",
            {"kokuhoshikakukubun": "3", "kokuhoshikakushutokunengappi": "2026-04-02"},
            "nhi_member",
            False,
        ),
        ("09", {"kokuhoshikakukubun": "2"}, "nhi_member", False),
        (
            "09",
            {
                "kokuhoshikakukubun": "1",
                "kokuhoshikakushutokunengappi": "2020-04-01",
                "kokuhoshikakusoshitsunengappi": "2026-04-01",
            },
            "nhi_member",
            False,
        ),
        (
            "09",
            {
                "kokuhoshikakukubun": "1",
                "kokuhoshikakushutokunengappi": "2020-04-01",
                "kokuhoshikakusoshitsunengappi": "9999-12-31",
            },
            "nhi_member",
            True,
        ),
        ("10", {"hihokenshashikakushutokunengappi": "2026-04-01"}, "late_elderly_member", True),
        ("05", {"hihokenshashubetsu": "1", "shikakushutokunengappi": "2010-01-01"}, "pension_first", True),
        ("05", {"hihokenshashubetsu": "3", "shikakushutokunengappi": "2010-01-01"}, "pension_first", False),
        ("06", {"seikatsuhogokaishinengappi": "2025-01-01"}, "public_assistance", True),
        (
            "06",
            {"seikatsuhogokaishinengappi": "2025-01-01", "seikatsuhogohaishinengappi": "2026-01-01"},
            "public_assistance",
            False,
        ),
        (
            "07",
            {"techoshubetsu": "1", "shikakujotaikodo": "40", "sogotokyukodo": "2"},
            "handbook",
            "physical",
        ),
        ("07", {"techoshubetsu": "1", "shikakujotaikodo": "40", "sogotokyukodo": "2"}, "severe_grade", True),
        ("07", {"techoshubetsu": "1", "shikakujotaikodo": "40", "sogotokyukodo": "3"}, "severe_grade", False),
        ("07", {"techoshubetsu": "2", "shikakujotaikodo": "40", "ryoikuhantei": "11"}, "severe_grade", True),
        ("07", {"techoshubetsu": "2", "shikakujotaikodo": "40", "ryoikuhantei": "22"}, "severe_grade", False),
        ("07", {"techoshubetsu": "3", "shikakujotaikodo": "40", "seishintokyu": "1"}, "severe_grade", True),
        ("07", {"techoshubetsu": "1", "shikakujotaikodo": "50"}, "handbook", "none"),
        ("07", {"techoshubetsu": "1", "henkanbi": "2025-01-01"}, "handbook", "none"),
        (
            "07",
            {"techoshubetsu": "1", "shikakujotaikodo": "40", "sogotokyukodo": "3"},
            "handbook_grade",
            "3級",
        ),
        (
            "07",
            {"techoshubetsu": "2", "shikakujotaikodo": "40", "ryoikuhantei": "21"},
            "handbook_grade",
            "B1",
        ),
        ("07", {"jiritsushieniryo": "03"}, "self_support", True),
        ("07", {"tokujiteate": "1"}, "special_child", True),
        ("08", {"shikakushutokubi": "2020-01-01"}, "care_status", "none"),
        (
            "08",
            {"shikakushutokubi": "2020-01-01", "yokaigoninteijokyokodo": "04", "yokaigojotaikubunkodo": "22"},
            "care_status",
            "certified",
        ),
        (
            "08",
            {"shikakushutokubi": "2020-01-01", "yokaigoninteijokyokodo": "04", "yokaigojotaikubunkodo": "01"},
            "care_status",
            "none",
        ),
        ("08", {"shikakushutokubi": "2020-01-01", "yokaigoninteijokyokodo": "01"}, "care_status", "applying"),
        (
            "08",
            {"shikakushutokubi": "2020-01-01", "yokaigoninteijokyokodo": "04", "yokaigojotaikubunkodo": "23"},
            "care_level",
            "要介護3",
        ),
        (
            "08",
            {
                "shikakushutokubi": "2020-01-01",
                "yokaigoninteijokyokodo": "04",
                "yokaigojotaikubunkodo": "23",
                "ninteiyukokikanshuryonengappi": "2026-03-31",
            },
            "care_status",
            "none",
        ),
        ("11", {"jukyushakubun": "1", "shikakujotai": "40"}, "allowance_recipient", True),
        ("11", {"jukyushakubun": "2", "shikakujotai": "40"}, "allowance_recipient", False),
        ("11", {"jukyushakubun": "1", "shikakujotai": "50"}, "allowance_recipient", False),
        ("12", {"joseishubetsu": "1", "shikakujotai": "40"}, "severe_medical", True),
        ("12", {"joseishubetsu": "3", "shikakujotai": "40"}, "single_parent_medical", True),
        ("13", {"riyojotai": "4"}, "nursery_user", False),
        ("13", {"riyojotai": "3"}, "nursery_user", True),
        ("13", {"riyojotai": "3", "shisetsumei": "みほん保育園"}, "nursery_name", "みほん保育園"),
        ("14", {"jukyushakubun": "1", "shikakujotai": "40"}, "support_allowance_recipient", True),
        ("02", {"torokujotai": "1"}, "seal_registered", True),
        ("02", {"torokujotai": "2"}, "seal_registered", False),
    ],
)
def test_rows_become_facts(data_set: str, row: dict[str, str], fact: str, value: object) -> None:
    assert facts({data_set: [row]})[fact] == value


def test_two_handbooks_are_told_apart() -> None:
    rows = [
        {"techoshubetsu": kind, "shikakujotaikodo": "40", "techobango": f"{kind}00"} for kind in ("3", "1")
    ]
    found = facts({"07": rows})

    assert found["handbook"] == "physical_mental"
    assert (found["physical_number"], found["mental_number"]) == ("100", "300")
    assert "intellectual_number" not in found


def test_deleted_and_old_rows_do_not_count() -> None:
    row = {"torokujotai": "1"}

    assert facts({"02": [{**row, "sakujofuragu": "1"}]})["seal_registered"] is False
    assert facts({"02": [{**row, "saishinfuragu": "0"}]})["seal_registered"] is False


def test_who_he_is() -> None:
    row = {
        "seinengappi": "1950-05-05", "seinengappi_fushofuragu": "1", "seinengappi_fushohyoki": "昭和25年頃", "seibetsu": "2",
        "zokugarahyoki": "妻", "dai30jo45kiteikubun": "02", "kokusekimeito": "韓国",
    }  # fmt: skip
    found = facts({"01a": [row]})

    assert found["birth"] == PartialDate(1950, text="昭和25年頃")
    assert (found["sex"], found["relationship"]) == ("female", "妻")
    assert (found["foreigner"], found["residence_card_holder"]) == (True, True)


def test_of_a_former_resident_only_who_he_is_counts() -> None:
    rows = {data_set: [] for data_set in READ} | {
        "01a": [{"seinengappi": "1950-05-05", "seibetsu": "1", "zokugarahyoki": "世帯主"}]
    }

    assert set(facts(rows, resident=False)) == {"birth", "sex", "foreigner", "residence_card_holder"}


def test_a_move_out_notice_tells_what_it_is_sure_of() -> None:
    person = {
        "seinengappi": "1990-01-01", "seibetsu": "1", "zokugarahyoki": "世帯主", "kokuhoshikakuumu": "0",
        "kokikoreishikakuumu": "0", "kaigoshikakuumu": "0", "nenkinshikakuumu": "0", "jidoteateshikakuumu": "1",
        "kojinbangokadoumu": "1",
    }  # fmt: skip
    found = facts_from_move_in(person, {})

    assert "insurance" not in found  # in neither scheme: any other insurance is possible
    assert {
        name: found[name].value
        for name in ("pension_first", "allowance_recipient", "has_card", "care_status")
    } == {
        "pension_first": False,
        "allowance_recipient": True,
        "has_card": True,
        "care_status": "none",
    }
    assert {value.source for value in found.values()} == {Source.NOTICE}
    assert facts_from_move_in({**person, "kokuhoshikakuumu": "1"}, {})["insurance"].value == "nhi"
    assert facts_from_move_in({**person, "kokikoreishikakuumu": "1"}, {})["insurance"].value == "late_elderly"
    assert "care_status" not in facts_from_move_in({**person, "kaigoshikakuumu": "1"}, {})
    assert "has_card" not in facts_from_move_in({**person, "kojinbangokadoumu": ""}, {})


@pytest.mark.parametrize(("code", "kind"), [("0", "certificate"), ("1", "card"), ("2", "one_stop")])
def test_the_notice_tells_how_the_move_out_was_made(code: str, kind: str) -> None:
    assert case_facts_from_move_in({"tokureitennyukubun": code})["move_in_type"].value == kind
    assert case_facts_from_move_in({}) == {}


@pytest.mark.parametrize(
    ("rows", "taxed"),
    [
        ([{"kazeinendo": "2025", "kazeihikazeikubun": "1"}], True),
        (
            [
                {"kazeinendo": "2025", "kazeihikazeikubun": "0"},
                {"kazeinendo": "2024", "kazeihikazeikubun": "1"},
            ],
            None,
        ),
        ([{"kazeinendo": "2025", "mishinkokukubun": "2"}], None),
        ([], None),
    ],
)
def test_no_resident_tax_does_not_say_that_nothing_is_taxed(
    rows: list[dict[str, str]], taxed: bool | None
) -> None:
    """The light vehicle tax (軽自動車税) is not in the data set of the resident tax, so it is asked about."""
    assert facts({"03": rows}).get("taxed") is taxed


def test_arrears_of_any_tax_count() -> None:
    rows = [{"zeimokukodo": "010", "tainoumu": "0"}, {"zeimokukodo": "013", "tainoumu": "1"}]

    assert facts({"04": rows})["tax_arrears"] is True
    assert facts({"04": rows[:1]})["tax_arrears"] is False


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (("東小", "南中"), ("東小", "南中"), False),
        (("東小", "南中"), ("西小", "南中"), True),
        (("東小", ""), ("東小", "南中"), None),
        ((), (), None),
    ],
)
def test_schools_change_with_the_district(
    before: tuple[str, ...], after: tuple[str, ...], changes: bool | None
) -> None:
    found = case_facts_from_schools(before, after).get("school_changes")
    assert (found.value if found else None) is changes
