"""Example households with the lists they must get.

The lists are written from the catalogue of procedures (numbers beside each line are its rows), not from what the rules
give. Every household starts with what data would tell and answers the interview; `needed` must match exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from app.domain.facts import FactSet, StoredValue
from app.domain.rules import Need
from tests.unit.domain.households import case, interviewed, needed, person, verdict_values


@dataclass(frozen=True)
class Example:
    title: str
    facts: FactSet
    expected: dict[str, set[str]]
    answers: dict[str, StoredValue] = field(default_factory=dict)
    most_questions: int = 30


def linked(**known: StoredValue) -> dict[str, StoredValue]:
    """What a linked move-out notice says of a Japanese mover, unless the example says otherwise."""
    return {
        "foreigner": False,
        "residence_card_holder": False,
        "pension_first": False,
        "allowance_recipient": False,
        "has_card": False,
        "care_status": "none",
        **known,
    }


def notice(**known: StoredValue) -> dict[str, StoredValue]:
    return {
        "from_abroad": False,
        "same_prefecture": False,
        "joins_household": False,
        "move_in_type": "certificate",
        **known,
    }


def resident(**known: StoredValue) -> dict[str, StoredValue]:
    """What the city's data say of a resident without anything special."""
    return {
        "foreigner": False,
        "residence_card_holder": False,
        "nhi_member": False,
        "late_elderly_member": False,
        "pension_first": False,
        "public_assistance": False,
        "handbook": "none",
        "severe_grade": False,
        "self_support": False,
        "special_child": False,
        "disability_service": False,
        "care_status": "none",
        "allowance_recipient": False,
        "support_allowance_recipient": False,
        "single_parent_medical": False,
        "severe_medical": False,
        "nursery_user": False,
        "seal_registered": False,
        **known,
    }


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
        "employee who gives up his job, nothing linked, wants exemption",
        case(
            "move_in",
            person("学", "1996-07-07", "世帯主", sex="male"),
            from_abroad=False,
            joins_household=False,
        ),
        {
            "move_in": {"学"},  # 1
            "nhi_join": {"学"},  # 34
            "pension_category": {"学"},  # 50
            "pension_relief": {"学"},  # 53
            "utilities": {"学"},  # 99
        },
        {"insurance_common": "nhi", "pension_relief_wish": True},
    ),
    Example(
        "only one of two is in 国保",
        case(
            "move_in",
            person("剛", "1975-01-01", "世帯主", sex="male", **linked()),
            person("愛", "1977-01-01", "妻", sex="female", **linked()),
            **notice(),
        ),
        {
            "move_in": {"剛", "愛"},  # 1
            "nhi_join": {"剛"},  # 34
            "pension_category": {"剛"},  # 50
            "utilities": {"剛", "愛"},  # 99
        },
        {"insurance_common": "differs", "insurance:剛": "nhi", "insurance:愛": "work"},
    ),
    Example(
        "82 years old with care certification, from another prefecture",
        case(
            "move_in",
            person(
                "ハル",
                "1943-09-09",
                "世帯主",
                sex="female",
                foreigner=False,
                residence_card_holder=False,
                has_card=False,
            ),
            **notice(),
        ),
        {
            "move_in": {"ハル"},  # 1
            "late_elderly_join": {"ハル"},  # 45
            "care_join": {"ハル"},  # 57
            "care_transfer": {"ハル"},  # 58
            "utilities": {"ハル"},  # 99
        },
        {"care_any": True, "care_status:ハル": "certified"},
        most_questions=5,
    ),
    Example(
        "certified and moving into a facility",
        case(
            "move_in",
            person(
                "ツル",
                "1938-09-09",
                "世帯主",
                sex="female",
                foreigner=False,
                residence_card_holder=False,
                has_card=False,
            ),
            **notice(),
        ),
        {
            "move_in": {"ツル"},  # 1
            "late_elderly_join": {"ツル"},  # 45
            "care_join": {"ツル"},  # 57
            "care_transfer": {"ツル"},  # 58
            "care_domicile": {"ツル"},  # 60
            "care_cost_limit": {"ツル"},  # 61
            "utilities": {"ツル"},  # 99
        },
        {"care_any": True, "care_status:ツル": "certified_facility"},
    ),
    Example(
        "55 years old with a certification of the second kind",
        case(
            "move_in",
            person("進", "1970-10-10", "世帯主", sex="male", **linked(care_status=None)),
            **notice(),
        ),
        {
            "move_in": {"進"},  # 1
            "care_join": {"進"},  # 57
            "care_transfer": {"進"},  # 58
            "utilities": {"進"},  # 99
        },
        {"care_any": True, "care_status:進": "certified"},
    ),
    Example(
        "couple of 70 and 66 in 国保",
        case(
            "move_in",
            person("勇", "1956-03-10", "世帯主", sex="male", **linked(insurance="nhi", care_status=None)),
            person("幸", "1959-11-11", "妻", sex="female", **linked(insurance="nhi", care_status=None)),
            **notice(),
        ),
        {
            "move_in": {"勇", "幸"},  # 1
            "nhi_join": {"勇", "幸"},  # 34
            "elderly_recipient": {"勇"},  # 40
            "care_join": {"勇", "幸"},  # 57
            "utilities": {"勇", "幸"},  # 99
        },
    ),
    Example(
        "becomes 75 later in the month of the move",
        case(
            "move_in",
            person("清", "1951-04-20", "世帯主", sex="male", **linked(insurance="nhi", care_status=None)),
            **notice(),
        ),
        {
            "move_in": {"清"},  # 1
            "nhi_join": {"清"},  # 34
            "elderly_recipient": {"清"},  # 40
            "late_elderly_soon": {"清"},  # trap: 75歳到達月の異動
            "care_join": {"清"},  # 57
            "utilities": {"清"},  # 99
        },
    ),
    Example(
        "67 years old, was in 後期 through 障害認定, physical handbook of grade 1",
        case(
            "move_in",
            person(
                "豊", "1958-12-12", "世帯主", sex="male", **linked(insurance="late_elderly", care_status=None)
            ),
            **notice(),
        ),
        {
            "move_in": {"豊"},  # 1
            "late_elderly_join": {"豊"},  # 45
            "care_join": {"豊"},  # 57
            "handbook_physical": {"豊"},  # 83
            "severe_medical": {"豊"},  # 87
            "utilities": {"豊"},  # 99
        },
        {"support_any": True, "handbook_any": True, "handbook:豊": "physical", "severe_grade": True},
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
        "student from abroad, nothing linked",
        case(
            "move_in",
            person("ANNA", "2005-03-03", "世帯主", sex="female"),
            from_abroad=True,
            joins_household=False,
        ),
        {
            "move_in_abroad": {"ANNA"},  # 2
            "residence_notification": {"ANNA"},  # 13
            "nhi_join": {"ANNA"},  # 34
            "pension_category": {"ANNA"},  # 50
            "pension_relief": {"ANNA"},  # 53
            "utilities": {"ANNA"},  # 99; 17 is for who moved within the country
        },
        {"residence_card_common": "all", "insurance_common": "nhi", "pension_relief_wish": True},
    ),
    Example(
        "foreign spouse joins the household of a Japanese householder",
        case(
            "move_in",
            person(
                "MARIA",
                "1992-02-02",
                "妻",
                sex="female",
                **linked(foreigner=True, residence_card_holder=True),
            ),
            **notice(joins_household=True),
        ),
        {
            "move_in": {"MARIA"},  # 1
            "residence_notification": {"MARIA"},  # 13; 14 is for a foreign householder only
            "utilities": {"MARIA"},  # 99
        },
        {"existing_householder_foreign": False},
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
        "lodger in an existing household, with the card's special move-in, moped and dog",
        case(
            "move_in",
            person("力", "1999-05-05", "同居人", sex="male", **linked(has_card=True)),
            **notice(joins_household=True, move_in_type="card"),
        ),
        {
            "move_in": {"力"},  # 1
            "special_move_in": {"力"},  # 3
            "householder_consent": {"力"},  # 12
            "card_continuation": {"力"},  # 17
            "signature_certificate": {"力"},  # 19
            "moped": {"力"},  # 93
            "utilities": {"力"},  # 99
            "dog": {"力"},  # 101
        },
        {"belongings_any": True, "moped_any": True, "dog_any": True},
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
    Example(
        "転居 of a family in 国保, cards for the parents, school changes",
        case(
            "address_change",
            person("守", "1980-02-02", "世帯主", sex="male", **resident(nhi_member=True)),
            person(
                "恵", "1982-03-03", "妻", sex="female", **resident(nhi_member=True, allowance_recipient=True)
            ),
            person("蓮", "2014-05-05", "子", sex="male", **resident(nhi_member=True)),
            person("杏", "2021-05-05", "子", sex="female", **resident(nhi_member=True, nursery_user=True)),
            joins_household=False,
        ),
        {
            "address_change": {"守", "恵", "蓮", "杏"},  # 5
            "card_face_change": {"守", "恵"},  # 18
            "signature_certificate": {"守", "恵"},  # 19
            "nhi_change": {"守", "恵", "蓮", "杏"},  # 36
            "child_medical": {"蓮", "杏"},  # 73
            "nursery": {"杏"},  # 78
            "school_change": {"蓮"},  # 81
            "utilities": {"守", "恵", "蓮", "杏"},  # 99
        },
        {
            "card_common": "some",
            "has_card:守": True,
            "has_card:恵": True,
            "has_card:蓮": False,
            "has_card:杏": False,
            "school_changes": True,
        },
    ),
    Example(
        "転居 of a couple in 後期 and 介護",
        case(
            "address_change",
            person(
                "勝",
                "1940-01-01",
                "世帯主",
                sex="male",
                **resident(late_elderly_member=True, care_status="certified"),
            ),
            person("文", "1944-01-01", "妻", sex="female", **resident(late_elderly_member=True)),
            joins_household=False,
        ),
        {
            "address_change": {"勝", "文"},  # 5
            "late_elderly_change": {"勝", "文"},  # 47
            "care_address": {"勝", "文"},  # 62
            "utilities": {"勝", "文"},  # 99
        },
        most_questions=3,
    ),
    Example(
        "転居 of a single mother with handbook, 自立支援医療 and 児童扶養手当; foreign child's card",
        case(
            "address_change",
            person(
                "千",
                "1990-01-01",
                "世帯主",
                sex="female",
                **resident(
                    handbook="mental",
                    self_support=True,
                    support_allowance_recipient=True,
                    single_parent_medical=True,
                    severe_medical=True,
                    allowance_recipient=True,
                ),
            ),
            person(
                "空",
                "2012-01-01",
                "子",
                sex="male",
                **resident(foreigner=True, residence_card_holder=True, special_child=True),
            ),
            joins_household=False,
        ),
        {
            "address_change": {"千", "空"},  # 5
            "residence_notification": {"空"},  # 13
            "support_allowance": {"空"},  # 71
            "child_medical": {"空"},  # 73
            "special_child_allowance": {"空"},  # 74
            "handbook_mental": {"千"},  # 85
            "self_support_medical": {"千"},  # 86
            "severe_medical": {"千"},  # 87
            "utilities": {"千", "空"},  # 99
        },
    ),
    Example(
        "転出 of a family in 国保 with a pupil",
        case(
            "move_out",
            person(
                "守", "1980-02-02", "世帯主", sex="male", **resident(nhi_member=True, seal_registered=True)
            ),
            person(
                "恵", "1982-03-03", "妻", sex="female", **resident(nhi_member=True, allowance_recipient=True)
            ),
            person("蓮", "2014-05-05", "子", sex="male", **resident(nhi_member=True)),
            to_abroad=False,
        ),
        {
            "move_out": {"守", "恵", "蓮"},  # 6
            "seal_discard": {"守"},  # 24
            "nhi_loss": {"守", "恵", "蓮"},  # 35
            "allowance_end": {"蓮"},  # 67
            "child_medical": {"蓮"},  # 73
            "school_change": {"蓮"},  # 81
            "utilities": {"守", "恵", "蓮"},  # 99
        },
    ),
    Example(
        "転出 abroad of somebody in 第1号, with a card and taxes left behind",
        case(
            "move_out",
            person(
                "遥", "1990-02-02", "世帯主", sex="female", **resident(nhi_member=True, pension_first=True)
            ),
            to_abroad=True,
        ),
        {
            "move_out_abroad": {"遥"},  # 7
            "card_abroad": {"遥"},  # 20
            "nhi_loss": {"遥"},  # 35
            "pension_abroad": {"遥"},  # 52
            "tax_agent": {"遥"},  # 96
            "utilities": {"遥"},  # 99
        },
        {"card_common": "all", "leaves_tax": True},
    ),
    Example(
        "student leaves the household with an allowance from home; the householder stays",
        case(
            "move_out",
            person("守", "1975-02-02", "世帯主", moves=False, sex="male", **resident(nhi_member=True)),
            person("旭", "2007-05-05", "子", sex="male", **resident(nhi_member=True)),
            to_abroad=False,
        ),
        {
            "move_out": {"旭"},  # 6
            "nhi_student": {"旭"},  # 37; 35 is not needed then
            "utilities": {"旭"},  # 99
        },
        {"student_any": True},
    ),
    Example(
        "householder leaves two adults; out of the prefecture, in 後期",
        case(
            "move_out",
            person("源", "1945-02-02", "世帯主", sex="male", **resident(late_elderly_member=True)),
            person("菊", "1950-02-02", "妻", moves=False, sex="female", **resident(late_elderly_member=True)),
            person("実", "1975-02-02", "子", moves=False, sex="male", **resident()),
            to_abroad=False,
        ),
        {
            "move_out": {"源"},  # 6
            "householder_change": {"源"},  # 8
            "late_elderly_out": {"源"},  # 46
            "care_loss": {"源"},  # 59
            "utilities": {"源"},  # 99
        },
        {"same_prefecture": False},
    ),
    Example(
        "householder leaves one adult; within the prefecture, in 後期",
        case(
            "move_out",
            person("源", "1945-02-02", "世帯主", sex="male", **resident(late_elderly_member=True)),
            person("菊", "1950-02-02", "妻", moves=False, sex="female", **resident(late_elderly_member=True)),
            to_abroad=False,
        ),
        {
            "move_out": {"源"},  # 6; 8 is not needed for the one who stays
            "late_elderly_change": {"源"},  # 47
            "care_loss": {"源"},  # 59
            "utilities": {"源"},  # 99
        },
        {"same_prefecture": True},
    ),
    Example(
        "only the child leaves, the recipient stays",
        case(
            "move_out",
            person(
                "守", "1980-02-02", "世帯主", moves=False, sex="male", **resident(allowance_recipient=True)
            ),
            person("蓮", "2010-05-05", "子", sex="male", **resident()),
            to_abroad=False,
        ),
        {
            "move_out": {"蓮"},  # 6
            "separate_custody": {"蓮"},  # 70
            "child_medical": {"蓮"},  # 73
            "utilities": {"蓮"},  # 99
        },
    ),
    Example(
        "certificate request",
        case("certificate", person("望", "1985-05-05", "世帯主", sex="male")),
        {},
        most_questions=0,
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_household_gets_its_list(example: Example) -> None:
    facts, asked = interviewed(example.facts, example.answers)

    assert needed(facts) == example.expected
    assert len(asked) <= example.most_questions, asked
    still_open = [key for key, value in verdict_values(facts).items() if value is Need.OPEN]
    assert still_open == []


def test_the_day_before_the_month_after_70_is_not_yet_the_elderly_share() -> None:
    facts = case(
        "move_in",
        person("勇", "1956-03-10", "世帯主", sex="male", **linked(insurance="nhi")),
        on=date(2026, 3, 31),
        **notice(),
    )

    assert "elderly_recipient" not in needed(interviewed(facts, {})[0])
