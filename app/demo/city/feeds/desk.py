"""02 seal registration, 16 non-resident addressees, 17 corporations, 19 memos."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from app.demo.city import people
from app.demo.city.feeds.frame import Frame, Row, birthday
from app.demo.city.people import Person, age_on

_MEMOS = {
    "01": ("耳が聞こえにくいため、筆談を希望されています。", "前回来庁時に長くお待ちいただいたため、最初にお声がけください。"),
    "03": ("成年後見人が選任されています。登記事項証明書で権限を確認してください。", "保佐人の同意が必要な手続きがあります。"),
    "04": ("国民健康保険税の納税通知書が宛所不明で返戻されました。", "選挙の案内が返戻されています。来庁時に居所を確認してください。"),
    "99": ("大きな字の案内を希望されています。", "印鑑登録証を紛失したとの電話がありました。", "車いすを利用されています。"),
}  # fmt: skip
_MEMO_KINDS = ("01", "01", "03", "04", "04", "99", "99", "99")


def seals(frame: Frame) -> Iterator[Row]:
    """02: registered seals of people of 15 or more; those who left or died have theirs cancelled."""
    serial = 0
    for person in (*frame.city.residents(), *frame.city.former):
        age = age_on(person.birth, person.removed_on or frame.as_of)
        recent = person.removed_on is None or person.removed_on.year >= frame.as_of.year - 5
        if age >= 15 and recent and frame.chance(0.25 if age < 25 else 0.62):
            serial += 1
            yield _seal_row(frame, person, age, serial)


def _seal_row(frame: Frame, person: Person, age: int, serial: int) -> Row:
    earliest = max(birthday(person, 15), person.since or person.birth, date(1975, 4, 1))
    registered = frame.day(earliest, person.removed_on or frame.as_of)
    row = frame.row(
        person.number,
        inkantorokubango=f"{serial:08d}",
        torokunengappi=registered.isoformat(),
        torokujotai="1",
        torokushimeikubun="1",
        shokaishojotai="0",
    )
    if person.removed_on is not None:
        reason = {people.MOVED_OUT: "02", people.DEAD: "03", people.REMOVED: "05"}[person.status]
        row |= {"torokujotai": "2", "haishinengappi": person.removed_on.isoformat(), "haishijiyu": reason}
    elif frame.chance(0.03):
        row |= {
            "torokujotai": "2",
            "haishinengappi": frame.day(registered, frame.as_of).isoformat(),
            "haishijiyu": "01",
        }
    elif frame.chance(0.004):
        row["torokujotai"] = "3"
    elif person.former_surname is not None and frame.chance(0.3):
        row["torokushimeikubun"] = "2"
    elif person.foreign is not None and person.foreign.alias:
        row["torokushimeikubun"] = "3"
    return row


def non_residents(frame: Frame) -> Iterator[Row]:
    """16: persons who live elsewhere and are known to one section."""
    for one in frame.city.non_residents:
        row = frame.row(
            one.number,
            shimei=f"{one.family.written}　{one.given.written}",
            uji_nihonjin=one.family.written,
            na_nihonjin=one.given.written,
            shimei_furigana=f"{one.family.reading}　{one.given.reading}",
            seibetsu=one.sex,
            gyomuid=one.business,
            nayosemotofuragu="1" if one.merged_into else "0",
            tagyomusanshofukafuragu="1" if one.closed_to_others else "0",
            **one.address.cells("jusho"),
        )
        if not one.birth_missing:
            row["seinengappi"] = one.birth.isoformat()
        if one.merged_into:
            row["nayosesakiatenabango"] = one.merged_into
        yield row


def corporations(frame: Frame) -> Iterator[Row]:
    """17: corporations, the closed ones too."""
    for one in frame.city.corporations:
        row = frame.row(
            one.number,
            hojinbango=one.corporate_number,
            shogo=one.name,
            shogo_furigana=one.reading,
            daihyoshamei=one.representative,
            setsuritsunengappi=one.founded.isoformat(),
            hojinjotai="2" if one.closed else "1",
            denwabango=one.phone,
            **one.address.cells("jusho"),
        )
        if one.closed:
            row["haishinengappi"] = one.closed.isoformat()
        yield row


def memos(frame: Frame) -> Iterator[Row]:
    """19: what the desks noted about two persons in a hundred; those of special households come from these."""
    special = {row["atenabango"] for row in frame.city.rows.get("19", ())}
    special.update(number for household in frame.city.special for number in household.persons)
    for person in frame.city.residents():
        if frame.chance(0.02) and person.number not in special and age_on(person.birth, frame.as_of) >= 18:
            kind = _MEMO_KINDS[frame.between(0, len(_MEMO_KINDS) - 1)]
            texts = _MEMOS[kind]
            start = frame.day(frame.as_of - timedelta(days=1500), frame.as_of)
            yield frame.row(
                person.number,
                memobango="1",
                memokubun=kind,
                juyodo="2" if kind in {"03", "04"} else "3",
                naiyo=texts[frame.between(0, len(texts) - 1)],
                kaishinengappi=start.isoformat(),
                kigennengappi="9999-12-31" if kind == "03" else (start + timedelta(days=1825)).isoformat(),
                torokubusho="SHIMIN",
            )
