"""06 public assistance, 07 handbooks and disability welfare, 08 long-term care insurance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from app.demo.city import people
from app.demo.city.feeds.frame import RECEIVING, Frame, Row, birthday
from app.demo.city.people import Person, age_on
from app.demo.city.places import CITY_CODE

_CARE_BEGAN = date(2000, 4, 1)
_PARTS_AND_NAMES = {
    "11": "視力障害", "21": "聴覚障害", "41": "上肢機能障害", "42": "下肢機能障害", "43": "体幹機能障害",
    "51": "心臓機能障害", "53": "呼吸器機能障害",
}  # fmt: skip


def public_assistance(frame: Frame) -> Iterator[Row]:
    """06: every member of a household on assistance, and a few cases that have ended."""
    case = 0
    for household in frame.city.households:
        assisted = [member for member in household.members if member.work.insurer == "assistance"]
        if assisted or (household.kind == "one_parent" and frame.chance(0.02)):
            case += 1
            began = frame.day(max(household.since, date(2011, 4, 1)), frame.as_of)
            for place, person in enumerate(assisted or household.members, start=1):
                yield _assistance_row(
                    frame, person, f"{case:06d}", place, max(began, person.birth), bool(assisted)
                )


def _assistance_row(frame: Frame, person: Person, case: str, place: int, began: date, going_on: bool) -> Row:
    age = age_on(person.birth, frame.as_of)
    row = frame.row(
        person.number,
        fukushijimushokodo=CITY_CODE,
        kesubango=case,
        inbango=str(place),
        seikatsuhogokaishinengappi=began.isoformat(),
        tanheikyukubun="2",
        seikatsufujofuragu="1",
        jutakufujofuragu="1",
        kyoikufujofuragu="1" if 6 <= age <= 15 else "0",
        iryofujofuragu="1",
        shussanfujofuragu="0",
        seigyofujofuragu="1" if 15 < age <= 18 else "0",
        sosaifujofuragu="0",
    )
    if not going_on:
        row["seikatsuhogohaishinengappi"] = frame.day(began, frame.as_of).isoformat()
    return row


def disability_welfare(frame: Frame) -> Iterator[Row]:
    """07: who holds a handbook, and some who receive out-patient psychiatric aid without one."""
    for serial, person in enumerate(frame.city.residents()):
        if person.disability:
            yield _handbook_row(frame, person, serial)
        elif 18 <= age_on(person.birth, frame.as_of) < 65 and frame.chance(0.006):
            until = frame.as_of + timedelta(days=frame.between(20, 360))
            yield frame.row(person.number, jiritsushieniryo="03", yukokigen=until.isoformat())


def _handbook_row(frame: Frame, person: Person, serial: int) -> Row:
    kind, *rest = person.disability.split("-")
    age = age_on(person.birth, frame.as_of)
    issued = frame.day(birthday(person, min(age, max(1, age - frame.between(1, 20)))), frame.as_of)
    row = frame.row(
        person.number,
        techoshubetsu=kind,
        techobango=f"9{serial:07d}",
        shikakujotaikodo=RECEIVING,
        shokaikofubi=issued.isoformat(),
    )
    if kind == "1":
        grade, part = rest
        row |= {
            "shogaishubetsukodo": "1" if grade in "123" else "2",
            "sogotokyukodo": grade,
            "tokeibuikodo": part,
        }
        row["shogaimei"] = f"{_PARTS_AND_NAMES[part]}（{grade}級）"
        if part in {"51", "53"} and frame.chance(0.4):
            row["jiritsushieniryo"] = "01"
    elif kind == "2":
        row["ryoikuhantei"] = rest[0]
    else:
        row |= {"seishintokyu": rest[0], "jiritsushieniryo": "03"}
        row["yukokigen"] = (frame.as_of + timedelta(days=frame.between(-30, 700))).isoformat()
    if age < 20 and kind in "12":
        row["tokujiteate"] = "1" if person.disability in {"2-11", "1-1-11", "1-1-51"} else "2"
    row["sabisushikyukettei"] = "1" if frame.chance(0.3) else "0"
    return row


def long_term_care(frame: Frame) -> Iterator[Row]:
    """08: everyone of 65 or more, younger ones who are certified, and those who died or left within two years."""
    serial = 0
    for person in frame.city.residents():
        if person.care != "elsewhere" and (age_on(person.birth, frame.as_of) >= 65 or person.care):
            serial += 1
            yield _care_row(frame, person, serial)
    for person in frame.city.former:
        gone = person.removed_on
        if gone is not None and (frame.as_of - gone).days < 730 and age_on(person.birth, gone) >= 65:
            serial += 1
            yield _care_row(frame, person, serial) | {
                "shikakusoshitsubi": (gone + timedelta(days=1)).isoformat()
            }


def _care_row(frame: Frame, person: Person, serial: int) -> Row:
    first = age_on(person.birth, frame.as_of) >= 65
    sixty_five = birthday(person, 65) - timedelta(days=1)
    began = max(sixty_five, _CARE_BEGAN, person.since or sixty_five) if first else None
    row = frame.row(
        person.number,
        kaigohokenshabango=CITY_CODE,
        hihokenshabango=f"00{serial:08d}",
        shikakurirekibango="1",
        hihokenshakubunkodo="1" if first else "2",
        futanwariai="3"
        if person.work.salary > 5_000_000
        else "2"
        if person.work.pension > 2_100_000
        else "1",
        jushochitokurei="0",
        gengakunintei="1" if person.household.kind == "facility" and frame.chance(0.5) else "0",
    )
    certified = frame.day(frame.as_of - timedelta(days=330), frame.as_of - timedelta(days=35))
    row["shikakushutokubi"] = (began or certified).isoformat()
    if person.care == "applied":
        row["yokaigoninteijokyokodo"] = "01"
    elif person.care and person.status == people.RESIDENT:
        start = max(certified, began) if began else certified
        row |= {
            "yokaigoninteijokyokodo": "04",
            "yokaigojotaikubunkodo": person.care,
            "yokaigoninteibi": start.isoformat(),
            "ninteiyukokikankaishinengappi": start.isoformat(),
            "ninteiyukokikanshuryonengappi": (start + timedelta(days=frame.between(365, 1460))).isoformat(),
        }
    return row
