"""The people: as many, as old and as related as in a real city of this size, each with a history that makes sense."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from app.demo.city import AS_OF
from app.demo.city.people import City, age_on
from app.intake.layouts import load_layouts
from tests.unit.demo.conftest import POPULATION, Feeds

RESIDENT = "1"
ALLOWED_WORDS = {
    "世帯主", "夫", "妻", "夫（未届）", "妻（未届）", "子", "父", "母", "兄", "弟", "姉", "妹", "縁故者", "同居人",
}  # fmt: skip
OLD_FORMS = set("髙﨑邉邊澤濵濱𠮷齋齊德嶋")


def residents(feeds: Feeds) -> list[Mapping[str, str]]:
    return [row.values for row in feeds.rows["01a"] if row.values["juminjotai"] == RESIDENT]


def share(city: City, low: int, high: int) -> float:
    ages = [age_on(person.birth, city.as_of) for person in city.residents()]
    return sum(low <= age <= high for age in ages) / len(ages)


def test_the_population_is_met_to_the_person(feeds: Feeds) -> None:
    assert len(residents(feeds)) == POPULATION


def test_ages_are_those_of_a_regional_city(city: City) -> None:
    assert 0.31 <= share(city, 65, 130) <= 0.39
    assert 0.10 <= share(city, 0, 14) <= 0.15
    assert 0.18 <= share(city, 75, 130) <= 0.26
    size = POPULATION / len(city.households)
    assert 2.0 <= size <= 2.6


def test_the_register_holds_three_times_the_residents(feeds: Feeds) -> None:
    everyone = sum(len(feeds.rows[layout]) for layout in ("01a", "16", "17"))
    assert 2.7 <= everyone / POPULATION <= 3.3
    states = Counter(row.values["juminjotai"] for row in feeds.rows["01a"])
    assert set(states) == {"1", "2", "3", "9"}


def test_every_household_has_one_householder_and_legal_words(feeds: Feeds) -> None:
    households = defaultdict(list)
    for row in residents(feeds):
        households[row["setaibango"]].append(row)
    for members in households.values():
        assert [row["zokugarahyoki"] for row in members].count("世帯主") == 1
        assert len({row["jusho_banchigohyoki"] + row.get("jusho_katagaki", "") for row in members}) == 1
    words = {word for row in residents(feeds) for word in row["zokugarahyoki"].split("の")}
    assert words <= ALLOWED_WORDS
    assert any(row["zokugarahyoki"].count("の") == 2 for row in residents(feeds))


def test_relationship_codes_say_what_the_words_say(feeds: Feeds) -> None:
    labels = load_layouts()["01a"].column("zokugarakodo1").codes
    assert labels is not None
    for row in feeds.rows["01a"]:
        codes = [row.values[f"zokugarakodo{n}"] for n in range(1, 5) if f"zokugarakodo{n}" in row.values]
        assert "の".join(labels[code] for code in codes) == row.values["zokugarahyoki"]


def test_parents_and_spouses_are_of_possible_age(city: City) -> None:
    for person in (*city.residents(), *city.former):
        for parent in (person.father, person.mother):
            if parent is not None:
                assert parent.birth + timedelta(days=15 * 365) < person.birth, person.number
        if person.spouse is not None and person.spouse.status == RESIDENT and person.status == RESIDENT:
            assert person.spouse.spouse is person
            assert age_on(person.birth, city.as_of) >= 18


def test_histories_run_forward_and_end_in_the_present(feeds: Feeds) -> None:
    histories = defaultdict(list)
    for row in feeds.rows["01b"]:
        histories[row.person].append(row.values)
    latest = {row.person: row.values for row in feeds.rows["01a"]}
    assert histories.keys() == latest.keys()
    for number, rows in histories.items():
        assert [row["rirekibango"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
        days = [row["idonengappi"] for row in rows if "idonengappi_fushofuragu" not in row]
        assert days == sorted(days), number
        assert all(row["idonengappi"] <= row["idotodokedenengappi"] for row in rows)
        assert [row["saishinfuragu"] for row in rows] == ["0"] * (len(rows) - 1) + ["1"]
        assert rows[-1] == latest[number]
        assert rows[0]["idojiyu"] in {"01", "02", "03", "06", "07"}
        if rows[0]["idojiyu"] == "03":
            assert rows[0]["idonengappi"] == rows[0]["seinengappi"] or "seinengappi_fushofuragu" in rows[0]


def test_nobody_married_or_headed_a_household_as_a_child(feeds: Feeds) -> None:
    for row in feeds.rows["01b"]:
        day, birth = row.values["idonengappi"], row.values["seinengappi"]
        words = row.values["zokugarahyoki"]
        years = int(day[:4]) - int(birth[:4]) - (day[4:] < birth[4:])
        assert years >= 15 or words.split("の")[-1] not in {"夫", "妻", "父", "母"}, row.values
        recent = day >= "2000"
        assert years >= 14 or words != "世帯主" or not recent, row.values


def test_families_keep_their_way_of_writing_and_rare_forms_occur(feeds: Feeds) -> None:
    names = [row["shimei"] for row in residents(feeds)]
    old = sum(any(char in OLD_FORMS or ord(char) > 0xE0000 for char in name) for name in names) / len(names)
    assert 0.02 <= old <= 0.09
    assert any("\ue000" <= char <= "\uf8ff" for name in names for char in name)
    assert any(0xE0100 <= ord(char) <= 0xE01EF for name in names for char in name)
    listed = {chr(int(row.values["motokodo"], 16)) for row in feeds.rows["15a"]}
    used = {
        char for layout in ("01a", "01b", "16") for row in feeds.rows[layout] for char in row.values["shimei"]
    }
    # One is neither in the table nor in the font, so that the report of such characters has something to tell.
    assert {char for char in used if "\ue000" <= char <= "\uf8ff"} - listed == {"\uf8fe"}


def test_surnames_have_a_head_and_a_long_tail(feeds: Feeds) -> None:
    surnames = Counter(row["uji_nihonjin"] for row in residents(feeds) if "uji_nihonjin" in row)
    assert sum(count for _, count in surnames.most_common(180)) / sum(surnames.values()) > 0.5
    assert sum(1 for count in surnames.values() if count <= 4) > 250


def test_foreign_residents_use_every_name_priority(feeds: Feeds) -> None:
    foreign = [row for row in residents(feeds) if row["juminshubetsu"] == "2"]
    assert 0.01 <= len(foreign) / POPULATION <= 0.03
    assert {row["shimeiyusenkubun"] for row in foreign} == {f"{code:02d}" for code in range(1, 14)}
    for row in foreign:
        assert ("tsusho" in row) == (row["shimeiyusenkubun"] >= "05")
        assert "honseki" not in row
        stays = {"zairyukikan_nen", "zairyukikan_manryonohi"} <= row.keys()
        assert stays == (row["zairyushikakutokodo"] not in {"T60", "X14"})


def test_lots_and_buildings_of_residents_are_in_the_masters(feeds: Feeds, city: City) -> None:
    lots = {
        (row.values["machiaza_id"], "-".join(filter(None, (row.values["banchi"], row.values.get("edaban1")))))
        for row in feeds.rows["18b"]
    }
    codes = {row.values["katagakikodo"] for row in feeds.rows["18c"]}
    sentinels = {text for household in city.special for text in household.sentinels}
    for row in residents(feeds):
        if row["jusho_banchiedabansuchi"] not in sentinels:
            assert (row["jusho_choazakodo"], row["jusho_banchiedabansuchi"]) in lots
        assert row.get("jusho_katagakikodo", next(iter(codes))) in codes


def test_qualifications_fit_ages(feeds: Feeds, city: City) -> None:
    ages = {person.number: age_on(person.birth, AS_OF) for person in city.residents()}
    for row in feeds.rows["09"]:
        if (
            row.person in ages
            and "kokuhoshikakusoshitsunengappi" not in row.values
            and row.values["kokuhoshikakukubun"] != "2"
        ):
            assert ages[row.person] < 75
    elderly = {row.person for row in feeds.rows["10"]}
    assisted = {row.person for row in feeds.rows["06"] if "seikatsuhogohaishinengappi" not in row.values}
    insured = {
        row.person
        for row in feeds.rows["09"]
        if "kokuhoshikakusoshitsunengappi" not in row.values and row.values["kokuhoshikakukubun"] != "2"
    }
    assert not insured & elderly
    assert not assisted & (insured | elderly)
    assert {number for number, age in ages.items() if age >= 75} <= elderly | assisted
    for row in feeds.rows["02"]:
        assert ages.get(row.person or "", 15) >= 15
    for row in feeds.rows["11"]:
        if row.values["jukyushakubun"] == "2" and row.person in ages:
            assert ages[row.person] <= 18


def test_insured_households_name_their_householder(feeds: Feeds) -> None:
    """Every number of national health insurance has the householder on it, insured or not (擬制世帯主)."""
    open_rows = [row.values for row in feeds.rows["09"] if "kokuhoshikakusoshitsunengappi" not in row.values]
    kinds = defaultdict(list)
    for row in open_rows:
        if "marugakumaruenkubun" not in row:
            kinds[row["kokuhokigobango"]].append(row["kokuhoshikakukubun"])
    assert all(found.count("1") + found.count("2") == 1 for found in kinds.values())
    assert any("2" in found for found in kinds.values())


def test_tax_years_follow_where_people_lived(feeds: Feeds, city: City) -> None:
    years = {row.values["kazeinendo"] for row in feeds.rows["03"]}
    assert years == {"2024", "2025", "2026"}
    since = {person.number: person.since for person in city.residents()}
    for row in feeds.rows["03"]:
        came = since.get(row.person or "")
        if came is not None:
            assert came <= date(int(row.values["kazeinendo"]), 1, 1)
    assert {row.values["mishinkokukubun"] for row in feeds.rows["03"]} >= {"0", "2"}
