"""Adults, elderly people and foreigners who move in (転入), with the lists they must get.

Numbers beside the lines are rows of the catalogue of procedures, from which the lists are written.
"""

from __future__ import annotations

from tests.unit.domain.households import Example, case, linked, notice, person

EXAMPLES = [
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
]
