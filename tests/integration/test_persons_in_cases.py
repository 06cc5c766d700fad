"""What a reception takes from the person's page: related persons in one action, warnings shown and decided on record."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.data.models.audit import AuditRow
from app.data.models.register import PersonFlagRow, PersonRow, RegisterRow
from app.documents.formats import show
from app.extensions import db
from app.operations.print_values import person_row
from tests.desk import hidden
from tests.integration.served import clerk, logged, looked_up, stored


def under_one_roof(app: Flask) -> tuple[str, str]:
    """Ids of a resident and of one of another household at the very address; nothing warns about either."""

    def read() -> tuple[str, str]:
        other = aliased(PersonRow)
        flagged = select(PersonFlagRow.person_number)
        found = db.session.execute(
            select(PersonRow.id, other.id).where(
                other.town == PersonRow.town, other.lot == PersonRow.lot, other.building == PersonRow.building,
                other.city == PersonRow.city, other.group_key != PersonRow.group_key,
                *(one.status == "resident" for one in (other, PersonRow)),
                *(one.protected.is_(False) for one in (other, PersonRow)),
                *(one.number.not_in(flagged) for one in (other, PersonRow)),
            ).order_by(PersonRow.serial, other.serial)
        ).first()  # fmt: skip
        assert found is not None, "nobody shares an address in this city"
        return found[0], found[1]

    return looked_up(app, read)


def with_memo(app: Flask) -> PersonRow:
    def read() -> PersonRow:
        found = db.session.scalars(
            select(PersonRow)
            .join(PersonFlagRow, PersonFlagRow.person_number == PersonRow.number)
            .where(
                PersonFlagRow.code == "memo", PersonRow.status == "resident", PersonRow.protected.is_(False)
            )
            .order_by(PersonRow.serial)
        ).first()
        assert found is not None
        db.session.expunge(found)
        return found

    return looked_up(app, read)


def test_people_of_another_household_become_subjects_in_one_action(served_city: Flask) -> None:
    visitor, neighbour = under_one_roof(served_city)
    desk = clerk(served_city)
    case = desk.open_case(visitor)
    desk.identify(case)
    desk.choose(case, "address_change")
    page = desk.see(case, "subjects")
    offered = re.findall(r'id="related-\d+" name="person" value="(\w+)"', page.text)
    assert neighbour in offered and "同じ住所の別世帯" in page.text
    nobody = desk.post(f"/cases/{case}/subjects", version=hidden(page, "version"))
    assert nobody.status_code == 422 and "加える方を選んでください" in nobody.text
    assert desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=offered).status_code == 303
    added = [one for one in stored(served_city, case).subjects if one.value("person_id") in offered]
    assert len(added) == len(offered)
    assert not set(offered) & set(
        re.findall(r'id="related-\d+" name="person" value="(\w+)"', desk.see(case).text)
    )
    tie = f"tie-{added[0].id}"
    assert f'form="step" id="{tie}"' in desk.see(case).text
    desk.save(case, "subjects", **{tie: "sibling"})
    assert stored(served_city, case).fact("related.tie", added[0].id) == "sibling"
    assert "来庁者の兄弟姉妹" in desk.get(f"/history/{stored(served_city, case).number}").text
    merging = desk.open_case(visitor)
    desk.identify(merging)
    desk.choose(merging, "household_merger")
    desk.save(merging, "subjects", subjects=[visitor])
    shown = desk.see(merging, "content").text
    assert "同じ住所の世帯" in shown and "この世帯に入る：" in shown, "offered without a search"


def test_a_warning_is_on_record_when_it_is_shown_opened_and_decided(served_city: Flask) -> None:
    person = with_memo(served_city)

    def memo() -> str:
        payload = db.session.scalar(
            select(RegisterRow.payload).where(
                RegisterRow.data_set == "19", RegisterRow.person_number == person.number
            )
        )
        assert payload
        return max(payload.split("\x1f"), key=len)

    text = looked_up(served_city, memo)
    desk = clerk(served_city)
    page = desk.get(f"/residents/{person.id}")
    assert "要確認（メモ）" in page.text and text not in page.text
    assert text in desk.post(f"/residents/{person.id}/warnings").text
    case = desk.open_case(person.id)
    identity = desk.see(case)
    assert text not in identity.text and "内容を確認した" in identity.text
    assert text in desk.post(f"/cases/{case}/warnings").text
    assert desk.identify(case).status_code == 422, "first it is to be ticked"
    assert desk.identify(case, acknowledged="1").status_code == 303
    assert "内容を確認した" not in desk.see(case, "identity").text, "once a reception"
    actions = logged(served_city, case)
    shown, revealed, decided = (actions.index(f"{one}") for one in (
        "case.warning_shown", "warning.revealed", "case.warning_confirmed",
    ))  # fmt: skip
    assert shown < revealed < decided

    def whose() -> list[list[str]]:
        return list(db.session.scalars(select(AuditRow.persons).where(AuditRow.action == "warning.shown")))

    assert [person.number] in looked_up(served_city, whose)


def test_a_foreign_resident_is_named_and_dated_on_paper_as_on_the_screen(served_city: Flask) -> None:
    def read() -> PersonRow:
        found = db.session.scalars(
            select(PersonRow).where(
                PersonRow.category == "foreign", PersonRow.alias != "", PersonRow.status == "resident",
                PersonRow.protected.is_(False), PersonRow.name.contains("（"),
            )
        ).first()  # fmt: skip
        assert found is not None, "no foreign resident whose alias stands beside his name"
        db.session.expunge(found)
        return found

    person = looked_up(served_city, read)
    desk = clerk(served_city)
    western = f"{person.birth[:4]}年{int(person.birth[4:6])}月{int(person.birth[6:])}日"
    page = desk.get(f"/residents/{person.id}").text
    assert person.name in page and western in page
    visitor = stored(served_city, desk.open_case(person.id)).visitor
    assert visitor is not None
    row = person_row(visitor)
    assert row["name"] == person.name and show("visitor.birth", row["birth"]) == western
