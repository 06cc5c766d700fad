"""Households that move within the city (転居) or out of it (転出), with the lists they must get.

Numbers beside the lines are rows of the catalogue of procedures, from which the lists are written.
"""

from __future__ import annotations

from tests.unit.domain.households import Example, case, person, resident

EXAMPLES = [
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
