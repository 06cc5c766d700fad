"""05 national pension, 09 national health insurance, 10 medical care of the late elderly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from app.demo.city import people
from app.demo.city.feeds.frame import Frame, Row, april_first, birthday
from app.demo.city.people import Household, Person, age_on
from app.demo.city.places import CITY_CODE, CITY_NAME

_INSURER_NUMBER = f"00{CITY_CODE}"
_OPEN = date(9999, 12, 31)
_HALF_EXEMPTIONS = ("02", "03", "04", "05", "06")


def national_pension(frame: Frame) -> Iterator[Row]:
    """05: everyone from 20 to 59 with his kind, and the older with the pension they draw."""
    for serial, person in enumerate(frame.city.residents()):
        age = age_on(person.birth, frame.as_of)
        if age >= 20:
            yield _pension_row(frame, person, age, serial)


def _pension_row(frame: Frame, person: Person, age: int, serial: int) -> Row:
    # The first four digits name the office that gave the number; no office is 0000.
    row = frame.row(person.number, kisonenkinbango=f"0000{serial % 1_000_000:06d}")
    if age < 60:
        row |= _insured(frame, person)
        return row
    row["hihokenshashubetsu"] = "1" if frame.chance(0.5) else "2"
    row["shikakushutokunengappi"] = birthday(person, 20).isoformat()
    row["shikakusoshitsunengappi"] = birthday(person, 60).isoformat()
    row["soshitsujiyu"] = "21"
    if age >= 65:
        row["jukyunenkinshubetsu"] = "01"
    elif frame.chance(0.05):
        row |= {
            "hihokenshashubetsu": "4",
            "shutokujiyu": "05",
            "shikakushutokunengappi": birthday(person, 60).isoformat(),
        }
        del row["shikakusoshitsunengappi"], row["soshitsujiyu"]
    return row


def _insured(frame: Frame, person: Person) -> Row:
    work = person.work
    twenty = birthday(person, 20)
    begun = frame.day(twenty, frame.as_of)
    if work.kind in {"employee", "civil"} and work.insurer in {"employer", "civil"}:
        return {"hihokenshashubetsu": "2", "shikakushutokunengappi": begun.isoformat(), "shutokujiyu": "99"}
    spouse = person.spouse
    if (
        spouse is not None
        and work.insurer in {"employer", "civil"}
        and spouse.work.kind in {"employee", "civil"}
    ):
        return {"hihokenshashubetsu": "3", "shikakushutokunengappi": begun.isoformat(), "shutokujiyu": "99"}
    cells = {
        "hihokenshashubetsu": "1",
        "shikakushutokunengappi": begun.isoformat(),
        "shutokujiyu": "03",
        "fuka": "0",
    }
    if work.kind == "student":
        cells |= {"shikakushutokunengappi": twenty.isoformat(), "shutokujiyu": "01"}
    exemption = _exemption(frame, person)
    if exemption:
        start = april_first(frame.as_of)
        start = max(start.replace(month=7) if exemption != "07" else start, twenty)
        cells |= {"menjokubun": exemption, "menjokikankaishinengappi": start.isoformat()}
        cells["menjokikanshuryonengappi"] = date(
            frame.as_of.year + 1, 6 if exemption != "07" else 3, 30
        ).isoformat()
    elif frame.chance(0.06):
        cells["fuka"] = "1"
    return cells


def _exemption(frame: Frame, person: Person) -> str:
    if person.work.insurer == "assistance" or person.disability.startswith(("1-1", "1-2", "3-1")):
        return "01"
    if person.work.kind == "student":
        return "07"
    if person.work.kind == "none" and frame.chance(0.55):
        return _HALF_EXEMPTIONS[frame.between(0, 4)]
    return ""


def national_health_insurance(frame: Frame) -> Iterator[Row]:
    """09: the insured household by household, a householder who is not insured as 擬制世帯主, and some who have left."""
    serial = 0
    for household in frame.city.households:
        insured = [member for member in household.members if member.work.insurer == "national"]
        if insured:
            serial += 1
            yield from _insured_household(frame, household, insured, f"7{serial:07d}")
        for member in household.members:
            if member not in insured and frame.chance(0.05):
                yield from _left_insurance(frame, member, f"5{int(member.number[-7:-1]):07d}")


def _insured_household(
    frame: Frame, household: Household, insured: list[Person], number: str
) -> Iterator[Row]:
    common: Row = {
        "shikuchosonhokenshabango": _INSURER_NUMBER,
        "hokenshameisho": CITY_NAME,
        "kokuhokigobango": number,
        "yukokigen": date(frame.as_of.year + (frame.as_of.month > 7), 7, 31).isoformat(),
    }
    if household.head not in insured:
        yield frame.row(household.head.number, **common, kokuhoshikakukubun="2", edaban="00")
    for place, person in enumerate(insured, start=1):
        acquired, reason = _acquired(frame, person)
        row = frame.row(person.number, **common, kokuhoshikakukubun="1" if person is household.head else "3")
        row |= {
            "edaban": f"{place:02d}",
            "kokuhoshikakushutokunengappi": acquired.isoformat(),
            "kokuhoshikakushutokujiyu": reason,
            "kokuhotekiyokaishinengappi": acquired.isoformat(),
            "kokuhotekiyoshuryonengappi": _OPEN.isoformat(),
            "shokubun": "11" if frame.chance(0.4) else "12",
            "gendogakukubun": "11",
        }
        if 70 <= age_on(person.birth, frame.as_of) < 75:
            row["koreijukyushafutanwariai"] = "3" if person.work.salary > 3_000_000 else "2"
        yield row


def _acquired(frame: Frame, person: Person) -> tuple[date, str]:
    """When and why someone became insured: by birth, by moving in, or by leaving an employer's insurance."""
    since = person.since or person.birth
    if person.since == person.birth and age_on(person.birth, frame.as_of) < 18:
        return person.birth, "04"
    if since > person.birth and frame.chance(0.35):
        return since, "01"
    return frame.day(max(since, birthday(person, 1)), frame.as_of), "02"


def _left_insurance(frame: Frame, person: Person, number: str) -> Iterator[Row]:
    """A closed line of someone insured elsewhere today."""
    since = max(person.since or person.birth, date(2008, 4, 1))
    left = birthday(person, 75) if age_on(person.birth, frame.as_of) >= 75 else frame.day(since, frame.as_of)
    if left <= since or left > frame.as_of:
        return
    reason = (
        "51"
        if age_on(person.birth, frame.as_of) >= 75
        else "43"
        if person.work.insurer == "assistance"
        else "42"
    )
    start = frame.day(since, left - timedelta(days=1))
    yield frame.row(
        person.number,
        shikuchosonhokenshabango=_INSURER_NUMBER,
        hokenshameisho=CITY_NAME,
        kokuhokigobango=number,
        edaban="01",
        kokuhoshikakukubun="3",
        kokuhoshikakushutokunengappi=start.isoformat(),
        kokuhoshikakushutokujiyu="02",
        kokuhoshikakusoshitsunengappi=left.isoformat(),
        kokuhoshikakusoshitsujiyu=reason,
        kokuhotekiyokaishinengappi=start.isoformat(),
        kokuhotekiyoshuryonengappi=left.isoformat(),
    )


def late_elderly(frame: Frame) -> Iterator[Row]:
    """10: everyone of 75 or more who is not on public assistance, younger ones with a disability, and the recently dead."""
    serial = 0
    for person in frame.city.residents():
        if person.work.insurer == "elderly":
            serial += 1
            yield _elderly_row(frame, person, serial)
    for person in frame.city.former:
        gone = person.removed_on
        if gone is not None and gone.year >= frame.as_of.year - 1 and age_on(person.birth, gone) >= 75:
            serial += 1
            row = _elderly_row(frame, person, serial)
            row["hihokenshashikakusoshitsujiyukodo"] = "001" if person.status == people.DEAD else "002"
            row["hihokenshashikakusoshitsunengappi"] = gone.isoformat()
            row["hokenshabangotekiyoshuryonengappi"] = gone.isoformat()
            yield row


def _elderly_row(frame: Frame, person: Person, serial: int) -> Row:
    seventy_five = birthday(person, 75)
    by_age = age_on(person.birth, frame.as_of) >= 75
    since = person.since or person.birth
    moved_in = by_age and since > seventy_five
    acquired = since if moved_in else seventy_five if by_age else frame.day(birthday(person, 65), frame.as_of)
    income = person.work.salary + person.work.business + person.work.pension
    return frame.row(
        person.number,
        hihokenshabango=f"0{serial:07d}",
        kojinkubunkodo="1" if by_age else "2",
        hihokenshashikakushutokujiyukodo="003" if moved_in else "001" if by_age else "002",
        hihokenshashikakushutokunengappi=acquired.isoformat(),
        hokenshabangotekiyokaishinengappi=acquired.isoformat(),
        hokenshabangotekiyoshuryonengappi=_OPEN.isoformat(),
        futanwariai="3" if income > 4_800_000 else "2" if income > 2_600_000 else "1",
        gendogakukubun="11" if income > 1_500_000 else "21" if income > 800_000 else "22",
        kakuninshoyukokigen=date(frame.as_of.year + (frame.as_of.month > 7), 7, 31).isoformat(),
    )
