"""Families with children who move in (転入), with the lists they must get.

Numbers beside the lines are rows of the catalogue of procedures, from which the lists are written.
"""

from __future__ import annotations

from datetime import date

from app.domain.facts import FactSet
from tests.unit.domain.households import Example, case, linked, notice, person


def family() -> FactSet:
    """Father, mother, a child in the second year of school and one of three; the father receives child allowance."""
    return case(
        "move_in",
        person("健", "1988-05-01", "世帯主", sex="male", **linked(has_card=True, allowance_recipient=True)),
        person("葵", "1990-06-01", "妻", sex="female", **linked(has_card=True)),
        person("陽翔", "2018-01-10", "子", sex="male", **linked(has_card=True)),
        person("凛", "2022-08-20", "子", sex="female", **linked()),
        **notice(),
    )


ALL = {"健", "葵", "陽翔", "凛"}


EXAMPLES = [
    Example(
        "family of four with linked data, employee, nursery, seals for both parents",
        family(),
        {
            "move_in": ALL,  # 1
            "card_continuation": {"健", "葵", "陽翔"},  # 17
            "signature_certificate": {"健", "葵"},  # 19
            "seal_registration": {"健", "葵"},  # 23
            "child_allowance": {"陽翔", "凛"},  # 65
            "child_medical": {"陽翔", "凛"},  # 73
            "infant_health": {"凛"},  # 77
            "nursery": {"凛"},  # 78
            "school_transfer": {"陽翔"},  # 80
            "utilities": ALL,  # 99
        },
        {"seal_common": "all", "nursery_common": "all"},
        most_questions=8,
    ),
    Example(
        "the same family when the father is a public servant",
        FactSet(
            "move_in",
            date(2026, 4, 1),
            family().case,
            (
                person("健", "1988-05-01", "世帯主", sex="male", **linked()),
                *family().people[1:],
            ),
        ),
        {
            "move_in": ALL,  # 1
            "card_continuation": {"葵", "陽翔"},  # 17
            "signature_certificate": {"葵"},  # 19
            "child_medical": {"陽翔", "凛"},  # 73; 65 is his employer's
            "infant_health": {"凛"},  # 77
            "school_transfer": {"陽翔"},  # 80
            "utilities": ALL,  # 99
        },
        {"allowance_payer": "employer"},
        most_questions=8,
    ),
    Example(
        "household in 国保 and 国民年金第1号 with linked data, one child",
        case(
            "move_in",
            person("守", "1980-02-02", "世帯主", sex="male", **linked(insurance="nhi", pension_first=True)),
            person(
                "恵",
                "1982-03-03",
                "妻",
                sex="female",
                **linked(insurance="nhi", pension_first=True, allowance_recipient=True),
            ),
            person("蓮", "2014-05-05", "子", sex="male", **linked(insurance="nhi")),
            **notice(),
        ),
        {
            "move_in": {"守", "恵", "蓮"},  # 1
            "nhi_join": {"守", "恵", "蓮"},  # 34
            "child_allowance": {"蓮"},  # 65
            "child_medical": {"蓮"},  # 73
            "school_transfer": {"蓮"},  # 80
            "utilities": {"守", "恵", "蓮"},  # 99; 50 is not needed, they were in 第1号 before
        },
    ),
    Example(
        "foreign family with a foreign householder, 国保",
        case(
            "move_in",
            person(
                "LEE",
                "1990-01-01",
                "世帯主",
                sex="male",
                **linked(foreigner=True, residence_card_holder=True),
            ),
            person(
                "KIM", "1991-01-01", "妻", sex="female", **linked(foreigner=True, residence_card_holder=True)
            ),
            person(
                "MIN", "2021-01-01", "子", sex="male", **linked(foreigner=True, residence_card_holder=True)
            ),
            **notice(),
        ),
        {
            "move_in": {"LEE", "KIM", "MIN"},  # 1
            "residence_notification": {"LEE", "KIM", "MIN"},  # 13
            "relationship_proof": {"KIM", "MIN"},  # 14
            "nhi_join": {"LEE", "KIM", "MIN"},  # 34
            "pension_category": {"LEE", "KIM"},  # 50
            "child_allowance": {"MIN"},  # 65
            "child_medical": {"MIN"},  # 73
            "infant_health": {"MIN"},  # 77
            "utilities": {"LEE", "KIM", "MIN"},  # 99
        },
        {"insurance_common": "nhi"},
    ),
    Example(
        "single mother with two children, 国保",
        case(
            "move_in",
            person("桜", "1992-04-04", "世帯主", sex="female", **linked(insurance="nhi", pension_first=True)),
            person("翼", "2015-06-06", "子", sex="male", **linked(insurance="nhi")),
            person("花", "2021-06-06", "子", sex="female", **linked(insurance="nhi")),
            **notice(),
        ),
        {
            "move_in": {"桜", "翼", "花"},  # 1
            "nhi_join": {"桜", "翼", "花"},  # 34
            "child_allowance": {"翼", "花"},  # 65
            "support_allowance": {"翼", "花"},  # 71
            "single_parent_medical": {"翼", "花"},  # 72
            "child_medical": {"翼", "花"},  # 73
            "infant_health": {"花"},  # 77
            "maternity_vouchers": {"桜", "翼", "花"},  # 77
            "school_transfer": {"翼"},  # 80
            "utilities": {"桜", "翼", "花"},  # 99
        },
        {"single_parent": True, "allowance_payer": "none", "pregnant_any": True},
    ),
    Example(
        "three children, the eldest of university age in the household",
        case(
            "move_in",
            person("隆", "1975-05-05", "世帯主", sex="male", **linked(allowance_recipient=True)),
            person("緑", "1976-05-05", "妻", sex="female", **linked()),
            person("大", "2006-05-05", "子", sex="male", **linked()),
            person("中", "2010-05-05", "子", sex="male", **linked()),
            person("小", "2012-05-05", "子", sex="male", **linked()),
            **notice(),
        ),
        {
            "move_in": {"隆", "緑", "大", "中", "小"},  # 1
            "child_allowance": {"中", "小"},  # 65
            "third_child": {"大"},  # 69
            "child_medical": {"中", "小"},  # 73
            "school_transfer": {"小"},  # 80; the second is past the compulsory years
            "utilities": {"隆", "緑", "大", "中", "小"},  # 99
        },
    ),
    Example(
        "two children at home and a student elsewhere",
        case(
            "move_in",
            person("隆", "1975-05-05", "世帯主", sex="male", **linked(allowance_recipient=True)),
            person("緑", "1976-05-05", "妻", sex="female", **linked()),
            person("中", "2010-05-05", "子", sex="male", **linked()),
            person("小", "2012-05-05", "子", sex="male", **linked()),
            **notice(),
        ),
        {
            "move_in": {"隆", "緑", "中", "小"},  # 1
            "child_allowance": {"中", "小"},  # 65
            "third_child": set(),  # 69, for the one elsewhere
            "child_medical": {"中", "小"},  # 73
            "school_transfer": {"小"},  # 80
            "utilities": {"隆", "緑", "中", "小"},  # 99
        },
        {"children_elsewhere": "student"},
    ),
    Example(
        "father moves in alone, his child lives elsewhere",
        case(
            "move_in",
            person("望", "1985-05-05", "世帯主", sex="male", **linked()),
            **notice(),
        ),
        {
            "move_in": {"望"},  # 1
            "child_allowance": set(),  # 65
            "separate_custody": set(),  # 70
            "utilities": {"望"},  # 99
        },
        {"children_elsewhere": "minor"},
    ),
    Example(
        "reserved through the one-stop service; child with 療育手帳 A and its allowances; on public assistance",
        case(
            "move_in",
            person("泉", "1987-05-05", "世帯主", sex="male", **linked(allowance_recipient=True)),
            person("静", "1988-05-05", "妻", sex="female", **linked()),
            person("優", "2016-05-05", "子", sex="male", **linked()),
            **notice(move_in_type="one_stop"),
        ),
        {
            "move_in": {"泉", "静", "優"},  # 1
            "one_stop_match": {"泉", "静", "優"},  # 4
            "child_allowance": {"優"},  # 65
            "child_medical": {"優"},  # 73
            "special_child_allowance": {"優"},  # 74
            "school_transfer": {"優"},  # 80
            "handbook_intellectual": {"優"},  # 84
            "severe_medical": {"優"},  # 87
            "disability_service": {"優"},  # 88
            "designated_disease": {"静"},  # 90
            "public_assistance": {"泉", "静", "優"},  # 91
            "utilities": {"泉", "静", "優"},  # 99
        },
        {
            "insurance_common": "welfare",
            "support_any": True,
            "handbook_any": True,
            "handbook:泉": "none",
            "handbook:静": "none",
            "handbook:優": "intellectual",
            "severe_grade": True,
            "service_any": True,
            "disability_service:泉": False,
            "disability_service:静": False,
            "disability_service:優": True,
            "disease_any": True,
            "designated_disease:泉": False,
            "designated_disease:静": True,
            "designated_disease:優": False,
            "special_child_any": True,
            "assistance_any": True,
        },
    ),
]
