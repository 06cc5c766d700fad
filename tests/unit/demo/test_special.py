"""Every household that is there for a purpose serves it: what its label promises is what the files say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from app.demo.city import AS_OF, build_city, special_households
from app.demo.city.people import DEAD, MOVED_OUT, City, Person, SpecialHousehold, age_on
from tests.unit.demo.conftest import Feeds

Special = dict[str, list[SpecialHousehold]]
Persons = dict[str, Person]


def members(special: Special, persons: Persons, label: str) -> list[Person]:
    return [persons[number] for number in special[label][0].persons]


def notice(feeds: Feeds, special: Special, label: str) -> tuple[Mapping[str, str], list[Mapping[str, str]]]:
    """The row of 20a and the rows of 20b of one announced move-in."""
    number = special[label][0].notice
    heads = [row.values for row in feeds.rows["20a"] if row.values["uketsukebango"] == number]
    movers = [row.values for row in feeds.rows["20b"] if row.values["uketsukebango"] == number]
    return heads[0], movers


def householder(special: Special, label: str) -> str:
    return special[label][0].persons[0]


def age(row: Mapping[str, str]) -> int:
    return age_on(date.fromisoformat(row["seinengappi"]), AS_OF)


def test_labels_name_households_on_the_register(feeds: Feeds, special: Special) -> None:
    known = {row.person for row in feeds.rows["01a"]}
    for found in special.values():
        for household in found:
            assert set(household.persons) <= known
            assert household.shows
            assert household.persons or household.notice
    assert all(len(found) == 1 for label, found in special.items() if label != "protected_other")
    assert len(special) >= 70


def test_deaths_of_householders_leave_whom_they_promise(
    feeds: Feeds, special: Special, persons: Persons
) -> None:
    assert len(members(special, persons, "householder_death_leaves_one")) == 2
    left = members(special, persons, "householder_death_leaves_two")[1:]
    assert [age_on(person.birth, AS_OF) >= 15 for person in left] == [True, True]
    left = members(special, persons, "householder_death_leaves_adult_and_child")[1:]
    assert [age_on(person.birth, AS_OF) >= 15 for person in left] == [True, False]
    widow, dead = members(special, persons, "recently_widowed")
    assert dead.status == DEAD and dead.removed_on and AS_OF - dead.removed_on <= timedelta(days=14)
    [row] = feeds.of("01a", widow.number)
    assert (row["idojiyu"], row["zokugarahyoki"]) == ("53", "世帯主")


def test_national_insurance_of_part_of_a_household(feeds: Feeds, special: Special) -> None:
    head, wife, child, mother = special["part_on_nhi"][0].persons
    assert [row["kokuhoshikakukubun"] for row in feeds.of("09", head)] == ["2"]
    assert [row["kokuhoshikakukubun"] for row in feeds.of("09", wife)] == ["3"]
    assert feeds.of("09", child) == []
    assert len(feeds.of("09", mother)) == 1


def test_allowance_goes_to_whom_it_should(feeds: Feeds, special: Special, persons: Persons) -> None:
    for number in special["civil_servant_family"][0].persons:
        assert feeds.of("11", number) == []
    father, *_ = special["recipient_only_leaves"][0].persons
    assert [row["jukyushakubun"] for row in feeds.of("11", father)] == ["1"]
    father, mother, child = special["child_living_apart"][0].persons
    [row] = feeds.of("11", child)
    assert row["jukyushaatenabango"] == father and persons[child].status == MOVED_OUT
    mother, *children = special["mother_first"][0].persons
    assert [feeds.of("11", number) for number in (mother, *children)] == [[], [], []]
    third = special["third_child_counts"][0].persons[-1]
    assert [row["shikyugetsugaku"] for row in feeds.of("11", third)] == ["30000"]
    assert feeds.of("11", special["newborn"][0].persons[2]) == []


def test_insurance_at_the_edges_of_age_and_place(feeds: Feeds, special: Special, persons: Persons) -> None:
    head = members(special, persons, "turns_75_this_month")[0]
    assert (head.birth.year + 75, head.birth.month) == (
        AS_OF.year,
        AS_OF.month,
    ) and head.birth.day > AS_OF.day
    assert len(feeds.of("09", head.number)) == 1 and feeds.of("10", head.number) == []
    [disabled] = special["late_elderly_by_disability"][0].persons
    assert [row["kojinkubunkodo"] for row in feeds.of("10", disabled)] == ["2"]
    student = special["student_away"][0].persons[-1]
    assert [row["marugakumaruenkubun"] for row in feeds.of("09", student)] == ["1"]
    assert feeds.of("01a", student)[0]["juminjotai"] == MOVED_OUT
    [guest] = special["facility_insured_elsewhere"][0].persons
    assert [feeds.of(layout, guest) for layout in ("08", "09", "10")] == [[], [], []]
    away = special["facility_elsewhere_insured_here"][0].persons[-1]
    assert "1" in [row["jushochitokurei"] for row in feeds.of("08", away)]
    assert [row["marugakumaruenkubun"] for row in feeds.of("09", away)] == ["3"]


def test_benefits(feeds: Feeds, special: Special) -> None:
    parent, *children = special["one_parent_family"][0].persons
    assert len(feeds.of("14", parent)) == len(children) == 2
    assert {row["joseishubetsu"] for number in (parent, *children) for row in feeds.of("12", number)} == {"3"}
    for number in special["public_assistance_family"][0].persons:
        assert len(feeds.of("06", number)) == 1 and feeds.of("09", number) == []
    child = special["disabled_child"][0].persons[-1]
    assert feeds.of("07", child)[0]["tokujiteate"] == "1"
    wife = special["care_applied"][0].persons[1]
    assert [row["yokaigoninteijokyokodo"] for row in feeds.of("08", wife)] == ["01"]


def test_odd_dates_and_glyphs_reach_the_files(feeds: Feeds, special: Special) -> None:
    for label in ("unknown_birth_day", "unknown_birth_month", "unknown_birth"):
        [row] = feeds.of("01a", special[label][0].persons[0])
        assert (
            row["seinengappi_fushofuragu"] == "1"
            and row["seinengappi"].endswith("-00")
            and row["seinengappi_fushohyoki"]
        )
    [row] = feeds.of("01a", special["impossible_birth_date"][0].persons[0])
    assert row["seinengappi"] == "1945-02-29" and "seinengappi_fushofuragu" not in row
    [row] = feeds.of("01a", special["unknown_death_day"][0].persons[0])
    assert row["shojonoidonengappi_fushofuragu"] == "1" and row["juminjotai"] == DEAD
    names = {feeds.of("01a", special[f"rare_glyphs_{n}"][0].persons[0])[0]["shimei"] for n in range(1, 7)}
    assert {
        "𠮷﨑　恵",
        "葛\U000e0102西　真",
        "渡邉\U000e0113　澄子",
        "渡\ue000　実",
        "\ue001藤　\ue002",
        "髙𣘺　㐂一",
    } == names
    one, two = special["namesakes"][0].persons
    same = [
        {key: feeds.of("01a", number)[0][key] for key in ("shimei", "seinengappi", "seibetsu")}
        for number in (one, two)
    ]
    assert same[0] == same[1]


def test_former_surname_and_common_name_stand_in_one_household(feeds: Feeds, special: Special) -> None:
    [wife] = feeds.of("01a", householder(special, "former_surname_and_alias"))
    assert wife["kyuji"] and wife["kyuji_furigana"]
    home = [row.values for row in feeds.rows["01a"] if row.values["setaibango"] == wife["setaibango"]]
    assert [row["tsusho"] for row in home if "tsusho" in row]


def test_who_came_back_has_both_stays(feeds: Feeds, special: Special) -> None:
    rows = feeds.of("01b", special["came_back"][0].persons[0])
    assert [row["idojiyu"] for row in rows] == ["01", "21", "01"]
    assert [row["juminjotai"] for row in rows] == ["1", "2", "1"]


def test_a_split_household_was_one_before(feeds: Feeds, special: Special) -> None:
    head, wife, child, elder, _ = special["same_address_two_households"][0].persons
    [present] = feeds.of("01a", elder)
    for number, relation in ((head, "子"), (wife, "子の妻"), (child, "子の子")):
        *_, before, split = feeds.of("01b", number)
        assert (before["setaibango"], before["zokugarahyoki"]) == (present["setaibango"], relation)
        assert split["idojiyu"] == "50" and split["setaibango"] != present["setaibango"]
        assert split["jusho_banchigohyoki"] == present["jusho_banchigohyoki"]


def test_enough_are_protected_in_every_way(feeds: Feeds, special: Special) -> None:
    rows = [row.values for row in feeds.rows["01c"]]
    blocked = [row for row in rows if row["shiensochikubun"] in "12"]
    assert len(blocked) >= 8
    assert {row["shiensochikubun"] for row in rows} == {"1", "2", "3"}
    assert any("awasete_atenabango" in row for row in blocked)
    assert any(row["shiensochishuryonengappi"] < AS_OF.isoformat() for row in blocked)
    counterpart, wife, _ = special["protected_with_counterpart"][0].persons
    [row] = feeds.of("01c", wife)
    assert row["kagaishashimei"] == feeds.of("01a", counterpart)[0]["shimei"]


def test_sentinels_occur_in_no_other_persons_rows(feeds: Feeds, special: Special) -> None:
    households = [household for found in special.values() for household in found if household.sentinels]
    assert len(households) >= 6
    for household in households:
        for sentinel in household.sentinels:
            holders = {
                (layout, row.person)
                for layout, rows in feeds.rows.items()
                for row in rows
                if any(sentinel in value for value in row.values.values())
            }
            assert {person for _, person in holders} <= set(household.persons)
            assert {layout for layout, _ in holders} >= {"01a", "01b"}
    protected = {row.person for row in feeds.rows["01c"] if row.values["shiensochikubun"] in "12"}
    named = {number for household in households for number in household.persons}
    assert protected - named == {special["protected_with_counterpart"][0].persons[1]}


def test_holds_memos_and_arrears(feeds: Feeds, special: Special) -> None:
    assert {row.values["memokubun"] for row in feeds.rows["19"]} == {"01", "02", "03", "04", "99"}
    assert [row["memokubun"] for row in feeds.of("19", householder(special, "issuance_hold"))] == ["02", "01"]
    [row] = feeds.of("19", householder(special, "issuance_hold_past_its_date"))
    assert row["kigennengappi"] < AS_OF.isoformat()
    rows = feeds.of("04", householder(special, "arrears"))
    assert {row["zeimokukodo"] for row in rows} == {"010", "012", "024"} and any(
        row["shobunchu"] == "1" for row in rows
    )


def test_a_dozen_move_ins_are_within_their_fourteen_days(feeds: Feeds) -> None:
    heads = [row.values for row in feeds.rows["20a"]]
    days = [AS_OF - date.fromisoformat(row["tennyuyoteinengappi"]) for row in heads if row["jotai"] == "2"]
    assert sum(timedelta(0) <= day <= timedelta(days=14) for day in days) >= 12
    assert {row["tokureitennyukubun"] for row in heads} == {"0", "1", "2"}
    numbers = {row["uketsukebango"] for row in heads}
    sizes = [sum(row.values["uketsukebango"] == number for row in feeds.rows["20b"]) for number in numbers]
    assert {1, 2, 3, 4, 5} == set(sizes)


def test_the_family_of_four_has_a_pupil_and_a_small_child(feeds: Feeds, special: Special) -> None:
    head, movers = notice(feeds, special, "movein_family_of_four")
    assert [row["zokugarahyoki"] for row in movers] == ["世帯主", "妻", "子", "子"]
    assert 6 <= age(movers[2]) <= 12 and 1 <= age(movers[3]) <= 5
    assert head["jotai"] == "2" and head["tennyusakijusho_choaza"]


def test_move_ins_with_a_catch(feeds: Feeds, special: Special, persons: Persons) -> None:
    head, movers = notice(feeds, special, "movein_sixteenth_day")
    assert AS_OF - date.fromisoformat(head["tennyuyoteinengappi"]) == timedelta(days=16)
    assert any(row["kaigoshikakuumu"] == "1" for row in movers)
    head, _ = notice(feeds, special, "movein_limit_on_holiday")
    moved_in = date.fromisoformat(head["tennyuyoteinengappi"])
    assert moved_in + timedelta(days=14) >= AS_OF and (moved_in + timedelta(days=14)).weekday() >= 5
    head, _ = notice(feeds, special, "movein_month_end")
    assert (date.fromisoformat(head["tennyuyoteinengappi"]) + timedelta(days=1)).day == 1
    inside, _ = notice(feeds, special, "movein_late_elderly_inside")
    outside, _ = notice(feeds, special, "movein_late_elderly_outside")
    assert inside["tenshutsumotojusho_todofuken"] == inside["tennyusakijusho_todofuken"]
    assert outside["tenshutsumotojusho_todofuken"] != outside["tennyusakijusho_todofuken"]
    _, movers = notice(feeds, special, "movein_part_on_nhi")
    assert {row["kokuhoshikakuumu"] for row in movers} == {"0", "1"}
    _, movers = notice(feeds, special, "movein_foreign_family")
    assert len(movers) == 3 and all(row["kokusekito_kokumeikodo"] == "VNM" for row in movers)
    _, [mover] = notice(feeds, special, "movein_returning_renamed")
    [old] = members(special, persons, "movein_returning_renamed")
    assert mover["kyuji"] == old.family.written and mover["seinengappi"] == old.birth.isoformat()
    head, _ = notice(feeds, special, "movein_father_joins")
    wife = members(special, persons, "movein_father_joins")[0]
    assert head["tennyusakijusho_banchigohyoki"] == wife.household.address.number


def test_a_larger_city_has_more_of_them(city: City) -> None:
    larger = build_city(6_500, 1)
    assert len(special_households(larger)["protected_other"]) == 1
    assert len(larger.rows["20a"]) > len(city.rows["20a"])
