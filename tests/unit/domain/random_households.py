"""Random households with everything about them known, consistent as real ones are."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from app.domain.facts import FactSet, FactValue, PersonFacts, Source, StoredValue
from tests.unit.domain.households import case, default_pack, person

EVENTS = ("move_in", "address_change", "move_out")
ON = date(2026, 4, 1)
_HOUSEHOLDS = (
    ("世帯主",),
    ("世帯主", "妻"),
    ("世帯主", "妻", "子"),
    ("世帯主", "妻", "子", "子"),
    ("世帯主", "子", "子"),
    ("世帯主", "妻", "母"),
    ("世帯主", "子", "子の子"),
    ("同居人",),
)
_YEARS = {
    "世帯主": (20, 85),
    "妻": (20, 85),
    "子": (0, 45),
    "母": (60, 95),
    "子の子": (0, 20),
    "同居人": (18, 60),
}


def random_household(chance: random.Random) -> FactSet:
    """A household with a value for every fact that is stored, those of persons and those asked for all together."""
    event = chance.choice(EVENTS)
    people = [
        _random_person(f"{role}{at}", role, chance) for at, role in enumerate(chance.choice(_HOUSEHOLDS))
    ]
    if event == "move_out" and len(people) > 1 and chance.random() < 0.5:
        staying = chance.randrange(len(people))
        people[staying] = _with(people[staying], {"moves": False})
    return case(event, *people, on=ON, **_case_facts(event, people, chance))


def _with(one: PersonFacts, changed: dict[str, StoredValue]) -> PersonFacts:
    return replace(
        one, facts={**one.facts, **{name: FactValue(value, Source.CASE) for name, value in changed.items()}}
    )


def _random_person(name: str, role: str, chance: random.Random) -> PersonFacts:
    low, high = _YEARS[role]
    birth = ON - timedelta(days=round(chance.uniform(low, high) * 365.25))
    if chance.random() < 0.1:
        birth = birth.replace(month=4, day=chance.choice((1, 2)))
    rare = chance.random() < 0.3
    foreign = chance.random() < 0.2
    recipient = chance.random() < 0.2

    def sometimes(likely: float) -> bool:
        return rare and chance.random() < likely

    handbook = chance.choice(("physical", "mental", "intellectual", "all")) if sometimes(0.4) else "none"
    age = (ON - birth).days / 365.25
    return person(
        name,
        birth.isoformat(),
        role,
        sex=chance.choice(("male", "female")),
        foreigner=foreign,
        residence_card_holder=foreign,
        insurance="late_elderly" if age >= 74.5 else chance.choice(("work", "nhi", "union", "welfare")),
        nhi_member=chance.random() < 0.4,
        late_elderly_member=age >= 75,
        pension_first=chance.random() < 0.4,
        pension_relief_wish=chance.random() < 0.4,
        care_status=chance.choice(("certified", "applying", "certified_facility", "facility"))
        if age >= 40 and sometimes(0.5)
        else "none",
        allowance_recipient=recipient and age >= 20,
        support_allowance_recipient=rare and recipient,
        single_parent_medical=rare and recipient,
        severe_medical=handbook != "none" and chance.random() < 0.5,
        nursery_user=age < 6 and chance.random() < 0.5,
        nursery_wish=age < 6 and chance.random() < 0.5,
        handbook=handbook,
        severe_grade=handbook != "none" and chance.random() < 0.5,
        self_support=sometimes(0.3),
        disability_service=sometimes(0.3),
        designated_disease=sometimes(0.3),
        special_child=age < 19 and sometimes(0.3),
        special_disability=handbook != "none" and chance.random() < 0.5,
        public_assistance=sometimes(0.3),
        tax_arrears=sometimes(0.3),
        has_card=chance.random() < 0.7,
        seal_registered=chance.random() < 0.5,
        seal_wish=chance.random() < 0.5,
        leaving_for=chance.choice(
            ("none", "none", "study", "care_facility", "child_facility", "other_facility")
        ),
    )


def _case_facts(event: str, people: list[PersonFacts], chance: random.Random) -> dict[str, StoredValue]:
    movers = [one for one in people if one.facts["moves"].value]

    def value(one: PersonFacts, fact: str) -> StoredValue:
        return one.facts[fact].value

    def any_of(fact: str) -> bool:
        return any(value(one, fact) for one in movers)

    def years(one: PersonFacts) -> float:
        return (ON - date.fromisoformat(str(value(one, "birth")))).days / 365.25

    def shared(fact: str, among: list[PersonFacts]) -> str:
        found = {bool(value(one, fact)) for one in among}
        return "some" if len(found) > 1 else "all" if found == {True} else "none"

    insured = {value(one, "insurance") for one in movers if years(one) < 74.9}
    common = insured.pop() if len(insured) == 1 else "differs"
    handbooks = any(value(one, "handbook") != "none" for one in movers)
    assistance = any_of("public_assistance")
    topics = {
        "handbook_any": handbooks,
        "self_support_any": any_of("self_support"),
        "service_any": any_of("disability_service"),
        "disease_any": any_of("designated_disease"),
        "special_child_any": any_of("special_child"),
        "assistance_any": assistance,
    }
    belongings = {name: chance.random() < 0.2 for name in ("moped_any", "dog_any", "evacuation_any")}
    recipient = any_of("allowance_recipient")
    return {
        **topics,
        **belongings,
        "support_any": any(topics.values()),
        "belongings_any": any(belongings.values()),
        "from_abroad": event == "move_in" and chance.random() < 0.2,
        "to_abroad": event == "move_out" and chance.random() < 0.3,
        "same_prefecture": chance.random() < 0.5,
        "move_in_type": chance.choice(("certificate", "card", "one_stop")),
        "joins_household": all(value(one, "relationship") != "世帯主" for one in people),
        "existing_householder_foreign": chance.random() < 0.5,
        "residence_card_common": shared("foreigner", movers),
        "card_common": shared("has_card", movers),
        "seal_common": shared("seal_wish", [one for one in movers if years(one) >= 14.99]),
        "nursery_common": shared("nursery_wish", [one for one in movers if years(one) < 7]),
        "insurance_common": "differs" if common == "late_elderly" else common,
        "children_elsewhere": chance.choice(("none", "none", "minor", "student", "both")),
        "allowance_payer": "municipality"
        if recipient
        else chance.choice(("employer", "stays", "resident", "none")),
        "allowance_separation": chance.random() < 0.5,
        "allowance_stays": any(
            value(one, "allowance_recipient") and not value(one, "moves") for one in people
        ),
        "elsewhere_students": chance.choice((1, 2)),
        "tax_wish": any_of("tax_arrears"),
        "allowance_any": recipient,
        "support_allowance_any": any_of("support_allowance_recipient"),
        "single_parent": chance.random() < 0.5,
        "pregnant_any": chance.random() < 0.2
        and any(value(one, "sex") == "female" and 16 < years(one) < 49 for one in movers),
        "school_changes": chance.random() < 0.5,
        "care_any": any(value(one, "care_status") != "none" for one in movers),
        "special_leaving_any": any(value(one, "leaving_for") != "none" for one in movers),
        "leaves_tax": chance.random() < 0.5,
    }


def hide(whole: FactSet, chance: random.Random, share: float, *, only_askable: bool) -> FactSet:
    """The household with some of its facts missing: all kinds, or only those a question asks for."""
    questions = default_pack().question_by_fact

    def kept(facts: dict[str, FactValue]) -> dict[str, FactValue]:
        return {
            name: value
            for name, value in facts.items()
            if (only_askable and name not in questions) or chance.random() >= share
        }

    people = tuple(replace(one, facts=kept(dict(one.facts))) for one in whole.people)
    return replace(whole, case=kept(dict(whole.case)), people=people)
